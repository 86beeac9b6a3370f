//! Patience: a call that has waited at a station as long as it will leaves the queue.

use super::alarm::Alarm;
use super::calls::Calls;
use super::chance::{Purpose, Stream};
use super::context::{Ctx, TimerTag};
use super::sampler::Sampler;
use super::station::AT_THE_DOOR;
use crate::model::Law;
use crate::units::SimTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a station's timer means: somebody may have waited long enough.
pub(crate) const GIVE_UP: u8 = 249;

/// When a call's patience ends; ties are broken by the order in which they began to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: SimTime,
    seq: u64,
    call: u32,
    /// When it came. A call that came at another time is another call, or the same one back again.
    since: SimTime,
}

/// A station: component, instance, tag.
type Place = (u16, u32, u8);

/// The patience of those who wait at one station. How long a call waits is a pure function of its key.
///
/// The ends of patience are in a heap, of which only the first is on the agenda. Whoever is served before stays in the heap until there are
/// too many of them, so that no bookkeeping is done for those who need not wait long.
#[derive(Debug, Clone)]
pub(super) struct Patience {
    law: Law,
    sampler: Sampler,
    stream: Stream,
    place: Place,
    heap: BinaryHeap<Reverse<Due>>,
    seq: u64,
    alarm: Alarm,
}

impl Patience {
    pub(super) fn new(law: &Law, instance: u32, tag: u8, ctx: &Ctx<'_>) -> Self {
        Patience {
            law: law.clone(),
            sampler: Sampler::new(law),
            stream: ctx.stream(Purpose::Patience),
            place: (ctx.me, instance, tag),
            heap: BinaryHeap::new(),
            seq: 0,
            alarm: Alarm::default(),
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.heap.len() * size_of::<Reverse<Due>>()
    }

    pub(super) fn is(&self, law: &Law) -> bool {
        self.law == *law
    }

    /// A call that came at `since` waits; `waiting` do in all.
    pub(super) fn begin(&mut self, call: u32, since: SimTime, waiting: u32, ctx: &mut Ctx<'_>) {
        let at = since + self.sampler.span(ctx.draw(self.stream, call));
        self.seq += 1;
        self.heap.push(Reverse(Due { at, seq: self.seq, call, since }));
        if self.heap.len() > 2 * waiting as usize + 64 {
            let (place, calls) = (self.place, ctx.calls());
            self.heap.retain(|Reverse(due)| waits(due, place, calls));
        }
    }

    /// Takes out a call whose patience is at an end now.
    pub(super) fn take_due(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        let now = ctx.now();
        while let Some(Reverse(due)) = self.heap.peek().copied().filter(|Reverse(due)| due.at <= now) {
            self.heap.pop();
            if waits(&due, self.place, ctx.calls()) {
                return Some(due.call);
            }
        }
        None
    }

    /// The timer went off.
    pub(super) fn ring(&mut self, now: SimTime) {
        self.alarm.rang(now);
    }

    /// Waits for the first end of patience.
    pub(super) fn arm(&mut self, ctx: &mut Ctx<'_>) {
        let Some(Reverse(first)) = self.heap.peek() else { return };
        // What is due now was there before the patience became shorter.
        let at = first.at.max(ctx.now());
        let (_, instance, tag) = self.place;
        let what = TimerTag { what: GIVE_UP, instance, extra: u32::from(tag) };
        self.alarm.set(at, what, ctx);
    }

    /// Nobody waits any more.
    pub(super) fn end(&mut self, ctx: &mut Ctx<'_>) {
        self.alarm.stop(ctx);
        self.heap.clear();
    }
}

/// Whether the call still waits where it began to. A call's slot may hold another one by now, that came at another time or waits elsewhere.
fn waits(due: &Due, place: Place, calls: &Calls) -> bool {
    let call = &calls[due.call];
    calls.is_queued(due.call)
        && call.since == due.since
        && place == (call.component, call.instance, call.tag & !AT_THE_DOOR)
}
