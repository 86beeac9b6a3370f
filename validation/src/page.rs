//! What was found, as a page of the documentation, and as words.

use crate::{FAMILY_WISE_ERROR, Outcome, REPLICATIONS, Unit};

/// A number to four digits, without an exponent.
fn digits(value: f64) -> String {
    let whole = if value.abs() > 0.0 { libm::floor(libm::log10(value.abs())) as i32 } else { 0 };
    let places = usize::try_from(3 - whole).unwrap_or(0).min(9);
    format!("{value:.places$}")
}

impl Unit {
    /// The value in the unit people use: milliseconds, per cent.
    fn scaled(self, value: f64) -> f64 {
        match self {
            Unit::Seconds => 1e3 * value,
            Unit::Share => 100.0 * value,
            Unit::PerSecond | Unit::Number => value,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Unit::Seconds => " ms",
            Unit::Share => " %",
            Unit::PerSecond => "/s",
            Unit::Number => "",
        }
    }
}

impl Outcome {
    /// The true value, as people write it.
    pub fn truth_in_words(&self) -> String {
        let about = if self.approximate.is_some() { "≈ " } else { "" };
        format!("{about}{}{}", digits(self.unit.scaled(self.truth)), self.unit.word())
    }

    /// What was measured with its 95 % interval, to the last digit that means something.
    pub fn measured_in_words(&self) -> String {
        let (value, half) = (self.unit.scaled(self.measured), self.unit.scaled(self.half_width));
        if half <= 1e-9 * value.abs() {
            return format!("{}{}", digits(value), self.unit.word());
        }
        let places = usize::try_from(1 - libm::floor(libm::log10(half)) as i32).unwrap_or(0).min(9);
        format!("{value:.places$} ± {half:.places$}{}", self.unit.word())
    }

    /// The deviation in standard errors.
    pub fn deviation_in_words(&self) -> String {
        format!("{:+.1}", self.deviation())
    }

    /// `pass`, or what is wrong.
    pub fn verdict(&self) -> &'static str {
        match (self.agrees(), self.is_sharp()) {
            (true, true) => "pass",
            (false, _) => "FAIL",
            (true, false) => "TOO WIDE",
        }
    }
}

/// The page, of all outcomes.
pub fn page(outcomes: &[Outcome]) -> String {
    let passed = outcomes.iter().filter(|outcome| outcome.passes()).count();
    let mut page = intro(outcomes, passed);
    let mut group = "";
    for outcome in outcomes {
        if outcome.group != group {
            group = outcome.group;
            let title = format!(
                "\n## {group}\n\n| model | figure | theory | measured, 95 % | deviation | |\n|---|---|--:|--:|--:|---|\n"
            );
            page.push_str(&title);
        }
        page.push_str(&line(outcome));
    }
    page + &approximations(outcomes)
}

/// The line of a figure.
pub fn line(outcome: &Outcome) -> String {
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        outcome.scenario,
        outcome.what,
        outcome.truth_in_words(),
        outcome.measured_in_words(),
        outcome.deviation_in_words(),
        outcome.verdict()
    )
}

fn intro(outcomes: &[Outcome], passed: usize) -> String {
    let bound = outcomes.first().map_or(0.0, |outcome| outcome.bound);
    format!(
        "# Validation

The simulation against queueing theory: {passed} of {} figures agree. `tenfold validate --write docs/validation.md` wrote this page; \
`tenfold validate` repeats it on your machine, with the same numbers to the last digit.

How to read it:

- Each model is a model file, written by `validation/src/cases` and run {REPLICATIONS} times with seeds of its own, after a warm-up. The mean service is \
10 ms unless the model says otherwise.
- **Theory** is the exact value by `tenfold::theory`, which names the source of each formula. With ≈ it is an approximation; the list at the end says \
of whom and how much it is allowed to be off.
- **Measured** is the mean of the {REPLICATIONS} runs with its 95 % interval (Student's t).
- **Deviation** is measured less theory, in standard errors. A figure passes within {bound:.2}: with so many figures, a simulation without fault \
fails somewhere with a chance of {:.0} % at most (Bonferroni's correction), had the seeds been drawn anew. They are fixed, so it passes always or never. \
One figure in twenty lies outside its 95 % interval, as it must.
- A standard error above 2 % of the value fails as well: such a test would prove nothing. A demand that is 3 % too long, or a queue that \
forgets its order, is caught; a test holds this.
- Percentiles come from a histogram with cells of 1/64 of their value; half a cell is allowed on top.

Little's law and the conservation of requests are checked in every run of every test, at every window, and are not listed.
",
        outcomes.len(),
        100.0 * FAMILY_WISE_ERROR
    )
}

fn approximations(outcomes: &[Outcome]) -> String {
    let mut list =
        "\n## What is approximate\n\n| model | allowed on top | whose |\n|---|--:|---|\n".to_owned();
    for outcome in outcomes {
        if let Some(why) = outcome.approximate {
            list.push_str(&format!(
                "| {} | {} % | {why} |\n",
                outcome.scenario,
                digits(100.0 * outcome.slack)
            ));
        }
    }
    list
}
