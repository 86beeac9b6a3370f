//! CLOCK: first in goes first, unless it was used since it was last considered.

use super::order::{Limits, Order};
use super::queue::{Noted, Queue};
use super::table::Slots;

/// Entries by their age. The one the hand points at is the oldest; to move the hand past it is to make it the newest.
#[derive(Debug, Clone)]
pub(super) struct Clock(Queue);

/// Whether the entry was used since it entered or the hand passed it.
type Mark = Noted<bool>;

impl Order for Clock {
    type Mark = Mark;

    fn new(_: Limits, _: u64) -> Self {
        Clock(Queue::default())
    }
    fn enter(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        self.0.push(slots, slot);
    }
    fn used(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        slots.mark_mut(slot).note = true;
    }
    fn leave(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        self.0.unlink(slots, slot);
    }
    fn victim(&mut self, slots: &mut impl Slots<Mark>) -> u32 {
        loop {
            let slot = self.0.oldest();
            if !slots.mark(slot).note {
                return slot;
            }
            slots.mark_mut(slot).note = false;
            self.0.renew(slots, slot);
        }
    }
    fn each(&self, slots: &impl Slots<Mark>, act: &mut dyn FnMut(u32)) {
        self.0.each(slots, act);
    }
}
