//! How a run ended: one line for each step, and the count.

use std::fmt;
use std::time::Duration;

/// What a step that did not fail has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// It could not be found out, for a reason outside this tree. Never silent, and not counted as passed.
    NotChecked(String),
}

/// How one step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    NotChecked(String),
    Failed(String),
}

/// One step of a run.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) step: &'static str,
    pub(crate) took: Duration,
    pub(crate) verdict: Verdict,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, why) = match &self.verdict {
            Verdict::Passed => ("passed", ""),
            Verdict::NotChecked(why) => ("not checked", why.as_str()),
            Verdict::Failed(why) => ("FAILED", why.as_str()),
        };
        let line = format!("{word:<11}  {:<11}  {:>7.1} s", self.step, self.took.as_secs_f64());
        match why.lines().next() {
            None => f.write_str(&line),
            // What follows the first line is indented, so that the table stays one.
            Some(_) => write!(f, "{line}  {}", why.replace('\n', "\n    ")),
        }
    }
}

/// The table; its last line is the count, alone.
pub(crate) fn table(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        text += &format!("{line}\n");
    }
    let count = |wanted: fn(&Verdict) -> bool| lines.iter().filter(|line| wanted(&line.verdict)).count();
    let passed = count(|verdict| *verdict == Verdict::Passed);
    let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
    text + &format!("{passed} passed, {failed} failed\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_alone_on_the_last_line_and_leaves_out_what_was_not_checked() {
        let line = |step, verdict| Line { step, took: Duration::from_millis(1_250), verdict };
        let text = table(&[
            line("fmt", Verdict::Passed),
            line("advisories", Verdict::NotChecked("no network".to_owned())),
            line("clippy", Verdict::Failed("first\nsecond".to_owned())),
        ]);
        assert_eq!(
            text,
            "passed       fmt              1.2 s\n\
             not checked  advisories       1.2 s  no network\n\
             FAILED       clippy           1.2 s  first\n    second\n\
             1 passed, 1 failed\n"
        );
    }
}
