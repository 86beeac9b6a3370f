//! Tenfold.
pub mod components;
pub mod edit;
pub mod measure;
pub mod model;
pub mod policy;
pub mod presets;
pub mod prices;
pub mod units;
