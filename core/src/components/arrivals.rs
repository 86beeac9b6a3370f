//! When clients send requests: open arrivals from a unit-rate stream stretched in time by the load, and closed users who think.

use super::clients::{Config, Load, Spacing};
use crate::engine::chance::{Draw, Purpose, Stream, mix};
use crate::engine::context::{Ctx, TimerTag};
use crate::engine::sampler::{Sampler, gamma};
use crate::engine::ziggurat::exponential;
use crate::units::{SimTime, Span};
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// The timer of the next open arrival.
pub(super) const NEXT: u8 = 1;
/// The timer of a user who has thought enough.
const ASK: u8 = 2;

/// The arrival rate over time: straight pieces, or a daily wave.
#[derive(Debug, Clone, PartialEq)]
enum Rate {
    Steady(f64),
    /// Corners (seconds, per second); flat before the first and after the last.
    Pieces(Vec<(f64, f64)>),
    Wave {
        mean: f64,
        swing: f64,
        day_s: f64,
        peak_s: f64,
    },
}

impl Rate {
    fn of(load: &Load, factor: f64) -> Option<Rate> {
        let pieces = match *load {
            Load::Steady { rate } => return Some(Rate::Steady(rate.get() * factor)),
            Load::Ramp { from, to, start, over } => {
                vec![(start.secs(), from.get()), (start.secs() + over.secs(), to.get())]
            }
            Load::Step { from, to, at } => vec![(at.secs(), from.get()), (at.secs(), to.get())],
            Load::Spike { base, peak, at, rise, hold } => {
                let top = at.secs() + rise.secs();
                let fall = top + hold.secs();
                vec![
                    (at.secs(), base.get()),
                    (top, peak.get()),
                    (fall, peak.get()),
                    (fall + rise.secs(), base.get()),
                ]
            }
            Load::Diurnal { mean, swing, day, peak_at } => {
                let (day_s, peak_s) = (day.secs(), peak_at.secs());
                return Some(Rate::Wave { mean: mean.get() * factor, swing, day_s, peak_s });
            }
            Load::Closed { .. } => return None,
        };
        Some(Rate::Pieces(pieces.into_iter().map(|(at, rate)| (at, rate * factor)).collect()))
    }

    /// Arrivals expected from `from` to `to`, both in seconds.
    fn expected(&self, from: f64, to: f64) -> f64 {
        match self {
            Rate::Steady(rate) => rate * (to - from),
            Rate::Pieces(corners) => {
                let mut sum = 0.0;
                let mut at = from;
                while at < to {
                    let (end, rate, slope) = piece(corners, at);
                    let span = end.min(to) - at;
                    sum += span * (rate + 0.5 * slope * span);
                    at = end;
                }
                sum
            }
            Rate::Wave { mean, swing, day_s, peak_s } => {
                // The integral of 1 + swing·cos(2π (t − peak) / day).
                let wave = |t: f64| sine((t - peak_s) / day_s) * day_s / std::f64::consts::TAU;
                mean * ((to - from) + swing * (wave(to) - wave(from)))
            }
        }
    }

    /// Seconds from `from` until `units` arrivals are expected; `None` when that never happens.
    fn wait_for(&self, from: f64, units: f64) -> Option<f64> {
        match self {
            Rate::Steady(rate) => (*rate > 0.0).then(|| units / rate),
            Rate::Pieces(corners) => {
                let (mut at, mut left) = (from, units);
                loop {
                    let (end, rate, slope) = piece(corners, at);
                    let span = end - at;
                    let whole =
                        if span.is_finite() { span * (rate + 0.5 * slope * span) } else { f64::INFINITY };
                    if rate <= 0.0 && slope <= 0.0 && !span.is_finite() {
                        return None;
                    }
                    if whole >= left {
                        return Some(at - from + root(rate, slope, left));
                    }
                    left -= whole;
                    at = end;
                }
            }
            Rate::Wave { mean, .. } if *mean <= 0.0 => None,
            Rate::Wave { mean, day_s, .. } => {
                // The expected number grows with time, so halving finds the instant; 80 halvings reach the last bit.
                let (mut low, mut high) = (0.0, units / mean + day_s);
                for _ in 0..80 {
                    let middle = 0.5 * (low + high);
                    if self.expected(from, from + middle) < units { low = middle } else { high = middle }
                }
                Some(high)
            }
        }
    }
}

