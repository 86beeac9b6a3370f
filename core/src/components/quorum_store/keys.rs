//! What each node has of the keys in which nodes differ: writes are numbered in the order in which they came, and the greater number wins.
//!
//! A key of which every replica has the last write is forgotten.

use crate::components::shared_map::SharedMap;

/// As many keys are followed at once; further ones count as written everywhere at once, so that a long partition does not fill the memory.
const FOLLOWED_MAX: usize = 1 << 18;

/// The keys in which nodes differ.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    known: SharedMap<Entry>,
    /// The number of the last write. Numbers begin at 2: who has nothing at all has number 0, and what was there before the run is number 1.
    last: u64,
    /// Hints that wait, over all keys.
    pub(super) hints: u64,
}

/// Nothing was answered on either side.
const NOBODY: [(u64, u64); 2] = [(0, 0); 2];

#[derive(Debug, Clone)]
struct Entry {
    /// The nodes of its replicas, each with the number of the last write that it has.
    homes: Vec<(u32, u64)>,
    hints: Vec<Hint>,
    /// The number of its last write that was answered.
    answered: u64,
    /// Writes under way.
    writing: u32,
    /// By side of a partition: the last write answered there since it began, and how many were.
    sides: [(u64, u64); 2],
}

/// A write for a replica that could not be reached, kept by another node.
#[derive(Debug, Clone, Copy)]
struct Hint {
    home: u32,
    holder: u32,
    number: u64,
    /// Whether its holder stands in for the replica when somebody reads.
    stands_in: bool,
}

impl Entry {
    fn is_settled(&self) -> bool {
        let first = self.homes.first().map_or(0, |home| home.1);
        let same = self.homes.iter().all(|home| home.1 == first);
        // What is being written may still have to be counted for its side.
        same && self.writing == 0 && self.hints.is_empty() && self.sides == NOBODY
    }

    /// The number of the last write that a replica can get from others, if it lacks that.
    fn lacks(&self, home: (u32, u64), reach: &impl Fn(u32, u32) -> bool) -> Option<u64> {
        // What is being written is about to come by itself.
        let others = self.homes.iter().filter(|other| self.writing == 0 && reach(other.0, home.0));
        others.map(|other| other.1).max().filter(|newest| *newest > home.1)
    }

    fn has_something_to_settle(&self, reach: &impl Fn(u32, u32) -> bool) -> bool {
        self.hints.iter().any(|hint| reach(hint.holder, hint.home))
            || self.homes.iter().any(|home| self.lacks(*home, reach).is_some())
    }

    /// Gives how many replicas were brought up to date.
    fn settle(&mut self, reach: &impl Fn(u32, u32) -> bool) -> u64 {
        let mut brought = 0;
        let homes = &mut self.homes;
        self.hints.retain(|hint| {
            let handed_back = reach(hint.holder, hint.home);
            if handed_back && let Some(home) = homes.iter_mut().find(|home| home.0 == hint.home) {
                brought += u64::from(home.1 < hint.number);
                home.1 = home.1.max(hint.number);
            }
            !handed_back
        });
        for at in 0..self.homes.len() {
            if let Some(newest) = self.lacks(self.homes[at], reach) {
                brought += 1;
                self.homes[at].1 = newest;
            }
        }
        brought
    }

    fn hand_in(&mut self, node: u32, number: u64) -> bool {
        let home = self.homes.iter_mut().find(|home| home.0 == node && home.1 < number);
        home.map(|home| home.1 = number).is_some()
    }
}

impl Keys {
    /// The number of what all replicas of a key that is not followed have.
    fn everywhere(&self) -> u64 {
        self.last.max(1)
    }

    /// A write of a key with these replicas begins; gives its number.
    pub(super) fn begin(&mut self, key: u64, homes: &[u32]) -> u64 {
        let before = self.everywhere();
        self.last = before + 1;
        if let Some(entry) = self.known.get_mut(key) {
            entry.writing += 1;
        } else if self.known.len() < FOLLOWED_MAX {
            let homes = homes.iter().map(|home| (*home, before)).collect();
            let entry =
                Entry { homes, hints: Vec::new(), answered: before, writing: 1, sides: Default::default() };
            self.known.insert(key, entry);
        }
        self.last
    }

