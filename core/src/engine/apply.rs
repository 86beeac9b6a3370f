//! Changing a running simulation: an edit changes the model, and the engine follows the model.

use super::agenda::Event;
use super::calls::NONE;
use super::chance::{Purpose, Stream};
use super::core::{ClassInfo, Route, Travel, Wire};
use super::fleet::Callees;
use super::sampler::Sampler;
use super::simulation::Simulation;
use crate::components::{Out, Settings, State};
use crate::edit::Edit;
use crate::measure::Reason;
use crate::measure::gauge::{ClassGauge, ComponentGauge, WireGauge};
use crate::model::{Check, Component, FieldPath, Happening, Link, Model, ModelError, When, on_a_cycle};
use crate::prices::PriceBook;
use crate::units::{SimTime, Span};
use std::sync::Arc;

/// As many classes as a run can tell apart; links keep one bit for each.
const CLASSES_MAX: usize = 64;
/// Marks the branch of a link on a cycle.
const ON_A_CYCLE: u64 = 1 << 32;
/// As many components as can come in one run, those that went included.
const COMPONENTS_MAX: usize = u16::MAX as usize - 1;

/// Whether more than names, places and expectations differ.
fn runs_differently(before: &Model, after: &Model) -> bool {
    let settings = |model: &Model| {
        let components = model.components.iter();
        components.map(|component| (component.id.clone(), component.settings.clone())).collect::<Vec<_>>()
    };
    before.head.load.total_cmp(&after.head.load).is_ne()
        || before.head.provider != after.head.provider
        || before.links != after.links
        || before.classes != after.classes
        || settings(before) != settings(after)
}

/// The components that stand beside their callers.
fn stand_beside(model: &Model) -> Vec<&str> {
    let beside = model.components.iter().filter(|c| c.settings.is_beside_its_callers());
    beside.map(|c| c.id.as_str()).collect()
}

