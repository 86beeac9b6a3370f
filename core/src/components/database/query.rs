//! A query at its server: it takes a connection, the lock of its row, pages from the disk, a core, and commits what it wrote.

use super::node::pages_of;
use super::{
    APPLY, CONNECTIONS, CORES, DISK, Database, LOCKS, PAGE_HITS, PAGE_MISSES, Replication, at, due, is_job,
};
use crate::engine::calls::{INSIDE, met};
use crate::engine::context::{Ctx, TimerTag};
use crate::engine::cpu::Next;
use crate::engine::station::{Entered, NOWHERE};
use crate::measure::Reason;
use crate::units::Span;

/// What a job is: a write on its way to a replica, or upkeep.
pub(super) const APPLYING: u8 = 0;
pub(super) const CHECKPOINT: u8 = 1;
pub(super) const VACUUM: u8 = 2;
/// Pages that a shard gives to another are read by the one and written by the other.
pub(super) const GIVE: u8 = 3;
pub(super) const RECEIVE: u8 = 4;

impl Database {
    /// A query comes to the server of its instance.
    pub(super) fn enter(&mut self, call: u32, instance: u32, ctx: &mut Ctx<'_>) {
        let Some(node) = self.node(instance) else { return ctx.fail(call, Reason::Reset) };
        match node.connections.enter(call, ctx) {
            Entered::Started => self.begin(call, ctx),
            Entered::Waiting => self.watch_connections(instance, ctx),
            Entered::Refused | Entered::Displaced(_) => ctx.fail(call, Reason::QueueFull),
        }
    }

    /// The query has a connection.
    fn begin(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.config.row_locks && ctx.writes(call) {
            let (row, instance) = (ctx.key(call), ctx.calls()[call].instance);
            let Some(node) = self.node(instance) else { return };
            if !node.locks.take(row, call, ctx) {
                return self.watch_locks(instance, ctx);
            }
        }
        self.fetch(call, ctx);
    }

    /// The query may touch its row: pages that are not in memory are read first.
    fn fetch(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.config.memory.is_some() {
            ctx.key(call);
            let (rank, bytes) = (ctx.root(call).key, ctx.reply_bytes(call));
            let class = ctx.class(call);
            let (row, leaf) = pages_of(rank, class.keys, class.catalogue, bytes);
            let (writes, now, instance) = (ctx.writes(call), ctx.now(), ctx.calls()[call].instance);
            let Some(node) = self.node(instance) else { return };
            node.dirty += u64::from(writes);
            let (missing, touched) = node.touch(row, leaf, now);
            ctx.tally(PAGE_HITS, u64::from(touched - missing));
            ctx.tally(PAGE_MISSES, u64::from(missing));
            if missing > 0 {
                let slot = &mut ctx.calls()[call];
                // A database makes no calls over links, so the step is free to count what is still to be read.
                slot.step = missing & met::STEP;
                return self.read_page(call, ctx);
            }
        }
        self.work(call, ctx);
    }

    /// The disk's limit first, if it has one, then the time that a page takes.
    pub(super) fn read_page(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let (instance, limit) = (ctx.calls()[call].instance, self.config.iops);
        let entered = match (self.node(instance).and_then(|node| node.disk.as_mut()), limit) {
            (Some(disk), Some(_)) => disk.enter(call, ctx),
            _ => return self.transfer(call, ctx),
        };
        if entered == Entered::Started {
            self.use_disk(call, ctx);
        }
    }

    fn use_disk(&self, call: u32, ctx: &mut Ctx<'_>) {
        let limit = self.config.iops.unwrap_or(u32::MAX);
        let page = 1_000_000_000 / u64::from(limit);
        let moves = matches!(ctx.calls()[call].repetition, GIVE | RECEIVE) && is_job(call, ctx);
        let pages = if moves { self.placement.pages_at_once() } else { 1 };
        ctx.serve_for(call, Span::from_nanos(page.saturating_mul(pages)));
    }

    fn transfer(&self, call: u32, ctx: &mut Ctx<'_>) {
        let slot = &mut ctx.calls()[call];
        slot.tag = at::READING;
        let which = slot.step;
        let takes = self.disk.nth(call, u64::from(which), ctx);
        ctx.serve_for(call, takes);
    }

    /// The disk has done as its limit allows; the next page may be asked for.
    pub(super) fn disk_is_free(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[call].instance;
        if let Some(disk) = self.node(instance).and_then(|node| node.disk.as_mut()) {
            disk.leave(ctx);
        }
        self.next_on_disk(instance, ctx);
        self.transfer(call, ctx);
    }

