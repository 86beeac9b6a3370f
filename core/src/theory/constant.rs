//! One server whose every service takes the same time: M/D/1, whose percentiles have an exact form too.

use super::{Answer, NoAnswer, quantile_below_one, single};

/// Services a wait may last at most to be computed: the work grows with the square.
const MOST: usize = 3_000;

/// M/D/1, first come first served: the wait in seconds that a share `quantile` of requests does not exceed.
///
/// Exact for Poisson arrivals and constant service. Every term of the sums is positive, so digits are kept also near full load; waits of more than 3,000 services are
/// [`NoAnswer::TooLarge`]. Source: Franx, A Simple Solution for the M/D/c Waiting Time Distribution, 2001, with c = 1.
///
/// ```
/// use tenfold::theory::{constant, single};
/// // At 80 % a constant service has half the mean wait of an exponential one, and somewhat less than half its tail.
/// let constant_s = constant::wait_quantile_s(80.0, 0.010, 0.99).unwrap();
/// let exponential_s = single::wait_quantile_s(80.0, 0.010, 0.99).unwrap();
/// assert!((constant_s - 0.1036).abs() < 1e-4 && constant_s < 0.5 * exponential_s);
/// ```
pub fn wait_quantile_s(arrivals_per_s: f64, service_s: f64, quantile: f64) -> Answer {
    let rho = single::utilisation(arrivals_per_s, service_s)?;
    let q = quantile_below_one(quantile)?;
    if q <= 1.0 - rho {
        return Ok(0.0);
    }
    let mut inside = Inside::new(rho);
    for k in 1..=MOST {
        // Up to here in whole services, counted from the end of the k-th.
        if inside.waits_at_most(k, 0.0) < q {
            continue;
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if inside.waits_at_most(k, 1.0 - middle) >= q { high = middle } else { low = middle }
        }
        return Ok(service_s * (k as f64 - 1.0 + high));
    }
    let what = "number of services a wait lasts";
    Err(NoAnswer::TooLarge { what, found: MOST as f64, most: MOST as f64 })
}

/// M/D/1, first come first served: the sojourn in seconds that a share `quantile` of requests does not exceed: its wait and one service more.
///
/// Exact; as [`wait_quantile_s`].
///
/// ```
/// let p50_s = tenfold::theory::constant::sojourn_quantile_s(50.0, 0.010, 0.5).unwrap();
/// assert_eq!(p50_s, 0.010);
/// ```
pub fn sojourn_quantile_s(arrivals_per_s: f64, service_s: f64, quantile: f64) -> Answer {
    Ok(service_s + wait_quantile_s(arrivals_per_s, service_s, quantile)?)
}

/// How many are inside, grown as far as it is asked for.
struct Inside {
    rho: f64,
    /// Chance that so many are inside.
    exactly: Vec<f64>,
    /// Chance that at most so many are inside.
    at_most: Vec<f64>,
    /// Chance that more than so many arrive during a service.
    more: Vec<f64>,
    /// Chance that just as many arrive as the next entry of `more` is about.
    arrive: f64,
}

impl Inside {
    fn new(rho: f64) -> Inside {
        let none = libm::exp(-rho);
        Inside {
            rho,
            exactly: vec![1.0 - rho],
            at_most: vec![1.0 - rho],
            more: vec![-libm::expm1(-rho)],
            arrive: none * rho,
        }
    }

    /// As often as a service leaves more than n behind that found fewer, another one leaves n that found n + 1.
    fn grow(&mut self) {
        let n = self.exactly.len() - 1;
        while self.more.len() <= n + 1 {
            let m = self.more.len();
            self.more.push((self.more[m - 1] - self.arrive).max(0.0));
            self.arrive *= self.rho / (m as f64 + 1.0);
        }
        let up: f64 = (1..=n).map(|i| self.exactly[i] * self.more[n + 1 - i]).sum();
        let next = (self.exactly[0] * self.more[n] + up) * libm::exp(self.rho);
        self.exactly.push(next);
        self.at_most.push(self.at_most[n] + next);
    }

    /// Chance that a wait ends `before` services before the end of the k-th, or sooner.
    fn waits_at_most(&mut self, k: usize, before: f64) -> f64 {
        while self.at_most.len() <= k {
            self.grow();
        }
        let y = self.rho * before;
        let (mut weight, mut sum) = (libm::exp(-y), 0.0);
        for j in 0..k {
            sum += weight * self.at_most[k - j];
            weight *= y / (j as f64 + 1.0);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::super::check::{RUBBISH, close, sane};
    use super::*;

    #[test]
    fn the_mean_under_the_curve_is_pollaczeks_and_khinchines() {
        for rho in [0.2, 0.5, 0.8, 0.95] {
            let mut inside = Inside::new(rho);
            // The mean wait is the integral of the chance to wait longer, by Simpson's rule within each service.
            let mut mean = 0.0;
            for k in 1..=600 {
                let mut longer = |before: f64| 1.0 - inside.waits_at_most(k, before);
                mean += (longer(1.0) + 4.0 * longer(0.5) + longer(0.0)) / 6.0;
            }
            close(mean, single::general_mean_wait_s(rho, 1.0, 0.0).unwrap(), 2e-4);
            close(1.0 - inside.waits_at_most(1, 1.0), rho, 1e-12);
        }
    }

    #[test]
    fn percentiles_are_those_of_a_simulated_queue() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
        let mut exponential =
            move || -libm::log((random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0 + 1e-17);
        let rho = 0.7;
        let limits = [0.5, 0.9, 0.99].map(|q| (q, wait_quantile_s(rho, 1.0, q).unwrap()));
        let (mut wait, mut within, arrivals) = (0.0_f64, [0_u32; 3], 2_000_000);
        for _ in 0..arrivals {
            for (seen, (_, limit)) in within.iter_mut().zip(limits) {
                *seen += u32::from(wait <= limit);
            }
            wait = (wait + 1.0 - exponential() / rho).max(0.0);
        }
        for (seen, (q, _)) in within.iter().zip(limits) {
            let share = f64::from(*seen) / f64::from(arrivals);
            // Waits in a row are alike: some 200 arrivals make one independent of the first.
            assert!((share - q).abs() < 4.0 * (q * (1.0 - q) * 200.0 / 2e6_f64).sqrt(), "{share} for {q}");
        }
    }

    #[test]
    fn near_full_load_the_wait_is_exponential() {
        // Heavy traffic: mean ρ/(2(1 − ρ)), p99 ln 100 times that.
        let p99 = wait_quantile_s(0.99, 1.0, 0.99).unwrap();
        close(p99, 0.99 / 0.02 * libm::log(100.0), 0.02);
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for s in [f64::NAN, 0.0, 1.0, 1e-9, f64::MAX] {
                for q in RUBBISH {
                    sane(wait_quantile_s(a, s, q));
                    sane(sojourn_quantile_s(a, s, q));
                }
            }
        }
        assert!(matches!(wait_quantile_s(0.9999, 1.0, 0.9999), Err(NoAnswer::TooLarge { .. })));
    }
}
