//! Delivery: a message goes to whoever has a hand free, and is done, comes back, or dies.

use super::settings::Retry;
use super::waiting::Message;
use super::{CONSUMERS, DEAD, DUPLICATES, Delivery, Due, Given, LOST, Queue, REDELIVERED, count_done};
use crate::engine::calls::NONE;
use crate::engine::context::Ctx;
use crate::measure::Reason;

impl Queue {
    /// Gives messages to those who have a hand free, and lets those who wait outside in.
    pub(super) fn give_out(&mut self, ctx: &mut Ctx<'_>) {
        // What it kept is gone with it when it is taken out.
        if !self.is_up || ctx.is_gone() {
            return;
        }
        loop {
            self.give_to_free_hands(ctx);
            if !self.has_room() {
                break;
            }
            let Some(call) = self.senders.let_through(ctx) else { break };
            self.take(call, ctx);
        }
    }

    fn give_to_free_hands(&mut self, ctx: &mut Ctx<'_>) {
        while self.waiting.len() > 0 {
            let is_cut = |wire: u32| ctx.core.wires[wire as usize].cut;
            let Some((consumer, wire, instance)) = self.consumers.take(is_cut) else { break };
            match self.waiting.pop() {
                Some(message) => self.give(message, consumer, wire, instance, ctx),
                None => {
                    self.consumers.give_back(consumer);
                    break;
                }
            }
        }
    }

    fn give(&mut self, mut message: Message, consumer: u32, wire: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        ctx.station(CONSUMERS).started(now.since(message.since), now);
        ctx.tally(REDELIVERED, u64::from(message.receives > 0));
        ctx.bill(u128::from(2 * self.pico_usd / u64::from(self.config.batch)));
        let by = ctx.start_message(message.job.again(message.receives), message.intended);
        message.receives += 1;
        let is_on_disk = std::mem::take(&mut message.spilled);
        let look_at = now + self.config.visibility;
        self.due.insert((look_at, Due::Visibility(message.number, by)));
        self.out.insert(message.number, Given { message, by });
        let delivery = Delivery { message, consumer, wire, instance, call: NONE, look_at, is_late: false };
        self.deliveries.insert(by, delivery);
        if is_on_disk {
            ctx.serve(by, &self.spill_read);
        } else {
            self.send(by, ctx);
        }
    }

    pub(super) fn send(&mut self, by: u32, ctx: &mut Ctx<'_>) {
        if let Some(delivery) = self.deliveries.get_mut(&by) {
            delivery.call = ctx.send(by, delivery.wire, Some(delivery.instance));
        }
    }

    /// Nobody holds what `by` gave any more.
    pub(super) fn end(&mut self, by: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        if !ctx.is_over(by) {
            match outcome {
                Ok(()) => ctx.reply(by),
                Err(reason) => ctx.fail(by, reason),
            }
        }
        self.settle(by, outcome.is_ok(), ctx);
    }

    /// What becomes of the message that `by` gave, now that nobody holds it.
    pub(super) fn settle(&mut self, by: u32, is_done: bool, ctx: &mut Ctx<'_>) {
        let Some(delivery) = self.deliveries.remove(&by) else { return };
        let number = delivery.message.number;
        let look_at = (delivery.look_at, Due::Visibility(number, by));
        if delivery.consumer == NONE {
            self.due.remove(&look_at);
            return ctx.tally(if is_done { DEAD } else { LOST }, 1);
        }
        let now = ctx.now();
        ctx.station(CONSUMERS).freed(now);
        self.consumers.give_back(delivery.consumer);
        self.count_slots(ctx);
        // What fails at the very instant at which it was given would go round without time passing.
        let at_once = self.config.retry == Retry::AtOnce && delivery.look_at != now + self.config.visibility;
        if !is_done && !delivery.is_late && !at_once {
            return;
        }
        // The number of a call comes again: what is due under it must not outlive it.
        self.due.remove(&look_at);
        match (is_done, delivery.is_late) {
            (true, false) => self.finish(number, ctx),
            (true, true) => self.finish_late(number, ctx),
            (false, false) => self.come_back(number, false, ctx),
            (false, true) => {}
        }
    }

    /// A message has been worked on.
    fn finish(&mut self, number: u64, ctx: &mut Ctx<'_>) {
        let Some(given) = self.out.remove(&number) else { return };
        self.waiting.release(&given.message);
        count_done(given.message.published, ctx);
    }

    /// A message has been worked on by somebody who took too long: it is deleted if nobody else has got it since.
    fn finish_late(&mut self, number: u64, ctx: &mut Ctx<'_>) {
        match self.waiting.finish(number) {
            Some(published) => {
                let now = ctx.now();
                ctx.station(CONSUMERS).gave_up(now);
                count_done(published, ctx);
            }
            None => ctx.tally(DUPLICATES, 1),
        }
    }

    /// A message that was given out, and `is_held` by somebody still, can be received again, unless it has been often enough.
    fn come_back(&mut self, number: u64, is_held: bool, ctx: &mut Ctx<'_>) {
        let Some(given) = self.out.remove(&number) else { return };
        self.waiting.release(&given.message);
        if self.config.max_receives.is_some_and(|most| given.message.receives >= most) {
            self.die(given.message, ctx);
        } else {
            self.line_up(given.message, ctx);
            if is_held {
                self.waiting.expect(given.message);
            }
        }
    }

    /// A message that waits is kept no longer.
    pub(super) fn drop_waiting(&mut self, message: Message, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        ctx.station(CONSUMERS).gave_up(now);
        self.die(message, ctx);
    }

    /// A message goes to where dead letters go, or is lost.
    fn die(&mut self, message: Message, ctx: &mut Ctx<'_>) {
        let Some(wire) = self.dead else { return ctx.tally(LOST, 1) };
        let by = ctx.start_message(message.job.again(message.receives), message.intended);
        let call = ctx.send(by, wire, None);
        let look_at = ctx.now() + self.config.visibility;
        let delivery = Delivery { message, consumer: NONE, wire, instance: 0, call, look_at, is_late: false };
        self.deliveries.insert(by, delivery);
        self.due.insert((look_at, Due::Visibility(message.number, by)));
    }

    pub(super) fn visibility_is_over(&mut self, number: u64, by: u32, ctx: &mut Ctx<'_>) {
        let again = ctx.now() + self.config.visibility;
        let is_last = self.out.get(&number).is_some_and(|given| given.by == by);
        match self.deliveries.get_mut(&by).filter(|delivery| delivery.message.number == number) {
            // Whoever had it has failed, and it was to stay invisible until now.
            None if is_last => self.come_back(number, false, ctx),
            None => {}
            Some(delivery) => {
                let call = delivery.call;
                if call != NONE && ctx.is_lost(call) {
                    self.end(by, Err(Reason::TimedOut), ctx);
                    ctx.abandon(call);
                    if is_last {
                        self.come_back(number, false, ctx);
                    }
                    return;
                }
                delivery.look_at = again;
                self.due.insert((again, Due::Visibility(number, by)));
                if is_last && !self.config.heartbeat {
                    delivery.is_late = true;
                    self.come_back(number, true, ctx);
                }
            }
        }
    }
}
