//! Laws of durations: how long something takes, as a distribution with a mean.

use super::outcomes::Outcomes;
use super::shape::{Case, CaseField, Shape};
use super::value::{FieldValue, case_json, case_value};
use crate::units::Span;
use serde_json::Value as Json;

/// The distribution of a duration.
///
/// In a file: `{"law": "lognormal", "mean": "10ms", "cv": 1.2}`.
/// CV, the coefficient of variation, is the standard deviation over the mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Law {
    /// Always the same (CV 0).
    Constant {
        /// How long.
        mean: Span,
    },
    /// Equally likely anywhere between two bounds.
    Uniform {
        /// The shortest.
        low: Span,
        /// The longest.
        high: Span,
    },
    /// Memoryless (CV 1).
    Exponential {
        /// The mean.
        mean: Span,
    },
    /// The sum of `stages` exponential stages (CV 1/√stages).
    Erlang {
        /// The mean of the sum.
        mean: Span,
        /// How many stages.
        stages: u32,
    },
    /// Gamma, for any CV; below 1 steadier than exponential, above 1 burstier.
    Gamma {
        /// The mean.
        mean: Span,
        /// The coefficient of variation.
        cv: f64,
    },
    /// Lognormal: the usual shape of real service times.
    Lognormal {
        /// The mean.
        mean: Span,
        /// The coefficient of variation.
        cv: f64,
    },
    /// Two exponential phases with balanced means (H2), for a CV of 1 and more.
    Hyperexponential {
        /// The mean.
        mean: Span,
        /// The coefficient of variation.
        cv: f64,
    },
    /// Pareto cut off at both ends: a heavy tail with finite moments.
    BoundedPareto {
        /// The mean.
        mean: Span,
        /// The tail index: the smaller, the heavier the tail.
        alpha: f64,
        /// The longest over the shortest.
        ratio: f64,
    },
    /// What was seen somewhere: some durations, each with its weight.
    Empirical {
        /// The durations.
        values: Outcomes,
    },
}

/// The longest duration a law may have as its mean.
const MEAN_MAX: Span = Span::from_secs(86_400);

const MEAN: CaseField =
    CaseField::new("mean", "Mean", Shape::span(Span::ZERO, MEAN_MAX), "The average duration.", "\"10ms\"");
const CV: CaseField = CaseField::new(
    "cv",
    "CV",
    Shape::Number { min: 0.01, max: 20.0, unit: "" },
    "Standard deviation over mean: 0 is steady, 1 is exponential.",
    "1",
);

/// The cases of a law, for forms, documentation and decoding.
pub const LAW_CASES: &[Case] = &[
    Case { value: "constant", label: "Constant", help: "Always the same.", fields: &[MEAN] },
    Case {
        value: "exponential",
        label: "Exponential",
        help: "Memoryless, CV 1: the M of M/M/1.",
        fields: &[MEAN],
    },
    Case {
        value: "lognormal",
        label: "Lognormal",
        help: "The usual shape of real service times, any CV.",
        fields: &[MEAN, CV],
    },
    Case {
        value: "gamma",
        label: "Gamma",
        help: "Any CV; a lighter tail than lognormal.",
        fields: &[MEAN, CV],
    },
    Case {
        value: "erlang",
        label: "Erlang",
        help: "A sum of equal exponential stages: steadier than exponential.",
        fields: &[
            MEAN,
            CaseField::new(
                "stages",
                "Stages",
                Shape::count(1, 1000, "stages"),
                "How many stages; CV is 1/√stages.",
                "4",
            ),
        ],
    },
    Case {
        value: "hyperexponential",
        label: "Hyperexponential",
        help: "Two exponential phases with balanced means, CV of 1 and more.",
        fields: &[
            MEAN,
            CaseField::new(
                "cv",
                "CV",
                Shape::Number { min: 1.0, max: 20.0, unit: "" },
                "Standard deviation over mean, at least 1.",
                "2",
            ),
        ],
    },
    Case {
        value: "bounded-pareto",
        label: "Bounded Pareto",
        help: "A heavy tail, cut off so that its moments are finite.",
        fields: &[
            MEAN,
            CaseField::new(
                "alpha",
                "Tail index",
                Shape::Number { min: 0.5, max: 5.0, unit: "" },
                "The smaller, the heavier the tail; 1.1 to 1.5 is typical of file sizes.",
                "1.5",
            ),
            CaseField::new(
                "ratio",
                "Longest over shortest",
                Shape::Number { min: 2.0, max: 1e9, unit: "×" },
                "Where the tail is cut off.",
                "1000",
            ),
        ],
    },
    Case {
        value: "uniform",
        label: "Uniform",
        help: "Equally likely anywhere between two bounds.",
        fields: &[
            CaseField::new("low", "Shortest", Shape::span(Span::ZERO, MEAN_MAX), "The shortest.", "\"5ms\""),
            CaseField::new("high", "Longest", Shape::span(Span::ZERO, MEAN_MAX), "The longest.", "\"15ms\""),
        ],
    },
    Case {
        value: "empirical",
        label: "Empirical",
        help: "Durations as they were seen somewhere, each with its weight.",
        fields: &[CaseField::new(
            "values",
            "Values",
            Shape::Outcomes,
            "Durations, each with its weight behind it; without one it weighs 1.",
            "\"5ms 90, 20ms 9, 100ms 1\"",
        )],
    },
];

