//! The plainest way to write each policy: lists that are searched from end to end.

use super::super::chance::Chance;
use super::super::sketch::Sketch;
use crate::policy::eviction::Policy;

/// One entry of a plain store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain {
    pub(super) key: u64,
    pub(super) bytes: u64,
    expires: u64,
    /// Uses, or whether it was used, or the time of its last use, as the policy has it.
    note: u64,
    minute: u64,
    part: u8,
}

/// A plain store. Whatever its policy, the entries are one list; a part of it is those of one number, in the order of the list.
#[derive(Debug, Clone)]
pub(super) struct PlainStore {
    policy: Policy,
    entries_max: u64,
    bytes_max: u64,
    pub(super) list: Vec<Plain>,
    now: u64,
    chance: Chance,
    sketch: Sketch,
    /// SIEVE: the key under the hand.
    hand: Option<u64>,
    /// S3-FIFO: the ghosts, oldest first, and whether nothing was evicted so far.
    ghosts: Vec<u64>,
    filling: bool,
    /// Redis: candidates, worst first.
    pool: Vec<(u64, u64)>,
}

/// Parts of W-TinyLFU, and of S3-FIFO: small and main.
const WINDOW: u8 = 0;
const PROBATION: u8 = 1;
const PROTECTED: u8 = 2;
const SMALL: u8 = 0;
const MAIN: u8 = 1;

impl PlainStore {
    pub(super) fn new(policy: Policy, entries_max: u64, bytes_max: u64, seed: u64) -> Self {
        PlainStore {
            policy,
            entries_max,
            bytes_max,
            list: Vec::new(),
            now: 0,
            chance: Chance::new(seed),
            sketch: Sketch::new(),
            hand: None,
            ghosts: Vec::new(),
            filling: true,
            pool: Vec::new(),
        }
    }

    fn place(&self, key: u64) -> Option<usize> {
        self.list.iter().position(|entry| entry.key == key)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.list.iter().map(|entry| entry.bytes).sum()
    }

    /// Hit, or expired, or neither.
    pub(super) fn look_up(&mut self, key: u64, now: u64) -> (bool, bool) {
        self.now = now;
        let Some(at) = self.place(key) else { return (false, false) };
        if self.list[at].expires <= now {
            self.take(at);
            return (false, true);
        }
        self.use_entry(at);
        (true, false)
    }

    pub(super) fn set_expires(&mut self, key: u64, expires: u64) -> bool {
        let at = self.place(key);
        at.map(|at| self.list[at].expires = expires).is_some()
    }

    pub(super) fn remove(&mut self, key: u64) -> bool {
        let at = self.place(key);
        at.map(|at| self.take(at)).is_some()
    }

    pub(super) fn insert(&mut self, key: u64, bytes: u64, expires: u64) -> u64 {
        self.remove(key);
        if bytes > self.bytes_max || self.entries_max == 0 {
            return 0;
        }
        let ghost = self.ghosts.iter().position(|ghost| *ghost == key);
        ghost.map(|at| self.ghosts.remove(at));
        let first = self.policy == Policy::WTinyLfu;
        let evicted = if first { 0 } else { self.evict(self.entries_max - 1, self.bytes_max - bytes) };
        let mut entry = Plain { key, bytes, expires, note: 0, minute: 0, part: 0 };
        match self.policy {
            Policy::Lfu => entry.note = 1,
            Policy::S3Fifo => {
                let (entries, bytes) = self.size_of(SMALL);
                let full = entries >= self.entries_max / 10 || bytes >= self.bytes_max / 10;
                entry.part = if ghost.is_some() || self.filling && full { MAIN } else { SMALL };
            }
            Policy::RedisLru => entry.note = now_s(self.now),
            Policy::RedisLfu => (entry.note, entry.minute) = (5, now_s(self.now) / 60),
            _ => {}
        }
        self.list.push(entry);
        if !first {
            return evicted;
        }
        self.sketch.fit(self.list.len());
        self.sketch.add(key);
        let candidates = self.window_to_probation();
        self.evict_by_popularity(candidates)
    }

