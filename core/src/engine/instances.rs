//! What happens to fleets: instances come, drain, crash, return.

use super::context::{Ctx, TimerTag};
use super::core::Command;
use super::fleet::{Callees, InstanceNews, Life};
use super::simulation::Simulation;
use crate::measure::Reason;
use crate::units::Span;

/// The engine's own timer: an instance has started up.
pub(super) const STARTED_UP: u8 = 255;

impl Simulation {
    /// Carries out what components have asked of fleets.
    pub(super) fn carry_out(&mut self) {
        while let Some(command) = self.core.commands.pop_front() {
            match command {
                Command::SetDesired { component, instances, start_up } => {
                    let fleet = &mut self.core.fleets[usize::from(component)];
                    fleet.start_up = start_up;
                    if fleet.configured.replace(instances) != Some(instances) {
                        fleet.is_scaled = false;
                    }
                    if !fleet.is_scaled {
                        self.set_desired(component, instances);
                    }
                }
                Command::Scale { component, instances } => {
                    self.core.fleets[usize::from(component)].is_scaled = true;
                    self.set_desired(component, instances);
                }
                Command::Resize { component, cores } => self.resize(component, cores),
                Command::FillPlaces { host } => self.fill_places(host),
                Command::LeaveNode { host, node } => self.leave_node(host, node),
                Command::Stop { component, instance } => self.stop(component, instance),
            }
        }
    }

    pub(super) fn set_desired(&mut self, component: u16, instances: u32) {
        let at = usize::from(component);
        let had = self.core.fleets[at].desired;
        self.core.fleets[at].desired = instances;
        // At the start of a run the system is up already.
        let begun = self.core.events > 0;
        while self.core.fleets[at].wanted_ones() < instances {
            let instance = self.core.fleets[at].start(self.core.agenda.now());
            self.begin_instance(component, instance);
        }
        while self.core.fleets[at].wanted_ones() > instances {
            let Some(instance) = self.core.fleets[at].first_to_go() else { break };
            self.remove_instance(component, instance);
        }
        // Who scales a fleet says himself what he does, and why.
        if begun && had != instances && had > 0 && !self.core.fleets[at].is_scaled {
            let id = self.core.ids[at].clone();
            self.core.notice(&id, format!("{had} → {instances} instances"));
        }
        self.count_billed(component);
    }

    fn resize(&mut self, component: u16, cores: u32) {
        let id = &self.core.ids[usize::from(component)];
        let resized = self.model.component(id).and_then(|c| c.settings.resized(cores, self.core.prices));
        if let Some(settings) = resized {
            self.with(component, |state, ctx| state.configure(&settings, ctx));
        }
    }

    pub(super) fn start_up(&mut self, component: u16, instance: u32, start_up: Span) {
        if start_up == Span::ZERO {
            return self.make_ready(component, instance);
        }
        let at = self.core.agenda.now() + start_up;
        let timer = self.core.timer(component, at, TimerTag { what: STARTED_UP, instance, extra: 0 });
        self.core.fleets[usize::from(component)].instances[instance as usize].timer = Some(timer);
    }

    /// An instance has started up and serves from now on.
    pub(super) fn make_ready(&mut self, component: u16, instance: u32) {
        self.core.fleets[usize::from(component)].instances[instance as usize].timer = None;
        self.core.set_life(component, instance, Life::Ready);
        self.core.open_pools(component, instance);
        self.tell(component, instance, InstanceNews::Ready);
        self.tell_givers(component, |wire| Callees::Came { wire, instance });
        if self.core.fleets[usize::from(component)].places > 0 {
            self.core.ask_for_places(component);
        }
    }

    pub(super) fn remove_instance(&mut self, component: u16, instance: u32) {
        let fleet = &mut self.core.fleets[usize::from(component)];
        let slot = &mut fleet.instances[instance as usize];
        let idle = slot.in_flight == 0;
        if let Some(timer) = slot.timer.take() {
            self.core.timers[timer].wanted = false;
        }
        if slot.life == Life::Ready && !idle {
            self.core.set_life(component, instance, Life::Draining);
            self.tell(component, instance, InstanceNews::Draining);
            return self.tell_givers(component, |wire| Callees::Went { wire, instance });
        }
        self.retire(component, instance, Life::Stopped);
    }

