//! Durations with weights, as one text: `5ms 90, 20ms 9, 1s 1`.

use super::value::FieldValue;
use crate::units::Span;
use serde_json::Value as Json;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// As many durations as may be given.
const OUTCOMES_MAX: usize = 1000;
/// The longest of them.
const LONGEST: Span = Span::from_secs(86_400);

/// Durations, each as likely as its weight says against the others'; a weight left out is 1.
///
/// ```
/// use tenfold::model::Outcomes;
/// use tenfold::units::Span;
/// let seen: Outcomes = "5ms 90, 20ms 9, 1s 1".parse().unwrap();
/// assert_eq!(seen.mean(), Span::from_micros(16_300));
/// assert_eq!(seen.to_string(), "5ms 90, 20ms 9, 1s 1");
/// assert_eq!("1ms,3ms".parse::<Outcomes>().unwrap().mean(), Span::from_millis(2));
/// assert!("1ms 0".parse::<Outcomes>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Outcomes(Arc<[(Span, f64)]>);

impl Outcomes {
    /// What a field that holds this expects.
    pub const EXPECTED: &'static str =
        "up to 1000 durations of at most \"1d\", each with its weight, such as \"5ms 90, 20ms 9, 1s 1\"";

    /// Each duration with its weight, as they were given.
    pub fn all(&self) -> &[(Span, f64)] {
        &self.0
    }

    /// The mean.
    pub fn mean(&self) -> Span {
        let total: f64 = self.0.iter().map(|(_, weight)| weight).sum();
        Span::from_secs_f64(self.0.iter().map(|(span, weight)| span.secs() * (weight / total)).sum())
    }

    /// Standard deviation over mean; 0 when the mean is 0.
    pub fn cv(&self) -> f64 {
        let total: f64 = self.0.iter().map(|(_, weight)| weight).sum();
        let moment = |power: fn(f64) -> f64| -> f64 {
            self.0.iter().map(|(span, weight)| power(span.secs()) * (weight / total)).sum()
        };
        let (mean, square) = (moment(|x| x), moment(|x| x * x));
        if mean <= 0.0 { 0.0 } else { (square - mean * mean).max(0.0).sqrt() / mean }
    }
}

/// A text is no list of durations with weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoOutcomes;

impl FromStr for Outcomes {
    type Err = NoOutcomes;

    fn from_str(text: &str) -> Result<Self, NoOutcomes> {
        let mut all = Vec::new();
        for part in text.split(',') {
            all.push(outcome(part.trim()).ok_or(NoOutcomes)?);
        }
        let total: f64 = all.iter().map(|(_, weight)| weight).sum();
        let fits = all.len() <= OUTCOMES_MAX && total > 0.0 && total.is_finite();
        if fits { Ok(Outcomes(all.into())) } else { Err(NoOutcomes) }
    }
}

/// A duration and, behind a space, its weight.
fn outcome(text: &str) -> Option<(Span, f64)> {
    let weighted =
        text.rsplit_once(' ').and_then(|(span, weight)| Some((span, crate::number::read(weight)?)));
    let (span, weight) = weighted.unwrap_or((text, 1.0));
    let span: Span = span.trim().parse().ok()?;
    (span <= LONGEST && weight >= 0.0 && weight.is_finite()).then_some((span, weight))
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All weights or none.
        let weighted = self.0.iter().any(|(_, weight)| (weight - 1.0).abs() > 0.0);
        for (place, (span, weight)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{span}")?;
            if weighted {
                write!(f, " {weight}")?;
            }
        }
        Ok(())
    }
}

impl FieldValue for Outcomes {
    fn to_json(&self) -> Json {
        self.to_string().into()
    }
    fn from_json(json: &Json) -> Option<Self> {
        json.as_str()?.parse().ok()
    }
}
