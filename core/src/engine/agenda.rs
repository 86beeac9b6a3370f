//! The agenda: what is to happen, in order of time and, at one instant, in the order it was scheduled.
//!
//! An implicit 4-ary heap holds the general events. Delays that are the same for many events (a link of constant
//! latency) make first-in first-out *lanes* of which only the head is in the heap; events of the current
//! instant do not enter it at all. All share one sequence number, so the order is the same as in one heap.

use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// What an event is; what it refers to is an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// A call reaches its callee.
    Arrive(u32),
    /// A call's answer reaches its caller.
    Reply(u32),
    /// A server has served a call.
    Served(u32),
    /// The oldest attempt of a timeout queue may be due.
    Timeout(u32),
    /// A component's timer.
    Timer(u32),
    /// An entry of the timeline.
    Timeline(u32),
    /// The head of a lane; internal to the agenda.
    Lane(u32),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    at: SimTime,
    seq: u64,
    event: Event,
}

const _: () = assert!(size_of::<Entry>() <= 24, "pending events stay small: they are moved about a lot");

impl Entry {
    fn before(&self, other: &Entry) -> bool {
        (self.at, self.seq) < (other.at, other.seq)
    }
}

#[derive(Debug, Clone)]
struct Lane {
    delay: Span,
    waiting: VecDeque<Entry>,
}

/// Pending events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agenda {
    now: SimTime,
    seq: u64,
    heap: Vec<Entry>,
    /// The heap's root was taken and is yet to be replaced: the next push fills it with one sift.
    hole: bool,
    instant: VecDeque<Entry>,
    lanes: Vec<Lane>,
}

impl Agenda {
    /// The instant of the last event taken, or where time was moved to.
    pub(crate) fn now(&self) -> SimTime {
        self.now
    }

    /// Moves time on when nothing is left to happen before `to`.
    pub(crate) fn advance_to(&mut self, to: SimTime) {
        self.now = self.now.max(to);
    }

    /// The next sequence number; for queues outside the agenda that keep its order.
    pub(crate) fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    /// The lane of a constant delay; the same delay gives the same lane.
    pub(crate) fn lane(&mut self, delay: Span) -> u32 {
        let found = self.lanes.iter().position(|lane| lane.delay == delay);
        let ix = found.unwrap_or_else(|| {
            self.lanes.push(Lane { delay, waiting: VecDeque::new() });
            self.lanes.len() - 1
        });
        ix as u32
    }

    /// Schedules `event` at `at`.
    pub(crate) fn schedule(&mut self, at: SimTime, event: Event) {
        let seq = self.next_seq();
        self.schedule_as(at, seq, event);
    }

    /// Schedules `event` with a sequence number that was drawn before.
    pub(crate) fn schedule_as(&mut self, at: SimTime, seq: u64, event: Event) {
        let entry = Entry { at, seq, event };
        // An old sequence number may have to go before events of this instant, so only fresh ones take the short way.
        if at <= self.now && seq == self.seq { self.instant.push_back(entry) } else { self.push(entry) }
    }

    /// Schedules `event` after the delay of `lane`.
    pub(crate) fn schedule_in(&mut self, lane: u32, event: Event) {
        let seq = self.next_seq();
        let now = self.now;
        let lane_ix = lane;
        let lane = &mut self.lanes[lane as usize];
        let entry = Entry { at: now + lane.delay, seq, event };
        if lane.delay == Span::ZERO {
            return self.instant.push_back(entry);
        }
        let first = lane.waiting.is_empty();
        lane.waiting.push_back(entry);
        if first {
            self.push(Entry { event: Event::Lane(lane_ix), ..entry });
        }
    }

    /// Takes the earliest event up to and including `until`; `None` when there is none.
    pub(crate) fn take(&mut self, until: SimTime) -> Option<Event> {
        self.fill_hole();
        let top = self.heap.first().copied();
        if let Some(next) = self.instant.front()
            && top.is_none_or(|top| next.before(&top))
        {
            return self.instant.pop_front().map(|entry| entry.event);
        }
        let top = top.filter(|top| top.at <= until)?;
        self.now = top.at;
        self.hole = true;
        match top.event {
            Event::Lane(ix) => {
                let waiting = &mut self.lanes[ix as usize].waiting;
                let due = waiting.pop_front();
                if let Some(head) = waiting.front().copied() {
                    self.push(Entry { event: Event::Lane(ix), ..head });
                }
                due.map(|entry| entry.event)
            }
            event => Some(event),
        }
    }

    fn push(&mut self, entry: Entry) {
        if self.hole {
            self.hole = false;
            sift_down(&mut self.heap, entry);
        } else {
            self.heap.push(entry);
            sift_up(&mut self.heap, entry);
        }
    }

    fn fill_hole(&mut self) {
        if self.hole {
            self.hole = false;
            if let Some(last) = self.heap.pop()
                && !self.heap.is_empty()
            {
                sift_down(&mut self.heap, last);
            }
        }
    }
}

/// Moves the last entry up to its place.
fn sift_up(heap: &mut [Entry], entry: Entry) {
    let mut at = heap.len() - 1;
    while at > 0 {
        let parent = (at - 1) / 4;
        if !entry.before(&heap[parent]) {
            break;
        }
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = entry;
}

/// Puts `entry` in place of the root and moves it down to its place.
fn sift_down(heap: &mut [Entry], entry: Entry) {
    let mut at = 0;
    loop {
        let first = 4 * at + 1;
        if first >= heap.len() {
            break;
        }
        let children = &heap[first..heap.len().min(first + 4)];
        let mut least = 0;
        for child in 1..children.len() {
            if children[child].before(&children[least]) {
                least = child;
            }
        }
        if !children[least].before(&entry) {
            break;
        }
        heap[at] = children[least];
        at = first + least;
    }
    heap[at] = entry;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order_of_time_and_then_of_scheduling_whatever_way_they_went_in() {
        let mut agenda = Agenda::default();
        let lane = agenda.lane(Span::from_nanos(5));
        let mut expected = Vec::new();
        let mut x = 1_u64;
        let mut taken = Vec::new();
        for i in 0..5_000_u32 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            let now = agenda.now();
            let at = match x >> 62 {
                0 => now,
                1 => now + Span::from_nanos(5),
                _ => now + Span::from_nanos(x >> 59),
            };
            if x >> 62 == 1 {
                agenda.schedule_in(lane, Event::Arrive(i))
            } else {
                agenda.schedule(at, Event::Arrive(i))
            }
            expected.push((at, i));
            if x & 3 == 0 {
                taken.extend(agenda.take(SimTime::MAX));
            }
        }
        while let Some(event) = agenda.take(SimTime::MAX) {
            taken.push(event);
        }
        expected.sort();
        assert_eq!(taken, expected.iter().map(|(_, i)| Event::Arrive(*i)).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_after_the_limit_is_taken_and_time_stays() {
        let mut agenda = Agenda::default();
        agenda.schedule(SimTime::from_nanos(10), Event::Timer(1));
        assert_eq!(agenda.take(SimTime::from_nanos(9)), None);
        assert_eq!(agenda.now(), SimTime::ZERO);
        assert_eq!(agenda.take(SimTime::from_nanos(10)), Some(Event::Timer(1)));
    }
}
