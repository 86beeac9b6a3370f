//! A request: the node that it came to asks the replicas of its key and answers when enough of them have.

use super::settings::Mode;
use super::{CORES, QuorumStore, READS, REFUSED, REPAIRED, STALE, at};
use crate::engine::calls::{INSIDE, NONE};
use crate::engine::context::{Answer, Ctx, Place};
use crate::engine::cpu::Next;
use crate::measure::Reason;

/// A request whose replicas are at work.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Answers that it needs and has.
    needed: u32,
    answers: u32,
    /// Of a write its number; of a read the number of the newest write that a replica answered with.
    number: u64,
    /// The last write of the key that had been answered when a read began.
    fresh: u64,
    /// What each replica had when it had read.
    seen: Vec<(u32, u64)>,
    /// Nodes that stand in for a replica, each with the one it stands in for.
    stand_ins: Vec<(u32, u32)>,
}

/// Whether a call is work that nobody waits for: a replica is brought up to date.
fn is_repair(call: u32, ctx: &mut Ctx<'_>) -> bool {
    let slot = &ctx.calls()[call];
    slot.wire == INSIDE && slot.parent == NONE
}

/// At the node that a request came to.
impl QuorumStore {
    /// The nodes of a key's replicas, the one that leads first.
    fn homes(&self, key: u64) -> Vec<u32> {
        self.ring.successors(key).take(self.config.replicas as usize).collect()
    }

    pub(super) fn ask(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.look(ctx);
        let (key, from, writes) = (ctx.key(call), ctx.calls()[call].instance, ctx.writes(call));
        let homes = self.homes(key);
        let needed = self.config.quorum(writes);
        let mut targets: Vec<u32> = homes.iter().copied().filter(|home| self.reaches(from, *home)).collect();
        let missing: Vec<u32> = homes.iter().copied().filter(|home| !targets.contains(home)).collect();
        let stand_ins = self.stand_ins(key, from, &missing);
        targets.extend(stand_ins.iter().map(|(stands_in, _)| *stands_in));
        let enough = targets.len() >= needed as usize;
        let leads = self.config.mode == Mode::Available || self.has_leader(&homes, from, ctx.now());
        if !enough || !leads {
            // With the network whole it would have gone well.
            let up = homes.iter().filter(|home| self.is_up(**home)).count();
            let by_partition = self.partition.is_some()
                && up >= needed as usize
                && missing.iter().any(|home| self.is_up(*home));
            ctx.tally(REFUSED, u64::from(by_partition));
            return ctx.fail(call, if enough { Reason::NoPrimary } else { Reason::NoQuorum });
        }
        let mut asked = Asked { needed, answers: 0, number: 0, fresh: 0, seen: Vec::new(), stand_ins };
        if writes {
            asked.number = self.keys.begin(key, &homes);
            if self.config.mode == Mode::Available {
                let alone = missing.iter().filter(|home| asked.stand_ins.iter().all(|(_, of)| of != *home));
                alone.for_each(|home| self.keys.hint(key, *home, from, asked.number, false));
            }
            self.watch_settling(ctx);
        } else {
            asked.fresh = self.keys.answered(key);
        }
        self.asked.insert(call, asked);
        let parts: Vec<(u32, u32)> = targets
            .into_iter()
            .enumerate()
            .map(|(which, node)| (ctx.part(call, node, which as u16), node))
            .collect();
        for (part, node) in parts {
            if node == from || self.rtt.takes_no_time() {
                self.enter(part, node, ctx);
            } else {
                ctx.calls()[part].tag = at::ON_THE_WAY;
                ctx.serve(part, &self.rtt);
            }
        }
    }

    /// The next nodes on the ring that can be reached, each with the replica it stands in for.
    fn stand_ins(&self, key: u64, from: u32, missing: &[u32]) -> Vec<(u32, u32)> {
        if !self.config.sloppy || missing.is_empty() {
            return Vec::new();
        }
        let others = self.ring.successors(key).skip(self.config.replicas as usize);
        others.filter(|node| self.reaches(from, *node)).zip(missing.iter().copied()).collect()
    }

