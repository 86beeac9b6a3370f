//! Which shard keeps a key, who keeps a shard, and how keys move when the number of shards changes.

use super::log::Log;
use super::settings::{ReadFrom, Sharding};
use super::vacuum::Bloat;
use crate::engine::chance::mix;
use crate::policy::hashing;
use crate::units::{SimTime, Span};

/// A shard: the servers that keep it.
#[derive(Debug, Clone, Default)]
pub(super) struct Shard {
    /// Instances that serve it.
    pub(super) members: Vec<u32>,
    pub(super) primary: Option<u32>,
    pub(super) log: Log,
    pub(super) bloat: Bloat,
    /// The timer after which a replica takes over.
    pub(super) failover: Option<u32>,
    /// Where reads stand in the round of those who answer them.
    turn: usize,
    /// Queries of the block that is being counted; see [`Tally`].
    pub(super) asked: u64,
}

impl Shard {
    /// Who answers the next read, if anybody may.
    pub(super) fn reader(&mut self, from: ReadFrom) -> Option<u32> {
        let replicas = self.members.len() - usize::from(self.primary.is_some());
        if from == ReadFrom::Primary || (from == ReadFrom::Replicas && replicas == 0) {
            return self.primary;
        }
        for _ in 0..self.members.len() {
            self.turn = (self.turn + 1) % self.members.len();
            let member = self.members[self.turn];
            if from == ReadFrom::Any || self.primary != Some(member) {
                return Some(member);
            }
        }
        None
    }

    pub(super) fn remove(&mut self, instance: u32) {
        self.members.retain(|member| *member != instance);
        if self.primary == Some(instance) {
            self.primary = None;
        }
    }
}

/// A key, as placements see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// Told apart over all catalogues.
    pub(super) hash: u64,
    /// Its place in the order of popularity, from 0, and how many there are.
    pub(super) rank: u64,
    pub(super) keys: u64,
}

/// Which shard keeps which keys.
#[derive(Debug, Clone)]
pub(super) struct Placement {
    sharding: Sharding,
    shards: u32,
    moving: Option<Move>,
}

/// Keys are on their way from one number of shards to another, in the order of a hash of theirs.
#[derive(Debug, Clone, Copy)]
struct Move {
    from: (Sharding, u32),
    begun: SimTime,
    takes: Span,
}

impl Placement {
    pub(super) fn new(sharding: Sharding, shards: u32) -> Self {
        Placement { sharding, shards, moving: None }
    }

    pub(super) fn is(&self, sharding: Sharding, shards: u32) -> bool {
        (self.sharding, self.shards) == (sharding, shards)
    }

    /// Shards that keep anything.
    pub(super) fn shards(&self) -> u32 {
        self.moving.map_or(self.shards, |moving| self.shards.max(moving.from.1))
    }

    /// Begins to move to another placement; gives how long that takes, with `bytes` in all and `rate` bytes a second from each shard that gives.
    pub(super) fn begin(
        &mut self,
        sharding: Sharding,
        shards: u32,
        bytes: u64,
        rate: u64,
        now: SimTime,
    ) -> Span {
        let from = (self.sharding, self.shards);
        let given = bytes as f64 * moved((sharding, shards), from) / f64::from(from.1);
        let takes = Span::from_secs_f64(given / rate.max(1) as f64);
        let moving = (takes > Span::ZERO).then_some(Move { from, begun: now, takes });
        *self = Placement { sharding, shards, moving };
        takes
    }

    /// All keys have moved.
    pub(super) fn end(&mut self) {
        self.moving = None;
    }

    /// The shard that keeps a key; while it is still to move, also where it will be.
    pub(super) fn of(&self, key: Key, now: SimTime) -> (u32, Option<u32>) {
        let there = place(self.sharding, self.shards, key);
        let Some(moving) = self.moving else { return (there, None) };
        let here = place(moving.from.0, moving.from.1, key);
        let done = u128::from(now.since(moving.begun).nanos()) << 64;
        let has_moved = u128::from(mix(key.hash)) * u128::from(moving.takes.nanos()) < done;
        if here == there || has_moved { (there, None) } else { (here, Some(there)) }
    }
}

fn place(sharding: Sharding, shards: u32, key: Key) -> u32 {
    let n = u64::from(shards);
    let at = match sharding {
        Sharding::Hash => hashing::jump(key.hash, shards).map_or(0, u64::from),
        Sharding::Range => (u128::from(key.rank) * u128::from(n) / u128::from(key.keys.max(1))) as u64,
        Sharding::Directory => key.rank % n,
    };
    at.min(n - 1) as u32
}

/// The share of keys that two placements put in different shards, by a sample.
fn moved(to: (Sharding, u32), from: (Sharding, u32)) -> f64 {
    const SAMPLE: u64 = 8192;
    let key = |rank| Key { hash: mix(rank + 1), rank, keys: SAMPLE };
    let moves = |rank: &u64| place(to.0, to.1, key(*rank)) != place(from.0, from.1, key(*rank));
    (0..SAMPLE).filter(moves).count() as f64 / SAMPLE as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_added_shard_takes_its_part_of_the_keys_and_no_others_move() {
        let share = |sharding, from, to| moved((sharding, to), (sharding, from));
        // From n to n + 1 shards a consistent hash moves 1/(n + 1), dealing out in turn n/(n + 1).
        assert!((share(Sharding::Hash, 4, 5) - 1.0 / 5.0).abs() < 0.02);
        assert!((share(Sharding::Directory, 4, 5) - 4.0 / 5.0).abs() < 0.02);
        assert!((share(Sharding::Range, 1, 2) - 0.5).abs() < 0.01);
        for rank in 0..10_000 {
            let key = Key { hash: mix(rank), rank, keys: 10_000 };
            let (four, five) = (place(Sharding::Hash, 4, key), place(Sharding::Hash, 5, key));
            assert!(four == five || five == 4);
        }
    }

    #[test]
    fn every_shard_has_an_even_part_of_the_keys() {
        for sharding in [Sharding::Hash, Sharding::Range, Sharding::Directory] {
            let mut counts = [0_u32; 8];
            for rank in 0..80_000 {
                let key = Key { hash: mix(rank), rank, keys: 80_000 };
                counts[place(sharding, 8, key) as usize] += 1;
            }
            // 10,000 each; by chance with a standard deviation of 94.
            assert!(counts.iter().all(|n| (9_600..=10_400).contains(n)), "{sharding:?}: {counts:?}");
        }
    }

    #[test]
    fn a_key_is_where_it_was_until_it_has_moved_and_half_have_at_half_time() {
        let mut placement = Placement::new(Sharding::Hash, 2);
        let takes = placement.begin(Sharding::Hash, 3, 3_000, 100, SimTime::ZERO);
        // A third of 3,000 bytes in two equal parts at 100 bytes a second.
        assert!((takes.secs() - 5.0).abs() < 0.3, "{takes}");
        let at = SimTime::ZERO + takes.half();
        let movers: Vec<Key> = (0..30_000)
            .map(|rank| Key { hash: mix(rank), rank, keys: 30_000 })
            .filter(|key| hashing::jump(key.hash, 2) != hashing::jump(key.hash, 3))
            .collect();
        let still = movers.iter().filter(|key| placement.of(**key, at).1 == Some(2)).count();
        let error = 0.5 * (movers.len() as f64).sqrt();
        assert!((still as f64 - movers.len() as f64 / 2.0).abs() < 4.0 * error);
        assert!(movers.iter().all(|key| placement.of(*key, SimTime::ZERO + takes) == (2, None)));
    }
}
