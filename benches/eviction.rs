//! `cargo bench -p tenfold-bench --bench eviction`: nanoseconds per access under each eviction policy, beside the crate `lru` on the same keys.
//! `-- lru sieve` measures these policies alone.
//!
//! A million entries, ten million keys, Zipf 0.99; a miss is an insertion. Both take turns, and the best of some rounds counts. Compare ratios only.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use lru::LruCache;
use std::num::NonZeroUsize;
use std::time::Instant;
use tenfold::policy::eviction::{Policy, Store};

const KEYS: u32 = 10_000_000;
const ENTRIES: usize = 1_000_000;
const SKEW: f64 = 0.99;
const WARM_UP: usize = 8_000_000;
const ROUND: usize = 1_500_000;
const ROUNDS: usize = 5;

/// Ranks by Zipf's law: a number between 0 and 1 is looked up among the sums, beginning where a table of guesses says.
fn ranks(count: usize) -> Vec<u32> {
    const GUESSES: usize = 1 << 20;
    let mut sums = Vec::with_capacity(KEYS as usize);
    let mut sum = 0.0;
    for rank in 1..=KEYS {
        sum += libm::pow(f64::from(rank), -SKEW);
        sums.push(sum);
    }
    let guesses: Vec<usize> =
        (0..GUESSES).map(|i| sums.partition_point(|s| *s < sum * i as f64 / GUESSES as f64)).collect();
    let mut x = 1_u64;
    let mut draw = || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let unit = (x >> 11) as f64 / (1_u64 << 53) as f64;
        let from = guesses[(unit * GUESSES as f64) as usize];
        let ahead = sums[from..].iter().take_while(|s| **s < unit * sum).count();
        (from + ahead) as u32
    };
    (0..count).map(|_| draw()).collect()
}

/// Ranks are scattered over all numbers, so that popular keys lie nowhere in particular.
fn key(rank: u32) -> u64 {
    u64::from(rank).wrapping_mul(0xD6E8_FEB8_6659_FD93).rotate_left(29)
}

/// Accesses all keys; gives nanoseconds per access and how many hit.
fn timed(ranks: &[u32], mut access: impl FnMut(u64) -> bool) -> (f64, usize) {
    let begun = Instant::now();
    let hits = ranks.iter().filter(|rank| access(key(**rank))).count();
    (begun.elapsed().as_secs_f64() * 1e9 / ranks.len() as f64, hits)
}

/// Best time of ours, best time of theirs, our hit ratio, our bytes per entry.
fn side_by_side(policy: Policy, paged: bool, ranks: &[u32]) -> (f64, f64, f64, f64) {
    let mut ours = Store::<()>::new(policy, Some(ENTRIES as u64), None, 1);
    if paged {
        ours.share();
    }
    let mut theirs = LruCache::<u64, ()>::new(NonZeroUsize::new(ENTRIES).expect("more than none"));
    // Redis' clock ticks once for every thousand accesses.
    let mut now = 0;
    let mut ours_hits = |ours: &mut Store, key| {
        now += 1_000_000;
        ours.access(key, now).hit
    };
    let mut theirs_hits = |key| {
        let hit = theirs.get(&key).is_some();
        if !hit {
            theirs.put(key, ());
        }
        hit
    };
    let (warm_up, measured) = ranks.split_at(WARM_UP);
    timed(warm_up, |key| ours_hits(&mut ours, key));
    timed(warm_up, &mut theirs_hits);
    let (mut best, mut best_theirs, mut hits) = (f64::INFINITY, f64::INFINITY, 0);
    for round in measured.chunks(ROUND) {
        let (ns, hit) = timed(round, |key| ours_hits(&mut ours, key));
        (best, hits) = (best.min(ns), hits + hit);
        best_theirs = best_theirs.min(timed(round, &mut theirs_hits).0);
    }
    let bytes = ours.held_bytes(None) as f64 / ours.len() as f64;
    (best, best_theirs, hits as f64 / measured.len() as f64, bytes)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let ranks = ranks(WARM_UP + ROUNDS * ROUND);
    println!(
        "| policy | ns per access | the crate `lru` beside it | times as fast | in pages | hits | bytes per entry |"
    );
    println!("|---|---|---|---|---|---|---|");
    for policy in Policy::CHOICES.iter().filter_map(|choice| of_word(choice.value)) {
        if words.is_empty() || words.iter().any(|word| word == policy.word()) {
            let (ours, theirs, hits, bytes) = side_by_side(policy, false, &ranks);
            let (in_pages, ..) = side_by_side(policy, true, &ranks);
            println!(
                "| {} | {ours:.0} | {theirs:.0} | {:.2} | {in_pages:.0} | {hits:.4} | {bytes:.1} |",
                policy.label(),
                theirs / ours
            );
        }
    }
}

fn of_word(word: &str) -> Option<Policy> {
    tenfold::model::FieldValue::from_json(&word.into())
}
