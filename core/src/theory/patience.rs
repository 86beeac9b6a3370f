//! Several servers with one queue in which nobody waits for ever: M/M/c+M, called Erlang A.

use super::{Answer, NoAnswer, at_least_one, multi, offered, positive};

/// Terms of the series that are summed at most: some tens of milliseconds.
const MOST_TERMS: u32 = 10_000_000;

/// M/M/c+D: the share of requests that give up when nobody waits longer than `patience_s` seconds; once served, they stay.
///
/// Exact for Poisson arrivals and exponential service, first come first served, at any load. Source: Barrer, Queuing with Impatient Customers and
/// Ordered Service, 1957; Baccelli and Hebuterne, On Queues with Impatient Customers, 1981.
///
/// ```
/// use tenfold::theory::patience::abandoning_after;
/// // One server at 80 %: of those who wait no longer than a service takes, more than a quarter give up.
/// let share = abandoning_after(80.0, 0.010, 1, 0.010).unwrap();
/// assert!((share - 0.2752).abs() < 1e-4);
/// ```
pub fn abandoning_after(arrivals_per_s: f64, service_s: f64, servers: u32, patience_s: f64) -> Answer {
    let load = offered(arrivals_per_s, service_s)?;
    let c = at_least_one("servers", servers)?;
    let patience = super::at_least_zero("patience_s", patience_s)? / service_s;
    // In services, relative to the chance that one server is free: the density of the work before an arrival is load × e^(−(c − load) x) up to
    // the patience; beyond it nobody joins, and it falls by e^(−c x).
    let free = if servers == 1 { 1.0 } else { 1.0 / multi::erlang_b(load, servers - 1)? };
    let spare = c - load;
    let left = libm::exp(-spare * patience);
    let near = if spare.abs() * patience < 1e-9 { patience } else { -libm::expm1(-spare * patience) / spare };
    let beyond = load * left / c;
    let all = free + load * near + beyond;
    // Far above full load nearly everything gives up, and the terms are too large to write.
    Ok(match all.is_finite() {
        true => beyond / all,
        false if load > c => 1.0 - c / load,
        false => 0.0,
    })
}

/// What M/M/c+M does in its steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impatient {
    /// Share of arrivals that find all servers busy.
    pub waiting: f64,
    /// Share of arrivals that give up before their service starts.
    pub abandoning: f64,
    /// Mean time in the queue in seconds, over all arrivals: those served at once, those who waited, and those who gave up.
    pub mean_wait_s: f64,
    /// Mean number waiting.
    pub mean_queue: f64,
    /// Mean share of the servers that is busy.
    pub utilisation: f64,
}

