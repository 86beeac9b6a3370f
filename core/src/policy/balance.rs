//! Choosing one of several servers.

use crate::choices;

choices! {
    /// How a balancer chooses.
    Policy {
        /// One after the other.
        RoundRobin = "round-robin", "Round robin";
        /// Any, with equal chance.
        Random = "random", "Random";
        /// The one with the fewest outstanding requests of this balancer; ties by chance.
        LeastOutstanding = "least-outstanding", "Least outstanding";
        /// The less busy of two different ones drawn by chance.
        PowerOfTwo = "power-of-two", "Power of two";
    }
}

/// Keeps count of the outstanding requests at each server and chooses among them, in constant time whatever the policy and however many.
///
/// Servers are known by dense numbers. Chance comes from outside, as 64 random bits per choice, so a choice can be repeated.
///
/// ```
/// use tenfold::policy::balance::{Balancer, Policy};
/// let mut balancer = Balancer::new(Policy::LeastOutstanding);
/// balancer.set_servers(&[0, 1]);
/// let first = balancer.choose(0x1234_5678_9ABC_DEF0).unwrap();
/// balancer.sent(first);
/// assert_eq!(balancer.choose(0x1234_5678_9ABC_DEF0), Some(1 - first));
/// ```
#[derive(Debug, Clone)]
pub struct Balancer {
    policy: Policy,
    turn: usize,
    /// Servers that may be chosen.
    servers: Vec<u32>,
    /// By server: its outstanding requests.
    outstanding: Vec<u32>,
    /// By number of outstanding requests: the servers that have so many. Kept for least outstanding alone.
    levels: Vec<Vec<u32>>,
    /// By server: its place in its level.
    places: Vec<u32>,
    lowest: usize,
}

const ABSENT: u32 = u32::MAX;

impl Balancer {
    /// A balancer without servers.
    pub fn new(policy: Policy) -> Self {
        Balancer {
            policy,
            turn: 0,
            servers: Vec::new(),
            outstanding: Vec::new(),
            levels: Vec::new(),
            places: Vec::new(),
            lowest: 0,
        }
    }

