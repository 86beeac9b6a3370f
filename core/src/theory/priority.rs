//! Classes of which some go before others, with and without interrupting the request in service.

use super::{Answer, NoAnswer, at_least_one, coefficient_of_variation, multi, offered, positive, stable};

/// A class of requests at one server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Class {
    /// Mean arrivals a second, a Poisson stream of its own.
    pub arrivals_per_s: f64,
    /// Mean service in seconds.
    pub service_s: f64,
    /// Coefficient of variation of the service.
    pub cv: f64,
}

/// M/G/1 with priorities: each class's mean wait in seconds, the most urgent class first, as in `classes`.
///
/// Exact for Poisson arrivals and service of any law by class; within a class first come first served; a request in service is finished before a more
/// urgent one starts. The utilisation of all classes together must be below 1. Source: Cobham, Priority Assignment in Waiting Line Problems, 1954.
///
/// ```
/// use tenfold::theory::priority::{Class, mean_waits_s};
/// let class = |arrivals_per_s| Class { arrivals_per_s, service_s: 0.010, cv: 1.0 };
/// let waits_s = mean_waits_s(&[class(20.0), class(60.0)]).unwrap();
/// assert!((waits_s[0] - 0.010).abs() < 1e-12);
/// assert!((waits_s[1] - 0.050).abs() < 1e-12);
/// ```
pub fn mean_waits_s(classes: &[Class]) -> Answer<Vec<f64>> {
    let (mut loads, mut residual_s) = (Vec::with_capacity(classes.len()), 0.0);
    for class in classes {
        let load = offered(class.arrivals_per_s, class.service_s)?;
        let cv = coefficient_of_variation(class.cv)?;
        // Half the second moment of service, met as often as a server is busy with this class.
        residual_s += 0.5 * load * class.service_s * (1.0 + cv * cv);
        loads.push(load);
    }
    factors(&loads).map(|factors| factors.iter().map(|f| residual_s * f).collect())
}

/// M/M/c with priorities: each class's mean wait in seconds, for classes with the given rates, the most urgent first, and one mean service.
///
/// Exact for Poisson arrivals and exponential service of the same mean for all classes; a request in service is finished before a more urgent one
/// starts. The utilisation of all classes together must be below 1. Source: Cobham, 1954.
///
/// ```
/// let waits_s = tenfold::theory::priority::mean_waits_at_servers_s(&[100.0, 220.0], 0.010, 4).unwrap();
/// assert!(waits_s[0] < 0.0021 && waits_s[1] > 0.0099);
/// ```
pub fn mean_waits_at_servers_s(arrivals_per_s: &[f64], service_s: f64, servers: u32) -> Answer<Vec<f64>> {
    let (c, service_s) = (at_least_one("servers", servers)?, positive("service_s", service_s)?);
    let loads: Vec<f64> = arrivals_per_s
        .iter()
        .map(|rate| Ok(offered(*rate, service_s)? / c))
        .collect::<Result<_, NoAnswer>>()?;
    let factors = factors(&loads)?;
    let waiting = multi::erlang_c(loads.iter().sum::<f64>() * c, servers)?;
    Ok(factors.iter().map(|f| waiting * service_s / c * f).collect())
}

/// M/G/1 with priorities where the more urgent interrupt: each class's mean sojourn in seconds, the most urgent class first.
///
/// Exact for Poisson arrivals and service of any law by class; an interrupted request goes on where it was (preemptive resume), first of its class. A
/// class knows nothing of those below it. The utilisation of all classes together must be below 1. Source: Kleinrock, Queueing Systems II, 1976,
/// chapter 3.
///
/// ```
/// use tenfold::theory::priority::{Class, preemptive_mean_sojourns_s};
/// let class = |arrivals_per_s| Class { arrivals_per_s, service_s: 0.010, cv: 1.0 };
/// let sojourns_s = preemptive_mean_sojourns_s(&[class(20.0), class(60.0)]).unwrap();
/// // The first is alone in its M/M/1.
/// assert!((sojourns_s[0] - 0.0125).abs() < 1e-12);
/// assert!((sojourns_s[1] - 0.0625).abs() < 1e-12);
/// ```
pub fn preemptive_mean_sojourns_s(classes: &[Class]) -> Answer<Vec<f64>> {
    let (mut loads, mut residuals_s) = (Vec::with_capacity(classes.len()), Vec::new());
    let mut residual_s = 0.0;
    for class in classes {
        let load = offered(class.arrivals_per_s, class.service_s)?;
        let cv = coefficient_of_variation(class.cv)?;
        residual_s += 0.5 * load * class.service_s * (1.0 + cv * cv);
        loads.push(load);
        residuals_s.push(residual_s);
    }
    let factors = factors(&loads)?;
    let mut before = 0.0;
    let mut sojourns_s = Vec::with_capacity(classes.len());
    for (i, class) in classes.iter().enumerate() {
        sojourns_s.push(class.service_s / (1.0 - before) + residuals_s[i] * factors[i]);
        before += loads[i];
    }
    Ok(sojourns_s)
}

