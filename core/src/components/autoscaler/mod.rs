//! Autoscaler: sets how many instances there are of what it points at.
//!
//! It reads counters on a clock of its own, decides by a function of [`crate::policy::scaling`], and says why whenever it changes something.

mod aws;
mod course;
mod hpa;
mod keda;
mod kpa;
mod mind;
mod observe;
mod settings;
mod vertical;

use self::course::{
    ABOVE_NS, CAPPED_NS, Course, EPISODE_NS, EPISODES, FLAPS, OVER_NS, OVERSHOOT, OVERSHOOTS,
};
use self::mind::{Mind, Samples, Verdict, View};
use self::observe::{Counters, Sample};
pub use self::settings::{Algorithm, Config, Metric};
use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::context::{Answer, Ctx, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath};
use crate::policy::scaling::{Bounds, budget, predictive, scheduled};
use crate::units::{SimTime, Span};

/// An autoscaler while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Autoscaler {
    config: Config,
    schedule: scheduled::Settings,
    /// One for each component it points at.
    scaled: Vec<Scaled>,
    /// Ticks so far; some only take metrics.
    ticks: u64,
    timer: Option<u32>,
    /// It has not crashed.
    is_up: bool,
}

/// A component that is scaled.
#[derive(Debug, Clone)]
struct Scaled {
    to: u16,
    counters: Counters,
    samples: Samples,
    mind: Mind,
    /// The number it asked for last; `None` before its first decision.
    decided: Option<u32>,
    bounds: Bounds,
    schedule: scheduled::History,
    load: Load,
    /// The last sentence, so that what goes on is said once.
    said: String,
    course: Course,
}

/// What came in each hour, for the forecast.
#[derive(Debug, Clone)]
struct Load {
    history: predictive::History,
    hour: u64,
    arrivals: u64,
    /// Whether the hour was seen from its beginning.
    whole: bool,
}

const HOUR: Span = Span::from_secs(3600);
impl Config {
    /// How often it looks, every how many looks it decides, and how old what it sees then is.
    fn clock(&self) -> (Span, u64, Span) {
        match &self.algorithm {
            Algorithm::Hpa { period, metrics_age, .. } => (*period, 1, *metrics_age),
            Algorithm::Kpa { .. } => (Span::from_secs(1), 2, Span::ZERO),
            Algorithm::Keda { polling, .. } => (Span::from_secs(15).min(*polling), 1, Span::ZERO),
            Algorithm::TargetTracking { period, .. }
            | Algorithm::Step { period, .. }
            | Algorithm::Simple { period, .. }
            | Algorithm::Vertical { period, .. }
            | Algorithm::Schedule { period } => (*period, 1, Span::ZERO),
        }
    }

    /// Metrics with what they should be; the first that is wanted is the one that is shown.
    fn ratio(&self, sample: &Sample) -> Option<f64> {
        // While none is ready, whoever waits is too much.
        let stuck = sample.is_stuck().then_some(f64::INFINITY);
        let over = |metric: Metric, target: f64| sample.metric(metric).map(|value| value / target).or(stuck);
        match &self.algorithm {
            Algorithm::Hpa { cpu, rate, concurrency, backlog, age_s, latency_s, .. } => {
                let wanted = [
                    (Metric::Cpu, cpu),
                    (Metric::Rate, rate),
                    (Metric::Concurrency, concurrency),
                    (Metric::Backlog, backlog),
                    (Metric::Age, age_s),
                    (Metric::Latency, latency_s),
                ];
                let ratios = wanted.into_iter().filter_map(|(metric, target)| over(metric, (*target)?));
                ratios.max_by(f64::total_cmp)
            }
            Algorithm::Kpa { concurrency, .. } => over(Metric::Concurrency, *concurrency),
            Algorithm::Keda { backlog, .. } => over(Metric::Backlog, *backlog),
            Algorithm::TargetTracking { metric, target, .. } => over(*metric, *target),
            Algorithm::Step { metric, high, .. } | Algorithm::Simple { metric, high, .. } => {
                over(*metric, *high)
            }
            // Nothing that more instances would bring down.
            Algorithm::Vertical { .. } | Algorithm::Schedule { .. } => None,
        }
    }
}

