//! Measuring: windows, histograms, costs, frames, reports.

pub mod frame;
pub mod text;

pub use frame::{ComponentRow, Figure, FigureUnit, Frame, LinkRow, Notice, Topology, WindowRow};
