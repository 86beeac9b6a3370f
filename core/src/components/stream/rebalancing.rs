//! Who reads what: members come and go, and the partitions of their group are given out anew.

use super::group::{Group, Member};
use super::log::Partition;
use super::{CONSUMERS, Due, Protocol, REBALANCES, Stream};
use crate::engine::calls::NONE;
use crate::engine::context::Ctx;
use crate::engine::fleet::Life;
use crate::measure::Reason;
use crate::model::When;
use crate::units::Span;

impl Stream {
    pub(super) fn came(&mut self, group: usize, instance: u32, ctx: &mut Ctx<'_>) {
        if self.groups[group].member_of(instance).is_none() {
            let member = Member { id: self.members, instance, is_silent: false };
            self.members += 1;
            self.groups[group].members.push(member);
            self.rebalance(group, ctx);
        }
    }

    pub(super) fn went(&mut self, group: usize, instance: u32, ctx: &mut Ctx<'_>) {
        let of = &mut self.groups[group];
        let (wire, Some(id)) = (of.wire, of.member_of(instance)) else { return };
        let to = ctx.core.wires[wire as usize].to;
        let its = &ctx.core.fleets[usize::from(to)].instances[instance as usize];
        let has_crashed = its.life == Life::Down;
        let partitions = of.of(id);
        if has_crashed {
            of.silence(id);
            let notice = ctx.now() + self.config.session_timeout;
            self.due.insert((notice, Due::Session(wire, id)));
            for at in partitions {
                let committed = self.groups[group].cursors[at].committed;
                self.read_again(group, at, committed, ctx);
            }
        } else {
            of.remove(id);
            for at in partitions {
                self.groups[group].cursors[at].owner = NONE;
                self.stop(group, at, ctx);
            }
            self.rebalance(group, ctx);
        }
    }

    /// A reader stops: what it has fetched and not begun, or waits to try again, is given back.
    fn stop(&mut self, group: usize, at: usize, ctx: &mut Ctx<'_>) {
        let cursor = &mut self.groups[group].cursors[at];
        match cursor.hand {
            Some(hand) if hand.by == NONE => self.put_back(group, at, ctx),
            _ => {
                cursor.drop_fetched();
                self.trim(at);
            }
        }
    }

    /// The partitions that are to be read: those that take records, and those with some left.
    fn assignment(&self, group: usize) -> Vec<u32> {
        let open = self.config.partitions as usize;
        let there = (0..self.partitions.len()).filter(|at| *at < open || !self.partitions[*at].is_empty());
        self.groups[group].assignment(self.config.protocol, there)
    }

    /// The partitions of a group are given out anew.
    pub(super) fn rebalance(&mut self, group: usize, ctx: &mut Ctx<'_>) {
        if self.groups[group].rebalances_until.is_some() {
            self.groups[group].is_stale = true;
            return;
        }
        // At the start of a run the system is up already.
        let takes = if ctx.core.events == 0 { Span::ZERO } else { self.config.rebalance };
        ctx.tally(REBALANCES, u64::from(ctx.core.events > 0));
        if takes == Span::ZERO {
            return self.rebalanced(group, ctx);
        }
        let until = ctx.now() + takes;
        let moves: Vec<bool> = match self.config.protocol {
            Protocol::Eager => vec![true; self.partitions.len()],
            Protocol::Cooperative => {
                let cursors = self.groups[group].cursors.iter();
                cursors.zip(self.assignment(group)).map(|(cursor, owner)| cursor.owner != owner).collect()
            }
        };
        let of = &mut self.groups[group];
        of.rebalances_until = Some(until);
        self.due.insert((until, Due::Rebalanced(of.wire)));
        for (at, moves) in moves.into_iter().enumerate() {
            if moves {
                self.groups[group].cursors[at].is_stopped = true;
                self.stop(group, at, ctx);
            }
        }
    }

