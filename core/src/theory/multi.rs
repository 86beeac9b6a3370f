//! Several servers with one queue: Erlang B and C, M/M/c, and Allen and Cunneen's approximation for other laws.
//!
//! M/M/c is Poisson arrivals, exponential service, c servers, one endless queue, first come first served. Its formulas are exact (Erlang, Solution
//! of some Problems in the Theory of Probabilities, 1917; Kleinrock, Queueing Systems I, 1975, chapter 3).

use super::{
    Answer, at_least_one, at_least_zero, coefficient_of_variation, first_time, offered, quantile_below_one,
    stable,
};

/// Erlang B: the share of requests turned away where `offered_load` erlangs meet `servers` servers and nobody waits (M/G/c/c).
///
/// Exact for Poisson arrivals and service of any law. Any load from 0 to 10²⁴; shares below 10⁻³⁰⁰ are given as 0. It takes some √`servers` steps.
/// Source: Erlang, 1917.
///
/// ```
/// // Ten lines, five erlangs: 1.84 % of calls find all busy.
/// let blocked = tenfold::theory::multi::erlang_b(5.0, 10).unwrap();
/// assert!((blocked - 0.018385).abs() < 1e-6);
/// ```
pub fn erlang_b(offered_load: f64, servers: u32) -> Answer {
    let free = free_over_full(offered_load, servers)?;
    Ok(if free < ENDLESS { 1.0 / (1.0 + free) } else { 0.0 })
}

/// Stands for "so much that the share of the rest is nothing".
const ENDLESS: f64 = 1e300;

/// How much likelier than "all busy" it is that a server is free, where nobody waits: 1/B − 1, without loss of digits where B is near 1.
pub(super) fn free_over_full(offered_load: f64, servers: u32) -> Answer {
    let wanted = "from 0 to 1e24";
    super::argument("offered_load", offered_load, wanted, (0.0..=1e24).contains(&offered_load))?;
    let mut left = at_least_one("servers", servers)?;
    if offered_load <= 0.0 {
        return Ok(ENDLESS);
    }
    // 1/B(c) = Σ c (c−1) … (c−j+1) / aʲ is the recursion 1/B(k) = 1 + k/a · 1/B(k−1) unrolled from its end: only the last terms count.
    let (mut sum, mut term) = (0.0, 1.0);
    while left > 0.0 && sum < ENDLESS {
        term *= left / offered_load;
        sum += term;
        left -= 1.0;
        // The ratios only fall from here, so what is missing is below a geometric series.
        let ratio = left / offered_load;
        if ratio < 1.0 && term * ratio < 1e-17 * sum * (1.0 - ratio) {
            break;
        }
    }
    Ok(sum.min(ENDLESS))
}

/// Erlang C: the share of requests that wait where `offered_load` erlangs meet `servers` servers with one queue (M/M/c).
///
/// Exact. The load must be below the number of servers. Source: Erlang, 1917; from Erlang B as in Cooper, Introduction to Queueing Theory, 1981.
///
/// ```
/// let waiting = tenfold::theory::multi::erlang_c(3.2, 4).unwrap();
/// assert!((waiting - 0.5964).abs() < 1e-4);
/// ```
pub fn erlang_c(offered_load: f64, servers: u32) -> Answer {
    let blocked = erlang_b(offered_load, servers)?;
    let rho = stable(offered_load, f64::from(servers))?;
    Ok(blocked / (1.0 - rho * (1.0 - blocked)))
}

/// The share that waits, and the mean wait of those who do in seconds.
fn waiting(arrivals_per_s: f64, service_s: f64, servers: u32) -> Answer<(f64, f64)> {
    let load = offered(arrivals_per_s, service_s)?;
    let share = erlang_c(load, servers)?;
    let servers = f64::from(servers);
    Ok((share, service_s / (servers * (1.0 - load / servers))))
}