    /// A write was answered, on this side if there is a partition.
    pub(super) fn answer(&mut self, key: u64, number: u64, side: Option<usize>) {
        let Some(entry) = self.known.get_mut(key) else { return };
        entry.answered = entry.answered.max(number);
        if let Some(side) = side {
            entry.sides[side].0 = entry.sides[side].0.max(number);
            entry.sides[side].1 += 1;
        }
    }

    /// A replica has a write; tells whether it lacked it.
    pub(super) fn hand_in(&mut self, key: u64, node: u32, number: u64) -> bool {
        let lacked = self.known.get_mut(key).is_some_and(|entry| entry.hand_in(node, number));
        if lacked {
            self.forget_if_settled(key);
        }
        lacked
    }

    /// A node keeps a write for a replica that cannot be reached.
    pub(super) fn hint(&mut self, key: u64, home: u32, holder: u32, number: u64, stands_in: bool) {
        let Some(entry) = self.known.get_mut(key) else { return };
        match entry.hints.iter_mut().find(|hint| (hint.home, hint.holder) == (home, holder)) {
            Some(hint) => {
                hint.number = hint.number.max(number);
                hint.stands_in |= stands_in;
            }
            None => {
                entry.hints.push(Hint { home, holder, number, stands_in });
                self.hints += 1;
            }
        }
    }

    /// All nodes are done with a write.
    pub(super) fn end(&mut self, key: u64) {
        if let Some(entry) = self.known.get_mut(key) {
            entry.writing = entry.writing.saturating_sub(1);
            self.forget_if_settled(key);
        }
    }

    fn forget_if_settled(&mut self, key: u64) {
        if self.known.get(key).is_some_and(Entry::is_settled) {
            self.known.remove(key);
        }
    }

    /// The number of the last write of a key that was answered.
    pub(super) fn answered(&self, key: u64) -> u64 {
        self.known.get(key).map_or(self.everywhere(), |entry| entry.answered)
    }

    /// The number of the last write that a node has of a key; `is_home` tells whether it is one of its replicas.
    pub(super) fn at(&self, key: u64, node: u32, is_home: bool) -> u64 {
        let Some(entry) = self.known.get(key) else {
            return if is_home { self.everywhere() } else { 0 };
        };
        let home = entry.homes.iter().find(|home| home.0 == node).map(|home| home.1);
        let stands_in = entry.hints.iter().filter(|hint| hint.holder == node && hint.stands_in);
        home.unwrap_or_else(|| stands_in.map(|hint| hint.number).max().unwrap_or(0))
    }

    /// Hands hints back and compares replicas, as far as nodes reach one another; gives how many replicas were brought up to date.
    pub(super) fn settle(&mut self, reach: impl Fn(u32, u32) -> bool) -> u64 {
        let mut brought = 0;
        let waiting = &mut self.hints;
        self.known.revise(
            |entry| entry.is_settled() || entry.has_something_to_settle(&reach),
            |entry| {
                let before = entry.hints.len();
                brought += entry.settle(&reach);
                *waiting -= (before - entry.hints.len()) as u64;
                !entry.is_settled()
            },
        );
        brought
    }

    /// The network is whole again: gives how many keys were written on both sides, and how many answered writes of the older side are lost.
    pub(super) fn heal(&mut self) -> (u64, u64) {
        let (mut conflicts, mut lost) = (0, 0);
        self.known.revise(
            |entry| entry.sides != NOBODY,
            |entry| {
                let [one, other] = std::mem::take(&mut entry.sides);
                if one.1 > 0 && other.1 > 0 {
                    conflicts += 1;
                    lost += if one.0 < other.0 { one.1 } else { other.1 };
                }
                !entry.is_settled()
            },
        );
        (conflicts, lost)
    }

    /// Keys belong to other nodes, and these have all that was written.
    pub(super) fn forget(&mut self) {
        self.known = SharedMap::default();
        self.hints = 0;
    }

