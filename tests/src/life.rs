//! A model with what happens to it while it runs.

use crate::{Choices, edits, models};
use tenfold::edit::Edit;
use tenfold::model::Model;
use tenfold::units::Span;

/// One step: so much simulated time and so many events at most, then an edit.
#[derive(Debug, Clone)]
pub struct Step {
    /// How much simulated time passes at most.
    pub span: Span,
    /// How many events happen at most, about.
    pub events: u64,
    /// What is changed then; it may be refused.
    pub edit: Edit,
}

/// A model and the steps of its run.
#[derive(Debug, Clone)]
pub struct Life {
    /// As it starts.
    pub model: Model,
    /// What happens, in this order.
    pub steps: Vec<Step>,
}

/// As many steps as a life has.
const STEPS_MAX: usize = 24;

impl Life {
    /// The life that belongs to these bytes.
    pub fn of(bytes: &[u8]) -> Life {
        let mut choices = Choices::new(bytes);
        let model = models::model(&mut choices);
        let mut steps = Vec::new();
        let mut now = model.clone();
        while !choices.is_over() && steps.len() < STEPS_MAX {
            // Odd times, so that edits fall into the middle of things; and none at all, so that some fall together.
            let span = Span::from_nanos(choices.below(50_000) as u64 * 1_003);
            let events = [1, 10, 100, 1_000, 3_000][choices.below(5)];
            let edit = edits::edit(&mut choices, &now);
            let _ = edit.apply(&mut now);
            steps.push(Step { span, events, edit });
        }
        Life { model, steps }
    }
}

impl std::fmt::Display for Life {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.model.to_json())?;
        self.steps.iter().try_for_each(|s| writeln!(f, "{} or {} events, then {}", s.span, s.events, s.edit))
    }
}
