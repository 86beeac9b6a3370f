//! Which node keeps a key, and nodes that come and go.

use super::node::Node;
use super::settings::{Config, Placement};
use super::{Cache, LOST};
use crate::engine::context::Ctx;
use crate::engine::fleet::Life;
use crate::policy::hashing::{Ring, modulo};
use std::sync::Arc;

/// The nodes that take calls, and their places.
#[derive(Debug, Clone)]
pub(super) struct Places {
    by: Placement,
    vnodes: u32,
    /// In order.
    nodes: Vec<u32>,
    /// Shared with the copies of the run. Empty by modulo.
    ring: Arc<Ring>,
}

impl Places {
    pub(super) fn new(config: &Config) -> Places {
        let (by, vnodes) = (config.placement, config.vnodes);
        Places { by, vnodes, nodes: Vec::new(), ring: Arc::new(Ring::new(vnodes)) }
    }

    /// Follows the settings; keys may be elsewhere from now on.
    pub(super) fn configure(&mut self, config: &Config) {
        if (self.by, self.vnodes) != (config.placement, config.vnodes) {
            let nodes = std::mem::take(&mut self.nodes);
            *self = Places::new(config);
            nodes.into_iter().for_each(|node| self.add(node));
        }
    }

    fn add(&mut self, node: u32) {
        if let Err(at) = self.nodes.binary_search(&node) {
            self.nodes.insert(at, node);
            if self.by == Placement::Ring {
                Arc::make_mut(&mut self.ring).add(node);
            }
        }
    }

    fn remove(&mut self, node: u32) {
        self.nodes.retain(|other| *other != node);
        Arc::make_mut(&mut self.ring).remove(node);
    }

    /// The node of a key; `None` when there is none.
    pub(super) fn of(&self, key: u64) -> Option<u32> {
        match self.by {
            Placement::Ring => self.ring.node_of(key),
            Placement::Modulo => {
                modulo(key, self.nodes.len() as u32).and_then(|at| self.nodes.get(at as usize).copied())
            }
        }
    }

    pub(super) fn held_bytes(&self, other: Option<&Places>) -> usize {
        let shared = other.is_some_and(|other| Arc::ptr_eq(&self.ring, &other.ring));
        let places = if shared { 0 } else { self.ring.len() * self.vnodes as usize };
        size_of_val(&*self.nodes) + places * size_of::<(u64, u32)>()
    }
}

impl Cache {
    /// A node is up, and empty.
    pub(super) fn join(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let at = instance as usize;
        if self.nodes.len() <= at {
            self.nodes.resize(at + 1, None);
        }
        self.nodes[at] = Some(Node::new(instance, &self.config, self.times, ctx));
        self.places.add(instance);
    }

    /// A node takes no more calls: its keys are others' from now on, and so is what it has still to write.
    pub(super) fn leave(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        self.places.remove(instance);
        let crashed = ctx.core.fleets[usize::from(ctx.me)].instances[instance as usize].life == Life::Down;
        let Some(node) = self.node(instance) else { return };
        let left = node.dirty.take_all();
        let mut lost = 0;
        for (key, write) in left {
            let heir = self.places.of(key).filter(|_| !crashed);
            match heir.and_then(|heir| self.node(heir)) {
                Some(node) => node.dirty.put_back(key, write),
                None => lost += 1,
            }
        }
        self.lose(lost, ctx);
        for other in 0..self.nodes.len() as u32 {
            self.watch_dirty(other, ctx);
        }
    }

    /// Counts writes that were answered and never come to be.
    pub(super) fn lose(&self, writes: u64, ctx: &mut Ctx<'_>) {
        if writes > 0 {
            ctx.tally(LOST, writes);
            let id = ctx.core.ids[usize::from(ctx.me)].clone();
            ctx.core.notice(&id, format!("{writes} writes lost"));
        }
    }

    /// Nothing starts at a node any more.
    pub(super) fn close(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        self.leave(instance, ctx);
        let Some(node) = self.node(instance) else { return };
        node.threads.close(ctx);
        if let Some(timer) = node.dirty.timer.take() {
            ctx.cancel_timer(timer);
        }
    }
}