    /// How many keys are followed.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let of = |entry: &Entry| size_of_val(&*entry.homes) + size_of_val(&*entry.hints);
        self.known.held_bytes(other.map(|other| &other.known), of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: u64 = 7;
    const HOMES: [u32; 3] = [0, 1, 2];

    /// A write that these nodes get, answered on a side.
    fn write(keys: &mut Keys, nodes: &[u32], side: Option<usize>) -> u64 {
        let number = keys.begin(KEY, &HOMES);
        nodes.iter().for_each(|node| {
            keys.hand_in(KEY, *node, number);
        });
        keys.answer(KEY, number, side);
        keys.end(KEY);
        number
    }

    #[test]
    fn a_key_is_followed_while_replicas_differ_and_no_longer() {
        let mut keys = Keys::default();
        let first = write(&mut keys, &HOMES, None);
        assert_eq!((keys.len(), keys.answered(KEY), keys.at(KEY, 2, true)), (0, first, first));
        let second = write(&mut keys, &[0, 1], None);
        assert_eq!((keys.len(), keys.answered(KEY), keys.at(KEY, 1, true)), (1, second, second));
        assert_eq!((keys.at(KEY, 2, true), keys.at(KEY, 3, false)), (first, 0));
        assert_eq!((keys.settle(|_, _| true), keys.len()), (1, 0));
    }

    #[test]
    fn a_write_that_nobody_got_leaves_nothing_behind() {
        let mut keys = Keys::default();
        keys.begin(KEY, &HOMES);
        assert_eq!(keys.len(), 1);
        keys.end(KEY);
        assert_eq!(keys.len(), 0);
    }

    #[test]
    fn a_hint_waits_until_its_replica_can_be_reached_and_is_then_handed_back() {
        let mut keys = Keys::default();
        let number = write(&mut keys, &[0, 1], None);
        keys.hint(KEY, 2, 5, number, true);
        keys.hint(KEY, 2, 5, number, true);
        assert_eq!((keys.hints, keys.at(KEY, 5, false)), (1, number));
        assert_eq!((keys.settle(|from, to| from != 2 && to != 2), keys.hints, keys.len()), (0, 1, 1));
        assert_eq!((keys.settle(|_, _| true), keys.hints, keys.len()), (1, 0, 0));
    }

    #[test]
    fn of_a_key_written_on_both_sides_the_older_side_loses_all_it_wrote() {
        let mut keys = Keys::default();
        write(&mut keys, &[2], Some(1));
        write(&mut keys, &[2], Some(1));
        let winner = write(&mut keys, &[0, 1], Some(0));
        assert_eq!(keys.heal(), (1, 2));
        assert_eq!(keys.heal(), (0, 0), "they are counted once");
        keys.settle(|_, _| true);
        assert_eq!((keys.len(), keys.at(KEY, 2, true) >= winner), (0, true));
        write(&mut keys, &[2], Some(1));
        write(&mut keys, &[2], Some(1));
        assert_eq!(keys.heal(), (0, 0), "one side alone is in no conflict");
        // Every replica on one side, and on the other a node that stands in.
        write(&mut keys, &HOMES, Some(0));
        let number = keys.begin(KEY, &HOMES);
        keys.hint(KEY, 0, 5, number, true);
        keys.answer(KEY, number, Some(1));
        keys.end(KEY);
        assert_eq!((keys.heal(), keys.hints), ((1, 1), 1));
    }

    #[test]
    fn a_copy_shares_the_keys_in_which_nothing_has_changed_since() {
        let mut keys = Keys::default();
        let key = |n: u64| crate::engine::chance::mix(n);
        let written = |keys: &mut Keys, n: u64| {
            let number = keys.begin(key(n), &HOMES);
            keys.hand_in(key(n), 0, number);
            keys.answer(key(n), number, None);
            keys.end(key(n));
        };
        (0..200_000).for_each(|n| written(&mut keys, n));
        let copy = keys.clone();
        let (whole, list) = (keys.held_bytes(None), keys.held_bytes(Some(&copy)));
        assert!(whole > 200_000 * size_of::<Entry>() && list < whole / 100, "{list} of {whole}");
        (0..10).for_each(|n| written(&mut keys, n));
        let since = keys.held_bytes(Some(&copy)) - list;
        assert!(since < 10 * 64 * 2 * size_of::<(u64, Entry)>(), "{since}");
        // Nodes that reach nobody have nothing to settle, and nobody was on any side.
        assert_eq!((keys.settle(|_, _| false), keys.heal(), keys.len()), (0, (0, 0), 200_000));
        assert_eq!(keys.held_bytes(Some(&copy)) - list, since);
        assert_eq!((keys.settle(|_, _| true), keys.len(), copy.len()), (400_000, 0, 200_000));
    }
}
