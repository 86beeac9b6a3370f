//! The messages that wait in a queue, in the order in which they are given out.

use super::settings::Order;
use crate::engine::inside::Job;
use crate::engine::line::Line;
use crate::units::SimTime;
use std::collections::{BTreeMap, BTreeSet};

/// A message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message {
    pub(super) job: Job,
    /// The order in which they were accepted.
    pub(super) number: u64,
    /// When it was accepted.
    pub(super) published: SimTime,
    /// When the request that caused it was meant to start.
    pub(super) intended: SimTime,
    /// Since when it waits.
    pub(super) since: SimTime,
    /// How often it has been given out.
    pub(super) receives: u32,
    /// It is on disk.
    pub(super) spilled: bool,
}

/// Those who wait.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    order: Order,
    /// Lines by what tells them apart: one in all, or one for each priority or class.
    lines: BTreeMap<u16, Line<Message>>,
    /// Where classes take turns: the one that was served last.
    last: u16,
    groups: Groups,
    /// Those among them that somebody still works on although they can be received again, by number.
    held: BTreeMap<u64, Message>,
    /// Numbers of messages within the lines that are done already, and skipped when their turn comes.
    done: BTreeSet<u64>,
    len: usize,
}

/// Messages of which only one for each key is out at a time.
#[derive(Debug, Clone, Default)]
struct Groups {
    waiting: BTreeMap<(u64, u64), Message>,
    /// The key of each, by number: the first is the oldest.
    keys: BTreeMap<u64, u64>,
    /// The first of each key that has none out, by number.
    ready: BTreeSet<(u64, u64)>,
    out: BTreeSet<u64>,
}

impl Groups {
    fn push(&mut self, message: Message) {
        let (key, number) = (message.job.key(), message.number);
        if !self.out.contains(&key) {
            match self.first_of(key) {
                Some(first) if first < number => {}
                first => {
                    first.map(|first| self.ready.remove(&(first, key)));
                    self.ready.insert((number, key));
                }
            }
        }
        self.waiting.insert((key, number), message);
        self.keys.insert(number, key);
    }

    fn first_of(&self, key: u64) -> Option<u64> {
        self.waiting.range((key, 0)..=(key, u64::MAX)).next().map(|((_, number), _)| *number)
    }

    fn pop(&mut self) -> Option<Message> {
        let (number, key) = self.ready.pop_first()?;
        self.out.insert(key);
        self.keys.remove(&number);
        self.waiting.remove(&(key, number))
    }

    fn pop_oldest(&mut self) -> Option<Message> {
        let (number, _) = self.keys.first_key_value()?;
        self.remove(*number)
    }

    fn remove(&mut self, number: u64) -> Option<Message> {
        let key = self.keys.remove(&number)?;
        let message = self.waiting.remove(&(key, number));
        if self.ready.remove(&(number, key)) {
            self.make_ready(key);
        }
        message
    }

    /// The next of this key may go.
    fn make_ready(&mut self, key: u64) {
        self.out.remove(&key);
        if let Some(first) = self.first_of(key) {
            self.ready.insert((first, key));
        }
    }
}