/// The straight piece at `at`: where it ends, its rate there and its slope.
fn piece(corners: &[(f64, f64)], at: f64) -> (f64, f64, f64) {
    let next = corners.iter().position(|corner| corner.0 > at);
    match next {
        Some(0) => (corners[0].0, corners[0].1, 0.0),
        Some(next) => {
            let ((from, low), (to, high)) = (corners[next - 1], corners[next]);
            let slope = (high - low) / (to - from);
            (to, low + slope * (at - from), slope)
        }
        None => (f64::INFINITY, corners.last().map_or(0.0, |corner| corner.1), 0.0),
    }
}

/// The time in which `units` arrivals are expected at a rate that changes by `slope` per second.
fn root(rate: f64, slope: f64, units: f64) -> f64 {
    // The stable form of the quadratic's root; exact where the slope is zero.
    let under = rate * rate + 2.0 * slope * units;
    2.0 * units / (rate + under.max(0.0).sqrt())
}

/// Open arrivals. Gaps are drawn at unit rate and stretched by the load, so another load moves the pending arrival but not the draws.
#[derive(Debug, Clone)]
pub(super) struct Arrivals {
    gaps: Xoshiro256PlusPlus,
    spacing: Spacing,
    /// Coefficient of variation of the gaps, where the spacing asks for one.
    cv: f64,
    rate: Option<Rate>,
    number: u64,
    /// Arrivals still to be expected before the next one, counted from `since`.
    left: f64,
    since: SimTime,
    timer: Option<u32>,
}

impl Arrivals {
    pub(super) fn new(ctx: &mut Ctx<'_>) -> Self {
        let mut arrivals = Arrivals {
            gaps: ctx.stream(Purpose::Arrivals).sequence(),
            spacing: Spacing::Poisson,
            cv: 1.0,
            rate: None,
            number: 0,
            left: 0.0,
            since: ctx.now(),
            timer: None,
        };
        arrivals.left = arrivals.gap();
        arrivals
    }

    fn gap(&mut self) -> f64 {
        match self.spacing {
            Spacing::Poisson => exponential(Draw::of(self.gaps.next_u64())),
            Spacing::Even => 1.0,
            Spacing::Gamma => gamma_gap(self.cv, Draw::of(self.gaps.next_u64())),
        }
    }

    pub(super) fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        if let Some(rate) = &self.rate {
            self.left = (self.left - rate.expected(self.since.secs(), now.secs())).max(0.0);
        }
        let other_cv = config.spacing == Spacing::Gamma && self.cv.total_cmp(&config.spacing_cv).is_ne();
        if config.spacing != self.spacing || other_cv {
            (self.spacing, self.cv) = (config.spacing, config.spacing_cv);
            self.left = self.gap();
        }
        self.since = now;
        self.rate = Rate::of(&config.load, ctx.core.load);
        if let Some(timer) = self.timer.take() {
            ctx.cancel_timer(timer);
        }
        self.arm(ctx);
    }

    fn arm(&mut self, ctx: &mut Ctx<'_>) {
        let wait = self.rate.as_ref().and_then(|rate| rate.wait_for(self.since.secs(), self.left));
        if let Some(secs) = wait.filter(|secs| *secs < 1e10) {
            let at = self.since + Span::from_secs_f64(secs);
            self.timer = Some(ctx.timer(at, TimerTag { what: NEXT, instance: 0, extra: 0 }));
        }
    }

    /// An arrival is due: gives its number and waits for the next.
    pub(super) fn next(&mut self, ctx: &mut Ctx<'_>) -> u64 {
        self.number += 1;
        self.left = self.gap();
        self.since = ctx.now();
        self.arm(ctx);
        self.number
    }
}