/// M/M/c: mean wait in seconds, over all requests, those that do not wait included. Exact.
///
/// ```
/// let wait_s = tenfold::theory::multi::mean_wait_s(320.0, 0.010, 4).unwrap();
/// assert!((wait_s - 0.00746).abs() < 1e-5);
/// ```
pub fn mean_wait_s(arrivals_per_s: f64, service_s: f64, servers: u32) -> Answer {
    let (share, each_s) = waiting(arrivals_per_s, service_s, servers)?;
    Ok(share * each_s)
}

/// M/M/c: mean number waiting, those served not counted. Exact.
///
/// ```
/// let queue = tenfold::theory::multi::mean_queue(320.0, 0.010, 4).unwrap();
/// assert!((queue - 2.386).abs() < 1e-3);
/// ```
pub fn mean_queue(arrivals_per_s: f64, service_s: f64, servers: u32) -> Answer {
    Ok(arrivals_per_s * mean_wait_s(arrivals_per_s, service_s, servers)?)
}

/// M/M/c: mean time from arrival to end of service in seconds. Exact.
///
/// ```
/// let sojourn_s = tenfold::theory::multi::mean_sojourn_s(320.0, 0.010, 4).unwrap();
/// assert!((sojourn_s - 0.01746).abs() < 1e-5);
/// ```
pub fn mean_sojourn_s(arrivals_per_s: f64, service_s: f64, servers: u32) -> Answer {
    Ok(service_s + mean_wait_s(arrivals_per_s, service_s, servers)?)
}

/// M/M/c: the wait in seconds that a share `quantile` of requests does not exceed; 0 where that share does not wait. Exact.
///
/// ```
/// let p99_s = tenfold::theory::multi::wait_quantile_s(320.0, 0.010, 4, 0.99).unwrap();
/// assert!((p99_s - 0.0511).abs() < 1e-4);
/// ```
pub fn wait_quantile_s(arrivals_per_s: f64, service_s: f64, servers: u32, quantile: f64) -> Answer {
    let (share, each_s) = waiting(arrivals_per_s, service_s, servers)?;
    let slower = 1.0 - quantile_below_one(quantile)?;
    Ok(if share <= slower { 0.0 } else { each_s * libm::log(share / slower) })
}

/// P(sojourn > t), `t` in service times, where a share `waiting` waits for an exponential time of rate `drain` per service time.
fn tail(t: f64, waiting: f64, drain: f64) -> f64 {
    // The wait's and the service's exponentials, added: ∫ of one over the other, written so that equal rates are no exception.
    let (slow, apart) = (drain.min(1.0), (drain - 1.0).abs());
    let meeting = if apart > 0.0 { -libm::expm1(-apart * t) / apart } else { t };
    libm::exp(-t) + waiting * libm::exp(-slow * t) * meeting
}

/// M/M/c: the share of requests whose sojourn exceeds `sojourn_s` seconds. Exact.
///
/// The sojourn is the service, plus for a share of [`erlang_c`] an exponential wait independent of it. `sojourn_s` from 0 to 10¹².
///
/// ```
/// let late = tenfold::theory::multi::share_above(320.0, 0.010, 4, 0.050).unwrap();
/// assert!((late - 0.04126).abs() < 1e-5);
/// ```
pub fn share_above(arrivals_per_s: f64, service_s: f64, servers: u32, sojourn_s: f64) -> Answer {
    let (share, each_s) = waiting(arrivals_per_s, service_s, servers)?;
    let t = at_least_zero("sojourn_s", sojourn_s)? / service_s;
    Ok(tail(t.min(1e300), share, service_s / each_s))
}

/// M/M/c: the sojourn in seconds that a share `quantile` of requests does not exceed. Exact, by bisection of [`share_above`].
///
/// ```
/// let p99_s = tenfold::theory::multi::sojourn_quantile_s(320.0, 0.010, 4, 0.99).unwrap();
/// assert!((p99_s - 0.06893).abs() < 1e-5);
/// ```
pub fn sojourn_quantile_s(arrivals_per_s: f64, service_s: f64, servers: u32, quantile: f64) -> Answer {
    let (share, each_s) = waiting(arrivals_per_s, service_s, servers)?;
    let slower = 1.0 - quantile_below_one(quantile)?;
    if slower >= 1.0 {
        return Ok(0.0);
    }
    let drain = service_s / each_s;
    // The tail falls to 0, so there is always such a time.
    Ok(service_s * first_time(|t| tail(t, share, drain) <= slower).unwrap_or(0.0))
}

