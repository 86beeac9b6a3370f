//! The recent history of a run, bounded in memory: what the charts draw and what the table lists.
//!
//! The last [`WINDOWS_MAX`] windows are kept as they came. Older ones are folded into [`Envelope`]s, each the
//! least and the greatest of a number of windows, column by column: a percentile is never averaged and a peak
//! never disappears, however long the run. When there are too many envelopes, neighbours are folded together.

use std::collections::VecDeque;
use tenfold::measure::{Frame, Notice, WindowRow};

/// Windows kept exactly.
pub(crate) const WINDOWS_MAX: usize = 8192;
/// Envelopes kept for the time before them.
const ENVELOPES_MAX: usize = 2048;
/// Windows folded into an envelope at first; doubles whenever neighbours are folded.
const FOLD: usize = 4;
/// Notices kept; the oldest go first.
const NOTICES_MAX: usize = 256;
/// An edit that follows another after fewer windows belongs to the same gesture.
const GESTURE_WINDOWS: u64 = 4;

/// One number of a window, picked by a function.
pub(crate) type Column = fn(&WindowRow) -> f64;

/// The least and greatest of several windows, column by column; `at_s` is the last window's.
#[derive(Debug, Clone, Copy)]
struct Envelope {
    lo: WindowRow,
    hi: WindowRow,
    windows: usize,
}

/// A point of a curve: one window (`lo` equals `hi`), or what is left of several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// Simulated seconds.
    pub(crate) at_s: f64,
    /// The least value; not-a-number where there is none.
    pub(crate) lo: f64,
    /// The greatest value; not-a-number where there is none.
    pub(crate) hi: f64,
}

/// What the charts know about one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    /// The greatest of each column (the window itself where `exact`).
    pub(crate) row: WindowRow,
    /// Whether it is one window; else the peaks of several, because the instant is long ago.
    pub(crate) exact: bool,
}

/// The recent history of a run.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    rows: VecDeque<WindowRow>,
    old: VecDeque<Envelope>,
    fold: usize,
    notices: VecDeque<Notice>,
    edit: Option<(f64, u64)>,
    closed: u64,
    moment: Option<f64>,
    version: u64,
    epoch: u64,
}

impl Store {
    /// An empty history.
    pub(crate) fn new() -> Store {
        Store {
            rows: VecDeque::new(),
            old: VecDeque::new(),
            fold: FOLD,
            notices: VecDeque::new(),
            edit: None,
            closed: 0,
            moment: None,
            version: 0,
            epoch: 0,
        }
    }

    /// Takes what happened since the last frame. Windows that are not later than the last one are ignored.
    pub(crate) fn push(&mut self, frame: &Frame) {
        for row in &frame.windows {
            if row.at_s.is_finite() && self.rows.back().is_none_or(|last| row.at_s > last.at_s) {
                self.rows.push_back(*row);
                self.closed += 1;
            }
        }
        while self.rows.len() > WINDOWS_MAX {
            self.fold_oldest();
        }
        for notice in frame.notices.iter().filter(|n| n.at_s.is_finite()) {
            // What is lived through again is told again.
            if !self.notices.contains(notice) {
                self.notices.push_back(notice.clone());
            }
        }
        while self.notices.len() > NOTICES_MAX {
            self.notices.pop_front();
        }
        if !frame.windows.is_empty() || !frame.notices.is_empty() {
            self.version += 1;
        }
    }

    /// Forgets everything: a new run begins.
    pub(crate) fn clear(&mut self) {
        *self = Store { version: self.version + 1, epoch: self.epoch + 1, ..Store::new() };
    }

    /// Remembers that the model was edited now, so that the curves before it go on as a pale ghost.
    ///
    /// Edits of one gesture (a slider being dragged) count as one: the first decides the instant.
    pub(crate) fn mark_edit(&mut self) {
        let Some(now) = self.last_s() else { return };
        let same_gesture = self.edit.is_some_and(|(_, closed)| self.closed - closed < GESTURE_WINDOWS);
        let at = if same_gesture { self.edit.map_or(now, |(at, _)| at) } else { now };
        self.edit = Some((at, self.closed));
        self.version += 1;
    }

    /// Forgets what came after `at_s`: something else will.
    pub(crate) fn cut(&mut self, at_s: f64) {
        let before = self.rows.len();
        self.rows.retain(|row| row.at_s <= at_s);
        self.old.retain(|envelope| envelope.hi.at_s <= at_s);
        self.notices.retain(|notice| notice.at_s <= at_s);
        self.closed -= (before - self.rows.len()) as u64;
        self.edit = self.edit.filter(|(edit_s, closed)| *edit_s <= at_s && *closed <= self.closed);
        self.moment = None;
        self.version += 1;
    }

    /// The moment that the run was taken back to, if what is known goes beyond it.
    pub(crate) fn set_moment(&mut self, at_s: Option<f64>) {
        if self.moment != at_s {
            self.moment = at_s;
            self.version += 1;
        }
    }

    /// See [`Store::set_moment`].
    pub(crate) fn moment(&self) -> Option<f64> {
        self.moment
    }

    /// Grows with every change; the charts draw again when it has.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Grows with every [`Store::clear`]: instants of an earlier epoch mean nothing any more.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The earliest instant known, seconds.
    pub(crate) fn first_s(&self) -> Option<f64> {
        self.old.front().map(|e| e.hi.at_s).or_else(|| self.rows.front().map(|r| r.at_s))
    }

