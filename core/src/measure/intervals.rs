//! From the cells of a run, or of several, to the intervals of a report.

use super::cells::{Cell, Tally};
use super::certainty::TimesIntervals;
use super::histogram::Histogram;
use crate::statistics::{Batches, CONFIDENCE, Estimate, Interval, Pair, ratio, share_bounds};
use std::sync::Arc;

/// As many batches as a run is cut into, or a few more: between the 10 and 30 that are sound.
const BATCHES: usize = 16;
/// Fewer say too little.
const BATCHES_MIN: usize = 10;
/// A percentile with fewer values beyond it, or a share of fewer cases, is not told by its batches.
pub(crate) const CASES_MIN: u64 = 10;

/// Batches: each is some cells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample<'a> {
    cells: &'a [Arc<Cell>],
    /// Cells to a batch.
    group: usize,
    pub(crate) of: Batches,
}

impl<'a> Sample<'a> {
    /// No batches, and so no intervals.
    pub(crate) const NONE: Sample<'static> = Sample { cells: &[], group: 1, of: Batches::OfOneRun };

    /// A run's cells in equal batches. The few cells at the start that do not fill one are left out.
    pub(crate) fn of_run(cells: &'a [Arc<Cell>]) -> Sample<'a> {
        let group = (cells.len() / BATCHES).max(1);
        let count = cells.len() / group;
        let cells = if count < BATCHES_MIN { &[] } else { &cells[cells.len() - group * count..] };
        Sample { cells, group, of: Batches::OfOneRun }
    }

    /// One cell for each replication.
    pub(crate) fn of_replications(cells: &'a [Arc<Cell>]) -> Sample<'a> {
        Sample { cells, group: 1, of: Batches::Independent }
    }

    pub(crate) fn count(&self) -> usize {
        self.cells.len() / self.group
    }

    /// How long a batch is on average, seconds.
    pub(crate) fn batch_s(&self) -> Option<f64> {
        let ns: u64 = self.cells.iter().map(|cell| cell.ns).sum();
        (!self.cells.is_empty()).then(|| ns as f64 / 1e9 / self.count() as f64)
    }

    /// What each batch gives, its cells added up.
    pub(crate) fn pairs(&self, of: &dyn Fn(&Cell) -> Pair) -> Vec<Pair> {
        let batch = |cells: &[Arc<Cell>]| {
            let mut both = Pair::default();
            for pair in cells.iter().map(|cell| of(cell)) {
                both.sum += pair.sum;
                both.weight += pair.weight;
            }
            both
        };
        self.cells.chunks(self.group).map(batch).collect()
    }

    pub(crate) fn ratio(&self, of: &dyn Fn(&Cell) -> Pair) -> Option<Estimate> {
        ratio(&self.pairs(of), self.of, CONFIDENCE)
    }

    /// The interval around a figure that cannot be negative.
    pub(crate) fn around(&self, figure: f64, of: &dyn Fn(&Cell) -> Pair) -> Option<Interval> {
        let half = self.ratio(of)?.half_width;
        Some(Interval { low: (figure - half).max(0.0), high: figure + half })
    }

    /// The interval around a share of `seen` in `all`.
    pub(crate) fn share(&self, seen: u64, all: u64, of: &dyn Fn(&Cell) -> Pair) -> Option<Interval> {
        if self.cells.is_empty() || all == 0 {
            return None;
        }
        if seen < CASES_MIN {
            return share_bounds(seen, all, CONFIDENCE);
        }
        let interval = self.around(seen as f64 / all as f64, of)?;
        Some(Interval { low: interval.low, high: interval.high.min(1.0) })
    }

    /// The intervals of durations; `seen` is all that was measured of them.
    pub(crate) fn times(&self, what: Durations, seen: &Histogram) -> TimesIntervals {
        if self.cells.is_empty() {
            return TimesIntervals::default();
        }
        let around = |mean| self.around(mean, &|cell| what.pair(cell, &|tally| tally.sum_ns as f64 / 1e9));
        let [p50, p95, p99, p999] = [0.5, 0.95, 0.99, 0.999].map(|q| self.percentile(what, seen, q));
        TimesIntervals { mean: seen.mean_s().and_then(around), p50, p95, p99, p999 }
    }

    /// How unsure the share beyond the percentile is tells which percentiles are the ends of its interval.
    fn percentile(&self, what: Durations, seen: &Histogram, q: f64) -> Option<Interval> {
        let beyond = (1.0 - q) * seen.count() as f64;
        if beyond < CASES_MIN as f64 {
            return None;
        }
        let bucket = seen.quantile_bucket(q)?;
        let half = self.ratio(&|cell| what.pair(cell, &|tally| tally.above(bucket) as f64))?.half_width;
        // With nothing beyond it the upper end would be whatever the longest happened to be.
        if (1.0 - q - half) * (seen.count() as f64) < 1.0 {
            return None;
        }
        let low = Histogram::bucket_ends_s(seen.quantile_bucket((q - half).max(0.0))?).0;
        let high = Histogram::bucket_ends_s(seen.quantile_bucket(q + half)?).1;
        Some(Interval { low, high })
    }
}

/// Whose durations.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Durations {
    Requests,
    Class(usize),
    Component(usize),
    Link(usize),
}

impl Durations {
    /// So much of those in a cell, over their number.
    fn pair(self, cell: &Cell, of: &dyn Fn(&Tally) -> f64) -> Pair {
        let mut both = Pair::default();
        let mut add = |tally: &Tally| {
            both.sum += of(tally);
            both.weight += tally.count as f64;
        };
        match self {
            Durations::Requests => cell.classes.iter().for_each(|class| add(&class.latency)),
            Durations::Class(ix) => cell.classes.get(ix).into_iter().for_each(|class| add(&class.latency)),
            Durations::Component(ix) => cell.sojourns.get(ix).into_iter().for_each(add),
            Durations::Link(ix) => cell.links.get(ix).into_iter().for_each(add),
        }
        both
    }
}
