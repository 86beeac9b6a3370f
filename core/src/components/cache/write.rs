//! Writes: past the cache, through it, or into it to be passed on later.

use super::settings::Writes;
use super::{Cache, due};
use crate::engine::context::{Ctx, Flow, TimerTag};
use crate::measure::Reason;

/// Tells what is written later from other works on the same call.
const BEHIND: u8 = 2;

impl Cache {
    /// A write has come to its node.
    pub(super) fn write(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        if self.config.writes == Writes::Behind && self.put_off(call, instance, ctx) {
            return ctx.reply(call);
        }
        match ctx.descend(call) {
            Flow::Waiting => {}
            Flow::Done => self.written(call, Ok(()), ctx),
            Flow::Failed(reason) => self.written(call, Err(reason), ctx),
        }
    }

    /// A write that was passed on at once is over.
    pub(super) fn written(&mut self, call: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        let (key, instance) = (ctx.key(call), ctx.calls()[call].instance);
        let (around, bytes) = (self.config.writes == Writes::Around, ctx.class(call).request_bytes);
        if let Some(node) = self.node(instance) {
            if outcome.is_ok() {
                node.loads.spoil(key);
                node.dirty.forget(key);
            }
            match outcome {
                Ok(()) if !around => node.kept.keep(call, bytes, ctx),
                Err(_) if around => {}
                // Nobody knows what a write that failed has done.
                _ => node.kept.forget(call, ctx),
            }
        }
        super::end(call, outcome, ctx);
    }

    /// Keeps a write to pass it on later; `false` when too many wait already.
    fn put_off(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) -> bool {
        let (key, bytes, room) = (ctx.key(call), ctx.class(call).request_bytes, self.config.dirty_max);
        let Some(node) = self.node(instance) else { return false };
        if !node.dirty.holds(key) && room.is_some_and(|room| node.dirty.len() as u64 >= room) {
            return false;
        }
        node.dirty.put(key, ctx.job_of(call, BEHIND));
        node.loads.spoil(key);
        node.kept.keep(call, bytes, ctx);
        self.watch_dirty(instance, ctx);
        true
    }

    /// Waits until what a node has gathered is passed on.
    pub(super) fn watch_dirty(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let at = ctx.now() + self.config.flush_every;
        if let Some(node) = self.node(instance)
            && node.dirty.wants_round()
        {
            node.dirty.timer = Some(ctx.timer(at, TimerTag { what: due::WRITES, instance, extra: 0 }));
        }
    }

    /// It is time to pass on what a node has gathered.
    pub(super) fn begin_round(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        if let Some(node) = self.node(instance) {
            node.dirty.timer = None;
            node.dirty.begin_round();
            self.pass_on(instance, ctx);
        }
    }

    /// Passes on as many writes of the round as may be on their way at once.
    fn pass_on(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let at_once = self.config.flush_at_once;
        while let Some(write) = self.node(instance).and_then(|node| node.dirty.next(at_once)) {
            let job = ctx.start_job(write, instance);
            match ctx.descend(job) {
                Flow::Waiting => {}
                Flow::Done => self.passed_on(job, Ok(()), ctx),
                Flow::Failed(reason) => self.passed_on(job, Err(reason), ctx),
            }
        }
        self.watch_dirty(instance, ctx);
    }

    fn passed_on(&mut self, job: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        let (key, instance) = (ctx.key(job), ctx.calls()[job].instance);
        if let Some(node) = self.node(instance) {
            node.dirty.open -= 1;
            if outcome.is_err() {
                node.dirty.put_back(key, ctx.job_of(job, BEHIND));
            }
        }
        super::end(job, outcome, ctx);
    }

    /// A write that was passed on is over; what failed is tried again in the next round.
    pub(super) fn one_more(&mut self, job: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[job].instance;
        self.passed_on(job, outcome, ctx);
        self.pass_on(instance, ctx);
    }
}
