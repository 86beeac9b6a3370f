//! What a balancer's policy makes of many servers, each with a queue of its own.
//!
//! Chance splits a Poisson stream into Poisson streams: each server is the M/M/1 of [`single`]. Here are round robin and the least busy of a
//! few drawn by chance. `arrivals_per_s` is what **one** server gets on average.

use super::{Answer, at_least_one, first_time, quantile_below_one, single};

/// The least busy of `choices` servers drawn by chance: the share of servers with at least `number` requests, waiting or served.
///
/// Exact in the limit of infinitely many servers, each an M/M/1 with `arrivals_per_s` on average; with a hundred servers within a few per cent, with ten at
/// high load clearly optimistic. ρ^((dᵏ − 1)/(d − 1)) for k requests and d choices. Sources: Vvedenskaya, Dobrushin and Karpelevich, 1996; Mitzenmacher,
/// The Power of Two Choices in Randomized Load Balancing, 1996.
///
/// ```
/// use tenfold::theory::balance::share_with_at_least;
/// // At 90 %, a server has four or more in 66 % of cases by chance, in 21 % by two choices.
/// assert!((share_with_at_least(90.0, 0.010, 1, 4).unwrap() - 0.6561).abs() < 1e-9);
/// assert!((share_with_at_least(90.0, 0.010, 2, 4).unwrap() - 0.2059).abs() < 1e-4);
/// ```
pub fn share_with_at_least(arrivals_per_s: f64, service_s: f64, choices: u32, number: u32) -> Answer {
    let rho = single::utilisation(arrivals_per_s, service_s)?;
    let d = at_least_one("choices", choices)?;
    let k = f64::from(number);
    let exponent = if choices == 1 { k } else { (libm::pow(d, k) - 1.0) / (d - 1.0) };
    // 0⁰ is 1: every server has at least nothing.
    Ok(libm::pow(rho, exponent.min(f64::MAX)))
}

/// The least busy of `choices` servers drawn by chance: mean sojourn in seconds.
///
/// As exact as [`share_with_at_least`], of whose shares it is the sum by Little's law. One choice is M/M/1.
///
/// ```
/// let sojourn_s = tenfold::theory::balance::best_of_mean_sojourn_s(80.0, 0.010, 2).unwrap();
/// assert!((sojourn_s - 0.0195).abs() < 1e-4);
/// ```
pub fn best_of_mean_sojourn_s(arrivals_per_s: f64, service_s: f64, choices: u32) -> Answer {
    let rho = single::utilisation(arrivals_per_s, service_s)?;
    let d = at_least_one("choices", choices)?;
    if choices == 1 {
        return single::mean_sojourn_s(arrivals_per_s, service_s);
    }
    // Σ ρ^((dᵏ − d)/(d − 1)): the exponents are 0, d, d + d², …; they grow so fast that fewer than 100 terms count however full the servers are.
    let (mut sum, mut exponent) = (0.0, 0.0);
    for _ in 0..100 {
        let term = libm::pow(rho, exponent);
        sum += term;
        if term < 1e-18 {
            break;
        }
        exponent = d * (exponent + 1.0);
    }
    Ok(service_s * sum)
}

/// Round robin over `servers` servers: mean wait in seconds.
///
/// Exact for one balancer with Poisson arrivals and exponential service: every server gets each n-th arrival, so it is E_n/M/1, whose wait comes from the root
/// σ of Laplace's equation (Kendall, 1953; Kleinrock, Queueing Systems I, 1975, chapter 6). `arrivals_per_s` is what one server gets.
///
/// ```
/// // Ten servers at 80 %: 19 ms; by chance it would be 40 ms.
/// let wait_s = tenfold::theory::balance::round_robin_mean_wait_s(80.0, 0.010, 10).unwrap();
/// assert!((wait_s - 0.0192).abs() < 1e-4);
/// ```
pub fn round_robin_mean_wait_s(arrivals_per_s: f64, service_s: f64, servers: u32) -> Answer {
    let free = found_free(arrivals_per_s, service_s, servers)?;
    Ok(service_s * (1.0 - free) / free)
}

/// Round robin over `servers` servers: the sojourn in seconds that a share `quantile` of requests does not exceed.
///
/// As exact as [`round_robin_mean_wait_s`]: the sojourn is exponential.
///
/// ```
/// let p99_s = tenfold::theory::balance::round_robin_sojourn_quantile_s(80.0, 0.010, 10, 0.99).unwrap();
/// assert!((p99_s - 0.0292 * 4.605).abs() < 1e-3);
/// ```
pub fn round_robin_sojourn_quantile_s(
    arrivals_per_s: f64,
    service_s: f64,
    servers: u32,
    quantile: f64,
) -> Answer {
    let free = found_free(arrivals_per_s, service_s, servers)?;
    Ok(-service_s / free * libm::log1p(-quantile_below_one(quantile)?))
}

