//! Intervals from batches: one long run cut into pieces, or a run repeated with other seeds.

use super::student::student_t;

/// What a batch has summed up, and over how much: seconds over requests, failures over requests, dollars over hours.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pair {
    /// The sum.
    pub sum: f64,
    /// What it is divided by.
    pub weight: f64,
}

/// Two ends between which the truth lies as often as was asked for.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Whether the truth lies inside, the ends included.
    pub fn contains(&self, truth: f64) -> bool {
        (self.low..=self.high).contains(&truth)
    }

    /// Half its width as a share of `figure`, which it belongs to: 0.02 is "± 2 %". `None` when the figure is zero.
    pub fn relative(&self, figure: f64) -> Option<f64> {
        let share = 0.5 * (self.high - self.low) / figure.abs();
        share.is_finite().then_some(share)
    }
}

/// Where batches come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batches {
    /// Runs that have nothing in common.
    Independent,
    /// One run cut into pieces, in their order: neighbours may be related, and the interval is widened for it.
    OfOneRun,
}

/// A ratio and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The sum of all sums over the sum of all weights.
    pub value: f64,
    /// The truth lies within ± so much of it, as often as was asked for.
    pub half_width: f64,
    /// How related neighbouring batches are, from −1 to 1, by von Neumann's ratio.
    pub related: f64,
}

/// Neighbouring batches that are related by more than this many standard deviations of what chance does are too short.
///
/// The 99th percentile of the normal distribution: one run in a hundred is called too short although it is not.
pub const RELATED: f64 = 2.326_347_874_040_841;

/// The ratio of what `batches` have summed up, and its interval.
///
/// Each batch differs from the common ratio by `sum − ratio × weight`; the variance of these differences gives the standard error, and Student's t
/// with one degree of freedom less than there are batches the half-width. For pieces of one run the standard error is multiplied by
/// √((1 + r)/(1 − r)), r being the correlation of neighbours where it is positive, at most 0.8: what an autoregression of first order makes of it.
///
/// Sound are 10 to 30 batches (B. Schmeiser, *Batch size effects in the analysis of simulation output*, Operations Research 30, 1982); the ratio:
/// A. M. Law, *Simulation Modeling and Analysis*, 5th edition, 9.5.3; the widening: A. Tafazzoli, J. R. Wilson and others, *Skart*, INFORMS Journal on
/// Computing 23 (2011).
///
/// `None` with fewer than two batches, without any weight, or when a number is not finite.
pub fn ratio(batches: &[Pair], of: Batches, confidence: f64) -> Option<Estimate> {
    let count = batches.len() as f64;
    let sum: f64 = batches.iter().map(|pair| pair.sum).sum();
    let weight: f64 = batches.iter().map(|pair| pair.weight).sum();
    let t = student_t(confidence, u32::try_from(batches.len()).ok()?.checked_sub(1)?)?;
    let value = sum / weight;
    let off: Vec<f64> = batches.iter().map(|pair| pair.sum - value * pair.weight).collect();
    let squares: f64 = off.iter().map(|x| x * x).sum();
    let mut error = (squares * count / (count - 1.0)).sqrt() / weight;
    if of == Batches::OfOneRun && squares > 0.0 {
        let next: f64 = off.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let r = (next / squares).clamp(0.0, 0.8);
        error *= ((1.0 + r) / (1.0 - r)).sqrt();
    }
    let estimate = Estimate { value, half_width: t * error, related: von_neumann(&off).0 };
    (value.is_finite() && estimate.half_width.is_finite()).then_some(estimate)
}

