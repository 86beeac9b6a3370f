//! The calls in flight and the requests they belong to.
//!
//! An *attempt* is the caller's: sent, then answered or given up. The *work* is the callee's: arrived, then ended. One
//! [`Call`] holds both; its slot is free again when both are over, no call it made is open and no event refers to it.
//! What only some calls have, a place in a queue or in a timeout queue, is kept beside them, so that a call and a request are one
//! line of the processor's cache each.
//! What belongs to the request as a whole is in its [`Root`], which lives until the last of its calls, orphans included, is gone.

use super::chance::Draw;
use super::station::{NOWHERE, UNQUEUED};
use crate::units::SimTime;

/// No index.
pub(crate) const NONE: u32 = u32::MAX;

/// Stands for the link of a call that a component makes within itself.
pub(crate) const INSIDE: u32 = u32::MAX - 1;

/// The component of a free slot.
const FREE: u16 = u16::MAX;

/// A call in flight.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Call {
    /// Keys the draws of this call: the request's key, mixed where calls branch.
    pub(crate) path: u64,
    /// When the caller sent it.
    pub(crate) sent_at: SimTime,
    /// When it reached the callee.
    pub(crate) arrived_at: SimTime,
    /// While it waits at a station, when it came; while it is served, when its service will end.
    pub(crate) since: SimTime,
    /// Nanoseconds spent waiting for calls of its own; while it waits, less the time it began.
    pub(crate) away_ns: u64,
    /// The request it belongs to.
    pub(crate) root: u32,
    /// The call that made it; [`NONE`] for the first of a request.
    pub(crate) parent: u32,
    /// The link it went over; [`NONE`] for the first of a request, [`INSIDE`] for one that its component makes within itself.
    pub(crate) wire: u32,
    /// The instance it went to.
    pub(crate) instance: u32,
    /// The component it is at, or goes to.
    pub(crate) component: u16,
    /// Calls of its own that are not over.
    pub(crate) open: u16,
    /// The step of the component's links it is in, and what came of its calls; see [`met`].
    pub(crate) step: u8,
    /// Which of several calls over the same link it is.
    pub(crate) repetition: u8,
    /// While at work, the station; after a failure, its reason.
    pub(crate) tag: u8,
    /// See [`flag`].
    pub(crate) flags: u8,
}

const _: () = assert!(size_of::<Call>() == 64 && size_of::<Root>() == 64, "each is one line of the cache");

/// A call's neighbours in the queue it stands in; at a shared station, `next` is its place in the heap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neighbours {
    pub(crate) next: u32,
    pub(crate) prev: u32,
}

impl Neighbours {
    const NONE: Neighbours = Neighbours { next: NONE, prev: UNQUEUED };
}

/// Bytes that a call takes in all.
pub(crate) const CALL_BYTES: usize = size_of::<Call>() + size_of::<Neighbours>();

/// What a call's flags mean.
pub(crate) mod flag {
    /// The caller has its answer or has given up.
    pub(crate) const ATTEMPT_OVER: u8 = 1;
    /// The callee is done with it.
    pub(crate) const WORK_OVER: u8 = 2;
    /// An arrival is on the agenda.
    pub(crate) const ARRIVING: u8 = 4;
    /// It is being served; its end of service is at `since`.
    pub(crate) const SERVING: u8 = 8;
    /// An answer is on the agenda.
    pub(crate) const REPLYING: u8 = 16;
    /// It waits for calls of its own.
    pub(crate) const AWAY: u8 = 32;
    /// It stands in a timeout queue.
    pub(crate) const TIMED: u8 = 64;
    /// The answer is a failure; `tag` holds the reason.
    pub(crate) const FAILED: u8 = 128;
}

/// What stands in a call's `step`: the step it is in, and above it what it and its own calls have met.
pub(crate) mod met {
    /// It asked a cache beside its caller for something that was not there.
    pub(crate) const MISS: u8 = 128;
    /// One of its own calls did.
    pub(crate) const CALL_MISSED: u8 = 64;
    /// An optional call of its own has failed.
    pub(crate) const CALL_FAILED: u8 = 32;
    /// The number of the step alone; the last number is for after all steps.
    pub(crate) const STEP: u8 = 31;
}

/// A message that its consumer has fetched already: neither it nor its answer travels.
pub(crate) const IN_HAND: u8 = 253;
/// Of several calls over one link: keeps in a cache beside its caller what the caller has loaded.
pub(crate) const STORE: u8 = 254;
/// The same, and takes out what the caller has written.
pub(crate) const FORGET: u8 = 255;

