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

    /// The next who has a hand free, with the link and the instance to send to; it then holds one more. Over a link that `is_cut` nobody is reached.
    pub(super) fn take(&mut self, is_cut: impl Fn(u32) -> bool) -> Option<(u32, u32, u32)> {
        for _ in 0..self.asking.len() {
            let at = self.asking.pop_front()?;
            let consumer = &mut self.all[at as usize];
            consumer.is_asking = false;
            if !consumer.has_hand_free() {
                continue;
            }
            let (wire, instance) = (consumer.wire, consumer.instance);
            if is_cut(wire) {
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

    /// That the places of all are as many as those of each.
    pub(super) fn add_up(&self) -> Result<(), String> {
        let slots: u32 = self.all.iter().map(Consumer::slots).sum();
        let asking = self.all.iter().filter(|consumer| consumer.is_asking).count();
        let idle = self.all.iter().filter(|consumer| consumer.has_hand_free() && !consumer.is_asking).count();
        if slots == self.slots && asking == self.asking.len() && idle == 0 {
            return Ok(());
        }
        Err(format!(
            "consumers have {slots} places, {} are counted; {asking} ask, {} in line, {idle} are forgotten",
            self.slots,
            self.asking.len()
        ))
    }

    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.all) + self.asking.len() * 4 + self.known.len() * 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random changes: nobody holds more than he may, but for what he held when it was made less; who has a hand free is given one unless his
    /// link is cut; and the places of all add up.
    #[test]
    fn whoever_has_a_hand_free_is_found_and_nobody_else() {
        let mut consumers = Consumers::default();
        let mut there = BTreeMap::new();
        let mut held: Vec<(u32, (u32, u32))> = Vec::new();
        let mut word = 1_u64;
        for step in 0..50_000_u64 {
            word = crate::engine::chance::mix(word.wrapping_add(step));
            let who = ((word >> 8) as u32 % 3, (word >> 16) as u32 % 4);
            let prefetch = 1 + (word >> 24) as u32 % 5;
            let cut = (word >> 32) as u32 % 6;
            match word % 16 {
                0 => {
                    consumers.came(who.0, who.1, prefetch);
                    there.insert(who, prefetch);
                }
                1 => {
                    consumers.went(who.0, who.1);
                    there.remove(&who);
                    // What it held it still has, but it is another when it comes back.
                    held.iter_mut().filter(|(_, holder)| *holder == who).for_each(|(_, holder)| holder.0 = 9);
                }
                2..=8 => {
                    let free = |(who, most): (&(u32, u32), &u32)| {
                        let holds = held.iter().filter(|(_, holder)| holder == who).count();
                        who.0 != cut && holds < *most as usize
                    };
                    match consumers.take(|wire| wire == cut) {
                        Some((at, wire, instance)) => {
                            let most = there.get_key_value(&(wire, instance)).expect("it is there");
                            assert!(free(most), "{most:?} has no hand free");
                            held.push((at, (wire, instance)));
                        }
                        None => assert!(!there.iter().any(free), "somebody has a hand free"),
                    }
                }
                _ if held.is_empty() => {}
                _ => consumers.give_back(held.swap_remove((word >> 40) as usize % held.len()).0),
            }
            consumers.add_up().unwrap_or_else(|error| panic!("{error} after {step} steps"));
        }
    }

    #[test]
    fn those_with_a_hand_free_are_asked_in_turn() {
        let mut consumers = Consumers::default();
        (0..4).for_each(|instance| consumers.came(0, instance, 3));
        let order: Vec<u32> = std::iter::from_fn(|| consumers.take(|_| false)).map(|taken| taken.2).collect();
        assert_eq!(order, [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    }
}
