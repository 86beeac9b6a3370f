//! A map in the order of its keys, in parts that its copies share: a copy of a million entries is a copy of the list of parts, and
//! afterwards only the parts that are written to are copied.

use std::fmt::Debug;
use std::sync::Arc;

/// Entries of a part at most. A write to a shared part copies so many, and a copy of the map holds one pointer for each part.
const PART: usize = 64;

#[derive(Debug, Clone)]
pub(super) struct SharedMap<V> {
    /// Never empty ones, in order.
    parts: Vec<Part<V>>,
    len: usize,
}

#[derive(Debug, Clone)]
struct Part<V> {
    /// No key in it is smaller, and all in the part before are.
    from: u64,
    entries: Arc<Vec<(u64, V)>>,
}

impl<V> Default for SharedMap<V> {
    fn default() -> Self {
        SharedMap { parts: Vec::new(), len: 0 }
    }
}

impl<V: Clone> SharedMap<V> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn contains(&self, key: u64) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn get(&self, key: u64) -> Option<&V> {
        let entries = &self.parts.get(self.part_of(key))?.entries;
        let at = find(entries, key).ok()?;
        Some(&entries[at].1)
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        let part = self.part_of(key);
        let part = self.parts.get_mut(part)?;
        let at = find(&part.entries, key).ok()?;
        Some(&mut own(&mut part.entries)[at].1)
    }

    /// The entry with the smallest key, and with the greatest.
    pub(super) fn first(&self) -> Option<&(u64, V)> {
        self.parts.first()?.entries.first()
    }

    pub(super) fn last(&self) -> Option<&(u64, V)> {
        self.parts.last()?.entries.last()
    }

    /// Puts a value in; gives the one that was there.
    pub(super) fn insert(&mut self, key: u64, value: V) -> Option<V> {
        let mut at = self.part_of(key);
        let Some(part) = self.parts.get(at) else {
            self.add_part(at, key, value);
            return None;
        };
        if part.entries.len() == PART && find(&part.entries, key).is_err() {
            // Where keys only grow, full parts stay full.
            if at + 1 == self.parts.len() && self.last().is_some_and(|last| last.0 < key) {
                self.add_part(at + 1, key, value);
                return None;
            }
            self.split(at);
            at = self.part_of(key);
        }
        let part = &mut self.parts[at];
        part.from = part.from.min(key);
        let entries = own(&mut part.entries);
        match find(entries, key) {
            Ok(at) => Some(std::mem::replace(&mut entries[at].1, value)),
            Err(at) => {
                entries.insert(at, (key, value));
                self.len += 1;
                None
            }
        }
    }

    pub(super) fn remove(&mut self, key: u64) -> Option<V> {
        let part = self.part_of(key);
        let entries = &mut self.parts.get_mut(part)?.entries;
        let at = find(entries, key).ok()?;
        let (_, value) = own(entries).remove(at);
        if entries.is_empty() {
            self.parts.remove(part);
        }
        self.len -= 1;
        Some(value)
    }

    /// Changes the entries that this `concerns`, and keeps those of them for which `keep` says so; parts without any stay shared.
    pub(super) fn revise(&mut self, concerns: impl Fn(&V) -> bool, mut keep: impl FnMut(&mut V) -> bool) {
        for part in &mut self.parts {
            if part.entries.iter().any(|entry| concerns(&entry.1)) {
                own(&mut part.entries).retain_mut(|(_, value)| !concerns(value) || keep(value));
            }
        }
        self.parts.retain(|part| !part.entries.is_empty());
        self.len = self.parts.iter().map(|part| part.entries.len()).sum();
    }

    /// All entries, in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(u64, V)> {
        self.parts.iter().flat_map(|part| part.entries.iter())
    }

    /// Bytes that this holds, without the parts that `other`, another state of it, holds as well. `inside` gives what a value holds beyond
    /// its own size.
    pub(super) fn held_bytes(&self, other: Option<&Self>, inside: impl Fn(&V) -> usize) -> usize {
        let mut others = other.map_or(&[][..], |other| &other.parts).iter().peekable();
        let mut bytes = size_of_val(&*self.parts);
        for part in &self.parts {
            while others.next_if(|other| other.from < part.from).is_some() {}
            if others.peek().is_some_and(|other| Arc::ptr_eq(&other.entries, &part.entries)) {
                continue;
            }
            bytes += part.entries.capacity() * size_of::<(u64, V)>();
            bytes += part.entries.iter().map(|entry| inside(&entry.1)).sum::<usize>();
        }
        bytes
    }

    /// The part in which a key is, if it is there.
    fn part_of(&self, key: u64) -> usize {
        self.parts.partition_point(|part| part.from <= key).saturating_sub(1)
    }

    fn add_part(&mut self, at: usize, key: u64, value: V) {
        let mut entries = Vec::with_capacity(PART);
        entries.push((key, value));
        self.parts.insert(at, Part { from: key, entries: Arc::new(entries) });
        self.len += 1;
    }

    fn split(&mut self, at: usize) {
        let entries = own(&mut self.parts[at].entries);
        let mut upper = Vec::with_capacity(PART);
        upper.extend(entries.drain(PART / 2..));
        let from = upper[0].0;
        self.parts.insert(at + 1, Part { from, entries: Arc::new(upper) });
    }
}

