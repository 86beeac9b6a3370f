//! What a policy decides, and nothing else: which entry goes when one has to.

use super::table::Slots;
use std::fmt::Debug;

/// The most that a store, or a part of it, may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) entries: u64,
    pub(super) bytes: u64,
}

impl Limits {
    pub(super) fn new(entries: Option<u64>, bytes: Option<u64>) -> Self {
        Limits { entries: entries.unwrap_or(u64::MAX), bytes: bytes.unwrap_or(u64::MAX) }
    }

    /// So many hundredths of both, rounded down.
    pub(super) fn percent(self, percent: u64) -> Limits {
        let part = |limit: u64| (u128::from(limit) * u128::from(percent) / 100) as u64;
        Limits { entries: part(self.entries), bytes: part(self.bytes) }
    }

    /// What is left of both when `part` is taken off.
    pub(super) fn without(self, part: Limits) -> Limits {
        Limits { entries: self.entries - part.entries, bytes: self.bytes - part.bytes }
    }
}

/// An order in which entries go.
///
/// The store finds keys, counts bytes and drops what is stale; it tells the order what happened, and asks it for a victim while anything is
/// above a limit. Slots are numbers of entries; an order notes what it wants to know of one in its mark.
pub(super) trait Order: Clone + Debug {
    /// What is noted of an entry.
    type Mark: Copy + Debug + Default;
    /// Whether slots must be without gaps, because they are drawn by chance. They change then as entries go.
    const DENSE: bool = false;
    /// Whether a new entry takes part in the choice of who goes for it. Room is made before it enters otherwise.
    const JUDGES_NEWCOMERS: bool = false;

    fn new(limits: Limits, seed: u64) -> Self;
    /// Other limits from now on.
    fn limit(&mut self, _limits: Limits, _slots: &mut impl Slots<Self::Mark>) {}
    /// The store is asked at `now`.
    fn tick(&mut self, _now: u64) {}
    /// `key`, which is not kept, is about to enter; room is made for it next.
    fn announce(&mut self, _key: u64) {}
    /// A new entry is in `slot`.
    fn enter(&mut self, slots: &mut impl Slots<Self::Mark>, slot: u32);
    /// The entry in `slot` was asked for.
    fn used(&mut self, slots: &mut impl Slots<Self::Mark>, slot: u32);
    /// The entry in `slot` goes, for whatever reason.
    fn leave(&mut self, slots: &mut impl Slots<Self::Mark>, slot: u32);
    /// The entry that is evicted next, of at least one; it leaves right afterwards.
    fn victim(&mut self, slots: &mut impl Slots<Self::Mark>) -> u32;
    /// All entries, roughly those first that would go first.
    fn each(&self, slots: &impl Slots<Self::Mark>, act: &mut dyn FnMut(u32));
    /// Shares what it keeps beside the marks with the copies to come.
    fn share(&mut self) {}
    /// Bytes that it holds beside the marks, without those that `other` holds as well.
    fn held_bytes(&self, _other: Option<&Self>) -> usize {
        0
    }
}
