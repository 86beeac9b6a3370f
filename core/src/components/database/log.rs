//! The log of a shard: which writes its replicas do not have yet.

use crate::components::shared_map::SharedMap;
use crate::units::{SimTime, Span};

/// A write.
#[derive(Debug, Clone, Copy)]
struct Entry {
    key: u64,
    at: SimTime,
    /// The number of the write of this key before it; 0 for none.
    before: u64,
}

/// Writes are numbered in the order of their commits; those that every replica has applied are forgotten.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    /// The number of the last write committed.
    pub(super) committed: u64,
    /// By number.
    recent: SharedMap<Entry>,
    /// By key: the number of its last write.
    last: SharedMap<u64>,
}

impl Log {
    /// Notes a write that replicas are to follow.
    pub(super) fn commit(&mut self, key: u64, now: SimTime) {
        self.committed += 1;
        let before = self.last.get(key).copied().unwrap_or(0);
        self.recent.insert(self.committed, Entry { key, at: now, before });
        self.last.insert(key, self.committed);
    }

    /// Whether somebody who has applied writes up to `applied` lacks the last one of `key`.
    pub(super) fn lacks(&self, key: u64, applied: u64) -> bool {
        self.last.get(key).is_some_and(|number| *number > applied)
    }

    /// Whether somebody who has applied writes up to `applied` lacks one of `key` that was committed at `by` or before.
    pub(super) fn lacked(&self, key: u64, applied: u64, by: SimTime) -> bool {
        let mut number = self.last.get(key).copied().unwrap_or(0);
        while number > applied
            && let Some(entry) = self.recent.get(number)
        {
            if entry.at <= by {
                return true;
            }
            // Written since then; it may lack what was there before.
            number = entry.before;
        }
        false
    }

    /// How long ago the write of this number was committed; zero when it is forgotten.
    pub(super) fn age(&self, number: u64, now: SimTime) -> Span {
        self.recent.get(number).map_or(Span::ZERO, |entry| now.since(entry.at))
    }

    /// Everybody has applied the writes up to `applied`.
    pub(super) fn forget(&mut self, applied: u64) {
        while let Some((number, entry)) =
            self.recent.first().copied().filter(|(number, _)| *number <= applied)
        {
            self.recent.remove(number);
            if self.last.get(entry.key) == Some(&number) {
                self.last.remove(entry.key);
            }
        }
    }

    /// The writes after `received` are lost; gives how many.
    pub(super) fn lose_after(&mut self, received: u64) -> u64 {
        while let Some((number, entry)) = self.recent.last().copied().filter(|(number, _)| *number > received)
        {
            self.recent.remove(number);
            // The one before is the last again, unless everybody has it.
            _ = match self.recent.get(entry.before) {
                Some(_) => self.last.insert(entry.key, entry.before),
                None => self.last.remove(entry.key),
            };
        }
        let lost = self.committed.saturating_sub(received);
        self.committed = self.committed.min(received);
        lost
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let recent = self.recent.held_bytes(other.map(|other| &other.recent), |_| 0);
        recent + self.last.held_bytes(other.map(|other| &other.last), |_| 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: u64) -> SimTime {
        SimTime::ZERO + Span::from_secs(s)
    }

    #[test]
    fn a_replica_lacks_what_was_written_after_what_it_has_applied() {
        let mut log = Log::default();
        for (s, key) in [(1, 7), (2, 8), (3, 7)] {
            log.commit(key, at(s));
        }
        assert!(log.lacks(7, 0) && log.lacks(7, 2) && !log.lacks(7, 3) && !log.lacks(9, 0));
        assert!(log.lacks(8, 1) && !log.lacks(8, 2));
        assert!(log.lacked(7, 2, at(3)) && !log.lacked(7, 2, at(2)) && !log.lacked(7, 3, at(9)));
        // What was written since the read came hides nothing that was written before.
        assert!(log.lacked(7, 0, at(2)) && !log.lacked(7, 1, at(2)) && !log.lacked(7, 0, at(0)));
        assert_eq!(log.age(1, at(10)), Span::from_secs(9));
        assert_eq!(log.age(3, at(10)), Span::from_secs(7));
        log.forget(2);
        assert!(log.lacks(7, 2) && !log.lacks(8, 0));
        assert_eq!((log.age(1, at(10)), log.age(3, at(10))), (Span::ZERO, Span::from_secs(7)));
    }

    #[test]
    fn what_nobody_has_received_is_lost_and_numbers_go_on_from_there() {
        let mut log = Log::default();
        (1..=5).for_each(|s| log.commit(s, at(s)));
        log.commit(3, at(6));
        assert_eq!(log.lose_after(3), 3);
        // Of the key that was written twice the first write is the last again.
        assert!(!log.lacks(5, 0) && log.lacks(3, 2) && !log.lacks(3, 3));
        log.commit(9, at(9));
        assert_eq!(log.committed, 4);
    }
}
