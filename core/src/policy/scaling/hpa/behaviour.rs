//! How fast the number of pods may change.

use super::{Finding, History, Limit, Reason};
use crate::policy::scaling::fault::Faults;
use crate::policy::scaling::{Bounds, Decision, plural};
use crate::units::{SimTime, Span};
use std::fmt;

/// A limit to the change within a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// So many pods.
    Pods {
        /// Pods.
        count: u32,
        /// Within how long; the API allows up to 30 min.
        period: Span,
    },
    /// So many per cent of the pods there were when the period began. Going up it is rounded up, going down what is left is rounded down.
    Percent {
        /// Per cent; more than 100 only makes sense for going up.
        percent: u32,
        /// Within how long; the API allows up to 30 min.
        period: Span,
    },
}

impl Rule {
    fn period(self) -> Span {
        let (Rule::Pods { period, .. } | Rule::Percent { period, .. }) = self;
        period
    }

    /// How far a rule lets the number go from `start`. The products are those of the original, with what it rounds.
    fn limit(self, start: i64, up: bool) -> i64 {
        match (self, up) {
            (Rule::Pods { count, .. }, true) => start + i64::from(count),
            (Rule::Pods { count, .. }, false) => start - i64::from(count),
            (Rule::Percent { percent, .. }, true) => {
                libm::ceil(start as f64 * (1.0 + f64::from(percent) / 100.0)) as i64
            }
            (Rule::Percent { percent, .. }, false) => {
                (start as f64 * (1.0 - f64::from(percent) / 100.0)) as i64
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Pods { count, period } => write!(f, "{count} pod{} in {period}", plural(*count)),
            Rule::Percent { percent, period } => write!(f, "{percent} % in {period}"),
        }
    }
}

/// Which of several rules counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Select {
    /// The one that allows most change.
    #[default]
    Max,
    /// The one that allows least.
    Min,
    /// None does: there is no change in this direction.
    Disabled,
}

/// How fast the number may change in one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Over how long what was recommended is looked back at; no time for not at all. The API allows up to an hour.
    pub window: Span,
    /// Which rule counts.
    pub select: Select,
    /// The rules; at least one unless disabled.
    pub rules: Vec<Rule>,
}

/// How fast the number may change in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// By rules. The defaults are those that Kubernetes fills in where `behavior` leaves something open: up without a window by 4 pods or
    /// 100 % in 15 s, whichever is more; down after 5 min by anything. (`pkg/apis/autoscaling/v2/defaults.go`)
    Rules {
        /// Going up.
        up: Rules,
        /// Going down.
        down: Rules,
    },
    /// What Kubernetes does when there is no `behavior` at all, as it did before there was one: up to twice as many or 4, whichever is more,
    /// in one go; down after the window. (`normalizeDesiredReplicas` in `horizontal.go`)
    Absent {
        /// Default 5 min (`--horizontal-pod-autoscaler-downscale-stabilization`).
        window: Span,
    },
}

const DOWN_WINDOW: Span = Span::from_secs(300);
const RULE_PERIOD: Span = Span::from_secs(15);
const PERIOD_MAX: Span = Span::from_secs(1_800);
const WINDOW_MAX: Span = Span::from_secs(3_600);

impl Default for Behaviour {
    fn default() -> Self {
        let all = Rule::Percent { percent: 100, period: RULE_PERIOD };
        let four = Rule::Pods { count: 4, period: RULE_PERIOD };
        Behaviour::Rules {
            up: Rules { window: Span::ZERO, select: Select::Max, rules: vec![four, all] },
            down: Rules { window: DOWN_WINDOW, select: Select::Max, rules: vec![all] },
        }
    }
}

impl Behaviour {
    /// What Kubernetes does where nothing is said of the behaviour.
    pub const ABSENT: Behaviour = Behaviour::Absent { window: DOWN_WINDOW };

    pub(in crate::policy::scaling) fn check(&self, faults: &mut Faults) {
        let Behaviour::Rules { up, down } = self else { return };
        for (field, rules) in [("behaviour.up", up), ("behaviour.down", down)] {
            let needed = !rules.rules.is_empty() || rules.select == Select::Disabled;
            faults.unless(needed, field, || "there is no rule; give one, or disable it".into());
            faults.unless(rules.window <= WINDOW_MAX, field, || {
                format!("a window of {} is longer than {WINDOW_MAX}", rules.window)
            });
            for rule in &rules.rules {
                let (Rule::Pods { count: amount, .. } | Rule::Percent { percent: amount, .. }) = *rule;
                faults.unless(amount > 0, field, || format!("{rule} allows no change; disable it instead"));
                let period = rule.period();
                faults.unless(period > Span::ZERO && period <= PERIOD_MAX, field, || {
                    format!("a period of {period} is not between 1s and {PERIOD_MAX}")
                });
            }
        }
    }

