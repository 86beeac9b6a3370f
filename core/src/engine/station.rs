//! A station: servers, and calls that wait for one. Cores, workers and connections are all stations.
//!
//! A server serves one call at a time, and whoever waits is taken in a certain order; or all calls are served at once, each at an equal share
//! of the servers (processor sharing). Any call can be taken out at any time.

use super::backlog::{Extras, QueuePlan};
use super::calls::flag;
use super::context::Ctx;
use super::queue::{END, Queue};
use super::sharing::Sharing;
use crate::units::{SimTime, Span};

/// Stands in a call's `prev` while it is in no queue.
pub(crate) const UNQUEUED: u32 = u32::MAX - 1;
/// The tag of a call that is at no station.
pub(crate) const NOWHERE: u8 = u8::MAX;
/// Added to the tag of a call that waits outside until the queue has a place for it.
pub(crate) const AT_THE_DOOR: u8 = 0x40;

/// What became of a call that came to a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// A server has taken it.
    Started,
    /// It waits, or shares the servers.
    Waiting,
    /// The queue is full.
    Refused,
    /// It waits, and this one, which waited before, is out for it.
    Displaced(u32),
}

/// A station of one instance of a component.
#[derive(Debug, Clone)]
pub(crate) struct Station {
    /// Its index in the kind's list of stations.
    pub(super) tag: u8,
    pub(super) instance: u32,
    pub(super) servers: u32,
    /// Calls being served; for shared servers, all calls inside.
    pub(super) busy: u32,
    /// Calls that may wait.
    pub(super) bound: u32,
    pub(super) queue: Queue,
    sharing: Option<Box<Sharing>>,
    pub(super) extras: Option<Box<Extras>>,
}

impl Station {
    /// A station of `instance` with `servers` servers (`None`: no limit), which serve one call at a time.
    pub(crate) fn new(
        tag: usize,
        instance: u32,
        servers: Option<u32>,
        plan: &QueuePlan,
        ctx: &mut Ctx<'_>,
    ) -> Self {
        let mut station = Station {
            tag: tag as u8,
            instance,
            servers: 0,
            busy: 0,
            bound: u32::MAX,
            queue: Queue::new(plan.order),
            sharing: None,
            extras: None,
        };
        station.set_queue(plan, ctx);
        station.set_servers(servers, ctx);
        station
    }

    /// The same with servers that all calls share.
    pub(crate) fn shared(mut self, ctx: &Ctx<'_>) -> Self {
        self.sharing = Some(Box::new(Sharing::new(self.instance, ctx.now())));
        self
    }

    pub(crate) fn held_bytes(&self) -> usize {
        let sharing = self.sharing.as_ref().map_or(0, |sharing| sharing.held_bytes());
        sharing + self.queue.held_bytes() + self.extras.as_ref().map_or(0, |extras| extras.held_bytes())
    }

    /// Calls being served.
    pub(crate) fn busy(&self) -> u32 {
        self.busy
    }

    /// Whether no server is free and calls wait.
    pub(crate) fn is_full(&self) -> bool {
        if self.sharing.is_some() {
            return self.busy > self.servers;
        }
        self.servers > 0 && self.busy >= self.servers && self.queue.list.head != END
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.sharing.is_some()
    }

    /// Another number of servers; call [`Station::next`] until it gives none to start those who can start now.
    pub(crate) fn set_servers(&mut self, servers: Option<u32>, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let new = servers.unwrap_or(u32::MAX);
        if let Some(sharing) = &mut self.sharing {
            sharing.advance(now, self.servers);
        }
        let (had, has) = (self.servers_there(self.servers), self.servers_there(new));
        ctx.station(self.tag).set_servers(had, has, now);
        self.servers = new;
        self.share_gauge(ctx);
        self.arm(ctx);
    }

    /// How many servers a station with `servers` of them has now: one that is taken away while it serves is there until it is done.
    fn servers_there(&self, servers: u32) -> u32 {
        if self.sharing.is_some() { servers } else { servers.max(self.busy) }
    }

