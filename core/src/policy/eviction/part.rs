//! A queue that counts what is in it: policies that divide the store give each part a share of the limits.

use super::order::Limits;
use super::queue::{Linked, Queue};
use super::table::Slots;

/// One part of a store.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    queue: Queue,
    entries: u64,
    bytes: u64,
}

impl Part {
    pub(super) fn oldest(&self) -> u32 {
        self.queue.oldest()
    }
    pub(super) fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Above its share in entries, in bytes or in both: with one limit alone that is the share of this one, since the other is out of reach.
    pub(super) fn is_above(&self, share: Limits) -> bool {
        self.entries > share.entries || self.bytes > share.bytes
    }
    /// At its share or above.
    pub(super) fn is_full(&self, share: Limits) -> bool {
        self.entries >= share.entries || self.bytes >= share.bytes
    }

    pub(super) fn push<M: Linked>(&mut self, slots: &mut impl Slots<M>, slot: u32) {
        self.queue.push(slots, slot);
        self.entries += 1;
        self.bytes += slots.bytes(slot);
    }
    pub(super) fn unlink<M: Linked>(&mut self, slots: &mut impl Slots<M>, slot: u32) {
        self.queue.unlink(slots, slot);
        self.entries -= 1;
        self.bytes -= slots.bytes(slot);
    }
    pub(super) fn renew<M: Linked>(&mut self, slots: &mut impl Slots<M>, slot: u32) {
        self.queue.renew(slots, slot);
    }
    pub(super) fn each<M: Linked>(&self, slots: &impl Slots<M>, act: &mut dyn FnMut(u32)) {
        self.queue.each(slots, act);
    }
}
