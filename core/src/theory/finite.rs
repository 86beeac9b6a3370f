//! Several servers with a bounded queue: M/M/c/K, which has a steady state at any load.

use super::{Answer, NoAnswer, at_least_one, first_time, multi, offered, quantile_below_one};

/// What M/M/c/K does in its steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounded {
    /// Share of arrivals that find all places taken and are turned away.
    pub blocking: f64,
    /// Requests accepted, and so finished, a second.
    pub throughput_per_s: f64,
    /// Mean wait of those accepted, in seconds.
    pub mean_wait_s: f64,
    /// Mean time from arrival to end of service of those accepted, in seconds.
    pub mean_sojourn_s: f64,
    /// Mean number waiting.
    pub mean_queue: f64,
    /// Mean share of the servers that is busy.
    pub utilisation: f64,
}

/// M/M/c/K: `servers` servers and `places` places in all, those in service included; who finds none is turned away and does not come back.
///
/// Exact for Poisson arrivals and exponential service, first come first served, at any load. `places` must be at least `servers`; with as many, it is
/// Erlang B. Computed without large numbers, in some √servers + log places steps. Source: Kleinrock, Queueing Systems I, 1975, chapter 3.
///
/// ```
/// // One server at 90 %, ten places: 5.08 % are turned away.
/// let queue = tenfold::theory::finite::bounded(90.0, 0.010, 1, 10).unwrap();
/// assert!((queue.blocking - 0.0508).abs() < 1e-4);
/// assert!((queue.throughput_per_s - 85.43).abs() < 0.01);
/// ```
pub fn bounded(arrivals_per_s: f64, service_s: f64, servers: u32, places: u32) -> Answer<Bounded> {
    let load = offered(arrivals_per_s, service_s)?;
    let c = at_least_one("servers", servers)?;
    if places < servers {
        let wanted = "at least the number of servers";
        return Err(NoAnswer::Argument { name: "places", found: f64::from(places), wanted });
    }
    let rho = load / c;
    let free = multi::free_over_full(load, servers)?;
    let room = places - servers;
    // Weights of the states relative to "all servers busy, nobody waits" or, above full load, to "all places taken": all powers are at most 1.
    let (not_full, full, waiting) = if rho <= 1.0 {
        let powers = Powers::up_to(rho, room);
        (free + powers.sum - powers.last, powers.last, powers.weighted)
    } else {
        let powers = Powers::up_to(1.0 / rho, room);
        let some_free = powers.last * free + (powers.sum - powers.last) / rho;
        (some_free, 1.0, f64::from(room) * powers.sum - powers.weighted)
    };
    let all = not_full + full;
    let (blocking, accepted, mean_queue) = (full / all, not_full / all, waiting / all);
    let throughput_per_s = arrivals_per_s * accepted;
    // Little's law; with no arrivals, the rare one does not wait.
    let mean_wait_s = if throughput_per_s > 0.0 { mean_queue / throughput_per_s } else { 0.0 };
    Ok(Bounded {
        blocking,
        throughput_per_s,
        mean_wait_s,
        mean_sojourn_s: mean_wait_s + service_s,
        mean_queue,
        utilisation: rho * accepted,
    })
}

/// M/M/1/K: the sojourn of those accepted, in seconds, that a share `quantile` of them does not exceed.
///
/// Exact, at any load: who finds n inside stays for n + 1 services, an Erlang time. At most 10⁵ `places`. Source: as [`bounded`].
///
/// ```
/// // Who is let in has at most nine before him; with endless room, p99 would be 461 ms.
/// let p99_s = tenfold::theory::finite::sojourn_quantile_s(90.0, 0.010, 10, 0.99).unwrap();
/// assert!((p99_s - 0.1478).abs() < 1e-4);
/// ```
pub fn sojourn_quantile_s(arrivals_per_s: f64, service_s: f64, places: u32, quantile: f64) -> Answer {
    const MOST_PLACES: u32 = 100_000;
    let rho = offered(arrivals_per_s, service_s)?;
    at_least_one("places", places)?;
    let slower = 1.0 - quantile_below_one(quantile)?;
    if places > MOST_PLACES {
        let (found, most) = (f64::from(places), f64::from(MOST_PLACES));
        return Err(NoAnswer::TooLarge { what: "number of places", found, most });
    }
    // Shares of those who find at least n inside, from the top down; powers of a ratio of at most 1, so that none is too large.
    let mut at_least = Vec::with_capacity(places as usize);
    let mut sum = 0.0;
    for n in (0..places).rev() {
        let step = f64::from(if rho <= 1.0 { n } else { places - 1 - n });
        sum += libm::pow(if rho <= 1.0 { rho } else { 1.0 / rho }, step);
        at_least.push(sum);
    }
    let longer = |t: f64| {
        // Who finds n inside is not done while fewer than n + 1 services are: a Poisson number, by its logarithm.
        let (mut log_weight, mut share) = (-t, 0.0);
        for n in 0..places {
            share += libm::exp(log_weight) * at_least[(places - 1 - n) as usize];
            log_weight += libm::log(t / (f64::from(n) + 1.0));
        }
        share / sum
    };
    let found = first_time(|t| t > 0.0 && longer(t) <= slower);
    found.map(|t| t * service_s).ok_or(NoAnswer::NoSuchPoint("the sojourn has no such percentile"))
}

/// Sums over the powers of a ratio r from 0 to 1.
#[derive(Clone, Copy)]
struct Powers {
    /// 1 + r + … + rᵐ.
    sum: f64,
    /// 0 + r + 2r² + … + m rᵐ.
    weighted: f64,
    /// rᵐ.
    last: f64,
}

