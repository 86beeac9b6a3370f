//! The engine: time, chance, calls, stations, fleets.

mod agenda;
pub(crate) mod alarm;
mod apply;
pub(crate) mod backlog;
mod beside;
pub(crate) mod calls;
pub(crate) mod chance;
mod checkpoint;
pub(crate) mod context;
pub(crate) mod core;
pub(crate) mod cpu;
pub(crate) mod fleet;
mod footprint;
mod history;
mod hosting;
pub(crate) mod inside;
mod instances;
mod judging;
pub(crate) mod keys;
pub(crate) mod line;
pub(crate) mod patience;
mod pool;
mod preempt;
pub(crate) mod queue;
mod replications;
mod reporting;
mod routing;
pub(crate) mod sampler;
mod sharing;
mod simulation;
pub(crate) mod station;
mod steps;
mod timeouts;
#[cfg(test)]
pub(crate) mod vectors;
mod watch;
pub(crate) mod ziggurat;

pub use footprint::InFlight;
pub use history::History;
pub use replications::{DifferentModel, NotPooled, Replications};
pub use simulation::{Advance, Simulation};