/// 1 − σ, the share of arrivals that find their server free: σ = (n/(n + (1 − σ)/ρ))ⁿ, in the unknown 1 − σ, which keeps its digits near 0.
fn found_free(arrivals_per_s: f64, service_s: f64, servers: u32) -> Answer {
    let rho = single::utilisation(arrivals_per_s, service_s)?;
    let n = at_least_one("servers", servers)?;
    // Below the root the left side's logarithm is above the right side's, beyond it below; at 1 it is minus infinity.
    let past = |free: f64| free >= 1.0 || -libm::log1p(-free) >= n * libm::log1p(free / (n * rho));
    Ok(if n <= 1.0 { 1.0 - rho } else { first_time(past).unwrap_or(1.0) })
}

#[cfg(test)]
mod tests {
    use super::super::check::{COUNTS, RUBBISH, close, sane};
    use super::*;

    #[test]
    fn two_choices_hit_the_published_table() {
        let table = [(0.5, 1.27), (0.7, 1.61), (0.8, 1.95), (0.9, 2.61), (0.95, 3.38), (0.99, 5.43)];
        for (rho, sojourn) in table {
            let found = best_of_mean_sojourn_s(rho, 1.0, 2).unwrap();
            assert!((found - sojourn).abs() < 0.006, "{found} at {rho}");
        }
    }

    #[test]
    fn the_shares_are_where_the_mean_field_stands_still() {
        // As many servers come to have k as cease to: λ (sᵈ of k−1 less that of k) = s of k less that of k+1.
        for (rho, d) in [(0.5, 1), (0.9, 2), (0.95, 3), (0.7, 5)] {
            let share = |k| share_with_at_least(rho, 1.0, d, k).unwrap();
            let joining = |k| libm::pow(share(k), f64::from(d));
            for k in 1..12 {
                let (come, go) = (rho * (joining(k - 1) - joining(k)), share(k) - share(k + 1));
                assert!((come - go).abs() < 1e-14, "{come} come, {go} go");
            }
            let inside: f64 = (1..2000).map(share).sum();
            close(rho * best_of_mean_sojourn_s(rho, 1.0, d).unwrap(), inside, 1e-12);
        }
    }

    #[test]
    fn round_robin_hits_the_published_values() {
        for (rho, sojourn) in [(0.8, 2.92), (0.9, 5.66)] {
            let found = 1.0 + round_robin_mean_wait_s(rho, 1.0, 10).unwrap();
            assert!((found - sojourn).abs() < 0.006, "{found}");
        }
    }

    /// The mean number an arrival finds at E_n/M/1, by stepping its chain from arrival to arrival until it stands still.
    fn found_by_stepping(rho: f64, n: u32) -> f64 {
        // In a gap of n stages, k services end with chance C(n+k−1, k) aⁿ (1−a)ᵏ.
        let (n_f, states) = (f64::from(n), 120);
        let a = n_f * rho / (n_f * rho + 1.0);
        let mut ends = vec![libm::pow(a, n_f)];
        for k in 1..=states {
            ends.push(ends[k - 1] * (n_f + k as f64 - 1.0) / k as f64 * (1.0 - a));
        }
        let mut p = vec![0.0; states];
        p[0] = 1.0;
        for _ in 0..1500 {
            let mut next = vec![0.0; states];
            for (i, share) in p.iter().enumerate() {
                for k in 0..=i {
                    next[(i + 1 - k).min(states - 1)] += share * ends[k];
                }
                next[0] += share * (1.0 - ends[..=i].iter().sum::<f64>());
            }
            p = next;
        }
        p.iter().enumerate().map(|(i, p)| i as f64 * p).sum()
    }

    #[test]
    fn round_robin_waits_for_those_an_arrival_finds() {
        for (rho, n) in [(0.5, 2), (0.8, 10), (0.7, 3)] {
            close(round_robin_mean_wait_s(rho, 1.0, n).unwrap(), found_by_stepping(rho, n), 1e-8);
        }
    }

    #[test]
    fn round_robin_over_one_server_is_m_m_1_and_over_many_nearly_d_m_1() {
        close(round_robin_mean_wait_s(0.8, 1.0, 1).unwrap(), 4.0, 1e-12);
        // D/M/1: σ = e^(−(1−σ)/ρ).
        let wait = round_robin_mean_wait_s(0.8, 1.0, 1_000_000_000).unwrap();
        let sigma = wait / (1.0 + wait);
        close(libm::exp(-(1.0 - sigma) / 0.8), sigma, 1e-7);
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for s in RUBBISH {
                for n in COUNTS {
                    for k in COUNTS {
                        sane(share_with_at_least(a, s, n, k));
                    }
                    sane(best_of_mean_sojourn_s(a, s, n));
                    sane(round_robin_mean_wait_s(a, s, n));
                    sane(round_robin_sojourn_quantile_s(a, 1.0, n, s));
                }
            }
        }
    }
}