impl Simulation {
    /// Applies an edit now, before the events of this instant.
    ///
    /// What is under way goes on as far as it can: a cache keeps its keys, a smaller fleet drains, calls at a removed component end with
    /// [`Reason::Removed`]. Another seed is the seed of the next run.
    ///
    /// # Errors
    /// Every problem of the model as it would be; nothing has changed then.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), Vec<ModelError>> {
        let mut model = (*self.model).clone();
        edit.apply(&mut model)?;
        if self.core.ids.len() + model.components.len() > COMPONENTS_MAX {
            let mut check = Check::default();
            check.rule(
                &FieldPath::root().field("components"),
                "too many have come and gone in this run; start it anew",
            );
            check.finish(())?;
        }
        // A pause may have ended just where a window ends. It is closed before the edit, as it will be when the run is repeated.
        self.run_until(self.now());
        let entry = (self.now(), edit.clone());
        Arc::make_mut(&mut self.log).push(entry);
        let happens = !edit.happenings().is_empty() || runs_differently(&self.model, &model);
        self.watch.afresh |= happens && self.watch.afresh_after_edits;
        self.watch.edited |= happens && self.now() > SimTime::ZERO;
        self.become_like(model);
        for what in edit.happenings() {
            self.let_happen(&what);
        }
        self.carry_out();
        Ok(())
    }

    /// Brings the engine from the model it runs to `model`.
    pub(super) fn become_like(&mut self, model: Model) {
        let before = std::mem::replace(&mut self.model, Arc::new(model));
        let (old, new) = (&before.head, &self.model.head);
        let head_changed = old.load.total_cmp(&new.load).is_ne() || old.provider != new.provider;
        let classes_changed = before.classes != self.model.classes || self.core.classes.is_empty();
        self.core.prices = PriceBook { provider: self.model.head.provider };
        self.core.load = self.model.head.load * self.timeline_load;
        if classes_changed {
            self.follow_classes();
        }
        self.follow_components(&before, head_changed || classes_changed);
        if classes_changed
            || before.links != self.model.links
            || before.components.len() != self.model.components.len()
            || stand_beside(&before) != stand_beside(&self.model)
        {
            self.follow_links();
        }
        self.carry_out();
        if before.timeline != self.model.timeline {
            self.follow_timeline();
        }
        self.follow_topology();
    }

    fn follow_classes(&mut self) {
        let wanted = self.model.classes_or_default();
        self.core.classes.iter_mut().for_each(|class| class.weight = 0.0);
        for class in wanted.iter().take(CLASSES_MAX) {
            let info = ClassInfo::new(self.core.seed, class);
            match self.core.classes.iter().position(|c| c.id == class.id) {
                Some(ix) => self.core.classes[ix] = info,
                None if self.core.classes.len() < CLASSES_MAX => {
                    self.core.classes.push(info);
                    self.core.class_gauges.push(ClassGauge::default());
                }
                None => {}
            }
        }
    }

    /// The index of the component called `id`, if it is part of the model now.
    pub(super) fn index(&self, id: &str) -> Option<u16> {
        self.place(id).ok().map(|place| self.by_id[place])
    }

    /// The place of the component called `id` among those in the order of their ids; where it would be when there is none.
    fn place(&self, id: &str) -> Result<usize, usize> {
        self.by_id.binary_search_by_key(&id, |ix| self.core.ids[usize::from(*ix)].as_str())
    }

    fn follow_components(&mut self, before: &Model, everything: bool) {
        for old in &before.components {
            let kept =
                self.model.component(&old.id).is_some_and(|new| new.settings.kind() == old.settings.kind());
            if !kept && let Some(ix) = self.index(&old.id) {
                self.remove_component(ix);
            }
        }
        for component in self.model.components.clone() {
            self.follow_component(&component, before, everything);
        }
    }

    fn follow_component(&mut self, component: &Component, before: &Model, everything: bool) {
        match self.index(&component.id) {
            None => self.add_component(component),
            Some(ix) => {
                let same =
                    before.component(&component.id).is_some_and(|old| old.settings == component.settings);
                if everything || !same {
                    self.with(ix, |state, ctx| state.configure(&component.settings, ctx));
                }
            }
        }
    }

    fn add_component(&mut self, component: &Component) {
        let ix = self.core.ids.len() as u16;
        let kind = component.settings.kind();
        let now = self.now();
        let place = self.place(&component.id).unwrap_or_else(|place| place);
        self.by_id.insert(place, ix);
        self.core.ids.push(component.id.clone());
        self.core.gone.push(false);
        self.core.fleets.push(super::fleet::Fleet::default());
        self.core.gauges.push(ComponentGauge::new(kind.stations().len(), now));
        self.core.routes.push(Route::default());
        let mut ctx = super::context::Ctx { core: &mut self.core, me: ix };
        let state = State::new(&component.settings, &mut ctx);
        self.components.push(state);
    }

    fn remove_component(&mut self, ix: u16) {
        let at = usize::from(ix);
        self.core.gone[at] = true;
        self.by_id.retain(|known| *known != ix);
        let instances = self.core.fleets[at].instances.len() as u32;
        (0..instances).for_each(|instance| self.core.close_pools(ix, instance));
        for call in self.core.calls.at(ix, None) {
            self.cancel(ix, call, Reason::Removed);
        }
        (0..instances).for_each(|instance| self.turn_away(ix, instance, Reason::Removed));
        let now = self.now();
        self.core.fleets[at].instances.iter_mut().for_each(|i| i.life = super::fleet::Life::Stopped);
        self.core.fleets[at].ready.clear();
        self.core.changes += 1;
        let gauge = &mut self.core.gauges[at];
        gauge.set_rates(now, crate::measure::gauge::Rates::default());
        gauge.bill_instances(0, now);
        self.core.routes[at] = Route::default();
    }

    fn follow_links(&mut self) {
        let links = self.model.links.clone();
        let before = std::mem::take(&mut self.core.routes);
        self.core.routes = vec![Route::default(); before.len()];
        let round = on_a_cycle(&self.model);
        let mut placed = Vec::with_capacity(links.len());
        let mut hosts = vec![None; self.core.fleets.len()];
        self.core.fleets.iter_mut().for_each(|fleet| fleet.givers.clear());
        for (at, link) in links.iter().enumerate() {
            let (Some(from), Some(to)) = (self.index(&link.from), self.index(&link.to)) else { continue };
            let place = self.core.routes[usize::from(from)].all.len() as u64;
            // Who comes again must draw anew: on a cycle no call keeps its caller's key.
            let branch = if round[at] { place | ON_A_CYCLE } else { place };
            let wire = self.wire(link, from, to, branch);
            let known = self.core.wires.iter().position(|w| w.id == link.id && w.from == from && w.to == to);
            let ix = match known {
                Some(ix) => {
                    let old = &self.core.wires[ix];
                    // A link that was taken out and comes back is a new one, and whole.
                    let cut = old.cut && before[usize::from(from)].all.contains(&(ix as u32));
                    let (turn, in_flight, pool) = (old.turn, old.in_flight, old.pool);
                    let rtt_since = if old.rtt == wire.rtt { old.rtt_since } else { wire.rtt_since };
                    self.core.wires[ix] = Wire { cut, turn, in_flight, pool, rtt_since, ..wire };
                    ix
                }
                None => {
                    self.core.wires.push(wire);
                    self.core.wire_gauges.push(WireGauge::default());
                    self.core.wires.len() - 1
                }
            };
            self.core.follow_pool(ix as u32, link);
            let route = &mut self.core.routes[usize::from(from)];
            route.all.push(ix as u32);
            if self.core.wires[ix].beside {
                route.beside.push(ix as u32);
            }
            placed.push((link.step, from, ix as u32));
            if matches!(self.components[usize::from(from)], State::NodePool(_)) {
                hosts[usize::from(to)] = Some(from);
            }
            // Who controls finds out by himself, when he looks.
            if self.components[usize::from(from)].watches_its_ends()
                && self.core.wires[ix].carries != Out::Control
            {
                self.core.fleets[usize::from(to)].givers.push(ix as u32);
            }
        }
        self.order_steps(&placed);
        self.core.changes += 1;
        for (component, host) in hosts.into_iter().enumerate() {
            self.set_host(component as u16, host);
        }
        self.tell_all_givers();
    }

    /// Tells those who must know that the links are others.
    fn tell_all_givers(&mut self) {
        for ix in self.by_id.clone() {
            if self.components[usize::from(ix)].watches_its_ends() {
                self.with(ix, |state, ctx| state.on_callees(Callees::Links, ctx));
            }
        }
    }

    /// Hangs the links of each component and step on one another. `placed` are those that lead somewhere: step, caller and place.
    fn order_steps(&mut self, placed: &[(u32, u16, u32)]) {
        let mut steps = Vec::new();
        for (step, ..) in placed {
            if let Err(place) = steps.binary_search(step) {
                steps.insert(place, *step);
            }
        }
        let mut last = vec![NONE; self.core.routes.len()];
        for step in &steps {
            last.fill(NONE);
            for (_, from, ix) in placed.iter().filter(|(of, ..)| of == step) {
                match std::mem::replace(&mut last[usize::from(*from)], *ix) {
                    NONE => self.core.routes[usize::from(*from)].steps.push(*ix),
                    before => self.core.wires[before as usize].next_in_step = *ix,
                }
            }
        }
    }

    fn wire(&mut self, link: &Link, from: u16, to: u16, branch: u64) -> Wire {
        let seed = self.core.seed;
        let rtt = Sampler::new(&link.rtt);
        let mut travel = |takes: fn(Span) -> Span| match rtt {
            Sampler::Constant(rtt) if takes(rtt) == Span::ZERO => Travel::AtOnce,
            Sampler::Constant(rtt) => Travel::Lane(self.core.agenda.lane(takes(rtt))),
            _ => Travel::Drawn,
        };
        let (out, back) = (travel(Span::half), travel(|rtt| rtt - rtt.half()));
        let mut classes = if link.classes.is_empty() { u64::MAX } else { 0 };
        for (ix, class) in self.core.classes.iter().enumerate() {
            if link.classes.contains(&class.id) {
                classes |= 1 << ix;
            }
        }
        let calls = libm::floor(link.calls);
        let beside = self.model.component(&link.to).is_some_and(|c| c.settings.is_beside_its_callers());
        Wire {
            id: link.id.clone(),
            from,
            to,
            classes,
            rtt,
            rtt_since: self.core.agenda.now(),
            rtt_stream: Stream::new(seed, &link.id, Purpose::Wire),
            count_stream: Stream::new(seed, &link.id, Purpose::CallCount),
            out,
            back,
            // Who gives messages away says himself for how long they stay given.
            timeout: match self.components[usize::from(from)].out() {
                Out::Messages => None,
                _ => link.timeout.map(|after| self.core.timeout_queue(after)),
            },
            prefetch: link.prefetch,
            carries: self.components[usize::from(from)].out(),
            to_messages: self.components[usize::from(to)].out() == Out::Messages,
            calls: calls as u32,
            chance: link.calls - calls,
            once: link.classes.is_empty()
                && calls.total_cmp(&1.0).is_eq()
                && link.calls <= calls
                && link.when == When::Always
                && link.pool.is_none()
                && !beside,
            parallel: link.parallel,
            next_in_step: NONE,
            optional: link.optional,
            when: link.when,
            beside,
            cut: false,
            branch,
            turn: 0,
            in_flight: 0,
            pool: NONE,
        }
    }

    fn follow_timeline(&mut self) {
        // Entries of the old timeline that are still to come are called off.
        self.timeline.iter_mut().for_each(|entry| *entry = None);
        let now = self.now();
        for entry in &self.model.timeline {
            let at = SimTime::ZERO + entry.at;
            if at >= now {
                let number = self.timeline.len() as u32;
                self.timeline.push(Some(entry.what.clone()));
                self.core.agenda.schedule(at, Event::Timeline(number));
            }
        }
    }

    pub(super) fn timeline_event(&mut self, entry: u32) {
        if let Some(what) = self.timeline[entry as usize].take() {
            self.core.events += 1;
            self.let_happen(&what);
        }
    }

    fn let_happen(&mut self, what: &Happening) {
        match what {
            Happening::Load { factor } => {
                self.timeline_load = *factor;
                self.core.load = self.model.head.load * factor;
                self.core.notice("", format!("load × {factor}"));
                for component in self.model.components.clone() {
                    if matches!(component.settings, Settings::Clients(_))
                        && let Some(ix) = self.index(&component.id)
                    {
                        self.with(ix, |state, ctx| state.configure(&component.settings, ctx));
                    }
                }
            }
            Happening::Crash { component, instances } => {
                if let Some(ix) = self.index(component) {
                    self.crash(ix, *instances);
                }
            }
            Happening::Return { component } => {
                if let Some(ix) = self.index(component) {
                    let start_up = match self.model.component(component).map(|c| &c.settings) {
                        Some(Settings::Service(config)) => config.start_up,
                        Some(Settings::Worker(config)) => config.start_up,
                        Some(Settings::NodePool(config)) => config.provision,
                        _ => Span::ZERO,
                    };
                    self.bring_back(ix, start_up);
                }
            }
            Happening::Cut { link } => self.set_cut(link, true),
            Happening::Mend { link } => self.set_cut(link, false),
            Happening::Flush { component } => {
                if let Some(ix) = self.index(component) {
                    self.with(ix, |state, ctx| state.on_flush(ctx));
                    self.core.notice(component, "flushed".to_owned());
                }
            }
            Happening::Partition { component, nodes } => self.set_partition(component, *nodes),
            Happening::Heal { component } => self.set_partition(component, 0),
        }
    }

    fn set_partition(&mut self, component: &str, minority: u32) {
        let Some(ix) = self.index(component) else { return };
        let words = match minority {
            0 => "all nodes reach one another".to_owned(),
            1 => "1 node is cut off".to_owned(),
            nodes => format!("{nodes} nodes are cut off"),
        };
        self.core.notice(component, words);
        self.with(ix, |state, ctx| state.on_partition(minority, ctx));
    }

    fn set_cut(&mut self, link: &str, cut: bool) {
        let route_has =
            |core: &super::core::Core, ix: u32| core.routes.iter().any(|route| route.all.contains(&ix));
        for ix in 0..self.core.wires.len() {
            if self.core.wires[ix].id == link && route_has(&self.core, ix as u32) {
                self.core.wires[ix].cut = cut;
            }
        }
        self.tell_all_givers();
        self.core.notice(link, if cut { "cut" } else { "mended" }.to_owned());
    }
}
