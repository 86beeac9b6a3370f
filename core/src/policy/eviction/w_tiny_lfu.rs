//! W-TinyLFU: what leaves a small window gets into the main part only if it was asked for more often than what would go for it.

use super::chance::Chance;
use super::order::{Limits, Order};
use super::part::Part;
use super::queue::{Noted, Queue};
use super::sketch::Sketch;
use super::table::{END, Slots};

/// Share of the limits that is the main part's, in hundredths; the rest is the window's.
const MAIN: u64 = 99;
/// Share of the main part that is protected, in hundredths.
const PROTECTED: u64 = 80;
/// A candidate that lost gets in all the same once in 128 times if it was asked for so often: or else keys chosen to collide in the sketch
/// could keep everything out.
const LUCKY: u64 = 6;

/// A window, and a main part of which one segment is on probation and the other is protected; all three by last use.
#[derive(Debug, Clone)]
pub(super) struct WTinyLfu {
    window: Part,
    probation: Part,
    protected: Part,
    window_share: Limits,
    protected_share: Limits,
    sketch: Sketch,
    chance: Chance,
    /// The entry that has to prove itself against the next victim; [`END`] for none.
    candidate: u32,
    /// Whether candidates have come from the window as well.
    window_searched: bool,
}

/// Where an entry is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Place {
    #[default]
    Window,
    Probation,
    Protected,
}

type Mark = Noted<Place>;

impl WTinyLfu {
    fn part(&mut self, place: Place) -> &mut Part {
        match place {
            Place::Window => &mut self.window,
            Place::Probation => &mut self.probation,
            Place::Protected => &mut self.protected,
        }
    }

    fn put(&mut self, slots: &mut impl Slots<Mark>, slot: u32, to: Place) {
        let from = std::mem::replace(&mut slots.mark_mut(slot).note, to);
        self.part(from).unlink(slots, slot);
        self.part(to).push(slots, slot);
    }

    /// Moves what is too much for the window on probation; the first of it is the first candidate.
    fn empty_window(&mut self, slots: &mut impl Slots<Mark>) {
        (self.candidate, self.window_searched) = (END, false);
        while self.window.is_above(self.window_share) {
            let slot = self.window.oldest();
            self.put(slots, slot, Place::Probation);
            if self.candidate == END {
                self.candidate = slot;
            }
        }
    }

    /// Moves what is too much for the protected segment on probation.
    fn demote(&mut self, slots: &mut impl Slots<Mark>) {
        while self.protected.is_above(self.protected_share) {
            self.put(slots, self.protected.oldest(), Place::Probation);
        }
    }

    fn admits(&mut self, candidate: u64, victim: u64) -> bool {
        let count = self.sketch.count(candidate);
        count > self.sketch.count(victim) || count >= LUCKY && self.chance.below(128) == 0
    }
}

impl Order for WTinyLfu {
    type Mark = Mark;
    const JUDGES_NEWCOMERS: bool = true;

    fn new(limits: Limits, seed: u64) -> Self {
        let main = limits.percent(MAIN);
        WTinyLfu {
            window: Part::default(),
            probation: Part::default(),
            protected: Part::default(),
            window_share: limits.without(main),
            protected_share: main.percent(PROTECTED),
            sketch: Sketch::new(),
            chance: Chance::new(seed),
            candidate: END,
            window_searched: false,
        }
    }

    fn limit(&mut self, limits: Limits, slots: &mut impl Slots<Mark>) {
        let main = limits.percent(MAIN);
        (self.window_share, self.protected_share) = (limits.without(main), main.percent(PROTECTED));
        self.demote(slots);
        self.empty_window(slots);
    }

    fn enter(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        self.sketch.fit(slots.len());
        self.sketch.add(slots.key(slot));
        self.window.push(slots, slot);
        self.empty_window(slots);
    }

    fn used(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        self.sketch.add(slots.key(slot));
        match slots.mark(slot).note {
            Place::Window => self.window.renew(slots, slot),
            Place::Protected => self.protected.renew(slots, slot),
            // Nothing else need go on probation for what would not stay protected even alone.
            Place::Probation if slots.bytes(slot) > self.protected_share.bytes => {
                self.probation.renew(slots, slot)
            }
            Place::Probation => {
                self.put(slots, slot, Place::Protected);
                self.demote(slots);
            }
        }
    }

    fn leave(&mut self, slots: &mut impl Slots<Mark>, slot: u32) {
        self.part(slots.mark(slot).note).unlink(slots, slot);
    }

    fn victim(&mut self, slots: &mut impl Slots<Mark>) -> u32 {
        if self.candidate == END && !self.window_searched {
            (self.candidate, self.window_searched) = (self.window.oldest(), true);
        }
        let (candidate, victim) = (self.candidate, self.probation.oldest());
        if candidate == END {
            let others = [victim, self.protected.oldest(), self.window.oldest()];
            return others.into_iter().find(|slot| *slot != END).unwrap_or(END);
        }
        if candidate == victim {
            self.candidate = END;
            return candidate;
        }
        self.candidate = Queue::newer(slots, candidate);
        let admitted = victim != END && self.admits(slots.key(candidate), slots.key(victim));
        if admitted { victim } else { candidate }
    }

    fn each(&self, slots: &impl Slots<Mark>, act: &mut dyn FnMut(u32)) {
        [&self.probation, &self.window, &self.protected].into_iter().for_each(|part| part.each(slots, act));
    }
    fn share(&mut self) {
        self.sketch.share();
    }
    fn held_bytes(&self, other: Option<&Self>) -> usize {
        self.sketch.held_bytes(other.map(|other| &other.sketch))
    }
}
