//! A station: servers, and calls that wait for one. Cores, workers and connections are all stations.
//!
//! A server serves one call at a time, first in first out; or all calls are served at once, each at an equal share of
//! the servers (processor sharing). Any call can be taken out at any time.

use super::calls::flag;
use super::context::Ctx;
use super::sharing::Sharing;
use crate::units::{SimTime, Span};

/// Stands in a call's `prev` while it is in no queue.
pub(crate) const UNQUEUED: u32 = u32::MAX - 1;
const END: u32 = u32::MAX;
/// The tag of a call that is at no station.
pub(crate) const NOWHERE: u8 = u8::MAX;

/// What became of a call that came to a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// A server has taken it.
    Started,
    /// It waits, or shares the servers.
    Waiting,
    /// The queue is full.
    Refused,
}

/// A station of one instance of a component.
#[derive(Debug, Clone)]
pub(crate) struct Station {
    /// Its index in the kind's list of stations.
    tag: u8,
    instance: u32,
    servers: u32,
    /// Calls being served; for shared servers, all calls inside.
    busy: u32,
    /// Calls that may wait.
    bound: u32,
    head: u32,
    tail: u32,
    waiting: u32,
    sharing: Option<Box<Sharing>>,
}

impl Station {
    /// A station of `instance` with `servers` servers (`None`: no limit) where at most `bound` calls wait (`None`: no limit), and
    /// whose servers are `shared` by all calls or serve one at a time.
    pub(crate) fn new(
        tag: usize,
        instance: u32,
        servers: Option<u32>,
        bound: Option<u32>,
        shared: bool,
        ctx: &mut Ctx<'_>,
    ) -> Self {
        let sharing = shared.then(|| Box::new(Sharing::new(instance, ctx.now())));
        let mut station = Station {
            tag: tag as u8,
            instance,
            servers: 0,
            busy: 0,
            bound: bound.unwrap_or(u32::MAX),
            head: END,
            tail: END,
            waiting: 0,
            sharing,
        };
        station.set_servers(servers, ctx);
        station
    }

    /// Calls being served.
    pub(crate) fn busy(&self) -> u32 {
        self.busy
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.sharing.is_some()
    }

    pub(crate) fn set_bound(&mut self, bound: Option<u32>) {
        self.bound = bound.unwrap_or(u32::MAX);
    }

    /// Another number of servers; call [`Station::next`] until it gives none to start those who can start now.
    pub(crate) fn set_servers(&mut self, servers: Option<u32>, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let new = servers.unwrap_or(u32::MAX);
        if let Some(sharing) = &mut self.sharing {
            sharing.advance(now, self.servers);
        }
        ctx.station(self.tag).set_servers(self.servers, new, now);
        self.servers = new;
        self.arm(ctx);
    }

    /// A call comes in and waits its turn. For a shared station see [`Station::share`].
    pub(crate) fn enter(&mut self, call: u32, ctx: &mut Ctx<'_>) -> Entered {
        let now = ctx.now();
        ctx.calls()[call].tag = self.tag;
        if self.busy < self.servers {
            self.busy += 1;
            ctx.station(self.tag).came_and_started(now);
            return Entered::Started;
        }
        if self.waiting >= self.bound {
            ctx.station(self.tag).came_and_was_refused();
            return Entered::Refused;
        }
        self.append(call, ctx);
        ctx.calls()[call].since = now;
        ctx.station(self.tag).came_and_waits(now);
        Entered::Waiting
    }

    /// A call is done here: its server is free.
    pub(crate) fn leave(&mut self, ctx: &mut Ctx<'_>) {
        self.busy -= 1;
        let now = ctx.now();
        ctx.station(self.tag).freed(now);
    }

    /// The next waiting call if a server is free for it; it then has that server.
    pub(crate) fn next(&mut self, ctx: &mut Ctx<'_>) -> Option<u32> {
        if self.busy >= self.servers || self.head == END {
            return None;
        }
        let call = self.head;
        self.unlink(call, ctx);
        self.busy += 1;
        let now = ctx.now();
        let waited = now.since(ctx.calls()[call].since);
        ctx.station(self.tag).started(waited, now);
        Some(call)
    }

    /// Takes a call out, whether it waits or is served.
    pub(crate) fn withdraw(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if ctx.calls()[call].prev != UNQUEUED {
            self.unlink(call, ctx);
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
        let mut next = self.head;
        while next != END {
            inside.push((next, None));
            next = ctx.calls()[next].next;
        }
        for (call, _) in &inside {
            ctx.calls()[*call].clear(flag::SERVING);
            self.withdraw(*call, ctx);
        }
        inside
    }

    /// When the call that has waited longest came; `None` when none waits.
    pub(crate) fn oldest(&self, ctx: &mut Ctx<'_>) -> Option<(u32, SimTime)> {
        (self.head != END).then(|| (self.head, ctx.calls()[self.head].since))
    }

    fn append(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let tail = self.tail;
        let calls = ctx.calls();
        calls[call].prev = tail;
        calls[call].next = END;
        if tail == END {
            self.head = call
        } else {
            calls[tail].next = call
        }
        self.tail = call;
        self.waiting += 1;
    }

    fn unlink(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let calls = ctx.calls();
        let (prev, next) = (calls[call].prev, calls[call].next);
        if prev == END {
            self.head = next
        } else {
            calls[prev].next = next
        }
        if next == END {
            self.tail = prev
        } else {
            calls[next].prev = prev
        }
        calls[call].prev = UNQUEUED;
        self.waiting -= 1;
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
            sharing.timer = None;
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
