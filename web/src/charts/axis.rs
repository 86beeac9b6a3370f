//! The value axis of a chart: from a number to a height, linear from zero or logarithmic.

use super::ticks;

/// A range narrower than this share of the axis lets the axis shrink; a wider one leaves it alone, so that
/// noise around a nice number does not make the whole chart jump.
const SHRINK_BELOW: f64 = 0.55;

/// A value axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// The value at the bottom.
    pub(crate) lo: f64,
    /// The value at the top.
    pub(crate) hi: f64,
    /// Whether equal heights are equal factors.
    pub(crate) log: bool,
    /// The values with a line and a label.
    pub(crate) ticks: Vec<f64>,
}

impl Axis {
    /// The axis for values from `lo` to `hi` with about `want` steps, kept as `before` where that still fits.
    ///
    /// A linear axis starts at zero. A logarithmic one spans at least a decade; `lo` must then be positive, and
    /// is taken as a tenth of `hi` when it is not.
    pub(crate) fn fitting(lo: f64, hi: f64, log: bool, want: usize, before: Option<&Axis>) -> Axis {
        if let Some(axis) = before.filter(|axis| axis.log == log && axis.still_fits(lo, hi)) {
            return axis.clone();
        }
        if log { Axis::log(lo, hi, want) } else { Axis::linear(hi, want) }
    }

    fn linear(hi: f64, want: usize) -> Axis {
        let ticks = ticks::linear(hi, want);
        Axis { lo: 0.0, hi: ticks[ticks.len() - 1], log: false, ticks }
    }

    fn log(lo: f64, hi: f64, want: usize) -> Axis {
        let hi = if hi.is_finite() && hi > 0.0 { hi } else { 1.0 };
        let lo = if lo.is_finite() && lo > 0.0 && lo <= hi { lo } else { hi / 10.0 };
        let (mut bottom, mut top) = (ticks::nice_below(lo / 1.05), ticks::nice_above(hi * 1.05));
        while top / bottom < 9.9 {
            bottom = ticks::nice_below(bottom / 1.5);
            if top / bottom < 9.9 {
                top = ticks::nice_above(top * 1.5);
            }
        }
        Axis { lo: bottom, hi: top, log: true, ticks: ticks::log(bottom, top, want + 1) }
    }

    fn still_fits(&self, lo: f64, hi: f64) -> bool {
        if !hi.is_finite() {
            return true;
        }
        if !self.log {
            return hi <= self.hi && hi > self.hi * SHRINK_BELOW;
        }
        let decades = |a: f64, b: f64| libm::log10(b / a);
        let wide = decades(lo, hi) > (SHRINK_BELOW * decades(self.lo, self.hi) - 0.6).max(0.0);
        let near = decades(self.lo, lo) < 1.0 && decades(hi, self.hi) < 1.0;
        lo >= self.lo && hi <= self.hi && wide && near
    }

    /// How high a value stands: 0 at the bottom, 1 at the top, beyond them outside. What a logarithm cannot
    /// show (zero and less) stands at the bottom.
    pub(crate) fn height(&self, value: f64) -> f64 {
        if !self.log {
            return (value - self.lo) / (self.hi - self.lo);
        }
        if value <= self.lo {
            return 0.0;
        }
        libm::log10(value / self.lo) / libm::log10(self.hi / self.lo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_run_from_bottom_to_top() {
        let linear = Axis::fitting(0.0, 3500.0, false, 4, None);
        assert!((linear.height(2000.0) - 0.5).abs() < 1e-12);
        let log = Axis::fitting(0.02, 5.0, true, 4, None);
        assert!(log.height(log.lo).abs() < 1e-12 && (log.height(log.hi) - 1.0).abs() < 1e-12);
        assert!(log.height(0.0).abs() < 1e-12, "zero stands at the bottom of a log axis");
    }

    #[test]
    fn noise_around_a_nice_number_does_not_move_the_axis() {
        let first = Axis::fitting(0.0, 4010.0, false, 4, None);
        let second = Axis::fitting(0.0, 3990.0, false, 4, Some(&first));
        assert_eq!(first, second);
        let third = Axis::fitting(0.0, 900.0, false, 4, Some(&first));
        assert!(third.hi < 2000.0, "but a real fall does");
    }

    #[test]
    fn a_log_axis_spans_a_decade_and_holds_the_data() {
        for (lo, hi) in [(0.04, 0.05), (1e-4, 30.0), (0.0, 0.5), (f64::NAN, f64::NAN), (0.1, 0.1)] {
            let axis = Axis::fitting(lo, hi, true, 4, None);
            assert!(axis.hi / axis.lo >= 9.9 && axis.ticks.len() >= 2, "{lo} {hi}: {axis:?}");
            assert!(!hi.is_finite() || axis.hi >= hi, "{axis:?}");
        }
    }

    #[test]
    fn switching_between_linear_and_log_makes_a_new_axis() {
        let linear = Axis::fitting(0.01, 1.0, false, 4, None);
        assert!(Axis::fitting(0.01, 1.0, true, 4, Some(&linear)).log);
    }
}
