//! Networks of queues: open ones fed by streams (Jackson), closed ones with a fixed number of users (mean value analysis).

use super::{Answer, NoAnswer, at_least_one, at_least_zero, multi, positive};

/// Stations of an open network beyond this are not computed: the work grows with their cube.
const MOST_STATIONS: usize = 500;
/// Steps in which a closed network must be solved: a second or so.
const MOST_STEPS: f64 = 1e8;

/// A station of an open network: M/M/c with what comes from outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    /// Mean arrivals from outside a second, a Poisson stream.
    pub arrivals_per_s: f64,
    /// Mean of the exponential service of one visit, in seconds.
    pub service_s: f64,
    /// Servers sharing one queue.
    pub servers: u32,
}

/// An open network's steady state.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// In the order given.
    pub stations: Vec<Visited>,
    /// Mean number inside the network.
    pub mean_number: f64,
    /// Mean time from entering the network to leaving it, in seconds. None where nobody enters.
    pub mean_sojourn_s: Option<f64>,
}

/// A station within an open network's steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visited {
    /// Arrivals a second, from outside and from other stations.
    pub arrivals_per_s: f64,
    /// Mean share of its servers that is busy.
    pub utilisation: f64,
    /// Mean wait of one visit in seconds.
    pub mean_wait_s: f64,
    /// Mean number waiting or served.
    pub mean_number: f64,
}

/// An open Jackson network: `routing[i][j]` is the chance that a request leaving station i goes to station j; the rest of the row leaves the network.
///
/// Exact for Poisson arrivals from outside, exponential service drawn anew at each visit, chance routing, first come first served: each station then
/// behaves as an M/M/c of its own. Every station must be able to keep up, and everybody must leave some day. At most 500 stations.
/// Source: Jackson, Networks of Waiting Lines, 1957.
///
/// ```
/// use tenfold::theory::network::{Station, open};
/// // An app of four servers asks a database of two, for 40 % of requests, and gets them back.
/// let app = Station { arrivals_per_s: 100.0, service_s: 0.010, servers: 4 };
/// let database = Station { arrivals_per_s: 0.0, service_s: 0.020, servers: 2 };
/// let whole = open(&[app, database], &[[0.0, 0.4], [1.0, 0.0]]).unwrap();
/// assert!((whole.stations[0].arrivals_per_s - 100.0 / 0.6).abs() < 1e-9);
/// assert!((whole.stations[1].utilisation - 2.0 / 3.0).abs() < 1e-9);
/// ```
pub fn open<R: AsRef<[f64]>>(stations: &[Station], routing: &[R]) -> Answer<Open> {
    let rates = traffic(stations, routing)?;
    let mut visited = Vec::with_capacity(stations.len());
    for (station, arrivals_per_s) in stations.iter().zip(rates) {
        let mean_wait_s = multi::mean_wait_s(arrivals_per_s, station.service_s, station.servers)?;
        visited.push(Visited {
            arrivals_per_s,
            utilisation: arrivals_per_s * station.service_s / f64::from(station.servers),
            mean_wait_s,
            mean_number: arrivals_per_s * (mean_wait_s + station.service_s),
        });
    }
    let mean_number = visited.iter().map(|v| v.mean_number).sum();
    let entering: f64 = stations.iter().map(|s| s.arrivals_per_s).sum();
    let mean_sojourn_s = (entering > 0.0).then(|| mean_number / entering);
    Ok(Open { stations: visited, mean_number, mean_sojourn_s })
}

/// Each station's arrivals a second: λⱼ = outsideⱼ + Σ λᵢ routingᵢⱼ, by elimination with pivots.
fn traffic<R: AsRef<[f64]>>(stations: &[Station], routing: &[R]) -> Answer<Vec<f64>> {
    let n = stations.len();
    if n > MOST_STATIONS {
        let most = MOST_STATIONS as f64;
        return Err(NoAnswer::TooLarge { what: "number of stations", found: n as f64, most });
    }
    let wanted = "one for each station";
    super::argument("number of rows of the routing", routing.len() as f64, wanted, routing.len() == n)?;
    // Row j: λⱼ − Σ λᵢ routingᵢⱼ = outsideⱼ; the last column is the right side.
    let mut rows = vec![vec![0.0; n + 1]; n];
    for (i, from) in routing.iter().map(AsRef::as_ref).enumerate() {
        super::argument("number of columns of the routing", from.len() as f64, wanted, from.len() == n)?;
        for (j, chance) in from.iter().enumerate() {
            let within = (0.0..=1.0).contains(chance);
            rows[j][i] -= super::argument("routing", *chance, "a chance from 0 to 1", within)?;
        }
        let sum = from.iter().sum();
        super::argument("sum of a row of the routing", sum, "at most 1", sum <= 1.0 + 1e-9)?;
        rows[i][i] += 1.0;
        rows[i][n] = at_least_zero("arrivals_per_s", stations[i].arrivals_per_s)?;
    }
    eliminate(rows)
}

