//! First in goes first.

use super::order::{Limits, Order};
use super::queue::{Links, Queue};
use super::table::Slots;

/// Entries by their age; a hit changes nothing.
#[derive(Debug, Clone)]
pub(super) struct Fifo(Queue);

impl Order for Fifo {
    type Mark = Links;

    fn new(_: Limits, _: u64) -> Self {
        Fifo(Queue::default())
    }
    fn enter(&mut self, slots: &mut impl Slots<Links>, slot: u32) {
        self.0.push(slots, slot);
    }
    fn used(&mut self, _: &mut impl Slots<Links>, _: u32) {}
    fn leave(&mut self, slots: &mut impl Slots<Links>, slot: u32) {
        self.0.unlink(slots, slot);
    }
    fn victim(&mut self, _: &mut impl Slots<Links>) -> u32 {
        self.0.oldest()
    }
    fn each(&self, slots: &impl Slots<Links>, act: &mut dyn FnMut(u32)) {
        self.0.each(slots, act);
    }
}
