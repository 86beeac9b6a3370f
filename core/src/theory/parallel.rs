//! The slowest of several: fan-out, fork and join.

use super::{Answer, NoAnswer, at_least_one, first_time, positive, quantile_below_one, single};

/// The n-th harmonic number, 1 + 1/2 + … + 1/n.
fn harmonic(n: f64) -> f64 {
    if n <= 100.0 {
        let (mut sum, mut k) = (0.0, n);
        while k >= 1.0 {
            sum += 1.0 / k;
            k -= 1.0;
        }
        return sum;
    }
    // Euler and Maclaurin; the next term is below 10⁻¹⁴.
    let square = n * n;
    libm::log(n) + 0.577_215_664_901_532_9 + 0.5 / n - 1.0 / (12.0 * square) + 1.0 / (120.0 * square * square)
}

/// Mean of the longest of `n` independent exponential times of mean `mean_s` seconds each, in seconds: the n-th harmonic number of them.
///
/// Exact. `n` at least 1. Source: Rényi, On the Theory of Order Statistics, 1953.
///
/// ```
/// // A hundred shards of 10 ms each: the request takes 52 ms.
/// let mean_s = tenfold::theory::parallel::mean_of_slowest_s(0.010, 100).unwrap();
/// assert!((mean_s - 0.0519).abs() < 1e-4);
/// ```
pub fn mean_of_slowest_s(mean_s: f64, n: u32) -> Answer {
    Ok(positive("mean_s", mean_s)? * harmonic(at_least_one("n", n)?))
}

/// The share of each of `n` independent times that must be in bound so that a share `quantile` of the slowest is: its n-th root.
///
/// Exact for times of any law, alike or not in all else. Source: order statistics, as David, Order Statistics, 1970.
///
/// ```
/// // The median over a hundred shards is each one's p99.3.
/// let each = tenfold::theory::parallel::quantile_of_each(0.5, 100).unwrap();
/// assert!((each - 0.99309).abs() < 1e-5);
/// ```
pub fn quantile_of_each(quantile: f64, n: u32) -> Answer {
    Ok(libm::pow(quantile_below_one(quantile)?, 1.0 / at_least_one("n", n)?))
}

/// The time in seconds that a share `quantile` of the slowest of `n` independent exponential times of mean `mean_s` seconds does not exceed. Exact.
///
/// ```
/// let p99_s = tenfold::theory::parallel::slowest_quantile_s(0.010, 100, 0.99).unwrap();
/// assert!((p99_s - 0.0921).abs() < 1e-4);
/// ```
pub fn slowest_quantile_s(mean_s: f64, n: u32, quantile: f64) -> Answer {
    let n = at_least_one("n", n)?;
    let q = quantile_below_one(quantile)?;
    // 1 − q^(1/n) without loss of digits where n is large.
    Ok(-positive("mean_s", mean_s)? * libm::log(-libm::expm1(libm::log(q) / n)))
}

/// The time in seconds that a share `quantile` of the slowest of several independent times does not exceed, from each one's distribution function.
///
/// Exact, by bisection of the product of `shares`, each of which gives the share of its times that do not exceed so many seconds: from 0 to 1, not
/// falling. [`NoAnswer::NoSuchPoint`] where the product never gets so far, or is not a number. Source: as [`quantile_of_each`].
///
/// ```
/// let exponential = |mean_s: f64| move |t_s: f64| -libm::expm1(-t_s / mean_s);
/// let shares = [exponential(0.010), exponential(0.010), exponential(0.050)];
/// let p99_s = tenfold::theory::parallel::slowest_of_s(&shares, 0.99).unwrap();
/// assert!((p99_s - 0.230).abs() < 0.001);
/// ```
pub fn slowest_of_s<F: Fn(f64) -> f64>(shares: &[F], quantile: f64) -> Answer {
    let q = quantile_below_one(quantile)?;
    let none = "the shares of times never multiply to the quantile asked for";
    first_time(|t| shares.iter().map(|share| share(t)).product::<f64>() >= q)
        .ok_or(NoAnswer::NoSuchPoint(none))
}