    pub(super) fn set_limits(&mut self, entries_max: u64, bytes_max: u64) -> u64 {
        (self.entries_max, self.bytes_max) = (entries_max, bytes_max);
        if self.policy == Policy::WTinyLfu {
            self.protected_to_probation();
            let candidates = self.window_to_probation();
            return self.evict_by_popularity(candidates);
        }
        self.evict(entries_max, bytes_max)
    }

    /// Takes an entry out. Where slots are drawn by chance the last entry takes its place.
    fn take(&mut self, at: usize) -> Plain {
        if self.hand == Some(self.list[at].key) {
            self.hand = self.list.get(at + 1).map(|entry| entry.key);
        }
        match self.policy {
            Policy::Random | Policy::RedisLru | Policy::RedisLfu => self.list.swap_remove(at),
            _ => self.list.remove(at),
        }
    }

    fn renew(&mut self, at: usize) {
        let entry = self.list.remove(at);
        self.list.push(entry);
    }

    fn use_entry(&mut self, at: usize) {
        match self.policy {
            Policy::Fifo | Policy::Random => {}
            Policy::Lru => self.renew(at),
            Policy::Lfu => {
                self.list[at].note += 1;
                self.renew(at);
            }
            Policy::Clock | Policy::Sieve => self.list[at].note = 1,
            Policy::S3Fifo => self.list[at].note = 3.min(self.list[at].note + 1),
            Policy::RedisLru => self.list[at].note = now_s(self.now),
            Policy::RedisLfu => {
                let count = self.count(&self.list[at]);
                let counts = self.chance.below(count.saturating_sub(5) as u32 * 10 + 1) == 0;
                self.list[at].note = 255.min(count + u64::from(counts));
                self.list[at].minute = now_s(self.now) / 60;
            }
            Policy::WTinyLfu => {
                self.sketch.add(self.list[at].key);
                let bytes_max = (self.bytes_max as u128 * 99 / 100 * 80 / 100) as u64;
                if self.list[at].part == PROBATION && self.list[at].bytes <= bytes_max {
                    self.list[at].part = PROTECTED;
                }
                self.renew(at);
                self.protected_to_probation();
            }
        }
    }

    fn evict(&mut self, entries: u64, bytes: u64) -> u64 {
        let mut evicted = 0;
        while !self.list.is_empty() && (self.list.len() as u64 > entries || self.bytes() > bytes) {
            let at = self.victim();
            self.take(at);
            evicted += 1;
        }
        evicted
    }

    fn victim(&mut self) -> usize {
        match self.policy {
            Policy::Lru | Policy::Fifo => 0,
            Policy::Random => self.chance.below(self.list.len() as u32) as usize,
            // Of equal ones the first, which was used before the others.
            Policy::Lfu => (0..self.list.len()).min_by_key(|at| self.list[*at].note).unwrap_or(0),
            Policy::Clock => {
                while self.list[0].note > 0 {
                    self.list[0].note = 0;
                    self.renew(0);
                }
                0
            }
            Policy::Sieve => {
                let mut at = self.hand.and_then(|key| self.place(key)).unwrap_or(0);
                while self.list[at].note > 0 {
                    self.list[at].note = 0;
                    at = (at + 1) % self.list.len();
                }
                self.hand = Some(self.list[at].key);
                at
            }
            Policy::S3Fifo => self.victim_of_three_queues(),
            Policy::RedisLru | Policy::RedisLfu => self.victim_of_samples(),
            Policy::WTinyLfu => unreachable!("evicts by popularity"),
        }
    }

    fn size_of(&self, part: u8) -> (u64, u64) {
        let entries = self.list.iter().filter(|entry| entry.part == part);
        (entries.clone().count() as u64, entries.map(|entry| entry.bytes).sum())
    }

    fn first_of(&self, part: u8) -> Option<usize> {
        self.list.iter().position(|entry| entry.part == part)
    }

