//! What was written follows to the replicas, and pages that were changed to the disk.

use super::query::{CHECKPOINT, GIVE, RECEIVE, VACUUM};
use super::{Database, ON_REPLICAS, STALE, at, due, is_job};
use crate::engine::chance::mix;
use crate::engine::context::{Ctx, TimerTag};
use crate::engine::inside::Job;
use crate::engine::station::Entered;
use crate::units::Span;

impl Database {
    /// Whether the shard of an instance has others that follow it.
    pub(super) fn has_follower(&self, instance: u32) -> bool {
        self.shard_of(instance).is_some_and(|shard| self.shards[shard].members.len() > 1)
    }

    /// The shard that an instance serves.
    pub(super) fn shard_of(&self, instance: u32) -> Option<usize> {
        let node = self.nodes.get(instance as usize)?.as_ref()?;
        Some(node.shard as usize)
    }

    /// A write is committed: the replicas of its shard are to have it as well.
    pub(super) fn follow(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[call].instance;
        let Some(shard) = self.shard_of(instance).filter(|_| self.has_follower(instance)) else { return };
        let (key, now) = (ctx.key(call), ctx.now());
        self.shards[shard].log.commit(key, now);
        let number = self.shards[shard].log.committed;
        if let Some(node) = self.node(instance) {
            (node.received, node.applied) = (number, number);
        }
        let sync = self.config.replication == super::Replication::Sync;
        for place in 0..self.shards[shard].members.len() {
            let replica = self.shards[shard].members[place];
            if replica == instance {
                continue;
            }
            let job = ctx.job_of(call, replica as u8);
            let job = ctx.start_job(job, replica);
            let delay = if sync { Span::ZERO } else { self.delay.of(job, ctx) };
            let Some(node) = self.node(replica) else { continue };
            // One stream: what was sent first arrives first.
            let arrives = (now + delay).max(node.stream_ends);
            node.stream_ends = arrives;
            node.in_transit.push_back(job);
            ctx.calls()[job].tag = at::IN_TRANSIT;
            ctx.serve_for(job, arrives.since(now));
        }
    }

    /// A write has reached a replica, which applies one after the other.
    pub(super) fn received(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[job].instance;
        let Some(node) = self.node(instance) else { return };
        node.in_transit.retain(|on_its_way| *on_its_way != job);
        node.received += 1;
        if node.apply.enter(job, ctx) == Entered::Started {
            self.work(job, ctx);
        }
    }

    /// A replica has applied a write.
    pub(super) fn applied(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        let (instance, now) = (ctx.calls()[job].instance, ctx.now());
        if let Some(shard) = self.shard_of(instance)
            && let Some(Some(node)) = self.nodes.get_mut(instance as usize)
        {
            node.applied = (node.applied + 1).min(node.received);
            node.lag = self.shards[shard].log.age(node.applied, now);
            self.forget_applied(shard);
        }
        self.job_is_done(job, instance, ctx);
    }

    fn job_is_done(&mut self, job: u32, instance: u32, ctx: &mut Ctx<'_>) {
        ctx.reply(job);
        if let Some(node) = self.node(instance) {
            node.apply.leave(ctx);
        }
        self.next_to_apply(instance, ctx);
    }

    /// Begins to apply the next write, if there is one and nothing is in its way.
    pub(super) fn next_to_apply(&mut self, instance: u32, ctx: &mut Ctx<'_>) -> bool {
        let next = self.node(instance).and_then(|node| node.apply.next(ctx));
        if let Some(next) = next {
            self.work(next, ctx);
        }
        next.is_some()
    }

    /// What every member of a shard has applied need not be remembered.
    pub(super) fn forget_applied(&mut self, shard: usize) {
        let nodes = &self.nodes;
        let applied = |member: &u32| nodes.get(*member as usize)?.as_ref().map(|node| node.applied);
        if let Some(least) = self.shards[shard].members.iter().filter_map(applied).min() {
            self.shards[shard].log.forget(least);
        }
    }

    /// The longest time that a replica's last write took from its commit until it was applied.
    pub(super) fn worst_lag_s(&self) -> f64 {
        self.nodes.iter().flatten().map(|node| node.lag.secs()).fold(0.0, f64::max)
    }

