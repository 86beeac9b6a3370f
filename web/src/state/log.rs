//! What has happened in the run, for those who come later to read it.

use super::{Dialog, State, Target};
use std::collections::VecDeque;
use tenfold::measure::Notice;

/// As many are kept; the oldest go first.
const EVENTS_MAX: usize = 200;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    /// No two of a page have the same.
    pub(crate) number: u64,
    pub(crate) notice: Notice,
}

/// What has happened, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Log {
    events: VecDeque<Event>,
    count: u64,
}

impl Log {
    pub(super) fn note(&mut self, notice: &Notice) {
        // What is lived through again is told again.
        let earlier = self.events.back().is_some_and(|last| notice.at_s < last.notice.at_s);
        if earlier || self.events.iter().any(|event| event.notice == *notice) {
            return;
        }
        self.count += 1;
        self.events.push_back(Event { number: self.count, notice: notice.clone() });
        if self.events.len() > EVENTS_MAX {
            self.events.pop_front();
        }
    }

    /// Forgets what came after `at_s`.
    pub(super) fn cut(&mut self, at_s: f64) {
        self.events.retain(|event| event.notice.at_s <= at_s);
    }

    pub(super) fn clear(&mut self) {
        self.events.clear();
    }

    /// All, the newest first.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().rev()
    }
}

impl State {
    /// Whether what happened to `about` belongs to the story of component `id`: it is that, or scaled by it.
    pub(crate) fn concerns(&self, id: &str, about: &str) -> bool {
        let controls = |nodes| self.controller_of(about, nodes).is_some_and(|one| one.id == id);
        about == id || controls(false) || controls(true)
    }

    /// Whether a list on the screen tells of it, which is read out by itself.
    pub(super) fn is_listed(&self, notice: &Notice) -> bool {
        let selected = match self.view.selection.as_slice() {
            [Target::Component(id)] => self.concerns(id, &notice.about),
            _ => false,
        };
        selected || self.dialog == Some(Dialog::Events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(at_s: f64, what: &str) -> Notice {
        Notice { at_s, about: "app".into(), what: what.into() }
    }

    #[test]
    fn the_newest_comes_first_and_what_is_told_again_is_kept_once() {
        let mut log = Log::default();
        for at in 0..3 {
            log.note(&notice(f64::from(at), "2 → 4"));
        }
        log.note(&notice(1.0, "2 → 4"));
        log.note(&notice(2.0, "2 → 4"));
        let times: Vec<f64> = log.newest().map(|event| event.notice.at_s).collect();
        assert_eq!(times, [2.0, 1.0, 0.0]);
        log.cut(1.0);
        assert_eq!(log.newest().count(), 2);
        log.note(&notice(1.5, "4 → 3"));
        assert_eq!(log.newest().next().map(|event| event.notice.what.as_str()), Some("4 → 3"));
    }

    #[test]
    fn it_is_bounded() {
        let mut log = Log::default();
        for at in 0..1000 {
            log.note(&notice(f64::from(at), "ready"));
        }
        assert_eq!(log.newest().count(), EVENTS_MAX);
        assert!(log.newest().all(|event| event.notice.at_s >= 800.0));
    }
}
