//! Keys that were evicted lately, without what they stood for.

use super::pages::Paged;
use super::queue::{Links, Queue};
use super::table::{Item, Slots, Table};

/// Keys by when they were evicted.
#[derive(Debug, Clone, Default)]
pub(super) struct Ghosts {
    table: Table<Ghost, Paged>,
    queue: Queue,
}

#[derive(Debug, Clone, Copy)]
struct Ghost {
    key: u64,
    links: Links,
}

impl Item for Ghost {
    type Mark = Links;
    fn key(&self) -> u64 {
        self.key
    }
    fn bytes(&self) -> u64 {
        0
    }
    fn mark(&self) -> &Links {
        &self.links
    }
    fn mark_mut(&mut self) -> &mut Links {
        &mut self.links
    }
}

impl Ghosts {
    /// Remembers a key that is not remembered yet, and at most so many in all; the oldest are forgotten.
    pub(super) fn remember(&mut self, key: u64, most: usize) {
        let slot = self.table.insert(Ghost { key, links: Links::default() });
        self.queue.push(&mut self.table, slot);
        while self.table.len() > most {
            self.forget(self.queue.oldest());
        }
    }

    /// Whether the key is remembered; it is not any more.
    pub(super) fn recall(&mut self, key: u64) -> bool {
        let slot = self.table.find(key);
        if let Some(slot) = slot {
            self.forget(slot);
        }
        slot.is_some()
    }

    fn forget(&mut self, slot: u32) {
        self.queue.unlink(&mut self.table, slot);
        self.table.remove(slot);
    }

    pub(super) fn share(&mut self) {
        self.table.share();
    }
    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.table.held_bytes(other.map(|other| &other.table))
    }
}
