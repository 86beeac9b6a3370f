//! Any may go.

use super::chance::Chance;
use super::order::{Limits, Order};
use super::table::Slots;

/// Entries without an order.
#[derive(Debug, Clone)]
pub(super) struct Random(Chance);

impl Order for Random {
    type Mark = ();
    const DENSE: bool = true;

    fn new(_: Limits, seed: u64) -> Self {
        Random(Chance::new(seed))
    }
    fn enter(&mut self, _: &mut impl Slots<()>, _: u32) {}
    fn used(&mut self, _: &mut impl Slots<()>, _: u32) {}
    fn leave(&mut self, _: &mut impl Slots<()>, _: u32) {}
    fn victim(&mut self, slots: &mut impl Slots<()>) -> u32 {
        self.0.below(slots.len() as u32)
    }
    fn each(&self, slots: &impl Slots<()>, act: &mut dyn FnMut(u32)) {
        (0..slots.len() as u32).for_each(act);
    }
}
