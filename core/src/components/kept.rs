//! What a cache and a CDN have in common: objects kept by key, counted as they hit or miss.

use super::contract::share;
use crate::engine::chance::Stream;
use crate::engine::context::{Ctx, Flow};
use crate::measure::totals::ComponentTotals;
use crate::policy::eviction::{self, Lookup, Policy, Store};
use crate::units::Span;

/// Objects kept. With each goes how long its last load took, in nanoseconds.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    objects: Store<u64>,
    times: Times,
}

/// How long objects are kept at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) ttl: Option<Span>,
    /// How long it is kept that there is none.
    pub(super) absent_ttl: Option<Span>,
    /// `None` where nothing else counts.
    pub(super) soft: Option<Soft>,
}

/// What makes an object's time more than one span after its load.
#[derive(Debug, Clone, Copy)]
pub(super) struct Soft {
    pub(super) sliding: bool,
    pub(super) jitter: f64,
    pub(super) stale_for: Span,
    pub(super) refresh_early: f64,
    /// What was written elsewhere is past its time, rather than gone.
    pub(super) written_is_stale: bool,
    pub(super) jitters: Stream,
    pub(super) refreshes: Stream,
}

/// What is there of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Fresh,
    /// It is fresh, and its turn to be refreshed has come.
    Early,
    /// It is past its time, and may be served while it is refreshed.
    Stale,
    Nothing,
}

/// The component's own counters.
const HITS: usize = 0;
const MISSES: usize = 1;
const EVICTIONS: usize = 2;
const HIT_BYTES: usize = 3;
const MISSED_BYTES: usize = 4;

impl Kept {
    pub(super) fn new(
        policy: Policy,
        entries: Option<u64>,
        bytes: Option<u64>,
        times: Times,
        seed: u64,
    ) -> Self {
        Kept { objects: Store::new(policy, entries, bytes, seed), times }
    }

    /// Other limits and times from now on; what fits stays, for as long as it was meant to.
    pub(super) fn configure(
        &mut self,
        entries: Option<u64>,
        bytes: Option<u64>,
        times: Times,
        ctx: &mut Ctx<'_>,
    ) {
        let evicted = self.objects.set_limits(entries, bytes);
        ctx.tally(EVICTIONS, evicted);
        self.times = times;
    }

    pub(super) fn set_policy(&mut self, policy: Policy, ctx: &Ctx<'_>) {
        self.objects.set_policy(policy, ctx.now().nanos());
    }

