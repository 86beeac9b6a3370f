//! The agenda: what is to happen, in order of time and, at one instant, in the order it was scheduled.
//!
//! What follows from an event without any delay happens before the next event, be it of the same instant: it is part of the same
//! happening. It waits in a plain queue.
//!
//! An implicit 4-ary heap holds the rest. Delays that are the same for many events (a link of constant latency) make
//! first-in first-out *lanes* of which only the head is in a heap, one of their own. All share one sequence number, so the
//! order is the same as in one heap.

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
}

/// An event in one word, so that it is written and read in one piece wherever it goes: the kind above, the index below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word(u32);

/// So many calls fit an index.
const INDEX_BITS: u32 = 29;

impl Word {
    /// No event.
    const NONE: Word = Word(u32::MAX);

    #[inline(always)]
    fn of(event: Event) -> Word {
        let (kind, index) = match event {
            Event::Arrive(call) => (0, call),
            Event::Reply(call) => (1, call),
            Event::Served(call) => (2, call),
            Event::Timeout(queue) => (3, queue),
            Event::Timer(timer) => (4, timer),
            Event::Timeline(entry) => (5, entry),
        };
        debug_assert!(index >> INDEX_BITS == 0, "an index of an event is less than {}", 1 << INDEX_BITS);
        Word(kind << INDEX_BITS | index)
    }