/// Fork and join of M/M/1: mean time in seconds until the last of `n` parts is done, one at each of `n` servers. **An approximation** for n above 2.
///
/// Every arrival sends a part to each of `n` servers, with exponential service of mean `service_s` each; it is done when all are. Exact for `n` = 1 and 2
/// (Flatto and Hahn, 1984); for 3 to 32, where it was fitted, within 5 % (Nelson and Tantawi, Approximate Analysis of Fork/Join Synchronization in Parallel
/// Queues, 1988); beyond 32 no answer.
///
/// ```
/// let sojourn_s = tenfold::theory::parallel::fork_join_mean_s(50.0, 0.010, 2).unwrap();
/// assert!((sojourn_s - 0.02875).abs() < 1e-9);
/// ```
pub fn fork_join_mean_s(arrivals_per_s: f64, service_s: f64, n: u32) -> Answer {
    let parts = super::argument("n", f64::from(n), "from 1 to 32", (1..=32).contains(&n))?;
    let rho = single::utilisation(arrivals_per_s, service_s)?;
    let one_s = single::mean_sojourn_s(arrivals_per_s, service_s)?;
    if n == 1 {
        return Ok(one_s);
    }
    let two_s = one_s * (12.0 - rho) / 8.0;
    let more = harmonic(parts) / 1.5;
    Ok(two_s * (more + 4.0 / 11.0 * (1.0 - more) * rho))
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::super::check::{COUNTS, RUBBISH, close, sane};
    use super::*;

    #[test]
    fn the_harmonic_numbers_are_the_sums_they_stand_for() {
        close(harmonic(10.0), 7381.0 / 2520.0, 1e-15);
        for n in [100_u32, 101, 1000, 100_000] {
            close(harmonic(f64::from(n)), (1..=n).rev().map(|k| 1.0 / f64::from(k)).sum(), 1e-13);
        }
    }

    #[test]
    fn the_slowest_of_several_is_in_bound_when_each_is() {
        let t = slowest_quantile_s(1.0, 50, 0.9).unwrap();
        let each = 1.0 - libm::exp(-t);
        close(each, quantile_of_each(0.9, 50).unwrap(), 1e-12);
        close(libm::pow(each, 50.0), 0.9, 1e-12);
        let shares = vec![|t: f64| -libm::expm1(-t); 50];
        close(slowest_of_s(&shares, 0.9).unwrap(), t, 1e-10);
    }

    #[test]
    fn a_share_that_never_comes_is_refused() {
        let half = |_: f64| 0.5;
        assert!(matches!(slowest_of_s(&[half], 0.9), Err(NoAnswer::NoSuchPoint(_))));
        assert!(slowest_of_s(&[|_: f64| f64::NAN], 0.9).is_err());
    }

    /// Fork and join of M/M/1, one arrival after the other: each server's wait by Lindley's recursion.
    fn simulated(rho: f64, n: usize) -> f64 {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let mut exponential =
            move || -libm::log((random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0 + 1e-17);
        let (mut waits, mut sum, arrivals) = (vec![0.0_f64; n], 0.0, 400_000);
        for _ in 0..arrivals {
            let gap = exponential() / rho;
            let mut last = 0.0_f64;
            for wait in &mut waits {
                let done = *wait + exponential();
                last = last.max(done);
                *wait = (done - gap).max(0.0);
            }
            sum += last;
        }
        sum / f64::from(arrivals)
    }

    #[test]
    fn fork_and_join_takes_as_long_as_simulated() {
        for (rho, n, within) in [(0.5, 1, 0.02), (0.6, 2, 0.02), (0.5, 8, 0.05), (0.7, 20, 0.05)] {
            close(fork_join_mean_s(rho, 1.0, n).unwrap(), simulated(rho, n as usize), within);
        }
    }

    #[test]
    fn fork_and_join_without_load_is_the_slowest_of_so_many() {
        close(fork_join_mean_s(0.0, 1.0, 10).unwrap(), mean_of_slowest_s(1.0, 10).unwrap(), 1e-12);
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for b in RUBBISH {
                for n in COUNTS {
                    sane(mean_of_slowest_s(a, n));
                    sane(quantile_of_each(a, n));
                    sane(slowest_quantile_s(a, n, b));
                    sane(fork_join_mean_s(a, b, n));
                }
            }
        }
    }
}
