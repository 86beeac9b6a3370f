//! The queue of a station: its order, its bound and what happens at it, and the patience of those who wait.

use super::context::Ctx;
use super::patience::Patience;
use super::preempt::Running;
use super::queue::{END, List, Order};
use super::station::{AT_THE_DOOR, Entered, NOWHERE, Station};
use crate::model::Law;

/// What happens when a call comes to a full queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// It is turned away.
    DropNewest,
    /// It takes the place of the one that has waited longest, of the least important.
    DropOldest,
    /// It waits outside, first come first served, until there is a place.
    Block,
}

/// How those who wait at a station do so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct QueuePlan {
    pub(crate) order: Order,
    /// Calls that may wait; `None` for no limit.
    pub(crate) bound: Option<u32>,
    pub(crate) overflow: Overflow,
    /// How long a call waits before it leaves; `None` for ever.
    pub(crate) patience: Option<Law>,
}

impl QueuePlan {
    /// First in, first out, without end.
    pub(crate) const PLAIN: QueuePlan =
        QueuePlan { order: Order::Fifo, bound: None, overflow: Overflow::DropNewest, patience: None };
}

/// What few stations have.
#[derive(Debug, Clone)]
pub(super) struct Extras {
    overflow: Overflow,
    /// Those who wait outside because the queue is full.
    pub(super) door: List,
    pub(super) patience: Option<Patience>,
    /// Who is served, where the more important interrupt the less.
    pub(super) running: Option<Running>,
}

impl Extras {
    pub(super) fn held_bytes(&self) -> usize {
        let patience = self.patience.as_ref().map_or(0, Patience::held_bytes);
        size_of::<Extras>() + patience + self.running.as_ref().map_or(0, Running::held_bytes)
    }
}

impl Station {
    /// Another order, bound or patience, also for those who wait.
    pub(crate) fn set_queue(&mut self, plan: &QueuePlan, ctx: &mut Ctx<'_>) {
        self.bound = plan.bound.unwrap_or(u32::MAX);
        self.queue.set_order(plan.order, ctx.calls());
        if plan.overflow != Overflow::DropNewest || plan.patience.is_some() || self.extras.is_some() {
            self.extras_mut().overflow = plan.overflow;
            self.set_patience(plan.patience.as_ref(), ctx);
        }
        self.let_in(ctx);
    }

    pub(super) fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_with(|| {
            let (overflow, door) = (Overflow::DropNewest, List::EMPTY);
            Box::new(Extras { overflow, door, patience: None, running: None })
        })
    }

    fn set_patience(&mut self, law: Option<&Law>, ctx: &mut Ctx<'_>) {
        let (instance, tag) = (self.instance, self.tag);
        let waiting = self.all_waiting(ctx);
        let Some(extras) = &mut self.extras else { return };
        if law.is_some_and(|law| extras.patience.as_ref().is_some_and(|patience| patience.is(law))) {
            return;
        }
        if let Some(mut old) = extras.patience.take() {
            old.end(ctx);
        }
        extras.patience = law.map(|law| {
            let mut patience = Patience::new(law, instance, tag, ctx);
            for call in &waiting {
                let since = ctx.calls()[*call].since;
                patience.begin(*call, since, waiting.len() as u32, ctx);
            }
            patience.arm(ctx);
            patience
        });
    }

    /// Those who wait inside, then those outside, each from the first that came on.
    pub(super) fn all_waiting(&self, ctx: &mut Ctx<'_>) -> Vec<u32> {
        let mut all = self.queue.by_arrival(ctx.calls());
        if let Some(extras) = &self.extras {
            all.extend(extras.door.all(ctx.calls()));
        }
        all
    }

    /// The queue is full.
    pub(super) fn overflow(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Entered {
        let now = ctx.now();
        let overflow = self.extras.as_ref().map_or(Overflow::DropNewest, |extras| extras.overflow);
        let out =
            if overflow == Overflow::DropOldest { self.queue.oldest_but(call, ctx.calls()) } else { None };
        if let Some(out) = out {
            self.queue.unlink(out, ctx.calls());
            self.forget(out);
        }
        let blocks = overflow == Overflow::Block;
        let gauge = ctx.station(self.tag);
        if blocks {
            gauge.came_and_waits(now)
        } else {
            gauge.came_and_was_refused()
        }
        match &mut self.extras {
            Some(extras) if blocks => {
                ctx.calls()[call].tag = self.tag | AT_THE_DOOR;
                extras.door.push_back(call, ctx.calls());
            }
            _ if out.is_some() => self.queue.push(call, ctx.calls()),
            _ => return Entered::Refused,
        }
        ctx.calls()[call].since = now;
        self.begin_patience(call, ctx);
        out.map_or(Entered::Waiting, Entered::Displaced)
    }

    pub(super) fn has_room(&self) -> bool {
        self.queue.list.len < self.bound
    }

    pub(super) fn begin_patience(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let inside = self.queue.list.len;
        if let Some(extras) = &mut self.extras
            && let Some(patience) = &mut extras.patience
        {
            patience.begin(call, ctx.now(), inside + extras.door.len, ctx);
            patience.arm(ctx);
        }
    }

    /// Lets those who wait outside in while there is room.
    pub(super) fn let_in(&mut self, ctx: &mut Ctx<'_>) {
        let Some(extras) = &mut self.extras else { return };
        while extras.door.head != END && self.queue.list.len < self.bound {
            let call = extras.door.head;
            extras.door.unlink(call, ctx.calls());
            ctx.calls()[call].tag = self.tag;
            self.queue.push(call, ctx.calls());
        }
    }

    /// Takes the first of those who wait out of the queue, if anybody does.
    pub(super) fn take_first(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        let first = self.queue.list.head;
        if first != END {
            self.queue.unlink(first, ctx.calls());
            if self.extras.is_some() {
                self.let_in(ctx);
            }
            return Some(first);
        }
        // Where nobody may wait inside, the next comes from outside.
        let door = &mut self.extras.as_mut()?.door;
        let first = door.head;
        if first == END {
            return None;
        }
        door.unlink(first, ctx.calls());
        ctx.calls()[first].tag = self.tag;
        Some(first)
    }

    /// Lets the first of those who wait go on without a server.
    pub(crate) fn let_through(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        let call = self.take_first(ctx)?;
        let now = ctx.now();
        let waited = now.since(ctx.calls()[call].since);
        ctx.calls()[call].tag = NOWHERE;
        let gauge = ctx.station(self.tag);
        gauge.started(waited, now);
        gauge.freed(now);
        Some(call)
    }

    /// A timer of the queue's patience went off: gives those who wait no longer, one by one.
    pub(crate) fn give_up(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        let patience = self.extras.as_mut()?.patience.as_mut()?;
        patience.ring(ctx.now());
        let call = patience.take_due(ctx);
        match call {
            Some(call) => self.withdraw(call, ctx),
            None => patience.arm(ctx),
        }
        call
    }
}