impl Call {
    /// A call of the request `root` that is at no station, in no queue, and was made by nobody.
    #[inline(always)]
    pub(crate) fn new(root: u32, now: SimTime) -> Call {
        Call {
            path: 0,
            sent_at: now,
            arrived_at: now,
            since: now,
            away_ns: 0,
            root,
            parent: NONE,
            wire: NONE,
            instance: 0,
            component: 0,
            open: 0,
            step: 0,
            repetition: 0,
            tag: NOWHERE,
            flags: 0,
        }
    }
    pub(crate) fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
    pub(crate) fn set(&mut self, flag: u8) {
        self.flags |= flag;
    }
    pub(crate) fn clear(&mut self, flag: u8) {
        self.flags &= !flag;
    }
    /// It waits for calls of its own from now on, if it did not already.
    #[inline(always)]
    pub(crate) fn begin_away(&mut self, now: SimTime) {
        if !self.is(flag::AWAY) {
            self.set(flag::AWAY);
            self.away_ns = self.away_ns.wrapping_sub(now.nanos());
        }
    }
    /// It waits for none any more.
    #[inline(always)]
    pub(crate) fn end_away(&mut self, now: SimTime) {
        if self.is(flag::AWAY) {
            self.clear(flag::AWAY);
            self.away_ns = self.away_ns.wrapping_add(now.nanos());
        }
    }
    /// Whether nothing refers to the slot any more.
    fn is_done(&self) -> bool {
        const OVER: u8 = flag::ATTEMPT_OVER | flag::WORK_OVER;
        const PENDING: u8 = flag::ARRIVING | flag::REPLYING;
        self.flags & (OVER | PENDING) == OVER && self.open == 0
    }
}

/// What started a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    dead_code,
    reason = "queues, jobs and probes start requests of these kinds; the ledger knows them from the first day"
)]
pub(crate) enum RootKind {
    /// A client's request; the only kind that reports count as `requests`.
    Client,
    /// A message taken from a queue.
    Message,
    /// Work nobody waits for: a refresh, a replica that follows, what is written later.
    Job,
    /// A health check.
    Probe,
}

/// A root's key before it is drawn.
pub(crate) const UNDRAWN: u64 = 0;
/// A root's bytes before they are computed.
pub(crate) const UNSIZED: u64 = u64::MAX;

/// A request as a whole.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Root {
    /// When it was meant to start.
    pub(crate) intended: SimTime,
    /// An answer after this is late.
    pub(crate) deadline: SimTime,
    /// Decides the key it asks for.
    pub(crate) key_draw: Draw,
    /// Rank of that key in its catalogue, from 1; [`UNDRAWN`] until somebody asks.
    pub(crate) key: u64,
    /// Bytes of what the key stands for; [`UNSIZED`] until somebody asks.
    pub(crate) bytes: u64,
    /// Tells its key from those of other catalogues. This and what it does were settled when it began: an edit of its class is for those to come.
    pub(crate) catalogue: u64,
    /// The user of a closed load who sent it.
    pub(crate) user: u32,
    /// Calls that refer to it.
    pub(crate) calls: u32,
    pub(crate) class: u16,
    pub(crate) priority: u8,
    /// Whether it writes.
    pub(crate) writes: bool,
    #[expect(dead_code, reason = "ledgers apart by kind")]
    pub(crate) kind: RootKind,
}

/// A slab: slots are used again, newest first, so the same run gives the same indices.
#[derive(Debug, Clone)]
pub(crate) struct Slab<T> {
    slots: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    #[inline]
    pub(crate) fn insert(&mut self, item: T) -> u32 {
        if let Some(ix) = self.free.pop() {
            self.slots[ix as usize] = item;
            return ix;
        }
        self.grow(item)
    }
    #[cold]
    #[inline(never)]
    fn grow(&mut self, item: T) -> u32 {
        self.slots.push(item);
        (self.slots.len() - 1) as u32
    }
    pub(crate) fn remove(&mut self, ix: u32) {
        self.free.push(ix);
    }
    /// Slots in use.
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }
    /// Bytes that a copy takes besides its own size.
    pub(crate) fn held_bytes(&self) -> usize {
        size_of_val(&*self.slots) + size_of_val(&*self.free)
    }
    /// Slots in all, free ones included.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;
    fn index(&self, ix: u32) -> &T {
        &self.slots[ix as usize]
    }
}
impl<T> std::ops::IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, ix: u32) -> &mut T {
        &mut self.slots[ix as usize]
    }
}

