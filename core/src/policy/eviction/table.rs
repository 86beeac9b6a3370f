//! Items by key in numbered slots.

use super::index::Index;
use super::pages::{Kind, List, Paged, Pages, Whole};
use std::fmt::Debug;

/// No slot.
pub(super) const END: u32 = u32::MAX;

/// What a table holds.
pub(super) trait Item: Copy + Debug {
    /// What the policy knows of it.
    type Mark: Copy + Debug + Default;
    fn key(&self) -> u64;
    fn bytes(&self) -> u64;
    fn mark(&self) -> &Self::Mark;
    fn mark_mut(&mut self) -> &mut Self::Mark;
}

/// Items that are found by key and keep their slot.
#[derive(Debug, Clone)]
pub(super) struct Table<E: Item, K: Kind> {
    items: K::Entries<E>,
    index: Index<K::Words>,
    /// Slots that hold nothing; the one that became free last is taken first.
    free: K::Slots,
}

/// What policies see of a table: neither which values it keeps nor which lists it is made of.
pub(super) trait Slots<M> {
    fn len(&self) -> usize;
    fn find(&self, key: u64) -> Option<u32>;
    fn key(&self, slot: u32) -> u64;
    fn bytes(&self, slot: u32) -> u64;
    fn mark(&self, slot: u32) -> &M;
    fn mark_mut(&mut self, slot: u32) -> &mut M;
}

impl<E: Item, K: Kind> Default for Table<E, K> {
    fn default() -> Self {
        Table { items: Default::default(), index: Index::default(), free: Default::default() }
    }
}

impl<E: Item, K: Kind> Slots<E::Mark> for Table<E, K> {
    fn len(&self) -> usize {
        self.items.len() - self.free.len()
    }
    fn find(&self, key: u64) -> Option<u32> {
        self.index.find(key, |slot| self.items[slot as usize].key())
    }
    fn key(&self, slot: u32) -> u64 {
        self.item(slot).key()
    }
    fn bytes(&self, slot: u32) -> u64 {
        self.item(slot).bytes()
    }
    fn mark(&self, slot: u32) -> &E::Mark {
        self.item(slot).mark()
    }
    fn mark_mut(&mut self, slot: u32) -> &mut E::Mark {
        self.item_mut(slot).mark_mut()
    }
}

impl<E: Item, K: Kind> Table<E, K> {
    pub(super) fn item(&self, slot: u32) -> &E {
        &self.items[slot as usize]
    }
    pub(super) fn item_mut(&mut self, slot: u32) -> &mut E {
        &mut self.items[slot as usize]
    }

    /// Keeps an item whose key is not there yet.
    pub(super) fn insert(&mut self, item: E) -> u32 {
        let slot = if let Some(slot) = self.free.pop() {
            self.items[slot as usize] = item;
            slot
        } else {
            self.items.push(item);
            (self.items.len() - 1) as u32
        };
        self.index.insert(item.key(), slot);
        slot
    }

    /// Leaves a hole, so that all others stay where they are.
    pub(super) fn remove(&mut self, slot: u32) {
        self.index.remove(self.key(slot), slot);
        self.free.push(slot);
    }

    /// Moves the last item into the hole, so that slots from 0 on are taken without a gap: whoever draws a slot draws an item.
    pub(super) fn remove_densely(&mut self, slot: u32) {
        self.index.remove(self.key(slot), slot);
        let last = (self.items.len() - 1) as u32;
        if let Some(moved) = self.items.pop().filter(|_| slot != last) {
            self.index.moved(moved.key(), last, slot);
            self.items[slot as usize] = moved;
        }
    }
}

impl<E: Item> Table<E, Whole> {
    /// The same in pages.
    pub(super) fn paged(&self) -> Table<E, Paged> {
        Table { items: Pages::of(&self.items), index: self.index.paged(), free: Pages::of(&self.free) }
    }

    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.items) + size_of_val(&**self.index.buckets()) + size_of_val(&*self.free)
    }
}

impl<E: Item> Table<E, Paged> {
    /// Shares every page with the copies to come.
    pub(super) fn share(&mut self) {
        self.items.share();
        self.index.buckets_mut().share();
        self.free.share();
    }

    /// Bytes that this holds, without the pages that `other` holds as well.
    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.items.held_bytes(other.map(|other| &other.items))
            + self.index.buckets().held_bytes(other.map(|other| other.index.buckets()))
            + self.free.held_bytes(other.map(|other| &other.free))
    }
}
