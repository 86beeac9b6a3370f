//! Which shard keeps a key, who keeps a shard, and how keys move when the number of shards changes.

use super::log::Log;
use super::node::PAGE;
use super::settings::{ReadFrom, Sharding};
use super::vacuum::Bloat;
use crate::engine::chance::mix;
use crate::policy::hashing;
use crate::units::{SimTime, Span};
use std::sync::Arc;

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
    /// How many moves there have been.
    moves: u32,
}

/// Keys are on their way from one placement to another.
#[derive(Debug, Clone)]
struct Move {
    from: (Sharding, u32),
    begun: SimTime,
    /// By shard of the old placement.
    gives: Vec<Gives>,
    /// Bytes that are moved at once and how often, where a move is work; see [`Gives::steps`].
    bytes: u64,
    every: Span,
}

/// What a shard gives away, in the order of a hash of its keys.
#[derive(Debug, Clone)]
pub(super) struct Gives {
    /// How long that takes by the rate alone.
    takes: Span,
    /// To whom, of a sample of its keys.
    to: Arc<[u32]>,
    /// Where a move is work for disks and cores: in how many steps it is done; how many are, and how many are under way. Else there are none.
    steps: u64,
    moved: u64,
    pub(super) under_way: u32,
    /// Steps begun, for whose turn it is to receive; when the next may begin, and the timer for it.
    begun: u64,
    next_at: SimTime,
    pub(super) timer: Option<u32>,
}

impl Gives {
    /// As many steps may be under way at once, so that one need not wait for the other.
    const AT_ONCE: u32 = 64;

    /// When the next step may begin, if there is one to begin.
    pub(super) fn next(&self, now: SimTime) -> Option<SimTime> {
        let left = self.steps - self.moved > u64::from(self.under_way);
        (left && self.under_way < Self::AT_ONCE && self.timer.is_none()).then_some(self.next_at.max(now))
    }
}

/// What is to be moved, and how fast each shard gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goods {
    pub(super) bytes: u64,
    pub(super) rate: u64,
    /// Whether it is work for disks and cores.
    pub(super) is_work: bool,
}

impl Placement {
    pub(super) fn new(sharding: Sharding, shards: u32) -> Self {
        Placement { sharding, shards, moving: None, moves: 0 }
    }

    pub(super) fn is(&self, sharding: Sharding, shards: u32) -> bool {
        (self.sharding, self.shards) == (sharding, shards)
    }

    /// Shards that keep anything.
    pub(super) fn shards(&self) -> u32 {
        self.moving.as_ref().map_or(self.shards, |moving| self.shards.max(moving.from.1))
    }

    /// Begins to move to another placement; gives how long that takes by the rate alone.
    pub(super) fn begin(&mut self, sharding: Sharding, shards: u32, goods: Goods, now: SimTime) -> Span {
        /// Steps are no shorter, so that a great rate makes large steps rather than many.
        const STEP: Span = Span::from_micros(100);
        let from = (self.sharding, self.shards);
        let rate = goods.rate.max(1);
        let per_step =
            (u128::from(rate) * u128::from(STEP.nanos())).div_ceil(1_000_000_000 * u128::from(PAGE));
        let bytes = (per_step as u64).max(1) * PAGE;
        let gives = |to: Vec<u32>| {
            let given = goods.bytes as f64 * to.len() as f64 / SAMPLE as f64;
            Gives {
                takes: Span::from_secs_f64(given / rate as f64),
                to: to.into(),
                steps: if goods.is_work { libm::ceil(given / bytes as f64) as u64 } else { 0 },
                moved: 0,
                under_way: 0,
                begun: 0,
                next_at: now,
                timer: None,
            }
        };
        let gives: Vec<Gives> = movers((sharding, shards), from).into_iter().map(gives).collect();
        let takes = gives.iter().map(|gives| gives.takes).max().unwrap_or(Span::ZERO);
        let every = Span::from_nanos((u128::from(bytes) * 1_000_000_000 / u128::from(rate)) as u64);
        let moving = (takes > Span::ZERO).then_some(Move { from, begun: now, gives, bytes, every });
        *self = Placement { sharding, shards, moving, moves: self.moves.wrapping_add(1) };
        takes
    }

    /// All keys have moved.
    pub(super) fn end(&mut self) {
        self.moving = None;
    }

