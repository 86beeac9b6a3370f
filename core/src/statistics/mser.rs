//! Where a run has forgotten how it began.

/// The observations that are averaged into one before the rule looks at them.
pub const MSER_GROUP: usize = 5;

/// The fewest observations that the rule says anything about: ten groups.
pub const MSER_MIN: usize = 10 * MSER_GROUP;

/// How many observations at the start of `series` to leave out, by the rule MSER-5.
///
/// The series is averaged in groups of five. Cut off are as many groups as give the rest the smallest estimated squared error of its
/// mean: the rest's sum of squared deviations over the square of its length. Only cuts before the middle are taken, because near its end a
/// series looks settled by chance.
///
/// `None` when the series is shorter than [`MSER_MIN`], when a value is not a number, or when the smallest error lies at the middle or later:
/// then the series has not settled, and a longer one is needed.
///
/// K. P. White, *An effective truncation heuristic for bias reduction in simulation output*, Simulation 69 (1997); W. W. Franklin and
/// K. P. White, *Stationarity tests and MSER-5*, Winter Simulation Conference (2008). Works with any unit; takes time proportional to the series.
///
/// ```
/// use tenfold::statistics::mser5;
/// let settling: Vec<f64> = (0..400).map(|i| if i < 60 { 60.0 - f64::from(i) } else { f64::from(i % 3) }).collect();
/// let cut = mser5(&settling).unwrap();
/// assert!((50..=70).contains(&cut));
/// // One that only grows never settles.
/// let growing: Vec<f64> = (0..400).map(f64::from).collect();
/// assert_eq!(mser5(&growing), None);
/// ```
pub fn mser5(series: &[f64]) -> Option<usize> {
    if series.len() < MSER_MIN || series.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let groups: Vec<f64> =
        series.chunks_exact(MSER_GROUP).map(|group| group.iter().sum::<f64>() / MSER_GROUP as f64).collect();
    let middle = groups.len() / 2;
    let mut best = (f64::INFINITY, 0);
    // From the end, with Welford's update: differences of sums of squares would lose the digits that matter.
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for (cut, value) in groups.iter().enumerate().rev() {
        count += 1.0;
        let step = value - mean;
        mean += step / count;
        squares += step * (value - mean);
        // Of equal errors, the earlier cut keeps more. A handful at the end has hardly any spread, and says nothing.
        if count >= 5.0 && squares / (count * count) <= best.0 {
            best = (squares / (count * count), cut);
        }
    }
    (best.1 < middle).then_some(best.1 * MSER_GROUP)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition, in quadratic time.
    fn by_definition(series: &[f64]) -> usize {
        let groups: Vec<f64> = series.chunks_exact(5).map(|g| g.iter().sum::<f64>() / 5.0).collect();
        let error = |cut: usize| {
            let rest = &groups[cut..];
            let n = rest.len() as f64;
            let mean = rest.iter().sum::<f64>() / n;
            rest.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n * n)
        };
        let cuts = 0..=groups.len() - 5;
        5 * cuts.min_by(|a, b| error(*a).total_cmp(&error(*b))).expect("there are cuts")
    }

    /// Numbers without a pattern, from 0 to 1.
    fn noise(seed: u64, n: usize) -> Vec<f64> {
        let mut x = seed;
        let mut next = || {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (x >> 33) as f64 / (1_u64 << 31) as f64
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn it_is_what_the_definition_says() {
        for seed in 0..50 {
            let mut series = noise(seed, 300);
            for (i, x) in series.iter_mut().enumerate() {
                *x += 4.0 * libm::exp(-(i as f64) / (1.0 + seed as f64));
            }
            let truth = by_definition(&series);
            assert_eq!(mser5(&series), (truth < 150).then_some(truth), "{seed}");
        }
    }

    #[test]
    fn a_settled_series_keeps_nearly_all() {
        let cuts: Vec<usize> = (0..50).filter_map(|seed| mser5(&noise(seed, 1_000))).collect();
        assert!(cuts.len() >= 40, "{cuts:?}");
        let mean = cuts.iter().sum::<usize>() as f64 / cuts.len() as f64;
        assert!(mean < 150.0, "{mean}");
    }

    #[test]
    fn short_broken_and_unsettled_series_have_no_cut() {
        assert_eq!(mser5(&[1.0; 49]), None);
        assert_eq!(mser5(&[1.0; 50]), Some(0));
        let mut broken = vec![1.0; 100];
        broken[70] = f64::NAN;
        assert_eq!(mser5(&broken), None);
        let growing: Vec<f64> = (0..1_000).map(|i| f64::from(i) * f64::from(i)).collect();
        assert_eq!(mser5(&growing), None);
    }
}