    /// The end of the last window, seconds.
    pub(crate) fn last_s(&self) -> Option<f64> {
        self.rows.back().map(|r| r.at_s)
    }

    /// The last window up to the moment shown.
    pub(crate) fn latest(&self) -> Option<Reading> {
        match self.moment {
            Some(at_s) => self.nearest(at_s),
            None => self.rows.back().map(|row| Reading { row: *row, exact: true }),
        }
    }

    /// The instant of the last edit, seconds.
    pub(crate) fn edit_s(&self) -> Option<f64> {
        self.edit.map(|(at, _)| at)
    }

    /// The marks on the time axis, oldest first.
    pub(crate) fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter()
    }

    /// The windows that ended from `from_s` to `to_s`, as far as they are kept exactly.
    pub(crate) fn windows(&self, from_s: f64, to_s: f64) -> impl DoubleEndedIterator<Item = &WindowRow> {
        let from = self.rows.partition_point(|r| r.at_s < from_s);
        let to = self.rows.partition_point(|r| r.at_s <= to_s);
        self.rows.range(from..to.max(from))
    }

    /// One column from `from_s` to `to_s`, with a neighbour on either side so that lines reach the edges.
    pub(crate) fn samples(&self, column: Column, from_s: f64, to_s: f64) -> impl Iterator<Item = Sample> {
        let span = |len: usize, from: usize, to: usize| {
            from.saturating_sub(1)..(to + 1).min(len).max(from.saturating_sub(1))
        };
        let old = &self.old;
        let before = span(
            old.len(),
            old.partition_point(|e| e.hi.at_s < from_s),
            old.partition_point(|e| e.hi.at_s <= to_s),
        );
        let rows = &self.rows;
        let recent = span(
            rows.len(),
            rows.partition_point(|r| r.at_s < from_s),
            rows.partition_point(|r| r.at_s <= to_s),
        );
        let folded =
            old.range(before).map(move |e| Sample { at_s: e.hi.at_s, lo: column(&e.lo), hi: column(&e.hi) });
        folded.chain(rows.range(recent).map(move |r| {
            let value = column(r);
            Sample { at_s: r.at_s, lo: value, hi: value }
        }))
    }

    /// What is known of the instant nearest to `at_s`.
    pub(crate) fn nearest(&self, at_s: f64) -> Option<Reading> {
        self.reading(self.index_near(at_s)?)
    }

    /// The instant `steps` windows after (or before, when negative) the one nearest to `at_s`.
    pub(crate) fn step(&self, at_s: f64, steps: isize) -> Option<f64> {
        let index = self.index_near(at_s)?.saturating_add_signed(steps).min(self.len() - 1);
        self.reading(index).map(|reading| reading.row.at_s)
    }

    fn len(&self) -> usize {
        self.old.len() + self.rows.len()
    }

    fn reading(&self, index: usize) -> Option<Reading> {
        match self.old.get(index) {
            Some(envelope) => Some(Reading { row: envelope.hi, exact: false }),
            None => self.rows.get(index - self.old.len()).map(|row| Reading { row: *row, exact: true }),
        }
    }

    fn index_near(&self, at_s: f64) -> Option<usize> {
        let after = match self.old.partition_point(|e| e.hi.at_s < at_s) {
            n if n < self.old.len() => n,
            n => n + self.rows.partition_point(|r| r.at_s < at_s),
        };
        let time = |index: usize| self.reading(index).map(|reading| reading.row.at_s);
        let earlier = after.checked_sub(1);
        match (earlier.and_then(time), time(after)) {
            (Some(a), Some(b)) if at_s - a <= b - at_s => earlier,
            (Some(_), None) => earlier,
            (_, Some(_)) => Some(after),
            (None, None) => None,
        }
    }

    fn fold_oldest(&mut self) {
        let fold = self.fold.min(self.rows.len());
        if let Some(envelope) = self.rows.drain(..fold).map(Envelope::of).reduce(Envelope::and) {
            self.old.push_back(envelope);
        }
        if self.old.len() > ENVELOPES_MAX {
            let all: Vec<Envelope> = self.old.drain(..).collect();
            self.old.extend(all.chunks(2).filter_map(|pair| pair.iter().copied().reduce(Envelope::and)));
            self.fold *= 2;
        }
    }
}

impl Default for Store {
    fn default() -> Store {
        Store::new()
    }
}

impl Envelope {
    fn of(row: WindowRow) -> Envelope {
        Envelope { lo: row, hi: row, windows: 1 }
    }

    /// Both, `later` being the later one. A column that is not-a-number in one takes the other's value.
    fn and(self, later: Envelope) -> Envelope {
        let columns = |a: WindowRow, b: WindowRow, pick: fn(f64, f64) -> f64| {
            let (mut left, mut right) = (Vec::new(), Vec::new());
            a.write(&mut left);
            b.write(&mut right);
            let picked: Vec<f64> = left.into_iter().zip(right).map(|(x, y)| pick(x, y)).collect();
            WindowRow { at_s: b.at_s, ..WindowRow::read(&picked) }
        };
        Envelope {
            lo: columns(self.lo, later.lo, f64::min),
            hi: columns(self.hi, later.hi, f64::max),
            windows: self.windows + later.windows,
        }
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
