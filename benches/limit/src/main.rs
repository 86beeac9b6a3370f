//! The fastest loops we can write for exactly W1, W2 and W3. Nothing here is general; that is the point.
//!
//! `limit w2 1e6` runs W2 with a million customers.

mod heap;

use heap::Heap;
use limit::{Draws, Recorder};

/// No customer.
const NONE: u32 = u32::MAX;

/// An event is one of 16 kinds and the customer or server it is about.
const KIND_BITS: u32 = 24;

fn event(kind: u32, of: u32) -> u32 {
    kind << KIND_BITS | of
}

/// Customers in the system: when they came, and who stands behind them in a queue.
#[derive(Default)]
struct Customers {
    slots: Vec<(f64, u32)>,
    free: Option<u32>,
}

impl Customers {
    #[inline(always)]
    fn enter(&mut self, now: f64) -> u32 {
        match self.free {
            Some(slot) => {
                let next = self.slots[slot as usize].1;
                self.free = (next != NONE).then_some(next);
                self.slots[slot as usize] = (now, NONE);
                slot
            }
            None => {
                self.slots.push((now, NONE));
                self.slots.len() as u32 - 1
            }
        }
    }
    /// Gives how long the customer was here.
    #[inline(always)]
    fn leave(&mut self, slot: u32, now: f64) -> f64 {
        let stayed = now - self.slots[slot as usize].0;
        self.slots[slot as usize].1 = self.free.unwrap_or(NONE);
        self.free = Some(slot);
        stayed
    }
}

/// Servers with one queue, first in first out, linked through the customers.
#[derive(Clone, Copy)]
struct Station {
    idle: u32,
    head: u32,
    tail: u32,
}

impl Station {
    fn new(servers: u32) -> Station {
        Station { idle: servers, head: NONE, tail: NONE }
    }
    /// Whether service begins at once.
    #[inline(always)]
    fn enter(&mut self, customer: u32, customers: &mut Customers) -> bool {
        if self.idle > 0 {
            self.idle -= 1;
            return true;
        }
        customers.slots[customer as usize].1 = NONE;
        if self.head == NONE {
            self.head = customer;
        } else {
            customers.slots[self.tail as usize].1 = customer;
        }
        self.tail = customer;
        false
    }
    /// A server is free; gives who is next.
    #[inline(always)]
    fn next(&mut self, customers: &Customers) -> Option<u32> {
        if self.head == NONE {
            self.idle += 1;
            return None;
        }
        let next = self.head;
        self.head = customers.slots[next as usize].1;
        Some(next)
    }
}

const ARRIVAL: u32 = 0;

/// M/M/1 at 80 %.
fn w1(n: u64) -> (u64, Recorder) {
    const SERVED: u32 = 1;
    let (mut draws, mut seen, mut heap) = (Draws::new(1), Recorder::default(), Heap::default());
    let (mut customers, mut server) = (Customers::default(), Station::new(1));
    let (mut events, mut arrivals) = (0, 1);
    heap.push(draws.exp() / 0.8, event(ARRIVAL, 0));
    while let Some((now, what)) = heap.pop() {
        events += 1;
        let customer = what & ((1 << KIND_BITS) - 1);
        if what >> KIND_BITS == ARRIVAL {
            let customer = customers.enter(now);
            if arrivals < n {
                arrivals += 1;
                heap.push(now + draws.exp() / 0.8, event(ARRIVAL, 0));
            }
            if server.enter(customer, &mut customers) {
                heap.push(now + draws.exp(), event(SERVED, customer));
            }
        } else {
            if let Some(next) = server.next(&customers) {
                heap.push(now + draws.exp(), event(SERVED, next));
            }
            seen.record(customers.leave(customer, now));
        }
    }
    (events, seen)
}