    fn victim_of_three_queues(&mut self) -> usize {
        self.filling = false;
        let (entries, bytes) = self.size_of(MAIN);
        let main_is_long = entries > self.entries_max - self.entries_max / 10
            || bytes > self.bytes_max - (self.bytes_max as u128 * 10 / 100) as u64;
        while let Some(at) = self.first_of(SMALL).filter(|_| !main_is_long) {
            if self.list[at].note < 2 {
                self.ghosts.push(self.list[at].key);
                let most = self.list.len() * 90 / 100;
                self.ghosts.drain(..self.ghosts.len().saturating_sub(most));
                return at;
            }
            (self.list[at].part, self.list[at].note) = (MAIN, 0);
            self.renew(at);
        }
        loop {
            let at = self.first_of(MAIN).unwrap();
            if self.list[at].note == 0 {
                return at;
            }
            self.list[at].note -= 1;
            self.renew(at);
        }
    }

    fn count(&self, entry: &Plain) -> u64 {
        entry.note.saturating_sub(now_s(self.now) / 60 - entry.minute)
    }

    fn victim_of_samples(&mut self) -> usize {
        loop {
            let mut drawn = Vec::new();
            while drawn.len() < 5.min(self.list.len()) {
                let few = self.list.len() <= 5;
                let at = if few { drawn.len() } else { self.chance.below(self.list.len() as u32) as usize };
                if !drawn.contains(&at) {
                    drawn.push(at);
                    let entry = self.list[at];
                    let lru = self.policy == Policy::RedisLru;
                    let score = if lru { now_s(self.now) - entry.note } else { 255 - self.count(&entry) };
                    let better = self.pool.iter().filter(|other| other.0 < score).count();
                    self.pool.insert(better, (score, entry.key));
                    if self.pool.len() > 16 {
                        self.pool.remove(0);
                    }
                }
            }
            while let Some((_, key)) = self.pool.pop() {
                if let Some(at) = self.place(key) {
                    return at;
                }
            }
        }
    }

    fn window_to_probation(&mut self) -> Vec<u64> {
        let mut moved = Vec::new();
        let entries_max = self.entries_max - (self.entries_max as u128 * 99 / 100) as u64;
        let bytes_max = self.bytes_max - (self.bytes_max as u128 * 99 / 100) as u64;
        while self.size_of(WINDOW).0 > entries_max || self.size_of(WINDOW).1 > bytes_max {
            let at = self.first_of(WINDOW).unwrap();
            moved.push(self.list[at].key);
            self.list[at].part = PROBATION;
            self.renew(at);
        }
        moved
    }

    fn protected_to_probation(&mut self) {
        let share = |max: u64| (max as u128 * 99 / 100 * 80 / 100) as u64;
        let (entries_max, bytes_max) = (share(self.entries_max), share(self.bytes_max));
        while self.size_of(PROTECTED).0 > entries_max || self.size_of(PROTECTED).1 > bytes_max {
            let at = self.first_of(PROTECTED).unwrap();
            self.list[at].part = PROBATION;
            self.renew(at);
        }
    }

    /// Candidates are those that came from the window, in turn, and when there are no more, the window itself.
    fn evict_by_popularity(&mut self, candidates: Vec<u64>) -> u64 {
        let mut evicted = 0;
        let mut candidates: Vec<u64> = candidates.into_iter().rev().collect();
        let mut searched = false;
        while self.list.len() as u64 > self.entries_max || self.bytes() > self.bytes_max {
            if candidates.is_empty() && !searched {
                searched = true;
                let window = self.list.iter().filter(|entry| entry.part == WINDOW);
                candidates = window.map(|entry| entry.key).rev().collect();
            }
            let victim = self.first_of(PROBATION);
            let gone = match (candidates.last().copied(), victim) {
                (None, _) => {
                    [victim, self.first_of(PROTECTED), self.first_of(WINDOW)].into_iter().flatten().next()
                }
                (Some(candidate), Some(victim)) if self.list[victim].key != candidate => {
                    candidates.pop();
                    let (new, old) = (self.sketch.count(candidate), self.sketch.count(self.list[victim].key));
                    let admitted = new > old || new >= 6 && self.chance.below(128) == 0;
                    if admitted { Some(victim) } else { self.place(candidate) }
                }
                (Some(candidate), alone) => {
                    candidates.pop();
                    if alone.is_some() {
                        candidates.clear();
                    }
                    self.place(candidate)
                }
            };
            self.list.remove(gone.unwrap());
            evicted += 1;
        }
        evicted
    }
}

fn now_s(now: u64) -> u64 {
    now / 1_000_000_000
}
