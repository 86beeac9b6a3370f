//! Where a key stands: an open-addressed index of dense slots.
//!
//! One fixed hasher and no pointers, so nothing depends on an order of hashing.

use super::pages::{List, Pages};

/// Finds the slot of a key.
#[derive(Debug, Clone, Default)]
pub(super) struct Index<W> {
    /// The upper half of the key's hash, then slot + 1; 0 is empty. The hash is there so that hardly any other key's entry is read, and none
    /// to move a bucket. The length is a power of two, at most two thirds full: beyond, a key that is not there is looked for in ever
    /// longer runs.
    buckets: W,
    used: usize,
}

/// Fibonacci hashing: the upper bits of a product with 2⁶⁴/φ.
fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

fn home(bucket: u64, mask: usize) -> usize {
    (bucket >> 32) as usize & mask
}

fn slot_of(bucket: u64) -> u32 {
    bucket as u32 - 1
}

fn bucket_of(key: u64, slot: u32) -> u64 {
    (hash(key) << 32) | (u64::from(slot) + 1)
}

impl<W: List<u64>> Index<W> {
    /// The slot of `key`; `key_of` tells the key that a slot holds.
    pub(super) fn find(&self, key: u64, key_of: impl Fn(u32) -> u64) -> Option<u32> {
        if self.buckets.len() == 0 {
            return None;
        }
        let mask = self.buckets.len() - 1;
        let hash = hash(key);
        let mut at = hash as usize & mask;
        loop {
            let bucket = self.buckets[at];
            if bucket == 0 {
                return None;
            }
            if bucket >> 32 == hash && key_of(slot_of(bucket)) == key {
                return Some(slot_of(bucket));
            }
            at = (at + 1) & mask;
        }
    }

    /// Notes that `key`, which is not there yet, is in `slot`.
    pub(super) fn insert(&mut self, key: u64, slot: u32) {
        if (self.used + 1) * 3 > self.buckets.len() * 2 {
            let grown = (self.buckets.len() * 2).max(16);
            let old = std::mem::replace(&mut self.buckets, W::filled(0, grown));
            (0..old.len())
                .map(|at| old[at])
                .filter(|bucket| *bucket != 0)
                .for_each(|bucket| self.place(bucket));
        }
        self.place(bucket_of(key, slot));
        self.used += 1;
    }

    fn place(&mut self, bucket: u64) {
        let mask = self.buckets.len() - 1;
        let mut at = home(bucket, mask);
        while self.buckets[at] != 0 {
            at = (at + 1) & mask;
        }
        self.buckets[at] = bucket;
    }

    /// Where `key`, which is there, has its bucket.
    fn place_of(&self, key: u64, slot: u32) -> usize {
        let mask = self.buckets.len() - 1;
        let bucket = bucket_of(key, slot);
        let mut at = home(bucket, mask);
        while self.buckets[at] != bucket {
            at = (at + 1) & mask;
        }
        at
    }

    /// `key` has moved from one slot to another.
    pub(super) fn moved(&mut self, key: u64, from: u32, to: u32) {
        let at = self.place_of(key, from);
        self.buckets[at] = bucket_of(key, to);
    }

    /// Forgets `key`, which is in `slot`; later entries of its run move up, so no gaps are left behind.
    pub(super) fn remove(&mut self, key: u64, slot: u32) {
        let mask = self.buckets.len() - 1;
        let mut gap = self.place_of(key, slot);
        let mut at = gap;
        self.used -= 1;
        loop {
            at = (at + 1) & mask;
            let bucket = self.buckets[at];
            if bucket == 0 {
                break;
            }
            // It may move into the gap unless its home lies behind it.
            if (at.wrapping_sub(home(bucket, mask)) & mask) >= (at.wrapping_sub(gap) & mask) {
                self.buckets[gap] = bucket;
                gap = at;
            }
        }
        self.buckets[gap] = 0;
    }

    pub(super) fn buckets(&self) -> &W {
        &self.buckets
    }
    pub(super) fn buckets_mut(&mut self) -> &mut W {
        &mut self.buckets
    }
}

impl Index<Vec<u64>> {
    /// The same in pages.
    pub(super) fn paged<const N: usize>(&self) -> Index<Pages<u64, N>> {
        Index { buckets: Pages::of(&self.buckets), used: self.used }
    }
}
