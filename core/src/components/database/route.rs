//! Which server a query goes to, and who serves a shard: servers come and go, replicas take over, keys move.

use super::node::Node;
use super::shards::{Key, Shard};
use super::{BLOCK, Database, LOST, at, due};
use crate::engine::context::{Answer, Ctx, TimerTag};
use crate::engine::fleet::Life;
use crate::measure::Reason;
use crate::units::Span;

/// Queries.
impl Database {
    /// Sends a query to the server of its shard, or its parts to all shards.
    pub(super) fn route(&mut self, call: u32, writes: bool, ctx: &mut Ctx<'_>) {
        if self.scatters(call, ctx) {
            let all: Vec<u32> = (0..self.placement.shards()).collect();
            return self.ask(call, writes, &all, ctx);
        }
        let key = self.key(call, ctx);
        match self.placement.of(key, ctx.now()) {
            // While its key is moving, what is written is written in both places.
            (shard, Some(also)) if writes => self.ask(call, writes, &[shard, also], ctx),
            (shard, _) => match self.server_for(call, shard, writes, ctx) {
                Some(instance) => {
                    ctx.move_to(call, instance);
                    self.enter(call, instance, ctx);
                }
                None => ctx.fail(call, Reason::NoPrimary),
            },
        }
    }

    pub(super) fn scatters(&self, call: u32, ctx: &Ctx<'_>) -> bool {
        !self.config.scatter.is_empty() && self.config.scatter.contains(&ctx.class(call).id)
    }

    fn key(&self, call: u32, ctx: &mut Ctx<'_>) -> Key {
        let hash = ctx.key(call);
        let (rank, keys) = (ctx.root(call).key.saturating_sub(1), ctx.class(call).keys);
        Key { hash, rank, keys }
    }

    /// Gives each of these shards a part of the query, which is done when all parts are.
    fn ask(&mut self, call: u32, writes: bool, shards: &[u32], ctx: &mut Ctx<'_>) {
        let servers: Vec<Option<u32>> =
            shards.iter().map(|shard| self.server_for(call, *shard, writes, ctx)).collect();
        if servers.contains(&None) {
            return ctx.fail(call, Reason::NoPrimary);
        }
        ctx.calls()[call].tag = at::IN_PARTS;
        let parts: Vec<(u32, u32)> = servers
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(which, instance)| (ctx.part(call, instance, which as u16), instance))
            .collect();
        for (part, instance) in parts {
            self.enter(part, instance, ctx);
        }
    }

    /// A part of a query is done; the query is when all are, or one has failed.
    pub(super) fn part_is_done(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        if ctx.is_over(answer.call) {
            return;
        }
        match answer.outcome {
            Err(reason) => ctx.fail(answer.call, reason),
            Ok(()) if ctx.calls()[answer.call].open == 0 => ctx.reply(answer.call),
            Ok(()) => {}
        }
    }

    /// The server of a shard that answers a query.
    fn server_for(&mut self, call: u32, shard: u32, writes: bool, ctx: &mut Ctx<'_>) -> Option<u32> {
        self.count(shard);
        let at = shard as usize;
        if writes {
            return self.shards.get(at)?.primary;
        }
        let reader = self.shards.get_mut(at)?.reader(self.config.read_from)?;
        if self.config.read_your_writes
            && self.shards[at].primary.is_some()
            && let Some(applied) = self.node(reader).map(|node| node.applied)
            && self.shards[at].log.lacks(ctx.key(call), applied)
        {
            return self.shards[at].primary;
        }
        Some(reader)
    }

    /// Counts which shards are asked, in blocks.
    fn count(&mut self, shard: u32) {
        if self.shards.len() < 2 {
            return;
        }
        self.asked.in_block += 1;
        if let Some(shard) = self.shards.get_mut(shard as usize) {
            shard.asked += 1;
        }
        if self.asked.in_block == BLOCK {
            let most = self.shards.iter().map(|shard| shard.asked).max().unwrap_or(0);
            self.asked.hottest = most as f64 / BLOCK as f64;
            self.asked.in_block = 0;
            self.shards.iter_mut().for_each(|shard| shard.asked = 0);
        }
    }
}

/// Servers.
impl Database {
    /// A server is up: it serves the shard that it served before, or the first that has the fewest.
    pub(super) fn join(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let at = instance as usize;
        if self.nodes.len() <= at {
            self.nodes.resize(at + 1, None);
            self.homes.resize(at + 1, None);
        }
        let shards = self.placement.shards() as usize;
        self.shards.resize_with(self.shards.len().max(shards), Shard::default);
        let fewest = (0..shards).min_by_key(|shard| self.shards[*shard].members.len()).unwrap_or(0);
        let shard = self.homes[at].take().map(|shard| shard as usize).filter(|shard| *shard < shards);
        let shard = shard.unwrap_or(fewest);
        let mut node = Node::new(instance, shard as u32, &self.config, ctx);
        let home = &mut self.shards[shard];
        // It has caught up with all that was committed before it serves.
        (node.received, node.applied) = (home.log.committed, home.log.committed);
        home.members.push(instance);
        self.nodes[at] = Some(node);
        if self.shards[shard].primary.is_none() {
            // With nobody else there is nobody to wait for; otherwise whoever returns before another has taken over goes on.
            self.take_over(shard, instance, ctx);
        }
        self.thin_memory();
        self.watch_checkpoint(instance, ctx);
        self.watch_vacuum(instance, ctx);
    }

