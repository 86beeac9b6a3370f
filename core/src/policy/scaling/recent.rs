//! Values with the time they were noted at, as long as anybody looks back at them.

use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// Noted in the order of time. After a while nothing is allocated any more: what is forgotten makes room for what is new.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recent<T>(VecDeque<(SimTime, T)>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Recent(VecDeque::new())
    }
}

impl<T: Copy> Recent<T> {
    /// Notes a value, and forgets those that are older than `keep`.
    pub(super) fn note(&mut self, now: SimTime, value: T, keep: Span) {
        while self.0.front().is_some_and(|(at, _)| now.since(*at) > keep) {
            self.0.pop_front();
        }
        self.0.push_back((now, value));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Values noted less than `span` ago.
    pub(super) fn within(&self, now: SimTime, span: Span) -> impl Iterator<Item = T> + '_ {
        self.aged(now, move |age| age < span)
    }

    /// Values noted no longer than `span` ago.
    pub(super) fn up_to(&self, now: SimTime, span: Span) -> impl Iterator<Item = T> + '_ {
        self.aged(now, move |age| age <= span)
    }

    /// The newest values whose age is as asked for.
    fn aged<'a>(
        &'a self,
        now: SimTime,
        is_recent: impl Fn(Span) -> bool + 'a,
    ) -> impl Iterator<Item = T> + 'a {
        self.0.iter().rev().take_while(move |(at, _)| is_recent(now.since(*at))).map(|(_, value)| *value)
    }
}
