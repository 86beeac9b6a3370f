//! What a workload must give.

use tenfold::measure::Report;
use tenfold::units::Span;

/// Mean and 99th percentile of the latency, each with how far off a run may be.
///
/// A line of the model's notes says it: `check over 1000000 requests: mean 5s within 4 %, p99 23s within 6 %`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Check {
    /// The requests that a whole run of the file measures, for which the tolerances are meant.
    pub requests: u64,
    /// The mean.
    pub mean: Expected,
    /// The 99th percentile.
    pub p99: Expected,
}

/// A figure as it should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// In seconds.
    pub secs: f64,
    /// How far off a run may be, as a share.
    pub within: f64,
}

impl Check {
    /// The check that is written in a model's notes.
    pub fn in_notes(notes: &str) -> Option<Check> {
        let line = notes.lines().find_map(|line| line.strip_prefix("check over "))?;
        let (requests, rest) = line.split_once(" requests: ")?;
        let (mean, p99) = rest.split_once(", ")?;
        Some(Check {
            requests: requests.parse().ok()?,
            mean: Expected::parse(mean.strip_prefix("mean ")?)?,
            p99: Expected::parse(p99.strip_prefix("p99 ")?)?,
        })
    }

    /// What is wrong with the latency of a run of `requests`, if anything. Chance is wider in a shorter run, by the root of its length.
    pub fn problem(&self, requests: u64, report: &Report) -> Option<String> {
        let wider = (self.requests as f64 / requests.max(1) as f64).sqrt().max(1.0);
        let latency = &report.latency_s;
        let figures = [("mean", latency.mean, self.mean), ("p99", latency.p99, self.p99)];
        figures.iter().find_map(|(name, found, expected)| expected.problem(name, *found, wider))
    }
}

impl Expected {
    fn parse(text: &str) -> Option<Expected> {
        let (time, within) = text.split_once(" within ")?;
        let percent: f64 = within.strip_suffix(" %")?.parse().ok()?;
        Some(Expected { secs: time.parse::<Span>().ok()?.secs(), within: percent / 100.0 })
    }

    fn problem(&self, name: &str, found: Option<f64>, wider: f64) -> Option<String> {
        let (expected, within) = (self.secs, self.within * wider);
        match found {
            None => Some(format!("no {name}: nothing was answered")),
            Some(found) if (found / expected - 1.0).abs() <= within => None,
            Some(found) => Some(format!(
                "{name} is {found:.5} s, {:+.1} % off {expected} s; at most {:.1} % is chance",
                (found / expected - 1.0) * 100.0,
                within * 100.0
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_read_from_its_line_and_from_nothing_else() {
        let notes =
            "Some words.\ncheck over 1000 requests: mean 5s within 4 %, p99 23.5ms within 0.5 %\nMore.";
        let check = Check::in_notes(notes);
        let mean = Expected { secs: 5.0, within: 0.04 };
        let p99 = Expected { secs: 0.0235, within: 0.005 };
        assert_eq!(check, Some(Check { requests: 1000, mean, p99 }));
        for broken in ["", "check", "check over 10 requests: mean 5 within 4 %, p99 23s within 1 %"] {
            assert_eq!(Check::in_notes(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_figure_outside_its_tolerance_is_told_with_what_was_expected() {
        let expected = Expected { secs: 0.016, within: 0.01 };
        assert_eq!(expected.problem("mean", Some(0.01601), 1.0), None);
        assert_eq!(expected.problem("mean", Some(0.0163), 2.0), None);
        let told = expected.problem("mean", Some(0.0163), 1.0).unwrap();
        assert_eq!(told, "mean is 0.01630 s, +1.9 % off 0.016 s; at most 1.0 % is chance");
        assert!(expected.problem("mean", None, 1.0).unwrap().contains("nothing was answered"));
    }
}
