//! The highest use of a table on demand, as far as it counts: what was reached in the last half hour does not yet.

use super::MICRO;

const MINUTE_NS: u64 = 60_000_000_000;
const MINUTES: usize = 30;

/// Highest use, averaged over a minute, that lies half an hour back. The guide says within which time doubling again may throttle, not
/// over which time use is averaged: that is our reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Peak {
    /// Units a second.
    settled: u64,
    /// Millionths of a unit used in each of the last minutes.
    minutes: [u64; MINUTES],
    minute: u64,
}

impl Peak {
    /// One that has been reached before.
    pub(super) fn new(units: u64, now_ns: u64) -> Self {
        Peak { settled: units, minutes: [0; MINUTES], minute: now_ns / MINUTE_NS }
    }

    /// It was reached before, whatever has happened since.
    pub(super) fn at_least(&mut self, units: u64) {
        self.settled = self.settled.max(units);
    }

    /// Time goes on; whether the peak has grown.
    pub(super) fn advance(&mut self, now_ns: u64) -> bool {
        let now = now_ns / MINUTE_NS;
        let before = self.settled;
        // After half an hour of nothing all minutes are known.
        for minute in self.minute + 1..=now.min(self.minute.saturating_add(MINUTES as u64)) {
            let place = &mut self.minutes[(minute % MINUTES as u64) as usize];
            self.settled = self.settled.max(*place / MICRO / 60);
            *place = 0;
        }
        self.minute = self.minute.max(now);
        self.settled > before
    }

    pub(super) fn used(&mut self, cost: u64) {
        let place = &mut self.minutes[(self.minute % MINUTES as u64) as usize];
        *place = place.saturating_add(cost);
    }

    pub(super) fn units(&self) -> u64 {
        self.settled
    }
}
