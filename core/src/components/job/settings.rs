//! What can be set of a scheduled job.

use crate::measure::text::short_count;
use crate::model::{Check, Field, FieldPath, Shape};
use crate::units::Span;
use crate::{choices, fields};

/// Settings of a scheduled job.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How often it starts.
    pub every: Span,
    /// When it starts first, counted from the start of the run.
    pub first: Span,
    /// Items of one run of it.
    pub items: u32,
    /// Items it works on at once.
    pub at_once: u32,
    /// The class of the items; empty for the first.
    pub class: String,
    /// What happens when the time has come and it is still at work.
    pub overlap: Overlap,
    /// How long after its time it must be done; `None` for whenever.
    pub deadline: Option<Span>,
    /// Whether it waits for cleaner electricity, as long as the deadline allows.
    pub waits_for_clean: bool,
    /// How long it is expected to take.
    pub expected: Span,
    /// Power it draws while it works, watts.
    pub watts: f64,
    /// Mean grams of CO₂ a kilowatt-hour makes.
    pub grams_per_kwh: f64,
    /// By what share that rises and falls over the day.
    pub swing: f64,
    /// The time of the day when it is lowest.
    pub cleanest_at: Span,
}

choices! {
    /// What happens when a job's time has come and it is still at work.
    Overlap {
        /// It is left out this time.
        Skip = "skip", "Leave it out";
        /// It starts as soon as the one before is done.
        After = "after", "Start afterwards";
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            every: DAY,
            first: Span::from_secs(2 * 3600),
            items: 10_000,
            at_once: 10,
            class: String::new(),
            overlap: Overlap::Skip,
            deadline: None,
            waits_for_clean: false,
            expected: Span::from_secs(3600),
            watts: 500.0,
            grams_per_kwh: 323.0,
            swing: 0.3,
            cleanest_at: Span::from_secs(13 * 3600),
        }
    }
}

const DAY: Span = Span::from_secs(86_400);

impl Config {
    pub(super) const FIELDS: &'static [Field<Config>] = fields![Config;
        every: Shape::span(Span::from_secs(1), Span::from_secs(30 * 86_400)), "Every", "How often it starts.";
        first: Shape::span(Span::ZERO, Span::from_secs(30 * 86_400)), "First at", "When it starts first, counted from the start of the run at 00:00.";
        items: Shape::count(1, 10_000_000, "items"), "Items", "What one run of it works through.";
        at_once: Shape::count(1, 50_000, "items"), "At once", "Items it works on at once.";
        class: Shape::Text { max_chars: 80 }, "Class", "The class of the items; empty for the first.";
        overlap: Shape::Choice(Overlap::CHOICES), "Still at work", "What happens when its time has come and it is still at work.";
        deadline: Shape::optional(&Shape::Span { min: Span::from_secs(1), max: Span::from_secs(30 * 86_400) }, "whenever"), "Deadline",
            "How long after its time it must be done.";
        "Carbon" =>
        waits_for_clean needs deadline: Shape::Flag, "Waits", "Whether it waits for cleaner electricity, as long as the deadline allows.";
        expected: Shape::span(Span::from_secs(1), Span::from_secs(30 * 86_400)), "Expected", "How long it is expected to take: by that it chooses its time.";
        watts: Shape::Number { min: 0.0, max: 1e9, unit: "W" }, "Power", "What it draws while it works.";
        grams_per_kwh: Shape::Number { min: 0.0, max: 5000.0, unit: "g/kWh" }, "CO₂", "Grams of CO₂ equivalent that a kilowatt-hour makes on average.",
            "323: Northern Virginia in 2024 (Google Cloud, region carbon data)";
        swing: Shape::Number { min: 0.0, max: 1.0, unit: "" }, "Swing", "By what share that rises and falls over the day.",
            "0.3: grids with much sun (common knowledge, not verified)";
        cleanest_at: Shape::span(Span::ZERO, DAY), "Cleanest at", "The time of the day when it is lowest.";
    ];

    pub(super) fn describe(&self) -> String {
        format!("{} items every {}", short_count(f64::from(self.items)), self.every)
    }

    /// Settings that contradict each other.
    pub(super) fn check(&self, at: &FieldPath, check: &mut Check) {
        if self.waits_for_clean && self.deadline.is_none() {
            check.together(
                at,
                &["waits_for_clean", "deadline"],
                "without a `deadline` it could wait for ever; give it one",
            );
        }
        if self.waits_for_clean && self.deadline.is_some_and(|deadline| deadline <= self.expected) {
            check.together(
                at,
                &["deadline", "waits_for_clean", "expected"],
                "it is expected to take as long as that, so there is no time to wait; allow more, or do not let it wait",
            );
        }
    }
}