impl Scaled {
    fn new(to: u16, config: &Config, schedule: &scheduled::Settings, ctx: &Ctx<'_>) -> Self {
        let now = ctx.now();
        let fleet = &ctx.core.fleets[usize::from(to)];
        let bounds = Bounds { min: config.min, max: config.max };
        // What is due at this very moment counts.
        let mut acted = scheduled::History::default();
        let asked = scheduled::Observation { now, desired: fleet.desired, bounds };
        let planned = scheduled::decide(&asked, schedule, &mut acted);
        Scaled {
            to,
            counters: Counters::of(to, ctx),
            samples: Samples::default(),
            mind: Mind::new(config, now, fleet.ready.len() as u32),
            decided: None,
            bounds: planned.bounds,
            schedule: acted,
            load: Load::new(now),
            said: String::new(),
            course: Course::of(fleet.desired),
        }
    }

    /// Takes the metrics of the time since the last look.
    fn look(&mut self, config: &Config, keep: Span, ctx: &mut Ctx<'_>) {
        let sample = self.measure(config, ctx);
        self.mind.note(&sample);
        self.load.note(&sample);
        self.samples.note(sample, keep);
    }

    /// Lets the time since the last look go by unseen: what is seen next is of the time after it, as the counters are read by others
    /// all the while, and nothing older is decided by. How the target fares is told all the same.
    fn miss(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        let sample = self.measure(config, ctx);
        self.load.miss(&sample);
        self.samples = Samples::default();
    }

    fn measure(&mut self, config: &Config, ctx: &mut Ctx<'_>) -> Sample {
        let counters = Counters::of(self.to, ctx);
        let sample = counters.since(&self.counters, self.to, ctx);
        self.counters = counters;
        self.course.follow(&sample, config.ratio(&sample), ctx);
        sample
    }

    fn decide(&mut self, config: &Config, schedule: &scheduled::Settings, age: Span, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let Some(sample) = self.samples.aged(now, age) else { return };
        let fleet = &ctx.core.fleets[usize::from(self.to)];
        let before = fleet.desired;
        let by_hand = self.decided.is_some_and(|decided| decided != before);
        let asked = scheduled::Observation { now, desired: before, bounds: self.bounds };
        let planned = scheduled::decide(&asked, schedule, &mut self.schedule);
        self.bounds = planned.bounds;
        let view = View { now, fleet, bounds: self.bounds, sample };
        let (mut desired, mut why) = self.mind.decide(&view);
        if planned.decision.desired != before && planned.decision.desired > desired {
            (desired, why) = (planned.decision.desired, format!("{:#}", planned.decision));
        }
        if let Some((cores, why)) = self.mind.resize(sample) {
            self.say(format!("{cores} cores each: {why}"), ctx);
            ctx.resize(self.to, cores);
        }
        if let Some(ahead) = self.look_ahead(config, before, desired, now) {
            (desired, why) = ahead;
        }
        let is_off = before == 0 && desired == 0 && self.mind.is_off_at_none();
        let within = self.bounds.nearest(desired);
        if within != desired && !is_off {
            (desired, why) = (within, format!("at {within}, the bound: {desired} wanted"));
        }
        self.course.capped = false;
        if let Some(budget) = config.budget_usd_per_hour {
            let price = ctx.core.gauges[usize::from(self.to)].instance_hour_usd();
            let (budget, price) = (budget::micros(budget), budget::micros(price));
            let left = budget::cap(desired, &budget::Settings { budget, price, min: self.bounds.min });
            if !matches!(left.reason, budget::Reason::Affordable { .. }) {
                (desired, why) = (left.desired, left.to_string());
                self.course.capped = true;
            }
        }
        if self.decided.is_none() && config.algorithm.goes_by(Metric::Latency) {
            self.say(
                "scales on latency: twice the instances do not halve it, so it may run to a bound".into(),
                ctx,
            );
        }
        if by_hand && !is_off {
            self.say(format!("set to {before} by hand; decides anew"), ctx);
        }
        if desired != before {
            self.say(format!("{before} → {desired}: {why}"), ctx);
            ctx.scale(self.to, desired);
        } else if self.course.capped || (is_off && self.bounds.min > 0) {
            self.say(why, ctx);
        }
        self.course.change(before, desired, ctx);
        self.decided = Some(desired);
    }

