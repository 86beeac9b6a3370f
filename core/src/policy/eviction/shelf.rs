//! Entries within limits, in the order of a policy.

use super::order::{Limits, Order};
use super::pages::{Kind, Paged, Whole};
use super::store::{Found, Lookup};
use super::table::{Item, Slots, Table};
use std::fmt::Debug;

/// One entry, with what the policy notes of it: 32 bytes under LRU, with no value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<M, V> {
    pub(super) key: u64,
    pub(super) bytes: u64,
    pub(super) expires: u64,
    mark: M,
    pub(super) value: V,
}

impl<M: Copy + Debug + Default, V: Copy + Debug> Item for Entry<M, V> {
    type Mark = M;
    fn key(&self) -> u64 {
        self.key
    }
    fn bytes(&self) -> u64 {
        self.bytes
    }
    fn mark(&self) -> &M {
        &self.mark
    }
    fn mark_mut(&mut self) -> &mut M {
        &mut self.mark
    }
}

/// Entries of one policy over lists of a kind.
#[derive(Debug, Clone)]
pub(super) struct Shelf<O: Order, V: Copy + Debug, K: Kind> {
    limits: Limits,
    bytes: u64,
    table: Table<Entry<O::Mark, V>, K>,
    order: O,
}

impl<O: Order, V: Copy + Debug, K: Kind> Shelf<O, V, K> {
    pub(super) fn new(limits: Limits, seed: u64) -> Self {
        Shelf { limits, bytes: 0, table: Table::default(), order: O::new(limits, seed) }
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Tells the order the time.
    pub(super) fn tick(&mut self, now: u64) {
        self.order.tick(now);
    }

    /// Not inlined, so that the one path taken does not pay for the registers of the nineteen others.
    #[inline(never)]
    pub(super) fn look_up(&mut self, key: u64, now: u64) -> Lookup<V> {
        self.order.tick(now);
        let Some(slot) = self.table.find(key) else { return Lookup::Miss };
        let Entry { expires, value, .. } = *self.table.item(slot);
        if expires <= now {
            self.drop_slot(slot);
            return Lookup::Expired;
        }
        self.order.used(&mut self.table, slot);
        Lookup::Hit(Found { value, expires })
    }

    pub(super) fn peek(&self, key: u64) -> Option<&Entry<O::Mark, V>> {
        self.table.find(key).map(|slot| self.table.item(slot))
    }
    pub(super) fn peek_mut(&mut self, key: u64) -> Option<&mut Entry<O::Mark, V>> {
        self.table.find(key).map(|slot| self.table.item_mut(slot))
    }

    #[inline(never)]
    pub(super) fn insert(&mut self, key: u64, bytes: u64, expires: u64, value: V) -> u64 {
        self.remove(key);
        if bytes > self.limits.bytes || self.limits.entries == 0 {
            return 0;
        }
        self.order.announce(key);
        let before = if O::JUDGES_NEWCOMERS { 0 } else { self.make_room(1, bytes) };
        let slot = self.table.insert(Entry { key, bytes, expires, mark: O::Mark::default(), value });
        self.bytes += bytes;
        self.order.enter(&mut self.table, slot);
        before + if O::JUDGES_NEWCOMERS { self.make_room(0, 0) } else { 0 }
    }

    pub(super) fn remove(&mut self, key: u64) -> bool {
        let slot = self.table.find(key);
        if let Some(slot) = slot {
            self.drop_slot(slot);
        }
        slot.is_some()
    }

    pub(super) fn set_limits(&mut self, limits: Limits) -> u64 {
        self.limits = limits;
        self.order.limit(limits, &mut self.table);
        self.make_room(0, 0)
    }

    /// Evicts until so many more entries and bytes fit.
    fn make_room(&mut self, entries: u64, bytes: u64) -> u64 {
        let Limits { entries: entries_max, bytes: bytes_max } = self.limits;
        let mut evicted = 0;
        while self.len() > 0 && (self.len() as u64 > entries_max - entries || self.bytes > bytes_max - bytes)
        {
            let slot = self.order.victim(&mut self.table);
            self.drop_slot(slot);
            evicted += 1;
        }
        evicted
    }

    fn drop_slot(&mut self, slot: u32) {
        self.order.leave(&mut self.table, slot);
        self.bytes -= self.table.bytes(slot);
        if O::DENSE { self.table.remove_densely(slot) } else { self.table.remove(slot) }
    }

    /// Hands over every entry, roughly those first that would go first.
    pub(super) fn each(&self, mut act: impl FnMut(&Entry<O::Mark, V>)) {
        self.order.each(&self.table, &mut |slot| act(self.table.item(slot)));
    }
}

impl<O: Order, V: Copy + Debug> Shelf<O, V, Whole> {
    /// The same in pages.
    pub(super) fn paged(&self) -> Shelf<O, V, Paged> {
        Shelf { limits: self.limits, bytes: self.bytes, table: self.table.paged(), order: self.order.clone() }
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.table.held_bytes() + self.order.held_bytes(None)
    }
}

impl<O: Order, V: Copy + Debug> Shelf<O, V, Paged> {
    /// Shares every page with the copies to come.
    pub(super) fn share(&mut self) {
        self.table.share();
        self.order.share();
    }

    /// Bytes that this holds, without the pages that `other` holds as well.
    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.table.held_bytes(other.map(|other| &other.table))
            + self.order.held_bytes(other.map(|other| &other.order))
    }
}
