//! Least frequently used goes first, and of those the least recently used.

use super::order::{Limits, Order};
use super::pages::{List, Pages};
use super::queue::{Noted, Queue};
use super::table::{END, Slots};

/// Entries by how often they were used since they entered, in constant time: levels of one count, in a row. Source: Shah, Mitra and Matani, An O(1)
/// Algorithm for Implementing the LFU Cache Eviction Scheme, 2010.
#[derive(Debug, Clone)]
pub(super) struct Lfu {
    levels: Pages<Level, 128>,
    lowest: u32,
    /// The level that became free last.
    free: u32,
}

/// Entries used equally often, by their last use.
#[derive(Debug, Clone, Copy)]
struct Level {
    uses: u64,
    queue: Queue,
    lower: u32,
    /// In a free level, the one that became free before it.
    higher: u32,
}

/// The level of an entry.
type Mark = Noted<u32>;

impl Lfu {
    fn level(&mut self, at: u32) -> &mut Level {
        &mut self.levels[at as usize]
    }

    /// A new level above `lower`, which may be [`END`].
    fn open(&mut self, uses: u64, lower: u32) -> u32 {
        let higher = if lower == END { self.lowest } else { self.level(lower).higher };
        let level = Level { uses, queue: Queue::default(), lower, higher };
        let at = if self.free == END {
            self.levels.push(level);
            (self.levels.len() - 1) as u32
        } else {
            let at = self.free;
            self.free = self.level(at).higher;
            *self.level(at) = level;
            at
        };
        if lower == END {
            self.lowest = at
        } else {
            self.level(lower).higher = at
        }
        if higher != END {
            self.level(higher).lower = at;
        }
        at
    }

    /// Takes a level out if nothing is left in it.
    fn close_if_empty(&mut self, at: u32) {
        let Level { queue, lower, higher, .. } = *self.level(at);
        if queue.oldest() != END {
            return;
        }
        if lower == END {
            self.lowest = higher
        } else {
            self.level(lower).higher = higher
        }
        if higher != END {
            self.level(higher).lower = lower;
        }
        self.level(at).higher = self.free;
        self.free = at;
    }

    fn put(&mut self, slots: &mut impl Slots<Mark>, slot: u32, level: u32) {
        slots.mark_mut(slot).note = level;
        self.level(level).queue.push(slots, slot);
    }
}

impl Order for Lfu {
    type Mark = Mark;

    fn new(_: Limits, _: u64) -> Self {
        Lfu { levels: Pages::default(), lowest: END, free: END }
    }
    fn enter(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        let lowest = self.lowest;
        let once = lowest != END && self.level(lowest).uses == 1;
        let level = if once { lowest } else { self.open(1, END) };
        self.put(slots, slot, level);
    }
    fn used(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        let from = slots.mark(slot).note;
        let uses = self.level(from).uses + 1;
        let higher = self.level(from).higher;
        let next = higher != END && self.level(higher).uses == uses;
        let to = if next { higher } else { self.open(uses, from) };
        self.level(from).queue.unlink(slots, slot);
        self.put(slots, slot, to);
        self.close_if_empty(from);
    }
    fn leave(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        let level = slots.mark(slot).note;
        self.level(level).queue.unlink(slots, slot);
        self.close_if_empty(level);
    }
    fn victim(&mut self, _: &mut impl Slots<Mark>) -> u32 {
        let lowest = self.lowest;
        self.level(lowest).queue.oldest()
    }
    fn each(&self, slots: &impl Slots<Mark>, act: &mut dyn FnMut(u32)) {
        let mut at = self.lowest;
        while at != END {
            self.levels[at as usize].queue.each(slots, act);
            at = self.levels[at as usize].higher;
        }
    }
    fn share(&mut self) {
        self.levels.share();
    }
    fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.levels.held_bytes(other.map(|other| &other.levels))
    }
}
