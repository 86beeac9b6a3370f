//! A partition: its records in order, and what it accepts.

use super::settings::Config;
use crate::engine::inside::Job;
use crate::engine::line::Line;
use crate::policy::capacity::{Bucket, MICRO};
use crate::units::SimTime;

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub(super) job: Job,
    /// When it was accepted.
    pub(super) published: SimTime,
    /// When the request that caused it was meant to start.
    pub(super) intended: SimTime,
}

/// A partition. Records are numbered from 0: a record's offset.
#[derive(Debug, Clone, Default)]
pub(super) struct Partition {
    /// What somebody has yet to commit.
    log: Line<Record>,
    /// The offset of the first of them.
    base: u64,
    bytes: Option<Bucket>,
    records: Option<Bucket>,
    /// Records that came since the number of partitions was last changed.
    pub(super) came: u64,
    /// When its oldest records are looked at next.
    pub(super) looked_at: Option<SimTime>,
}

impl Partition {
    /// The offset of its first record, and of the next to come.
    pub(super) fn start(&self) -> u64 {
        self.base
    }
    pub(super) fn end(&self) -> u64 {
        self.base + self.log.len() as u64
    }
    pub(super) fn is_empty(&self) -> bool {
        self.log.len() == 0
    }
    /// The record at `offset`, if it is kept still.
    pub(super) fn get(&self, offset: u64) -> Option<&Record> {
        self.log.get(offset.checked_sub(self.base)? as usize)
    }
    pub(super) fn oldest(&self) -> Option<SimTime> {
        self.log.first().map(|record| record.published)
    }

    pub(super) fn set_limits(&mut self, config: &Config, now: u64) {
        let set = |bucket: Option<Bucket>, rate: Option<u64>| {
            rate.map(|rate| {
                let mut bucket = bucket.unwrap_or_else(|| Bucket::full(rate, 1, now));
                bucket.set_rate(rate, 1, now);
                bucket
            })
        };
        self.bytes = set(self.bytes, config.bytes_limit.map(|bytes| bytes.get().saturating_mul(MICRO)));
        let records = config.records_limit.map(|rate| (rate.get() * MICRO as f64 + 0.5) as u64);
        self.records = set(self.records, records);
    }

    /// Whether a record of so many bytes is within the limits; it then counts.
    pub(super) fn admits(&mut self, bytes: u64, now: u64) -> bool {
        let cost = bytes.saturating_mul(MICRO);
        let covered = self.bytes.as_mut().is_none_or(|bucket| bucket.covers(cost, now))
            && self.records.as_mut().is_none_or(|bucket| bucket.covers(MICRO, now));
        if covered {
            self.bytes.iter_mut().for_each(|bucket| bucket.take(cost));
            self.records.iter_mut().for_each(|bucket| bucket.take(MICRO));
        }
        covered
    }

    pub(super) fn push(&mut self, record: Record) {
        self.log.push_back(record);
        self.came += 1;
    }

    /// Forgets what is before `offset`.
    pub(super) fn forget_before(&mut self, offset: u64) {
        while self.base < offset && self.log.pop_front().is_some() {
            self.base += 1;
        }
    }

    /// Forgets what was accepted at `at` or before.
    pub(super) fn forget_older(&mut self, at: SimTime) {
        while self.oldest().is_some_and(|published| published <= at) {
            self.log.pop_front();
            self.base += 1;
        }
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        size_of::<Partition>() + self.log.held_bytes(other.map(|other| &other.log))
    }
}