/// How related neighbours of a series are, by von Neumann's ratio, and how many standard deviations that is off what unrelated values give.
///
/// One minus the sum of squared steps over twice the sum of squared deviations: the correlation of neighbours, without the bias that the ends of a short series
/// bring. For n unrelated values its variance is (n − 2)/(n² − 1) (J. von Neumann, Annals of Mathematical Statistics 12, 1941). A series of equal
/// values, or of fewer than three, is related to nothing: `(0, 0)`.
///
/// ```
/// use tenfold::statistics::von_neumann;
/// let rising: Vec<f64> = (0..20).map(f64::from).collect();
/// assert!(von_neumann(&rising).1 > 4.0);
/// let swinging: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
/// assert!(von_neumann(&swinging).1 < -4.0);
/// ```
pub fn von_neumann(series: &[f64]) -> (f64, f64) {
    let count = series.len() as f64;
    let mean = series.iter().sum::<f64>() / count;
    let squares: f64 = series.iter().map(|x| (x - mean) * (x - mean)).sum();
    let steps: f64 = series.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    if series.len() < 3 || squares <= 0.0 {
        return (0.0, 0.0);
    }
    let related = 1.0 - steps / (2.0 * squares);
    (related, related / ((count - 2.0) / (count * count - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, exponential with mean 1.
    fn noise(seed: u64) -> impl FnMut() -> f64 {
        let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        move || {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            -libm::log(((x >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0)
        }
    }

    /// How many of 2,000 intervals contain the truth; for a true 95 % the count is within 1,868 and 1,930 but once in a thousand times.
    fn covered(of: Batches, run: impl Fn(u64) -> (Vec<Pair>, f64)) -> usize {
        let holds = |seed| {
            let (pairs, truth) = run(seed);
            let seen = ratio(&pairs, of, 0.95).expect("there are batches");
            (seen.value - truth).abs() <= seen.half_width
        };
        (1..=2_000).filter(|seed| holds(*seed)).count()
    }

    #[test]
    fn the_interval_of_independent_values_is_students() {
        // Law, table of ten waiting times: mean 1.34, variance 0.17; ± 1.833 √(0.17/10) at 90 %.
        let values = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
        let pairs: Vec<Pair> = values.iter().map(|x| Pair { sum: *x, weight: 1.0 }).collect();
        let seen = ratio(&pairs, Batches::Independent, 0.90).expect("there are ten");
        assert!((seen.value - 1.343).abs() < 1e-12);
        assert!((seen.half_width - 0.24).abs() < 0.005, "{}", seen.half_width);
    }

    #[test]
    fn intervals_of_independent_batches_contain_the_truth_as_often_as_they_say() {
        let count = covered(Batches::Independent, |seed| {
            let mut next = noise(seed);
            // Weights differ as well: so many values, their sum.
            let batch = |_| {
                let weight = 40 + (next() * 10.0) as u32;
                Pair { sum: (0..weight).map(|_| next()).sum(), weight: f64::from(weight) }
            };
            ((0..16).map(batch).collect(), 1.0)
        });
        assert!((1_868..=1_930).contains(&count), "{count}");
    }

    #[test]
    fn intervals_of_related_batches_contain_it_nearly_as_often_and_would_not_without_the_widening() {
        let series = |seed: u64| {
            let mut next = noise(seed);
            let mut level = 0.0;
            let mut batch = |_| {
                level = 0.4 * level + (next() + next() + next() + next() - 4.0);
                Pair { sum: level, weight: 1.0 }
            };
            (0..20).for_each(|i| _ = batch(i));
            ((0..20).map(batch).collect::<Vec<_>>(), 0.0)
        };
        let widened = covered(Batches::OfOneRun, series);
        let narrow = covered(Batches::Independent, series);
        assert!(widened >= 1_700 && widened > narrow + 100, "{widened}, {narrow}");
    }

    #[test]
    fn von_neumann_finds_relation_and_is_seldom_wrong_about_its_absence() {
        let test = |related: f64| {
            let found = |seed: u64| {
                let mut next = noise(seed);
                let mut level = 0.0;
                let mut value = |_| {
                    level = related * level + (next() - 1.0);
                    level
                };
                von_neumann(&(0..20).map(&mut value).collect::<Vec<_>>()).1 > RELATED
            };
            (1..=1_000).filter(|seed| found(*seed)).count()
        };
        // One in a hundred by construction; at most 22 but once in a thousand times.
        assert!(test(0.0) <= 22, "{}", test(0.0));
        assert!(test(0.9) >= 850, "{}", test(0.9));
    }

    #[test]
    fn what_says_nothing_has_no_interval() {
        let pair = Pair { sum: 1.0, weight: 2.0 };
        assert_eq!(ratio(&[], Batches::Independent, 0.95), None);
        assert_eq!(ratio(&[pair], Batches::Independent, 0.95), None);
        assert_eq!(ratio(&[Pair::default(); 5], Batches::OfOneRun, 0.95), None);
        let same = ratio(&[pair; 5], Batches::OfOneRun, 0.95).expect("there are five");
        assert_eq!((same.value, same.half_width, same.related), (0.5, 0.0, 0.0));
        assert_eq!(Interval { low: 0.0, high: 1.0 }.relative(0.0), None);
    }
}
