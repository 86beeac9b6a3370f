//! Reading: a group takes a partition's records one by one, tries each until it is done or dead, and moves its offset.

use super::group::{Group, Hand};
use super::log::Record;
use super::{CONSUMERS, DEAD, DUPLICATES, Due, LOST, Stream};
use crate::engine::calls::NONE;
use crate::engine::context::Ctx;
use crate::measure::Reason;
use crate::units::Span;

impl Stream {
    pub(super) fn group_at(&self, wire: u32) -> Option<usize> {
        self.groups.iter().position(|group| group.wire == wire)
    }

    pub(super) fn count_readers(&mut self, ctx: &mut Ctx<'_>) {
        let (has, now) = (self.groups.iter().map(Group::readers).sum(), ctx.now());
        let had = std::mem::replace(&mut self.readers_counted, has);
        if had != has {
            ctx.station(CONSUMERS).set_servers(had, has, now);
        }
    }

    /// Gives a group's reader of a partition what comes next, if it can take it.
    pub(super) fn go_on(&mut self, group: usize, at: usize, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let of = &mut self.groups[group];
        let Some(instance) = of.reader(at).filter(|_| self.is_up && of.cut_since.is_none()) else { return };
        let (wire, cursor) = (of.wire, &mut of.cursors[at]);
        match cursor.hand {
            Some(hand) if hand.by == NONE && hand.due <= now => self.attempt(group, at, instance, false, ctx),
            Some(_) => {}
            None => {
                let partition = &self.partitions[at];
                let Some(record) = partition.get(cursor.position) else { return };
                let travels = cursor.position >= cursor.fetched;
                if travels {
                    cursor.fetched = partition.end().min(cursor.position + u64::from(self.config.fetch));
                }
                let waited = now.since(cursor.waits_since(cursor.position, record));
                cursor.position += 1;
                let owner = cursor.owner;
                cursor.hand =
                    Some(Hand { record: *record, owner, by: NONE, call: NONE, attempts: 0, due: now });
                debug_assert!(!ctx.core.wires[wire as usize].cut, "a group knows when its link is cut");
                ctx.station(CONSUMERS).started(waited, now);
                self.attempt(group, at, instance, travels, ctx);
            }
        }
    }

    /// A record is tried. The first of what was fetched travels for all of it.
    fn attempt(&mut self, group: usize, at: usize, instance: u32, travels: bool, ctx: &mut Ctx<'_>) {
        let wire = self.groups[group].wire;
        let Some(hand) = &mut self.groups[group].cursors[at].hand else { return };
        hand.by = ctx.start_message(hand.record.job.again(hand.attempts), hand.record.intended);
        hand.call =
            if travels { ctx.send(hand.by, wire, Some(instance)) } else { ctx.hand(hand.by, wire, instance) };
        hand.attempts += 1;
        self.calls.insert(hand.by, (wire, at as u32));
    }

    /// An attempt is over.
    pub(super) fn end(&mut self, by: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        if !ctx.is_over(by) {
            match outcome {
                Ok(()) => ctx.reply(by),
                Err(reason) => ctx.fail(by, reason),
            }
        }
        if self.letters.remove(&by).is_some() {
            return ctx.tally(LOST, u64::from(outcome.is_err()));
        }
        let Some((wire, at)) = self.calls.remove(&by) else { return };
        let (Some(group), at) = (self.group_at(wire), at as usize) else { return };
        let of = &mut self.groups[group];
        let (is_read, owner) = (of.reader(at).is_some(), of.cursors[at].owner);
        let Some(hand) = &mut of.cursors[at].hand else { return };
        (hand.by, hand.call) = (NONE, NONE);
        match outcome {
            Ok(()) => self.done(group, at, ctx),
            Err(_) if hand.attempts >= self.config.attempts => {
                let record = hand.record;
                self.die(record, ctx);
                self.take_from_hand(group, at, ctx);
            }
            // Its reader has left, or is to stop: whoever comes next tries it.
            Err(_) if hand.owner != owner || !is_read => self.put_back(group, at, ctx),
            Err(_) if self.config.retry_delay > Span::ZERO => {
                hand.due = ctx.now() + self.config.retry_delay;
                self.due.insert((hand.due, Due::Retry(wire, at as u32)));
            }
            Err(_) => hand.due = ctx.now(),
        }
        self.go_on(group, at, ctx);
        if !is_read {
            self.count_readers(ctx);
        }
    }

    /// A record has been worked on.
    fn done(&mut self, group: usize, at: usize, ctx: &mut Ctx<'_>) {
        let cursor = &mut self.groups[group].cursors[at];
        ctx.tally(DUPLICATES, u64::from(cursor.position <= cursor.done));
        cursor.done = cursor.done.max(cursor.position);
        self.take_from_hand(group, at, ctx);
    }

    /// A record is in nobody's hands any more, and will not come back by itself.
    pub(super) fn take_from_hand(&mut self, group: usize, at: usize, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let cursor = &mut self.groups[group].cursors[at];
        cursor.hand = None;
        ctx.station(CONSUMERS).freed(now);
        if cursor.commit() {
            self.trim(at);
        }
    }

    /// A record that was not done waits again, and with it what was fetched after it.
    pub(super) fn put_back(&mut self, group: usize, at: usize, ctx: &mut Ctx<'_>) {
        let offset = self.groups[group].cursors[at].position - 1;
        self.read_again(group, at, offset, ctx);
        if self.groups[group].cursors[at].commit() {
            self.trim(at);
        }
    }

    /// The group reads a partition from `offset` again; nobody waits for the answer to what is out.
    pub(super) fn read_again(&mut self, group: usize, at: usize, offset: u64, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let start = self.partitions[at].start();
        let cursor = &mut self.groups[group].cursors[at];
        if let Some(hand) = cursor.hand.take() {
            ctx.station(CONSUMERS).freed(now);
            // What is too old by now is not read again.
            ctx.tally(LOST, u64::from(offset < cursor.position && cursor.position <= start));
            if hand.by != NONE {
                self.calls.remove(&hand.by);
                if !ctx.is_over(hand.by) {
                    ctx.fail(hand.by, Reason::TimedOut);
                }
                ctx.abandon(hand.call);
            }
        }
        let offset = offset.max(start);
        let again = if offset < cursor.position { cursor.rewind(offset, now) } else { 0 };
        ctx.station(CONSUMERS).wait_again(again, now);
    }

    /// A record goes to where dead letters go, or is lost.
    fn die(&mut self, record: Record, ctx: &mut Ctx<'_>) {
        match self.dead.filter(|wire| !ctx.core.wires[*wire as usize].cut) {
            None => ctx.tally(LOST, 1),
            Some(wire) => {
                ctx.tally(DEAD, 1);
                let by = ctx.start_message(record.job, record.intended);
                let call = ctx.send(by, wire, None);
                self.letters.insert(by, call);
            }
        }
    }
}
