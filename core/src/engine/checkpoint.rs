//! What a copy of a simulation costs.

use super::core::Core;
use super::simulation::{Simulation, WINDOW_COST};
use crate::components::State;
use crate::model::{Component, Link};

/// A name, beside its place in a list: most are shorter.
const NAME: usize = 32;

impl Simulation {
    /// A copy that is quickly made and of all news from before tells the last window alone. What can be very large, the tables of caches, is shared from now
    /// on, and of the two each copies what it changes; a plain clone copies all.
    ///
    /// ```
    /// use tenfold::{Simulation, presets, units::Span};
    /// let mut run = Simulation::new(&presets::by_slug("classic-chain").unwrap().model()).unwrap();
    /// run.run_for(Span::from_secs(2));
    /// let mut then = run.checkpoint();
    /// run.run_for(Span::from_secs(2));
    /// then.run_for(Span::from_secs(2));
    /// assert_eq!(run.report().to_json(), then.report().to_json());
    /// ```
    pub fn checkpoint(&mut self) -> Simulation {
        self.components.iter_mut().for_each(State::share);
        // News that nobody has asked for yet may be long, and no copy tells them.
        let windows = std::mem::take(&mut self.watch.windows);
        let notices = std::mem::take(&mut self.core.notices);
        let mut copy = self.clone();
        copy.forget_news();
        (self.watch.windows, self.core.notices) = (windows, notices);
        copy
    }

    /// Bytes that this takes, without what it shares with `other`, another state of the same run: what its lists hold, and an
    /// estimate where a list holds names.
    pub fn held_bytes(&self, other: &Simulation) -> usize {
        let components = self.components.iter().enumerate();
        let states: usize = components.map(|(ix, state)| state.held_bytes(other.components.get(ix))).sum();
        // The model and the log change with an edit alone.
        let model = if std::ptr::eq(self.model(), other.model()) { 0 } else { self.model_bytes() };
        let log = if std::ptr::eq(self.log(), other.log()) { 0 } else { size_of_val(self.log()) };
        let lists = size_of_val(&*self.components) + size_of_val(&*self.by_id) + size_of_val(&*self.timeline);
        let watch = self.watch.held_bytes(&other.watch);
        size_of_val(self) + states + model + log + lists + watch + self.core.held_bytes()
    }

    fn model_bytes(&self) -> usize {
        let model = self.model();
        model.components.len() * (size_of::<Component>() + 4 * NAME)
            + model.links.len() * (size_of::<Link>() + 4 * NAME)
            + size_of_val(&*model.classes)
    }

    /// How much there has been to do so far, in events: what it takes to come here again.
    pub(super) fn work(&self) -> u64 {
        let windows = self.now().nanos() / self.model.head.window.nanos().max(1);
        self.events() + WINDOW_COST * windows
    }
}

impl Core {
    fn held_bytes(&self) -> usize {
        let pending = self.agenda.held_bytes() + self.calls.held_bytes() + self.timers.held_bytes();
        let fleets: usize =
            self.fleets.iter().map(|f| size_of_val(&*f.instances) + size_of_val(&*f.ready)).sum();
        let gauges: usize = self.gauges.iter().map(|gauge| gauge.held_bytes()).sum();
        let links: usize = self.wire_gauges.iter().map(|gauge| gauge.held_bytes()).sum();
        let classes = self.class_gauges.iter();
        let classes: usize =
            classes.map(|gauge| gauge.latency.held_bytes() + gauge.failure_latency.held_bytes()).sum();
        let routes: usize = self.routes.iter().map(|route| 2 * size_of_val(&*route.all) + NAME).sum();
        let by_component = size_of_val(&*self.fleets)
            + size_of_val(&*self.gauges)
            + size_of_val(&*self.routes)
            + self.ids.len() * (size_of::<String>() + NAME);
        let by_link = size_of_val(&*self.wires) + size_of_val(&*self.wire_gauges) + self.wires.len() * NAME;
        let by_class = size_of_val(&*self.classes) + size_of_val(&*self.class_gauges);
        let tables = by_component + by_link + by_class + self.timeouts.held_bytes();
        pending + fleets + gauges + links + classes + routes + tables + self.pools.held_bytes()
    }
}
