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
    /// Bytes of the requests.
    pub request_bytes: usize,
    /// Bytes of the calls. Queues run through them; pending events are not among them.
    pub call_bytes: usize,
}

impl Simulation {
    /// What is in flight now.
    ///
    /// ```
    /// use tenfold::{Simulation, presets, units::Span};
    /// let mut run = Simulation::new(&presets::by_slug("mm1").unwrap().model()).unwrap();
    /// run.run_for(Span::from_secs(60));
    /// let now = run.in_flight();
    /// assert!(now.calls >= now.requests && now.call_bytes <= 96 * now.calls);
    /// ```
    pub fn in_flight(&self) -> InFlight {
        let (requests, calls) = (self.core.calls.requests(), self.core.calls.len());
        let (request_bytes, call_bytes) = (requests * size_of::<Root>(), calls * size_of::<Call>());
        InFlight { requests, calls, request_bytes, call_bytes }
    }
}
