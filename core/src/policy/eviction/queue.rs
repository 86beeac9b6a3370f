//! Slots in a row, from the newest to the oldest: what most policies are made of.

use super::table::{END, Slots};

/// The neighbours of a slot in its queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links {
    newer: u32,
    older: u32,
}

impl Default for Links {
    fn default() -> Self {
        Links { newer: END, older: END }
    }
}

/// A mark that has neighbours.
pub(super) trait Linked: Copy {
    fn links(&self) -> Links;
    fn links_mut(&mut self) -> &mut Links;
}

impl Linked for Links {
    fn links(&self) -> Links {
        *self
    }
    fn links_mut(&mut self) -> &mut Links {
        self
    }
}

/// Neighbours, and what else a policy notes of an entry.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Noted<T> {
    links: Links,
    pub(super) note: T,
}

impl<T: Copy> Linked for Noted<T> {
    fn links(&self) -> Links {
        self.links
    }
    fn links_mut(&mut self) -> &mut Links {
        &mut self.links
    }
}

/// A queue of slots; [`END`] where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Queue {
    newest: u32,
    oldest: u32,
}

impl Default for Queue {
    fn default() -> Self {
        Queue { newest: END, oldest: END }
    }
}

impl Queue {
    pub(super) fn oldest(&self) -> u32 {
        self.oldest
    }

    /// The one that entered the queue after `slot`.
    pub(super) fn newer<M: Linked>(slots: &impl Slots<M>, slot: u32) -> u32 {
        slots.mark(slot).links().newer
    }

    /// From the oldest to the newest.
    pub(super) fn each<M: Linked>(&self, slots: &impl Slots<M>, act: &mut dyn FnMut(u32)) {
        let mut slot = self.oldest;
        while slot != END {
            act(slot);
            slot = Queue::newer(slots, slot);
        }
    }

    /// Puts a slot that is in no queue at the newest end.
    pub(super) fn push<M: Linked>(&mut self, slots: &mut impl Slots<M>, slot: u32) {
        let before = self.newest;
        *slots.mark_mut(slot).links_mut() = Links { newer: END, older: before };
        if before == END {
            self.oldest = slot
        } else {
            slots.mark_mut(before).links_mut().newer = slot
        }
        self.newest = slot;
    }

    pub(super) fn unlink<M: Linked>(&mut self, slots: &mut impl Slots<M>, slot: u32) {
        let Links { newer, older } = slots.mark(slot).links();
        if newer == END {
            self.newest = older
        } else {
            slots.mark_mut(newer).links_mut().older = older
        }
        if older == END { self.oldest = newer } else { slots.mark_mut(older).links_mut().newer = newer }
    }

    /// Moves a slot to the newest end: what unlinking and pushing do, without asking again what is known. It is most of a hit under LRU.
    pub(super) fn renew<M: Linked>(&mut self, slots: &mut impl Slots<M>, slot: u32) {
        let before = self.newest;
        if before == slot {
            return;
        }
        // It is not the newest, so there is a newer one, and the newest is another.
        let links = slots.mark_mut(slot).links_mut();
        let Links { newer, older } = std::mem::replace(links, Links { newer: END, older: before });
        slots.mark_mut(newer).links_mut().older = older;
        if older == END {
            self.oldest = newer
        } else {
            slots.mark_mut(older).links_mut().newer = newer
        }
        slots.mark_mut(before).links_mut().newer = slot;
        self.newest = slot;
    }
}
