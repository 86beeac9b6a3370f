//! What every program of a benchmark needs, the hand-written loops as well as the peers in Rust: draws, a recorder of latencies, and the
//! line in which a program tells what it did.

use nix::time::{ClockId, clock_gettime};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Chance.
pub struct Draws(Xoshiro256PlusPlus);

impl Draws {
    pub fn new(seed: u64) -> Draws {
        Draws(Xoshiro256PlusPlus::seed_from_u64(seed))
    }
    /// An exponential draw of mean 1.
    #[inline(always)]
    pub fn exp(&mut self) -> f64 {
        Exp1.sample(&mut self.0)
    }
    /// Whether something of this chance happens.
    #[inline(always)]
    pub fn happens(&mut self, chance: f64) -> bool {
        self.0.random::<f64>() < chance
    }
    /// A whole number below `n`.
    #[inline(always)]
    pub fn below(&mut self, n: u32) -> u32 {
        (((self.0.next_u64() >> 32) * u64::from(n)) >> 32) as u32
    }
}

/// Each power of two is cut into so many buckets: percentiles are within 1 %.
const SUB_BITS: u32 = 7;

/// Latencies in seconds: the exact mean, percentiles within 1 %.
pub struct Recorder {
    count: u64,
    sum: f64,
    buckets: Vec<u64>,
}

impl Default for Recorder {
    fn default() -> Recorder {
        Recorder { count: 0, sum: 0.0, buckets: vec![0; 64 << SUB_BITS] }
    }
}

impl Recorder {
    #[inline(always)]
    pub fn record(&mut self, secs: f64) {
        self.count += 1;
        self.sum += secs;
        let ns = (secs * 1e9) as i64 as u64;
        let shift = (64 - (ns >> SUB_BITS).leading_zeros()).saturating_sub(1);
        self.buckets[((u64::from(shift) << SUB_BITS) + (ns >> shift)) as usize] += 1;
    }
    pub fn count(&self) -> u64 {
        self.count
    }
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }
    /// The duration that a share `q` does not exceed.
    pub fn quantile(&self, q: f64) -> f64 {
        let rank = (q * self.count as f64).ceil() as u64;
        let mut seen = 0;
        let at = self.buckets.iter().position(|n| {
            seen += n;
            seen >= rank
        });
        let at = at.unwrap_or(0) as u64;
        let shift = (at >> SUB_BITS).saturating_sub(1);
        (((at - (shift << SUB_BITS)) << shift) + (1 << shift) / 2) as f64 / 1e9
    }
}

/// Processor time of this process, in seconds.
pub fn now() -> f64 {
    let used = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("the system has this clock");
    used.tv_sec() as f64 + used.tv_nsec() as f64 / 1e9
}

/// Runs what the arguments ask for, `WORKLOAD CUSTOMERS`, and prints what it did. Each workload gives its events and its latencies.
pub fn main(workloads: &[(&str, fn(u64) -> (u64, Recorder))]) {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let customers = args.next().and_then(|n| n.parse::<f64>().ok());
    let (Some((_, run)), Some(customers)) = (workloads.iter().find(|(known, _)| *known == name), customers) else {
        let known: Vec<_> = workloads.iter().map(|(name, _)| *name).collect();
        eprintln!("error: give a workload ({}) and a number of customers, such as 1e6", known.join(", "));
        std::process::exit(2);
    };
    let begun = now();
    let (events, seen) = run(customers as u64);
    println!(
        r#"{{"events": {events}, "requests": {}, "mean": {}, "p99": {}, "seconds": {}}}"#,
        seen.count(),
        seen.mean(),
        seen.quantile(0.99),
        now() - begun
    );
}