    fn stop(&mut self, component: u16, instance: u32) {
        let slot = &self.core.fleets[usize::from(component)].instances[instance as usize];
        if slot.life == Life::Draining && slot.in_flight == 0 {
            self.retire(component, instance, Life::Stopped);
            self.count_billed(component);
        }
    }

    /// The instance serves no more; whatever is inside fails.
    pub(super) fn retire(&mut self, component: u16, instance: u32, life: Life) {
        let slot = &self.core.fleets[usize::from(component)].instances[instance as usize];
        let served = matches!(slot.life, Life::Ready | Life::Draining);
        let busy = slot.in_flight > 0;
        self.core.set_life(component, instance, life);
        if served {
            self.tell(component, instance, InstanceNews::Closing);
            self.core.close_pools(component, instance);
            // All calls of the run are looked through, so not for one that is idle.
            let inside = if busy { self.core.calls.at(component, Some(instance)) } else { Vec::new() };
            for call in inside {
                self.cancel(component, call, Reason::Reset);
            }
            self.turn_away(component, instance, Reason::Reset);
            self.tell(component, instance, InstanceNews::Gone);
            self.tell_givers(component, |wire| Callees::Went { wire, instance });
        }
        if life == Life::Stopped {
            self.give_up_place(component, instance);
        }
    }

    /// Tells those who hold something back for `component` what is new there.
    fn tell_givers(&mut self, component: u16, news: impl Fn(u32) -> Callees) {
        for at in 0..self.core.fleets[usize::from(component)].givers.len() {
            let wire = self.core.fleets[usize::from(component)].givers[at];
            let giver = self.core.wires[wire as usize].from;
            self.with(giver, |state, ctx| state.on_callees(news(wire), ctx));
        }
    }

    /// Ends the attempts that wait for a connection of an instance that is gone.
    pub(super) fn turn_away(&mut self, component: u16, instance: u32, reason: Reason) {
        for pool in self.core.pools.of(component) {
            while let Some(call) = self.core.first_waiting(pool, instance) {
                let answer = self.core.end_attempt(call, Err(reason));
                self.hand_over(answer);
            }
        }
    }

    /// Takes a call out of its component and fails it.
    pub(super) fn cancel(&mut self, component: u16, call: u32, reason: Reason) {
        let state = &mut self.components[usize::from(component)];
        let mut ctx = Ctx { core: &mut self.core, me: component };
        if ctx.is_over(call) {
            return;
        }
        state.on_cancel(call, &mut ctx);
        if !ctx.is_over(call) {
            ctx.fail(call, reason);
        }
    }

    /// Crashes instances, the oldest first.
    pub(super) fn crash(&mut self, component: u16, instances: u32) {
        let mut crashed = 0;
        for _ in 0..instances {
            let Some(instance) = self.core.fleets[usize::from(component)].oldest(Life::Ready) else { break };
            self.retire(component, instance, Life::Down);
            if self.core.fleets[usize::from(component)].places > 0 {
                self.clear_node(component, instance, true);
            }
            crashed += 1;
        }
        let id = self.core.ids[usize::from(component)].clone();
        let words = if crashed == 1 {
            "1 instance crashed".to_owned()
        } else {
            format!("{crashed} instances crashed")
        };
        self.core.notice(&id, words);
        self.count_billed(component);
    }

    /// Starts crashed instances again.
    pub(super) fn bring_back(&mut self, component: u16, start_up: Span) {
        let mut back = 0;
        while let Some(instance) = self.core.fleets[usize::from(component)].oldest(Life::Down) {
            self.core.set_life(component, instance, Life::Starting);
            self.start_up(component, instance, start_up);
            back += 1;
        }
        let id = self.core.ids[usize::from(component)].clone();
        self.core.notice(&id, format!("{back} returned"));
    }

    fn tell(&mut self, component: u16, instance: u32, news: InstanceNews) {
        let mut ctx = Ctx { core: &mut self.core, me: component };
        self.components[usize::from(component)].on_instance(instance, news, &mut ctx);
    }

    pub(super) fn count_billed(&mut self, component: u16) {
        let now = self.core.agenda.now();
        let billed = self.core.fleets[usize::from(component)].billed();
        let gauge = &mut self.core.gauges[usize::from(component)];
        gauge.bill_instances(billed, now);
    }
}
