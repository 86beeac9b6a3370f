//! The cores of an instance: a station whose size and discipline can change while it runs.

use super::context::{Ctx, Work};
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
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CpuPlan {
    pub(crate) cores: u32,
    pub(crate) discipline: Discipline,
    /// Calls that may wait; `None` for no limit.
    pub(crate) bound: Option<u32>,
}

impl Cpu {
    pub(crate) fn new(tag: usize, instance: u32, plan: CpuPlan, ctx: &mut Ctx<'_>) -> Self {
        let shared = plan.discipline == Discipline::Shared;
        Cpu { instance, tag, station: Station::new(tag, instance, Some(plan.cores), plan.bound, shared, ctx) }
    }

    /// A call wants to be worked on; when it is done, the component's `on_served` follows.
    pub(crate) fn enter(&mut self, call: u32, work: &Work, ctx: &mut Ctx<'_>) -> Entered {
        if self.station.is_shared() {
            let demand = work.of(call, ctx);
            return self.station.share(call, demand, ctx);
        }
        let entered = self.station.enter(call, ctx);
        if entered == Entered::Started {
            ctx.serve(call, work);
        }
        entered
    }

    /// A call has been served; the next one, which now has the core, comes back to be served.
    pub(crate) fn leave(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Option<u32> {
        // Shared cores let it go when it was done, and forgot its place.
        if usize::from(ctx.calls()[call].tag) != self.tag {
            return None;
        }
        ctx.calls()[call].tag = NOWHERE;
        self.station.leave(ctx);
        self.station.next(ctx)
    }

    /// The shared cores' timer went off: calls that are done have `on_served` follow.
    pub(crate) fn tick(&mut self, ctx: &mut Ctx<'_>) {
        self.station.tick(ctx);
    }

    /// Takes a call out, whether it waits or is worked on; the next to serve comes back.
    pub(crate) fn withdraw(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Option<u32> {
        self.station.withdraw(call, ctx);
        self.station.next(ctx)
    }

    /// Another number of cores or another discipline. `work` tells each call's law.
    ///
    /// When the discipline changes, what has been worked on keeps its progress, but for calls that shared the cores and now must wait
    /// for one: those begin again.
    pub(crate) fn configure(
        &mut self,
        plan: CpuPlan,
        work: impl Fn(u32, &mut Ctx<'_>) -> Work,
        ctx: &mut Ctx<'_>,
    ) {
        let shared = plan.discipline == Discipline::Shared;
        if shared == self.station.is_shared() {
            self.station.set_bound(plan.bound);
            self.station.set_servers(Some(plan.cores), ctx);
            while let Some(call) = self.station.next(ctx) {
                let work = work(call, ctx);
                ctx.serve(call, &work);
            }
            return;
        }
        let inside = self.station.empty_out(ctx);
        self.station.close(ctx);
        // Nobody who was let in is turned away by the move.
        self.station = Station::new(self.tag, self.instance, Some(plan.cores), None, shared, ctx);
        for (call, left) in inside {
            let left = match left {
                Some(left) => left,
                None => work(call, ctx).of(call, ctx),
            };
            if shared {
                self.station.share(call, left, ctx);
            } else if self.station.enter(call, ctx) == Entered::Started {
                ctx.serve_for(call, left);
            }
        }
        self.station.set_bound(plan.bound);
    }

    /// Nothing starts any more: the instance is going.
    pub(crate) fn close(&mut self, ctx: &mut Ctx<'_>) {
        self.station.close(ctx);
    }
}
