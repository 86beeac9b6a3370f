//! Closed networks: mean value analysis and convolution.

use crate::theory::{Answer, NoAnswer, argument, at_least_one, at_least_zero, positive};

/// Steps in which a closed network must be solved: a second or so.
const MOST_STEPS: f64 = 1e8;

/// A place where users of a closed network spend time. Demand is visits × mean time of a visit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// Everybody is served at once, such as thinking or a wire: the mean time there in a round, in seconds.
    Delay {
        /// Mean time there in one round, in seconds.
        demand_s: f64,
    },
    /// Servers alike with one queue.
    Queue {
        /// Mean service in one round, in seconds.
        demand_s: f64,
        /// Servers sharing the queue.
        servers: u32,
    },
}

/// A closed network's steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct Closed {
    /// Rounds a second, of all users together.
    pub throughput_per_s: f64,
    /// Mean time of a round in seconds, delays included.
    pub round_s: f64,
    /// Mean time of a round that is spent at queues, in seconds: what a user who thinks takes for the response.
    pub response_s: f64,
    /// Mean number of users at each place, in the order given.
    pub mean_numbers: Vec<f64>,
}

/// A closed network of `users` users, each going round through all `places` for ever.
///
/// Exact for exponential service at queues, first come first served, or any service where one server is shared; delays may have any law. Users are alike.
/// With one server to each queue by mean value analysis (Reiser and Lavenberg, Mean-Value Analysis of Closed Multichain Queuing Networks, 1980), up to 10⁸
/// users × places; with several somewhere by convolution in logarithms (Buzen, Computational Algorithms for Closed Queueing Networks with
/// Exponential Servers, 1973), up to 10⁸ users² × places. Demands from 0 to 10¹² s, one of them above 0.
///
/// ```
/// use tenfold::theory::network::{Place, closed};
/// // Sixty users think a second, then wait for one server that takes 20 ms.
/// let think = Place::Delay { demand_s: 1.0 };
/// let server = Place::Queue { demand_s: 0.020, servers: 1 };
/// let whole = closed(&[think, server], 60).unwrap();
/// assert!((whole.throughput_per_s - 48.92).abs() < 0.01);
/// assert!((whole.response_s - 0.2266).abs() < 1e-4);
/// ```
pub fn closed(places: &[Place], users: u32) -> Answer<Closed> {
    at_least_one("users", users)?;
    argument("number of places", places.len() as f64, "at least 1", !places.is_empty())?;
    let (mut several, mut demand) = (false, 0.0);
    for place in places {
        demand += match *place {
            Place::Delay { demand_s } => at_least_zero("demand_s", demand_s)?,
            Place::Queue { demand_s, servers } => {
                several |= at_least_one("servers", servers)? > 1.0;
                at_least_zero("demand_s", demand_s)?
            }
        };
    }
    positive("sum of all demand_s", demand)?;
    let each = if several { f64::from(users) * f64::from(users) } else { f64::from(users) };
    let found = each * places.len() as f64;
    if found > MOST_STEPS {
        return Err(NoAnswer::TooLarge { what: "number of steps", found, most: MOST_STEPS });
    }
    let (throughput_per_s, mean_numbers) =
        if several { by_convolution(places, users) } else { by_mean_values(places, users) };
    let away = places.iter().zip(&mean_numbers).filter(|(p, _)| matches!(p, Place::Delay { .. }));
    let away: f64 = away.map(|(_, number)| number).sum();
    let queued: f64 = mean_numbers.iter().sum::<f64>() - away;
    Ok(Closed {
        throughput_per_s,
        round_s: f64::from(users) / throughput_per_s,
        response_s: queued.max(0.0) / throughput_per_s,
        mean_numbers,
    })
}

/// Mean value analysis: who arrives finds what one user fewer would leave there.
fn by_mean_values(places: &[Place], users: u32) -> (f64, Vec<f64>) {
    let mut numbers = vec![0.0; places.len()];
    let mut throughput = 0.0;
    for n in 1..=users {
        let times: Vec<f64> = places
            .iter()
            .zip(&numbers)
            .map(|(place, found)| match *place {
                Place::Delay { demand_s } => demand_s,
                Place::Queue { demand_s, .. } => demand_s * (1.0 + found),
            })
            .collect();
        throughput = f64::from(n) / times.iter().sum::<f64>();
        numbers = times.iter().map(|t| throughput * t).collect();
    }
    (throughput, numbers)
}

/// Buzen's convolution, every weight as its logarithm: throughput is the ratio of the last two normalising constants.
fn by_convolution(places: &[Place], users: u32) -> (f64, Vec<f64>) {
    let n = users as usize;
    let weights: Vec<Vec<f64>> = places.iter().map(|place| log_weights(*place, n)).collect();
    // What the places before the i-th give, and those after it, so that each can be left out.
    let nobody: Vec<f64> = (0..=n).map(|k| if k == 0 { 0.0 } else { f64::NEG_INFINITY }).collect();
    let mut before = vec![nobody.clone()];
    for w in &weights {
        let next = convolve(before.last().unwrap_or(&nobody), w);
        before.push(next);
    }
    let whole = before.last().unwrap_or(&nobody).clone();
    let throughput = libm::exp(whole[n - 1] - whole[n]);
    let mut after = nobody;
    let mut numbers: Vec<f64> = weights
        .iter()
        .zip(&before)
        .rev()
        .map(|(w, before)| {
            let others = convolve(before, &after);
            after = convolve(&after, w);
            (1..=n).map(|k| k as f64 * libm::exp(w[k] + others[n - k] - whole[n])).sum()
        })
        .collect();
    numbers.reverse();
    (throughput, numbers)
}

