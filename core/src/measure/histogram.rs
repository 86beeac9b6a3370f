//! Log-linear histograms of durations: every percentile within 1 % of the truth, mergeable, never averaged.

use super::carried::{Carried, Carrier};
use crate::units::Span;

/// Each power of two is cut into 64 equal buckets; a value is off its bucket's middle by at most 1/128.
const SUB_BITS: u32 = 6;
const SUB: u64 = 1 << SUB_BITS;

/// How often durations occurred, in nanoseconds. Holds only the octaves between its smallest and its largest value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram {
    /// By bucket, from `first` on.
    counts: Vec<u64>,
    /// The bucket that `counts` begins with: that of a power of two.
    first: usize,
    total: u64,
    /// Durations of nothing, which are in no bucket.
    zeros: u64,
    sum_ns: u128,
    max_ns: u64,
}

/// Buckets of one octave.
const OCTAVE: usize = SUB as usize;

#[inline]
fn bucket(value: u64) -> usize {
    // Below two full turns every value has a bucket of its own.
    let shift = (63 - SUB_BITS) - (value | (2 * SUB - 1)).leading_zeros();
    (u64::from(shift) * SUB + (value >> shift)) as usize
}

/// The smallest value of a bucket, in nanoseconds.
fn edge(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < 2 * SUB {
        return bucket;
    }
    let shift = bucket / SUB - 1;
    (bucket - shift * SUB) << shift
}

/// The middle of a bucket.
fn middle(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < 2 * SUB {
        return bucket;
    }
    let shift = bucket / SUB - 1;
    edge(bucket as usize) + (1 << shift) / 2
}

impl Histogram {
    /// Notes one duration.
    #[inline]
    pub fn record(&mut self, value: Span) {
        let ns = value.nanos();
        if ns == 0 {
            return self.record_zero();
        }
        let at = bucket(ns);
        match self.counts.get_mut(at.wrapping_sub(self.first)) {
            Some(count) => *count += 1,
            None => {
                self.cover(at, at + 1);
                self.counts[at - self.first] += 1;
            }
        }
        self.sum_ns += u128::from(ns);
        self.total += 1;
        if ns > self.max_ns {
            self.max_ns = ns;
        }
    }

    /// Notes a duration of nothing: what most waits are, and cheaper than to look for the bucket.
    #[inline]
    pub(crate) fn record_zero(&mut self) {
        self.zeros += 1;
    }

    /// Makes room for the buckets from `low` up to `high`, in whole octaves, so that it is rare.
    #[cold]
    fn cover(&mut self, low: usize, high: usize) {
        let low = low / OCTAVE * OCTAVE;
        if self.counts.is_empty() {
            self.first = low;
        } else if low < self.first {
            let missing = self.first - low;
            self.counts.splice(0..0, std::iter::repeat_n(0, missing));
            self.first = low;
        }
        let len = high.next_multiple_of(OCTAVE) - self.first;
        if len > self.counts.len() {
            self.counts.resize(len, 0);
        }
    }

