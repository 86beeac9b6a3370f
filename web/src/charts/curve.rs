//! From many samples to few points: at most two per pixel column, its least and its greatest, so that no peak is lost.

use super::store::Sample;

/// A curve ready to be drawn: `[seconds, value]`, a value that is not-a-number being a gap.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Curve {
    /// The points, in the order of time.
    pub(crate) points: Vec<[f64; 2]>,
}

/// The least and the greatest of the samples of one pixel column.
struct Bin {
    id: f64,
    least: [f64; 2],
    most: [f64; 2],
}

impl Bin {
    fn at(id: f64, point: [f64; 2]) -> Bin {
        Bin { id, least: point, most: point }
    }

    fn take(&mut self, point: [f64; 2]) {
        if point[1] < self.least[1] {
            self.least = point;
        }
        if point[1] > self.most[1] {
            self.most = point;
        }
    }

    /// Where the column begins and ends is less than a pixel away from these two, and a point costs what drawing costs.
    fn flush(self, points: &mut Vec<[f64; 2]>) {
        let (early, late) = match self.least[0] <= self.most[0] {
            true => (self.least, self.most),
            false => (self.most, self.least),
        };
        points.push(early);
        if early.map(f64::to_bits) != late.map(f64::to_bits) {
            points.push(late);
        }
    }
}

impl Curve {
    /// Keeps the least and the greatest of every column of `column_s` seconds.
    ///
    /// Columns are counted from time zero and not from the left edge, so that a curve that scrolls keeps its
    /// shape instead of shimmering. A column without any number is a gap.
    pub(crate) fn trace(samples: impl Iterator<Item = Sample>, column_s: f64) -> Curve {
        let mut points: Vec<[f64; 2]> = Vec::new();
        let mut open: Option<Bin> = None;
        let mut gap = false;
        for sample in samples {
            if sample.lo.is_nan() || sample.hi.is_nan() {
                gap = true;
                continue;
            }
            let id = libm::floor(sample.at_s / column_s);
            let (lo, hi) = ([sample.at_s, sample.lo], [sample.at_s, sample.hi]);
            match &mut open {
                Some(bin) if bin.id.to_bits() == id.to_bits() => {
                    bin.take(lo);
                    bin.take(hi);
                }
                _ => {
                    if let Some(bin) = open.take() {
                        bin.flush(&mut points);
                        if gap {
                            points.push([sample.at_s, f64::NAN]);
                        }
                    }
                    let mut bin = Bin::at(id, lo);
                    bin.take(hi);
                    open = Some(bin);
                }
            }
            gap = false;
        }
        if let Some(bin) = open {
            bin.flush(&mut points);
        }
        Curve { points }
    }

    /// The same curve later (or earlier) by so many seconds.
    pub(crate) fn shifted(mut self, by_s: f64) -> Curve {
        self.points.iter_mut().for_each(|point| point[0] += by_s);
        self
    }

    /// The same curve without the stretches at zero: where nothing fails, no warm line says so.
    pub(crate) fn without_zeros(mut self) -> Curve {
        let zero = |point: Option<&[f64; 2]>| point.is_none_or(|p| p[1] <= 0.0 || p[1].is_nan());
        let idle: Vec<bool> = (0..self.points.len())
            .map(|n| {
                let around = [n.checked_sub(1).and_then(|m| self.points.get(m)), self.points.get(n + 1)];
                zero(self.points.get(n)) && around.into_iter().all(zero)
            })
            .collect();
        self.points.iter_mut().zip(idle).filter(|(_, idle)| *idle).for_each(|(point, _)| point[1] = f64::NAN);
        self
    }

    /// Least and greatest value of the points from `from_s` to `to_s`, of the positive ones only where asked;
    /// `None` when there is no number.
    pub(crate) fn extent(&self, from_s: f64, to_s: f64, positive: bool) -> Option<[f64; 2]> {
        let counts = |value: f64| value.is_finite() && (value > 0.0 || !positive);
        let inside = self.points.iter().filter(|p| p[0] >= from_s && p[0] <= to_s && counts(p[1]));
        inside.map(|p| [p[1], p[1]]).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
    }

    /// The runs of points between gaps.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &[[f64; 2]]> {
        self.points.split(|point| point[1].is_nan()).filter(|run| !run.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> impl Iterator<Item = Sample> {
        values.iter().enumerate().map(|(n, v)| Sample { at_s: n as f64, lo: *v, hi: *v })
    }

    #[test]
    fn few_samples_stay_as_they_are() {
        let curve = Curve::trace(samples(&[1.0, 5.0, 2.0]), 0.5);
        assert_eq!(curve.points, [[0.0, 1.0], [1.0, 5.0], [2.0, 2.0]]);
    }

    #[test]
    fn a_peak_survives_and_points_are_bounded() {
        let mut values = vec![10.0; 100_000];
        values[54_321] = 900.0;
        values[54_322] = -3.0;
        let curve = Curve::trace(samples(&values), 200.0);
        assert!(curve.points.len() <= 2 * 500);
        assert_eq!(curve.extent(0.0, 1e6, false), Some([-3.0, 900.0]));
        assert!(curve.points.windows(2).all(|w| w[0][0] <= w[1][0]), "points stay in the order of time");
    }

    #[test]
    fn what_is_missing_is_a_gap() {
        let curve = Curve::trace(samples(&[1.0, f64::NAN, f64::NAN, 4.0, 5.0]), 0.5);
        let runs: Vec<usize> = curve.runs().map(<[_]>::len).collect();
        assert_eq!(runs, [1, 2]);
        assert_eq!(Curve::trace(samples(&[f64::NAN; 5]), 0.5).runs().count(), 0);
    }

    #[test]
    fn stretches_at_zero_can_be_left_out_but_not_the_way_down() {
        let curve = Curve::trace(samples(&[0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0]), 0.5).without_zeros();
        let runs: Vec<&[[f64; 2]]> = curve.runs().collect();
        assert_eq!(runs, [&[[2.0, 0.0], [3.0, 5.0], [4.0, 0.0]]]);
    }

    #[test]
    fn a_curve_that_scrolls_keeps_its_shape() {
        let values: Vec<f64> = (0..5000).map(|n| f64::from((n * 7919) % 101)).collect();
        let all = Curve::trace(samples(&values), 10.0);
        let later = Curve::trace(samples(&values).filter(|s| s.at_s >= 1000.0), 10.0);
        let tail: Vec<[f64; 2]> = all.points.iter().copied().filter(|p| p[0] >= 1000.0).collect();
        assert_eq!(later.points, tail);
    }

    #[test]
    fn an_envelope_becomes_a_stroke_from_least_to_most() {
        let curve = Curve::trace(std::iter::once(Sample { at_s: 1.0, lo: 2.0, hi: 9.0 }), 1.0);
        assert_eq!(curve.points, [[1.0, 2.0], [1.0, 9.0]]);
    }
}
