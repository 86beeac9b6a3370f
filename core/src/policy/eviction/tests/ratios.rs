//! Hit ratios of every policy on keys by Zipf's law, against formulas and against simulations by other programs.

use super::ALL;
use crate::engine::chance::{Purpose, Stream};
use crate::engine::keys::Zipf;
use crate::policy::eviction::{Policy, Store};

const KEYS: u64 = 100_000;
const WARM_UP: usize = 500_000;
const MEASURED: usize = 1_000_000;

/// Every policy keeps to its value within half a point, where there is one, and none is better than the static optimum: the sum of the
/// largest shares, which nothing beats that cannot see what comes.
fn ratios_are(skew: f64, entries: u64, optimum: f64, known: &[(Policy, f64)]) {
    let zipf = Zipf::new(KEYS, skew);
    let stream = Stream::new(8, "keys", Purpose::Key);
    let keys: Vec<u64> = (0..(WARM_UP + MEASURED) as u64).map(|i| zipf.rank(stream.draw(i))).collect();
    for policy in ALL {
        let mut store = Store::<()>::new(policy, Some(entries), None, 3);
        // A second passes between requests, so that Redis' clock can tell them apart.
        let mut hit = |(i, key): (usize, &u64)| store.access(*key, i as u64 * 1_000_000_000).hit;
        let mut requests = keys.iter().enumerate();
        requests.by_ref().take(WARM_UP).for_each(|request| _ = hit(request));
        let ratio = requests.filter(|request| hit(*request)).count() as f64 / MEASURED as f64;
        assert!(ratio < optimum + 0.002, "{policy:?}: {ratio} for at most {optimum}");
        for (_, expected) in known.iter().filter(|(of, _)| *of == policy) {
            assert!((ratio - expected).abs() < 0.005, "{policy:?}: {ratio} for {expected}");
        }
    }
}

/// A store that is large for its stream: SIEVE's hand has not gone round once. As long as that is so it evicts, request for request, what LFU does: of
/// those never used again the oldest.
#[test]
fn sieve_begins_as_lfu() {
    let zipf = Zipf::new(KEYS, 0.99);
    let stream = Stream::new(7, "keys", Purpose::Key);
    let [mut sieve, mut lfu] =
        [Policy::Sieve, Policy::Lfu].map(|policy| Store::<()>::new(policy, Some(10_000), None, 0));
    for key in (0..100_000).map(|i| zipf.rank(stream.draw(i))) {
        assert_eq!(sieve.access(key, 0), lfu.access(key, 0));
    }
}

/// LRU by Che's approximation, FIFO and random by that of Martina and others; the rest simulated, 1.5 million requests of which 0.5 warm up.
#[test]
fn hit_ratios_are_known_for_a_flat_law_and_few_entries() {
    let known = [
        (Policy::Lru, 0.2043),
        (Policy::Fifo, 0.1792),
        (Policy::Random, 0.1792),
        (Policy::Sieve, 0.314),
        (Policy::S3Fifo, 0.317),
        (Policy::RedisLru, 0.2031),
    ];
    ratios_are(0.8, 1_000, 0.3395, &known);
}

#[test]
fn hit_ratios_are_known_for_a_steep_law_and_many_entries() {
    let known = [
        (Policy::Lru, 0.7250),
        (Policy::Fifo, 0.6879),
        (Policy::Random, 0.6879),
        (Policy::Sieve, 0.776),
        (Policy::S3Fifo, 0.778),
        (Policy::RedisLru, 0.7246),
    ];
    ratios_are(0.99, 10_000, 0.8001, &known);
}
