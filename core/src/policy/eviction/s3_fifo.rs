//! S3-FIFO: three queues, first in first out. New keys prove themselves in a small one, or go soon; a third remembers those that went.

use super::ghosts::Ghosts;
use super::order::{Limits, Order};
use super::part::Part;
use super::queue::Noted;
use super::table::Slots;

/// Share of the limits that is the small queue's, in hundredths.
const SMALL: u64 = 10;
/// Keys remembered for a hundred entries kept.
const GHOSTS: usize = 90;
/// Uses that take an entry from the small queue to the main one.
const PROVEN: u8 = 2;
/// Uses beyond these do not count.
const USES_MAX: u8 = 3;

/// A small queue, a main queue, and the ghosts of those that went from the small one.
#[derive(Debug, Clone)]
pub(super) struct S3Fifo {
    small: Part,
    main: Part,
    ghosts: Ghosts,
    small_share: Limits,
    main_share: Limits,
    /// Whether the entry to come was a ghost.
    recalled: bool,
    /// Until something was evicted, new entries overflow from the small queue into the main one.
    filling: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Note {
    in_main: bool,
    uses: u8,
}

type Mark = Noted<Note>;

impl S3Fifo {
    fn move_to_main(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        self.small.unlink(slots, slot);
        slots.mark_mut(slot).note = Note { in_main: true, uses: 0 };
        self.main.push(slots, slot);
    }
}

impl Order for S3Fifo {
    type Mark = Mark;

    fn new(limits: Limits, _: u64) -> Self {
        let small_share = limits.percent(SMALL);
        S3Fifo {
            small: Part::default(),
            main: Part::default(),
            ghosts: Ghosts::default(),
            small_share,
            main_share: limits.without(small_share),
            recalled: false,
            filling: true,
        }
    }

    fn limit(&mut self, limits: Limits, _: &mut impl Slots<Mark>) {
        self.small_share = limits.percent(SMALL);
        self.main_share = limits.without(self.small_share);
    }

    fn announce(&mut self, key: u64) {
        self.recalled = self.ghosts.recall(key);
    }

    fn enter(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        let in_main = self.recalled || self.filling && self.small.is_full(self.small_share);
        slots.mark_mut(slot).note.in_main = in_main;
        if in_main { self.main.push(slots, slot) } else { self.small.push(slots, slot) }
    }

    fn used(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        let note = &mut slots.mark_mut(slot).note;
        note.uses = (note.uses + 1).min(USES_MAX);
    }

    fn leave(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        let part = if slots.mark(slot).note.in_main { &mut self.main } else { &mut self.small };
        part.unlink(slots, slot);
    }

    fn victim(&mut self, slots: &mut impl Slots<Mark>) -> u32 {
        self.filling = false;
        // As long as the main queue keeps to its share, it is the small one that is too long.
        if !self.main.is_above(self.main_share) {
            while !self.small.is_empty() {
                let slot = self.small.oldest();
                if slots.mark(slot).note.uses < PROVEN {
                    self.ghosts.remember(slots.key(slot), slots.len() * GHOSTS / 100);
                    return slot;
                }
                self.move_to_main(slots, slot);
            }
        }
        loop {
            let slot = self.main.oldest();
            let note = &mut slots.mark_mut(slot).note;
            if note.uses == 0 {
                return slot;
            }
            note.uses -= 1;
            self.main.renew(slots, slot);
        }
    }

    fn each(&self, slots: &impl Slots<Mark>, act: &mut dyn FnMut(u32)) {
        self.small.each(slots, act);
        self.main.each(slots, act);
    }
    fn share(&mut self) {
        self.ghosts.share();
    }
    fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.ghosts.held_bytes(other.map(|other| &other.ghosts))
    }
}
