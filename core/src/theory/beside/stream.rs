//! Streams of calls: how many a second, and how they come.

use super::queue::{Choice, Pattern};
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
    pub(super) filtered: Option<String>,
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
    /// Its name, where it is a cache.
    pub(super) filtered: Option<String>,
    /// Whether some are turned away.
    pub(super) refuses: bool,
    /// Why nothing is known of what goes on.
    pub(super) unknown: Option<String>,
}

/// Whether the instance is chosen by chance alone, so that a Poisson stream comes to each.
pub(super) fn by_chance(choice: Choice) -> bool {
    matches!(choice, Choice::One | Choice::By(_, 1) | Choice::By(Policy::Random, _))
}

/// What happens to a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trouble {
    /// It is no Poisson stream any more.
    Uneven(String),
    /// Some of it is lost, and nobody knows how much.
    Broken(String),
}

/// The first trouble is the one that is told.
pub(super) fn worse(pattern: Pattern, trouble: &Trouble) -> Pattern {
    match (pattern, trouble) {
        (Pattern::Unknown { why }, _) => Pattern::Unknown { why },
        (_, Trouble::Broken(why)) => Pattern::Unknown { why: why.clone() },
        (Pattern::Other { why, .. }, _) => Pattern::Other { cv: None, why },
        (_, Trouble::Uneven(why)) => Pattern::Other { cv: None, why: why.clone() },
    }
}

/// Part of a stream: nothing is known of its gaps, unless it is Poisson.
pub(super) fn thinned(pattern: Pattern) -> Pattern {
    match pattern {
        Pattern::Other { why, .. } => Pattern::Other { cv: None, why },
        other => other,
    }
}