    /// Another policy from now on.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
        self.rebuild_levels();
    }

    /// The servers that may be chosen from now on; counts of those that went are kept.
    pub fn set_servers(&mut self, servers: &[u32]) {
        self.servers = servers.to_vec();
        let most = servers.iter().max().map_or(0, |s| *s as usize + 1);
        if self.outstanding.len() < most {
            self.outstanding.resize(most, 0);
        }
        self.rebuild_levels();
    }

    /// The servers that may be chosen.
    pub fn servers(&self) -> &[u32] {
        &self.servers
    }
    /// How many may be chosen.
    pub fn len(&self) -> usize {
        self.servers.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.servers.is_empty()
    }
    /// Outstanding requests at all servers.
    pub fn outstanding(&self) -> u64 {
        self.outstanding.iter().map(|n| u64::from(*n)).sum()
    }

    /// Bytes of memory that this takes besides its own size.
    pub fn held_bytes(&self) -> usize {
        let levels: usize = self.levels.iter().map(|level| size_of_val(&**level)).sum();
        levels
            + size_of_val(&*self.levels)
            + [&self.servers, &self.outstanding, &self.places]
                .map(|list| size_of_val(&**list))
                .iter()
                .sum::<usize>()
    }

    /// The server for the next request; `None` when there is none to choose.
    pub fn choose(&mut self, bits: u64) -> Option<u32> {
        let n = self.servers.len() as u64;
        if n == 0 {
            return None;
        }
        let below = |bits: u64, n: u64| (((bits >> 32) * n) >> 32) as usize;
        match self.policy {
            Policy::RoundRobin => {
                self.turn = (self.turn + 1) % self.servers.len();
                Some(self.servers[self.turn])
            }
            Policy::Random => Some(self.servers[below(bits, n)]),
            Policy::LeastOutstanding => {
                let level = &self.levels[self.lowest];
                Some(level[below(bits, level.len() as u64)])
            }
            Policy::PowerOfTwo if n == 1 => Some(self.servers[0]),
            Policy::PowerOfTwo => {
                let first = below(bits, n);
                // The second of n - 1: the first is left out.
                let second = below(bits << 32, n - 1);
                let second = second + usize::from(second >= first);
                let (a, b) = (self.servers[first], self.servers[second]);
                Some(if self.outstanding[b as usize] < self.outstanding[a as usize] { b } else { a })
            }
        }
    }

    /// A request went to `server`.
    pub fn sent(&mut self, server: u32) {
        let had = self.outstanding[server as usize];
        self.outstanding[server as usize] = had + 1;
        self.change_level(server, had as usize, had as usize + 1);
    }

    /// A request to `server` is outstanding no more.
    pub fn ended(&mut self, server: u32) {
        if let Some(n) = self.outstanding.get_mut(server as usize).filter(|n| **n > 0) {
            *n -= 1;
            let has = *n as usize;
            self.change_level(server, has + 1, has);
        }
    }

    fn rebuild_levels(&mut self) {
        self.levels.iter_mut().for_each(Vec::clear);
        self.places = vec![ABSENT; self.outstanding.len()];
        if self.policy != Policy::LeastOutstanding {
            return;
        }
        for i in 0..self.servers.len() {
            let server = self.servers[i];
            self.enter_level(server, self.outstanding[server as usize] as usize);
        }
        self.lowest = self.levels.iter().position(|level| !level.is_empty()).unwrap_or(0);
    }

    fn enter_level(&mut self, server: u32, level: usize) {
        if self.levels.len() <= level {
            self.levels.resize(level + 1, Vec::new());
        }
        self.places[server as usize] = self.levels[level].len() as u32;
        self.levels[level].push(server);
    }

    #[inline]
    fn change_level(&mut self, server: u32, from: usize, to: usize) {
        if self.policy == Policy::LeastOutstanding {
            self.move_to_level(server, from, to);
        }
    }

    fn move_to_level(&mut self, server: u32, from: usize, to: usize) {
        let Some(place) = self.places.get(server as usize).copied().filter(|place| *place != ABSENT) else {
            return;
        };
        self.levels[from].swap_remove(place as usize);
        if let Some(moved) = self.levels[from].get(place as usize) {
            self.places[*moved as usize] = place;
        }
        self.enter_level(server, to);
        // One request moves a server by one level, so the lowest level moves by at most one.
        if to < self.lowest {
            self.lowest = to;
        } else if self.levels[self.lowest].is_empty() {
            self.lowest += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(i: u64) -> u64 {
        crate::engine::chance::mix(i)
    }

    #[test]
    fn least_outstanding_never_picks_a_server_that_has_more_than_another() {
        let mut balancer = Balancer::new(Policy::LeastOutstanding);
        balancer.set_servers(&[0, 1, 2, 5]);
        let mut open = Vec::new();
        for i in 0..20_000 {
            if bits(i) & 1 == 0 || open.is_empty() {
                let server = balancer.choose(bits(i + 7)).unwrap();
                let fewest = [0, 1, 2, 5].map(|s: usize| balancer.outstanding[s]).into_iter().min().unwrap();
                assert_eq!(balancer.outstanding[server as usize], fewest);
                balancer.sent(server);
                open.push(server);
            } else {
                balancer.ended(open.swap_remove(bits(i) as usize % open.len()));
            }
        }
        assert_eq!(balancer.outstanding(), open.len() as u64);
    }

    #[test]
    fn round_robin_gives_every_server_its_turn_and_random_all_of_them_alike() {
        let mut balancer = Balancer::new(Policy::RoundRobin);
        balancer.set_servers(&[3, 4, 9]);
        let turns: Vec<u32> = (0..6).filter_map(|i| balancer.choose(bits(i))).collect();
        assert_eq!(turns, [4, 9, 3, 4, 9, 3]);
        balancer.set_policy(Policy::Random);
        let nines = (0..30_000).filter(|i| balancer.choose(bits(*i)) == Some(9)).count() as f64;
        assert!((nines / 30_000.0 - 1.0 / 3.0).abs() < 4.0 * (2.0 / 9.0 / 30_000.0_f64).sqrt());
    }

    #[test]
    fn power_of_two_takes_the_less_busy_of_two_different_servers() {
        let mut balancer = Balancer::new(Policy::PowerOfTwo);
        balancer.set_servers(&[0, 1]);
        balancer.sent(0);
        assert!((0..1000).all(|i| balancer.choose(bits(i)) == Some(1)));
    }
}
