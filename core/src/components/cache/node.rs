//! A node of a cache: its threads and its memory.

use super::super::contract::FullFor;
use super::dirty::Dirty;
use super::loads::Loads;
use super::settings::Config;
use super::{Kept, THREADS, Times};
use crate::engine::backlog::QueuePlan;
use crate::engine::chance::Purpose;
use crate::engine::context::Ctx;
use crate::engine::station::Station;
use crate::units::Bytes;

/// A node while it runs. All of this is lost with it.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) threads: Station,
    pub(super) kept: Kept,
    pub(super) loads: Loads,
    pub(super) dirty: Dirty,
    pub(super) full_for: FullFor,
}

impl Node {
    pub(super) fn new(instance: u32, config: &Config, times: Times, ctx: &mut Ctx<'_>) -> Node {
        let seed = ctx.stream(Purpose::Eviction).draw(u64::from(instance)).bits();
        Node {
            threads: Station::new(THREADS, instance, config.threads, &QueuePlan::PLAIN, ctx),
            kept: Kept::new(config.eviction, config.entries, config.bytes.map(Bytes::get), times, seed),
            loads: Loads::default(),
            dirty: Dirty::default(),
            full_for: FullFor::default(),
        }
    }

    /// Whether it has neither loads that others know of nor anything to write.
    pub(super) fn is_idle(&self) -> bool {
        self.loads.is_idle() && self.dirty.is_idle()
    }

    pub(super) fn held_bytes(&self, other: Option<&Node>) -> usize {
        self.kept.held_bytes(other.map(|other| &other.kept))
            + self.loads.held_bytes(other.map(|other| &other.loads))
            + self.dirty.held_bytes(other.map(|other| &other.dirty))
    }
}
