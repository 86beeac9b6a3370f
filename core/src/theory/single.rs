//! One server: M/M/1, M/G/1 first come first served, M/G/1 shared.
//!
//! M/M/1 is Poisson arrivals, exponential service, one server, an endless queue, first come first served. Its formulas are exact; they are in any
//! textbook (Kleinrock, Queueing Systems I, 1975, chapter 3). All of them want a utilisation below 1.

use super::{Answer, coefficient_of_variation, offered, quantile_below_one, stable};

/// Share of time the server is busy, 0 to below 1. Exact for any arrivals and any service.
///
/// ```
/// assert_eq!(tenfold::theory::single::utilisation(50.0, 0.010), Ok(0.5));
/// ```
pub fn utilisation(arrivals_per_s: f64, service_s: f64) -> Answer {
    stable(offered(arrivals_per_s, service_s)?, 1.0)
}

/// M/M/1: mean wait in seconds, ρ/(1 − ρ) service times. Exact.
///
/// ```
/// let wait_s = tenfold::theory::single::mean_wait_s(80.0, 0.010).unwrap();
/// assert!((wait_s - 0.040).abs() < 1e-12);
/// ```
pub fn mean_wait_s(arrivals_per_s: f64, service_s: f64) -> Answer {
    let rho = utilisation(arrivals_per_s, service_s)?;
    Ok(service_s * rho / (1.0 - rho))
}

/// M/M/1: mean time from arrival to end of service in seconds, 1/(1 − ρ) service times. Exact.
///
/// ```
/// let sojourn_s = tenfold::theory::single::mean_sojourn_s(80.0, 0.010).unwrap();
/// assert!((sojourn_s - 0.050).abs() < 1e-12);
/// ```
pub fn mean_sojourn_s(arrivals_per_s: f64, service_s: f64) -> Answer {
    Ok(service_s / (1.0 - utilisation(arrivals_per_s, service_s)?))
}

/// M/M/1: mean number inside, waiting or served, ρ/(1 − ρ). Exact, also for M/G/1 shared.
///
/// ```
/// let inside = tenfold::theory::single::mean_number(80.0, 0.010).unwrap();
/// assert!((inside - 4.0).abs() < 1e-12);
/// ```
pub fn mean_number(arrivals_per_s: f64, service_s: f64) -> Answer {
    let rho = utilisation(arrivals_per_s, service_s)?;
    Ok(rho / (1.0 - rho))
}

/// M/M/1: the wait in seconds that a share `quantile` of requests does not exceed. Exact.
///
/// A share 1 − ρ does not wait at all, so up to there the answer is 0; the rest is exponential: P(W > t) = ρ e^(−(1−ρ)t/S).
///
/// ```
/// use tenfold::theory::single::wait_quantile_s;
/// assert_eq!(wait_quantile_s(50.0, 0.010, 0.5), Ok(0.0));
/// let p99_s = wait_quantile_s(50.0, 0.010, 0.99).unwrap(); // 20 ms × ln 50
/// assert!((p99_s - 0.07824).abs() < 1e-5);
/// ```
pub fn wait_quantile_s(arrivals_per_s: f64, service_s: f64, quantile: f64) -> Answer {
    let rho = utilisation(arrivals_per_s, service_s)?;
    let slower = 1.0 - quantile_below_one(quantile)?;
    Ok(if rho <= slower { 0.0 } else { service_s / (1.0 - rho) * libm::log(rho / slower) })
}

/// M/M/1: the sojourn in seconds that a share `quantile` of requests does not exceed. Exact: the sojourn is exponential.
///
/// ```
/// let p99_s = tenfold::theory::single::sojourn_quantile_s(80.0, 0.010, 0.99).unwrap();
/// assert!((p99_s - 0.050 * 4.60517).abs() < 1e-6);
/// ```
pub fn sojourn_quantile_s(arrivals_per_s: f64, service_s: f64, quantile: f64) -> Answer {
    let mean_s = mean_sojourn_s(arrivals_per_s, service_s)?;
    Ok(-mean_s * libm::log1p(-quantile_below_one(quantile)?))
}

/// M/G/1, first come first served: mean wait in seconds, for service of any law with mean `service_s` and coefficient of variation `cv`.
///
/// Exact (Pollaczek, 1930; Khinchine, 1932): ρ/(1 − ρ) × (1 + cv²)/2 service times. `cv` from 0 to 10⁶. The sojourn is this plus `service_s`.
///
/// ```
/// use tenfold::theory::single::general_mean_wait_s;
/// // Constant service halves the wait of exponential service.
/// let constant_s = general_mean_wait_s(80.0, 0.010, 0.0).unwrap();
/// assert!((constant_s - 0.020).abs() < 1e-12);
/// ```
pub fn general_mean_wait_s(arrivals_per_s: f64, service_s: f64, cv: f64) -> Answer {
    let cv = coefficient_of_variation(cv)?;
    Ok(mean_wait_s(arrivals_per_s, service_s)? * 0.5 * (1.0 + cv * cv))
}

