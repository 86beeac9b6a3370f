//! How sure a report is of its figures, as it tells it.

use crate::statistics::Interval;
use serde::Serialize;

/// Where the intervals of a report come from, and what is to be thought of the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// How the intervals were found.
    pub method: Method,
    /// How often an interval is meant to contain the truth, 0 to 1.
    pub confidence: f64,
    /// Runs that were pooled, each with a seed of its own.
    pub replications: u64,
    /// Batches that the intervals were found from: pieces of the run, or replications.
    pub batches: u64,
    /// How long a batch is, seconds; `None` without batches.
    pub batch_s: Option<f64>,
    /// What was left out at the start, and why so much.
    pub warm_up: WarmUp,
    /// What is to be thought of the run, the weightiest first; never empty.
    pub verdicts: Vec<Judgement>,
}

/// How intervals were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Method {
    /// One run cut into batches.
    #[serde(rename = "batch means")]
    BatchMeans,
    /// Runs with seeds of their own.
    #[serde(rename = "replications")]
    Replications,
    /// There are no intervals; a verdict says why.
    #[serde(rename = "none")]
    None,
}

/// What was left out at the start.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WarmUp {
    /// Who said so.
    pub how: WarmUpBy,
    /// Where the rule MSER-5 finds the whole run, or the first of the replications, settled: seconds after its start. `None` where it finds that nowhere.
    pub settled_s: Option<f64>,
}

/// Who says how long the warm-up lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum WarmUpBy {
    /// The model, or whoever ran it.
    #[serde(rename = "given")]
    Given,
    /// The rule MSER-5, while the run went on.
    #[serde(rename = "MSER-5")]
    Mser5,
    /// The rule MSER-5 was asked and has not found an end: nothing was left out.
    #[serde(rename = "not found")]
    NotFound,
}

/// A verdict on the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// What kind of verdict.
    pub verdict: Word,
    /// The component it is about, where it is about one.
    pub about: Option<String>,
    /// The verdict in words.
    pub text: String,
    /// How much longer one run should go on, seconds, where it is too short.
    #[serde(skip)]
    pub more_s: Option<f64>,
}

/// The verdicts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The figures are of a steady state, and as sure as their intervals say.
    Converged,
    /// A queue grows without end.
    Unstable,
    /// More comes than can be served; what is too much is turned away, so there is a steady state all the same.
    Overloaded,
    /// A longer run is needed.
    NotConverged,
    /// What happens in the run changes over its time, so it has no steady state.
    Transient,
    /// Failures were seen, but so few that their share is hardly known.
    TooFewFailures,
    /// There was nothing to measure.
    NothingMeasured,
}

impl Statistics {
    /// The verdict of this kind, if it was passed.
    pub fn verdict(&self, word: Word) -> Option<&Judgement> {
        self.verdicts.iter().find(|judgement| judgement.verdict == word)
    }
}

/// The intervals of [`Times`](super::report::Times); `None` where too little was seen to tell.
///
/// A mean's interval is as exact as the run is long. A percentile's goes from the lower end of a histogram's bucket to the upper end of another, so it is never
/// narrower than the 1 % that percentiles are exact to.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct TimesIntervals {
    /// Of the mean.
    pub mean: Option<Interval>,
    /// Of the median.
    pub p50: Option<Interval>,
    /// Of the 95th percentile.
    pub p95: Option<Interval>,
    /// Of the 99th percentile.
    pub p99: Option<Interval>,
    /// Of the 99.9th percentile.
    pub p999: Option<Interval>,
}
