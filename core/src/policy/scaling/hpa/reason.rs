//! Why so many, in numbers and in words.

use super::{Resource, Rule, Target};
use crate::policy::scaling::{lead, plural, short};
use crate::units::Span;
use std::fmt;

/// Why a target has nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// There was no reading.
    NotMeasured,
    /// The reading was of another kind than the target: of pods for a total, or a total for pods.
    WrongReading,
    /// There are no pods.
    NoPods,
    /// No pod that can be trusted has a sample.
    NoSamples,
    /// A share of what pods request was wanted, and a pod requests nothing.
    NoRequest,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Failure::NotMeasured => "it was not measured",
            Failure::WrongReading => "the reading is of another kind than the target",
            Failure::NoPods => "there are no pods",
            Failure::NoSamples => "no ready pod has a sample",
            Failure::NoRequest => "a pod requests nothing",
        })
    }
}

/// What the target that counts has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// What was wanted.
    pub target: Target,
    /// What was seen of it: whole per cent, or thousandths. Of the ready pods alone, whatever was assumed of the others.
    pub seen: u64,
    /// Pods it was seen of.
    pub pods: u32,
    /// How many pods that asks for.
    pub proposed: u32,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |resource| if resource == Resource::Cpu { "CPU" } else { "usage" };
        let seen = short(self.seen as f64 / 1_000.0);
        let (milli, pods) = match self.target {
            Target::Utilisation { resource, percent } => {
                let name = name(resource);
                return write!(
                    f,
                    "{name} {} % of a target of {percent} % over {} ready",
                    self.seen, self.pods
                );
            }
            Target::PodsAverage { resource, milli } => {
                f.write_str(if resource == Resource::Cpu { "mean CPU " } else { "a mean of " })?;
                (milli, "ready")
            }
            Target::Value(milli) => {
                f.write_str("a value of ")?;
                (milli, "ready")
            }
            Target::AverageValue(milli) => {
                return write!(
                    f,
                    "{seen} in total, a target of {} for each of {}",
                    milli as f64 / 1_000.0,
                    self.pods
                );
            }
        };
        write!(f, "{seen}, a target of {} over {} {pods}", milli as f64 / 1_000.0, self.pods)
    }
}

/// What held a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// A rule.
    Rate(Rule),
    /// Without a behaviour: no more than twice as many, or four.
    Doubling,
    /// The direction is disabled.
    Disabled,
    /// The upper bound.
    Max,
    /// The lower bound.
    Min,
}

/// Why so many pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// None were asked for, by hand: that switches it off until somebody asks for one.
    Off,
    /// There were more than the most.
    AboveMax {
        /// There were.
        from: u32,
        /// The most.
        max: u32,
    },
    /// There were fewer than the fewest.
    BelowMin {
        /// There were.
        from: u32,
        /// The fewest.
        min: u32,
    },
    /// Targets have nothing to say: all of them, or some while the others say fewer.
    Blind {
        /// As many as before.
        at: u32,
        /// Targets with nothing to say.
        failed: u32,
        /// Targets.
        of: u32,
        /// Why the first of them has nothing to say.
        first: Failure,
    },
    /// As proposed.
    Found {
        /// As many as before.
        from: u32,
        /// What was found; it has the number.
        finding: Finding,
    },
    /// What was recommended a while ago still counts.
    Stabilised {
        /// So many.
        at: u32,
        /// So many were proposed now.
        recommended: u32,
        /// How far back counts.
        window: Span,
    },
    /// Not as far as was wanted.
    Limited {
        /// So many.
        at: u32,
        /// So many were wanted.
        wanted: u32,
        /// Whether more were wanted, rather than fewer.
        up: bool,
        /// By what.
        limit: Limit,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Off => f.write_str("off: no pods were asked for"),
            Reason::AboveMax { from, max } => write!(f, "down to {max}, the most: there were {from}"),
            Reason::BelowMin { from, min } => write!(f, "up to {min}, the fewest: there were {from}"),
            Reason::Blind { at, failed, of, first } => {
                write!(f, "held at {at}: {failed} of {of} target{} not known, {first}", plural(*of))
            }
            Reason::Found { from, finding } => {
                let to = finding.proposed;
                let word = match to.cmp(from) {
                    std::cmp::Ordering::Greater => "up to",
                    std::cmp::Ordering::Less => "down to",
                    std::cmp::Ordering::Equal => "kept at",
                };
                lead(f, format_args!("{word} {to}"))?;
                write!(f, "{finding}")
            }
            Reason::Stabilised { at, recommended, window } => {
                write!(f, "held at {at} by stabilisation: recommended {recommended}, the last {window} count")
            }
            Reason::Limited { at, wanted, up, limit } => {
                let (capped, sign) = if *up { ("capped", '+') } else { ("held", '-') };
                match limit {
                    Limit::Rate(rule) => write!(f, "{capped} at {at}: at most {sign}{rule}, {wanted} wanted"),
                    Limit::Doubling => {
                        write!(f, "capped at {at}: at most twice as many or 4, {wanted} wanted")
                    }
                    Limit::Disabled => write!(f, "held at {at}: this direction is disabled, {wanted} wanted"),
                    Limit::Max => write!(f, "capped at {at}, the most: {wanted} wanted"),
                    Limit::Min => write!(f, "held at {at}, the fewest: {wanted} wanted"),
                }
            }
        }
    }
}
