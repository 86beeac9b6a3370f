//! Step for step, a store does what the plainest store does; and copies stay as they were.

use super::ALL;
use super::plain::PlainStore;
use crate::engine::chance::mix;
use crate::policy::eviction::{Lookup, Policy, Store};

/// One run of both.
struct Pair {
    store: Store<u64>,
    plain: PlainStore,
    steps: u64,
    x: u64,
}

/// The limits that runs begin with: by number, by bytes, and by both.
const LIMITS: [(Option<u64>, Option<u64>); 6] = [
    (Some(40), None),
    (Some(100), None),
    (None, Some(900)),
    (Some(60), Some(900)),
    (Some(1), None),
    (Some(3), Some(200)),
];

impl Pair {
    fn new(policy: Policy, (entries, bytes): (Option<u64>, Option<u64>), seed: u64) -> Self {
        let plain = PlainStore::new(policy, entries.unwrap_or(u64::MAX), bytes.unwrap_or(u64::MAX), seed);
        Pair { store: Store::new(policy, entries, bytes, seed), plain, steps: 0, x: mix(seed + 1) }
    }

    fn draw(&mut self, n: u64) -> u64 {
        self.x = mix(self.x.wrapping_add(0x9E37_79B9_7F4A_7C15));
        (self.x >> 20) % n
    }

    fn step(&mut self) {
        self.steps += 1;
        // A step is three seconds, so that Redis' clocks matter. Low keys are more popular.
        let now = self.steps * 3_000_000_000;
        let key = self.draw(150).min(self.draw(150));
        match self.draw(100) {
            0..30 => {
                let (bytes, stays) = (self.draw(60), self.draw(400) * 3_000_000_000);
                let evicted = self.store.insert(key, bytes, now + stays, self.steps);
                assert_eq!(evicted, self.plain.insert(key, bytes, now + stays));
            }
            30..33 => assert_eq!(self.store.remove(key), self.plain.remove(key)),
            33..36 => {
                let there = self.store.get_mut(key).map(|value| *value += 1).is_some();
                assert_eq!((there, self.store.set_expires(key, now + 1)), {
                    let set = self.plain.set_expires(key, now + 1);
                    (set, set)
                });
            }
            36 if self.draw(20) == 0 => {
                let (entries, bytes) = LIMITS[self.draw(6) as usize];
                let evicted = self.store.set_limits(entries, bytes);
                let most = (entries.unwrap_or(u64::MAX), bytes.unwrap_or(u64::MAX));
                assert_eq!(evicted, self.plain.set_limits(most.0, most.1));
            }
            _ => {
                let seen = self.store.look_up(key, now);
                let seen = (matches!(seen, Lookup::Hit(_)), seen == Lookup::Expired);
                assert_eq!(seen, self.plain.look_up(key, now));
            }
        }
        assert_eq!((self.store.len(), self.store.bytes()), (self.plain.list.len(), self.plain.bytes()));
        assert!(self.plain.list.iter().all(|entry| self.store.peek(entry.key).is_some()));
    }
}

#[test]
fn every_policy_does_step_for_step_what_a_plain_list_does() {
    for policy in ALL {
        for (seed, limits) in (0..).zip(LIMITS) {
            let mut pair = Pair::new(policy, limits, seed);
            (0..6_000).for_each(|_| pair.step());
        }
    }
}

#[test]
fn every_policy_does_so_in_pages_that_copies_share_and_the_copies_go_on_as_if_alone() {
    for policy in ALL {
        for (seed, limits) in (10..).zip(LIMITS) {
            let mut pair = Pair::new(policy, limits, seed);
            for _ in 0..12 {
                (0..200).for_each(|_| pair.step());
                pair.store.share();
                let (store, plain) = (pair.store.clone(), pair.plain.clone());
                let mut copy = Pair { store, plain, steps: pair.steps, x: !pair.x };
                // Both go on, each in its own way, in turns; the copy of a copy too.
                for _ in 0..200 {
                    pair.step();
                    copy.step();
                }
                let mut again = Pair { store: copy.store.clone(), plain: copy.plain.clone(), ..copy };
                (0..100).for_each(|_| again.step());
            }
        }
    }
}

#[test]
fn copies_share_all_but_what_they_write_to_under_every_policy() {
    for policy in ALL {
        let mut store = Store::<()>::new(policy, Some(100_000), None, 1);
        (0..150_000).for_each(|key| _ = store.access(key % 120_000, key));
        store.share();
        let mut copy = store.clone();
        assert!(copy.held_bytes(Some(&store)) < 60_000, "{policy:?}: {}", copy.held_bytes(Some(&store)));
        (0..10).for_each(|key| _ = copy.access(200_000 + key, 0));
        // A new key writes to a handful of pages: entries, index, neighbours, and what the policy has besides.
        let own = copy.held_bytes(Some(&store));
        assert!(own < copy.held_bytes(None) / 4, "{policy:?}: {own} of {}", copy.held_bytes(None));
    }
}

#[test]
fn another_policy_keeps_all_entries_and_goes_on_from_there() {
    for from in ALL {
        for to in ALL {
            for shared in [false, true] {
                let mut store = Store::new(from, Some(50), Some(2_000), 3);
                (0..300_u64).for_each(|i| _ = store.insert(mix(i) % 90, mix(i) % 60, i + 500, i));
                if shared {
                    store.share();
                }
                let before: Vec<_> = (0..90).map(|key| store.peek(key)).collect();
                store.set_policy(to, 300);
                assert_eq!(store.policy(), to);
                assert_eq!((0..90).map(|key| store.peek(key)).collect::<Vec<_>>(), before);
                (300..900_u64).for_each(|i| _ = store.insert(mix(i) % 90, mix(i) % 60, i + 500, i));
                assert!(store.len() <= 50 && store.bytes() <= 2_000 && store.len() > 20);
            }
        }
    }
}

#[test]
fn a_store_with_a_limit_of_nothing_keeps_nothing() {
    for policy in ALL {
        let mut store = Store::new(policy, Some(0), None, 0);
        assert!(!store.may_keep());
        assert_eq!((store.insert(1, 1, 9, ()), store.len()), (0, 0));
        let mut store = Store::new(policy, None, Some(10), 0);
        assert_eq!((store.insert(1, 11, 9, ()), store.len()), (0, 0));
        assert_eq!((store.insert(1, 10, 9, ()), store.len()), (0, 1));
        assert_eq!(store.set_limits(Some(0), Some(0)), 1);
        assert!(store.is_empty() && !store.may_keep());
    }
}
