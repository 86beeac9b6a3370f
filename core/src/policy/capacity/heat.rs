//! Which item of a hot partition is used most, told with a few counters.

/// Items counted at once.
const COUNTERS: usize = 8;
/// Nobody is at the cap for so long: the heat is over.
const QUIET_NS: u64 = 10_000_000_000;

/// A partition that is at its cap, since when, and what is asked of it: the counters of "space-saving" (Metwally and others, 2005). An item
/// that makes more than an eighth of all is certain to be among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heat {
    since_ns: u64,
    last_ns: u64,
    counted: [(u64, u64); COUNTERS],
}

impl Heat {
    pub(super) fn new(now_ns: u64) -> Self {
        Heat { since_ns: now_ns, last_ns: now_ns, counted: [(0, 0); COUNTERS] }
    }

    /// The partition has refused something at its cap. Gives for how long it has been hot.
    pub(super) fn refused(&mut self, now_ns: u64) -> u64 {
        if now_ns.saturating_sub(self.last_ns) > QUIET_NS {
            *self = Heat::new(now_ns);
        }
        self.last_ns = now_ns;
        now_ns.saturating_sub(self.since_ns)
    }

    /// Somebody asks for `cost` of `key`, whether it is granted or not.
    pub(super) fn asked(&mut self, key: u64, cost: u64) {
        if let Some(known) = self.counted.iter_mut().find(|(k, n)| *k == key && *n > 0) {
            known.1 = known.1.saturating_add(cost);
        } else if let Some(least) = self.counted.iter_mut().min_by_key(|(_, n)| *n) {
            *least = (key, least.1.saturating_add(cost));
        }
    }

    pub(super) fn most_used(&self) -> u64 {
        self.counted.iter().max_by_key(|(key, n)| (*n, *key)).map_or(0, |(key, _)| *key)
    }
}
