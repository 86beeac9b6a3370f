//! Least recently used goes first.

use super::order::{Limits, Order};
use super::queue::{Links, Queue};
use super::table::Slots;

/// Entries by their last use.
#[derive(Debug, Clone)]
pub(super) struct Lru(Queue);

impl Order for Lru {
    type Mark = Links;

    fn new(_: Limits, _: u64) -> Self {
        Lru(Queue::default())
    }
    fn enter(&mut self, slots: &mut impl Slots<Links>, slot: u32) {
        self.0.push(slots, slot);
    }
    fn used(&mut self, slots: &mut impl Slots<Links>, slot: u32) {
        self.0.renew(slots, slot);
    }
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