/// A gap of mean 1.
fn gamma_gap(cv: f64, draw: Draw) -> f64 {
    gamma(1.0 / (cv * cv), draw) * cv * cv
}

/// The classes that are sent, by cumulative weight.
#[derive(Debug, Clone, Default)]
pub(super) struct ClassMix(Vec<(f64, u16)>);

impl ClassMix {
    pub(super) fn new(wanted: &[String], ctx: &Ctx<'_>) -> Self {
        let classes = ctx.core.classes.iter().enumerate();
        let sent = classes.filter(|(_, c)| c.weight > 0.0 && (wanted.is_empty() || wanted.contains(&c.id)));
        let mut total = 0.0;
        let mut mix = Vec::new();
        for (ix, class) in sent {
            total += class.weight;
            mix.push((total, ix as u16));
        }
        ClassMix(mix)
    }

    /// The class that a number between 0 and 1 falls on; one class alone needs none.
    pub(super) fn class(&self, unit: impl FnOnce() -> f64) -> Option<u16> {
        let &(total, last) = self.0.last()?;
        if self.0.len() == 1 {
            return Some(last);
        }
        let point = unit() * total;
        Some(self.0.iter().find(|(upto, _)| point < *upto).map_or(last, |(_, class)| *class))
    }
}

/// Users of a closed load.
#[derive(Debug, Clone)]
pub(super) struct Users {
    thinks: Stream,
    sampler: Sampler,
    wanted: u32,
    /// By user: requests asked so far; the user has left when he is beyond `wanted` and not waiting.
    asked: Vec<u64>,
    /// By user: whether he waits, or thinks, and so will come back by himself.
    present: Vec<bool>,
}

impl Users {
    pub(super) fn new(ctx: &Ctx<'_>) -> Self {
        let sampler = Sampler::Constant(Span::ZERO);
        Users {
            thinks: ctx.stream(Purpose::Think),
            sampler,
            wanted: 0,
            asked: Vec::new(),
            present: Vec::new(),
        }
    }

    pub(super) fn active(&self) -> f64 {
        if self.wanted == 0 { f64::NAN } else { f64::from(self.wanted) }
    }

    pub(super) fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.wanted = 0;
        if let Load::Closed { users, think } = &config.load {
            const USERS_MAX: f64 = 10e6;
            self.sampler = Sampler::new(think);
            self.wanted = libm::round((f64::from(*users) * ctx.core.load).min(USERS_MAX)) as u32;
        }
        let wanted = self.wanted as usize;
        if self.asked.len() < wanted {
            self.asked.resize(wanted, 0);
            self.present.resize(wanted, false);
        }
        for user in 0..self.wanted {
            if !self.present[user as usize] {
                self.present[user as usize] = true;
                self.think(user, ctx);
            }
        }
    }

    /// A user has his answer: he thinks, or leaves when there are too many.
    pub(super) fn think(&mut self, user: u32, ctx: &mut Ctx<'_>) {
        if user >= self.wanted {
            self.present[user as usize] = false;
            return;
        }
        let path = mix((u64::from(user) + 1) << 32 | self.asked[user as usize]);
        let think = self.sampler.span(self.thinks.draw(path));
        let at = ctx.now() + think;
        ctx.timer(at, TimerTag { what: ASK, instance: 0, extra: user });
    }

    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.asked) + size_of_val(&*self.present)
    }

    /// A user has thought enough: the number of his request, or `None` when he leaves instead.
    pub(super) fn asks(&mut self, user: u32) -> Option<u64> {
        if user >= self.wanted {
            self.present[user as usize] = false;
            return None;
        }
        self.asked[user as usize] += 1;
        Some(self.asked[user as usize])
    }
}

