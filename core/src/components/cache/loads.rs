//! The loads of a node that others know of: those under way, and who may load.

use crate::components::shared_map::SharedMap;
use std::collections::VecDeque;

/// What keeps several from loading the same key.
#[derive(Debug, Clone, Default)]
pub(super) struct Loads {
    /// By key.
    open: SharedMap<Load>,
    leases: SharedMap<Lease>,
    /// When leases end, and whose, in the order in which they were given.
    ends: VecDeque<(u64, u64)>,
}

/// A load under way.
#[derive(Debug, Clone)]
struct Load {
    loader: u32,
    /// Those who share what comes of it.
    waiting: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Lease {
    until: u64,
    /// The key was written since: what its holder loads is old already.
    spoiled: bool,
}

impl Loads {
    /// Whether none is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn begin(&mut self, key: u64, loader: u32) {
        self.open.insert(key, Load { loader, waiting: Vec::new() });
    }

    pub(super) fn is_open(&self, key: u64) -> bool {
        self.open.contains(key)
    }

    /// Waits for the load of a key; `false` when there is none.
    pub(super) fn join(&mut self, key: u64, call: u32) -> bool {
        let load = self.open.get_mut(key);
        load.map(|load| load.waiting.push(call)).is_some()
    }

    /// Waits no more.
    pub(super) fn leave(&mut self, key: u64, call: u32) {
        if let Some(load) = self.open.get_mut(key) {
            load.waiting.retain(|waits| *waits != call);
        }
    }

    /// A load is over, if it is one that others know of: gives those who waited for it.
    pub(super) fn end(&mut self, key: u64, loader: u32) -> Vec<u32> {
        if self.open.get(key).is_none_or(|load| load.loader != loader) {
            return Vec::new();
        }
        self.open.remove(key).map(|load| load.waiting).unwrap_or_default()
    }

    /// Takes the lease of a key until `until`; `false` when another has it.
    pub(super) fn take(&mut self, key: u64, now: u64, until: u64) -> bool {
        while let Some((_, other)) = self.ends.front().copied().filter(|(end, _)| *end <= now) {
            self.ends.pop_front();
            if self.leases.get(other).is_some_and(|lease| lease.until <= now) {
                self.leases.remove(other);
            }
        }
        if self.leases.get(key).is_some_and(|lease| lease.until > now) {
            return false;
        }
        self.leases.insert(key, Lease { until, spoiled: false });
        self.ends.push_back((until, key));
        true
    }

    /// A key was written: what the holder of its lease brings is not kept.
    pub(super) fn spoil(&mut self, key: u64) {
        if let Some(lease) = self.leases.get_mut(key) {
            lease.spoiled = true;
        }
    }

    pub(super) fn is_spoiled(&self, key: u64) -> bool {
        self.leases.get(key).is_some_and(|lease| lease.spoiled)
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.open.held_bytes(other.map(|other| &other.open), |load| size_of_val(&*load.waiting))
            + self.leases.held_bytes(other.map(|other| &other.leases), |_| 0)
            + self.ends.len() * size_of::<(u64, u64)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_given_once_in_its_time_and_forgotten_afterwards() {
        let mut loads = Loads::default();
        assert!(loads.take(1, 0, 10) && loads.take(2, 5, 15));
        assert!(!loads.take(1, 9, 19));
        assert!(loads.take(1, 10, 20) && !loads.take(1, 19, 29));
        assert!(loads.take(3, 20, 30));
        assert_eq!((loads.leases.len(), loads.ends.len()), (1, 1));
    }

    #[test]
    fn a_load_ends_by_its_own_loader_and_gives_those_who_still_wait() {
        let mut loads = Loads::default();
        loads.begin(7, 1);
        assert!([2, 3, 4].into_iter().all(|call| loads.join(7, call)) && !loads.join(8, 2));
        loads.leave(7, 3);
        assert!(loads.end(7, 9).is_empty() && loads.is_open(7));
        assert_eq!(loads.end(7, 1), [2, 4]);
        assert!(loads.is_idle());
    }
}