fn find<V>(entries: &[(u64, V)], key: u64) -> Result<usize, usize> {
    entries.binary_search_by_key(&key, |entry| entry.0)
}

/// The entries as our own, copied if somebody else has them as well.
fn own<V: Clone>(entries: &mut Arc<Vec<(u64, V)>>) -> &mut Vec<(u64, V)> {
    Arc::make_mut(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::chance::mix;
    use std::collections::BTreeMap;

    #[test]
    fn it_is_a_map_like_any_other_in_the_order_of_its_keys() {
        let (mut map, mut plain) = (SharedMap::default(), BTreeMap::new());
        for n in 0..40_000_u64 {
            // More put in than taken out at first, then the other way round.
            let key = mix(n) % 3_000;
            if mix(n + 1_000_000) % 40_000 > n {
                assert_eq!(map.insert(key, n), plain.insert(key, n));
            } else {
                assert_eq!(map.remove(key), plain.remove(&key));
            }
            let other = mix(n + 2_000_000) % 3_000;
            assert_eq!((map.get(other), map.len()), (plain.get(&other), plain.len()));
            if let (Some(one), Some(two)) = (map.get_mut(other), plain.get_mut(&other)) {
                (*one, *two) = (*one + 1, *two + 1);
            }
            let ends = (plain.first_key_value(), plain.last_key_value());
            let pair = |entry: Option<&(u64, u64)>| entry.copied();
            assert_eq!(pair(map.first()), ends.0.map(|(key, value)| (*key, *value)));
            assert_eq!(pair(map.last()), ends.1.map(|(key, value)| (*key, *value)));
        }
        let all =
            |plain: &BTreeMap<u64, u64>| plain.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>();
        assert!(map.iter().copied().eq(all(&plain)) && map.len() > 100);
        map.revise(
            |value| value % 2 == 0,
            |value| {
                *value += 2;
                *value % 3 == 0
            },
        );
        plain.retain(|_, value| {
            *value += 2 * u64::from(*value % 2 == 0);
            *value % 2 == 1 || *value % 3 == 0
        });
        assert!(map.iter().copied().eq(all(&plain)));
        assert_eq!(map.len(), plain.len());
    }

    #[test]
    fn keys_that_grow_fill_their_parts_and_leave_from_the_front() {
        let mut map = SharedMap::default();
        (0..10_000).for_each(|key| assert_eq!(map.insert(key, key), None));
        assert_eq!(map.parts.len(), 10_000_usize.div_ceil(PART));
        (0..9_999).for_each(|key| assert_eq!(map.remove(key), Some(key)));
        assert_eq!((map.parts.len(), map.first(), map.is_empty()), (1, Some(&(9_999, 9_999)), false));
    }

    #[test]
    fn a_copy_of_a_million_entries_shares_them_until_they_are_written_to() {
        let mut map = SharedMap::default();
        (0..1_000_000_u64).for_each(|n| _ = map.insert(mix(n), n));
        let whole = map.held_bytes(None, |_| 0);
        let copy = map.clone();
        let list = map.held_bytes(Some(&copy), |_| 0);
        assert!(whole > 16_000_000 && list < whole / 20, "{list} of {whole}");
        // Each write copies a part at most, and both go their own ways.
        (0..100).for_each(|n| *map.get_mut(mix(n)).expect("it is there") = 0);
        (100..200).for_each(|n| _ = map.remove(mix(n)));
        (2_000_000..2_000_100).for_each(|n| _ = map.insert(mix(n), n));
        let since = map.held_bytes(Some(&copy), |_| 0) - list;
        // A part that is full is two afterwards.
        assert!(since <= 400 * PART * 16 + 100 * size_of::<Part<u64>>(), "{since}");
        assert!((0..200).all(|n| copy.get(mix(n)) == Some(&n)) && copy.len() == 1_000_000);
        assert_eq!((map.get(mix(5)), map.get(mix(150)), map.len()), (Some(&0), None, 1_000_000));
        let untouched = map.held_bytes(Some(&copy), |_| 0);
        map.revise(|_| false, |_| false);
        assert_eq!(map.held_bytes(Some(&copy), |_| 0), untouched);
    }
}