    /// What becomes of a proposal.
    pub(super) fn apply(
        &self,
        now: SimTime,
        from: u32,
        finding: Finding,
        bounds: Bounds,
        history: &mut History,
    ) -> Decision<Reason> {
        let proposed = finding.proposed;
        let (settled, window) = self.stabilise(now, from, proposed, history);
        let (desired, limit) = self.limit(now, from, settled, bounds, history);
        let reason = match limit {
            Some(limit) => Reason::Limited { at: desired, wanted: settled, up: settled > desired, limit },
            None if settled != proposed => Reason::Stabilised { at: settled, recommended: proposed, window },
            None => Reason::Found { from, finding },
        };
        Decision { desired, reason }
    }

    /// The proposal after a look back, and the window that was looked back through. The proposal is noted.
    pub(in crate::policy::scaling) fn stabilise(
        &self,
        now: SimTime,
        from: u32,
        proposed: u32,
        history: &mut History,
    ) -> (u32, Span) {
        let recent = &mut history.recommended;
        let (settled, window, keep) = match self {
            Behaviour::Rules { up, down } => {
                let least = recent.within(now, up.window).fold(proposed, u32::min);
                let most = recent.within(now, down.window).fold(proposed, u32::max);
                let window = if proposed > from { up.window } else { down.window };
                (from.max(least).min(most), window, up.window.max(down.window))
            }
            Behaviour::Absent { window } => {
                (recent.up_to(now, *window).fold(proposed, u32::max), *window, *window)
            }
        };
        recent.note(now, proposed, keep);
        (settled, window)
    }

    /// The number after rates and bounds, and which of them held it.
    pub(in crate::policy::scaling) fn limit(
        &self,
        now: SimTime,
        from: u32,
        wanted: u32,
        bounds: Bounds,
        history: &History,
    ) -> (u32, Option<Limit>) {
        let Behaviour::Rules { up, down } = self else {
            let most = from.saturating_mul(2).max(4);
            return match wanted {
                wanted if wanted < bounds.min => (bounds.min, Some(Limit::Min)),
                wanted if wanted > most.min(bounds.max) && bounds.max > most => (most, Some(Limit::Doubling)),
                wanted if wanted > bounds.max => (bounds.max, Some(Limit::Max)),
                wanted => (wanted, None),
            };
        };
        if wanted > from {
            let (rate, limit) = furthest(up, true, now, from, history);
            let rate = rate.max(from);
            let (most, limit) = if bounds.max > rate { (rate, limit) } else { (bounds.max, Limit::Max) };
            if wanted > most {
                return (most, Some(limit));
            }
        } else if wanted < from {
            let (rate, limit) = furthest(down, false, now, from, history);
            let rate = rate.min(from);
            let (least, limit) = if bounds.min < rate { (rate, limit) } else { (bounds.min, Limit::Min) };
            if wanted < least {
                return (least, Some(limit));
            }
        }
        (wanted, None)
    }

    /// Notes a change that is carried out.
    pub(super) fn note(&self, now: SimTime, from: u32, to: u32, history: &mut History) {
        let Behaviour::Rules { up, down } = self else { return };
        // Rules of either direction look at both kinds of change.
        let keep = up.rules.iter().chain(&down.rules).map(|rule| rule.period()).max().unwrap_or(Span::ZERO);
        if to > from {
            history.added.note(now, to - from, keep);
        } else if to < from {
            history.removed.note(now, from - to, keep);
        }
    }
}

/// How far the rules let the number go in one direction, and the rule that says so.
fn furthest(rules: &Rules, up: bool, now: SimTime, from: u32, history: &History) -> (u32, Limit) {
    let sum = |changes: &super::Recent<u32>, period| changes.within(now, period).map(i64::from).sum::<i64>();
    let limit_of = |rule: &Rule| {
        let period = rule.period();
        let start = i64::from(from) - sum(&history.added, period) + sum(&history.removed, period);
        rule.limit(start, up)
    };
    let limits = rules.rules.iter().map(|rule| (limit_of(rule), *rule));
    // The most change is the largest number going up and the smallest going down; of equal ones the first counts.
    let chosen = match (rules.select, up) {
        (Select::Disabled, _) => None,
        (Select::Max, true) | (Select::Min, false) => limits.rev().max_by_key(|(limit, _)| *limit),
        (Select::Max, false) | (Select::Min, true) => limits.min_by_key(|(limit, _)| *limit),
    };
    match chosen {
        Some((limit, rule)) => (limit.clamp(0, i64::from(u32::MAX)) as u32, Limit::Rate(rule)),
        None => (from, Limit::Disabled),
    }
}
