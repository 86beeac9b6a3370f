//! Kubernetes' VerticalPodAutoscaler: what one instance should request, by percentiles of what it used over days.
//!
//! Samples of CPU go into a histogram with a weight each; of memory it is the peak of each day. A sample's weight halves with every half-life that passes, so that
//! what was long ago hardly counts. Buckets grow by 5 % from 10 millicores, or 10 MB, on. Then for target, lower and upper bound:
//!
//! 1. the percentile: the end of the bucket it falls into;
//! 2. a safety margin on top;
//! 3. for the bounds: × (1 + 0.001 / days)^−2 below and × (1 + 1 / days) above, days being how long and how often was sampled: with little history they are
//!    wide;
//! 4. the fewest a pod should have.
//!
//! A request outside the bounds is one to change. Amounts are whole: thousandths of a core and bytes, cut off after each step as in the original.
//!
//! Source: kubernetes/autoscaler `vertical-pod-autoscaler/pkg/recommender/{logic, util, model}`, defaults of `config/config.go`. Nothing fails: without samples
//! there is no advice.
//!
//! ```
//! use tenfold::policy::scaling::vertical::{History, Settings, Verdict, advise};
//! use tenfold::units::{SimTime, Span};
//! let settings = Settings::default();
//! let mut history = History::default();
//! // A week in which every minute 480 thousandths of a core and 900 MB are used.
//! for minute in 0..7 * 1_440 {
//!     let now = SimTime::ZERO + Span::from_secs(60 * minute);
//!     history.cpu(now, 480, &settings);
//!     history.memory(now, 900_000_000, &settings);
//! }
//! let advice = advise(&settings, &history).unwrap();
//! // The bucket of 480 ends at 511.1, and 15 % are added.
//! assert_eq!(advice.cpu.target, 587);
//! assert_eq!(advice.cpu.verdict(2_000), Verdict::Above);
//! assert_eq!(advice.cpu.to_string(), "587 wanted, 586 to 670 will do");
//! ```

use super::Fault;
use super::fault::Faults;
use crate::units::{SimTime, Span};
use std::fmt;

/// What is recommended of CPU or of memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentiles {
    /// What should be requested. Default 0.9.
    pub target: f64,
    /// Less than what this gives is too little. Default 0.5.
    pub lower: f64,
    /// More than what this gives is too much. Default 0.95.
    pub upper: f64,
}

/// How it decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Percentiles of CPU.
    pub cpu: Percentiles,
    /// Percentiles of memory.
    pub memory: Percentiles,
    /// Share that is added. Default 0.15.
    pub margin: f64,
    /// Thousandths of a core there are at least. Default 25.
    pub min_cpu: u64,
    /// Bytes there are at least. Default 250 MiB.
    pub min_memory: u64,
    /// After so long a sample counts half. Default 24 h.
    pub half_life: Span,
    /// Time over which the peak of memory is one sample. Default 24 h.
    pub peak_over: Span,
    /// Time that counts as one day of history. Default 24 h.
    pub confidence: Span,
}

impl Default for Settings {
    fn default() -> Self {
        let percentiles = Percentiles { target: 0.9, lower: 0.5, upper: 0.95 };
        let day = Span::from_secs(86_400);
        Settings {
            cpu: percentiles,
            memory: percentiles,
            margin: 0.15,
            min_cpu: 25,
            min_memory: 250 << 20,
            half_life: day,
            peak_over: day,
            confidence: day,
        }
    }
}

impl Settings {
    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        for (field, Percentiles { target, lower, upper }) in [("cpu", self.cpu), ("memory", self.memory)] {
            let inside = [target, lower, upper].iter().all(|p| (0.0..=1.0).contains(p));
            faults.unless(inside, field, || "a percentile is not between 0 and 1".into());
            faults.unless(lower <= target && target <= upper, field, || {
                format!("{lower}, {target}, {upper}: the target must lie between lower and upper")
            });
        }
        faults.not_negative("margin", self.margin);
        faults.some_time("half_life", self.half_life);
        faults.some_time("peak_over", self.peak_over);
        faults.some_time("confidence", self.confidence);
        faults.0
    }
}

