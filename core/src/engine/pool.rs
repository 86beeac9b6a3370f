//! Pools of connections: each instance of a caller has one of its own for a link, and a call over the link needs a connection from it.
//!
//! A call that finds none free waits in a list through the calls themselves, first in first out, and in a timeout queue; only when it has a connection does it
//! go out, and its timeout and its latency begin. A connection is given back when its call is answered or given up, or when the work for which the call was made
//! ends. Which of the two was settled when the connection was taken, so that another setting loses none.

mod follow;

use super::calls::{Calls, NONE, Slab, flag};
use super::core::Core;
use super::queue::{END, List};
use crate::model::PoolHold;

/// The size of a pool that was taken off its link.
const NO_LIMIT: u32 = u32::MAX;

/// The pools of a link, one for each instance of its caller.
#[derive(Debug, Clone)]
struct Pool {
    wire: u32,
    /// Connections of each instance.
    size: u32,
    hold: PoolHold,
    /// The timeout queue of those who wait.
    wait: u32,
    /// By instance of the caller.
    places: Vec<Place>,
}

/// The pool of one instance.
#[derive(Debug, Clone)]
struct Place {
    /// The instance runs.
    open: bool,
    /// Grows when the instance goes, and all its connections with it.
    life: u32,
    busy: u32,
    waiting: List,
}

impl Place {
    const NEW: Place = Place { open: false, life: 0, busy: 0, waiting: List::EMPTY };

    fn has_free(&self, size: u32) -> bool {
        self.open && self.busy < size
    }
    /// Connections there are: one that was taken away while in use is there until it is given back.
    fn there(&self, size: u32) -> u32 {
        if self.open { size.max(self.busy) } else { 0 }
    }
}

impl Pool {
    fn place(&mut self, instance: u32) -> &mut Place {
        let at = instance as usize;
        if at >= self.places.len() {
            self.places.resize(at + 1, Place::NEW);
        }
        &mut self.places[at]
    }
}

/// A connection in use, or a place in the line for one.
#[derive(Debug, Clone, Copy)]
struct Connection {
    pool: u32,
    /// The caller's instance, and which of its lives.
    instance: u32,
    life: u32,
    /// Another that the same work holds.
    next: u32,
}

/// What a call has in hand.
#[derive(Debug, Clone, Copy)]
struct Hand {
    /// The connection it goes over or waits for.
    own: u32,
    /// The first of those that its own calls have taken and its work holds until it ends.
    held: u32,
}

impl Hand {
    const EMPTY: Hand = Hand { own: NONE, held: NONE };
}

/// All pools of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pools {
    list: Vec<Pool>,
    connections: Slab<Connection>,
    /// By call; empty as long as no call has gone over a link with a pool.
    hands: Vec<Hand>,
    /// Each caller with its pools, in order.
    by_caller: Vec<(u16, u32)>,
}

impl Pools {
    /// Whether no call has ever gone over a link with a pool.
    #[inline(always)]
    pub(super) fn are_unused(&self) -> bool {
        self.hands.is_empty()
    }

    fn hand(&mut self, call: u32, calls: &Calls) -> &mut Hand {
        if call as usize >= self.hands.len() {
            self.hands.resize(calls.slots(), Hand::EMPTY);
        }
        &mut self.hands[call as usize]
    }

    /// The pools of a component's links, also of those that were taken out while calls are under way.
    pub(super) fn of(&self, component: u16) -> Vec<u32> {
        let first = self.by_caller.partition_point(|(caller, _)| *caller < component);
        let own = self.by_caller[first..].iter().take_while(|(caller, _)| *caller == component);
        own.map(|(_, pool)| *pool).collect()
    }

    pub(super) fn held_bytes(&self) -> usize {
        let places: usize = self.list.iter().map(|pool| size_of_val(&*pool.places)).sum();
        let lists = size_of_val(&*self.list) + size_of_val(&*self.hands) + size_of_val(&*self.by_caller);
        places + lists + self.connections.held_bytes()
    }
}

/// Whether a call waits for a connection: nothing else that is still to arrive stands in a list.
fn waits(call: u32, calls: &Calls) -> bool {
    calls[call].is(flag::ARRIVING) && calls.is_queued(call)
}

/// Taking and giving back.
impl Core {
    /// Whether a call waits for a connection.
    pub(super) fn waits_for_connection(&self, call: u32) -> bool {
        waits(call, &self.calls)
    }

    /// Sends a call for `parent` over a link whether it has a pool or not.
    #[inline(always)]
    pub(super) fn send_over(&mut self, parent: u32, wire: u32, repetition: u8) {
        if self.wires[wire as usize].pool == NONE {
            self.send(parent, wire, None, repetition);
        } else {
            self.send_pooled(parent, wire, repetition);
        }
    }

