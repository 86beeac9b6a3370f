//! Who takes messages: the instances at the ends of a queue's links, each with as many as it may hold at once.

use crate::engine::calls::NONE;
use crate::engine::context::Ctx;
use crate::model::When;
use std::collections::{BTreeMap, VecDeque};

/// An instance that takes messages over a link.
#[derive(Debug, Clone)]
struct Consumer {
    wire: u32,
    instance: u32,
    /// It may be given more.
    is_there: bool,
    /// It stands in the line of those who may be given one.
    is_asking: bool,
    /// Messages it may hold at once, and holds.
    prefetch: u32,
    holds: u32,
}

impl Consumer {
    fn has_hand_free(&self) -> bool {
        self.is_there && self.holds < self.prefetch
    }
    /// Places it has; one that is taken away while a message has it is there until that is done.
    fn slots(&self) -> u32 {
        if self.is_there { self.prefetch.max(self.holds) } else { self.holds }
    }
}

/// All who take messages from one queue.
#[derive(Debug, Clone, Default)]
pub(super) struct Consumers {
    all: Vec<Consumer>,
    /// Those that are there, by link and instance.
    known: BTreeMap<(u32, u32), u32>,
    /// Those with a hand free, in the order in which they ask.
    asking: VecDeque<u32>,
    slots: u32,
}

impl Consumers {
    /// Places in all.
    pub(super) fn slots(&self) -> u32 {
        self.slots
    }

    /// Looks at every link and instance anew.
    pub(super) fn look_around(&mut self, ctx: &Ctx<'_>) {
        let mut there = BTreeMap::new();
        for wire in ctx.wires_out() {
            let over = &ctx.core.wires[*wire as usize];
            if over.when == When::Always {
                let ready = &ctx.core.fleets[usize::from(over.to)].ready;
                there.extend(ready.iter().map(|instance| ((*wire, *instance), over.prefetch)));
            }
        }
        let gone: Vec<_> = self.known.keys().filter(|key| !there.contains_key(key)).copied().collect();
        for (wire, instance) in gone {
            self.went(wire, instance);
        }
        for ((wire, instance), prefetch) in there {
            self.came(wire, instance, prefetch);
        }
    }

    /// An instance is there, or may hold another number.
    pub(super) fn came(&mut self, wire: u32, instance: u32, prefetch: u32) {
        let at = match self.known.get(&(wire, instance)) {
            Some(at) => *at,
            None => {
                let new =
                    Consumer { wire, instance, is_there: true, is_asking: false, prefetch: 0, holds: 0 };
                let free = self.all.iter().position(|one| !one.is_there && !one.is_asking && one.holds == 0);
                let at = free.unwrap_or(self.all.len());
                if at == self.all.len() {
                    self.all.push(new)
                } else {
                    self.all[at] = new
                }
                self.known.insert((wire, instance), at as u32);
                at as u32
            }
        };
        self.change(at, |consumer| consumer.prefetch = prefetch);
    }

    pub(super) fn went(&mut self, wire: u32, instance: u32) {
        if let Some(at) = self.known.remove(&(wire, instance)) {
            self.change(at, |consumer| consumer.is_there = false);
        }
    }

    /// Changes a consumer, and what is known of all.
    fn change(&mut self, at: u32, change: impl FnOnce(&mut Consumer)) {
        let consumer = &mut self.all[at as usize];
        self.slots -= consumer.slots();
        change(consumer);
        self.slots += consumer.slots();
        if consumer.has_hand_free() && !consumer.is_asking {
            consumer.is_asking = true;
            self.asking.push_back(at);
        }
    }

    /// The next who has a hand free, with the link and the instance to send to; it then holds one more.
    pub(super) fn take(&mut self, ctx: &Ctx<'_>) -> Option<(u32, u32, u32)> {
        for _ in 0..self.asking.len() {
            let at = self.asking.pop_front()?;
            let consumer = &mut self.all[at as usize];
            consumer.is_asking = false;
            if !consumer.has_hand_free() {
                continue;
            }
            let (wire, instance) = (consumer.wire, consumer.instance);
            if ctx.core.wires[wire as usize].cut {
                self.change(at, |_| {});
                continue;
            }
            self.change(at, |consumer| consumer.holds += 1);
            return Some((at, wire, instance));
        }
        None
    }

    /// A message that a consumer held is so no more.
    pub(super) fn give_back(&mut self, at: u32) {
        if at != NONE {
            self.change(at, |consumer| consumer.holds -= 1);
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.all) + self.asking.len() * 4 + self.known.len() * 16
    }
}
