//! What a cache and a CDN have in common: objects kept by key, counted as they hit or miss.

use super::contract::share;
use crate::engine::context::{Ctx, Flow};
use crate::measure::totals::ComponentTotals;
use crate::policy::eviction::{Lookup, Lru};
use crate::units::Span;

/// Objects kept, least recently used first out.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    objects: Lru,
    ttl: Option<Span>,
}

/// The component's own counters.
const HITS: usize = 0;
const MISSES: usize = 1;
const EVICTIONS: usize = 2;
const HIT_BYTES: usize = 3;
const MISSED_BYTES: usize = 4;

impl Kept {
    pub(super) fn new(entries: Option<u64>, bytes: Option<u64>, ttl: Option<Span>) -> Self {
        Kept { objects: Lru::new(entries, bytes), ttl }
    }

    /// Other limits from now on; what fits stays.
    pub(super) fn configure(
        &mut self,
        entries: Option<u64>,
        bytes: Option<u64>,
        ttl: Option<Span>,
        ctx: &mut Ctx<'_>,
    ) {
        let evicted = self.objects.set_limits(entries, bytes);
        ctx.tally(EVICTIONS, evicted);
        self.ttl = ttl;
    }

    /// Answers a read from what is kept, or passes the call on.
    pub(super) fn look_up(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Flow {
        if ctx.class(call).writes {
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

    /// Answers a call whether what it asks for is here.
    pub(super) fn answer(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.has(call, ctx) { ctx.reply(call) } else { ctx.reply_missed(call) }
    }

    /// Whether what a call asks for is kept and fresh; counts it so.
    fn has(&mut self, call: u32, ctx: &mut Ctx<'_>) -> bool {
        let bytes = ctx.reply_bytes(call);
        let hit =
            self.objects.may_keep() && self.objects.look_up(ctx.key(call), ctx.now().nanos()) == Lookup::Hit;
        let (counts, sizes) = if hit { (HITS, HIT_BYTES) } else { (MISSES, MISSED_BYTES) };
        ctx.tally(counts, 1);
        ctx.tally(sizes, bytes);
        hit
    }

    /// What a call names has changed elsewhere.
    pub(super) fn forget(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.objects.may_keep() {
            let key = ctx.key(call);
            self.objects.remove(key);
        }
    }

    /// A call that was passed on has been answered well: a read's object is kept, a written one forgotten.
    pub(super) fn fill(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if !self.objects.may_keep() {
            return;
        }
        if ctx.class(call).writes {
            return self.forget(call, ctx);
        }
        let key = ctx.key(call);
        let bytes = ctx.reply_bytes(call);
        let expires = self.ttl.map_or(u64::MAX, |ttl| (ctx.now() + ttl).nanos());
        let evicted = self.objects.insert(key, bytes, expires);
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
