//! A partition: its share with what it has saved up, and what no partition exceeds.

use super::heat::Heat;
use super::{BURST_S, Bucket, MICRO, Operation, PARTITION_CAP};

/// For how long use is added up before it counts as what was used last.
const EPOCH_NS: u64 = 10_000_000_000;

#[derive(Debug, Clone)]
pub(super) struct Partition {
    /// Share and burst, by operation.
    pub(super) own: [Bucket; 2],
    cap: [Bucket; 2],
    /// Kept while it is at its cap.
    pub(super) heat: Option<Box<Heat>>,
    /// The epoch in which it was used last, what was used in it, and in the one before.
    used: (u64, u64, u64),
}

impl Partition {
    /// One that has a share of so many millionths of a unit a second, with all saved up that can be.
    pub(super) fn new(share: [u64; 2], now_ns: u64) -> Self {
        Partition {
            own: share.map(|share| Bucket::full(share, BURST_S, now_ns)),
            // That the cap is one of each second is our reading; the guide says "per second".
            cap: PARTITION_CAP.map(|cap| Bucket::full(cap * MICRO, 1, now_ns)),
            heat: None,
            used: (0, 0, 0),
        }
    }

    /// One of the partitions that come in place of this one and others, `before` of them and `after` of the new. What it has saved up is
    /// divided; nothing is known of its items.
    pub(super) fn split(&self, before: u32, after: u32) -> Self {
        let mut part = Partition { heat: None, ..self.clone() };
        if after > before {
            part.own.iter_mut().for_each(|bucket| bucket.keep(before, after));
        }
        part
    }

    pub(super) fn set_share(&mut self, share: [u64; 2], now_ns: u64) {
        for (bucket, share) in self.own.iter_mut().zip(share) {
            bucket.set_rate(share, BURST_S, now_ns);
        }
    }

    /// Whether the cap allows it.
    pub(super) fn below_the_cap(&mut self, op: Operation, cost: u64, now_ns: u64) -> bool {
        self.cap[op as usize].covers(cost, now_ns)
    }

    /// It is used.
    pub(super) fn take(&mut self, op: Operation, cost: u64, now_ns: u64) {
        self.cap[op as usize].take(cost);
        let epoch = now_ns / EPOCH_NS;
        let (last, now, _) = self.used;
        if epoch == last {
            self.used.1 = now.saturating_add(cost);
        } else {
            self.used = (epoch, cost, if epoch == last + 1 { now } else { 0 });
        }
    }

    /// What was used in the last whole epoch before `now_ns`.
    pub(super) fn used_lately(&self, now_ns: u64) -> u64 {
        let (last, now, before) = self.used;
        match (now_ns / EPOCH_NS).checked_sub(last) {
            Some(0) => before,
            Some(1) => now,
            _ => 0,
        }
    }
}