/// Ten servers of four cores, drawn at random; a cache as a delay of 1 ms that answers 80 %; a database of 20 servers.
fn w2(n: u64) -> (u64, Recorder) {
    const DATABASE: u32 = 1;
    const CACHE: u32 = 2;
    /// And the nine kinds above it: which server it was.
    const SERVER: u32 = 3;
    let (mut draws, mut seen, mut heap) = (Draws::new(1), Recorder::default(), Heap::default());
    let (mut customers, mut database) = (Customers::default(), Station::new(20));
    let mut servers = [Station::new(4); 10];
    let (mut events, mut arrivals) = (0, 1);
    heap.push(draws.exp() / 2800.0, event(ARRIVAL, 0));
    while let Some((now, what)) = heap.pop() {
        events += 1;
        let customer = what & ((1 << KIND_BITS) - 1);
        match what >> KIND_BITS {
            ARRIVAL => {
                let (customer, chosen) = (customers.enter(now), draws.below(10));
                if arrivals < n {
                    arrivals += 1;
                    heap.push(now + draws.exp() / 2800.0, event(ARRIVAL, 0));
                }
                if servers[chosen as usize].enter(customer, &mut customers) {
                    heap.push(now + draws.exp() * 0.010, event(SERVER + chosen, customer));
                }
            }
            CACHE if draws.happens(0.8) => seen.record(customers.leave(customer, now)),
            CACHE => {
                if database.enter(customer, &mut customers) {
                    heap.push(now + draws.exp() * 0.008, event(DATABASE, customer));
                }
            }
            DATABASE => {
                if let Some(next) = database.next(&customers) {
                    heap.push(now + draws.exp() * 0.008, event(DATABASE, next));
                }
                seen.record(customers.leave(customer, now));
            }
            server => {
                heap.push(now + 0.001, event(CACHE, customer));
                if let Some(next) = servers[(server - SERVER) as usize].next(&customers) {
                    heap.push(now + draws.exp() * 0.010, event(server, next));
                }
            }
        }
    }
    (events, seen)
}

/// The less busy of two different servers of 1,000, each busy 90 %. An event of service is about a server, and its customer the first there.
fn w3(n: u64) -> (u64, Recorder) {
    const SERVERS: u32 = 1000;
    const SERVED: u32 = 1;
    let rate = 0.9 * f64::from(SERVERS);
    let (mut draws, mut seen, mut heap) = (Draws::new(1), Recorder::default(), Heap::default());
    let mut customers = Customers::default();
    // The one in service stays at the head: nobody is ever idle or busy apart from it.
    let mut queues = vec![(0_u32, Station::new(0)); SERVERS as usize];
    let (mut events, mut arrivals) = (0, 1);
    heap.push(draws.exp() / rate, event(ARRIVAL, 0));
    while let Some((now, what)) = heap.pop() {
        events += 1;
        if what >> KIND_BITS == ARRIVAL {
            let customer = customers.enter(now);
            if arrivals < n {
                arrivals += 1;
                heap.push(now + draws.exp() / rate, event(ARRIVAL, 0));
            }
            let (first, second) = (draws.below(SERVERS), draws.below(SERVERS - 1));
            let second = second + u32::from(second >= first);
            let chosen = if queues[second as usize].0 < queues[first as usize].0 { second } else { first };
            let (length, queue) = &mut queues[chosen as usize];
            queue.enter(customer, &mut customers);
            *length += 1;
            if *length == 1 {
                heap.push(now + draws.exp(), event(SERVED, chosen));
            }
        } else {
            let server = what & ((1 << KIND_BITS) - 1);
            let (length, queue) = &mut queues[server as usize];
            *length -= 1;
            if *length > 0 {
                heap.push(now + draws.exp(), event(SERVED, server));
            }
            if let Some(customer) = queue.next(&customers) {
                seen.record(customers.leave(customer, now));
            }
        }
    }
    (events, seen)
}

fn main() {
    limit::main(&[("w1", w1), ("w2", w2), ("w3", w3)]);
}