    /// Counts a read on a replica, stale if the replica lacks the key's last write although the read came after it.
    pub(super) fn judge_read(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[call].instance;
        let Some(shard) =
            self.shard_of(instance).filter(|shard| self.shards[*shard].primary != Some(instance))
        else {
            return;
        };
        let (key, came) = (ctx.key(call), ctx.calls()[call].arrived_at);
        let applied = self.node(instance).map_or(u64::MAX, |node| node.applied);
        ctx.tally(ON_REPLICAS, 1);
        ctx.tally(STALE, u64::from(self.shards[shard].log.lacked(key, applied, came)));
    }

    /// What was on its way to the members of a shard never comes: the primary is gone.
    pub(super) fn cut_off(&mut self, shard: usize, ctx: &mut Ctx<'_>) {
        for place in 0..self.shards[shard].members.len() {
            let member = self.shards[shard].members[place];
            while let Some(job) = self.node(member).and_then(|node| node.in_transit.pop_front()) {
                ctx.reply(job);
            }
            let now = ctx.now();
            if let Some(node) = self.node(member) {
                node.stream_ends = now;
            }
        }
    }

    /// A job was called off: what it kept busy is free.
    pub(super) fn job_is_off(&mut self, job: u32, tag: u8, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[job].instance;
        let what = ctx.calls()[job].repetition;
        let Some(node) = self.node(instance) else { return };
        if what == CHECKPOINT {
            node.flushing = 0;
        } else if what == VACUUM {
            node.vacuum = None;
        } else if matches!(what, GIVE | RECEIVE) {
            self.move_is_called_off(job, ctx);
        } else if tag == at::IN_TRANSIT {
            node.in_transit.retain(|on_its_way| *on_its_way != job);
        } else {
            node.apply.leave(ctx);
            self.next_to_apply(instance, ctx);
        }
    }
}

/// Checkpoints, and what they have in common with other upkeep.
impl Database {
    /// Begins work on a server that no query asked for.
    pub(super) fn start_upkeep(&mut self, what: u8, instance: u32, about: u64, ctx: &mut Ctx<'_>) -> u32 {
        let mut job = Job::of_nobody(ctx.now(), about);
        // What begins on several servers at once has chances of its own on each.
        job.path = mix(job.path.wrapping_add(u64::from(instance) << 8 | u64::from(what)) ^ mix(about));
        let job = ctx.start_job(job, instance);
        ctx.calls()[job].repetition = what;
        job
    }

    /// A page that a job asked for has been read or written.
    pub(super) fn page_of_job(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        debug_assert!(is_job(job, ctx));
        match ctx.calls()[job].repetition {
            CHECKPOINT => self.page_is_written(job, ctx),
            VACUUM => self.page_is_vacuumed(job, ctx),
            _ if self.works.moves.takes_no_time() => self.has_moved(job, ctx),
            _ => self.work(job, ctx),
        }
    }

    /// A job goes on with another page, which takes a time of its own.
    pub(super) fn next_page(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        let slot = &mut ctx.calls()[job];
        slot.path = mix(slot.path);
        self.read_page(job, ctx);
    }

    pub(super) fn watch_checkpoint(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let every = self.config.checkpoint;
        let Some(node) = self.node(instance) else { return };
        if let Some(every) = every.filter(|_| node.checkpoint.is_none()) {
            let tag = TimerTag { what: due::CHECKPOINT, instance, extra: 0 };
            node.checkpoint = Some(ctx.timer(ctx.now() + every, tag));
        }
    }

    /// Pages changed since the last time are written, one after the other, in line with what is read.
    pub(super) fn begin_checkpoint(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let Some(node) = self.node(instance) else { return };
        node.checkpoint = None;
        let pages = std::mem::take(&mut node.dirty);
        // What the last one has not written yet, this one writes as well.
        let under_way = node.flushing > 0;
        node.flushing += pages;
        if pages > 0 && !under_way {
            let job = self.start_upkeep(CHECKPOINT, instance, 1, ctx);
            self.read_page(job, ctx);
        }
        self.watch_checkpoint(instance, ctx);
    }

    fn page_is_written(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[job].instance;
        let Some(node) = self.node(instance) else { return };
        node.flushing -= 1;
        if node.flushing > 0 { self.next_page(job, ctx) } else { ctx.reply(job) }
    }
}
