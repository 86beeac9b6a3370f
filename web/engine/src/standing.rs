//! What the live run is by its statistics: steady and how well known, still too short, or why it will never be.

use crate::protocol::Standing;
use tenfold::Simulation;
use tenfold::measure::Report;
use tenfold::measure::certainty::Word;
use tenfold::measure::text::{round_time, short_secs, two_digits};

/// It is looked at again after so many milliseconds, and after so many times as long as a look takes.
const EVERY_MS: f64 = 1_000.0;
const REST: f64 = 50.0;

/// When it is looked at next, and what was said last.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    next_ms: f64,
    said: Option<Standing>,
}

impl Judge {
    /// What there is to say, if that is something new; `at_once` where no other frame may follow.
    pub(crate) fn judge(
        &mut self,
        run: &Simulation,
        clock_ms: &impl Fn() -> f64,
        at_once: bool,
    ) -> Option<Standing> {
        let begun = clock_ms();
        if begun < self.next_ms && !at_once {
            return None;
        }
        let standing = standing(&run.brief_report());
        let now = clock_ms();
        self.next_ms = now + EVERY_MS.max((now - begun) * REST);
        let news = self.said.as_ref() != Some(&standing);
        news.then(|| self.said.insert(standing).clone())
    }
}

fn standing(report: &Report) -> Standing {
    let said = &report.statistics.verdicts[..];
    let verdict = said.first().map_or(Word::NothingMeasured, |first| first.verdict);
    let text = match verdict {
        Word::Converged => format!("{} · {}", p99(report), Standing::STEADY),
        Word::NotConverged => match said[0].more_s {
            Some(more) => format!("not converged: run longer, about {}", round_time(more)),
            None => said[0].text.clone(),
        },
        Word::Transient => "changes with time: no steady state".to_owned(),
        Word::NothingMeasured => "nothing measured yet".to_owned(),
        // How much is turned away, the figures beside it say.
        Word::Overloaded => said[0].text.split(',').next().unwrap_or_default().to_owned(),
        Word::Unstable | Word::TooFewFailures => said[0].text.clone(),
    };
    Standing(text)
}

/// The 99th percentile, and how far off it may be to its worse side.
fn p99(report: &Report) -> String {
    let Some(figure) = report.latency_s.p99 else { return String::new() };
    let worse = |ends: tenfold::statistics::Interval| (ends.high - figure).max(figure - ends.low) / figure;
    let sure = report.latency_interval_s.p99.map(worse).filter(|worse| worse.is_finite());
    let sure = sure.map_or(String::new(), |worse| format!(" ± {} %", two_digits(worse * 100.0)));
    format!("p99 {}{sure}", short_secs(figure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use tenfold::edit::Edit;
    use tenfold::presets;
    use tenfold::units::Span;

    fn after(slug: &str, load: f64, secs: u64) -> Standing {
        let mut model = presets::by_slug(slug).unwrap().model();
        model.head.load = load;
        let mut run = Simulation::new(&model).unwrap();
        run.run_for(Span::from_secs(secs));
        standing(&run.brief_report())
    }

    #[test]
    fn it_says_what_the_run_is_in_a_few_words() {
        let steady = after("mm1", 1.0, 7_200);
        assert!(steady.is_steady());
        assert!(steady.0.starts_with("p99 2") && steady.0.ends_with(" % · steady"), "{steady:?}");
        let short = after("mm1", 1.0, 200);
        assert!(
            !short.is_steady() && short.0.starts_with("not converged: run longer, about "),
            "{}",
            short.0
        );
        let unstable = after("mm1", 1.4, 1_000);
        assert_eq!(unstable.0, "unstable: load exceeds capacity at server");
        assert_eq!(after("flash-crowd", 0.1, 400).0, "changes with time: no steady state");
        assert_eq!(after("mm1", 1.0, 0).0, "nothing measured yet");
    }

    #[test]
    fn it_is_looked_at_once_a_second_at_most_and_told_when_it_has_changed() {
        let mut run = Simulation::new(&presets::by_slug("mm1").unwrap().model()).unwrap();
        let (mut judge, now) = (Judge::default(), Cell::new(0.0));
        let clock = || now.get();
        assert!(judge.judge(&run, &clock, false).is_some());
        run.run_for(Span::from_secs(300));
        now.set(999.0);
        assert_eq!(judge.judge(&run, &clock, false), None);
        now.set(1_000.0);
        assert!(judge.judge(&run, &clock, false).is_some());
        assert_eq!(judge.judge(&run, &clock, true), None, "nothing has changed");
    }

    #[test]
    fn after_a_change_of_a_run_that_is_measured_afresh_it_may_be_steady_again() {
        let mut model = presets::by_slug("mm1").unwrap().model();
        model.head.load = 0.5;
        let mut run = Simulation::new(&model).unwrap();
        run.measure_afresh_after_edits();
        run.run_for(Span::from_secs(600));
        run.apply(&Edit::Set { field: "load".into(), value: 0.6.into() }).unwrap();
        run.run_for(Span::from_secs(3_600));
        assert!(standing(&run.brief_report()).is_steady());
    }
}