    /// Adds all that `other` has noted.
    pub fn merge(&mut self, other: &Histogram) {
        self.zeros += other.zeros;
        if other.total == 0 {
            return;
        }
        let (low, counts) = other.filled();
        self.cover(low, low + counts.len());
        for (count, more) in self.counts[low - self.first..].iter_mut().zip(counts) {
            *count += more;
        }
        self.total += other.total;
        self.sum_ns += other.sum_ns;
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    /// Forgets everything but keeps its memory.
    pub fn clear(&mut self) {
        if self.total > 0 {
            self.counts[..=bucket(self.max_ns) - self.first].fill(0);
        }
        (self.total, self.zeros, self.sum_ns, self.max_ns) = (0, 0, 0, 0);
    }

    /// Bytes of memory that this takes besides its own size.
    pub fn held_bytes(&self) -> usize {
        size_of_val(&*self.counts)
    }

    /// How many durations were noted.
    pub fn count(&self) -> u64 {
        self.total + self.zeros
    }

    /// The first bucket in use and the counts from there to the last; durations of nothing are in none.
    pub(crate) fn filled(&self) -> (usize, &[u64]) {
        let Some(low) = self.counts.iter().position(|count| *count > 0) else { return (0, &[]) };
        (self.first + low, &self.counts[low..=bucket(self.max_ns) - self.first])
    }

    /// The sum of all durations, nanoseconds.
    pub(crate) fn sum_ns(&self) -> u128 {
        self.sum_ns
    }

    /// The bucket of [`Histogram::quantile_s`].
    pub(crate) fn quantile_bucket(&self, q: f64) -> Option<usize> {
        let rank = (libm::ceil(q * self.count() as f64) as u64).clamp(1, self.count().max(1));
        let (low, counts) = self.filled();
        let mut seen = self.zeros;
        if seen >= rank {
            return Some(0);
        }
        let at = counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        at.map(|at| low + at)
    }

    /// Between which seconds the values of a bucket lie.
    pub(crate) fn bucket_ends_s(bucket: usize) -> (f64, f64) {
        (edge(bucket) as f64 / 1e9, edge(bucket + 1) as f64 / 1e9)
    }

    /// The mean in seconds; exact. `None` when nothing was noted.
    pub fn mean_s(&self) -> Option<f64> {
        (self.count() > 0).then(|| self.sum_ns as f64 / self.count() as f64 / 1e9)
    }

    /// The longest, in seconds; exact. `None` when nothing was noted.
    pub fn max_s(&self) -> Option<f64> {
        (self.count() > 0).then(|| self.max_ns as f64 / 1e9)
    }

    /// The duration in seconds that a share `q` of all noted ones do not exceed, within 1/128 of the truth.
    ///
    /// `None` when nothing was noted.
    ///
    /// ```
    /// use tenfold::{measure::Histogram, units::Span};
    /// let mut seen = Histogram::default();
    /// (1..=100).for_each(|ms| seen.record(Span::from_millis(ms)));
    /// let p99 = seen.quantile_s(0.99).unwrap();
    /// assert!((p99 / 0.099 - 1.0).abs() < 0.01);
    /// ```
    pub fn quantile_s(&self, q: f64) -> Option<f64> {
        let total = self.count();
        if total == 0 {
            return None;
        }
        let rank = (libm::ceil(q * total as f64) as u64).clamp(1, total);
        if rank == total {
            return self.max_s();
        }
        let mut seen = self.zeros;
        if seen >= rank {
            return Some(0.0);
        }
        for (at, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Some(middle(self.first + at).min(self.max_ns) as f64 / 1e9);
            }
        }
        self.max_s()
    }
}

impl Carried for Histogram {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let (mut low, counts) = self.filled();
        let mut counts = counts.to_vec();
        low.carry(by)?;
        counts.carry(by)?;
        self.zeros.carry(by)?;
        self.sum_ns.carry(by)?;
        self.max_ns.carry(by)?;
        if by.left().is_some() {
            let end = low.checked_add(counts.len())?;
            let ends_with_longest =
                end == bucket(self.max_ns) + 1 && counts.last().is_some_and(|count| *count > 0);
            if !(ends_with_longest || end == 0 && self.max_ns == 0) {
                return None;
            }
            self.total = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))?;
            self.counts = Vec::new();
            if end > 0 {
                self.cover(low, end);
                self.counts[low - self.first..][..counts.len()].copy_from_slice(&counts);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_rise_with_their_values_and_their_middles_are_within_one_percent() {
        let mut last = 0;
        let mut value = 1_u64;
        while value < u64::MAX / 3 {
            let at = bucket(value);
            assert!(at >= last);
            last = at;
            let off = middle(at).abs_diff(value) as f64 / value as f64;
            assert!(off <= 1.0 / 128.0, "{value}: {off}");
            value += value / 97 + 1;
        }
    }

    #[test]
    fn merged_histograms_equal_one_that_saw_everything() {
        let (mut a, mut b, mut both) = (Histogram::default(), Histogram::default(), Histogram::default());
        for i in 0..10_000_u64 {
            let value = Span::from_nanos(i * i * 37);
            if i % 3 == 0 {
                a.record(value)
            } else {
                b.record(value)
            }
            both.record(value);
        }
        a.merge(&b);
        assert_eq!(a, both);
        a.clear();
        assert_eq!(a.quantile_s(0.5), None);
    }
}