/// G/G/c: mean wait in seconds where neither arrivals nor service need be exponential. **An approximation.**
///
/// The wait of M/M/c times half the sum of the squared coefficients of variation: `arrivals_cv` of the gaps between arrivals, `service_cv` of the
/// service. Exact for M/M/c and M/G/1; good at high utilisation and spreads near 1, poor at low utilisation with many servers or regular arrivals,
/// and blind to arrivals that depend on each other. Source: Allen, Probability, Statistics, and Queueing Theory, 1978 (Allen and Cunneen).
///
/// ```
/// let wait_s = tenfold::theory::multi::general_mean_wait_s(320.0, 0.010, 4, 1.0, 2.0).unwrap();
/// assert!((wait_s - 2.5 * 0.00746).abs() < 1e-4);
/// ```
pub fn general_mean_wait_s(
    arrivals_per_s: f64,
    service_s: f64,
    servers: u32,
    arrivals_cv: f64,
    service_cv: f64,
) -> Answer {
    let (a, s) = (coefficient_of_variation(arrivals_cv)?, coefficient_of_variation(service_cv)?);
    Ok(mean_wait_s(arrivals_per_s, service_s, servers)? * 0.5 * (a * a + s * s))
}

#[cfg(test)]
mod tests {
    use super::super::check::{COUNTS, RUBBISH, chain, close, sane};
    use super::super::single;
    use super::*;
    use crate::theory::NoAnswer;

    #[test]
    fn erlang_b_is_the_full_state_of_the_chain_without_a_queue() {
        for (load, servers) in [(0.1, 3), (5.0, 10), (30.0, 30), (90.0, 40), (300.0, 330)] {
            let p = chain(servers + 1, |_| load, |n| n as f64);
            close(erlang_b(load, servers as u32).unwrap(), p[servers], 1e-11);
        }
    }

    #[test]
    fn erlang_b_agrees_with_its_recursion_at_100_000_servers() {
        let load = 99_900.0;
        let recursion = (1..=100_000).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
        close(erlang_b(load, 100_000).unwrap(), recursion, 1e-9);
    }

    #[test]
    fn erlang_c_hits_the_published_table() {
        let table = [(4, [0.174, 0.429, 0.596, 0.788, 0.891]), (16, [0.009, 0.130, 0.305, 0.591, 0.780])];
        for (servers, row) in table {
            for (rho, share) in [0.5, 0.7, 0.8, 0.9, 0.95].into_iter().zip(row) {
                let found = erlang_c(rho * f64::from(servers), servers).unwrap();
                assert!((found - share).abs() < 0.0006, "{servers} servers at {rho}: {found}");
            }
        }
    }

    #[test]
    fn m_m_c_is_the_long_chain_with_c_servers() {
        for (servers, rho) in [(1, 0.9), (2, 0.5), (4, 0.9), (16, 0.8), (64, 0.95)] {
            let load = rho * f64::from(servers);
            let p = chain(3000, |_| load, |n| (n as f64).min(f64::from(servers)));
            let c = servers as usize;
            let wait: f64 = p[c..].iter().sum();
            let queue: f64 = p.iter().enumerate().skip(c).map(|(n, p)| (n - c) as f64 * p).sum();
            close(erlang_c(load, servers).unwrap(), wait, 1e-10);
            close(mean_queue(load, 1.0, servers).unwrap(), queue, 1e-9);
        }
    }

    #[test]
    fn the_mean_sojourn_hits_the_published_table() {
        for (c, rho, sojourn) in [
            (2, 0.8, 2.778),
            (4, 0.5, 1.087),
            (4, 0.8, 1.746),
            (8, 0.9, 1.877),
            (16, 0.9, 1.370),
            (64, 0.95, 1.184),
        ] {
            let found = mean_sojourn_s(rho * f64::from(c), 1.0, c).unwrap();
            assert!((found - sojourn).abs() < 0.001, "M/M/{c} at {rho}: {found}");
        }
    }

