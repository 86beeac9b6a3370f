//! Who is there, who reaches whom, and who leads.

use super::{CONFLICTS, LOST, QuorumStore, REPAIRED, due};
use crate::engine::context::{Ctx, TimerTag};
use crate::engine::fleet::Life;
use crate::units::SimTime;
use std::sync::Arc;

/// Some nodes cannot reach the others.
#[derive(Debug, Clone)]
pub(super) struct Partition {
    minority: Vec<u32>,
    since: SimTime,
}

/// Places of a node on the ring.
pub(super) const PLACES: u32 = 100;

impl QuorumStore {
    /// Follows the fleet: nodes that crashed keep their data and their keys, those that were taken out for good do not.
    pub(super) fn look(&mut self, ctx: &Ctx<'_>) {
        if self.looked == ctx.core.changes {
            return;
        }
        self.looked = ctx.core.changes;
        let fleet = &ctx.core.fleets[usize::from(ctx.me)].instances;
        let there = |node: &u32| {
            let life = fleet.get(*node as usize).map(|instance| instance.life);
            matches!(life, Some(Life::Ready | Life::Down | Life::Starting))
        };
        let members: Vec<u32> = (0..fleet.len() as u32).filter(there).collect();
        if members == self.members {
            return;
        }
        let ring = Arc::make_mut(&mut self.ring);
        for gone in self.members.iter().filter(|node| !members.contains(node)) {
            ring.remove(*gone);
        }
        for new in members.iter().filter(|node| !self.members.contains(node)) {
            ring.add(*new);
        }
        self.lost_at.retain(|node, _| members.contains(node));
        self.members = members;
        // Whoever has a key now has got all that was written of it.
        self.keys.forget();
    }

    pub(super) fn is_up(&self, node: u32) -> bool {
        self.nodes.get(node as usize).is_some_and(Option::is_some)
    }

    /// The side of the partition that a node is on: 1 for the minority.
    pub(super) fn side(&self, node: u32) -> Option<usize> {
        self.partition.as_ref().map(|partition| usize::from(partition.minority.contains(&node)))
    }

    /// Whether both are up and on the same side.
    pub(super) fn reaches(&self, from: u32, to: u32) -> bool {
        self.is_up(from) && self.is_up(to) && self.side(from) == self.side(to)
    }

    /// Whether somebody leads the key with these replicas, as seen by `from`: the first replica that it reaches, once it has been elected.
    pub(super) fn has_leader(&self, homes: &[u32], from: u32, now: SimTime) -> bool {
        let lost = |node: &u32| {
            let cut_off = self.partition.as_ref().map_or(SimTime::ZERO, |partition| partition.since);
            if self.is_up(*node) { cut_off } else { self.lost_at.get(node).copied().unwrap_or(SimTime::ZERO) }
        };
        let before = homes.iter().take_while(|node| !self.reaches(from, **node));
        before.map(lost).max().is_none_or(|lost| lost + self.config.election <= now)
    }

    /// So many nodes, the last ones, cannot reach the others any more; with none all can.
    pub(super) fn part_ways(&mut self, minority: u32, ctx: &mut Ctx<'_>) {
        self.look(ctx);
        if self.partition.take().is_some() {
            let (conflicts, lost) = self.keys.heal();
            ctx.tally(CONFLICTS, conflicts);
            ctx.tally(LOST, lost);
            if conflicts > 0 {
                let id = ctx.core.ids[usize::from(ctx.me)].clone();
                let words = format!("{conflicts} keys were written on both sides; {lost} writes lost");
                ctx.core.notice(&id, words);
            }
        }
        // Somebody stays, whatever has become of the others.
        let from = self.members.len().saturating_sub(minority as usize).max(1);
        let cut_off = self.members.get(from..).filter(|cut_off| !cut_off.is_empty());
        self.partition = cut_off.map(|minority| Partition { minority: minority.to_vec(), since: ctx.now() });
        self.watch_settling(ctx);
    }

    /// Sees to it that nodes compare what they have when the time comes, if they differ in anything.
    pub(super) fn watch_settling(&mut self, ctx: &mut Ctx<'_>) {
        if self.settling.is_some() || self.keys.len() == 0 {
            return;
        }
        let every = self.config.hint_replay;
        // On a clock of its own, whenever the first of them was written.
        let rounds = ctx.now().nanos() / every.nanos().max(1) + 1;
        let tag = TimerTag { what: due::SETTLE, instance: 0, extra: 0 };
        self.settling = Some(ctx.timer(SimTime::ZERO + every * rounds, tag));
    }

    pub(super) fn settle(&mut self, ctx: &mut Ctx<'_>) {
        self.look(ctx);
        self.settling = None;
        let mut keys = std::mem::take(&mut self.keys);
        let brought = keys.settle(|from, to| self.reaches(from, to));
        self.keys = keys;
        ctx.tally(REPAIRED, brought);
        self.watch_settling(ctx);
    }
}
