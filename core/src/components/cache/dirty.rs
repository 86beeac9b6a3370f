//! What a node has answered as written and has not passed on yet.

use crate::components::shared_map::SharedMap;
use crate::engine::inside::Job;
use std::collections::VecDeque;

/// Keys to be written later; several writes of one key are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Dirty {
    /// By key: the last write.
    writes: SharedMap<Job>,
    /// Keys in the order in which they were first written. Some are gone meanwhile.
    order: VecDeque<u64>,
    /// How many of them are still to be begun in this round.
    round: usize,
    /// Writes on their way.
    pub(super) open: u32,
    /// The timer for the next round.
    pub(super) timer: Option<u32>,
}

impl Dirty {
    pub(super) fn len(&self) -> usize {
        self.writes.len()
    }

    pub(super) fn holds(&self, key: u64) -> bool {
        self.writes.contains(key)
    }

    /// Whether nothing waits and nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.writes.is_empty() && self.open == 0
    }

    /// A key is to be written; what was to be written of it before is not.
    pub(super) fn put(&mut self, key: u64, write: Job) {
        if self.writes.insert(key, write).is_none() {
            self.order.push_back(key);
        }
    }

    /// A write could not be passed on: it waits again, unless the key was written meanwhile.
    pub(super) fn put_back(&mut self, key: u64, write: Job) {
        if !self.holds(key) {
            self.put(key, write);
        }
    }

    /// The key was written past all this.
    pub(super) fn forget(&mut self, key: u64) {
        self.writes.remove(key);
    }

    /// Begins a round: what waits now is to be written.
    pub(super) fn begin_round(&mut self) {
        self.round = self.order.len();
    }

    /// Whether a round should be waited for.
    pub(super) fn wants_round(&self) -> bool {
        self.round == 0 && self.timer.is_none() && !self.writes.is_empty()
    }

    /// The next write of the round, if `at_once` allows one more.
    pub(super) fn next(&mut self, at_once: u32) -> Option<Job> {
        while self.round > 0 && self.open < at_once {
            self.round -= 1;
            let write = self.order.pop_front().and_then(|key| self.writes.remove(key));
            if write.is_some() {
                self.open += 1;
                return write;
            }
        }
        None
    }

    /// Takes all that waits out.
    pub(super) fn take_all(&mut self) -> Vec<(u64, Job)> {
        (self.round, self.order) = (0, VecDeque::new());
        std::mem::take(&mut self.writes).iter().copied().collect()
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.writes.held_bytes(other.map(|other| &other.writes), |_| 0) + self.order.len() * size_of::<u64>()
    }
}