/// Solves a system of linear equations by Gauss and Jordan.
fn eliminate(mut rows: Vec<Vec<f64>>) -> Answer<Vec<f64>> {
    let n = rows.len();
    for k in 0..n {
        let best = (k..n).max_by(|a, b| rows[*a][k].abs().total_cmp(&rows[*b][k].abs())).unwrap_or(k);
        rows.swap(k, best);
        let pivot = rows[k].clone();
        if pivot[k].abs() < 1e-12 {
            return Err(NoAnswer::NobodyLeaves);
        }
        for row in rows.iter_mut().enumerate().filter_map(|(i, row)| (i != k).then_some(row)) {
            let factor = row[k] / pivot[k];
            row.iter_mut().zip(&pivot).skip(k).for_each(|(x, p)| *x -= factor * p);
        }
    }
    // A rate that is nothing may come out as less than nothing by a rounding error.
    Ok(rows.iter().enumerate().map(|(k, row)| (row[n] / row[k]).max(0.0)).collect())
}

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
    super::argument("number of places", places.len() as f64, "at least 1", !places.is_empty())?;
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
    use super::super::check::{COUNTS, RUBBISH, chain, close, sane};
    use super::*;

    fn station(arrivals_per_s: f64, service_s: f64, servers: u32) -> Station {
        Station { arrivals_per_s, service_s, servers }
    }

    #[test]
    fn every_station_sends_on_what_it_gets() {
        let stations = [station(3.0, 0.05, 2), station(0.0, 0.1, 3), station(1.0, 0.02, 1)];
        let routing = [[0.1, 0.5, 0.2], [0.3, 0.0, 0.6], [0.0, 0.25, 0.25]];
        let whole = open(&stations, &routing).unwrap();
        let mut leaving = 0.0;
        for (j, visited) in whole.stations.iter().enumerate() {
            let from_others: f64 = (0..3).map(|i| whole.stations[i].arrivals_per_s * routing[i][j]).sum();
            close(visited.arrivals_per_s, stations[j].arrivals_per_s + from_others, 1e-12);
            leaving += visited.arrivals_per_s * (1.0 - routing[j].iter().sum::<f64>());
        }
        close(leaving, 4.0, 1e-12);
        close(whole.mean_sojourn_s.unwrap(), whole.mean_number / 4.0, 1e-12);
    }

    #[test]
    fn a_tandem_of_two_is_m_m_c_after_m_m_c() {
        let whole =
            open(&[station(80.0, 0.010, 1), station(0.0, 0.040, 4)], &[[0.0, 1.0], [0.0, 0.0]]).unwrap();
        let sum =
            multi::mean_sojourn_s(80.0, 0.010, 1).unwrap() + multi::mean_sojourn_s(80.0, 0.040, 4).unwrap();
        close(whole.mean_sojourn_s.unwrap(), sum, 1e-12);
    }

    #[test]
    fn who_may_come_back_sees_one_station_with_more_arrivals() {
        // Feedback with chance 1/2 doubles the stream.
        let whole = open(&[station(40.0, 0.010, 1)], &[[0.5]]).unwrap();
        close(whole.mean_sojourn_s.unwrap(), 0.100, 1e-12);
    }

    #[test]
    fn a_network_nobody_leaves_is_refused_and_so_is_one_that_cannot_keep_up() {
        let two = [station(1.0, 0.1, 1), station(0.0, 0.1, 1)];
        assert_eq!(open(&two, &[[0.0, 1.0], [1.0, 0.0]]), Err(NoAnswer::NobodyLeaves));
        assert!(matches!(open(&two, &[[0.95, 0.0], [0.0, 0.0]]), Err(NoAnswer::Overload { .. })));
        assert!(matches!(open(&two, &[[0.0, 0.0]]), Err(NoAnswer::Argument { .. })));
        assert!(matches!(open(&two, &[vec![0.0], vec![0.0]]), Err(NoAnswer::Argument { .. })));
        assert!(matches!(open(&two, &[[0.6, 0.6], [0.0, 0.0]]), Err(NoAnswer::Argument { .. })));
        assert!(open(&[], &[[0.0; 0]; 0]).is_ok());
    }

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
                    let whole = open(&[station(a, b, c), station(b, a, c)], &[[a, b], [0.5, 0.1]]);
                    sane(whole.map(|w| w.mean_number));
                    for users in COUNTS {
                        if users > 100 && users < u32::MAX && (c > 1 || a > 0.0) {
                            continue;
                        }
                        let whole = closed(&[queue(a, c), Place::Delay { demand_s: b }], users);
                        sane(whole.map(|w| w.throughput_per_s));
                    }
                }
            }
        }
        assert!(closed(&[], 1).is_err());
        assert!(matches!(closed(&[THINK], u32::MAX), Err(NoAnswer::TooLarge { .. })));
    }
}