/// M/G/1 shared equally among all inside (processor sharing): mean sojourn in seconds.
///
/// Exact for service of any law with mean `service_s`: it depends on nothing else (Sakata, Noguchi and Oizumi, An Analysis of the M/G/1 Queue
/// under Round-Robin Scheduling, 1971).
///
/// ```
/// let sojourn_s = tenfold::theory::single::shared_mean_sojourn_s(70.0, 0.010).unwrap();
/// assert!((sojourn_s - 0.0333333).abs() < 1e-6);
/// ```
pub fn shared_mean_sojourn_s(arrivals_per_s: f64, service_s: f64) -> Answer {
    mean_sojourn_s(arrivals_per_s, service_s)
}

/// M/G/1 shared equally among all inside: mean sojourn in seconds of a request that needs `own_s` seconds of service itself.
///
/// Exact for others' service of any law with mean `service_s`: everybody is slowed down by the same factor 1/(1 − ρ) (Kleinrock, Time-shared Systems: A
/// Theoretical Treatment, 1967, for exponential service; Sakata, Noguchi and Oizumi, 1971, for any). `own_s` from 0 to 10¹².
///
/// ```
/// let sojourn_s = tenfold::theory::single::shared_sojourn_of_s(80.0, 0.010, 0.100).unwrap();
/// assert!((sojourn_s - 0.500).abs() < 1e-12);
/// ```
pub fn shared_sojourn_of_s(arrivals_per_s: f64, service_s: f64, own_s: f64) -> Answer {
    Ok(super::at_least_zero("own_s", own_s)? / (1.0 - utilisation(arrivals_per_s, service_s)?))
}

#[cfg(test)]
mod tests {
    use super::super::check::{RUBBISH, chain, close, sane};
    use super::*;
    use crate::theory::NoAnswer;

    #[test]
    fn m_m_1_is_the_birth_death_chain_with_one_server() {
        for rho in [0.0, 0.3, 0.8, 0.95] {
            let p = chain(2000, |_| rho, |_| 1.0);
            let inside: f64 = p.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
            close(mean_number(10.0 * rho, 0.1).unwrap(), inside, 1e-9);
            // Little's law.
            close(10.0 * rho * mean_sojourn_s(10.0 * rho, 0.1).unwrap(), inside, 1e-9);
            close(
                mean_wait_s(10.0 * rho, 0.1).unwrap() + 0.1,
                mean_sojourn_s(10.0 * rho, 0.1).unwrap(),
                1e-12,
            );
        }
    }

    #[test]
    fn the_sojourn_at_80_percent_is_five_services_and_its_p99_4_6_times_that() {
        close(mean_sojourn_s(0.8, 1.0).unwrap(), 5.0, 1e-12);
        close(sojourn_quantile_s(0.8, 1.0, 0.99).unwrap(), 5.0 * libm::log(100.0), 1e-12);
    }

    #[test]
    fn a_quantile_of_the_wait_is_exceeded_by_just_the_rest() {
        let t = wait_quantile_s(90.0, 0.010, 0.95).unwrap();
        close(0.9 * libm::exp(-(100.0 - 90.0) * t), 0.05, 1e-12);
    }

    #[test]
    fn pollaczek_and_khinchine_hit_the_published_table() {
        // Sojourn over service at 80 %.
        for (cv, sojourn) in [(0.0, 3.0), (0.5, 3.5), (1.0, 5.0), (2.0, 11.0), (3.0, 21.0), (5.0, 53.0)] {
            close(1.0 + general_mean_wait_s(0.8, 1.0, cv).unwrap(), sojourn, 1e-12);
        }
    }

    #[test]
    fn sharing_averages_to_the_mean_over_sizes() {
        // Two sizes, 1 s and 4 s, one to one.
        let mean =
            0.5 * (shared_sojourn_of_s(0.2, 2.5, 1.0).unwrap() + shared_sojourn_of_s(0.2, 2.5, 4.0).unwrap());
        close(mean, shared_mean_sojourn_s(0.2, 2.5).unwrap(), 1e-12);
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for s in RUBBISH {
                for x in RUBBISH {
                    sane(utilisation(a, s));
                    sane(mean_sojourn_s(a, s));
                    sane(mean_number(a, s));
                    sane(wait_quantile_s(a, s, x));
                    sane(sojourn_quantile_s(a, s, x));
                    sane(general_mean_wait_s(a, s, x));
                    sane(shared_sojourn_of_s(a, s, x));
                }
            }
        }
        assert!(matches!(mean_wait_s(100.0, 0.010), Err(NoAnswer::Overload { .. })));
        assert!(matches!(mean_wait_s(f64::NAN, 1.0), Err(NoAnswer::Argument { name: "arrivals_per_s", .. })));
        assert!(matches!(
            sojourn_quantile_s(0.5, 1.0, 1.0),
            Err(NoAnswer::Argument { name: "quantile", .. })
        ));
    }
}