impl Waiting {
    pub(super) fn new(order: Order) -> Self {
        Waiting {
            order,
            lines: BTreeMap::new(),
            last: 0,
            groups: Groups::default(),
            held: BTreeMap::new(),
            done: BTreeSet::new(),
            len: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Which line a message stands in; the first line is the first to be served.
    fn line_of(&self, message: &Message) -> u16 {
        match self.order {
            Order::Priority => u16::from(u8::MAX - message.job.priority),
            Order::Fair => message.job.class,
            Order::Fifo | Order::Lifo | Order::Groups => 0,
        }
    }

    /// A message comes in, for the first time or `again`: it then goes before those that have not been out yet.
    pub(super) fn push(&mut self, message: Message, again: bool) {
        self.len += 1;
        if self.order == Order::Groups {
            return self.groups.push(message);
        }
        let line = self.lines.entry(self.line_of(&message)).or_default();
        // Where the last is the first, the front is at the back.
        if again && self.order != Order::Lifo { line.push_front(message) } else { line.push_back(message) }
    }

    /// The next message to be given out. `None` also where all that wait have one of their key before them.
    pub(super) fn pop(&mut self) -> Option<Message> {
        while let Some(message) = self.pop_any() {
            if self.is_left(&message) {
                return Some(message);
            }
        }
        None
    }

    fn pop_any(&mut self) -> Option<Message> {
        if self.order == Order::Groups {
            return self.groups.pop();
        }
        let after = self.lines.range(self.last + 1..).next();
        let line = match self.order {
            Order::Fair => after.or_else(|| self.lines.iter().next()),
            _ => self.lines.iter().next(),
        };
        let at = *line?.0;
        self.last = at;
        self.take(at, self.order == Order::Lifo)
    }

    /// Takes a message of a line off, from its back or its front; a line that is empty goes.
    fn take(&mut self, at: u16, back: bool) -> Option<Message> {
        let line = self.lines.get_mut(&at)?;
        let message = if back { line.pop_back() } else { line.pop_front() };
        self.tidy(at);
        message
    }

    /// The first of a line is one that waits; a line without any goes.
    fn tidy(&mut self, at: u16) {
        let Some(line) = self.lines.get_mut(&at) else { return };
        while line.first().is_some_and(|message| self.done.remove(&message.number)) {
            line.pop_front();
        }
        if line.len() == 0 {
            self.lines.remove(&at);
        }
    }

    /// The line whose front has waited longest, and since when that has been here.
    fn oldest_line(&self) -> Option<(u16, SimTime)> {
        let fronts = self.lines.iter().filter_map(|(at, line)| Some((*at, line.first()?.published)));
        fronts.min_by_key(|(_, published)| *published)
    }

    /// When the message that has been here longest was accepted.
    pub(super) fn oldest(&self) -> Option<SimTime> {
        if self.order != Order::Groups {
            return self.oldest_line().map(|(_, published)| published);
        }
        let (number, key) = self.groups.keys.first_key_value()?;
        self.groups.waiting.get(&(*key, *number)).map(|message| message.published)
    }

    /// Takes the message out that has been here longest.
    pub(super) fn pop_oldest(&mut self) -> Option<Message> {
        let message = match self.order {
            Order::Groups => self.groups.pop_oldest(),
            _ => self.oldest_line().and_then(|(at, _)| self.take(at, false)),
        };
        message.filter(|message| self.is_left(message))
    }

    /// Whether a message that was taken out of its line is one that waited, and is not done.
    fn is_left(&mut self, message: &Message) -> bool {
        if self.done.remove(&message.number) {
            return false;
        }
        self.held.remove(&message.number);
        self.len -= 1;
        true
    }

    /// Somebody still works on a message that waits here.
    pub(super) fn expect(&mut self, message: Message) {
        self.held.insert(message.number, message);
    }

    /// Somebody has done what waits here to be received again, if it still does; gives the time it was accepted.
    pub(super) fn finish(&mut self, number: u64) -> Option<SimTime> {
        let message = self.held.remove(&number)?;
        self.len -= 1;
        if self.order == Order::Groups {
            self.groups.remove(number);
        } else {
            self.done.insert(number);
            self.tidy(self.line_of(&message));
        }
        Some(message.published)
    }

    /// A message that was given out is so no more: another of its key may go.
    pub(super) fn release(&mut self, message: &Message) {
        if self.order == Order::Groups {
            self.groups.make_ready(message.job.key());
        }
    }

    /// Another order for those who wait, as far as they can be told apart; `out` are those that are given out.
    pub(super) fn set_order<'a>(&mut self, order: Order, out: impl Iterator<Item = &'a Message>) {
        if order == self.order {
            return;
        }
        let held = std::mem::take(&mut self.held);
        let mut waiting = Vec::with_capacity(self.len);
        while let Some(message) = self.pop_oldest() {
            waiting.push(message);
        }
        waiting.sort_unstable_by_key(|message| message.number);
        *self = Waiting { held, ..Waiting::new(order) };
        if order == Order::Groups {
            self.groups.out.extend(out.map(|message| message.job.key()));
        }
        for message in waiting {
            self.push(message, false);
        }
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let line =
            |(at, line): (&u16, &Line<Message>)| line.held_bytes(other.and_then(|other| other.lines.get(at)));
        let groups = self.groups.waiting.len() * (size_of::<Message>() + 64);
        self.lines.iter().map(line).sum::<usize>()
            + groups
            + self.done.len() * 8
            + self.held.len() * size_of::<Message>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::chance::mix;
    use crate::units::Span;

    fn message(number: u64, word: u64) -> Message {
        let published = SimTime::ZERO + Span::from_secs(number);
        let mut job = Job::of_nobody(published, (word >> 16) % 7);
        (job.class, job.priority) = ((word % 3) as u16, (word >> 8) as u8 % 4);
        Message { job, number, published, intended: published, since: published, receives: 0, spilled: false }
    }

    /// What waiting in order means, in one list: those who come again go to its front.
    struct Plain {
        order: Order,
        list: Vec<Message>,
        last: u16,
        keys_out: BTreeSet<u64>,
    }

    impl Plain {
        fn line_of(&self, message: &Message) -> u16 {
            match self.order {
                Order::Priority => u16::from(255 - message.job.priority),
                Order::Fair => message.job.class,
                _ => 0,
            }
        }
        fn push(&mut self, message: Message, again: bool) {
            let at = if again && self.order != Order::Lifo { 0 } else { self.list.len() };
            self.list.insert(at, message);
        }
        fn take(&mut self, number: u64) -> Option<Message> {
            let at = self.list.iter().position(|message| message.number == number)?;
            Some(self.list.remove(at))
        }
        fn pop(&mut self) -> Option<Message> {
            let lines = self.list.iter().map(|message| self.line_of(message));
            let turn = |line: &u16| (*line <= self.last, *line);
            let next = match self.order {
                Order::Lifo => self.list.last(),
                Order::Groups => {
                    let may = self.list.iter().filter(|one| !self.keys_out.contains(&one.job.key()));
                    may.min_by_key(|one| one.number)
                }
                Order::Fair => lines.min_by_key(turn).and_then(|line| self.first_of(line)),
                _ => lines.min().and_then(|line| self.first_of(line)),
            };
            let message = self.take(next?.number)?;
            self.last = self.line_of(&message);
            if self.order == Order::Groups {
                self.keys_out.insert(message.job.key());
            }
            Some(message)
        }
        fn first_of(&self, line: u16) -> Option<&Message> {
            self.list.iter().find(|message| self.line_of(message) == line)
        }
        fn oldest(&self) -> Option<Message> {
            let first = |one: &&Message| {
                self.order == Order::Groups
                    || self.first_of(self.line_of(one)).is_some_and(|first| first.number == one.number)
            };
            self.list.iter().filter(first).min_by_key(|message| message.number).copied()
        }
        fn set_order(&mut self, order: Order, out: &[Message]) {
            if order != self.order {
                self.list.sort_by_key(|message| message.number);
                (self.order, self.last) = (order, 0);
                self.keys_out.clear();
                if order == Order::Groups {
                    self.keys_out = out.iter().map(|message| message.job.key()).collect();
                }
            }
        }
    }

    /// Messages come, are given out, come back while they are worked on or not, are done, dropped, and put in another order.
    #[test]
    fn messages_are_given_out_as_from_a_plain_list() {
        let orders = [Order::Fifo, Order::Lifo, Order::Priority, Order::Fair, Order::Groups];
        for (seed, order) in orders.into_iter().enumerate() {
            let mut waiting = Waiting::new(order);
            let mut plain = Plain { order, list: Vec::new(), last: 0, keys_out: BTreeSet::new() };
            // Given out; and among those that wait, those that somebody works on.
            let (mut out, mut held) = (Vec::<Message>::new(), Vec::<u64>::new());
            let number = |message: Option<Message>| message.map(|message| message.number);
            let mut word = seed as u64;
            for step in 0..30_000_u64 {
                word = mix(word.wrapping_add(step));
                let any = (word >> 32) as usize;
                match word % 32 {
                    0..=9 => {
                        let new = message(step, word >> 8);
                        waiting.push(new, false);
                        plain.push(new, false);
                    }
                    10..=19 => {
                        let given = waiting.pop();
                        assert_eq!(number(given), number(plain.pop()), "{order:?}, step {step}");
                        out.extend(given);
                    }
                    20..=24 if !out.is_empty() => {
                        let back = out.swap_remove(any % out.len());
                        waiting.release(&back);
                        plain.keys_out.remove(&back.job.key());
                        if word % 32 < 23 {
                            waiting.push(back, true);
                            plain.push(back, true);
                        }
                        if word % 32 == 22 {
                            waiting.expect(back);
                            held.push(back.number);
                        }
                    }
                    25..=28 if !held.is_empty() => {
                        let done = held.swap_remove(any % held.len());
                        let was_there = plain.take(done).map(|message| message.published);
                        assert_eq!(waiting.finish(done), was_there, "{order:?}, step {step}");
                    }
                    29 | 30 => {
                        let oldest = plain.oldest().map(|oldest| oldest.number);
                        let taken = oldest.and_then(|oldest| plain.take(oldest));
                        assert_eq!(number(waiting.pop_oldest()), number(taken), "{order:?}, step {step}");
                    }
                    31 if word.is_multiple_of(7) => {
                        let other = orders[any % orders.len()];
                        waiting.set_order(other, out.iter());
                        plain.set_order(other, &out);
                    }
                    _ => {}
                }
                // Whoever has been given out again is somebody else's.
                held.retain(|number| plain.list.iter().any(|message| message.number == *number));
                assert_eq!(waiting.len(), plain.list.len(), "{order:?}, step {step}");
                let oldest = plain.oldest().map(|message| message.published);
                assert_eq!(waiting.oldest(), oldest, "{order:?}, step {step}");
            }
        }
    }

    /// What is done late is out of the way of what is too old: it must not take a younger one with it.
    #[test]
    fn what_is_done_is_never_the_oldest() {
        let mut waiting = Waiting::new(Order::Fifo);
        let [first, second] = [message(1, 0), message(2, 0)];
        [first, second].into_iter().for_each(|message| waiting.push(message, false));
        waiting.expect(first);
        assert_eq!(waiting.finish(1), Some(first.published));
        assert_eq!(waiting.oldest(), Some(second.published));
    }
}
