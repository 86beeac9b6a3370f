//! Reads that are more than a look-up: loads that are joined, leased or made early, and what is stale.

use super::settings::{Early, Misses, Pattern};
use super::{AGAIN, Cache, JOINED, STALE, at};
use crate::components::kept::{Found, count};
use crate::engine::calls::{NONE, flag};
use crate::engine::context::{Ctx, Flow};
use crate::measure::Reason;

/// Tells refreshes from other works on the same call.
const REFRESH: u8 = 1;

impl Cache {
    /// A read has been looked up at its node.
    pub(super) fn read(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let key = ctx.key(call);
        let (misses, aside) = (self.config.misses, self.config.pattern == Pattern::Aside);
        let Some(node) = self.node(instance) else { return ctx.fail(call, Reason::Reset) };
        let mut found = node.kept.find(call, ctx);
        if found == Found::Nothing && node.dirty.holds(key) {
            // Evicted, but still here to be written.
            found = Found::Fresh;
        }
        let may_load = match found {
            // Beside its callers a cache refreshes nothing: whoever has the lease is told to load.
            Found::Stale => aside && self.take_lease(instance, key, ctx),
            Found::Early => self.config.early_by == Early::Reader && self.may_load(instance, key, ctx),
            _ => false,
        };
        let again = std::mem::take(&mut ctx.calls()[call].step) == AGAIN;
        if !again {
            let bytes = ctx.reply_bytes(call);
            count(found != Found::Nothing && !may_load, bytes, ctx);
        }
        match found {
            Found::Fresh => ctx.reply(call),
            _ if may_load && aside => ctx.reply_missed(call),
            _ if may_load => self.load(call, instance, key, ctx),
            Found::Stale | Found::Early => {
                ctx.tally(STALE, u64::from(found == Found::Stale));
                if !aside && (found == Found::Stale || self.config.early_by == Early::Beside) {
                    self.refresh(call, instance, ctx);
                }
                ctx.reply(call);
            }
            Found::Nothing if misses == Misses::Leased && !self.take_lease(instance, key, ctx) => {
                ctx.tally(JOINED, u64::from(!again));
                ctx.calls()[call].tag = at::WAITING;
                ctx.serve_for(call, self.config.lease_retry);
            }
            Found::Nothing if aside => ctx.reply_missed(call),
            Found::Nothing => self.load(call, instance, key, ctx),
        }
    }

    /// Loads what is missing, or joins who does.
    fn load(&mut self, call: u32, instance: u32, key: u64, ctx: &mut Ctx<'_>) {
        if self.config.misses == Misses::Joined
            && let Some(node) = self.node(instance)
        {
            if node.loads.join(key, call) {
                ctx.tally(JOINED, 1);
                let now = ctx.now();
                let slot = &mut ctx.calls()[call];
                slot.tag = at::JOINED;
                return slot.begin_away(now);
            }
            node.loads.begin(key, call);
        }
        match ctx.descend(call) {
            Flow::Waiting => {}
            Flow::Done => self.loaded(call, Ok(()), ctx),
            Flow::Failed(reason) => self.loaded(call, Err(reason), ctx),
        }
    }

    /// Whether a read may load what others are served meanwhile: where loads are joined or leased, one at a time.
    fn may_load(&mut self, instance: u32, key: u64, ctx: &Ctx<'_>) -> bool {
        match self.config.misses {
            Misses::Each => true,
            Misses::Joined => self.node(instance).is_some_and(|node| !node.loads.is_open(key)),
            Misses::Leased => self.take_lease(instance, key, ctx),
        }
    }

    fn take_lease(&mut self, instance: u32, key: u64, ctx: &Ctx<'_>) -> bool {
        let (now, until) = (ctx.now().nanos(), (ctx.now() + self.config.lease).nanos());
        self.node(instance).is_some_and(|node| node.loads.take(key, now, until))
    }

    /// Loads a key anew while its entry is served: one load at a time, for which nobody waits.
    fn refresh(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let key = ctx.key(call);
        if self.node(instance).is_none_or(|node| node.loads.is_open(key))
            || (self.config.misses == Misses::Leased && !self.take_lease(instance, key, ctx))
        {
            return;
        }
        let job = ctx.job_of(call, REFRESH);
        let job = ctx.start_job(job, instance);
        if let Some(node) = self.node(instance) {
            node.loads.begin(key, job);
        }
        match ctx.descend(job) {
            Flow::Waiting => {}
            Flow::Done => self.loaded(job, Ok(()), ctx),
            Flow::Failed(reason) => self.loaded(job, Err(reason), ctx),
        }
    }

    /// A load is over: its object is kept, and whoever waited has what came of it.
    pub(super) fn loaded(&mut self, call: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        let (key, instance) = (ctx.key(call), ctx.calls()[call].instance);
        let mut waiting = Vec::new();
        if let Some(node) = self.node(instance) {
            if outcome.is_ok() && !node.loads.is_spoiled(key) {
                node.kept.fill(call, ctx);
            }
            waiting = node.loads.end(key, call);
        }
        super::end(call, outcome, ctx);
        for call in waiting {
            super::end(call, outcome, ctx);
        }
    }

    /// One without a lease has waited and asks again, if he has not given up.
    pub(super) fn ask_again(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let slot = &mut ctx.calls()[call];
        if slot.is(flag::ATTEMPT_OVER) && slot.parent != NONE {
            return ctx.fail(call, Reason::GaveUp);
        }
        slot.step = AGAIN;
        self.enter(call, instance, ctx);
    }

    /// Keeps what a caller has loaded.
    pub(super) fn store(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let key = ctx.key(call);
        if let Some(node) = self.node(instance)
            && !node.loads.is_spoiled(key)
        {
            node.kept.fill(call, ctx);
        }
        ctx.reply(call);
    }

    /// Forgets what a caller has written.
    pub(super) fn forget(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let key = ctx.key(call);
        if let Some(node) = self.node(instance) {
            node.loads.spoil(key);
            node.kept.forget(call, ctx);
        }
        ctx.reply(call);
    }
}
