//! Streams of calls: how many a second, and how they come.

use super::queue::{Choice, Pattern};
use super::words::Words;
use crate::policy::balance::Policy;

/// What comes to a component.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Inflow {
    /// Calls a second, by class.
    pub(super) rates: Vec<f64>,
    pub(super) pattern: Option<Pattern>,
    pub(super) choice: Choice,
    /// Whether the rates are certain: no approximated or measured hit ratio is in them.
    pub(super) certain: bool,
    /// The cache that has answered the popular ones before.
    pub(super) filtered: Option<usize>,
    /// Whether one request may ask several times, for the same object.
    pub(super) repeats: bool,
    /// Bits of the clients they come from.
    pub(super) origins: u64,
    /// Whether calls made at once are on the way.
    pub(super) forked: bool,
}

impl Inflow {
    pub(super) fn rate(&self) -> f64 {
        self.rates.iter().sum()
    }
}

/// What a component makes of its inflow.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outflow {
    /// By class: calls that go on for each that came.
    pub(super) passed: Vec<f64>,
    pub(super) certain: bool,
    /// Whether it is a cache, which answers the popular ones.
    pub(super) filters: bool,
    /// Whether some are turned away.
    pub(super) refuses: bool,
    /// Why nothing is known of what goes on.
    pub(super) unknown: Option<Words>,
}

/// Whether the instance is chosen by chance alone, so that a Poisson stream comes to each.
pub(super) fn by_chance(choice: Choice) -> bool {
    matches!(choice, Choice::One | Choice::By(_, 1) | Choice::By(Policy::Random, _))
}

/// No Poisson stream any more.
pub(super) fn uneven(why: Words) -> Pattern {
    Pattern::Other { cv: f64::NAN, why }
}

/// A stream that has been through what makes a Poisson stream `trouble`; the first trouble is the one that is told.
pub(super) fn worse(pattern: Pattern, trouble: Pattern) -> Pattern {
    match (pattern, trouble) {
        (Pattern::Unknown { .. }, _) => pattern,
        (_, Pattern::Unknown { .. }) => trouble,
        (Pattern::Other { why, .. }, _) => uneven(why),
        _ => trouble,
    }
}

/// Part of a stream: nothing is known of its gaps, unless it is Poisson.
pub(super) fn thinned(pattern: Pattern) -> Pattern {
    match pattern {
        Pattern::Other { why, .. } => uneven(why),
        other => other,
    }
}