    /// As many as the forecast asks for, if that is more than is `desired` already.
    fn look_ahead(&self, config: &Config, before: u32, desired: u32, now: SimTime) -> Option<Verdict> {
        let seen = predictive::Observation { now, desired: before, others: Some(desired) };
        let settings = predictive::Settings {
            bounds: self.bounds,
            target: config.forecast_per_s? * HOUR.secs(),
            ..predictive::Settings::default()
        };
        let ahead = predictive::decide(&seen, &settings, &self.load.history);
        (ahead.desired > desired).then(|| (ahead.desired, format!("{ahead:#}")))
    }

    /// Says what it does, unless it has just said that.
    fn say(&mut self, words: String, ctx: &mut Ctx<'_>) {
        if words != self.said {
            let about = ctx.core.ids[usize::from(self.to)].clone();
            ctx.core.notice(&about, words.clone());
            self.said = words;
        }
    }
}

impl Load {
    fn new(now: SimTime) -> Self {
        let (hour, begun) = (now.nanos() / HOUR.nanos(), now.nanos() % HOUR.nanos());
        Load { history: predictive::History::default(), hour, arrivals: 0, whole: begun == 0 }
    }

    fn note(&mut self, sample: &Sample) {
        let hour = hour_of(sample);
        if hour != self.hour {
            if self.whole {
                self.history.note(self.hour, self.arrivals);
            }
            (self.hour, self.arrivals, self.whole) = (hour, 0, true);
        }
        self.arrivals += sample.arrivals;
    }

    /// An hour of which a part was not seen is none.
    fn miss(&mut self, sample: &Sample) {
        (self.hour, self.whole) = (hour_of(sample), false);
    }
}

/// The hour that a sample ends in; at its very end is still within.
fn hour_of(sample: &Sample) -> u64 {
    (sample.at.nanos() - 1) / HOUR.nanos()
}

impl Autoscaler {
    /// Takes up those it points at and drops those it does not any more.
    fn look_around(&mut self, ctx: &Ctx<'_>) {
        let targets: Vec<u16> =
            ctx.wires_out().iter().map(|wire| ctx.core.wires[*wire as usize].to).collect();
        self.scaled.retain(|one| targets.contains(&one.to));
        for to in targets {
            if !self.scaled.iter().any(|one| one.to == to) {
                self.scaled.push(Scaled::new(to, &self.config, &self.schedule, ctx));
            }
        }
    }

    fn set_timer(&mut self, ctx: &mut Ctx<'_>) {
        let at = ctx.now() + self.config.clock().0;
        self.timer = Some(ctx.timer(at, TimerTag::ONLY));
    }
}

impl Component for Autoscaler {
    type Config = Config;