/// Less weight than that counts as none.
const LEAST_WEIGHT: f64 = 0.0001;
/// Weight of a sample of CPU. Only proportions matter, and what is too little to count.
const CPU_WEIGHT: f64 = 0.1;
const GROWTH: f64 = 1.05;
/// After so many half-lives weights are scaled down again, or they would grow without end.
const HALF_LIVES_MAX: u64 = 100;
/// No amount is larger.
const AMOUNT_MAX: f64 = 1e14;

/// Weights by bucket. The first ends at `first`, each is 5 % wider than the one before, and the last has no end.
#[derive(Debug, Clone, PartialEq)]
struct Histogram {
    starts: Vec<f64>,
    weights: Vec<f64>,
    total: f64,
    /// Weights are those of samples at this time.
    reference: SimTime,
}

impl Histogram {
    fn new(first: f64, last: f64) -> Self {
        let (mut starts, mut width) = (vec![0.0], first);
        while starts[starts.len() - 1] < last {
            starts.push(starts[starts.len() - 1] + width);
            width *= GROWTH;
        }
        Histogram { weights: vec![0.0; starts.len()], starts, total: 0.0, reference: SimTime::ZERO }
    }

    /// How much more a sample of then weighs than one of the reference.
    fn weight_at(&mut self, now: SimTime, half_life: Span) -> f64 {
        let half_life = half_life.nanos().max(1);
        let half_lives = now.since(self.reference).nanos() / half_life;
        if half_lives > HALF_LIVES_MAX {
            // Whole half-lives: a division by a power of two, which is exact.
            let scale = libm::exp2(-(half_lives.min(1_000) as f64));
            self.weights.iter_mut().for_each(|weight| *weight *= scale);
            self.total *= scale;
            self.reference = self.reference + Span::from_nanos(half_lives * half_life);
        }
        libm::exp2(now.since(self.reference).nanos() as f64 / half_life as f64)
    }

    fn bucket(&self, value: f64) -> usize {
        self.starts.partition_point(|start| *start <= value).max(1) - 1
    }

    fn add(&mut self, value: f64, weight: f64, now: SimTime, half_life: Span) {
        let weight = weight * self.weight_at(now, half_life);
        let bucket = self.bucket(value);
        self.weights[bucket] += weight;
        self.total += weight;
    }

    fn remove(&mut self, value: f64, weight: f64, now: SimTime, half_life: Span) {
        let weight = weight * self.weight_at(now, half_life);
        let bucket = self.bucket(value);
        let less = |from: f64| if from - weight < LEAST_WEIGHT { 0.0 } else { from - weight };
        self.weights[bucket] = less(self.weights[bucket]);
        self.total = less(self.total);
    }

    /// Where the bucket ends below which so much of the weight lies; 0 when it is empty.
    fn percentile(&self, share: f64) -> f64 {
        let full = |weight: &f64| *weight >= LEAST_WEIGHT;
        let (Some(first), Some(last)) =
            (self.weights.iter().position(full), self.weights.iter().rposition(full))
        else {
            return 0.0;
        };
        let mut sum = 0.0;
        let bucket = (first..last).find(|bucket| {
            sum += self.weights[*bucket];
            sum >= share * self.total
        });
        let bucket = bucket.unwrap_or(last);
        self.starts[(bucket + 1).min(self.starts.len() - 1)]
    }
}

/// What it remembers: what was used, decayed.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    cpu: Histogram,
    memory: Histogram,
    /// When the first and the last sample of CPU began, and how many there were: they tell how much is known.
    sampled: Option<(SimTime, SimTime)>,
    samples: u64,
    /// The peak of the running day: when the day ends, and its bytes.
    peak: Option<(SimTime, f64)>,
}

