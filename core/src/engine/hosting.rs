//! Instances that need a place on a node: they wait for one, take it, and go with it.
//!
//! The nodes are the instances of another component, and what runs on a node counts there as calls inside do.

use super::calls::NONE;
use super::fleet::Life;
use super::simulation::Simulation;
use crate::units::Span;

impl Simulation {
    /// A new instance starts, as soon as there is a place for it.
    pub(super) fn begin_instance(&mut self, component: u16, instance: u32) {
        let fleet = &self.core.fleets[usize::from(component)];
        let Some(host) = fleet.host else {
            // At the start of a run the system is up already.
            let start_up = if self.core.events > 0 { fleet.start_up } else { Span::ZERO };
            return self.start_up(component, instance, start_up);
        };
        let nodes = &self.core.fleets[usize::from(host)];
        let node = nodes.ready.iter().find(|node| nodes.instances[**node as usize].in_flight < nodes.places);
        match node.copied() {
            Some(node) => {
                self.settle(component, instance, host, node);
                let start_up = self.core.fleets[usize::from(component)].start_up;
                self.start_up(component, instance, if self.core.events > 0 { start_up } else { Span::ZERO });
            }
            None => self.core.set_life(component, instance, Life::Pending),
        }
    }

    fn settle(&mut self, component: u16, instance: u32, host: u16, node: u32) {
        self.core.fleets[usize::from(host)].instances[node as usize].in_flight += 1;
        self.core.fleets[usize::from(component)].instances[instance as usize].node = node;
    }

    /// An instance gives its place back.
    pub(super) fn give_up_place(&mut self, component: u16, instance: u32) {
        let fleet = &mut self.core.fleets[usize::from(component)];
        let node = std::mem::replace(&mut fleet.instances[instance as usize].node, NONE);
        if let Some(host) = fleet.host.filter(|_| node != NONE) {
            self.core.leave_instance(host, node);
            self.core.ask_for_places(host);
        }
    }

    /// Those that run on the nodes of `host`.
    fn hosted(&self, host: u16) -> Vec<u16> {
        let fleets = self.core.fleets.iter().enumerate();
        fleets.filter(|(_, fleet)| fleet.host == Some(host)).map(|(at, _)| at as u16).collect()
    }

    /// Starts those that wait for a place, as far as there are places now.
    pub(super) fn fill_places(&mut self, host: u16) {
        for component in self.hosted(host) {
            let instances = &self.core.fleets[usize::from(component)].instances;
            for instance in 0..instances.len() as u32 {
                let slot = &mut self.core.fleets[usize::from(component)].instances[instance as usize];
                if slot.life == Life::Pending {
                    slot.life = Life::Starting;
                    self.begin_instance(component, instance);
                }
            }
            self.count_billed(component);
        }
    }

    /// What runs on a node goes, at once or when its work is done, and starts again elsewhere.
    pub(super) fn clear_node(&mut self, host: u16, node: u32, at_once: bool) {
        for component in self.hosted(host) {
            let fleet = &self.core.fleets[usize::from(component)];
            let here = |at: &u32| fleet.instances[*at as usize].node == node;
            for instance in (0..fleet.instances.len() as u32).filter(here).collect::<Vec<_>>() {
                match self.core.fleets[usize::from(component)].instances[instance as usize].life {
                    Life::Stopped => {}
                    Life::Draining if !at_once => {}
                    _ if at_once => self.retire(component, instance, Life::Stopped),
                    _ => self.remove_instance(component, instance),
                }
            }
            let desired = self.core.fleets[usize::from(component)].desired;
            self.set_desired(component, desired);
        }
    }

    /// A node takes nothing more, and is given back when it is empty.
    pub(super) fn leave_node(&mut self, host: u16, node: u32) {
        let fleet = &mut self.core.fleets[usize::from(host)];
        fleet.desired = fleet.desired.saturating_sub(1);
        fleet.configured = Some(fleet.desired);
        self.remove_instance(host, node);
        self.clear_node(host, node, false);
        self.count_billed(host);
    }

    /// A component runs on the nodes of another one from now on, or on machines of its own.
    pub(super) fn set_host(&mut self, component: u16, host: Option<u16>) {
        if self.core.fleets[usize::from(component)].host == host {
            return;
        }
        for instance in 0..self.core.fleets[usize::from(component)].instances.len() as u32 {
            self.give_up_place(component, instance);
        }
        self.core.fleets[usize::from(component)].host = host;
        // Those that are there already take what places there are; for the others nobody asks.
        for instance in 0..self.core.fleets[usize::from(component)].instances.len() as u32 {
            let life = self.core.fleets[usize::from(component)].instances[instance as usize].life;
            match (life, host) {
                (Life::Stopped, _) => {}
                (Life::Pending, _) => {
                    self.core.fleets[usize::from(component)].instances[instance as usize].life =
                        Life::Starting;
                    self.begin_instance(component, instance);
                }
                (_, Some(host)) => {
                    let nodes = &self.core.fleets[usize::from(host)];
                    let has_room = |node: &&u32| nodes.instances[**node as usize].in_flight < nodes.places;
                    if let Some(node) = nodes.ready.iter().find(has_room).copied() {
                        self.settle(component, instance, host, node);
                    }
                }
                (_, None) => {}
            }
        }
        self.count_billed(component);
    }
}