    /// A call comes in and waits its turn. For a shared station see [`Station::share`].
    #[inline(always)]
    pub(crate) fn enter(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Entered {
        ctx.calls()[call].tag = self.tag;
        if self.busy < self.servers {
            self.busy += 1;
            let now = ctx.now();
            ctx.station(self.tag).came_and_started(now);
            return Entered::Started;
        }
        self.wait(call, ctx)
    }

    /// No server is free for a call that comes in.
    #[inline(never)]
    pub(super) fn wait(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Entered {
        let now = ctx.now();
        if !self.has_room() {
            return self.overflow(call, ctx);
        }
        ctx.calls()[call].since = now;
        self.queue.push(call, ctx.calls());
        ctx.station(self.tag).came_and_waits(now);
        if self.extras.is_some() {
            self.begin_patience(call, ctx);
        }
        Entered::Waiting
    }

    /// A call is done here: its server is free.
    #[inline(always)]
    pub(crate) fn leave(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let gauge = ctx.station(self.tag);
        gauge.freed(now);
        if self.busy > self.servers {
            gauge.set_servers(self.busy, self.busy - 1, now);
        }
        self.busy -= 1;
    }

    /// The next waiting call if a server is free for it; it then has that server.
    #[inline(always)]
    pub(crate) fn next(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        if self.busy >= self.servers || self.nobody_waits() {
            return None;
        }
        self.start_first(ctx)
    }

    /// Whether it is certain that nobody waits: those outside are not looked for.
    #[inline(always)]
    fn nobody_waits(&self) -> bool {
        self.queue.list.head == END && self.extras.is_none()
    }

    #[inline(never)]
    fn start_first(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        let call = self.take_first(ctx)?;
        self.busy += 1;
        let now = ctx.now();
        let waited = now.since(ctx.calls()[call].since);
        ctx.station(self.tag).started(waited, now);
        Some(call)
    }

    /// Takes a call out, whether it waits or is served.
    pub(crate) fn withdraw(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.forget(call);
        if ctx.calls().is_queued(call) {
            match &mut self.extras {
                Some(extras) if ctx.calls()[call].tag & AT_THE_DOOR != 0 => {
                    extras.door.unlink(call, ctx.calls());
                }
                _ => {
                    self.queue.unlink(call, ctx.calls());
                    self.let_in(ctx);
                }
            }
            let now = ctx.now();
            ctx.station(self.tag).gave_up(now);
        } else if self.sharing.is_some() {
            let (now, servers) = (ctx.now(), self.servers);
            if let Some(sharing) = &mut self.sharing {
                sharing.advance(now, servers);
                sharing.remove(call, ctx);
            }
            self.busy -= 1;
            self.share_gauge(ctx);
            self.arm(ctx);
        } else {
            self.leave(ctx);
        }
    }

    /// Nothing is served any more: the instance is gone, or another station takes over.
    pub(crate) fn close(&mut self, ctx: &mut Ctx<'_>) {
        self.set_servers(Some(0), ctx);
        if let Some(patience) = self.extras.as_mut().and_then(|extras| extras.patience.as_mut()) {
            patience.end(ctx);
        }
    }

    /// Takes every call out, in the order in which they would have left, with the service each still needs (`None`: all of it).
    pub(crate) fn empty_out(&mut self, ctx: &mut Ctx<'_>) -> Vec<(u32, Option<Span>)> {
        let now = ctx.now();
        let (component, instance) = (ctx.me, self.instance);
        let mut inside = Vec::new();
        if let Some(sharing) = &mut self.sharing {
            sharing.advance(now, self.servers);
            inside.extend(sharing.inside());
        } else {
            let served = ctx.calls().at(component, Some(instance));
            for call in served {
                let slot = &ctx.calls()[call];
                if slot.tag == self.tag && slot.is(flag::SERVING) {
                    inside.push((call, Some(slot.since.since(now))));
                }
            }
        }
        for call in self.all_waiting(ctx) {
            inside.push((call, self.left_of(call)));
        }
        for (call, _) in &inside {
            ctx.calls()[*call].clear(flag::SERVING);
            self.withdraw(*call, ctx);
        }
        inside
    }

    /// The call at the head of the queue and when it came; `None` when none waits. Where first in is first out, none has waited longer.
    pub(crate) fn oldest(&self, ctx: &mut Ctx<'_>) -> Option<(u32, SimTime)> {
        let first = self.queue.list.head;
        (first != END).then(|| (first, ctx.calls()[first].since))
    }
}

/// Processor sharing.
impl Station {
    /// A call joins those who share the servers and needs `demand` of one server's time.
    pub(crate) fn share(&mut self, call: u32, demand: Span, ctx: &mut Ctx<'_>) -> Entered {
        let (now, servers) = (ctx.now(), self.servers);
        ctx.calls()[call].tag = self.tag;
        if self.busy.saturating_sub(servers) >= self.bound {
            ctx.station(self.tag).came_and_was_refused();
            return Entered::Refused;
        }
        let Some(sharing) = &mut self.sharing else { return Entered::Refused };
        sharing.advance(now, servers);
        sharing.insert(call, demand, ctx);
        self.busy += 1;
        ctx.station(self.tag).came_to_share();
        self.share_gauge(ctx);
        self.arm(ctx);
        Entered::Waiting
    }

    /// The station's timer went off: for the calls that have had their demand, the component's `on_served` follows.
    pub(crate) fn tick(&mut self, ctx: &mut Ctx<'_>) {
        let (now, servers) = (ctx.now(), self.servers);
        if let Some(sharing) = &mut self.sharing {
            sharing.alarm.rang(now);
            sharing.advance(now, servers);
            while let Some(call) = sharing.take_due(ctx) {
                self.busy -= 1;
                ctx.calls()[call].tag = NOWHERE;
                ctx.serve_for(call, Span::ZERO);
            }
        }
        self.share_gauge(ctx);
        self.arm(ctx);
    }

    /// Shared servers: busy are as many as there are calls for, the calls beyond wait.
    fn share_gauge(&mut self, ctx: &mut Ctx<'_>) {
        let (inside, servers) = (self.busy, self.servers);
        let Some(sharing) = &mut self.sharing else { return };
        let (busy, queue) = (inside.min(servers), inside.saturating_sub(servers));
        let had = std::mem::replace(&mut sharing.shown, (busy, queue));
        let now = ctx.now();
        ctx.station(self.tag).set_shared(had, (busy, queue), now);
    }

    fn arm(&mut self, ctx: &mut Ctx<'_>) {
        let (tag, servers) = (self.tag, self.servers);
        if let Some(sharing) = &mut self.sharing {
            sharing.arm(tag, servers, ctx);
        }
    }
}
