//! What an autoscaler makes of what it sees: its algorithm with what that remembers.

use super::aws::{Simple, Step, Tracking};
use super::hpa::Hpa;
use super::keda::Keda;
use super::kpa::Kpa;
use super::observe::Sample;
use super::settings::{Algorithm, Config};
use super::vertical::Vertical;
use crate::engine::fleet::Fleet;
use crate::policy::scaling::Bounds;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// A number and a sentence that says why.
pub(super) type Verdict = (u32, String);

/// The algorithm of one autoscaler for one component.
#[derive(Debug, Clone)]
pub(super) enum Mind {
    Hpa(Box<Hpa>),
    Kpa(Box<Kpa>),
    Keda(Box<Keda>),
    Tracking(Box<Tracking>),
    Step(Box<Step>),
    Simple(Box<Simple>),
    Vertical(Box<Vertical>),
    Schedule,
}

/// What there is to see.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) now: SimTime,
    pub(super) fleet: &'a Fleet,
    pub(super) bounds: Bounds,
    /// The newest sample that can be known by now.
    pub(super) sample: &'a Sample,
}

impl Mind {
    pub(super) fn new(config: &Config, now: SimTime, ready: u32) -> Self {
        let bounds = Bounds { min: config.min, max: config.max };
        let by = &config.algorithm;
        match by {
            Algorithm::Hpa { .. } => Mind::Hpa(Box::new(Hpa::of(by, bounds))),
            Algorithm::Kpa { .. } => Mind::Kpa(Box::new(Kpa::of(by, now, ready))),
            Algorithm::Keda { .. } => Mind::Keda(Box::new(Keda::of(config, now))),
            Algorithm::TargetTracking { .. } => Mind::Tracking(Box::new(Tracking::of(by, bounds))),
            Algorithm::Step { .. } => Mind::Step(Box::new(Step::of(by, bounds))),
            Algorithm::Simple { .. } => Mind::Simple(Box::new(Simple::of(by, bounds))),
            Algorithm::Vertical { .. } => Mind::Vertical(Box::new(Vertical::of(by))),
            Algorithm::Schedule { .. } => Mind::Schedule,
        }
    }

    /// The same with the memory of another of its kind: new settings are no reason to forget. Alarms count anew, as those of AWS do.
    pub(super) fn remembering(mut self, before: Mind) -> Self {
        match (&mut self, before) {
            (Mind::Hpa(hpa), Mind::Hpa(before)) => hpa.remember(*before),
            (Mind::Kpa(kpa), Mind::Kpa(before)) => kpa.remember(*before),
            (Mind::Keda(keda), Mind::Keda(before)) => keda.remember(*before),
            (Mind::Simple(simple), Mind::Simple(before)) => simple.remember(*before),
            _ => {}
        }
        self
    }

    /// Whether it is an HPA: one that leaves alone what was set to none.
    pub(super) fn is_off_at_none(&self) -> bool {
        matches!(self, Mind::Hpa(_))
    }

    /// Takes a sample in, where averages are taken over many.
    pub(super) fn note(&mut self, sample: &Sample) {
        if let Mind::Kpa(kpa) = self {
            kpa.note(sample);
        }
    }

    /// How many cores each instance should have, and why; `None` where that is not its business, or what they have will do.
    pub(super) fn resize(&mut self, sample: &Sample) -> Option<Verdict> {
        match self {
            Mind::Vertical(vertical) => vertical.resize(sample),
            _ => None,
        }
    }

    /// How many there should be, and why.
    pub(super) fn decide(&mut self, seen: &View<'_>) -> Verdict {
        match self {
            Mind::Hpa(hpa) => hpa.decide(seen),
            Mind::Kpa(kpa) => kpa.decide(seen),
            Mind::Keda(keda) => keda.decide(seen),
            Mind::Tracking(tracking) => tracking.decide(seen),
            Mind::Step(step) => step.decide(seen),
            Mind::Simple(simple) => simple.decide(seen),
            Mind::Schedule | Mind::Vertical(_) => (seen.fleet.desired, String::new()),
        }
    }
}

/// Thousandths, rounded.
pub(super) fn milli(x: f64) -> u64 {
    (x * 1000.0 + 0.5) as u64
}

/// Samples as far back as anybody may look.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples(VecDeque<Sample>);

impl Samples {
    pub(super) fn note(&mut self, sample: Sample, keep: Span) {
        self.0.push_back(sample);
        // One that is older than asked for stays, so that there always is one.
        while self.0.get(1).is_some_and(|next| sample.at.since(next.at) >= keep) {
            self.0.pop_front();
        }
    }

    /// The newest that is at least so old.
    pub(super) fn aged(&self, now: SimTime, age: Span) -> Option<&Sample> {
        self.0.iter().rev().find(|sample| now.since(sample.at) >= age)
    }
}