    /// Sends a call for `parent` over a link with a pool, or lets it wait until a connection is free.
    #[inline(never)]
    fn send_pooled(&mut self, parent: u32, wire: u32, repetition: u8) {
        let now = self.agenda.now();
        let call = self.make_call(parent, wire, repetition);
        let instance = self.calls[parent].instance;
        let ix = self.wires[wire as usize].pool;
        let pool = &mut self.pools.list[ix as usize];
        let (size, wait) = (pool.size, pool.wait);
        let place = pool.place(instance);
        let connection = Connection { pool: ix, instance, life: place.life, next: NONE };
        let gauge = self.wire_gauges[wire as usize].pool.as_mut();
        if place.has_free(size) {
            place.busy += 1;
            if let Some(gauge) = gauge {
                gauge.came_and_started(now);
            }
            let connection = self.pools.connections.insert(connection);
            self.pools.hand(call, &self.calls).own = connection;
            self.connect(call);
        } else {
            place.waiting.push_back(call, &mut self.calls);
            if let Some(gauge) = gauge {
                gauge.came_and_waits(now);
            }
            let connection = self.pools.connections.insert(connection);
            self.pools.hand(call, &self.calls).own = connection;
            self.calls[call].set(flag::ARRIVING);
            self.await_timeout(wait, call);
        }
    }

    /// A call has a connection and goes out.
    fn connect(&mut self, call: u32) {
        let (parent, wire) = (self.calls[call].parent, self.calls[call].wire);
        let hold = self.pools.list[self.wires[wire as usize].pool as usize].hold;
        // Work that is over could give nothing back: the call has it then.
        if hold == PoolHold::Request && !self.calls[parent].is(flag::WORK_OVER) {
            let hand = self.pools.hand(call, &self.calls);
            let connection = std::mem::replace(&mut hand.own, NONE);
            let hand = self.pools.hand(parent, &self.calls);
            let before = std::mem::replace(&mut hand.held, connection);
            self.pools.connections[connection].next = before;
        }
        self.go_out(call, wire, None);
    }

    /// An attempt over a link with a pool is over: it leaves the line, or gives its connection back.
    #[inline(never)]
    pub(super) fn end_connection(&mut self, call: u32) {
        let waited = waits(call, &self.calls);
        // A call that was sent before there was a pool has none.
        let Some(hand) = self.pools.hands.get_mut(call as usize) else { return };
        let connection = std::mem::replace(&mut hand.own, NONE);
        if connection == NONE {
            return;
        }
        if !waited {
            return self.give_back(connection);
        }
        let Connection { pool, instance, .. } = self.pools.connections[connection];
        self.pools.connections.remove(connection);
        let pool = &mut self.pools.list[pool as usize];
        let wire = pool.wire as usize;
        pool.place(instance).waiting.unlink(call, &mut self.calls);
        let slot = &mut self.calls[call];
        slot.clear(flag::ARRIVING);
        slot.set(flag::WORK_OVER);
        let now = self.agenda.now();
        if let Some(gauge) = &mut self.wire_gauges[wire].pool {
            gauge.gave_up(now);
        }
    }

    /// The work on a call is over: it gives back what its own calls have taken for it.
    #[inline(never)]
    pub(super) fn give_back_held(&mut self, call: u32) {
        let Some(hand) = self.pools.hands.get_mut(call as usize) else { return };
        let mut next = std::mem::replace(&mut hand.held, NONE);
        while next != NONE {
            let connection = next;
            next = self.pools.connections[connection].next;
            self.give_back(connection);
        }
    }

    /// A connection is free again, for the one that has waited longest.
    fn give_back(&mut self, connection: u32) {
        let Connection { pool: ix, instance, life, .. } = self.pools.connections[connection];
        self.pools.connections.remove(connection);
        let now = self.agenda.now();
        let pool = &mut self.pools.list[ix as usize];
        let (wire, size) = (pool.wire as usize, pool.size);
        let place = pool.place(instance);
        // The instance that had it is gone.
        if place.life != life {
            return;
        }
        let had = place.there(size);
        place.busy -= 1;
        if let Some(gauge) = &mut self.wire_gauges[wire].pool {
            gauge.freed(now);
            let has = place.there(size);
            if has != had {
                gauge.set_servers(had, has, now);
            }
        }
        self.serve_waiting(ix, instance);
    }

    /// Gives the free connections of an instance to those who wait for one.
    fn serve_waiting(&mut self, ix: u32, instance: u32) {
        let now = self.agenda.now();
        loop {
            let pool = &mut self.pools.list[ix as usize];
            let (wire, size) = (pool.wire as usize, pool.size);
            let place = pool.place(instance);
            let call = place.waiting.head;
            if call == END || !place.has_free(size) {
                return;
            }
            place.waiting.unlink(call, &mut self.calls);
            place.busy += 1;
            let waited = now.since(self.calls[call].sent_at);
            if let Some(gauge) = &mut self.wire_gauges[wire].pool {
                gauge.started(waited, now);
            }
            self.forget_timeout(call);
            self.calls[call].sent_at = now;
            self.connect(call);
        }
    }
}
