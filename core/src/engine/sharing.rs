//! Processor sharing: all calls inside are served at once, each at an equal share of the servers.

use super::alarm::Alarm;
use super::context::{Ctx, TimerTag};
use crate::units::{SimTime, Span};

/// What a station's timer means: some call has had its demand.
pub(crate) const SHARED_DONE: u8 = 250;

/// A call that shares, by the virtual time at which it is done.
#[derive(Debug, Clone, Copy)]
struct Share {
    done_at: u128,
    seq: u64,
    call: u32,
}

/// Processor sharing by virtual time: every call inside progresses at the same speed, so the order of their ends never changes and
/// one heap suffices. Virtual time counts served time per call in 2⁻³² ns, whole, so nothing drifts.
#[derive(Debug, Clone)]
pub(super) struct Sharing {
    instance: u32,
    virtual_now: u128,
    moved_at: SimTime,
    seq: u64,
    heap: Vec<Share>,
    pub(super) alarm: Alarm,
    /// Busy servers and waiting calls, as the gauge has been told.
    pub(super) shown: (u32, u32),
}

const FRACTION_BITS: u32 = 32;

impl Sharing {
    pub(super) fn new(instance: u32, now: SimTime) -> Self {
        Sharing {
            instance,
            virtual_now: 0,
            moved_at: now,
            seq: 0,
            heap: Vec::new(),
            alarm: Alarm::default(),
            shown: (0, 0),
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(self) + size_of_val(&*self.heap)
    }

    pub(super) fn advance(&mut self, now: SimTime, servers: u32) {
        let inside = self.heap.len() as u128;
        let ns = u128::from(now.since(self.moved_at).nanos()) << FRACTION_BITS;
        self.virtual_now += (ns * inside.min(u128::from(servers))).checked_div(inside).unwrap_or(0);
        self.moved_at = now;
    }

    pub(super) fn insert(&mut self, call: u32, demand: Span, ctx: &mut Ctx<'_>) {
        self.seq += 1;
        let done_at = self.virtual_now + (u128::from(demand.nanos()) << FRACTION_BITS);
        self.heap.push(Share { done_at, seq: self.seq, call });
        self.up(self.heap.len() - 1, ctx);
    }

    /// Every call inside in the order of its end, with the service it still needs.
    pub(super) fn inside(&self) -> Vec<(u32, Option<Span>)> {
        let mut shares: Vec<Share> = Vec::with_capacity(self.heap.len());
        for share in &self.heap {
            let key = |s: &Share| (s.done_at, s.seq);
            let place = shares.partition_point(|s| key(s) < key(share));
            shares.insert(place, *share);
        }
        let left = |share: &Share| {
            let ns = share.done_at.saturating_sub(self.virtual_now) >> FRACTION_BITS;
            Span::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX))
        };
        shares.iter().map(|share| (share.call, Some(left(share)))).collect()
    }

    pub(super) fn take_due(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        let first = self.heap.first().filter(|share| share.done_at <= self.virtual_now)?.call;
        self.remove(first, ctx);
        Some(first)
    }

    /// Takes a call out.
    pub(super) fn remove(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let at = ctx.calls().neighbours(call).next as usize;
        self.heap.swap_remove(at);
        if at < self.heap.len() {
            self.up(at, ctx);
            let moved = self.heap[at].call;
            self.down(ctx.calls().neighbours(moved).next as usize, ctx);
        }
    }

    fn key(&self, at: usize) -> (u128, u64) {
        (self.heap[at].done_at, self.heap[at].seq)
    }

    fn note(&self, at: usize, ctx: &mut Ctx<'_>) {
        ctx.calls().neighbours_mut(self.heap[at].call).next = at as u32;
    }

    fn up(&mut self, mut at: usize, ctx: &mut Ctx<'_>) {
        while at > 0 && self.key(at) < self.key((at - 1) / 2) {
            self.heap.swap(at, (at - 1) / 2);
            self.note(at, ctx);
            at = (at - 1) / 2;
        }
        self.note(at, ctx);
    }

    fn down(&mut self, mut at: usize, ctx: &mut Ctx<'_>) {
        loop {
            let child = [2 * at + 1, 2 * at + 2]
                .into_iter()
                .filter(|c| *c < self.heap.len())
                .min_by_key(|c| self.key(*c));
            let Some(child) = child.filter(|c| self.key(*c) < self.key(at)) else { break };
            self.heap.swap(at, child);
            self.note(at, ctx);
            at = child;
        }
        self.note(at, ctx);
    }

    /// Sets the timer to the next end. A timer that goes off too early is set again, so arrivals need not touch it.
    pub(super) fn arm(&mut self, tag: u8, servers: u32, ctx: &mut Ctx<'_>) {
        let Some(first) = self.heap.first() else { return };
        let inside = self.heap.len() as u128;
        let speed = inside.min(u128::from(servers)) << FRACTION_BITS;
        if speed == 0 {
            return;
        }
        let left = first.done_at.saturating_sub(self.virtual_now);
        let ns = (left * inside).div_ceil(speed);
        let due = ctx.now() + Span::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX));
        let what = TimerTag { what: SHARED_DONE, instance: self.instance, extra: u32::from(tag) };
        self.alarm.set(due, what, ctx);
    }
}
