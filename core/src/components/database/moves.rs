//! What it takes to move keys between shards: whoever gives reads the pages, whoever receives writes them, in line with the queries.

use super::query::{GIVE, RECEIVE};
use super::shards::Goods;
use super::{Database, due};
use crate::engine::chance::Purpose;
use crate::engine::context::{Ctx, TimerTag, Work};
use crate::model::Law;
use crate::units::{SimTime, Span};

/// How long a shard without a primary is left alone.
const AGAIN: Span = Span::from_secs(1);

impl Database {
    /// Follows the settings: begins to move keys when another number of shards, or another order, is wanted.
    pub(super) fn place_anew(&mut self, ctx: &mut Ctx<'_>) {
        let (sharding, shards) = (self.config.sharding, self.config.shards);
        if self.placement.is(sharding, shards) {
            return;
        }
        let before = self.placement.shards();
        let timers = (0..before).filter_map(|shard| self.placement.gives(shard)?.timer.take());
        timers.chain(self.moving.take()).for_each(|timer| ctx.cancel_timer(timer));
        // Before anything has happened there is nothing to move, and what is dead is left behind.
        let bytes = if ctx.core.events > 0 { self.live_of_each() * u64::from(before) } else { 0 };
        let is_work = self.config.memory.is_some() || self.config.move_work > Span::ZERO;
        let goods = Goods { bytes, rate: self.config.move_rate.get(), is_work };
        let now = ctx.now();
        let takes = self.placement.begin(sharding, shards, goods, now);
        if takes == Span::ZERO {
            return;
        }
        if is_work {
            (0..before).for_each(|shard| self.pace(shard, ctx));
        } else {
            let tag = TimerTag { what: due::MOVED, instance: 0, extra: 0 };
            self.moving = Some(ctx.timer(now + takes, tag));
        }
        let id = ctx.core.ids[usize::from(ctx.me)].clone();
        let whole = Span::from_secs(takes.secs() as u64);
        let least = if is_work { "at least " } else { "" };
        ctx.core.notice(&id, format!("keys begin to move between shards, for {least}{whole}"));
    }

    /// All keys are where they belong.
    pub(super) fn end_move(&mut self, ctx: &mut Ctx<'_>) {
        self.moving = None;
        self.placement.end();
        // Who has given up all keys has no rows left, dead or alive.
        for shard in self.shards.iter_mut().skip(self.placement.shards() as usize) {
            self.stored = self.stored.saturating_sub(std::mem::take(&mut shard.bloat).bytes());
        }
        let id = ctx.core.ids[usize::from(ctx.me)].clone();
        ctx.core.notice(&id, "keys have moved".to_owned());
        self.settle_servers(ctx);
        self.weigh(ctx);
    }

    /// Waits for the time of a shard's next step.
    fn pace(&mut self, shard: u32, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        if let Some(at) = self.placement.gives(shard).and_then(|gives| gives.next(now)) {
            self.step_at(shard, at, ctx);
        }
    }

    fn step_at(&mut self, shard: u32, at: SimTime, ctx: &mut Ctx<'_>) {
        if let Some(gives) = self.placement.gives(shard) {
            gives.timer = Some(ctx.timer(at, TimerTag { what: due::GIVE, instance: 0, extra: shard }));
        }
    }

    /// A shard gives its next pages away.
    pub(super) fn give(&mut self, shard: u32, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        if let Some(gives) = self.placement.gives(shard) {
            gives.timer = None;
        }
        let Some(primary) = self.primary_of(shard) else { return self.step_at(shard, now + AGAIN, ctx) };
        if let Some(receiver) = self.placement.begin_step(shard, now) {
            self.start_move(GIVE, primary, (shard, receiver), ctx);
        }
        self.pace(shard, ctx);
    }

    fn primary_of(&self, shard: u32) -> Option<u32> {
        self.shards.get(shard as usize)?.primary
    }

    fn start_move(&mut self, what: u8, instance: u32, (from, to): (u32, u32), ctx: &mut Ctx<'_>) {
        let about = u64::from(self.placement.move_number()) << 32 | u64::from(from << 16 | to);
        let job = self.start_upkeep(what, instance, about, ctx);
        if self.config.memory.is_some() { self.read_page(job, ctx) } else { self.work(job, ctx) }
    }

    /// From which shard to which a job of the move under way moves pages.
    fn way(&self, job: u32, ctx: &Ctx<'_>) -> Option<(u32, u32)> {
        let about = ctx.root(job).key;
        let shards = about as u32;
        (about >> 32 == u64::from(self.placement.move_number())).then_some((shards >> 16, shards & 0xFFFF))
    }

    /// A server has done its part with some pages.
    pub(super) fn has_moved(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        let (way, what) = (self.way(job, ctx), ctx.calls()[job].repetition);
        ctx.reply(job);
        // What another move has overtaken is of no use any more.
        let Some((from, to)) = way else { return };
        if what == RECEIVE {
            if self.placement.end_step(from) {
                return self.end_move(ctx);
            }
            return self.pace(from, ctx);
        }
        match self.primary_of(to) {
            Some(primary) => self.start_move(RECEIVE, primary, (from, to), ctx),
            None => self.move_is_off(from, ctx),
        }
    }

    /// Pages that came to nothing are to be given again.
    pub(super) fn move_is_off(&mut self, from: u32, ctx: &mut Ctx<'_>) {
        let at = ctx.now() + AGAIN;
        let Some(gives) = self.placement.gives(from) else { return };
        gives.under_way -= 1;
        if gives.timer.is_none() {
            self.step_at(from, at, ctx);
        }
    }

    /// A job of a move was called off.
    pub(super) fn move_is_called_off(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        if let Some((from, _)) = self.way(job, ctx) {
            self.move_is_off(from, ctx);
        }
    }

    /// Time on a core for what is moved at once.
    pub(super) fn weigh_moves(&mut self, ctx: &mut Ctx<'_>) {
        let each = u128::from(self.config.move_work.nanos()) * u128::from(self.placement.pages_at_once());
        let takes = Span::from_nanos(u64::try_from(each).unwrap_or(u64::MAX));
        self.works.moves = Work::of_purpose(&Law::constant(takes), Purpose::Apply, ctx);
    }
}
