//! One server met by gaps of any law that do not depend on each other: GI/M/1.
//!
//! Service is exponential, first come first served, the queue endless, the utilisation below 1. With σ the share of arrivals that find the server busy,
//! the root below 1 of σ = A*(μ (1 − σ)) where A* is the gaps' Laplace transform, the sojourn is exponential with mean 1/(μ (1 − σ)). Exact. Source:
//! Kleinrock, Queueing Systems I, 1975, chapter 6.

use super::{Answer, argument, first_time, quantile_below_one, single};

/// How the gaps between arrivals vary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gaps {
    /// All alike: D/M/1.
    Even,
    /// Gamma with this coefficient of variation, from 0.01 to 100; 1 is Poisson, 1/√k is Erlang of k stages.
    Gamma {
        /// Standard deviation over mean.
        cv: f64,
    },
}

/// Share of arrivals that find the server free, 1 − σ.
///
/// ```
/// use tenfold::theory::renewal::{Gaps, found_free};
/// // Poisson arrivals see what everybody sees.
/// assert!((found_free(Gaps::Gamma { cv: 1.0 }, 80.0, 0.010).unwrap() - 0.2).abs() < 1e-12);
/// // D/M/1 at 50 %: σ = e^(−2 (1 − σ)), from the table 0.2032.
/// assert!((found_free(Gaps::Even, 50.0, 0.010).unwrap() - 0.7968).abs() < 1e-4);
/// ```
pub fn found_free(gaps: Gaps, arrivals_per_s: f64, service_s: f64) -> Answer {
    let rho = single::utilisation(arrivals_per_s, service_s)?;
    // Below the root the left side is above the right side, beyond it below; at 1 the logarithm is minus infinity.
    let turn = |right: &dyn Fn(f64) -> f64| {
        first_time(|free| free >= 1.0 || -libm::log1p(-free) >= right(free)).unwrap_or(1.0)
    };
    match gaps {
        Gaps::Even => Ok(turn(&|free| free / rho)),
        Gaps::Gamma { cv } => {
            let cv = argument("cv", cv, "from 0.01 to 100", (0.01..=100.0).contains(&cv))?;
            let shape = 1.0 / (cv * cv);
            Ok(turn(&|free| shape * libm::log1p(free / (shape * rho))))
        }
    }
}

/// Mean wait in seconds.
///
/// ```
/// use tenfold::theory::renewal::{Gaps, mean_wait_s};
/// // Bursts make an M/M/1 at 70 % wait longer, even gaps shorter.
/// let wait_s = |gaps| mean_wait_s(gaps, 70.0, 0.010).unwrap();
/// assert!(wait_s(Gaps::Even) < 0.0117 && wait_s(Gaps::Gamma { cv: 2.0 }) > 0.0467);
/// ```
pub fn mean_wait_s(gaps: Gaps, arrivals_per_s: f64, service_s: f64) -> Answer {
    let free = found_free(gaps, arrivals_per_s, service_s)?;
    Ok(service_s * (1.0 - free) / free)
}

/// The sojourn in seconds that a share `quantile` of requests does not exceed.
///
/// ```
/// use tenfold::theory::renewal::{Gaps, sojourn_quantile_s};
/// let p99_s = sojourn_quantile_s(Gaps::Gamma { cv: 1.0 }, 80.0, 0.010, 0.99).unwrap();
/// assert!((p99_s - 0.2303).abs() < 1e-4);
/// ```
pub fn sojourn_quantile_s(gaps: Gaps, arrivals_per_s: f64, service_s: f64, quantile: f64) -> Answer {
    let free = found_free(gaps, arrivals_per_s, service_s)?;
    Ok(-service_s / free * libm::log1p(-quantile_below_one(quantile)?))
}

#[cfg(test)]
mod tests {
    use super::super::balance;
    use super::super::check::{RUBBISH, close, sane};
    use super::*;

    #[test]
    fn erlang_gaps_are_those_of_a_round_and_many_stages_are_even() {
        for n in [2_u32, 4, 10] {
            let gaps = Gaps::Gamma { cv: 1.0 / f64::from(n).sqrt() };
            let round = balance::round_robin_mean_wait_s(80.0, 0.010, n).unwrap();
            close(mean_wait_s(gaps, 80.0, 0.010).unwrap(), round, 1e-9);
        }
        let even = mean_wait_s(Gaps::Even, 80.0, 0.010).unwrap();
        close(mean_wait_s(Gaps::Gamma { cv: 0.01 }, 80.0, 0.010).unwrap(), even, 1e-3);
    }

    #[test]
    fn the_root_solves_the_equation() {
        for (cv, rho) in [(0.5, 0.3), (2.0, 0.7), (10.0, 0.99)] {
            let free = found_free(Gaps::Gamma { cv }, rho, 1.0).unwrap();
            let k = 1.0 / (cv * cv);
            close(libm::pow(1.0 + free / (k * rho), -k), 1.0 - free, 1e-9);
        }
    }

    #[test]
    fn rubbish_is_refused_or_answered_with_a_number() {
        for x in RUBBISH {
            for y in RUBBISH {
                for z in [0.5, 1.0, 20.0, x] {
                    sane(mean_wait_s(Gaps::Gamma { cv: z }, x, y));
                    sane(sojourn_quantile_s(Gaps::Even, x, y, z));
                }
            }
        }
    }
}
