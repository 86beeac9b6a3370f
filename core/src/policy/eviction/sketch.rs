//! How often keys were asked for lately, roughly: a count-min sketch whose counts are halved from time to time.

use super::pages::{List, Pages};
use crate::engine::chance::mix;

/// Counters of four bits, sixteen to a word; a key has one in each of four rows, all of them within eight words, and its count is the least of
/// them, so that others make it too high at worst.
///
/// Source: Cormode and Muthukrishnan, An Improved Data Stream Summary, 2005, laid out as in Caffeine's `FrequencySketch`.
#[derive(Debug, Clone)]
pub(super) struct Sketch {
    /// As many as entries, rounded up to a power of two.
    words: Pages<u64, 512>,
    additions: u64,
    /// Additions after which all counts are halved.
    sample: u64,
}

const WORDS_MIN: usize = 8;
/// Additions before counts are halved, by entry.
const SAMPLE: u64 = 10;
const COUNT_MAX: u64 = 15;

impl Sketch {
    pub(super) fn new() -> Self {
        let words = Pages::filled(0, WORDS_MIN);
        Sketch { words, additions: 0, sample: SAMPLE * WORDS_MIN as u64 }
    }

    /// Makes it large enough for so many entries. Every count stays what it was: both halves are what the whole has been.
    pub(super) fn fit(&mut self, entries: usize) {
        self.sample = self.sample.max(SAMPLE * entries as u64);
        while self.words.len() < entries {
            (0..self.words.len()).for_each(|at| self.words.push(self.words[at]));
        }
    }

    /// By row: the word, and where in it the counter begins.
    fn counters(&self, key: u64) -> [(usize, u32); 4] {
        let hash = mix(key);
        let block = (hash >> 32) as usize & (self.words.len() / 8 - 1);
        [0, 1, 2, 3].map(|row| {
            let part = (hash >> (8 * row)) as u32 & 0xFF;
            (block * 8 + 2 * row + (part & 1) as usize, (part >> 1 & 15) * 4)
        })
    }

    /// How often `key` was added, at most 15.
    pub(super) fn count(&self, key: u64) -> u64 {
        let counts = self.counters(key).map(|(word, bit)| self.words[word] >> bit & COUNT_MAX);
        counts.into_iter().fold(COUNT_MAX, u64::min)
    }

    pub(super) fn add(&mut self, key: u64) {
        let mut added = false;
        for (word, bit) in self.counters(key) {
            if self.words[word] >> bit & COUNT_MAX < COUNT_MAX {
                self.words[word] += 1 << bit;
                added = true;
            }
        }
        self.additions += u64::from(added);
        if self.additions >= self.sample {
            self.halve();
        }
    }

    fn halve(&mut self) {
        let mut odd = 0;
        for at in 0..self.words.len() {
            odd += u64::from((self.words[at] & 0x1111_1111_1111_1111).count_ones());
            self.words[at] = self.words[at] >> 1 & 0x7777_7777_7777_7777;
        }
        // What halving has rounded away, by addition to four rows.
        self.additions = (self.additions - odd / 4) / 2;
    }

    pub(super) fn share(&mut self) {
        self.words.share();
    }
    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.words.held_bytes(other.map(|other| &other.words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_never_too_low_up_to_fifteen_and_seldom_too_high() {
        let mut sketch = Sketch::new();
        sketch.fit(1_000);
        // 6,000 additions: less than halving takes.
        let asked = |key: u64| key % 13;
        (0..1_000).for_each(|key| (0..asked(key)).for_each(|_| sketch.add(key)));
        assert!((0..1_000).all(|key| sketch.count(key) >= asked(key)));
        let exact = (0..1_000).filter(|key| sketch.count(*key) == asked(*key)).count();
        assert!(exact > 900, "{exact}");
        (0..100).for_each(|_| sketch.add(5));
        assert_eq!(sketch.count(5), 15);
    }

    #[test]
    fn counts_stay_while_it_grows_and_are_halved_after_ten_additions_for_each_entry() {
        let mut sketch = Sketch::new();
        (0..9).for_each(|_| sketch.add(1));
        (0..4).for_each(|_| sketch.add(2));
        sketch.fit(1_000);
        assert_eq!((sketch.count(1), sketch.count(2), sketch.words.len()), (9, 4, 1_024));
        (13..10_000).for_each(|key| sketch.add(key + 1_000_000));
        // Others may have shared all four of its counters, but not often.
        assert!(sketch.count(1) < 9 && sketch.count(1) >= 4 && sketch.count(2) < 8);
        assert!(sketch.additions < 5_000);
    }
}