impl Powers {
    /// By doubling, so that nothing is ever subtracted: the closed forms lose all digits where the ratio is near 1.
    fn up_to(ratio: f64, m: u32) -> Powers {
        // The sums over the first n powers, and rⁿ; n runs through the leading digits of m + 1.
        let (mut sum, mut weighted, mut next, mut n) = (0.0, 0.0, 1.0, 0.0);
        let count = u64::from(m) + 1;
        for bit in (0..=32).rev() {
            weighted += next * (weighted + n * sum);
            sum += next * sum;
            next *= next;
            n *= 2.0;
            if count >> bit & 1 == 1 {
                weighted += n * next;
                sum += next;
                next *= ratio;
                n += 1.0;
            }
        }
        Powers { sum, weighted, last: libm::pow(ratio, f64::from(m)) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::{COUNTS, RUBBISH, chain, close, sane};
    use super::super::single;
    use super::*;

    #[test]
    fn m_m_c_k_is_the_chain_with_so_many_states() {
        for (load, servers, places) in [
            (0.9, 1, 10),
            (1.2, 1, 50),
            (3.2, 4, 4),
            (3.2, 4, 9),
            (4.0, 4, 40),
            (8.0, 4, 40),
            (4.0 + 1e-9, 4, 2000),
            (60.0, 64, 100),
        ] {
            let c = servers as usize;
            let p = chain(places as usize + 1, |_| load, |n| n.min(c) as f64);
            let found = bounded(load, 1.0, servers, places).unwrap();
            let queue: f64 = p.iter().enumerate().skip(c).map(|(n, p)| (n - c) as f64 * p).sum();
            let busy: f64 = p.iter().enumerate().map(|(n, p)| n.min(c) as f64 * p).sum();
            close(found.blocking, p[places as usize], 1e-10);
            if places > servers {
                close(found.mean_queue, queue, 1e-10);
            }
            close(found.throughput_per_s, busy, 1e-10);
            close(found.utilisation, busy / f64::from(servers), 1e-10);
            close(found.mean_wait_s * found.throughput_per_s + 1e-30, queue + 1e-30, 1e-10);
        }
    }

    #[test]
    fn blocking_hits_the_published_table() {
        for (rho, places, percent) in [(0.9, 10, 5.08), (0.9, 50, 0.052), (1.2, 10, 19.3), (1.2, 50, 16.7)] {
            let found = 100.0 * bounded(rho, 1.0, 1, places).unwrap().blocking;
            assert!((found / percent - 1.0).abs() < 0.01, "{found}");
        }
    }

    #[test]
    fn without_room_to_wait_it_is_erlang_b() {
        let found = bounded(5.0, 1.0, 10, 10).unwrap();
        close(found.blocking, multi::erlang_b(5.0, 10).unwrap(), 1e-12);
        assert!(found.mean_wait_s.abs() < 1e-300);
    }

    #[test]
    fn with_endless_room_it_is_m_m_c() {
        for (load, servers) in [(0.8, 1), (3.6, 4), (60.0, 64)] {
            let found = bounded(load, 1.0, servers, 1_000_000).unwrap();
            close(found.mean_wait_s, multi::mean_wait_s(load, 1.0, servers).unwrap(), 1e-9);
            assert!(found.blocking < 1e-100);
        }
    }

    #[test]
    fn at_full_load_a_huge_queue_is_equally_often_at_every_length() {
        let found = bounded(1.0, 1.0, 1, u32::MAX).unwrap();
        close(found.mean_queue, f64::from(u32::MAX) / 2.0, 1e-6);
        close(found.blocking, 1.0 / 4_294_967_296.0, 1e-9);
    }

    #[test]
    fn the_sojourn_with_endless_room_is_exponential_and_without_room_one_service() {
        for q in [0.1, 0.5, 0.99] {
            let found = sojourn_quantile_s(0.8, 1.0, 2_000, q).unwrap();
            close(found, single::sojourn_quantile_s(0.8, 1.0, q).unwrap(), 1e-9);
            for rho in [0.3, 1.0, 5.0] {
                close(sojourn_quantile_s(rho, 1.0, 1, q).unwrap(), -libm::log1p(-q), 1e-9);
            }
        }
    }

    #[test]
    fn the_sojourn_has_the_mean_of_the_chain_below_and_above_full_load() {
        for (rho, places) in [(0.9, 10), (1.0, 7), (3.0, 20)] {
            // The mean is the mean of the percentiles.
            let steps = 500;
            let each = |i: u32| (f64::from(i) + 0.5) / f64::from(steps);
            let mean =
                (0..steps).map(|i| sojourn_quantile_s(rho, 1.0, places, each(i)).unwrap()).sum::<f64>()
                    / f64::from(steps);
            close(mean, bounded(rho, 1.0, 1, places).unwrap().mean_sojourn_s, 5e-3);
        }
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for q in RUBBISH {
                for places in [0, 1, 40, u32::MAX] {
                    sane(sojourn_quantile_s(a, 1.0, places, q));
                }
            }
        }
        for a in RUBBISH {
            for s in RUBBISH {
                for c in COUNTS {
                    for k in COUNTS {
                        let Ok(found) = bounded(a, s, c, k) else { continue };
                        for x in [found.blocking, found.mean_wait_s, found.mean_queue, found.throughput_per_s]
                        {
                            sane(Ok(x));
                        }
                        assert!(found.blocking <= 1.0 && found.utilisation <= 1.0 + 1e-9, "{found:?}");
                    }
                }
            }
        }
        assert!(bounded(1.0, 1.0, 4, 3).is_err());
    }
}
