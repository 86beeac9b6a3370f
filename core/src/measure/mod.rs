//! Measuring: windows, histograms, costs, frames, reports.

pub mod frame;
pub(crate) mod gauge;
mod histogram;
mod reason;
pub mod report;
mod table;
pub mod text;

pub use frame::{ComponentRow, Figure, FigureUnit, Frame, LinkRow, Notice, Topology, WindowRow};
pub use histogram::Histogram;
pub use reason::Reason;
pub use report::Report;
