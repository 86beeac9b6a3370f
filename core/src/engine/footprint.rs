//! What is in flight, and how much memory it takes.

use super::calls::{CALL_BYTES, Root};
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
    /// Bytes of the calls. Their places in queues and timeout queues are among them; pending events are not.
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
        let bytes_per_call = CALL_BYTES + self.core.timeouts.bytes_per_call();
        let (request_bytes, call_bytes) = (requests * size_of::<Root>(), calls * bytes_per_call);
        InFlight { requests, calls, request_bytes, call_bytes }
    }
}
