//! Pre-emption: a call that is more important than one in service takes its server; the other one goes on later where it was (preemptive
//! resume).

use super::calls::flag;
use super::context::Ctx;
use super::queue::Order;
use super::station::{Entered, Station};
use crate::units::Span;

/// A call that is served, or was until it was interrupted.
#[derive(Debug, Clone, Copy)]
struct Served {
    call: u32,
    /// Service it still needs; known while it is interrupted.
    left: Span,
    /// How long it has waited in all.
    waited: Span,
}

/// Who is in service and who was interrupted. Both are few: no more than the servers, and than the servers times the levels of importance.
#[derive(Debug, Clone, Default)]
pub(super) struct Running {
    /// In the order in which they began or went on.
    serving: Vec<Served>,
    interrupted: Vec<Served>,
}

impl Running {
    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.serving) + size_of_val(&*self.interrupted)
    }
}

fn take(list: &mut Vec<Served>, call: u32) -> Option<Served> {
    list.iter().position(|served| served.call == call).map(|at| list.remove(at))
}

/// A call that has a server, and the service it still needs where it was interrupted before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Next {
    pub(crate) call: u32,
    pub(crate) left: Option<Span>,
}

impl Station {
    /// The same where the more important interrupt the less.
    pub(crate) fn preemptive(mut self, ctx: &mut Ctx<'_>) -> Self {
        self.queue.set_order(Order::Priority, ctx.calls());
        self.extras_mut().running = Some(Running::default());
        self
    }

    pub(crate) fn is_preemptive(&self) -> bool {
        self.extras.as_ref().is_some_and(|extras| extras.running.is_some())
    }

    fn running(&mut self) -> Option<&mut Running> {
        self.extras.as_mut()?.running.as_mut()
    }

    /// A call comes in and takes a server that is free, or that of somebody less important, who waits then.
    pub(crate) fn enter_or_interrupt(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Entered {
        let free = self.busy < self.servers;
        if !free && !self.interrupt_for(call, ctx) {
            ctx.calls()[call].tag = self.tag;
            return self.wait(call, ctx);
        }
        ctx.calls()[call].tag = self.tag;
        self.busy += 1;
        let now = ctx.now();
        ctx.station(self.tag).came_and_began(now);
        if let Some(running) = self.running() {
            running.serving.push(Served { call, left: Span::ZERO, waited: Span::ZERO });
        }
        Entered::Started
    }

    /// Frees a server by interrupting the least important call, of equals the one that began last, if `call` goes before it.
    fn interrupt_for(&mut self, call: u32, ctx: &mut Ctx<'_>) -> bool {
        // Whoever is interrupted needs a place to wait.
        if !self.has_room() {
            return false;
        }
        let own = ctx.root(call).priority;
        let Some(running) = self.running() else { return false };
        let priority = |served: &Served| ctx.root(served.call).priority;
        let last = running.serving.iter().rev().min_by_key(|served| priority(served));
        let Some(out) = last.filter(|served| priority(served) < own).map(|served| served.call) else {
            return false;
        };
        let now = ctx.now();
        let slot = &mut ctx.calls()[out];
        // The end of its service that is on the agenda comes at another instant than the new one.
        slot.clear(flag::SERVING);
        let left = slot.since.since(now);
        slot.since = now;
        if let Some(served) = take(&mut running.serving, out) {
            running.interrupted.push(Served { left, ..served });
        }
        self.queue.push_again(out, ctx.calls());
        self.busy -= 1;
        ctx.station(self.tag).interrupted(now);
        true
    }

    /// The next waiting call if a server is free for it; it then has that server.
    pub(crate) fn next_or_again(&mut self, ctx: &mut Ctx<'_>) -> Option<Next> {
        if self.busy >= self.servers {
            return None;
        }
        let call = self.take_first(ctx)?;
        self.busy += 1;
        let now = ctx.now();
        let waited = now.since(ctx.calls()[call].since);
        let mut left = None;
        if let Some(running) = self.running() {
            let before = take(&mut running.interrupted, call);
            left = before.map(|served| served.left);
            let waited = before.map_or(waited, |served| served.waited + waited);
            running.serving.push(Served { call, left: Span::ZERO, waited });
        }
        ctx.station(self.tag).began(left.is_none(), now);
        Some(Next { call, left })
    }

    /// A call has had all its service; only now is it known how long it has waited.
    pub(crate) fn finish(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if let Some(served) = self.running().and_then(|running| take(&mut running.serving, call)) {
            ctx.station(self.tag).wait.record(served.waited);
        }
        self.leave(ctx);
    }

    /// The call is not served here any more.
    pub(super) fn forget(&mut self, call: u32) {
        if let Some(running) = self.running()
            && take(&mut running.serving, call).is_none()
        {
            take(&mut running.interrupted, call);
        }
    }

    /// The service that a waiting call still needs; `None` for all of it.
    pub(super) fn left_of(&self, call: u32) -> Option<Span> {
        let running = self.extras.as_ref()?.running.as_ref()?;
        running.interrupted.iter().find(|served| served.call == call).map(|served| served.left)
    }
}
