//! The list behind an LRU cache: entries from the newest to the oldest, found by key.

use super::lru::Lookup;
use super::pages::{List, Pages};
use super::table::Index;

const END: u32 = u32::MAX;
/// Entries in a page: 4 KiB. A hit writes to some four entries that lie anywhere: with larger pages more would be copied for it, with
/// smaller ones the list of pages, which every copy copies, would be longer.
const ENTRIES: usize = 128;
/// Buckets in a page: 4 KiB.
const BUCKETS: usize = 1024;

#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    key: u64,
    bytes: u64,
    expires: u64,
    newer: u32,
    /// In a free slot, the slot that became free before it.
    older: u32,
}

/// Entries in one piece.
pub(super) type Whole = Chain<Vec<Entry>, Vec<u32>>;
/// Entries in pages that copies share.
pub(super) type Paged = Chain<Pages<Entry, ENTRIES>, Pages<u32, BUCKETS>>;

/// Entries in the order of their use, over lists of a kind.
#[derive(Debug, Clone)]
pub(super) struct Chain<E, B> {
    entries_max: u64,
    bytes_max: u64,
    index: Index<B>,
    entries: E,
    /// The slot that became free last, and how many are free.
    free: u32,
    free_slots: usize,
    newest: u32,
    oldest: u32,
    bytes: u64,
}

impl<E: List<Entry>, B: List<u32> + Default> Chain<E, B> {
    pub(super) fn new(entries_max: u64, bytes_max: u64) -> Self {
        Chain {
            entries_max,
            bytes_max,
            index: Index::default(),
            entries: E::default(),
            free: END,
            free_slots: 0,
            newest: END,
            oldest: END,
            bytes: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len() - self.free_slots
    }
    pub(super) fn may_keep(&self) -> bool {
        self.entries_max > 0 && self.bytes_max > 0
    }
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn look_up(&mut self, key: u64, now: u64) -> Lookup {
        let Some(slot) = self.find(key) else { return Lookup::Miss };
        let entry = self.entries[slot as usize];
        if entry.expires <= now {
            self.drop_slot(slot);
            return Lookup::Expired;
        }
        if self.newest != slot {
            self.unlink(entry);
            self.link_newest(slot);
        }
        Lookup::Hit
    }

    pub(super) fn insert(&mut self, key: u64, bytes: u64, expires: u64) -> u64 {
        self.remove(key);
        if bytes > self.bytes_max || self.entries_max == 0 {
            return 0;
        }
        let evicted = self.make_room(self.entries_max - 1, self.bytes_max - bytes);
        let entry = Entry { key, bytes, expires, newer: END, older: END };
        let slot = self.free;
        let slot = if slot == END {
            self.entries.push(entry);
            (self.entries.len() - 1) as u32
        } else {
            self.free = self.entries[slot as usize].older;
            self.free_slots -= 1;
            self.entries[slot as usize] = entry;
            slot
        };
        self.index.insert(key, slot, |s| self.entries[s as usize].key);
        self.bytes += bytes;
        self.link_newest(slot);
        evicted
    }

    pub(super) fn remove(&mut self, key: u64) -> bool {
        let slot = self.find(key);
        if let Some(slot) = slot {
            self.drop_slot(slot);
        }
        slot.is_some()
    }

    pub(super) fn set_limits(&mut self, entries_max: u64, bytes_max: u64) -> u64 {
        (self.entries_max, self.bytes_max) = (entries_max, bytes_max);
        self.make_room(entries_max, bytes_max)
    }

    pub(super) fn clear(&mut self) {
        *self = Chain::new(self.entries_max, self.bytes_max);
    }

    fn make_room(&mut self, entries: u64, bytes: u64) -> u64 {
        let mut evicted = 0;
        while self.oldest != END && (self.len() as u64 > entries || self.bytes > bytes) {
            self.drop_slot(self.oldest);
            evicted += 1;
        }
        evicted
    }

    fn find(&self, key: u64) -> Option<u32> {
        self.index.find(key, |slot| self.entries[slot as usize].key)
    }

    fn drop_slot(&mut self, slot: u32) {
        let entry = self.entries[slot as usize];
        self.index.remove(entry.key, |s| self.entries[s as usize].key);
        self.unlink(entry);
        self.bytes -= entry.bytes;
        self.entries[slot as usize].older = self.free;
        self.free = slot;
        self.free_slots += 1;
    }

    fn unlink(&mut self, Entry { newer, older, .. }: Entry) {
        if newer == END {
            self.newest = older
        } else {
            self.entries[newer as usize].older = older
        }
        if older == END { self.oldest = newer } else { self.entries[older as usize].newer = newer }
    }

    fn link_newest(&mut self, slot: u32) {
        let before = self.newest;
        let entry = &mut self.entries[slot as usize];
        (entry.newer, entry.older) = (END, before);
        if before == END {
            self.oldest = slot
        } else {
            self.entries[before as usize].newer = slot
        }
        self.newest = slot;
    }
}

impl Whole {
    /// The same in pages.
    pub(super) fn paged(&self) -> Paged {
        Chain {
            entries_max: self.entries_max,
            bytes_max: self.bytes_max,
            index: self.index.map(|buckets| Pages::of(buckets)),
            entries: Pages::of(&self.entries),
            free: self.free,
            free_slots: self.free_slots,
            newest: self.newest,
            oldest: self.oldest,
            bytes: self.bytes,
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.entries) + size_of_val(&**self.index.buckets())
    }
}

impl Paged {
    /// Shares every page with the copies to come.
    pub(super) fn share(&mut self) {
        self.entries.share();
        self.index.buckets_mut().share();
    }

    /// Bytes that this holds, without the pages that `other` holds as well.
    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let buckets = self.index.buckets().held_bytes(other.map(|other| other.index.buckets()));
        self.entries.held_bytes(other.map(|other| &other.entries)) + buckets
    }
}