/// Logarithms of a place's weights for 0 to `n` users: demandᵏ over the product of the servers busy with 1 to k of them.
fn log_weights(place: Place, n: usize) -> Vec<f64> {
    let (demand_s, servers) = match place {
        Place::Delay { demand_s } => (demand_s, f64::INFINITY),
        Place::Queue { demand_s, servers } => (demand_s, f64::from(servers)),
    };
    let mut sum = 0.0;
    (0..=n)
        .map(|k| {
            if k > 0 {
                sum += libm::log(demand_s / servers.min(k as f64));
            }
            sum
        })
        .collect()
}

/// log Σ exp(aₖ + bₙ₋ₖ) for every n.
fn convolve(a: &[f64], b: &[f64]) -> Vec<f64> {
    (0..a.len())
        .map(|n| {
            let terms = || (0..=n).map(|k| a[k] + b[n - k]);
            let most = terms().fold(f64::NEG_INFINITY, f64::max);
            // What is 45 below the most is below its last digit.
            let sum: f64 = terms().filter(|t| *t > most - 45.0).map(|t| libm::exp(t - most)).sum();
            if sum > 0.0 { most + libm::log(sum) } else { f64::NEG_INFINITY }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{COUNTS, RUBBISH, chain, close, sane};
    use super::*;

    const THINK: Place = Place::Delay { demand_s: 1.0 };

    fn queue(demand_s: f64, servers: u32) -> Place {
        Place::Queue { demand_s, servers }
    }

    #[test]
    fn mean_value_analysis_hits_the_published_table() {
        for (users, throughput, response_s) in [
            (1, 0.980, 0.0200),
            (10, 9.764, 0.0242),
            (40, 37.51, 0.0664),
            (51, 45.34, 0.1248),
            (60, 48.92, 0.2266),
            (120, 50.0, 1.4),
        ] {
            let found = closed(&[THINK, queue(0.020, 1)], users).unwrap();
            close(found.throughput_per_s, throughput, 0.0005);
            close(found.response_s, response_s, 0.003);
        }
    }

    #[test]
    fn repairing_machines_is_the_chain_of_the_broken_ones() {
        // M/M/c//N: each of the n − k that run breaks once a second on average.
        for (servers, users, service_s) in [(1, 30, 0.05), (3, 40, 0.1), (4, 200, 0.03), (8, 5, 0.5)] {
            let n = users as usize;
            let broken = |k: usize| k.min(servers as usize) as f64 / service_s;
            let p = chain(n + 1, |k| (n - k) as f64, broken);
            let found = closed(&[THINK, queue(service_s, servers)], users).unwrap();
            let mean: f64 = p.iter().enumerate().map(|(k, p)| k as f64 * p).sum();
            let done: f64 = p.iter().enumerate().map(|(k, p)| broken(k) * p).sum();
            close(found.mean_numbers[1], mean, 1e-10);
            close(found.throughput_per_s, done, 1e-10);
            close(found.response_s, mean / done, 1e-10);
        }
    }

    #[test]
    fn convolution_and_mean_value_analysis_are_one_theory() {
        let places = [THINK, queue(0.2, 1), queue(0.05, 1), Place::Delay { demand_s: 0.0 }, queue(0.199, 1)];
        for users in [1, 2, 17, 150] {
            let (one, other) = (by_mean_values(&places, users), by_convolution(&places, users));
            close(other.0, one.0, 1e-10);
            for (a, b) in other.1.into_iter().zip(one.1) {
                close(a + 1.0, b + 1.0, 1e-9);
            }
        }
    }

    #[test]
    fn more_servers_than_users_are_a_delay() {
        let (servers, delay) = (queue(0.3, 50), Place::Delay { demand_s: 0.3 });
        let (a, b) =
            (closed(&[queue(0.1, 1), servers], 40).unwrap(), closed(&[queue(0.1, 1), delay], 40).unwrap());
        close(a.throughput_per_s, b.throughput_per_s, 1e-10);
        close(a.mean_numbers[0], b.mean_numbers[0], 1e-10);
    }

    #[test]
    fn all_users_are_somewhere() {
        let found = closed(&[THINK, queue(0.2, 2), queue(0.05, 1), queue(0.6, 7)], 300).unwrap();
        close(found.mean_numbers.iter().sum(), 300.0, 1e-9);
        close(found.throughput_per_s, 10.0, 1e-9);
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for b in RUBBISH {
                for c in [0, 1, 3, u32::MAX] {
                    for users in COUNTS {
                        // A hundred thousand users take a moment; two cases are enough.
                        if users == 100_000 && (a.to_bits(), c) != (1.0_f64.to_bits(), 1) {
                            continue;
                        }
                        let whole = closed(&[queue(a, c), Place::Delay { demand_s: b }], users);
                        sane(whole.map(|w| w.throughput_per_s));
                    }
                }
            }
        }
        assert!(closed(&[], 1).is_err());
        assert!(closed(&[queue(0.0, 1)], 1).is_err());
        assert!(matches!(closed(&[THINK], u32::MAX), Err(NoAnswer::TooLarge { .. })));
    }
}