    #[test]
    fn with_one_server_it_is_m_m_1() {
        for rho in [0.1, 0.5, 0.99] {
            close(mean_wait_s(rho, 1.0, 1).unwrap(), single::mean_wait_s(rho, 1.0).unwrap(), 1e-12);
            for q in [0.5, 0.99, 0.9999] {
                let (all, one) =
                    (sojourn_quantile_s(rho, 1.0, 1, q), single::sojourn_quantile_s(rho, 1.0, q));
                close(all.unwrap(), one.unwrap(), 1e-12);
                let (all, one) = (wait_quantile_s(rho, 1.0, 1, q), single::wait_quantile_s(rho, 1.0, q));
                assert!((all.unwrap() - one.unwrap()).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_tail_of_the_sojourn_has_the_mean_of_the_sojourn() {
        // E[T] = ∫ P(T > t) dt, by Simpson; drain below, near and at 1, and above.
        for (servers, rho) in [(4, 0.9), (2, 0.5), (2, 0.5 + 1e-9), (5, 0.8), (16, 0.5)] {
            let load = rho * f64::from(servers);
            let (steps, width) = (40_000, 0.01);
            let sum: f64 = (0..=steps)
                .map(|i| {
                    let weight = if i == 0 || i == steps { 1.0 } else { 2.0 + 2.0 * f64::from(i % 2) };
                    weight * share_above(load, 1.0, servers, f64::from(i) * width).unwrap()
                })
                .sum();
            close(sum * width / 3.0, mean_sojourn_s(load, 1.0, servers).unwrap(), 1e-8);
        }
    }

    #[test]
    fn a_quantile_of_the_sojourn_is_exceeded_by_just_the_rest() {
        for q in [0.0, 0.5, 0.99, 0.999_999] {
            let t = sojourn_quantile_s(320.0, 0.010, 4, q).unwrap();
            close(share_above(320.0, 0.010, 4, t).unwrap(), 1.0 - q, 1e-9);
        }
        assert!(sojourn_quantile_s(320.0, 0.010, 4, 0.0).unwrap() < 1e-12);
    }

    #[test]
    fn allen_and_cunneen_give_pollaczek_and_khinchine_at_one_server() {
        let (all, one) =
            (general_mean_wait_s(0.7, 1.0, 1, 1.0, 3.0), single::general_mean_wait_s(0.7, 1.0, 3.0));
        close(all.unwrap(), one.unwrap(), 1e-12);
    }

    #[test]
    fn four_billion_servers_are_answered_at_once() {
        let c = f64::from(u32::MAX);
        for rho in [0.5, 0.999, 0.9994, 0.999_99, 0.999_999_999] {
            let share = erlang_c(rho * c, u32::MAX).unwrap();
            assert!((0.0..=1.0).contains(&share), "{share}");
        }
        // In the regime of Halfin and Whitt, c − a = √c, P(wait) → 1/(1 + Φ(1)/φ(1)).
        close(erlang_c(c - libm::sqrt(c), u32::MAX).unwrap(), 0.223_361_3, 1e-4);
    }

    #[test]
    fn rubbish_is_answered() {
        for c in COUNTS {
            for a in RUBBISH {
                sane(erlang_b(a, c));
                sane(erlang_c(a, c));
                for s in RUBBISH {
                    sane(mean_queue(a, s, c));
                    for x in [f64::NAN, -1.0, 0.0, 0.5, 1.0, f64::MAX] {
                        sane(wait_quantile_s(a, s, c, x));
                        sane(sojourn_quantile_s(a, s, c, x));
                        sane(share_above(a, s, c, x));
                        sane(general_mean_wait_s(a, s, c, x, x));
                    }
                }
            }
        }
        assert!(matches!(erlang_b(1.0, 0), Err(NoAnswer::Argument { name: "servers", .. })));
        assert!(matches!(erlang_c(4.0, 4), Err(NoAnswer::Overload { .. })));
    }
}