/// Calls and requests in flight.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls {
    calls: Slab<Call>,
    /// By call. A free one stands in no queue.
    neighbours: Vec<Neighbours>,
    roots: Slab<Root>,
}

impl Calls {
    pub(crate) fn insert_root(&mut self, root: Root) -> u32 {
        self.roots.insert(root)
    }
    /// A slot for a new call of the request `root`, to be filled in.
    #[inline(always)]
    pub(crate) fn insert(&mut self, root: u32, now: SimTime) -> (u32, &mut Call) {
        self.roots[root].calls += 1;
        let ix = match self.calls.free.pop() {
            Some(ix) => ix,
            None => self.grow(root, now),
        };
        (ix, &mut self.calls[ix])
    }
    #[cold]
    #[inline(never)]
    fn grow(&mut self, root: u32, now: SimTime) -> u32 {
        self.neighbours.push(Neighbours::NONE);
        self.calls.grow(Call::new(root, now))
    }
    /// Who stands before and behind a call.
    pub(crate) fn neighbours(&self, call: u32) -> Neighbours {
        self.neighbours[call as usize]
    }
    pub(crate) fn neighbours_mut(&mut self, call: u32) -> &mut Neighbours {
        &mut self.neighbours[call as usize]
    }
    /// Whether a call stands in a queue.
    pub(crate) fn is_queued(&self, call: u32) -> bool {
        self.neighbours(call).prev != UNQUEUED
    }
    pub(crate) fn root_of_mut(&mut self, call: u32) -> &mut Root {
        &mut self.roots[self.calls[call].root]
    }
    /// The request that `call` belongs to.
    pub(crate) fn root_of(&self, call: u32) -> &Root {
        &self.roots[self.calls[call].root]
    }
    /// The component at which an end of service comes now; the call is then served no more. `None` when that end was called off.
    #[inline(always)]
    pub(crate) fn take_served(&mut self, call: u32, now: SimTime) -> Option<u16> {
        let slot = &mut self.calls[call];
        let served = slot.component != FREE && slot.is(flag::SERVING) && slot.since == now;
        served.then(|| {
            slot.clear(flag::SERVING);
            slot.component
        })
    }
    /// Frees the call's slot if nothing refers to it any more, and the request's with the last call.
    #[inline(always)]
    pub(crate) fn release(&mut self, call: u32) {
        let slot = &mut self.calls[call];
        if !slot.is_done() || slot.component == FREE {
            return;
        }
        slot.component = FREE;
        let root_ix = slot.root;
        self.calls.remove(call);
        let root = &mut self.roots[root_ix];
        root.calls -= 1;
        if root.calls == 0 {
            self.roots.remove(root_ix);
        }
    }
    /// The calls whose work is under way at `component`, and at `instance` if one is given.
    pub(crate) fn at(&self, component: u16, instance: Option<u32>) -> Vec<u32> {
        let here = |ix: &u32| {
            let call = &self.calls[*ix];
            call.component == component
                && !call.is(flag::WORK_OVER)
                && !call.is(flag::ARRIVING)
                && instance.is_none_or(|i| i == call.instance)
        };
        (0..self.calls.capacity() as u32).filter(here).collect()
    }
    /// Slots for calls, free ones included.
    pub(crate) fn slots(&self) -> usize {
        self.calls.capacity()
    }
    /// Requests of which a call is in flight.
    pub(crate) fn requests(&self) -> usize {
        self.roots.len()
    }
    pub(crate) fn held_bytes(&self) -> usize {
        self.calls.held_bytes() + size_of_val(&*self.neighbours) + self.roots.held_bytes()
    }
    /// Whether more than so many calls are in flight.
    #[inline(always)]
    pub(crate) fn are_more_than(&self, calls: usize) -> bool {
        self.slots() > calls && self.len() > calls
    }
    /// Calls in flight, those whose caller has given up included.
    pub(crate) fn len(&self) -> usize {
        self.calls.len()
    }
}

impl std::ops::Index<u32> for Calls {
    type Output = Call;
    fn index(&self, ix: u32) -> &Call {
        &self.calls[ix]
    }
}
impl std::ops::IndexMut<u32> for Calls {
    fn index_mut(&mut self, ix: u32) -> &mut Call {
        &mut self.calls[ix]
    }
}