    /// A server takes no more queries.
    pub(super) fn leave_shard(&mut self, instance: u32, crashed: bool, ctx: &mut Ctx<'_>) {
        let Some(shard) = self.shard_of(instance) else { return };
        let was_primary = self.shards[shard].primary == Some(instance);
        if !self.shards[shard].members.contains(&instance) {
            return;
        }
        self.shards[shard].remove(instance);
        if !was_primary {
            return self.forget_applied(shard);
        }
        if !crashed {
            // A primary that is taken away hands over in good order.
            if let Some(next) = self.most_advanced(shard) {
                self.take_over(shard, next, ctx);
            }
            return;
        }
        self.cut_off(shard, ctx);
        if !self.shards[shard].members.is_empty() && self.shards[shard].failover.is_none() {
            let tag = TimerTag { what: due::FAILOVER, instance: 0, extra: shard as u32 };
            self.shards[shard].failover = Some(ctx.timer(ctx.now() + self.config.failover, tag));
        }
    }

    /// A server is gone.
    pub(super) fn lose(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let at = instance as usize;
        let crashed = ctx.core.fleets[usize::from(ctx.me)].instances[at].life == Life::Down;
        self.leave_shard(instance, crashed, ctx);
        if let Some(node) = self.nodes.get_mut(at).and_then(Option::take)
            && crashed
        {
            self.homes[at] = Some(node.shard);
        }
    }

    fn most_advanced(&self, shard: usize) -> Option<u32> {
        let received = |member: &u32| {
            self.nodes.get(*member as usize).and_then(Option::as_ref).map_or(0, |node| node.received)
        };
        let members = &self.shards[shard].members;
        let most = members.iter().map(received).max()?;
        members.iter().copied().find(|member| received(member) == most)
    }

    /// Nobody has served as the primary of a shard for as long as it takes to notice and to elect another.
    pub(super) fn fail_over(&mut self, shard: u32, ctx: &mut Ctx<'_>) {
        let at = shard as usize;
        let Some(home) = self.shards.get_mut(at) else { return };
        home.failover = None;
        let Some(next) = self.most_advanced(at).filter(|_| self.shards[at].primary.is_none()) else { return };
        let received = self.node(next).map_or(0, |node| node.received);
        let lost = self.shards[at].log.lose_after(received);
        ctx.tally(LOST, lost);
        self.take_over(at, next, ctx);
        let id = ctx.core.ids[usize::from(ctx.me)].clone();
        let where_ = if self.shards.len() > 1 { format!(" of shard {}", shard + 1) } else { String::new() };
        ctx.core.notice(&id, format!("a replica took over as primary{where_}; {lost} writes lost"));
    }

    /// A member is the primary from now on; the others have what it has.
    fn take_over(&mut self, shard: usize, instance: u32, ctx: &mut Ctx<'_>) {
        self.shards[shard].primary = Some(instance);
        if let Some(timer) = self.shards[shard].failover.take() {
            ctx.cancel_timer(timer);
        }
        self.cut_off(shard, ctx);
        let committed = self.shards[shard].log.committed;
        for place in 0..self.shards[shard].members.len() {
            let member = self.shards[shard].members[place];
            if let Some(node) = self.node(member) {
                let waiting = node.received.saturating_sub(node.applied);
                node.received = committed;
                node.applied = committed.saturating_sub(waiting);
            }
        }
    }
}

/// More and fewer servers.
impl Database {
    /// Asks for as many servers as there should be. Those that go are the newest: they first change places with servers that nobody needs.
    pub(super) fn settle_servers(&mut self, ctx: &mut Ctx<'_>) {
        let wanted = self.servers();
        let shards = self.placement.shards() as usize;
        let going = ctx.core.fleets[usize::from(ctx.me)].going(wanted);
        for instance in going.iter().copied() {
            let needed = self.shard_of(instance).is_some_and(|shard| {
                shard < shards && self.shards[shard].members.iter().all(|member| going.contains(member))
            });
            if needed && let Some(spare) = self.spare(&going, shards) {
                self.swap(instance, spare, ctx);
            }
        }
        ctx.set_desired(wanted, Span::ZERO);
    }

    /// A server that stays and that its shard can spare.
    fn spare(&self, going: &[u32], shards: usize) -> Option<u32> {
        let spares = |shard: &Shard| {
            let stay = shard.members.iter().copied().filter(|member| !going.contains(member));
            stay.collect::<Vec<u32>>()
        };
        self.shards.iter().enumerate().find_map(|(at, shard)| {
            let stay = spares(shard);
            // A shard that is given up needs none.
            if at >= shards { stay.first().copied() } else { stay.get(1).copied() }
        })
    }

    /// Two servers change shards.
    fn swap(&mut self, one: u32, other: u32, ctx: &mut Ctx<'_>) {
        let (Some(a), Some(b)) = (self.shard_of(one), self.shard_of(other)) else { return };
        self.cut_off(a, ctx);
        self.cut_off(b, ctx);
        for (shard, from, to) in [(a, one, other), (b, other, one)] {
            let shard = &mut self.shards[shard];
            shard.members.iter_mut().filter(|member| **member == from).for_each(|member| *member = to);
            if shard.primary == Some(from) {
                shard.primary = Some(to);
            }
        }
        for (instance, shard) in [(one, b), (other, a)] {
            let committed = self.shards[shard].log.committed;
            if let Some(node) = self.node(instance) {
                node.shard = shard as u32;
                node.vacuum = None;
                (node.received, node.applied) = (committed, committed);
            }
        }
    }
}