impl Default for History {
    fn default() -> Self {
        History {
            cpu: Histogram::new(0.01, 1_000.0),
            memory: Histogram::new(1e7, 1e12),
            sampled: None,
            samples: 0,
            peak: None,
        }
    }
}

impl History {
    /// So many thousandths of a core were used on average over the minute that began then. Samples come in the order of time.
    pub fn cpu(&mut self, now: SimTime, milli: u64, settings: &Settings) {
        self.cpu.add(milli as f64 / 1_000.0, CPU_WEIGHT, now, settings.half_life);
        self.sampled = Some((self.sampled.map_or(now, |(first, _)| first), now));
        self.samples += 1;
    }

    /// So many bytes were used then. Samples come in the order of time.
    pub fn memory(&mut self, now: SimTime, bytes: u64, settings: &Settings) {
        let (bytes, half_life) = (bytes as f64, settings.half_life);
        let mut ends = now + settings.peak_over;
        if let Some((running, peak)) = self.peak
            && now < running
        {
            if bytes <= peak {
                return;
            }
            self.memory.remove(peak, 1.0, running, half_life);
            ends = running;
        } else if let Some((before, _)) = self.peak {
            // Days follow each other without gaps.
            let days = now.since(before).nanos() / settings.peak_over.nanos().max(1);
            ends = before + settings.peak_over * (days + 1);
        }
        self.memory.add(bytes, 1.0, ends, half_life);
        self.peak = Some((ends, bytes));
    }

    /// Days of history: how long, or how often at one sample a minute, whichever is less.
    fn days(&self, settings: &Settings) -> f64 {
        let Some((first, last)) = self.sampled else { return 0.0 };
        let day = settings.confidence.nanos().max(1) as f64;
        let long = last.since(first).nanos() as f64 / day;
        let often = self.samples as f64 / (day / 60e9);
        if long < often { long } else { often }
    }
}

/// Whether a request is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Too little.
    Below,
    /// It will do.
    Within,
    /// Too much.
    Above,
}

/// What is recommended of one resource: thousandths of a core, or bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Less is too little.
    pub lower: u64,
    /// What should be requested.
    pub target: u64,
    /// More is too much.
    pub upper: u64,
}

impl Range {
    /// Whether a request is as it should be.
    pub fn verdict(&self, request: u64) -> Verdict {
        match request {
            request if request < self.lower => Verdict::Below,
            request if request > self.upper => Verdict::Above,
            _ => Verdict::Within,
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} wanted, {} to {} will do", self.target, self.lower, self.upper)
    }
}

/// What one instance should request, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advice {
    /// Thousandths of a core.
    pub cpu: Range,
    /// Bytes.
    pub memory: Range,
    /// Days of history.
    pub days: f64,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "millicores {}; bytes {}; by {:.1} days of history", self.cpu, self.memory, self.days)
    }
}

/// What should be requested; `None` before the first sample of CPU.
pub fn advise(settings: &Settings, history: &History) -> Option<Advice> {
    history.sampled?;
    let days = history.days(settings);
    let range = |histogram: &Histogram, percentiles: Percentiles, unit: f64, least: u64| {
        let amount = |share| {
            let base = cut(histogram.percentile(share) * unit);
            base + cut(base * settings.margin)
        };
        let narrow = 1.0 + 0.001 / days;
        let at_least = |amount: f64| (amount as u64).max(least);
        Range {
            lower: at_least(cut(amount(percentiles.lower) / (narrow * narrow))),
            target: at_least(amount(percentiles.target)),
            upper: at_least(cut(amount(percentiles.upper) * (1.0 + 1.0 / days))),
        }
    };
    Some(Advice {
        cpu: range(&history.cpu, settings.cpu, 1_000.0, settings.min_cpu),
        memory: range(&history.memory, settings.memory, 1.0, settings.min_memory),
        days,
    })
}

/// A whole amount: parts are cut off, and none is larger than the most.
fn cut(amount: f64) -> f64 {
    if amount < AMOUNT_MAX { libm::floor(amount) } else { AMOUNT_MAX }
}