    /// Answers a read from what is kept, or passes the call on.
    pub(super) fn look_up(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Flow {
        if ctx.writes(call) {
            return ctx.descend(call);
        }
        if self.has(call, ctx) {
            return Flow::Done;
        }
        match ctx.descend(call) {
            // Nothing stands behind: the object is taken as found.
            Flow::Done => {
                self.fill(call, ctx);
                Flow::Done
            }
            flow => flow,
        }
    }

    /// Whether what a call asks for is kept and fresh; counts it so.
    fn has(&mut self, call: u32, ctx: &mut Ctx<'_>) -> bool {
        let bytes = ctx.reply_bytes(call);
        let found = |looked_up| matches!(looked_up, Lookup::Hit(_));
        let hit = self.objects.may_keep() && found(self.objects.look_up(ctx.key(call), ctx.now().nanos()));
        count(hit, bytes, ctx);
        hit
    }

    /// What is there of what a call asks for; counts nothing.
    pub(super) fn find(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Found {
        if !self.objects.may_keep() {
            return Found::Nothing;
        }
        let (key, now) = (ctx.key(call), ctx.now().nanos());
        match (self.objects.look_up(key, now), self.times.soft) {
            (Lookup::Hit(found), Some(soft)) => self.judge(call, key, found, soft, ctx),
            (Lookup::Hit(_), None) => Found::Fresh,
            _ => Found::Nothing,
        }
    }

    fn judge(
        &mut self,
        call: u32,
        key: u64,
        found: eviction::Found<u64>,
        soft: Soft,
        ctx: &mut Ctx<'_>,
    ) -> Found {
        // What has no time of its own is kept for ever.
        let Some(ttl) = self.times.ttl.filter(|_| found.expires < u64::MAX) else { return Found::Fresh };
        let fresh_until = found.expires.saturating_sub(soft.stale_for.nanos());
        let left = fresh_until.saturating_sub(ctx.now().nanos());
        if left == 0 {
            return Found::Stale;
        }
        if soft.refresh_early > 0.0 {
            // XFetch: now − d β ln U ≥ the end of its time. The logarithm is below 0.
            let ln = libm::log(ctx.draw(soft.refreshes, call).unit());
            if -(found.value as f64) * soft.refresh_early * ln >= left as f64 {
                return Found::Early;
            }
        }
        if soft.sliding && !ctx.is_absent(call) {
            let until = self.until(call, ttl, ctx);
            self.objects.set_expires(key, until);
        }
        Found::Fresh
    }

    /// When an object that is given `ttl` now is kept no longer.
    fn until(&self, call: u32, ttl: Span, ctx: &Ctx<'_>) -> u64 {
        let now = ctx.now();
        let Some(soft) = self.times.soft else { return (now + ttl).nanos() };
        let varied = if soft.jitter > 0.0 {
            let factor = 1.0 + soft.jitter * (2.0 * ctx.draw(soft.jitters, call).unit() - 1.0);
            Span::from_secs_f64(ttl.secs() * factor)
        } else {
            ttl
        };
        (now + varied + soft.stale_for).nanos()
    }

    /// What a call names has changed elsewhere.
    pub(super) fn forget(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if !self.objects.may_keep() {
            return;
        }
        let key = ctx.key(call);
        if let Some(soft) = self.times.soft.filter(|soft| soft.written_is_stale)
            && let Some(found) = self.objects.peek(key)
        {
            let until = (ctx.now() + soft.stale_for).nanos();
            self.objects.set_expires(key, found.expires.min(until));
            return;
        }
        self.objects.remove(key);
    }

    /// A call that was passed on has been answered well: a read's object is kept, a written one forgotten.
    pub(super) fn fill(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if !self.objects.may_keep() {
            return;
        }
        if ctx.writes(call) {
            return self.forget(call, ctx);
        }
        let bytes = ctx.reply_bytes(call);
        self.keep(call, bytes, ctx);
    }

    /// Keeps what a call names, or that there is none.
    pub(super) fn keep(&mut self, call: u32, bytes: u64, ctx: &mut Ctx<'_>) {
        let ttl = match self.times.absent_ttl {
            _ if !ctx.is_absent(call) => self.times.ttl,
            None => return,
            absent => absent,
        };
        let key = ctx.key(call);
        let expires = ttl.map_or(u64::MAX, |ttl| self.until(call, ttl, ctx));
        // All that a call waits for here is its load.
        let took = ctx.calls()[call].away_ns;
        let evicted = self.objects.insert(key, bytes, expires, took);
        ctx.tally(EVICTIONS, evicted);
    }

    pub(super) fn share(&mut self) {
        self.objects.share();
    }
    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.objects.held_bytes(other.map(|other| &other.objects))
    }

    pub(super) fn clear(&mut self) {
        self.objects.clear();
    }

    pub(super) fn hit_ratio(seen: &ComponentTotals) -> f64 {
        share(seen.tallies.0[HITS], seen.tallies.0[MISSES])
    }
    pub(super) fn byte_hit_ratio(seen: &ComponentTotals) -> f64 {
        share(seen.tallies.0[HIT_BYTES], seen.tallies.0[MISSED_BYTES])
    }
    /// The share of reads that are among `part`.
    pub(super) fn share_of_reads(part: u64, seen: &ComponentTotals) -> f64 {
        let reads = seen.tallies.0[HITS] + seen.tallies.0[MISSES];
        share(part, reads.saturating_sub(part))
    }
    pub(super) fn evictions(seen: &ComponentTotals) -> f64 {
        seen.tallies.0[EVICTIONS] as f64
    }
    pub(super) fn entries(&self) -> f64 {
        self.objects.len() as f64
    }
    pub(super) fn bytes(&self) -> f64 {
        self.objects.bytes() as f64
    }
}

/// Counts a read, by number and by size.
pub(super) fn count(hit: bool, bytes: u64, ctx: &mut Ctx<'_>) {
    let (counts, sizes) = if hit { (HITS, HIT_BYTES) } else { (MISSES, MISSED_BYTES) };
    ctx.tally(counts, 1);
    ctx.tally(sizes, bytes);
}
