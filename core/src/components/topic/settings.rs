//! What can be set of a topic.

use crate::fields;
use crate::measure::text::short_count;
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::units::Span;

/// Settings of a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// From a message's arrival to its being accepted.
    pub accept: Law,
    /// How long a subscriber may take to answer.
    pub timeout: Span,
    /// Retries without any delay.
    pub retries_at_once: u32,
    /// Retries after that, each after the shortest delay.
    pub retries_early: u32,
    /// Retries after that, each after twice the delay of the one before, up to the longest.
    pub retries_doubling: u32,
    /// Retries after that, each after the longest delay.
    pub retries_late: u32,
    /// The shortest delay of a retry.
    pub delay_min: Span,
    /// The longest delay of a retry.
    pub delay_max: Span,
    /// US dollars per million messages published; `None` takes the price book's.
    pub usd_per_million: Option<f64>,
    /// US dollars per million messages given to what keeps none; `None` takes the price book's.
    pub usd_per_million_pushed: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            accept: Law::lognormal(Span::from_millis(20), 0.5),
            timeout: Span::from_secs(15),
            retries_at_once: 3,
            retries_early: 2,
            retries_doubling: 10,
            retries_late: 100_000,
            delay_min: Span::from_secs(1),
            delay_max: Span::from_secs(20),
            usd_per_million: None,
            usd_per_million_pushed: None,
        }
    }
}

const HOUR: Span = Span::from_secs(3600);

impl Config {
    pub(super) const FIELDS: &'static [Field<Config>] = fields![Config;
        accept: LAW, "Accept", "From a message's arrival to its being accepted; its publisher waits for that, and for nothing else.",
            "20 ms: stored in several data centres before it is acknowledged, tens of milliseconds (common knowledge, not verified)";
        timeout: Shape::span(Span::from_millis(1), HOUR), "Timeout", "How long a subscriber may take to answer. A copy not answered by then is delivered again.",
            "15 s: what an HTTP endpoint has (Amazon SNS developer guide, preparing an HTTP endpoint)";
        retries_at_once: Shape::count(0, 1000, "retries"), "Retries at once", "Retries without any delay.",
            "3: to SQS and Lambda; 0 to servers of one's own (Amazon SNS developer guide, message delivery retries)";
        retries_early: Shape::count(0, 1000, "retries"), "Early retries", "Retries after that, each after the shortest delay.",
            "2, 1 s apart; 10 s apart to servers of one's own (the same)";
        retries_doubling: Shape::count(0, 1000, "retries"), "Doubling retries",
            "Retries after that: the first after the shortest delay, each other after twice the delay before it, up to the longest.",
            "10, from 1 s to 20 s; 10 s to 600 s to servers of one's own (the same)";
        retries_late: Shape::count(0, 1_000_000, "retries"), "Late retries", "Retries after that, each after the longest delay.",
            "100,000, 20 s apart: 23 days; 38, 600 s apart, to servers of one's own: 6 hours (the same)";
        delay_min: Shape::span(Span::from_millis(1), HOUR), "Shortest delay", "The shortest delay of a retry that is not at once.", "1 s (the same)";
        delay_max: Shape::span(Span::from_millis(1), HOUR), "Longest delay", "The longest delay of a retry.", "20 s (the same)";
        usd_per_million: Shape::optional(&Shape::Number { min: 0.0, max: 1e6, unit: "USD" }, "the price book's"),
            "Price per million", "US dollars per million messages published; one of more than 64 KB counts as several.", "Price book: SNS requests";
        usd_per_million_pushed: Shape::optional(&Shape::Number { min: 0.0, max: 1e6, unit: "USD" }, "the price book's"),
            "Price per million pushed", "US dollars per million copies sent to what keeps no messages, retries included. Into queues they are free.",
            "Price book: SNS HTTP notifications";
    ];

    /// Retries in all.
    pub(super) fn retries(&self) -> u32 {
        self.retries_at_once + self.retries_early + self.retries_doubling + self.retries_late
    }

    /// How long after a failure the `n`th retry comes, counted from 0; `None` when there is none.
    pub(super) fn delay(&self, n: u32) -> Option<Span> {
        let early = self.retries_at_once + self.retries_early;
        if n >= self.retries() {
            None
        } else if n < self.retries_at_once {
            Some(Span::ZERO)
        } else if n < early {
            Some(self.delay_min)
        } else if n - early < self.retries_doubling {
            // An hour is 2^22 ms: from there on the longest is reached.
            let doubled = self.delay_min.nanos().saturating_mul(1 << (n - early).min(22));
            Some(Span::from_nanos(doubled.min(self.delay_max.nanos())))
        } else {
            Some(self.delay_max)
        }
    }

    pub(super) fn describe(&self) -> String {
        match self.retries() {
            0 => "no retries".to_owned(),
            1 => "1 retry".to_owned(),
            n => format!("{} retries", short_count(f64::from(n))),
        }
    }

    /// Settings that contradict each other.
    pub(super) fn check(&self, at: &FieldPath, check: &mut Check) {
        if self.delay_max < self.delay_min {
            check.together(
                at,
                &["delay_max", "delay_min"],
                "the longest delay is shorter than `delay_min`; let it be as long at least",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The developer guide's sum: 100,015 attempts after the first, in 23 days.
    #[test]
    fn the_defaults_are_those_of_the_guide() {
        let config = Config::default();
        let delays: Vec<f64> = (0..config.retries()).map_while(|n| config.delay(n)).map(Span::secs).collect();
        assert_eq!(delays.len(), 100_015);
        assert_eq!(delays[..5], [0.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(delays[5..16], [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0]);
        let days = delays.iter().sum::<f64>() / 86_400.0;
        assert!((23.0..23.5).contains(&days), "{days}");
        assert_eq!(config.delay(config.retries()), None);
    }

    #[test]
    fn to_a_server_of_ones_own_it_is_six_hours() {
        let config = Config {
            retries_at_once: 0,
            retries_late: 38,
            delay_min: Span::from_secs(10),
            delay_max: Span::from_secs(600),
            ..Config::default()
        };
        let delays: Vec<Span> = (0..config.retries()).map_while(|n| config.delay(n)).collect();
        assert_eq!(delays.len(), 50);
        let hours = delays.iter().map(|delay| delay.secs()).sum::<f64>() / 3600.0;
        assert!((6.0..8.0).contains(&hours), "{hours}");
    }
}
