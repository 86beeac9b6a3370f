//! What is in flight, and how much memory it takes.

use super::calls::{Call, Root};
use super::simulation::Simulation;

/// What is in flight at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InFlight {
    /// Requests, those included of which only abandoned work is left.
    pub requests: usize,
    /// Calls; a request is several, one inside the other.
    pub calls: usize,
    /// Bytes of both. Pending events and places in queues are not among them.
    pub bytes: usize,
}

impl Simulation {
    /// What is in flight now.
    ///
    /// ```
    /// use tenfold::{Simulation, presets, units::Span};
    /// let mut run = Simulation::new(&presets::by_slug("mm1").unwrap().model()).unwrap();
    /// run.run_for(Span::from_secs(60));
    /// let now = run.in_flight();
    /// assert!(now.calls >= now.requests && now.bytes >= now.calls);
    /// ```
    pub fn in_flight(&self) -> InFlight {
        let (requests, calls) = (self.core.calls.requests(), self.core.calls.len());
        InFlight { requests, calls, bytes: requests * size_of::<Root>() + calls * size_of::<Call>() }
    }
}
