//! SIEVE: a hand goes from old to new, spares what was used since it last came by, and takes the first that was not.

use super::order::{Limits, Order};
use super::queue::{Noted, Queue};
use super::table::{END, Slots};

/// Entries by their age. A hit moves nothing, and what is spared stays where it is: so new entries, which are behind the hand, are looked at
/// before those that proved themselves.
#[derive(Debug, Clone)]
pub(super) struct Sieve {
    queue: Queue,
    /// The entry that is looked at next; [`END`] for the oldest.
    hand: u32,
}

/// Whether the entry was used since it entered or the hand passed it.
type Mark = Noted<bool>;

impl Order for Sieve {
    type Mark = Mark;

    fn new(_: Limits, _: u64) -> Self {
        Sieve { queue: Queue::default(), hand: END }
    }
    fn enter(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        self.queue.push(slots, slot);
    }
    fn used(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        slots.mark_mut(slot).note = true;
    }
    fn leave(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        if self.hand == slot {
            self.hand = Queue::newer(slots, slot);
        }
        self.queue.unlink(slots, slot);
    }
    fn victim(&mut self, slots: &mut impl Slots<Mark>) -> u32 {
        loop {
            if self.hand == END {
                self.hand = self.queue.oldest();
            }
            if !slots.mark(self.hand).note {
                return self.hand;
            }
            slots.mark_mut(self.hand).note = false;
            self.hand = Queue::newer(slots, self.hand);
        }
    }
    fn each(&self, slots: &impl Slots<Mark>, act: &mut dyn FnMut(u32)) {
        self.queue.each(slots, act);
    }
}
