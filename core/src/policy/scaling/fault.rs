//! What is wrong with settings, all of it at once.

use crate::units::Span;
use std::fmt;

/// One thing that settings cannot mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, as the settings call it.
    pub field: &'static str,
    /// What was found and what would be right.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

/// Collects them.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<Fault>);

impl Faults {
    pub(super) fn unless(&mut self, fine: bool, field: &'static str, problem: impl FnOnce() -> String) {
        if !fine {
            self.0.push(Fault { field, problem: problem() });
        }
    }

    pub(super) fn positive(&mut self, field: &'static str, value: f64) {
        self.unless(value > 0.0 && value.is_finite(), field, || format!("{value} is not above 0"));
    }

    pub(super) fn not_negative(&mut self, field: &'static str, value: f64) {
        self.unless(value >= 0.0 && value.is_finite(), field, || format!("{value} is below 0 or no number"));
    }

    pub(super) fn some_time(&mut self, field: &'static str, span: Span) {
        self.unless(span > Span::ZERO, field, || "no time at all; it must be above 0 s".into());
    }

    pub(super) fn at_least_one(&mut self, field: &'static str, count: u32) {
        self.unless(count > 0, field, || "0 never comes about; 1 is the least".into());
    }
}
