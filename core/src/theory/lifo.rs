//! One server, last come first served: M/M/1-LIFO, without interrupting the request in service.
//!
//! The mean is that of first come first served; the spread is not: most are served soon, a few wait through a whole busy period.

use super::{Answer, NoAnswer, at_least_zero, single};

/// Jumps of the chain that are followed at most: some tenths of a second.
const MOST_JUMPS: f64 = 10_000.0;

/// Share of requests whose sojourn is longer than `sojourn_s`.
///
/// Exact for M/M/1: who finds the server busy waits until it has served the request in service and all that come later, which is the busy period of an
/// M/M/1, and is then served. Computed jump by jump (uniformisation), so (λ + μ) × `sojourn_s` may be at most 10⁴. Source of the busy period: Kleinrock,
/// Queueing Systems I, 1975, chapter 5.
///
/// ```
/// use tenfold::theory::lifo::share_above;
/// // At 80 %, more than first come first served are done within four services, and more need longer than forty.
/// let fifo = |t: f64| f64::exp(-0.2 * t);
/// assert!(share_above(80.0, 0.010, 0.040).unwrap() < fifo(4.0));
/// assert!(share_above(80.0, 0.010, 0.400).unwrap() > fifo(40.0));
/// ```
pub fn share_above(arrivals_per_s: f64, service_s: f64, sojourn_s: f64) -> Answer {
    let rho = single::utilisation(arrivals_per_s, service_s)?;
    let speed = arrivals_per_s + 1.0 / service_s;
    let jumps = at_least_zero("sojourn_s", sojourn_s)? * speed;
    if jumps > MOST_JUMPS {
        return Err(NoAnswer::TooLarge { what: "number of jumps", found: jumps, most: MOST_JUMPS });
    }
    let (up, down) = (rho / (1.0 + rho), 1.0 / (1.0 + rho));
    let most = (jumps + 12.0 * jumps.sqrt() + 40.0) as usize;
    // Chances to be in service oneself, and to have n still to be served before, counted from 1.
    let (mut served, mut before) = (1.0 - rho, vec![0.0; most + 2]);
    before[1] = rho;
    // The chance of so many jumps in that time, from the logarithm, since the first may be too small to write.
    let (mut log_chance, mut above) = (-jumps, 0.0);
    for jump in 0..=most {
        let inside: f64 = served + before.iter().sum::<f64>();
        above += libm::exp(log_chance) * inside;
        log_chance += libm::log(jumps / (jump + 1) as f64);
        let mut next = vec![0.0; most + 2];
        for n in 1..=most {
            next[n + 1] += up * before[n];
            if n > 1 {
                next[n - 1] += down * before[n];
            }
        }
        // While one is served oneself, arrivals change nothing.
        served = up * served + down * before[1];
        before = next;
    }
    Ok(above.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::super::check::{RUBBISH, close, sane};
    use super::*;

    #[test]
    fn the_areas_under_the_tail_give_the_mean_of_any_order_and_the_spread_of_lifo() {
        // ∫ P(T > t) dt is the mean, 1/(μ − λ); ∫ 2 t P(T > t) dt the second moment: of a service, and, with the chance ρ, of a busy period
        // before it (mean 1/(μ − λ), second moment 2/(μ² (1 − ρ)³)).
        let (rho, step, end) = (0.5, 0.05, 200.0);
        let (mut mean, mut square, mut t) = (0.0, 0.0, step / 2.0);
        while t < end {
            let share = share_above(rho, 1.0, t).unwrap();
            mean += share * step;
            square += 2.0 * t * share * step;
            t += step;
        }
        close(mean, 2.0, 1e-3);
        let busy = (1.0 / (1.0 - rho), 2.0 / libm::pow(1.0 - rho, 3.0));
        close(square, 2.0 + rho * (busy.1 + 2.0 * busy.0), 2e-3);
    }

    #[test]
    fn an_empty_server_serves_at_once() {
        close(share_above(1e-12, 1.0, 2.0).unwrap(), libm::exp(-2.0), 1e-9);
        close(share_above(0.5, 1.0, 0.0).unwrap(), 1.0, 1e-12);
    }

    #[test]
    fn rubbish_is_refused_or_answered_with_a_number() {
        for x in RUBBISH {
            for y in RUBBISH {
                sane(share_above(x, y, 1.0));
                sane(share_above(0.5, 1.0, y));
            }
        }
    }
}
