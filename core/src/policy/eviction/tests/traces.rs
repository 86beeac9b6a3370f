//! Small traces, worked by hand.

use crate::policy::eviction::{Policy, Store};

const SECOND: u64 = 1_000_000_000;

/// Keys that are letters, and for each what came of it: `h` for a hit, `.` for a miss that evicts none, else the letter that is evicted.
fn seen(policy: Policy, entries: u64, trace: &[(u64, &str)]) -> String {
    let mut store = Store::<()>::new(policy, Some(entries), None, 0);
    let kept = |store: &Store| (b'A'..=b'Z').filter(|key| store.peek(u64::from(*key)).is_some()).collect();
    let mut seen = String::new();
    for (second, keys) in trace {
        for key in keys.bytes() {
            let before: Vec<u8> = kept(&store);
            let access = store.access(u64::from(key), second * SECOND);
            let after: Vec<u8> = kept(&store);
            let gone: Vec<u8> = before.into_iter().filter(|key| !after.contains(key)).collect();
            assert_eq!(gone.len() as u64, access.evicted);
            seen.push(gone.first().map_or(if access.hit { 'h' } else { '.' }, |key| char::from(*key)));
        }
    }
    seen
}

#[test]
fn traces_end_as_worked_by_hand() {
    let cases = [
        // B is the least recently used when D comes, then C, then A.
        (Policy::Lru, 3, "ABCADBC", "...hBCA"),
        // A goes first although it has just been used.
        (Policy::Fifo, 3, "ABCADBEA", "...hAhBC"),
        // C and D have been used once. In the end A, B and E have been used three times each, and A first.
        (Policy::Lfu, 3, "ABAACBDEBEEF", "..hh.hCDhhhA"),
        // The hand spares A and takes B. In the end it has spared all three and comes back to the first.
        (Policy::Clock, 3, "ABCADCEDCEF", "...hBhAhhhD"),
        // Queues from old to new, the hand after each eviction in brackets: A [C] D; A [D] E; A D F, the hand at its end, E gone. A has been used
        // since the hand came by, D not; the hand stays in the middle, so F goes before A.
        (Policy::Sieve, 3, "ABCADAEDFGH", "...hBhChEDF"),
        // Up to the same eviction CLOCK does the same. It moves what it spares behind the new, and A's turn comes again.
        (Policy::Clock, 3, "ABCADAEDFG", "...hBhChEA"),
        // A alone is in the small queue, B to J overflow into the main one. K sends A away, A comes back from the ghosts into the main queue, which is too
        // long then and loses B. L is used twice and moves to main in place of C; M used once goes to the ghosts and comes back; D used once is spared.
        (Policy::S3Fifo, 10, "ABCDEFGHIJKALLLMDMNOMP", "..........AKBhhChhMNOE"),
        // J leaves the window and is not more popular than A, nor K than B. J has been asked for twice the second time, and B goes.
        (Policy::WTinyLfu, 10, "ABCDEFGHIJKAJL", "..........JhKB"),
    ];
    for (policy, entries, keys, expected) in cases {
        assert_eq!(seen(policy, entries, &[(0, keys)]), expected, "{policy:?}");
    }
}

#[test]
fn sieve_is_not_scan_resistant_and_never_moves_a_hit_item() {
    // All are used, so the hand clears all of them and takes the oldest, which is A as if nothing had been moved.
    assert_eq!(seen(Policy::Sieve, 3, &[(0, "ABCCBAD")]), "...hhhA");
    // From there on a scan goes through what is left: B and C are unused now.
    assert_eq!(seen(Policy::Sieve, 3, &[(0, "ABCCBADEF")]), "...hhhABC");
}

#[test]
fn redis_evicts_by_the_second_and_by_what_it_remembers_of_earlier_draws() {
    let begin = [(0, "A"), (1, "B"), (2, "C"), (100, "D")];
    assert_eq!(seen(Policy::RedisLru, 3, &begin), "...A");
    // B and C are remembered as idle for 99 and 98 seconds. They are used again, but B goes before D all the same.
    let again = [begin.as_slice(), &[(101, "B"), (102, "C"), (103, "E")]].concat();
    assert_eq!(seen(Policy::RedisLru, 3, &again), "...AhhB");
    // Within one second all are alike: of B, C and A, drawn as A, B and C, the first goes although it was used last.
    assert_eq!(seen(Policy::RedisLru, 3, &[(0, "ABCAD")]), "...hA");
}

#[test]
fn redis_counts_fall_by_one_a_minute() {
    // The first use beyond a new entry's credit always counts: A and B have 6, C has 5.
    let begin = [(0, "ABCABD")];
    assert_eq!(seen(Policy::RedisLfu, 3, &begin), "...hhC");
    // After three minutes A and B have 3 and D 2; then D has 4 after two uses and A 4 after one.
    let later = [begin.as_slice(), &[(180, "DDAE")]].concat();
    assert_eq!(seen(Policy::RedisLfu, 3, &later), "...hhChhhB");
}

#[test]
fn random_eviction_takes_the_newest_as_often_as_any_other() {
    let mut store = Store::<()>::new(Policy::Random, Some(10), None, 5);
    let rounds = 20_000_u64;
    (0..10).for_each(|key| _ = store.access(key, 0));
    let newest_gone = (10..10 + rounds).filter(|key| {
        store.access(*key, 0);
        store.peek(key - 1).is_none()
    });
    let share = newest_gone.count() as f64 / rounds as f64;
    assert!((share - 0.1).abs() < 4.0 * (0.09 / rounds as f64).sqrt(), "{share}");
}
