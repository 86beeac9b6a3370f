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
    /// Those among them that somebody still works on although they can be received again, with the time they were accepted.
    held: BTreeMap<u64, SimTime>,
    /// Numbers of messages in the lines that are done already, and skipped when their turn comes.
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
        let (number, key) = self.keys.pop_first()?;
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
            self.release(&message);
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
        if line.len() == 0 {
            self.lines.remove(&at);
        }
        message
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
        loop {
            let message = match self.order {
                Order::Groups => self.groups.pop_oldest()?,
                _ => self.oldest_line().and_then(|(at, _)| self.take(at, false))?,
            };
            if self.is_left(&message) {
                return Some(message);
            }
        }
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
    pub(super) fn expect(&mut self, number: u64, published: SimTime) {
        self.held.insert(number, published);
    }

    /// Somebody has done what waits here to be received again, if it still does; gives the time it was accepted.
    pub(super) fn finish(&mut self, number: u64) -> Option<SimTime> {
        let published = self.held.remove(&number)?;
        self.done.insert(number);
        self.len -= 1;
        Some(published)
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
        waiting.sort_by_key(|message| message.number);
        *self = Waiting { held, ..Waiting::new(order) };
        if order == Order::Groups {
            self.groups.out = out.map(|message| message.job.key()).collect();
        }
        for message in waiting {
            self.push(message, false);
        }
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let line =
            |(at, line): (&u16, &Line<Message>)| line.held_bytes(other.and_then(|other| other.lines.get(at)));
        let groups = self.groups.waiting.len() * (size_of::<Message>() + 64);
        self.lines.iter().map(line).sum::<usize>() + groups + (self.done.len() + 2 * self.held.len()) * 8
    }
}
