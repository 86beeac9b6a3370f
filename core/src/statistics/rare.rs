//! Shares of what was seen a few times or never.

use super::batches::Interval;

/// The bounds of a share of which `seen` out of `of` were seen, each time by itself: Clopper and Pearson's, which contain the truth at least as often as
/// `confidence` says, also when nothing was seen.
///
/// C. J. Clopper and E. S. Pearson, *The use of confidence or fiducial limits*, Biometrika 26 (1934). Meant for small counts: takes time proportional
/// to `seen`. `None` when `of` is zero, smaller than `seen`, or the confidence not between 0 and 1.
///
/// ```
/// use tenfold::statistics::share_bounds;
/// // Nothing in a thousand: below 0.37 %, which is 1 − 0.025^(1/1000).
/// let never = share_bounds(0, 1_000, 0.95).unwrap();
/// assert_eq!(never.low, 0.0);
/// assert!((never.high - 0.003_682).abs() < 1e-6);
/// ```
pub fn share_bounds(seen: u64, of: u64, confidence: f64) -> Option<Interval> {
    if of == 0 || seen > of || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let tail = 0.5 * (1.0 - confidence);
    // The share at which so few would be seen that seldom, and the one at which so many would be.
    let high = if seen == of { 1.0 } else { share_where(|share| at_most(seen, of, share) > tail) };
    let low = if seen == 0 { 0.0 } else { share_where(|share| 1.0 - at_most(seen - 1, of, share) < tail) };
    Some(Interval { low, high })
}

/// The largest share for which `holds`, which holds for all smaller ones.
fn share_where(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    // As many halvings as find the digits of a share of one in 10¹⁸.
    for _ in 0..110 {
        let middle = 0.5 * (low + high);
        if holds(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The probability that at most `seen` of `of` are seen when each is with probability `share`.
fn at_most(seen: u64, of: u64, share: f64) -> f64 {
    let odds = share / (1.0 - share);
    // Logarithms, because the first term alone may be too small for a number.
    let mut term = of as f64 * libm::log1p(-share);
    let mut sum = libm::exp(term);
    for k in 0..seen {
        term += libm::log((of - k) as f64 / (k + 1) as f64 * odds);
        sum += libm::exp(term);
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_those_of_the_textbook() {
        // 10 of 100: 4.90 % to 17.62 % (Clopper–Pearson, any table); 1 of 10: 0.25 % to 44.50 %.
        for (seen, of, low, high) in
            [(10, 100, 0.0490, 0.1762), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129)]
        {
            let found = share_bounds(seen, of, 0.95).expect("it is defined");
            assert!(
                (found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5,
                "{seen} of {of}: {found:?}"
            );
        }
    }

    #[test]
    fn all_and_none_have_closed_forms_and_mirror_each_other() {
        for of in [1, 7, 1_000] {
            let none = share_bounds(0, of, 0.95).expect("it is defined");
            let all = share_bounds(of, of, 0.95).expect("it is defined");
            let truth = 1.0 - libm::pow(0.025, 1.0 / of as f64);
            assert!((none.high - truth).abs() < 1e-9 && (all.low - (1.0 - truth)).abs() < 1e-9, "{of}");
            assert_eq!((none.low, all.high), (0.0, 1.0));
        }
        assert_eq!(share_bounds(0, 0, 0.95), None);
        assert_eq!(share_bounds(2, 1, 0.95), None);
    }
}
