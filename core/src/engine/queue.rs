//! Who waits at a station, and who is next: a list through the calls themselves, so that waiting allocates nothing.

use super::calls::{Calls, Neighbours};
use super::station::UNQUEUED;

/// The end of a list.
pub(super) const END: u32 = u32::MAX;

/// In which order those who wait are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// First in, first out.
    Fifo,
    /// Last in, first out.
    Lifo,
    /// The most important first; among equals first in, first out.
    Priority,
}

/// A list of calls by index.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) head: u32,
    pub(super) tail: u32,
    pub(super) len: u32,
}

impl List {
    pub(super) const EMPTY: List = List { head: END, tail: END, len: 0 };

    pub(super) fn push_back(&mut self, call: u32, calls: &mut Calls) {
        self.insert_after(self.tail, call, calls);
    }

    /// Puts `call` behind `place`, or in front of all when that is [`END`].
    fn insert_after(&mut self, place: u32, call: u32, calls: &mut Calls) {
        let next = if place == END { self.head } else { calls.neighbours(place).next };
        *calls.neighbours_mut(call) = Neighbours { next, prev: place };
        if place == END {
            self.head = call
        } else {
            calls.neighbours_mut(place).next = call
        }
        if next == END {
            self.tail = call
        } else {
            calls.neighbours_mut(next).prev = call
        }
        self.len += 1;
    }

    pub(super) fn unlink(&mut self, call: u32, calls: &mut Calls) {
        let Neighbours { next, prev } = calls.neighbours(call);
        if prev == END {
            self.head = next
        } else {
            calls.neighbours_mut(prev).next = next
        }
        if next == END {
            self.tail = prev
        } else {
            calls.neighbours_mut(next).prev = prev
        }
        calls.neighbours_mut(call).prev = UNQUEUED;
        self.len -= 1;
    }

    /// Every call in it, from the head on.
    pub(super) fn all(&self, calls: &Calls) -> Vec<u32> {
        let mut all = Vec::with_capacity(self.len as usize);
        let mut next = self.head;
        while next != END {
            all.push(next);
            next = calls.neighbours(next).next;
        }
        all
    }
}

/// The calls of one importance: where the last of them stands.
#[derive(Debug, Clone, Copy)]
struct Level {
    priority: u8,
    last: u32,
}

/// A list in a certain order: whoever is at its head is next.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) list: List,
    order: Order,
    /// Where the calls are in order of importance: the levels that somebody is in, the most important first.
    levels: Vec<Level>,
}

fn priority(call: u32, calls: &Calls) -> u8 {
    calls.root_of(call).priority
}

impl Queue {
    pub(super) fn new(order: Order) -> Self {
        Queue { list: List::EMPTY, order, levels: Vec::new() }
    }

    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.levels)
    }

    pub(super) fn push(&mut self, call: u32, calls: &mut Calls) {
        match self.order {
            Order::Fifo => self.list.push_back(call, calls),
            Order::Lifo => self.list.insert_after(END, call, calls),
            Order::Priority => self.push_by_importance(call, false, calls),
        }
    }

    /// Puts a call that was interrupted in front of its equals.
    pub(super) fn push_again(&mut self, call: u32, calls: &mut Calls) {
        self.push_by_importance(call, true, calls);
    }

    fn push_by_importance(&mut self, call: u32, first: bool, calls: &mut Calls) {
        let own = priority(call, calls);
        let at = self.levels.iter().position(|level| level.priority <= own).unwrap_or(self.levels.len());
        let above = if at == 0 { END } else { self.levels[at - 1].last };
        match self.levels.get_mut(at).filter(|level| level.priority == own) {
            Some(_) if first => self.list.insert_after(above, call, calls),
            Some(level) => {
                self.list.insert_after(level.last, call, calls);
                level.last = call;
            }
            None => {
                self.levels.insert(at, Level { priority: own, last: call });
                self.list.insert_after(above, call, calls);
            }
        }
    }

    pub(super) fn unlink(&mut self, call: u32, calls: &mut Calls) {
        if self.order == Order::Priority
            && let Some(at) = self.levels.iter().position(|level| level.last == call)
        {
            let prev = calls.neighbours(call).prev;
            if prev != END && priority(prev, calls) == self.levels[at].priority {
                self.levels[at].last = prev;
            } else {
                self.levels.remove(at);
            }
        }
        self.list.unlink(call, calls);
    }

    /// Who must go so that `newcomer` can come in: the one that has waited longest, of the least important; `None` when that is the
    /// newcomer itself.
    pub(super) fn oldest_but(&self, newcomer: u32, calls: &Calls) -> Option<u32> {
        let oldest = match self.order {
            Order::Fifo => self.list.head,
            Order::Lifo => self.list.tail,
            Order::Priority => match self.levels.as_slice() {
                [.., lowest] if lowest.priority > priority(newcomer, calls) => END,
                [.., above, _] => calls.neighbours(above.last).next,
                _ => self.list.head,
            },
        };
        (oldest != END).then_some(oldest)
    }

    /// Every call in it, from the first that came to the last; in order of importance where that is the order.
    pub(super) fn by_arrival(&self, calls: &Calls) -> Vec<u32> {
        let mut all = self.list.all(calls);
        if self.order == Order::Lifo {
            all.reverse();
        }
        all
    }

    /// Another order, also for those who wait.
    pub(super) fn set_order(&mut self, order: Order, calls: &mut Calls) {
        if order == self.order {
            return;
        }
        let inside = self.by_arrival(calls);
        *self = Queue::new(order);
        for call in inside {
            self.push(call, calls);
        }
    }
}