    /// The shard that keeps a key; while it is still to move, also where it will be.
    pub(super) fn of(&self, key: Key, now: SimTime) -> (u32, Option<u32>) {
        let there = place(self.sharding, self.shards, key);
        let Some(moving) = &self.moving else { return (there, None) };
        let here = place(moving.from.0, moving.from.1, key);
        let gives = &moving.gives[here as usize];
        let (done, all) = match gives.steps {
            0 => (now.since(moving.begun).nanos(), gives.takes.nanos()),
            steps => (gives.moved, steps),
        };
        let has_moved = u128::from(mix(key.hash)) * u128::from(all) < u128::from(done) << 64;
        if here == there || has_moved { (there, None) } else { (here, Some(there)) }
    }

    /// The number of the move under way.
    pub(super) fn move_number(&self) -> u32 {
        self.moves
    }

    /// Pages that are moved at once.
    pub(super) fn pages_at_once(&self) -> u64 {
        self.moving.as_ref().map_or(1, |moving| moving.bytes / PAGE)
    }

    /// What a shard gives away.
    pub(super) fn gives(&mut self, shard: u32) -> Option<&mut Gives> {
        self.moving.as_mut()?.gives.get_mut(shard as usize)
    }

    /// A shard begins its next step; gives who receives.
    pub(super) fn begin_step(&mut self, shard: u32, now: SimTime) -> Option<u32> {
        let moving = self.moving.as_mut()?;
        let gives = moving.gives.get_mut(shard as usize)?;
        let receiver = *gives.to.get((gives.begun % gives.to.len().max(1) as u64) as usize)?;
        gives.begun += 1;
        gives.under_way += 1;
        gives.next_at = now + moving.every;
        Some(receiver)
    }

    /// A step of a shard is done; tells whether that was the last of all.
    pub(super) fn end_step(&mut self, shard: u32) -> bool {
        if let Some(gives) = self.gives(shard) {
            gives.under_way -= 1;
            gives.moved += 1;
        }
        let all = |moving: &Move| moving.gives.iter().all(|gives| gives.moved == gives.steps);
        self.moving.as_ref().is_some_and(all)
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

/// Keys that are looked at to tell what moves.
const SAMPLE: u64 = 8192;

/// Of a sample of keys: by shard of the old placement, where those go that it gives away.
fn movers(to: (Sharding, u32), from: (Sharding, u32)) -> Vec<Vec<u32>> {
    let mut movers = vec![Vec::new(); from.1 as usize];
    for rank in 0..SAMPLE {
        let key = Key { hash: mix(rank + 1), rank, keys: SAMPLE };
        let (here, there) = (place(from.0, from.1, key), place(to.0, to.1, key));
        if here != there {
            movers[here as usize].push(there);
        }
    }
    movers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_added_shard_takes_its_part_of_the_keys_and_no_others_move() {
        let share = |sharding, from, to| {
            let movers = movers((sharding, to), (sharding, from));
            movers.iter().map(Vec::len).sum::<usize>() as f64 / SAMPLE as f64
        };
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
        let goods = Goods { bytes: 3_000, rate: 100, is_work: false };
        let takes = placement.begin(Sharding::Hash, 3, goods, SimTime::ZERO);
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

    #[test]
    fn who_gives_most_takes_longest_and_a_key_moves_when_its_own_shard_gives_it() {
        // Of three shards the last gives all it has, a third of 3,000 bytes, and the others nothing.
        let mut placement = Placement::new(Sharding::Hash, 3);
        let goods = Goods { bytes: 3_000, rate: 100, is_work: false };
        let takes = placement.begin(Sharding::Hash, 2, goods, SimTime::ZERO);
        assert!((takes.secs() - 10.0).abs() < 0.5, "{takes}");
        // From ranges to a hash all give half; where that is work, each by the steps that it has done itself.
        let mut placement = Placement::new(Sharding::Range, 2);
        let goods = Goods { bytes: 800 * PAGE, rate: PAGE, is_work: true };
        placement.begin(Sharding::Hash, 2, goods, SimTime::ZERO);
        let steps = placement.gives(0).map_or(0, |gives| gives.steps);
        assert!((190..=210).contains(&steps), "{steps}");
        for _ in 0..steps {
            assert_eq!(placement.begin_step(0, SimTime::ZERO), Some(1));
            assert!(!placement.end_step(0));
        }
        let keys = (0..1_000).map(|rank| Key { hash: mix(rank), rank, keys: 1_000 });
        for key in keys {
            let there = hashing::jump(key.hash, 2).unwrap_or_default();
            let waits = (key.rank >= 500 && there == 0).then_some(0);
            let here = if waits.is_some() { 1 } else { there };
            assert_eq!(placement.of(key, SimTime::MAX), (here, waits));
        }
    }
}
