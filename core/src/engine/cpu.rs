//! The cores of an instance: a station whose size and discipline can change while it runs.

use super::backlog::QueuePlan;
use super::context::{Ctx, Work};
pub(crate) use super::preempt::Next;
use super::queue::Order;
use super::station::{Entered, NOWHERE, Station};
use crate::components::service::Discipline;

/// The cores of one instance.
#[derive(Debug, Clone)]
pub(crate) struct Cpu {
    instance: u32,
    tag: usize,
    station: Station,
}

/// Size and rule of some cores.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CpuPlan {
    pub(crate) cores: u32,
    pub(crate) discipline: Discipline,
    pub(crate) queue: QueuePlan,
}

impl Discipline {
    /// In which order those who wait are served.
    pub(crate) fn order(self) -> Order {
        match self {
            Discipline::Fifo | Discipline::Shared | Discipline::Delay => Order::Fifo,
            Discipline::Lifo => Order::Lifo,
            Discipline::Priority | Discipline::Preemptive => Order::Priority,
        }
    }
}

impl CpuPlan {
    /// Cores, where there is a limit.
    fn servers(&self) -> Option<u32> {
        (self.discipline != Discipline::Delay).then_some(self.cores)
    }

    fn station(&self, tag: usize, instance: u32, queue: &QueuePlan, ctx: &mut Ctx<'_>) -> Station {
        let station = Station::new(tag, instance, self.servers(), queue, ctx);
        match self.discipline {
            Discipline::Shared => station.shared(ctx),
            Discipline::Preemptive => station.preemptive(ctx),
            _ => station,
        }
    }
}

impl Cpu {
    pub(crate) fn new(tag: usize, instance: u32, plan: &CpuPlan, ctx: &mut Ctx<'_>) -> Self {
        Cpu { instance, tag, station: plan.station(tag, instance, &plan.queue, ctx) }
    }

    /// A call wants to be worked on; when it is done, the component's `on_served` follows.
    #[inline]
    pub(crate) fn enter(&mut self, call: u32, work: &Work, ctx: &mut Ctx<'_>) -> Entered {
        if self.station.is_shared() {
            let demand = work.of(call, ctx);
            return self.station.share(call, demand, ctx);
        }
        let entered = self.join(call, ctx);
        if entered == Entered::Started {
            ctx.serve(call, work);
        }
        entered
    }

    #[inline]
    fn join(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Entered {
        if self.station.is_preemptive() {
            self.station.enter_or_interrupt(call, ctx)
        } else {
            self.station.enter(call, ctx)
        }
    }

    /// A call has been served; the next one, which now has the core, comes back to be served.
    #[inline]
    pub(crate) fn leave(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Option<Next> {
        // Shared cores let it go when it was done, and forgot its place.
        if usize::from(ctx.calls()[call].tag) != self.tag {
            return None;
        }
        ctx.calls()[call].tag = NOWHERE;
        if self.station.is_preemptive() {
            self.station.finish(call, ctx);
        } else {
            self.station.leave(ctx);
        }
        self.next(ctx)
    }

    #[inline]
    fn next(&mut self, ctx: &mut Ctx<'_>) -> Option<Next> {
        if self.station.is_preemptive() {
            self.station.next_or_again(ctx)
        } else {
            self.station.next(ctx).map(|call| Next { call, left: None })
        }
    }

    /// The shared cores' timer went off: calls that are done have `on_served` follow.
    pub(crate) fn tick(&mut self, ctx: &mut Ctx<'_>) {
        self.station.tick(ctx);
    }

    /// A timer of the queue's patience went off: gives those who wait no longer, one by one.
    pub(crate) fn give_up(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        self.station.give_up(ctx)
    }

    /// Takes a call out, whether it waits or is worked on; the next to serve comes back.
    pub(crate) fn withdraw(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Option<Next> {
        self.station.withdraw(call, ctx);
        self.next(ctx)
    }

    /// Another number of cores or another discipline. `work` tells each call's law.
    ///
    /// When the discipline changes, what has been worked on keeps its progress, but for calls that shared the cores or were interrupted and
    /// now must wait for a core: those begin again.
    pub(crate) fn configure(
        &mut self,
        plan: &CpuPlan,
        work: impl Fn(u32, &mut Ctx<'_>) -> Work,
        ctx: &mut Ctx<'_>,
    ) {
        let shared = plan.discipline == Discipline::Shared;
        let preemptive = plan.discipline == Discipline::Preemptive;
        if shared == self.station.is_shared() && preemptive == self.station.is_preemptive() {
            self.station.set_queue(&plan.queue, ctx);
            self.station.set_servers(plan.servers(), ctx);
            while let Some(next) = self.next(ctx) {
                next.serve(&work(next.call, ctx), ctx);
            }
            return;
        }
        let inside = self.station.empty_out(ctx);
        self.station.close(ctx);
        // Nobody who was let in is turned away by the move.
        let roomy = QueuePlan { bound: None, ..plan.queue.clone() };
        self.station = plan.station(self.tag, self.instance, &roomy, ctx);
        for (call, left) in inside {
            if shared {
                let left = left.unwrap_or_else(|| work(call, ctx).of(call, ctx));
                self.station.share(call, left, ctx);
            } else if self.join(call, ctx) == Entered::Started {
                Next { call, left }.serve(&work(call, ctx), ctx);
            }
        }
        self.station.set_queue(&plan.queue, ctx);
    }

    /// Whether no core is free and calls wait.
    pub(crate) fn is_full(&self) -> bool {
        self.station.is_full()
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.station.held_bytes()
    }

    /// Nothing starts any more: the instance is going.
    pub(crate) fn close(&mut self, ctx: &mut Ctx<'_>) {
        self.station.close(ctx);
    }
}

impl Next {
    /// Serves the call for what it still needs; the component's `on_served` follows.
    pub(crate) fn serve(self, work: &Work, ctx: &mut Ctx<'_>) {
        match self.left {
            Some(left) => ctx.serve_for(self.call, left),
            None => ctx.serve(self.call, work),
        }
    }
}