/// The sine of so many turns. Whole turns are left away first, so it is as good on the thousandth day as on the first;
/// and it does without the tables that reduce any angle at all.
fn sine(turns: f64) -> f64 {
    let part = turns - libm::round(turns);
    let quarter = if part.abs() > 0.25 { f64::copysign(0.5, part) - part } else { part };
    let angle = std::f64::consts::TAU * quarter;
    let (mut sum, mut term) = (angle, angle);
    // Taylor's series: at a quarter of a turn the term after these is 10⁻¹⁹.
    for n in 1..=11 {
        let even = f64::from(2 * n);
        term *= -angle * angle / (even * (even + 1.0));
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::clients::LOAD_CASES;
    use crate::engine::vectors::{draws, vectors, wholes};
    use crate::model::FieldValue;
    use crate::units::PerSecond;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_sine_is_that_of_the_library_and_stays_so_after_a_thousand_turns() {
        for step in -4_000..4_000 {
            let turns = f64::from(step) / 997.0;
            let exact = libm::sin(turns * std::f64::consts::TAU);
            assert!((sine(turns) - exact).abs() < 4e-15, "{turns}");
        }
        for (turns, exact) in [(1000.25, 1.0), (1000.5, 0.0), (999.75, -1.0), (-1000.0, 0.0)] {
            assert!((sine(turns) - exact).abs() < 1e-15, "{turns}: {}", sine(turns));
        }
    }

    /// The wait for a number of arrivals and the arrivals expected in that wait are each other's inverse.
    #[test]
    fn waiting_for_arrivals_and_expecting_them_agree_for_every_shape() {
        let rate = PerSecond::new;
        let s = Span::from_secs;
        let loads = [
            Load::Steady { rate: rate(50.0) },
            Load::Ramp { from: rate(10.0), to: rate(100.0), start: s(20), over: s(60) },
            Load::Ramp { from: rate(100.0), to: rate(10.0), start: s(20), over: s(60) },
            Load::Step { from: rate(10.0), to: rate(30.0), at: s(15) },
            Load::Spike { base: rate(5.0), peak: rate(80.0), at: s(10), rise: s(5), hold: s(20) },
            Load::Diurnal { mean: rate(20.0), swing: 1.0, day: s(100), peak_at: s(50) },
        ];
        for load in loads {
            let rate = Rate::of(&load, 1.0).unwrap();
            let mut at = 0.0;
            for i in 1..300 {
                let units = f64::from(i % 7) + 0.3;
                let wait = rate.wait_for(at, units).unwrap();
                let expected = rate.expected(at, at + wait);
                assert!((expected - units).abs() < 1e-6, "{load:?} at {at}: {expected} for {units}");
                at += wait;
            }
        }
    }

    #[test]
    fn every_shape_of_load_gives_the_same_waits_as_in_the_vectors() {
        let arrivals = vectors("arrivals");
        for case in LOAD_CASES.iter().filter(|case| case.value != "closed") {
            let has = arrivals.iter().any(|vector| vector[0]["shape"] == case.value);
            assert!(has, "core/tests/vectors/make.py has no case of the load {:?}", case.value);
        }
        for vector in arrivals {
            let rate = Rate::of(&Load::from_json(&vector[0]).unwrap(), 1.0).unwrap();
            let wait = rate.wait_for(vector[1].as_f64().unwrap(), vector[2].as_f64().unwrap()).unwrap();
            assert_eq!(Some(Span::from_secs_f64(wait).nanos()), vector[3].as_u64(), "{vector}");
        }
    }

    #[test]
    fn the_same_draws_fall_on_the_same_classes() {
        for vector in vectors("classes") {
            let weights = vector[0].as_array().unwrap().iter().map(|weight| weight.as_f64().unwrap());
            let mut total = 0.0;
            let mut upto = |weight: f64| {
                total += weight;
                total
            };
            let mix = ClassMix((0..).zip(weights).map(|(class, weight)| (upto(weight), class)).collect());
            let seen: Vec<u64> =
                draws().into_iter().map(|draw| u64::from(mix.class(|| draw.unit()).unwrap())).collect();
            assert_eq!(seen, wholes(&vector[1]), "{vector}");
        }
    }

    #[test]
    fn a_load_that_ends_has_no_next_arrival() {
        let ends = Load::Step { from: PerSecond::new(10.0), to: PerSecond::new(0.0), at: Span::from_secs(1) };
        assert_eq!(Rate::of(&ends, 1.0).unwrap().wait_for(2.0, 1.0), None);
    }
}