/// For each class 1/((1 − σ before it)(1 − σ with it)), σ the utilisation summed so far.
fn factors(loads: &[f64]) -> Answer<Vec<f64>> {
    stable(loads.iter().sum(), 1.0)?;
    let mut before = 0.0;
    loads
        .iter()
        .map(|load| {
            let with = stable(before + load, 1.0)?;
            let factor = 1.0 / ((1.0 - before) * (1.0 - with));
            before = with;
            Ok(factor)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::check::{COUNTS, RUBBISH, close, sane};
    use super::super::single;
    use super::*;

    const MIXED: [Class; 3] = [
        Class { arrivals_per_s: 0.2, service_s: 0.5, cv: 0.3 },
        Class { arrivals_per_s: 0.1, service_s: 3.0, cv: 2.0 },
        Class { arrivals_per_s: 0.4, service_s: 1.0, cv: 1.0 },
    ];

    #[test]
    fn work_is_conserved_whoever_goes_first() {
        // Kleinrock's conservation law: Σ ρ W is ρ W₀ / (1 − ρ) in any order.
        let rho: f64 = MIXED.iter().map(|c| c.arrivals_per_s * c.service_s).sum();
        let residual_s: f64 = MIXED
            .iter()
            .map(|c| 0.5 * c.arrivals_per_s * c.service_s * c.service_s * (1.0 + c.cv * c.cv))
            .sum();
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let classes = order.map(|i| MIXED[i]);
            let waits = mean_waits_s(&classes).unwrap();
            let sum: f64 = classes.iter().zip(waits).map(|(c, w)| c.arrivals_per_s * c.service_s * w).sum();
            close(sum, rho * residual_s / (1.0 - rho), 1e-12);
        }
    }

    #[test]
    fn one_class_waits_as_pollaczek_and_khinchine_say() {
        let class = Class { arrivals_per_s: 70.0, service_s: 0.010, cv: 2.0 };
        let wait = single::general_mean_wait_s(70.0, 0.010, 2.0).unwrap();
        close(mean_waits_s(&[class]).unwrap()[0], wait, 1e-12);
    }

    #[test]
    fn several_servers_conserve_the_mean_wait_and_one_is_the_single_server() {
        let waits = mean_waits_at_servers_s(&[1.0, 0.5, 1.7], 1.0, 4).unwrap();
        let mean = (waits[0] + 0.5 * waits[1] + 1.7 * waits[2]) / 3.2;
        close(mean, multi::mean_wait_s(3.2, 1.0, 4).unwrap(), 1e-12);
        let one = mean_waits_at_servers_s(&[0.3, 0.4], 1.0, 1).unwrap();
        let class = |arrivals_per_s| Class { arrivals_per_s, service_s: 1.0, cv: 1.0 };
        for (a, b) in one.into_iter().zip(mean_waits_s(&[class(0.3), class(0.4)]).unwrap()) {
            close(a, b, 1e-12);
        }
    }

    #[test]
    fn rubbish_is_answered() {
        assert_eq!(mean_waits_s(&[]), Ok(Vec::new()));
        for a in RUBBISH {
            for s in RUBBISH {
                for cv in RUBBISH {
                    let class = Class { arrivals_per_s: a, service_s: s, cv };
                    let answer = mean_waits_s(&[class, MIXED[0], class]);
                    answer.into_iter().flatten().for_each(|w| sane(Ok(w)));
                }
                for c in COUNTS {
                    let answer = mean_waits_at_servers_s(&[a, s], s, c);
                    answer.into_iter().flatten().for_each(|w| sane(Ok(w)));
                }
            }
        }
        assert!(matches!(mean_waits_s(&[MIXED[1]; 4]), Err(NoAnswer::Overload { .. })));
    }
}