    /// They have been given out: whoever came or went meanwhile is seen now.
    pub(super) fn rebalanced(&mut self, group: usize, ctx: &mut Ctx<'_>) {
        let owners = self.assignment(group);
        let of = &mut self.groups[group];
        of.rebalances_until = None;
        let is_stale = std::mem::take(&mut of.is_stale);
        for (at, owner) in owners.into_iter().enumerate() {
            let cursor = &mut self.groups[group].cursors[at];
            cursor.is_stopped = false;
            if std::mem::replace(&mut cursor.owner, owner) != owner {
                self.stop(group, at, ctx);
            }
        }
        for at in 0..self.partitions.len() {
            self.go_on(group, at, ctx);
        }
        // Where only what moves stops, who came late waits for the next time.
        if is_stale && self.config.protocol == Protocol::Cooperative {
            self.rebalance(group, ctx);
        }
    }

    /// Looks at every link anew.
    pub(super) fn look_around(&mut self, ctx: &mut Ctx<'_>) {
        let over = |ctx: &Ctx<'_>, wire: u32| {
            let wire = &ctx.core.wires[wire as usize];
            (wire.when, wire.to, wire.cut)
        };
        let all = ctx.wires_out().to_vec();
        self.dead = all.iter().copied().find(|wire| over(ctx, *wire).0 == When::Failed);
        let groups: Vec<u32> = all.into_iter().filter(|wire| over(ctx, *wire).0 == When::Always).collect();
        while let Some(group) = self.groups.iter().position(|group| !groups.contains(&group.wire)) {
            self.dissolve(group, ctx);
        }
        for wire in groups {
            let group = self.group_at(wire).unwrap_or_else(|| {
                self.groups.push(Group::new(wire, self.partitions.iter().map(Partition::end)));
                self.groups.len() - 1
            });
            let (_, to, cut) = over(ctx, wire);
            let ready = ctx.core.fleets[usize::from(to)].ready.clone();
            let gone = self.groups[group].members.iter().filter(|one| !one.is_silent).map(|one| one.instance);
            for instance in gone.filter(|instance| !ready.contains(instance)).collect::<Vec<_>>() {
                self.went(group, instance, ctx);
            }
            ready.into_iter().for_each(|instance| self.came(group, instance, ctx));
            self.notice_cut(group, cut, ctx);
        }
        let letters = self.letters.iter().map(|(by, call)| (*by, *call));
        for (by, call) in letters.filter(|(_, call)| ctx.is_lost(*call)).collect::<Vec<_>>() {
            self.end(by, Err(Reason::TimedOut), ctx);
            ctx.abandon(call);
        }
    }

    /// A link is cut or whole again. After a session timeout its consumers are no members any more: they join anew.
    fn notice_cut(&mut self, group: usize, cut: bool, ctx: &mut Ctx<'_>) {
        let of = &mut self.groups[group];
        let (was, now) = (of.cut_since, ctx.now());
        if cut {
            of.cut_since = Some(was.unwrap_or(now));
            return;
        }
        of.cut_since = None;
        let Some(since) = was else { return };
        let were_missed = now.since(since) >= self.config.session_timeout;
        for at in 0..self.partitions.len() {
            let cursor = &mut self.groups[group].cursors[at];
            let is_lost = cursor.hand.is_some_and(|hand| hand.by != NONE && ctx.is_lost(hand.call));
            if were_missed {
                cursor.owner = NONE;
                let committed = cursor.committed;
                self.read_again(group, at, committed, ctx);
            } else if is_lost {
                self.put_back(group, at, ctx);
            }
            self.go_on(group, at, ctx);
        }
        if were_missed {
            self.rebalance(group, ctx);
        }
    }

    /// A group is no more: nobody will read for it.
    fn dissolve(&mut self, group: usize, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        for at in 0..self.partitions.len() {
            let position = self.groups[group].cursors[at].position;
            self.read_again(group, at, position, ctx);
            let left = self.partitions[at].end() - self.groups[group].cursors[at].position;
            ctx.station(CONSUMERS).gave_up_many(left, now);
        }
        self.groups.remove(group);
        (0..self.partitions.len()).for_each(|at| self.trim(at));
    }
}
