//! The simulation: a model that runs.

use super::agenda::{Agenda, Event};
use super::calls::{Calls, Slab};
use super::chance::GENERATOR;
use super::context::{Answer, Ctx};
use super::core::Core;
use super::instances::STARTED_UP;
use super::pool::Pools;
use super::timeouts::Timeouts;
use crate::components::State;
use crate::edit::Edit;
use crate::measure::gauge::{ClassGauge, WireGauge};
use crate::model::{Happening, Model, ModelError};
use crate::prices::PriceBook;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// A model that runs: plain data, so a clone is a checkpoint and can go to another thread.
///
/// Time moves only in [`Simulation::run_until`] and [`Simulation::advance`], and whatever way it is moved, in one go or in slices, the same
/// model gives the same run. Edits made by [`Simulation::apply`] at an instant act before the events of that instant.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// Shared with the copies of this run, as the log is: both are as large as what a user made and change only when he edits.
    pub(super) model: Arc<Model>,
    pub(super) core: Core,
    /// By component index; a removed component keeps its place.
    pub(super) components: Vec<State>,
    /// The indices of the components that are part of the model, in the order of their ids.
    pub(super) by_id: Vec<u16>,
    /// Times the model's load, by the timeline.
    pub(super) timeline_load: f64,
    /// The timeline's entries, by the number its events carry; an edit of the timeline begins a new part.
    pub(super) timeline: Vec<Option<Happening>>,
    pub(super) log: Arc<Vec<(SimTime, Edit)>>,
    pub(super) window_end: SimTime,
    pub(super) watch: super::watch::Watch,
}

/// Closing a window takes about as long as so many events.
pub(super) const WINDOW_COST: u64 = 20;

/// As many things may happen in an instant: more than to all the calls that fit. There are models whose instants never end.
const INSTANT_MAX: u64 = 5 * Simulation::CALLS_MAX as u64;

/// How far [`Simulation::advance`] came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advance {
    /// The time that was asked for has come.
    Reached,
    /// The events that were allowed have happened; there is more to do before the time.
    Paused,
    /// More calls are in flight than fit; see [`Simulation::CALLS_MAX`]. Or more happens in one instant than ever will to so many. Nothing moves until the load or the model changes.
    TooManyCalls,
    /// The next arrivals of a replayed trace are needed first.
    NeedsInput,
}

impl Simulation {
    /// As many calls as may be in flight: some 400 MB of them.
    pub const CALLS_MAX: usize = 4_000_000;

    /// Sets a model up at time zero.
    ///
    /// # Errors
    /// Every problem of the model, as reading its file would give them.
    ///
    /// ```
    /// use tenfold::{Simulation, presets, units::Span};
    /// let model = presets::by_slug("classic-chain").unwrap().model();
    /// let mut run = Simulation::new(&model).unwrap();
    /// run.run_for(Span::from_secs(2));
    /// assert!(run.report().requests.finished > 1000);
    /// ```
    pub fn new(model: &Model) -> Result<Simulation, Vec<ModelError>> {
        // A model built in memory is held to all that its file would be held to.
        Model::from_value(&model.to_value())?;
        let core = Core {
            seed: model.head.seed,
            agenda: Agenda::default(),
            calls: Calls::default(),
            timers: Slab::default(),
            timeouts: Timeouts::default(),
            ids: Vec::new(),
            gone: Vec::new(),
            fleets: Vec::new(),
            changes: 1,
            gauges: Vec::new(),
            routes: Vec::new(),
            wires: Vec::new(),
            wire_gauges: Vec::<WireGauge>::new(),
            pools: Pools::default(),
            classes: Vec::new(),
            class_gauges: Vec::<ClassGauge>::new(),
            prices: PriceBook { provider: model.head.provider },
            load: model.head.load,
            commands: VecDeque::new(),
            notices: Vec::new(),
            events: 0,
        };
        let mut simulation = Simulation {
            model: Arc::new(Model { head: model.head.clone(), ..Model::default() }),
            core,
            components: Vec::new(),
            by_id: Vec::new(),
            timeline_load: 1.0,
            timeline: Vec::new(),
            log: Arc::default(),
            window_end: SimTime::ZERO + model.head.window,
            watch: super::watch::Watch::new(model),
        };
        simulation.become_like(model.clone());
        simulation.core.notices.clear();
        Ok(simulation)
    }