    #[inline(always)]
    fn event(self) -> Option<Event> {
        let index = self.0 & ((1 << INDEX_BITS) - 1);
        match self.0 >> INDEX_BITS {
            0 => Some(Event::Arrive(index)),
            1 => Some(Event::Reply(index)),
            2 => Some(Event::Served(index)),
            3 => Some(Event::Timeout(index)),
            4 => Some(Event::Timer(index)),
            5 => Some(Event::Timeline(index)),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    at: SimTime,
    seq: u64,
    event: Word,
}

const _: () = assert!(size_of::<Entry>() <= 24, "pending events stay small: they are moved about a lot");

impl Entry {
    /// Comes after all that comes.
    const NEVER: Entry = Entry { at: SimTime::MAX, seq: u64::MAX, event: Word::NONE };

    /// One number, so that one comparison without a branch decides.
    #[inline(always)]
    fn key(&self) -> u128 {
        u128::from(self.at.nanos()) << 64 | u128::from(self.seq)
    }
    #[inline(always)]
    fn before(&self, other: &Entry) -> bool {
        self.key() < other.key()
    }
}

#[derive(Debug, Clone)]
struct Lane {
    delay: Span,
    waiting: VecDeque<Entry>,
}

/// Pending events.
#[derive(Debug, Clone)]
pub(crate) struct Agenda {
    now: SimTime,
    seq: u64,
    single: Heap,
    /// The heads of the lanes.
    heads: Heap,
    /// What follows at once: mostly one thing, so the next one has a place of its own before the queue.
    next: Word,
    instant: VecDeque<Word>,
    lanes: Vec<Lane>,
}

/// Entries in an implicit 4-ary heap, the earliest at the root.
#[derive(Debug, Clone, Default)]
struct Heap {
    entries: Vec<Entry>,
    /// The root was taken and is yet to be replaced: the next push fills it with one sift.
    hole: bool,
}

impl Default for Agenda {
    fn default() -> Self {
        Agenda {
            now: SimTime::ZERO,
            seq: 0,
            single: Heap::default(),
            heads: Heap::default(),
            next: Word::NONE,
            instant: VecDeque::new(),
            lanes: Vec::new(),
        }
    }
}

impl Agenda {
    /// The instant of the last event taken, or where time was moved to.
    pub(crate) fn now(&self) -> SimTime {
        self.now
    }

    /// Bytes that a copy takes besides its own size.
    pub(crate) fn held_bytes(&self) -> usize {
        let waiting: usize = self.lanes.iter().map(|lane| lane.waiting.len()).sum();
        let entries = self.single.entries.len() + self.heads.entries.len() + waiting;
        entries * size_of::<Entry>() + self.instant.len() * size_of::<Word>() + size_of_val(&*self.lanes)
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
    #[inline]
    pub(crate) fn schedule(&mut self, at: SimTime, event: Event) {
        if at <= self.now {
            return self.at_once(event);
        }
        let seq = self.next_seq();
        self.single.push(Entry { at, seq, event: Word::of(event) });
    }

    /// Schedules `event` with a sequence number that was drawn before.
    pub(crate) fn schedule_as(&mut self, at: SimTime, seq: u64, event: Event) {
        self.single.push(Entry { at, seq, event: Word::of(event) });
    }

    /// Schedules `event` after the delay of `lane`.
    #[inline]
    pub(crate) fn schedule_in(&mut self, lane: u32, event: Event) {
        let lane_ix = lane;
        let lane = &mut self.lanes[lane as usize];
        debug_assert!(lane.delay > Span::ZERO, "what takes no time needs no lane");
        self.seq += 1;
        let entry = Entry { at: self.now + lane.delay, seq: self.seq, event: Word::of(event) };
        let first = lane.waiting.is_empty();
        lane.waiting.push_back(entry);
        if first {
            self.heads.push(Entry { event: Word(lane_ix), ..entry });
        }
    }

    /// Lets something follow without any delay, after all that follows already.
    #[inline]
    pub(crate) fn at_once(&mut self, event: Event) {
        if self.next == Word::NONE {
            self.next = Word::of(event);
        } else {
            self.instant.push_back(Word::of(event));
        }
    }

    /// The next thing that follows without any delay from what has happened last.
    #[inline]
    pub(crate) fn take_at_once(&mut self) -> Option<Event> {
        let event = self.next;
        self.next =
            if self.instant.is_empty() { Word::NONE } else { self.instant.pop_front().unwrap_or(Word::NONE) };
        event.event()
    }

    /// Takes the earliest event up to and including `until`; `None` when there is none.
    pub(crate) fn take(&mut self, until: SimTime) -> Option<Event> {
        debug_assert!(self.next == Word::NONE, "what follows at once comes first");
        let (single, head) = (self.single.first(), self.heads.first());
        let (top, of_a_lane) = if head.before(&single) { (head, true) } else { (single, false) };
        if top.at > until || top.event == Word::NONE {
            return None;
        }
        self.now = top.at;
        if !of_a_lane {
            self.single.hole = true;
            return top.event.event();
        }
        self.heads.hole = true;
        let waiting = &mut self.lanes[top.event.0 as usize].waiting;
        let due = waiting.pop_front();
        if let Some(head) = waiting.front() {
            self.heads.push(Entry { event: top.event, ..*head });
        }
        due.and_then(|entry| entry.event.event())
    }
}

impl Heap {
    #[inline]
    fn push(&mut self, entry: Entry) {
        if self.hole {
            self.hole = false;
            sift_down(&mut self.entries, entry);
        } else {
            self.entries.push(entry);
            sift_up(&mut self.entries, entry);
        }
    }

    /// The earliest entry; one that never comes when there is none.
    #[inline]
    fn first(&mut self) -> Entry {
        if self.hole {
            self.fill_hole();
        }
        self.entries.first().copied().unwrap_or(Entry::NEVER)
    }

    fn fill_hole(&mut self) {
        self.hole = false;
        if let Some(last) = self.entries.pop()
            && !self.entries.is_empty()
        {
            sift_down(&mut self.entries, last);
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
        let (least, child) = if let Some([a, b, c, d]) = heap.get(first..first + 4) {
            // Two pairs, then the winners: no branch depends on what is in the heap.
            let left = if b.before(a) { (1, b) } else { (0, a) };
            let right = if d.before(c) { (3, d) } else { (2, c) };
            let (least, child) = if right.1.before(left.1) { right } else { left };
            (first + least, *child)
        } else {
            let last = (first..heap.len()).min_by_key(|child| heap[*child].key());
            let Some(least) = last else { break };
            (least, heap[least])
        };
        if !child.before(&entry) {
            break;
        }
        heap[at] = child;
        at = least;
    }
    heap[at] = entry;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a list that is searched: what follows at once comes first, then the earliest, then what was scheduled first.
    #[test]
    fn events_come_in_order_of_time_and_then_of_scheduling_whatever_way_they_went_in() {
        let mut agenda = Agenda::default();
        let lane = agenda.lane(Span::from_nanos(5));
        let mut later: Vec<(SimTime, u32)> = Vec::new();
        let mut soon = VecDeque::new();
        let mut x = 1_u64;
        for i in 0..20_000_u32 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            let now = agenda.now();
            match x >> 62 {
                0 => agenda.schedule(now, Event::Arrive(i)),
                1 => agenda.schedule_in(lane, Event::Arrive(i)),
                _ => agenda.schedule(now + Span::from_nanos(1 + (x >> 59)), Event::Arrive(i)),
            }
            match x >> 62 {
                0 => soon.push_back(i),
                1 => later.push((now + Span::from_nanos(5), i)),
                _ => later.push((now + Span::from_nanos(1 + (x >> 59)), i)),
            }
            if x & 3 > 0 {
                continue;
            }
            while let Some(follows) = agenda.take_at_once() {
                let expected = soon.pop_front().map(Event::Arrive);
                assert_eq!(Some(follows), expected);
            }
            assert!(soon.is_empty());
            let first = later.iter().copied().min();
            later.retain(|entry| Some(*entry) != first);
            assert_eq!(agenda.take(SimTime::MAX), first.map(|(_, i)| Event::Arrive(i)));
            assert_eq!(first.map(|(at, _)| at), Some(agenda.now()));
        }
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
