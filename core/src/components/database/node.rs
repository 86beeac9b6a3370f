//! A server of a database: its connections, cores, locks, disk, and the pages it keeps in memory.

use super::super::contract::FullFor;
use super::locks::Locks;
use super::settings::Config;
use super::vacuum::Vacuum;
use super::{APPLY, CONNECTIONS, CORES, DISK};
use crate::engine::backlog::QueuePlan;
use crate::engine::chance::mix;
use crate::engine::context::Ctx;
use crate::engine::cpu::Cpu;
use crate::engine::station::Station;
use crate::policy::eviction::{Lookup, Policy, Store};
use crate::units::{SimTime, Span};

/// Bytes of a page: PostgreSQL's block size.
pub(super) const PAGE: u64 = 8192;
/// Entries of an index page.
pub(super) const FAN_OUT: u64 = 300;

/// A server while it runs.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) shard: u32,
    pub(super) connections: Station,
    /// The timer for the query that has waited longest for a connection.
    pub(super) patience: Option<u32>,
    pub(super) cpu: Cpu,
    pub(super) locks: Locks,
    /// One page at a time, if the disk has a limit.
    pub(super) disk: Option<Station>,
    /// What it keeps in memory, if not everything.
    pages: Option<Store<u64>>,
    /// One write at a time is applied, if others write.
    pub(super) apply: Station,
    /// The numbers of the last writes received and applied, and the writes on their way with when the last of them comes.
    pub(super) received: u64,
    pub(super) applied: u64,
    pub(super) in_transit: std::collections::VecDeque<u32>,
    pub(super) stream_ends: SimTime,
    /// How long the last write took from its commit until it was applied here.
    pub(super) lag: Span,
    /// Pages changed and not written to the disk; the timer for it, and pages of the checkpoint under way.
    pub(super) dirty: u64,
    pub(super) checkpoint: Option<u32>,
    pub(super) flushing: u64,
    /// The timer for the next look or the next round of a vacuum, and the one under way.
    pub(super) vacuum_timer: Option<u32>,
    pub(super) vacuum: Option<Vacuum>,
    pub(super) full_for: FullFor,
}

impl Node {
    pub(super) fn new(instance: u32, shard: u32, config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let plan = &QueuePlan::PLAIN;
        let connections = Station::new(CONNECTIONS, instance, Some(config.connections), plan, ctx);
        let cpu = Cpu::new(CORES, instance, &config.cpu(), ctx);
        let applies = u32::from(config.replicas > 0);
        let mut node = Node {
            shard,
            connections,
            patience: None,
            cpu,
            locks: Locks::default(),
            disk: None,
            pages: None,
            apply: Station::new(APPLY, instance, Some(applies), plan, ctx),
            received: 0,
            applied: 0,
            in_transit: std::collections::VecDeque::new(),
            stream_ends: ctx.now(),
            lag: Span::ZERO,
            dirty: 0,
            checkpoint: None,
            flushing: 0,
            vacuum_timer: None,
            vacuum: None,
            full_for: FullFor::default(),
        };
        node.set_disk(instance, config, ctx);
        node
    }

    /// Other memory, another disk. What is in memory stays as far as it fits; a disk without a limit has no queue.
    pub(super) fn set_disk(&mut self, instance: u32, config: &Config, ctx: &mut Ctx<'_>) {
        let entries = config.memory.map(|memory| memory.get() / PAGE);
        match (&mut self.pages, entries) {
            (Some(pages), Some(_)) => {
                pages.set_limits(entries, None);
            }
            (_, None) => self.pages = None,
            (None, Some(_)) => self.pages = Some(Store::new(Policy::Lru, entries, None, 0)),
        }
        if config.iops.is_some() && self.disk.is_none() {
            self.disk = Some(Station::new(DISK, instance, Some(1), &QueuePlan::PLAIN, ctx));
        }
    }

    /// So many bytes of the memory are the live rows'.
    pub(super) fn set_memory(&mut self, bytes: u64) {
        if let Some(pages) = &mut self.pages {
            pages.set_limits(Some(bytes / PAGE), None);
        }
    }

    /// Looks a row up in memory: gives how many pages must be read for it. `row` tells rows apart, `leaf` the pages of their index.
    pub(super) fn touch(&mut self, row: u64, leaf: u64, now: SimTime) -> (u8, u8) {
        let Some(pages) = &mut self.pages else { return (0, 0) };
        let mut missing = 0;
        for page in [leaf, row] {
            if !matches!(pages.look_up(page, now.nanos()), Lookup::Hit(_)) {
                pages.insert(page, 1, u64::MAX, 0);
                missing += 1;
            }
        }
        (missing, 2)
    }

    /// The node is about to go: nothing starts here any more.
    pub(super) fn close(&mut self, ctx: &mut Ctx<'_>) {
        self.connections.close(ctx);
        self.cpu.close(ctx);
        self.apply.close(ctx);
        if let Some(disk) = &mut self.disk {
            disk.close(ctx);
        }
        let timers =
            [self.patience.take(), self.locks.timer.take(), self.checkpoint.take(), self.vacuum_timer.take()];
        timers.into_iter().flatten().for_each(|timer| ctx.cancel_timer(timer));
    }

    /// Whether some station here has no server free and calls waiting.
    pub(super) fn is_full(&self) -> bool {
        let disk = self.disk.as_ref().is_some_and(Station::is_full);
        disk || self.cpu.is_full() || self.connections.is_full() || self.apply.is_full()
    }

    pub(super) fn share(&mut self) {
        if let Some(pages) = &mut self.pages {
            pages.share();
        }
    }

    pub(super) fn held_bytes(&self, other: Option<&Node>) -> usize {
        let pages = self
            .pages
            .as_ref()
            .map_or(0, |pages| pages.held_bytes(other.and_then(|other| other.pages.as_ref())));
        pages
            + self.cpu.held_bytes()
            + self.locks.held_bytes(other.map(|other| &other.locks))
            + self.in_transit.len() * size_of::<u32>()
    }
}

/// A prime, greater than any number of keys and near 2⁶⁴ over the golden ratio.
const STRIDE: u128 = 11_400_714_785_074_694_791;

/// The pages on which a row and its entry in the index lie: rows lie scattered, `bytes` each, and every place is taken by one of `keys`.
pub(super) fn pages_of(rank: u64, keys: u64, catalogue: u64, bytes: u64) -> (u64, u64) {
    let place = (u128::from(rank) * STRIDE % u128::from(keys.max(1))) as u64;
    let each = (PAGE / bytes.max(1)).max(1);
    let page =
        |per_page: u64, salt: u64| mix(catalogue ^ (place / per_page).wrapping_mul(2).wrapping_add(salt));
    (page(each, 0), page(FAN_OUT, 1))
}

/// Time of a full scan of so many bytes.
pub(super) fn scan_time(bytes: u64, per_s: u64) -> Span {
    Span::from_secs_f64(bytes as f64 / per_s.max(1) as f64)
}
