//! Where a key stands: an open-addressed index of dense slots.
//!
//! One fixed hasher and no pointers, so nothing depends on an order of hashing.

use super::pages::List;

/// Finds the slot of a key.
#[derive(Debug, Clone, Default)]
pub(super) struct Index<B> {
    /// Slot + 1; 0 is empty. The length is a power of two, at most 7/8 full.
    buckets: B,
    used: usize,
}

fn home(key: u64, mask: usize) -> usize {
    // Fibonacci hashing: the upper bits of a product with 2⁶⁴/φ.
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & mask
}

impl<B: List<u32>> Index<B> {
    /// The slot of `key`; `key_of` tells the key that a slot holds.
    pub(super) fn find(&self, key: u64, key_of: impl Fn(u32) -> u64) -> Option<u32> {
        if self.buckets.len() == 0 {
            return None;
        }
        let mask = self.buckets.len() - 1;
        let mut at = home(key, mask);
        while self.buckets[at] != 0 {
            let slot = self.buckets[at] - 1;
            if key_of(slot) == key {
                return Some(slot);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Notes that `key`, which is not there yet, is in `slot`.
    pub(super) fn insert(&mut self, key: u64, slot: u32, key_of: impl Fn(u32) -> u64) {
        if (self.used + 1) * 8 > self.buckets.len() * 7 {
            let grown = (self.buckets.len() * 2).max(16);
            let old = std::mem::replace(&mut self.buckets, B::filled(0, grown));
            let buckets = (0..old.len()).map(|at| old[at]).filter(|bucket| *bucket != 0);
            buckets.for_each(|bucket| self.place(key_of(bucket - 1), bucket));
        }
        self.place(key, slot + 1);
        self.used += 1;
    }

    fn place(&mut self, key: u64, bucket: u32) {
        let mask = self.buckets.len() - 1;
        let mut at = home(key, mask);
        while self.buckets[at] != 0 {
            at = (at + 1) & mask;
        }
        self.buckets[at] = bucket;
    }

    /// Forgets `key`; later entries of its run move up, so no gaps are left behind.
    pub(super) fn remove(&mut self, key: u64, key_of: impl Fn(u32) -> u64) {
        let mask = self.buckets.len().wrapping_sub(1);
        if self.buckets.len() == 0 {
            return;
        }
        let mut at = home(key, mask);
        while self.buckets[at] != 0 && key_of(self.buckets[at] - 1) != key {
            at = (at + 1) & mask;
        }
        if self.buckets[at] == 0 {
            return;
        }
        self.used -= 1;
        let mut gap = at;
        loop {
            at = (at + 1) & mask;
            let bucket = self.buckets[at];
            if bucket == 0 {
                break;
            }
            let wants = home(key_of(bucket - 1), mask);
            // It may move into the gap unless its home lies behind it.
            if (at.wrapping_sub(wants) & mask) >= (at.wrapping_sub(gap) & mask) {
                self.buckets[gap] = bucket;
                gap = at;
            }
        }
        self.buckets[gap] = 0;
    }

    /// The same over another kind of list.
    pub(super) fn map<C>(&self, buckets: impl FnOnce(&B) -> C) -> Index<C> {
        Index { buckets: buckets(&self.buckets), used: self.used }
    }

    pub(super) fn buckets(&self) -> &B {
        &self.buckets
    }
    pub(super) fn buckets_mut(&mut self) -> &mut B {
        &mut self.buckets
    }
}
