//! How throughput grows with the number of servers when they disturb each other: the universal scalability law.

use super::{Answer, NoAnswer, argument, at_least_one, at_least_zero};

/// Share of the work that is done one after the other, and of the work of agreeing pair by pair.
fn checked(contention: f64, coherency: f64) -> Answer<(f64, f64)> {
    let wanted = "a share from 0 to 1";
    Ok((
        argument("contention", contention, wanted, (0.0..=1.0).contains(&contention))?,
        argument("coherency", coherency, wanted, (0.0..=1.0).contains(&coherency))?,
    ))
}

/// The throughput of `n` servers, in the unit of `throughput_of_one`.
///
/// A model to be fitted to measurements, not a law of queues: n/(1 + σ(n − 1) + κn(n − 1)) times that of one. `contention` σ is the share of work that only one
/// can do at a time (alone, it is Amdahl's law), `coherency` κ the cost of agreeing between each two; both from 0 to 1. `n` may be users instead of servers.
/// Source: Gunther, Guerrilla Capacity Planning, 2007.
///
/// ```
/// // Schwartz's measurements, fitted: 995.6/s with one, 12,342/s with 35, fewer with 50.
/// let at = |n| tenfold::theory::scaling::throughput(995.6486, 0.02671591, 7.690945e-4, n).unwrap();
/// assert!((at(35) - 12_342.0).abs() < 1.0);
/// assert!((at(50) - 11_872.0).abs() < 1.0);
/// ```
pub fn throughput(throughput_of_one: f64, contention: f64, coherency: f64, n: u32) -> Answer {
    let (contention, coherency) = checked(contention, coherency)?;
    let one = at_least_zero("throughput_of_one", throughput_of_one)?;
    let n = at_least_one("n", n)?;
    Ok(one * n / (1.0 + (contention + coherency * n) * (n - 1.0)))
}

/// The number of servers beyond which more servers do less: √((1 − σ)/κ), not rounded; at least 1.
///
/// [`NoAnswer::NoSuchPoint`] where `coherency` is 0: throughput then only grows, towards 1/σ times that of one. Model and source: as [`throughput`].
///
/// ```
/// let peak = tenfold::theory::scaling::peak(0.02671591, 7.690945e-4).unwrap();
/// assert!((peak - 35.57).abs() < 0.01);
/// ```
pub fn peak(contention: f64, coherency: f64) -> Answer {
    let (contention, coherency) = checked(contention, coherency)?;
    if coherency <= 0.0 {
        return Err(NoAnswer::NoSuchPoint("without coherency costs, throughput has no peak: it only grows"));
    }
    Ok(libm::sqrt((1.0 - contention) / coherency.max(1e-300)).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::check::{COUNTS, RUBBISH, close, sane};
    use super::*;

    #[test]
    fn the_published_fit_gives_its_published_throughputs() {
        for (n, x) in
            [(1, 995.6486), (8, 6475.0), (16, 10_049.0), (20, 11_064.0), (35, 12_342.0), (50, 11_872.0)]
        {
            let found = throughput(995.6486, 0.026_715_91, 7.690_945e-4, n).unwrap();
            assert!((found - x).abs() < 1.0, "{found}");
        }
    }

    #[test]
    fn throughput_is_highest_at_the_peak() {
        let (contention, coherency) = (0.05, 5e-4);
        let n = peak(contention, coherency).unwrap().round() as u32;
        assert_eq!(n, 44);
        let at = |n| throughput(1.0, contention, coherency, n).unwrap();
        assert!(at(n) >= at(n - 1) && at(n) >= at(n + 1));
    }

    #[test]
    fn contention_alone_is_amdahls_law_and_nothing_at_all_is_linear() {
        close(throughput(1.0, 0.1, 0.0, 10).unwrap(), 1.0 / (0.1 + 0.9 / 10.0), 1e-12);
        close(throughput(3.0, 0.0, 0.0, 7).unwrap(), 21.0, 1e-12);
        assert!(matches!(peak(0.1, 0.0), Err(NoAnswer::NoSuchPoint(_))));
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for b in RUBBISH {
                sane(peak(a, b));
                for c in RUBBISH {
                    for n in COUNTS {
                        sane(throughput(a, b, c, n));
                    }
                }
            }
        }
    }
}