/// M/M/c+M (Erlang A): those who wait lose patience after an exponential time of mean `patience_s` seconds; once served, they stay.
///
/// Exact for Poisson arrivals, exponential service and patience, first come first served, at any load. `patience_s` from 10⁻¹² to 10¹². A patience so long
/// that more than 10⁷ states of the queue matter is [`NoAnswer::TooLarge`]; below full load it is then as good as [`multi`]. Sources: Palm, 1957;
/// Garnett, Mandelbaum and Reiman, Designing a Call Center with Impatient Customers, 2002.
///
/// ```
/// // Ten per cent more than four servers can do; callers wait a second, service takes 10 ms.
/// let queue = tenfold::theory::patience::impatient(440.0, 0.010, 4, 1.0).unwrap();
/// // Little more than the excess, a share of 1/11, gives up.
/// assert!((queue.abandoning - 0.09321).abs() < 1e-5);
/// ```
pub fn impatient(arrivals_per_s: f64, service_s: f64, servers: u32, patience_s: f64) -> Answer<Impatient> {
    let load = offered(arrivals_per_s, service_s)?;
    let c = at_least_one("servers", servers)?;
    let free = multi::free_over_full(load, servers)?;
    let leaving = service_s / positive("patience_s", patience_s)?;
    // With j waiting, requests leave at rate c + j · leaving, in units of the service rate; with the most likely j, as many come as go.
    let mode = libm::floor(((load - c) / leaving).max(0.0));
    let (mut sum, mut queue) = (1.0, mode);
    let mut left_terms = MOST_TERMS;
    let mut too_many = || -> Answer<()> {
        left_terms -= 1;
        let (what, most) = ("number of states of the queue that matter", f64::from(MOST_TERMS));
        if left_terms > 0 { Ok(()) } else { Err(NoAnswer::TooLarge { what, found: most, most }) }
    };
    // Upwards from the most likely: the ratios fall.
    let (mut term, mut j) = (1.0, mode);
    loop {
        too_many()?;
        j += 1.0;
        let ratio = load / (c + j * leaving);
        term *= ratio;
        sum += term;
        queue += j * term;
        if term <= 1e-18 * sum * (1.0 - ratio).max(0.0) || term <= 1e-300 {
            break;
        }
    }
    // Downwards from it to an empty queue.
    (term, j) = (1.0, mode);
    while j > 0.0 && term > 1e-300 {
        too_many()?;
        let ratio = (c + j * leaving) / load;
        term *= ratio;
        j -= 1.0;
        sum += term;
        queue += j * term;
        if term <= 1e-18 * sum * (1.0 - ratio).max(0.0) {
            term = 0.0;
        }
    }
    // `term` is now the weight of "all busy, nobody waits".
    let all = sum + term * free;
    let (waiting, mean_queue) = (sum / all, queue / all);
    let mean_wait_s = if arrivals_per_s > 0.0 { mean_queue / arrivals_per_s } else { 0.0 };
    // Each of those waiting gives up at rate 1 / patience.
    let abandoning = (mean_wait_s / patience_s).min(1.0);
    Ok(Impatient {
        waiting,
        abandoning,
        mean_wait_s,
        mean_queue,
        utilisation: (load * (1.0 - abandoning) / c).min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::super::check::{COUNTS, RUBBISH, chain, close, sane};
    use super::*;

    #[test]
    fn erlang_a_is_a_long_chain_in_which_those_who_wait_leave() {
        for (load, servers, patience_s) in
            [(0.8, 1, 1.0), (3.2, 4, 0.1), (3.9, 4, 20.0), (8.0, 4, 50.0), (60.0, 50, 2.0), (2.0, 10, 1.0)]
        {
            let c = servers as usize;
            let leaving = |n: usize| n.saturating_sub(c) as f64 / patience_s;
            let p = chain(4000, |_| load, |n| n.min(c) as f64 + leaving(n));
            let found = impatient(load, 1.0, servers, patience_s).unwrap();
            let queue: f64 = p.iter().enumerate().skip(c).map(|(n, p)| (n - c) as f64 * p).sum();
            let busy: f64 = p.iter().enumerate().map(|(n, p)| n.min(c) as f64 * p).sum();
            close(found.waiting, p[c..].iter().sum(), 1e-10);
            close(found.mean_queue, queue, 1e-10);
            close(found.abandoning, queue / patience_s / load, 1e-10);
            close(found.utilisation, busy / f64::from(servers), 1e-10);
        }
    }

    #[test]
    fn endless_patience_is_erlang_c_and_none_at_all_erlang_b() {
        let patient = impatient(3.2, 1.0, 4, 1e9).unwrap();
        close(patient.waiting, multi::erlang_c(3.2, 4).unwrap(), 1e-6);
        close(patient.mean_wait_s, multi::mean_wait_s(3.2, 1.0, 4).unwrap(), 1e-6);
        let hasty = impatient(3.2, 1.0, 4, 1e-9).unwrap();
        close(hasty.abandoning, multi::erlang_b(3.2, 4).unwrap(), 1e-6);
    }

    #[test]
    fn patience_like_service_makes_it_a_queue_without_end_of_servers() {
        // Everybody inside leaves at the same rate, so the number inside is Poisson with the offered load.
        let found = impatient(6.0, 1.0, 4, 1.0).unwrap();
        let poisson = chain(100, |_| 6.0, |n| n as f64);
        close(found.waiting, 1.0 - poisson[..4].iter().sum::<f64>(), 1e-12);
    }

    #[test]
    fn twice_the_load_loses_half_whatever_the_patience() {
        for patience_s in [1.0, 1e6] {
            close(impatient(2000.0, 1.0, 1000, patience_s).unwrap().abandoning, 0.5, 1e-9);
        }
    }

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for x in RUBBISH {
                for c in COUNTS {
                    // Long series are slow in a debug build; one of them is enough.
                    if (a, x) == (1e12, 1.0) && c != 3 {
                        continue;
                    }
                    let Ok(found) = impatient(a, 1.0, c, x) else { continue };
                    for x in [found.waiting, found.abandoning, found.mean_wait_s, found.utilisation] {
                        sane(Ok(x));
                    }
                    assert!(found.waiting <= 1.0 + 1e-9 && found.abandoning <= 1.0, "{found:?}");
                }
            }
        }
        assert!(matches!(impatient(1e12, 1.0, 1, 1e12), Err(NoAnswer::TooLarge { .. })));
    }

    #[test]
    fn patience_of_one_length_lies_between_none_and_no_end() {
        let share = |patience_s| abandoning_after(80.0, 0.010, 4, patience_s).unwrap();
        // Without any it is Erlang's loss; with very much, nobody leaves.
        close(share(0.0), multi::erlang_b(0.8, 4).unwrap(), 1e-12);
        assert!(share(10.0) < 1e-12);
        // Barrer's formula at one server, ρ² e^(−x (1 − ρ)) instead of 1 below the line.
        let (rho, x) = (0.7, 2.5);
        let tail = libm::exp(-x * (1.0 - rho));
        close(
            abandoning_after(rho, 1.0, 1, x).unwrap(),
            rho * (1.0 - rho) * tail / (1.0 - rho * rho * tail),
            1e-12,
        );
        // At full load the formula has a hole, which is filled.
        let near = abandoning_after(100.0, 0.010, 1, 0.050).unwrap();
        close(near, abandoning_after(100.0 + 1e-7, 0.010, 1, 0.050).unwrap(), 1e-6);
        close(abandoning_after(1e6, 0.010, 4, 1.0).unwrap(), 1.0 - 4e-4, 1e-9);
    }

    #[test]
    fn any_patience_of_one_length_is_answered_with_a_share() {
        for x in RUBBISH {
            for y in RUBBISH {
                sane(abandoning_after(x, y, 3, 1.0));
                sane(abandoning_after(3.0, x, 1, y));
            }
        }
    }
}
