//! Open networks: Jackson's.

use crate::theory::{Answer, NoAnswer, argument, at_least_zero, multi};

/// Stations of an open network beyond this are not computed: the work grows with their cube.
const MOST_STATIONS: usize = 500;

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
    argument("number of rows of the routing", routing.len() as f64, wanted, routing.len() == n)?;
    // Row j: λⱼ − Σ λᵢ routingᵢⱼ = outsideⱼ; the last column is the right side.
    let mut rows = vec![vec![0.0; n + 1]; n];
    for (i, from) in routing.iter().map(AsRef::as_ref).enumerate() {
        argument("number of columns of the routing", from.len() as f64, wanted, from.len() == n)?;
        for (j, chance) in from.iter().enumerate() {
            let within = (0.0..=1.0).contains(chance);
            rows[j][i] -= argument("routing", *chance, "a chance from 0 to 1", within)?;
        }
        let sum = from.iter().sum();
        argument("sum of a row of the routing", sum, "at most 1", sum <= 1.0 + 1e-9)?;
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

#[cfg(test)]
mod tests {
    use super::super::super::check::{RUBBISH, close, sane};
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

    #[test]
    fn rubbish_is_answered() {
        for a in RUBBISH {
            for b in RUBBISH {
                for c in [0, 1, 3, u32::MAX] {
                    let whole = open(&[station(a, b, c), station(b, a, c)], &[[a, b], [0.5, 0.1]]);
                    sane(whole.map(|w| w.mean_number));
                    let whole = open(&[station(a, b, c), station(b, a, c)], &[[0.0, 0.9], [0.5, 0.1]]);
                    sane(whole.map(|w| w.mean_number));
                }
            }
        }
        let many = vec![station(1.0, 0.1, 1); 501];
        assert!(matches!(open(&many, &[[0.0; 501]; 501]), Err(NoAnswer::TooLarge { .. })));
    }
}