    const INFO: Info = Info {
        word: "autoscaler",
        label: "Autoscaler",
        summary: "Sets how many instances there are of what it points at.",
        category: Category::Control,
        ports: Ports { calls_in: false, out: Out::Control, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[
        Figure { key: "desired", label: "desired", unit: FigureUnit::Count },
        Figure { key: "of_target", label: "of target", unit: FigureUnit::Share },
        Figure { key: "above_target", label: "time above", unit: FigureUnit::Share },
        Figure { key: "over_provisioned", label: "too many", unit: FigureUnit::Count },
        Figure { key: "turns_per_hour", label: "turns/h", unit: FigureUnit::Count },
        Figure { key: "to_capacity_s", label: "to capacity", unit: FigureUnit::Seconds },
        Figure { key: "overshoot", label: "overshoot", unit: FigureUnit::Count },
        Figure { key: "capped", label: "time capped", unit: FigureUnit::Share },
    ];

    const FIELDS: &[Field<Config>] = Config::FIELDS;

    fn describe(config: &Config) -> String {
        config.describe()
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        config.check(at, check);
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = Autoscaler {
            config: config.clone(),
            schedule: scheduled::Settings::default(),
            scaled: Vec::new(),
            ticks: 0,
            timer: None,
            is_up: false,
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        let bounds = Bounds { min: config.min, max: config.max };
        let others = bounds != Bounds { min: self.config.min, max: self.config.max };
        let another = self.config.algorithm != config.algorithm;
        let clock = self.config.clock().0 != config.clock().0 || self.timer.is_none();
        self.config = config.clone();
        self.schedule.actions =
            config.schedule.iter().filter_map(|entry| settings::action(entry).ok()).collect();
        ctx.set_rates(Rates::default());
        ctx.set_desired(1, Span::ZERO);
        for one in &mut self.scaled {
            if another {
                let ready = ctx.core.fleets[usize::from(one.to)].ready.len() as u32;
                let mind = Mind::new(config, ctx.now(), ready);
                let before = std::mem::replace(&mut one.mind, Mind::Schedule);
                one.mind = mind.remembering(before);
            }
            // What the schedule has set stays until somebody sets other bounds.
            if others {
                one.bounds = bounds;
            }
        }
        if clock {
            if let Some(timer) = self.timer.take() {
                ctx.cancel_timer(timer);
            }
            self.set_timer(ctx);
        }
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.fail(call, Reason::NoInstance);
    }

    fn on_served(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_reply(&mut self, _: Answer, _: &mut Ctx<'_>) {}

    fn on_timer(&mut self, _: TimerTag, ctx: &mut Ctx<'_>) {
        self.ticks += 1;
        let (_, every, age) = self.config.clock();
        for one in &mut self.scaled {
            // What it cannot reach it neither sees nor moves, and nothing while it is down.
            let is_cut = |wire: &u32| {
                let wire = &ctx.core.wires[*wire as usize];
                wire.to == one.to && wire.cut
            };
            if !self.is_up || ctx.wires_out().iter().any(is_cut) {
                one.miss(&self.config, ctx);
                continue;
            }
            one.look(&self.config, age, ctx);
            if self.ticks.is_multiple_of(every) {
                one.decide(&self.config, &self.schedule, age, ctx);
            }
        }
        self.set_timer(ctx);
    }

    fn on_cancel(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_instance(&mut self, _: u32, news: InstanceNews, _: &mut Ctx<'_>) {
        self.is_up = news == InstanceNews::Ready;
    }

    fn on_callees(&mut self, _: Callees, ctx: &mut Ctx<'_>) {
        self.look_around(ctx);
    }

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        size_of_val(&*self.scaled)
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let n = |which: usize| seen.tallies.0[which] as f64;
        let of_all = self.scaled.len().max(1) as f64;
        let share = |which: usize| n(which) / 1e9 / secs / of_all;
        let desired = self.scaled.iter().map(|one| f64::from(one.course.desired)).sum();
        let ratio =
            self.scaled.iter().map(|one| one.course.ratio).max_by(f64::total_cmp).filter(|r| r.is_finite());
        figures([
            desired,
            ratio.unwrap_or(f64::NAN),
            share(ABOVE_NS),
            n(OVER_NS) / 1e9 / secs,
            n(FLAPS) / secs * 3600.0,
            n(EPISODE_NS) / n(EPISODES) / 1e9,
            n(OVERSHOOT) / n(OVERSHOOTS),
            share(CAPPED_NS),
        ])
    }
}
