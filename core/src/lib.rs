//! Tenfold.
pub mod components;
pub mod edit;
mod engine;
pub mod measure;
pub mod model;
pub mod policy;
pub mod presets;
pub mod prices;
pub mod units;

pub use engine::{Advance, Simulation};
