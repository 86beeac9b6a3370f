//! Closed networks with several kinds of users: mean value analysis over all mixes of them.

use crate::theory::{Answer, NoAnswer, argument, at_least_zero, positive};

/// Steps in which the network must be solved: a second or so.
const MOST_STEPS: f64 = 1e7;

/// A kind of users.
#[derive(Debug, Clone, PartialEq)]
pub struct Users {
    /// How many.
    pub users: u32,
    /// Mean time in a round that is spent where everybody is served at once, such as thinking, in seconds.
    pub delay_s: f64,
    /// At each queue: visits in a round × mean service of a visit, in seconds.
    pub demands_s: Vec<f64>,
}

/// What a kind of users gets.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// Rounds a second, of all of this kind together.
    pub throughput_per_s: f64,
    /// Mean time of a round that is spent at queues, in seconds.
    pub response_s: f64,
    /// Mean number of this kind at each queue.
    pub mean_numbers: Vec<f64>,
}

/// A closed network with several kinds of users, who go round through queues of one server each for ever.
///
/// Exact where a queue's server is shared, with any service; and where it is first come first served with exponential service of the same mean for all kinds. By
/// mean value analysis over all mixes of users: the product of all (users + 1), times kinds × queues, may be 10⁷. Every kind must have the same number of
/// queues. Source: Reiser and Lavenberg, Mean-Value Analysis of Closed Multichain Queuing Networks, 1980.
///
/// ```
/// use tenfold::theory::network::{Users, closed_by_class};
/// // Ten who read for a second and five who never rest, at one processor.
/// let readers = Users { users: 10, delay_s: 1.0, demands_s: vec![0.020] };
/// let robots = Users { users: 5, delay_s: 0.0, demands_s: vec![0.050] };
/// let served = closed_by_class(&[readers, robots]).unwrap();
/// let busy = 0.020 * served[0].throughput_per_s + 0.050 * served[1].throughput_per_s;
/// assert!(busy > 0.999 && served[0].response_s > 0.100);
/// ```
pub fn closed_by_class(kinds: &[Users]) -> Answer<Vec<Served>> {
    let queues = kinds.first().map_or(0, |kind| kind.demands_s.len());
    let mut mixes = 1.0;
    for kind in kinds {
        let found = kind.demands_s.len();
        argument("number of queues", found as f64, "the same for every kind", found == queues)?;
        at_least_zero("delay_s", kind.delay_s)?;
        let mut demand = kind.delay_s;
        for demand_s in &kind.demands_s {
            demand += at_least_zero("demand_s", *demand_s)?;
        }
        positive("sum of a kind's times", demand)?;
        mixes *= f64::from(kind.users) + 1.0;
    }
    let found = mixes * (kinds.len() * queues.max(1)) as f64;
    if found > MOST_STEPS {
        return Err(NoAnswer::TooLarge { what: "number of steps", found, most: MOST_STEPS });
    }
    // A mix is a number: each kind has a digit of its own, so that one user fewer is `unit` less.
    let mut units = Vec::with_capacity(kinds.len());
    let mut unit = 1;
    for kind in kinds {
        units.push(unit);
        unit *= kind.users as usize + 1;
    }
    let mut inside = vec![0.0; unit * queues];
    let mut served: Vec<Served> = kinds.iter().map(|_| nobody(queues)).collect();
    for mix in 1..unit {
        for (k, kind) in kinds.iter().enumerate() {
            let users = mix / units[k] % (kind.users as usize + 1);
            served[k] = if users == 0 {
                nobody(queues)
            } else {
                let found = &inside[(mix - units[k]) * queues..][..queues];
                alone(kind, users as f64, found)
            };
            let here = &mut inside[mix * queues..][..queues];
            here.iter_mut().zip(&served[k].mean_numbers).for_each(|(sum, mine)| *sum += mine);
        }
    }
    Ok(served)
}

fn nobody(queues: usize) -> Served {
    Served { throughput_per_s: 0.0, response_s: 0.0, mean_numbers: vec![0.0; queues] }
}

/// So many users of a kind, each of whom finds at the queues what is inside with one of them fewer.
fn alone(kind: &Users, users: f64, found: &[f64]) -> Served {
    let times: Vec<f64> = kind.demands_s.iter().zip(found).map(|(demand, n)| demand * (1.0 + n)).collect();
    let response_s: f64 = times.iter().sum();
    let throughput_per_s = users / (kind.delay_s + response_s);
    let mean_numbers = times.iter().map(|t| throughput_per_s * t).collect();
    Served { throughput_per_s, response_s, mean_numbers }
}

#[cfg(test)]
mod tests {
    use super::super::super::check::{RUBBISH, close, sane};
    use super::super::{Place, closed};
    use super::*;

    fn kind(users: u32, delay_s: f64, demands_s: &[f64]) -> Users {
        Users { users, delay_s, demands_s: demands_s.to_vec() }
    }

    #[test]
    fn two_kinds_alike_are_one() {
        let (a, b) = (kind(3, 1.0, &[0.2, 0.05]), kind(5, 1.0, &[0.2, 0.05]));
        let served = closed_by_class(&[a, b]).unwrap();
        let queue = |demand_s| Place::Queue { demand_s, servers: 1 };
        let whole = closed(&[Place::Delay { demand_s: 1.0 }, queue(0.2), queue(0.05)], 8).unwrap();
        close(served[0].throughput_per_s + served[1].throughput_per_s, whole.throughput_per_s, 1e-12);
        close(served[0].response_s, whole.response_s, 1e-12);
        close(served[0].mean_numbers[0] + served[1].mean_numbers[0], whole.mean_numbers[1], 1e-12);
        close(served[0].throughput_per_s / 3.0, served[1].throughput_per_s / 5.0, 1e-12);
    }

    #[test]
    fn one_of_each_kind_is_the_chain_of_four_states() {
        // A shared server that both leave at half their rate while both are there; solved by hand from the balance of its states.
        let ([think_a, think_b], [work_a, work_b]) = ([1.0, 0.5], [0.3, 0.8]);
        let served = closed_by_class(&[kind(1, think_a, &[work_a]), kind(1, think_b, &[work_b])]).unwrap();
        let (a, b) = (work_a / think_a, work_b / think_b);
        // Product form: 1, a, b, and 2ab for both inside.
        let all = 1.0 + a + b + 2.0 * a * b;
        close(served[0].mean_numbers[0], (a + 2.0 * a * b) / all, 1e-12);
        close(served[1].mean_numbers[0], (b + 2.0 * a * b) / all, 1e-12);
        close(served[0].throughput_per_s, (1.0 + b) / all / think_a, 1e-12);
    }

    #[test]
    fn rubbish_is_answered() {
        assert_eq!(closed_by_class(&[]), Ok(Vec::new()));
        assert!(closed_by_class(&[kind(1, 1.0, &[0.1]), kind(1, 1.0, &[])]).is_err());
        assert!(matches!(closed_by_class(&[kind(u32::MAX, 1.0, &[0.1])]), Err(NoAnswer::TooLarge { .. })));
        for a in RUBBISH {
            for b in RUBBISH {
                for users in [0, 1, 4] {
                    let served = closed_by_class(&[kind(users, a, &[b, 0.1]), kind(2, b, &[1.0, a])]);
                    served.into_iter().flatten().for_each(|s| sane(Ok(s.throughput_per_s)));
                }
            }
        }
    }
}
