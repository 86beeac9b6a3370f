//! Quorums: how many of the replicas of a key must answer, and what follows from it.
//!
//! ```
//! use tenfold::policy::quorum::{missed, overlap, unavailability};
//! // Three replicas, two answers each: whoever reads asks at least one that has the last write.
//! assert!(overlap(3, 2, 2) && missed(3, 2, 2) == 0.0);
//! // One answer each: two reads in three miss a write that only one replica has yet.
//! assert!(!overlap(3, 1, 1) && (missed(3, 1, 1) - 2.0 / 3.0).abs() < 1e-12);
//! // With nodes that are up 99 % of the time, two of three are not enough for 3 in 10,000.
//! assert!((unavailability(3, 2, 0.99) - 2.98e-4).abs() < 1e-6);
//! ```

/// Whether every `read` of `replicas` and every `write` of them have one in common, so that a read sees the last write.
///
/// Source: Gifford, Weighted Voting for Replicated Data, 1979.
pub const fn overlap(replicas: u32, read: u32, write: u32) -> bool {
    read as u64 + write as u64 > replicas as u64
}

/// Whether so many of `replicas` are more than half of them: two such groups never decide apart from each other.
pub const fn is_majority(replicas: u32, of: u32) -> bool {
    overlap(replicas, of, of)
}

/// Chance that `read` replicas drawn from `replicas` are none of the `write` that have a write: C(n − w, r) / C(n, r).
///
/// Source: Bailis et al., Probabilistically Bounded Staleness for Practical Partial Quorums, 2012.
pub fn missed(replicas: u32, read: u32, write: u32) -> f64 {
    let without = replicas.saturating_sub(write);
    if read > without {
        return 0.0;
    }
    (0..read).map(|i| f64::from(without - i) / f64::from(replicas - i)).product()
}

/// Mean of the `k`-th smallest of `n` exponential times of mean `mean`: what a quorum of k waits for when all n are asked at once.
///
/// It is mean · (1/n + 1/(n − 1) + … + 1/(n − k + 1)): each of those that are left ends first. `None` unless 1 ≤ k ≤ n.
///
/// ```
/// use tenfold::policy::quorum::kth_exponential;
/// // The second of three: 1/3 + 1/2.
/// assert!(kth_exponential(3, 2, 6.0).is_some_and(|mean| (mean - 5.0).abs() < 1e-12));
/// ```
pub fn kth_exponential(n: u32, k: u32, mean: f64) -> Option<f64> {
    (1..=n).contains(&k).then(|| (n - k + 1..=n).map(|left| mean / f64::from(left)).sum())
}

/// Chance that fewer than `needed` of `replicas` are up, each by itself with chance `up`.
///
/// Nodes fail together more often than that: a zone takes all of its nodes along.
pub fn unavailability(replicas: u32, needed: u32, up: f64) -> f64 {
    // The small terms are added, rather than the large ones taken from 1: nothing is lost to rounding.
    let down = 1.0 - up;
    (0..needed.min(replicas + 1))
        .map(|k| choose(replicas, k) * power(up, k) * power(down, replicas - k))
        .sum()
}

fn choose(n: u32, k: u32) -> f64 {
    (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product()
}

/// Whole powers by multiplication: the same on every platform.
fn power(x: f64, n: u32) -> f64 {
    (0..n).map(|_| x).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unavailability_is_that_of_the_table() {
        for (replicas, needed, truth) in
            [(3, 2, 2.98e-4), (5, 3, 9.85e-6), (1, 1, 1e-2), (3, 1, 1e-6), (3, 3, 2.97e-2)]
        {
            let seen = unavailability(replicas, needed, 0.99);
            assert!((seen / truth - 1.0).abs() < 1e-3, "{needed} of {replicas}: {seen}");
        }
        for replicas in 1..12 {
            assert!(unavailability(replicas, 0, 0.5).abs() < 1e-15, "none is always there");
            assert!(
                (unavailability(replicas, replicas + 1, 0.9) - 1.0).abs() < 1e-12,
                "more than all never are"
            );
        }
    }

    #[test]
    fn the_first_and_the_last_of_exponentials_are_least_and_greatest() {
        for n in 1..12 {
            let harmonic: f64 = (1..=n).map(|k| 1.0 / f64::from(k)).sum();
            let close =
                |k, truth: f64| kth_exponential(n, k, 1.0).is_some_and(|mean| (mean - truth).abs() < 1e-12);
            assert!(close(1, 1.0 / f64::from(n)) && close(n, harmonic));
            assert!(kth_exponential(n, 0, 1.0).is_none() && kth_exponential(n, n + 1, 1.0).is_none());
        }
    }

    #[test]
    fn nothing_is_missed_exactly_where_quorums_overlap() {
        for n in 1..=9 {
            for (r, w) in (1..=n).flat_map(|r| (1..=n).map(move |w| (r, w))) {
                assert_eq!(overlap(n, r, w), missed(n, r, w) <= 0.0, "{n}, {r}, {w}");
                assert!((0.0..1.0).contains(&missed(n, r, w)));
            }
            assert!(is_majority(n, n / 2 + 1) && !is_majority(n, n / 2));
        }
        // C(3, 2) / C(5, 2).
        assert!((missed(5, 2, 2) - 0.3).abs() < 1e-12);
    }
}
