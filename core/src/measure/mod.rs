//! Measuring: windows, histograms, costs, frames, reports.

pub(crate) mod carried;
pub(crate) mod cells;
pub mod certainty;
pub mod frame;
pub(crate) mod gauge;
mod histogram;
pub(crate) mod intervals;
mod reason;
pub mod report;
mod table;
pub mod text;
pub(crate) mod totals;

pub use frame::{ComponentRow, FIGURES_MAX, Figure, FigureUnit, Frame, LinkRow, Notice, Topology, WindowRow};
pub use histogram::Histogram;
pub use reason::Reason;
pub use report::Report;
