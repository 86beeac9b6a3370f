//! Predicted and measured, line by line.

use super::{Predicted, Quantity, Standing};
use serde::Serialize;

/// A figure, predicted and measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Line {
    /// What it is.
    pub quantity: Quantity,
    /// What theory says.
    pub predicted: f64,
    /// How far that is to be trusted.
    pub standing: Standing,
    /// What the run measured; `None` where there was nothing to measure.
    pub measured: Option<f64>,
    /// Measured over predicted, less 1; `None` where that is no number.
    pub deviation: Option<f64>,
}

/// A component's figures, predicted beside measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beside {
    /// Its id.
    pub component: String,
    /// The formula, as `M/M/4`; empty where none is used.
    pub formula: String,
    /// In the order of [`Quantity::ALL`].
    pub lines: Vec<Line>,
    /// In sentences: which assumptions fail, and what else is to be known.
    pub remarks: Vec<String>,
}

impl Line {
    pub(super) fn new(figure: Predicted, measured: f64) -> Line {
        let Predicted { quantity, value, standing } = figure;
        let deviation = measured / value - 1.0;
        Line {
            quantity,
            predicted: value,
            standing,
            measured: measured.is_finite().then_some(measured),
            deviation: deviation.is_finite().then_some(deviation),
        }
    }

    /// Appends the line to `out` as four numbers, for a message that carries nothing else.
    pub fn write(&self, out: &mut Vec<f64>) {
        let measured = self.measured.unwrap_or(f64::NAN);
        out.extend([
            f64::from(self.quantity as u8),
            self.predicted,
            f64::from(self.standing as u8),
            measured,
        ]);
    }

    /// Reads back what [`Line::write`] wrote; `None` when it is something else.
    ///
    /// ```
    /// use tenfold::theory::beside::{Line, predict};
    /// let model = tenfold::presets::by_slug("mm1").unwrap().model();
    /// for line in predict(&model, &|_| None)[1].beside(None).lines {
    ///     let mut numbers = Vec::new();
    ///     line.write(&mut numbers);
    ///     assert_eq!(Line::read(&numbers), Some(line));
    /// }
    /// ```
    pub fn read(row: &[f64]) -> Option<Line> {
        let [quantity, value, standing, measured] = *row else { return None };
        let quantity = *Quantity::ALL.get(quantity as usize)?;
        let all = [Standing::Exact, Standing::Approximate, Standing::AtLeast];
        let standing = *all.get(standing as usize)?;
        Some(Line::new(Predicted { quantity, value, standing }, measured))
    }
}