    fn next_on_disk(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let next = self.node(instance).and_then(|node| node.disk.as_mut()).and_then(|disk| disk.next(ctx));
        if let Some(next) = next {
            self.use_disk(next, ctx);
        }
    }

    /// A page has come.
    pub(super) fn has_read(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if is_job(call, ctx) {
            return self.page_of_job(call, ctx);
        }
        let slot = &mut ctx.calls()[call];
        slot.step -= 1;
        if slot.step > 0 { self.read_page(call, ctx) } else { self.work(call, ctx) }
    }

    /// The query, or a write that a replica applies, wants a core.
    pub(super) fn work(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[call].instance as usize;
        let work = self.works.of(call, ctx);
        if let Some(Some(node)) = self.nodes.get_mut(instance) {
            node.cpu.enter(call, work, ctx);
        }
    }

    fn serve_next(&self, next: Option<Next>, ctx: &mut Ctx<'_>) {
        if let Some(next) = next {
            let work = self.works.of(next.call, ctx);
            next.serve(work, ctx);
        }
    }

    /// The work on a core is done.
    pub(super) fn has_worked(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[call].instance;
        let Some(node) = self.node(instance) else { return };
        let next = node.cpu.leave(call, ctx);
        let free = node.locks.is_empty();
        self.serve_next(next, ctx);
        if self.plain && free && !is_job(call, ctx) {
            self.finish(call, ctx);
        } else if is_job(call, ctx) {
            if ctx.calls()[call].repetition == APPLYING {
                self.applied(call, ctx)
            } else {
                self.has_moved(call, ctx)
            }
        } else if !ctx.writes(call) {
            self.judge_read(call, ctx);
            self.finish(call, ctx);
        } else if self.transaction.takes_no_time() {
            self.commit(call, ctx);
        } else {
            ctx.calls()[call].tag = at::OPEN;
            ctx.serve(call, &self.transaction);
        }
    }

    /// The transaction is over; where replication is synchronous a replica must have it as well.
    pub(super) fn commit(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.config.replication == Replication::Sync && self.has_follower(ctx.calls()[call].instance) {
            ctx.calls()[call].tag = at::COMMITTING;
            ctx.serve(call, &self.delay);
        } else {
            self.committed(call, ctx);
        }
    }

    /// The write is there: its lock is free, and the replicas are told.
    pub(super) fn committed(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.follow(call, ctx);
        if self.config.inserts && !self.is_copy(call, ctx) {
            self.stored = self.stored.saturating_add(ctx.class(call).request_bytes);
            if self.stored >= self.stored_next {
                self.weigh(ctx);
            }
        }
        if self.config.dead_rows {
            let (instance, bytes) = (ctx.calls()[call].instance, ctx.class(call).request_bytes);
            self.leave_dead_row(instance, bytes, ctx);
        }
        self.unlock(call, ctx);
        self.finish(call, ctx);
    }

    /// Whether this is the same row once more, written where its key is about to move.
    fn is_copy(&self, call: u32, ctx: &mut Ctx<'_>) -> bool {
        let slot = &ctx.calls()[call];
        slot.wire == INSIDE && slot.repetition > 0 && !self.scatters(call, ctx)
    }

    /// Gives the lock of a write back, if it has one; who is next goes on.
    fn unlock(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if !ctx.writes(call) {
            return;
        }
        let (row, instance) = (ctx.key(call), ctx.calls()[call].instance);
        if let Some(next) = self.node(instance).and_then(|node| node.locks.give_back(row, call, ctx)) {
            self.fetch(next, ctx);
        }
    }

    /// The query is answered and its connection free.
    fn finish(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[call].instance;
        ctx.reply(call);
        self.disconnect(instance, ctx);
    }

    fn disconnect(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let Some(node) = self.node(instance) else { return };
        node.connections.leave(ctx);
        if let Some(next) = node.connections.next(ctx) {
            self.begin(next, ctx);
        }
    }

    /// Waits for the patience of the query that has waited longest for a connection.
    fn watch_connections(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let wait = self.config.connection_wait;
        let Some(node) = self.node(instance) else { return };
        if node.patience.is_none()
            && let Some((_, since)) = node.connections.oldest(ctx)
        {
            let tag = TimerTag { what: due::CONNECTION, instance, extra: 0 };
            node.patience = Some(ctx.timer(since + wait, tag));
        }
    }

