//! Chance without order: every draw is a pure function of a key.
//!
//! A key mixes the run's seed, the component's stable id and the purpose (the *stream*) with the request and the place in its tree of
//! calls (the *path*). So a draw does not depend on what was drawn before or elsewhere: two designs compared on one
//! seed meet the same traffic with the same demands, and adding a component moves nobody else's numbers.

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// How results name the generators.
pub(crate) const GENERATOR: &str =
    "xoshiro256++ (arrivals), splitmix64 keyed by stream and request (all else)";

/// What a stream of chance is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Arrivals,
    Class,
    Key,
    Size,
    Think,
    Work,
    Wire,
    CallCount,
    Pick,
    Patience,
    Disk,
    Transaction,
    Replica,
    Apply,
    Eviction,
    Jitter,
    Refresh,
}

/// A keyed stream of 64-bit words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stream(u64);

/// The finaliser of splitmix64: every bit of the input moves every bit of the output.
pub(crate) const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The increment of splitmix64.
pub(crate) const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A name as a number (FNV-1a, then mixed); the same on every platform.
pub(crate) fn hash_name(name: &str) -> u64 {
    let fnv = name
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01B3));
    mix(fnv)
}

impl Stream {
    /// The stream of a run, a name and a purpose.
    pub(crate) fn new(seed: u64, name: &str, purpose: Purpose) -> Self {
        Stream(mix(mix(seed.wrapping_add(STEP))
            ^ hash_name(name)
            ^ mix((purpose as u64 + 1).wrapping_mul(STEP))))
    }
    /// The draw that belongs to `path`.
    pub(crate) fn draw(self, path: u64) -> Draw {
        Draw(mix(self.0 ^ path))
    }
    /// A generator for draws that follow one another in time.
    pub(crate) fn sequence(self) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.0)
    }
}

/// One draw: 64 bits, and as many more from the same key as a law may need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw(u64);

impl Draw {
    /// A draw of these bits.
    pub(crate) fn of(bits: u64) -> Self {
        Draw(bits)
    }
    /// The draw's bits.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }
    /// A number between 0 and 1, neither of them included, from the upper 52 bits.
    pub(crate) fn unit(self) -> f64 {
        ((self.0 >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }
    /// A draw that shares nothing with this one and those that follow it: for a part that may itself need several.
    pub(crate) fn apart(self) -> Draw {
        Draw(mix(self.0.rotate_left(32)))
    }
    /// The next draw of the same key.
    pub(crate) fn next(self) -> Draw {
        Draw(mix(self.0.wrapping_add(STEP)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_name_and_purpose_and_repeat_for_the_same() {
        let draw = |seed, name, purpose| Stream::new(seed, name, purpose).draw(5).bits();
        let here = draw(1, "web", Purpose::Work);
        assert_eq!(here, draw(1, "web", Purpose::Work));
        for other in
            [draw(2, "web", Purpose::Work), draw(1, "db", Purpose::Work), draw(1, "web", Purpose::Key)]
        {
            assert_ne!(here, other);
        }
    }

    #[test]
    fn units_fill_the_interval_evenly() {
        let stream = Stream::new(3, "x", Purpose::Work);
        let n = 100_000_u64;
        let mean = (0..n).map(|i| stream.draw(mix(i)).unit()).sum::<f64>() / n as f64;
        // Standard error of the mean of n uniforms: 1/√(12 n).
        assert!((mean - 0.5).abs() < 4.0 / (12.0 * n as f64).sqrt(), "{mean}");
    }
}