    /// A replica has answered, or cannot any more.
    pub(super) fn hear(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let call = answer.call;
        let (key, open, writes) = (ctx.key(call), u32::from(ctx.calls()[call].open), ctx.writes(call));
        let (over, side) = (ctx.is_over(call), self.side(ctx.calls()[call].instance));
        let Some(asked) = self.asked.get_mut(&call) else { return };
        if answer.outcome.is_ok() {
            asked.answers += 1;
            let seen = asked.seen.iter().find(|seen| seen.0 == answer.instance);
            asked.number = asked.number.max(seen.map_or(0, |seen| seen.1));
        }
        let enough = !over && answer.outcome.is_ok() && asked.answers == asked.needed;
        let short = !over && asked.answers + open < asked.needed;
        if enough && writes {
            self.keys.answer(key, asked.number, side);
        } else if enough {
            ctx.tally(READS, 1);
            ctx.tally(STALE, u64::from(asked.number < asked.fresh));
        }
        if open == 0
            && let Some(asked) = self.asked.remove(&call)
        {
            self.all_have_answered(call, key, &asked, ctx);
        }
        // Last, since the call may be gone then.
        if enough {
            ctx.reply(call);
        } else if short {
            ctx.fail(call, Reason::NoQuorum);
        }
    }

    fn all_have_answered(&mut self, call: u32, key: u64, asked: &Asked, ctx: &mut Ctx<'_>) {
        if ctx.writes(call) {
            self.keys.end(key);
        } else if self.config.read_repair {
            self.repair(call, asked, ctx);
        }
    }

    /// Replicas that answered a read with less than the newest get what they lack.
    fn repair(&mut self, call: u32, asked: &Asked, ctx: &mut Ctx<'_>) {
        let newest = asked.seen.iter().map(|seen| seen.1).max().unwrap_or(0);
        for (node, _) in asked.seen.iter().filter(|seen| seen.1 < newest) {
            if asked.stand_ins.iter().any(|(stands_in, _)| stands_in == node) {
                continue;
            }
            let job = ctx.job_of(call, *node as u8);
            let job = ctx.start_job(job, *node);
            self.repairs.insert(job, newest);
            self.enter(job, *node, ctx);
        }
    }
}

/// At a replica.
impl QuorumStore {
    /// A part of a request, or a repair, has come to a node.
    pub(super) fn enter(&mut self, part: u32, node: u32, ctx: &mut Ctx<'_>) {
        let Some(Some(cpu)) = self.nodes.get_mut(node as usize) else {
            self.repairs.remove(&part);
            return ctx.fail(part, Reason::Reset);
        };
        cpu.enter(part, self.works.of(part, ctx), ctx);
    }

    pub(super) fn serve_next(&mut self, next: Option<Next>, ctx: &mut Ctx<'_>) {
        if let Some(next) = next {
            next.serve(self.works.of(next.call, ctx), ctx);
        }
    }

    pub(super) fn has_worked(&mut self, part: u32, ctx: &mut Ctx<'_>) {
        let node = ctx.calls()[part].instance;
        let next = self.node(node).and_then(|cpu| cpu.leave(part, ctx));
        self.serve_next(next, ctx);
        let key = ctx.key(part);
        if is_repair(part, ctx) {
            if let Some(number) = self.repairs.remove(&part) {
                let lacked = self.keys.hand_in(key, node, number);
                ctx.tally(REPAIRED, u64::from(lacked));
            }
        } else {
            let (call, writes) = (ctx.calls()[part].parent, ctx.writes(part));
            if let Some(asked) = self.asked.get_mut(&call) {
                let of = asked.stand_ins.iter().find(|(stands_in, _)| *stands_in == node).map(|(_, of)| *of);
                match (writes, of) {
                    (true, Some(home)) => self.keys.hint(key, home, node, asked.number, true),
                    (true, None) => {
                        self.keys.hand_in(key, node, asked.number);
                    }
                    (false, _) => asked.seen.push((node, self.keys.at(key, node, of.is_none()))),
                }
            }
        }
        ctx.reply(part);
    }

    /// Takes a call out of whatever it is in; the engine ends it.
    pub(super) fn take_out(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.repairs.remove(&call);
        // Otherwise it is on its way, or waits for its parts.
        if ctx.place(call) == Place::At(CORES) {
            let node = ctx.calls()[call].instance;
            let next = self.node(node).and_then(|cpu| cpu.withdraw(call, ctx));
            self.serve_next(next, ctx);
        }
    }
}

impl super::Works {
    /// The law of a call's work at a replica, by what it does.
    pub(super) fn of(&self, call: u32, ctx: &mut Ctx<'_>) -> &crate::engine::context::Work {
        let writes = ctx.writes(call) || is_repair(call, ctx);
        &self.0[usize::from(writes)]
    }
}
