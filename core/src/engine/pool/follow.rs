//! Pools follow the settings of their links and the lives of their instances.

use super::{Connection, NO_LIMIT, Pool};
use crate::engine::calls::{NONE, flag};
use crate::engine::core::Core;
use crate::engine::fleet::Life;
use crate::engine::queue::END;
use crate::measure::gauge::{StationGauge, WireGauge};
use crate::model::Link;

/// Settings and instances.
impl Core {
    /// The link has these settings from now on: its pool is made, takes another size, or lets everybody through.
    pub(in crate::engine) fn follow_pool(&mut self, wire: u32, link: &Link) {
        let mut ix = self.wires[wire as usize].pool;
        if ix == NONE && link.pool.is_none() {
            return;
        }
        let (size, wait) = (link.pool.unwrap_or(NO_LIMIT), self.timeout_queue(link.pool_wait));
        let now = self.agenda.now();
        if ix == NONE {
            ix = self.pools.list.len() as u32;
            self.pools.list.push(Pool { wire, size, hold: link.pool_hold, wait, places: Vec::new() });
            self.wires[wire as usize].pool = ix;
            self.wire_gauges[wire as usize].pool = Some(Box::default());
            let from = self.wires[wire as usize].from;
            let place = self.pools.by_caller.partition_point(|known| *known < (from, ix));
            self.pools.by_caller.insert(place, (from, ix));
            for instance in 0..self.fleets[usize::from(from)].instances.len() {
                let life = self.fleets[usize::from(from)].instances[instance].life;
                if matches!(life, Life::Ready | Life::Draining) {
                    self.open_pool(ix, instance as u32);
                }
            }
        }
        let pool = &mut self.pools.list[ix as usize];
        let had = std::mem::replace(&mut pool.size, size);
        (pool.hold, pool.wait) = (link.pool_hold, wait);
        if let Some(gauge) = &mut self.wire_gauges[wire as usize].pool {
            for place in &pool.places {
                gauge.set_servers(place.there(had), place.there(size), now);
            }
        }
        for instance in 0..self.pools.list[ix as usize].places.len() {
            self.serve_waiting(ix, instance as u32);
        }
    }

    /// The gauge of the link's pool, if it has one now.
    pub(in crate::engine) fn pool_gauge<'a>(
        &self,
        wire: usize,
        of: &'a WireGauge,
    ) -> Option<&'a StationGauge> {
        let pool = self.pools.list.get(self.wires[wire].pool as usize)?;
        of.pool.as_deref().filter(|_| pool.size != NO_LIMIT)
    }

    /// An instance runs from now on, with pools of its own.
    pub(in crate::engine) fn open_pools(&mut self, component: u16, instance: u32) {
        for pool in self.pools.of(component) {
            self.open_pool(pool, instance);
        }
    }

    fn open_pool(&mut self, ix: u32, instance: u32) {
        let now = self.agenda.now();
        let pool = &mut self.pools.list[ix as usize];
        let (wire, size) = (pool.wire as usize, pool.size);
        let place = pool.place(instance);
        if !place.open {
            place.open = true;
            if let Some(gauge) = &mut self.wire_gauges[wire].pool {
                gauge.set_servers(0, place.there(size), now);
            }
        }
    }

    /// An instance is gone, and its connections with it; those who wait for one are for [`Core::first_waiting`] to find.
    pub(in crate::engine) fn close_pools(&mut self, component: u16, instance: u32) {
        let now = self.agenda.now();
        for ix in self.pools.of(component) {
            let pool = &mut self.pools.list[ix as usize];
            let (wire, size) = (pool.wire as usize, pool.size);
            let place = pool.place(instance);
            let (had, busy) = (place.there(size), std::mem::take(&mut place.busy));
            place.open = false;
            place.life += 1;
            if let Some(gauge) = &mut self.wire_gauges[wire].pool {
                (0..busy).for_each(|_| gauge.freed(now));
                gauge.set_servers(had, 0, now);
            }
        }
    }

    /// A call that waits for a connection of an instance.
    pub(in crate::engine) fn first_waiting(&self, pool: u32, instance: u32) -> Option<u32> {
        let place = self.pools.list[pool as usize].places.get(instance as usize)?;
        Some(place.waiting.head).filter(|head| *head != END)
    }
}

/// Looking.
impl Core {
    /// Whether every connection in use is some call's, and every call that waits is known to wait.
    pub(in crate::engine) fn pools_add_up(&self) -> Result<(), String> {
        // By pool and instance, what the calls have in hand.
        let mut in_hand: Vec<Vec<u32>> =
            self.pools.list.iter().map(|pool| vec![0; pool.places.len()]).collect();
        let mut count = |connection: u32| {
            let Connection { pool, instance, life, .. } = self.pools.connections[connection];
            let place = &self.pools.list[pool as usize].places[instance as usize];
            in_hand[pool as usize][instance as usize] += u32::from(place.life == life);
        };
        for (call, hand) in self.pools.hands.iter().enumerate() {
            if hand.held != NONE && self.calls[call as u32].is(flag::WORK_OVER) {
                return Err(format!("call {call} is over and holds a connection"));
            }
            if hand.own != NONE {
                count(hand.own);
            }
            let mut next = hand.held;
            while next != NONE {
                count(next);
                next = self.pools.connections[next].next;
            }
        }
        for (pool, in_hand) in self.pools.list.iter().zip(in_hand) {
            let id = &self.wires[pool.wire as usize].id;
            let (mut busy, mut waiting) = (0, 0);
            for (instance, (place, in_hand)) in pool.places.iter().zip(in_hand).enumerate() {
                if in_hand != place.busy + place.waiting.len {
                    return Err(format!(
                        "{id}: of {place:?} at instance {instance} the calls have {in_hand} in hand"
                    ));
                }
                busy += u64::from(place.busy);
                waiting += u64::from(place.waiting.len);
            }
            let gauge = self.wire_gauges[pool.wire as usize].pool.as_deref();
            if gauge.is_none_or(|gauge| (gauge.busy, gauge.queue) != (busy, waiting)) {
                return Err(format!(
                    "{id}: {busy} connections are in use and {waiting} calls wait, not {gauge:?}"
                ));
            }
        }
        Ok(())
    }
}