    /// Fails the queries that have waited too long for a connection.
    pub(super) fn lose_patience(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let (now, wait) = (ctx.now(), self.config.connection_wait);
        let Some(node) = self.node(instance) else { return };
        node.patience = None;
        while let Some((call, since)) = node.connections.oldest(ctx).filter(|(_, since)| *since + wait <= now)
        {
            debug_assert!(since <= now);
            node.connections.withdraw(call, ctx);
            ctx.fail(call, Reason::NoConnection);
        }
        self.watch_connections(instance, ctx);
    }

    /// Waits for the patience of the write that has waited longest for a lock.
    fn watch_locks(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let wait = self.config.lock_wait;
        let Some(node) = self.node(instance) else { return };
        if node.locks.timer.is_none()
            && let Some(due) = node.locks.due(instance, wait, ctx)
        {
            let tag = TimerTag { what: due::LOCK, instance, extra: 0 };
            node.locks.timer = Some(ctx.timer(due.max(ctx.now()), tag));
        }
    }

    /// Fails the writes that have waited too long for a lock.
    pub(super) fn give_up_locks(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let (now, wait) = (ctx.now(), self.config.lock_wait);
        if let Some(node) = self.node(instance) {
            node.locks.timer = None;
        }
        while let Some(node) = self.node(instance)
            && let Some((call, _)) =
                node.locks.oldest(instance, ctx).filter(|(_, since)| *since + wait <= now)
        {
            let row = ctx.key(call);
            node.locks.withdraw(row, call, ctx);
            ctx.fail(call, Reason::LockTimeout);
            self.disconnect(instance, ctx);
        }
        self.watch_locks(instance, ctx);
    }

    /// Other settings for a server; what is under way goes on.
    pub(super) fn reconfigure(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let config = self.config.clone();
        let works = self.works.clone();
        let Some(node) = self.node(instance) else { return };
        node.connections.set_servers(Some(config.connections), ctx);
        node.cpu.configure(&config.cpu(), |call, ctx| works.of(call, ctx).clone(), ctx);
        node.set_disk(instance, &config, ctx);
        node.apply.set_servers(Some(u32::from(config.replicas > 0)), ctx);
        // Another patience counts at once.
        let timers = [node.patience.take(), node.locks.timer.take(), node.checkpoint.take()];
        timers.into_iter().flatten().for_each(|timer| ctx.cancel_timer(timer));
        while let Some(next) = self.node(instance).and_then(|node| node.connections.next(ctx)) {
            self.begin(next, ctx);
        }
        while self.next_to_apply(instance, ctx) {}
        self.empty_limitless_disk(instance, ctx);
        self.watch_connections(instance, ctx);
        self.watch_locks(instance, ctx);
        self.watch_checkpoint(instance, ctx);
        self.watch_vacuum(instance, ctx);
    }

    /// A disk without a limit has no queue: who waits at it waits no more.
    fn empty_limitless_disk(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        if self.config.iops.is_some() {
            return;
        }
        while let Some(disk) = self.node(instance).and_then(|node| node.disk.as_mut())
            && let Some((waits, _)) = disk.oldest(ctx)
        {
            disk.withdraw(waits, ctx);
            self.transfer(waits, ctx);
        }
    }

    /// Takes a call out of whatever it is in; the engine ends it.
    pub(super) fn take_out(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let (instance, tag) = (ctx.calls()[call].instance, ctx.calls()[call].tag);
        if tag == at::IN_PARTS {
            return;
        }
        let job = is_job(call, ctx);
        let row = ctx.key(call);
        let Some(node) = self.node(instance) else { return };
        match usize::from(tag) {
            CONNECTIONS => return node.connections.withdraw(call, ctx),
            APPLY => return node.apply.withdraw(call, ctx),
            LOCKS => node.locks.withdraw(row, call, ctx),
            DISK => {
                if let Some(disk) = &mut node.disk {
                    disk.withdraw(call, ctx);
                }
                self.next_on_disk(instance, ctx);
            }
            _ if matches!(tag, at::READING | at::OPEN | at::COMMITTING | at::IN_TRANSIT) => {}
            other => {
                debug_assert!(other == CORES || tag == NOWHERE);
                let next = node.cpu.withdraw(call, ctx);
                self.serve_next(next, ctx);
            }
        }
        if job {
            return self.job_is_off(call, tag, ctx);
        }
        self.unlock(call, ctx);
        self.disconnect(instance, ctx);
    }
}
