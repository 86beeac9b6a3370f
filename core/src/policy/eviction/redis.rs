//! Redis' approximations: of a few entries drawn by chance the worst goes, and the other bad ones are remembered for next time.

use super::chance::Chance;
use super::order::{Limits, Order};
use super::table::Slots;

/// Entries drawn for every eviction (`maxmemory-samples`).
const SAMPLES: usize = 5;
/// Candidates remembered (`EVPOOL_SIZE`).
const POOL: usize = 16;
const SECOND: u64 = 1_000_000_000;
/// Uses a new entry is credited with (`LFU_INIT_VAL`).
const CREDIT: u8 = 5;
/// How much harder every further use is to count (`lfu-log-factor`).
const LOG_FACTOR: u32 = 10;

/// Candidates for eviction, the best last, as they were when they were drawn: some may be used or gone since.
#[derive(Debug, Clone)]
struct Pool {
    candidates: Vec<Candidate>,
    chance: Chance,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    score: u32,
    key: u64,
}

impl Pool {
    fn new(seed: u64) -> Self {
        Pool { candidates: Vec::new(), chance: Chance::new(seed) }
    }

    /// The entry that goes; `score` says how good it is to evict one.
    fn victim<M, S: Slots<M>>(&mut self, slots: &S, score: impl Fn(&S, u32) -> u32) -> u32 {
        loop {
            self.draw(slots, &score);
            while let Some(candidate) = self.candidates.pop() {
                if let Some(slot) = slots.find(candidate.key) {
                    return slot;
                }
            }
        }
    }

    fn draw<M, S: Slots<M>>(&mut self, slots: &S, score: &impl Fn(&S, u32) -> u32) {
        let len = slots.len() as u32;
        let mut drawn = [0; SAMPLES];
        for at in 0..SAMPLES.min(len as usize) {
            let fresh = &drawn[..at];
            let slot = loop {
                // Of a few all are taken.
                let slot = if len as usize <= SAMPLES { at as u32 } else { self.chance.below(len) };
                if !fresh.contains(&slot) {
                    break slot;
                }
            };
            drawn[at] = slot;
            self.offer(Candidate { score: score(slots, slot), key: slots.key(slot) });
        }
    }

    fn held_bytes(&self) -> usize {
        size_of_val(&*self.candidates)
    }

    fn offer(&mut self, candidate: Candidate) {
        let worse = self.candidates.partition_point(|other| other.score < candidate.score);
        if self.candidates.len() < POOL {
            self.candidates.insert(worse, candidate);
        } else if worse > 0 {
            self.candidates.remove(0);
            self.candidates.insert(worse - 1, candidate);
        }
    }
}

/// All entries, those of the highest score first.
fn each_by_score<M, S: Slots<M>>(slots: &S, score: impl Fn(&S, u32) -> u32, act: &mut dyn FnMut(u32)) {
    let scores = (0..slots.len() as u32).map(|slot| (std::cmp::Reverse(score(slots, slot)), slot));
    let mut all: Vec<_> = scores.collect();
    all.sort_unstable();
    all.into_iter().for_each(|(_, slot)| act(slot));
}

/// Redis' `allkeys-lru`: by the second of their last use, in 24 bits.
#[derive(Debug, Clone)]
pub(super) struct RedisLru {
    pool: Pool,
    second: u32,
}

/// Seconds of a clock that begins anew after half a year.
const CLOCK: u32 = (1 << 24) - 1;

/// Seconds between a use and now, as far as the clock tells.
fn idle(used: u32, now: u32) -> u32 {
    now.wrapping_sub(used) & CLOCK
}

impl Order for RedisLru {
    type Mark = u32;
    const DENSE: bool = true;

    fn new(_: Limits, seed: u64) -> Self {
        RedisLru { pool: Pool::new(seed), second: 0 }
    }
    fn tick(&mut self, now: u64) {
        self.second = (now / SECOND) as u32 & CLOCK;
    }
    fn enter(&mut self, slots: &mut impl Slots<u32>, slot: u32) {
        *slots.mark_mut(slot) = self.second;
    }
    fn used(&mut self, slots: &mut impl Slots<u32>, slot: u32) {
        *slots.mark_mut(slot) = self.second;
    }
    fn leave(&mut self, _: &mut impl Slots<u32>, _: u32) {}
    fn victim(&mut self, slots: &mut impl Slots<u32>) -> u32 {
        let second = self.second;
        self.pool.victim(slots, |slots, slot| idle(*slots.mark(slot), second))
    }
    fn each(&self, slots: &impl Slots<u32>, act: &mut dyn FnMut(u32)) {
        each_by_score(slots, |slots, slot| idle(*slots.mark(slot), self.second), act);
    }
    fn held_bytes(&self, _: Option<&Self>) -> usize {
        self.pool.held_bytes()
    }
}

/// Redis' `allkeys-lfu`: by a count that grows ever more slowly and falls by one a minute.
#[derive(Debug, Clone)]
pub(super) struct RedisLfu {
    pool: Pool,
    minute: u16,
}

/// A count, and the minute in which it was right.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Use {
    minute: u16,
    count: u8,
}

impl Use {
    /// The count by now: one less for every minute, of a clock that begins anew after 45 days.
    fn count_at(self, minute: u16) -> u8 {
        let minutes = minute.wrapping_sub(self.minute);
        self.count.saturating_sub(u8::try_from(minutes).unwrap_or(u8::MAX))
    }
    fn score_at(self, minute: u16) -> u32 {
        u32::from(u8::MAX - self.count_at(minute))
    }
}

impl Order for RedisLfu {
    type Mark = Use;
    const DENSE: bool = true;

    fn new(_: Limits, seed: u64) -> Self {
        RedisLfu { pool: Pool::new(seed), minute: 0 }
    }
    fn tick(&mut self, now: u64) {
        self.minute = (now / (60 * SECOND)) as u16;
    }
    fn enter(&mut self, slots: &mut impl Slots<Use>, slot: u32) {
        *slots.mark_mut(slot) = Use { minute: self.minute, count: CREDIT };
    }
    fn used(&mut self, slots: &mut impl Slots<Use>, slot: u32) {
        let mut count = slots.mark(slot).count_at(self.minute);
        let harder = u32::from(count.saturating_sub(CREDIT)) * LOG_FACTOR + 1;
        if count < u8::MAX && self.pool.chance.below(harder) == 0 {
            count += 1;
        }
        *slots.mark_mut(slot) = Use { minute: self.minute, count };
    }
    fn leave(&mut self, _: &mut impl Slots<Use>, _: u32) {}
    fn victim(&mut self, slots: &mut impl Slots<Use>) -> u32 {
        let minute = self.minute;
        self.pool.victim(slots, |slots, slot| slots.mark(slot).score_at(minute))
    }
    fn each(&self, slots: &impl Slots<Use>, act: &mut dyn FnMut(u32)) {
        each_by_score(slots, |slots, slot| slots.mark(slot).score_at(self.minute), act);
    }
    fn held_bytes(&self, _: Option<&Self>) -> usize {
        self.pool.held_bytes()
    }
}