    /// The model as it is now, with all edits.
    pub fn model(&self) -> &Model {
        &self.model
    }
    /// Simulated time.
    pub fn now(&self) -> SimTime {
        self.core.agenda.now()
    }
    /// Model events so far: arrivals, ends of service, timeouts, decisions; never the engine's internals.
    pub fn events(&self) -> u64 {
        self.core.events
    }
    /// Calls in flight, those whose callers have given up included.
    pub fn calls_in_flight(&self) -> usize {
        self.core.calls.len()
    }
    /// The edits applied so far with their times; the same edits at the same times make the same run.
    pub fn log(&self) -> &[(SimTime, Edit)] {
        &self.log
    }
    /// Names of the random generators.
    pub fn generator() -> &'static str {
        GENERATOR
    }

    /// Runs for `span` of simulated time.
    pub fn run_for(&mut self, span: Span) {
        self.run_until(self.now() + span);
    }

    /// Runs until just before the events of the instant `until`; stops short when [`Advance::TooManyCalls`].
    pub fn run_until(&mut self, until: SimTime) -> Advance {
        self.advance(until, u64::MAX)
    }

    /// Runs until `until`, but for no more than about `events_max` events: the way to run in slices.
    pub fn advance(&mut self, until: SimTime, events_max: u64) -> Advance {
        let mut left = events_max;
        loop {
            let boundary = self.window_end.min(until);
            // Up to but not including the boundary.
            let last = SimTime::from_nanos(boundary.nanos().saturating_sub(1));
            // At its own instant nothing is left to do, though an edit may have put events there.
            if boundary > self.now() && !self.let_happen_until(last, &mut left, Self::CALLS_MAX) {
                return self.finish_instant();
            }
            self.core.agenda.advance_to(boundary);
            if boundary == self.window_end {
                self.close_window();
                self.window_end = self.window_end + self.model.head.window;
                left = left.saturating_sub(WINDOW_COST);
            }
            if boundary >= until {
                return Advance::Reached;
            }
            // A run without any events must come back as well.
            if left == 0 {
                return Advance::Paused;
            }
        }
    }

    /// Lets all happen up to and including `last`, an event at a time and what follows from it without any delay. `false` when it
    /// stopped before: as many things have happened as `left` allowed, or there are too many calls. What follows at once stops as
    /// well: where calls take no time and each makes two hundred, one event is followed by more than any memory holds.
    fn let_happen_until(&mut self, last: SimTime, left: &mut u64, calls_max: usize) -> bool {
        loop {
            if *left == 0 || self.core.calls.are_more_than(calls_max) {
                return false;
            }
            let Some(event) = self.core.agenda.take_at_once().or_else(|| self.core.agenda.take(last)) else {
                return true;
            };
            *left -= 1;
            self.happen(event);
        }
    }

    /// Lets the rest of this instant happen and steps past it, so that an edit made in the pause acts before all events of
    /// its instant, as it will when the run is replayed.
    fn finish_instant(&mut self) -> Advance {
        let now = self.now();
        // Only an instant that brings a million calls by itself, or in which more happens than to all the calls that fit, is broken off,
        // and cannot be repeated exactly if edited there.
        if !self.let_happen_until(now, &mut { INSTANT_MAX }, Self::CALLS_MAX + Self::CALLS_MAX / 4) {
            return Advance::TooManyCalls;
        }
        self.core.agenda.advance_to(now + Span::from_nanos(1));
        if self.core.calls.len() > Self::CALLS_MAX { Advance::TooManyCalls } else { Advance::Paused }
    }

    #[inline(always)]
    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive(call) => {
                if let Some(component) = self.core.arrive(call) {
                    self.with(component, |state, ctx| state.on_call(call, ctx));
                }
            }
            Event::Served(call) => {
                let now = self.core.agenda.now();
                if let Some(component) = self.core.calls.take_served(call, now) {
                    self.core.events += 1;
                    self.with(component, |state, ctx| state.on_served(call, ctx));
                }
            }
            Event::Reply(call) => {
                if let Some(answer) = self.core.reply_arrives(call) {
                    self.hand_over_at_once(answer);
                }
            }
            Event::Timeout(queue) => {
                if let Some(answer) = self.core.timeout_due(queue) {
                    self.hand_over(answer);
                }
            }
            Event::Timer(timer) => self.timer(timer),
            Event::Timeline(entry) => self.timeline_event(entry),
        }
        if !self.core.commands.is_empty() {
            self.carry_out();
        }
    }

    /// Gives an answer to the component that waits for it.
    #[inline(never)]
    pub(super) fn hand_over(&mut self, answer: Answer) {
        self.hand_over_at_once(answer);
    }

    /// The same, for where most answers pass.
    #[inline(always)]
    fn hand_over_at_once(&mut self, answer: Answer) {
        let caller = &mut self.core.calls[answer.call];
        caller.open -= 1;
        let component = caller.component;
        self.with(component, |state, ctx| state.on_reply(answer, ctx));
        self.core.calls.release(answer.call);
    }

    fn timer(&mut self, timer: u32) {
        let slot = self.core.timers[timer].clone();
        self.core.timers.remove(timer);
        if !slot.wanted || self.core.gone[usize::from(slot.component)] {
            return;
        }
        self.core.events += 1;
        if slot.tag.what == STARTED_UP {
            self.make_ready(slot.component, slot.tag.instance);
        } else {
            self.with(slot.component, |state, ctx| state.on_timer(slot.tag, ctx));
        }
    }

    /// Hands the engine to a component. A component that is gone keeps its state to end what is under way.
    #[inline(always)]
    pub(super) fn with(&mut self, component: u16, act: impl FnOnce(&mut State, &mut Ctx<'_>)) {
        let mut ctx = Ctx { core: &mut self.core, me: component };
        act(&mut self.components[usize::from(component)], &mut ctx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request makes 200 calls, each of them 200 and so on, and none of them takes any time.
    fn avalanche(parallel: bool) -> Simulation {
        let nothing = r#"{ "law": "constant", "mean": "0s" }"#;
        let service = |n| {
            format!(
                r#"{{ "id": "s{n}", "kind": "service", "work": {nothing}, "workers": null, "backlog": null }}"#
            )
        };
        let link = |n| {
            format!(
                r#"{{ "from": "s{n}", "to": "s{}", "rtt": {nothing}, "timeout": null, "calls": 200, "parallel": {parallel} }}"#,
                n + 1
            )
        };
        let clients = r#"{ "id": "c", "kind": "clients", "load": { "shape": "steady", "rate": "1000/s" } }"#;
        let services: Vec<String> = (0..5).map(service).collect();
        let links: Vec<String> = (0..4).map(link).collect();
        let text = format!(
            r#"{{ "format": 1, "components": [{clients}, {}], "links": [{{ "from": "c", "to": "s0" }}, {}] }}"#,
            services.join(", "),
            links.join(", ")
        );
        let model = Model::from_json(&text).unwrap_or_else(|errors| panic!("{errors:#?}"));
        Simulation::new(&model).expect("the model is legal")
    }

    #[test]
    fn what_follows_at_once_stops_when_there_are_too_many_calls() {
        let mut run = avalanche(true);
        let last = SimTime::ZERO + Span::from_secs(1);
        assert!(!run.let_happen_until(last, &mut { u64::MAX }, 10_000));
        assert!((10_001..10_300).contains(&run.calls_in_flight()), "{}", run.calls_in_flight());
        run.conservation().expect("every call is accounted for");
        // With room for more it goes on where it stopped.
        assert!(!run.let_happen_until(last, &mut { u64::MAX }, 20_000));
        assert!((20_001..20_300).contains(&run.calls_in_flight()), "{}", run.calls_in_flight());
    }

    #[test]
    fn what_follows_at_once_stops_when_enough_has_happened() {
        let mut run = avalanche(false);
        let last = SimTime::ZERO + Span::from_secs(1);
        let mut left = 10_000;
        assert!(!run.let_happen_until(last, &mut left, Simulation::CALLS_MAX));
        let (now, events) = (run.now(), run.events());
        assert!(left == 0 && events > 1_000, "{events} events");
        assert!(!run.let_happen_until(last, &mut { 10_000 }, Simulation::CALLS_MAX));
        assert_eq!(run.now(), now, "the instant does not end");
        run.conservation().expect("every call is accounted for");
    }
}