/// The shape of a field that holds a law.
pub const LAW: Shape = Shape::Variant { tag: "law", cases: LAW_CASES };

impl Law {
    /// Always `mean`.
    pub const fn constant(mean: Span) -> Self {
        Law::Constant { mean }
    }
    /// Exponential with this mean.
    pub const fn exponential(mean: Span) -> Self {
        Law::Exponential { mean }
    }
    /// Lognormal with this mean and coefficient of variation.
    pub const fn lognormal(mean: Span, cv: f64) -> Self {
        Law::Lognormal { mean, cv }
    }

    /// The mean.
    pub fn mean(&self) -> Span {
        match self {
            Law::Empirical { values } => values.mean(),
            Law::Constant { mean }
            | Law::Exponential { mean }
            | Law::Erlang { mean, .. }
            | Law::Gamma { mean, .. }
            | Law::Lognormal { mean, .. }
            | Law::Hyperexponential { mean, .. }
            | Law::BoundedPareto { mean, .. } => *mean,
            Law::Uniform { low, high } => low.half() + high.half(),
        }
    }

    /// The one duration this law gives, if it gives just one.
    pub fn fixed(&self) -> Option<Span> {
        match self {
            Law::Constant { mean } => Some(*mean),
            Law::Uniform { low, high } if low == high => Some(*low),
            Law::Empirical { values } => {
                let first = values.all()[0].0;
                values.all().iter().all(|(span, _)| *span == first).then_some(first)
            }
            _ if self.mean() == Span::ZERO => Some(Span::ZERO),
            _ => None,
        }
    }

    fn case(&self) -> &'static Case {
        let word = match self {
            Law::Constant { .. } => "constant",
            Law::Uniform { .. } => "uniform",
            Law::Exponential { .. } => "exponential",
            Law::Erlang { .. } => "erlang",
            Law::Gamma { .. } => "gamma",
            Law::Lognormal { .. } => "lognormal",
            Law::Hyperexponential { .. } => "hyperexponential",
            Law::BoundedPareto { .. } => "bounded-pareto",
            Law::Empirical { .. } => "empirical",
        };
        LAW_CASES.iter().find(|c| c.value == word).unwrap_or(&LAW_CASES[0])
    }
}

impl FieldValue for Law {
    fn to_json(&self) -> Json {
        let fields = match self {
            Law::Constant { mean } | Law::Exponential { mean } => vec![("mean", mean.to_json())],
            Law::Uniform { low, high } => vec![("low", low.to_json()), ("high", high.to_json())],
            Law::Erlang { mean, stages } => vec![("mean", mean.to_json()), ("stages", stages.to_json())],
            Law::Gamma { mean, cv } | Law::Lognormal { mean, cv } | Law::Hyperexponential { mean, cv } => {
                vec![("mean", mean.to_json()), ("cv", cv.to_json())]
            }
            Law::BoundedPareto { mean, alpha, ratio } => {
                vec![("mean", mean.to_json()), ("alpha", alpha.to_json()), ("ratio", ratio.to_json())]
            }
            Law::Empirical { values } => vec![("values", values.to_json())],
        };
        case_json("law", self.case().value, fields)
    }

    fn from_json(json: &Json) -> Option<Self> {
        let word = json.get("law")?.as_str()?;
        let case = LAW_CASES.iter().find(|c| c.value == word)?;
        let mean = || case_value::<Span>(json, case, "mean");
        let cv = || case_value::<f64>(json, case, "cv");
        Some(match word {
            "constant" => Law::Constant { mean: mean()? },
            "exponential" => Law::Exponential { mean: mean()? },
            "erlang" => Law::Erlang { mean: mean()?, stages: case_value(json, case, "stages")? },
            "gamma" => Law::Gamma { mean: mean()?, cv: cv()? },
            "lognormal" => Law::Lognormal { mean: mean()?, cv: cv()? },
            "hyperexponential" => Law::Hyperexponential { mean: mean()?, cv: cv()? },
            "bounded-pareto" => Law::BoundedPareto {
                mean: mean()?,
                alpha: case_value(json, case, "alpha")?,
                ratio: case_value(json, case, "ratio")?,
            },
            "empirical" => Law::Empirical { values: case_value(json, case, "values")? },
            _ => {
                let (low, high) =
                    (case_value::<Span>(json, case, "low")?, case_value::<Span>(json, case, "high")?);
                // Bounds given the wrong way round mean the same interval.
                Law::Uniform { low: low.min(high), high: low.max(high) }
            }
        })
    }
}
