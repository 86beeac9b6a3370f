//! The engine under the components: calls on their way, their timeouts, joins and ends.

use super::agenda::{Agenda, Event};
use super::calls::{Call, Calls, IN_HAND, INSIDE, NONE, Root, Slab, UNDRAWN, UNSIZED, flag, met};
use super::chance::{Draw, Purpose, Stream, mix};
use super::context::{Answer, TimerTag};
use super::fleet::{Fleet, Life};
use super::keys::Zipf;
use super::pool::Pools;
use super::sampler::{Sampler, Sizes};
use super::timeouts::Timeouts;
use crate::components::Out;
use crate::measure::gauge::{ClassGauge, ComponentGauge, WireGauge};
use crate::measure::{Notice, Reason};
use crate::model::{Class, When};
use crate::prices::PriceBook;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// How a call or its answer gets over a link.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Travel {
    /// In no time.
    AtOnce,
    /// In this lane: it always takes the same.
    Lane(u32),
    /// In half the round trip that is drawn for it, an answer like its call.
    Drawn,
}

/// A link as the engine sees it.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) id: String,
    pub(crate) from: u16,
    pub(crate) to: u16,
    /// One bit per class that uses it; all of them when it is for every class.
    pub(crate) classes: u64,
    pub(crate) rtt: Sampler,
    /// Since when round trips have this law.
    pub(crate) rtt_since: SimTime,
    pub(crate) rtt_stream: Stream,
    pub(crate) count_stream: Stream,
    pub(crate) out: Travel,
    pub(crate) back: Travel,
    /// The queue of attempts with this link's timeout.
    pub(crate) timeout: Option<u32>,
    /// Calls that every request makes, and the chance of one more.
    pub(crate) calls: u32,
    pub(crate) chance: f64,
    /// Every request makes just one call over it.
    pub(crate) once: bool,
    pub(crate) parallel: bool,
    /// What it is to whoever is at its start.
    pub(crate) carries: Out,
    /// Messages that an instance at its end holds at once.
    pub(crate) prefetch: u32,
    /// Whether it leads to where messages are kept, rather than worked on.
    pub(crate) to_messages: bool,
    /// Another link of the same caller and step, or [`NONE`].
    pub(crate) next_in_step: u32,
    pub(crate) optional: bool,
    pub(crate) when: When,
    /// It leads to a cache beside the caller.
    pub(crate) beside: bool,
    pub(crate) cut: bool,
    /// Which of its caller's links it is; tells the calls of one request apart.
    pub(crate) branch: u64,
    /// Where callers without a balancer stand in the round of instances.
    pub(crate) turn: u32,
    pub(crate) in_flight: u64,
    /// The pools that calls over it take connections from, one for each instance of the caller; [`NONE`] if it never had any.
    pub(crate) pool: u32,
}

/// Where a component's calls go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Route {
    /// Every link that leads away.
    pub(crate) all: Vec<u32>,
    /// By step, the first of its links; the others hang on it by [`Wire::next_in_step`].
    pub(crate) steps: Vec<u32>,
    /// The links to caches beside it.
    pub(crate) beside: Vec<u32>,
}

/// A class of requests as the engine sees it.
#[derive(Debug, Clone)]
pub(crate) struct ClassInfo {
    pub(crate) id: String,
    pub(crate) weight: f64,
    pub(crate) writes: bool,
    pub(crate) request_bytes: u64,
    pub(crate) deadline: Option<Span>,
    pub(crate) priority: u8,
    /// Tells its keys from those of other catalogues.
    pub(crate) catalogue: u64,
    /// Keys in its catalogue.
    pub(crate) keys: u64,
    /// The share of the keys that do not exist, for those who read them.
    pub(crate) absent: f64,
    /// The share of the keys whose messages nobody can process.
    pub(crate) poison: f64,
    zipf: Zipf,
    /// Bytes of what each request asks for; [`UNSIZED`] where its key decides.
    pub(crate) same_bytes: u64,
    sizes: Sizes,
    size_draws: Stream,
}

impl Wire {
    /// How long a call and its answer travel together.
    fn round_trip(&self, call: &Call) -> Span {
        self.rtt.span(self.rtt_stream.draw(call.path))
    }
    /// The next of the ready instances in turn.
    fn next_in_turn(&mut self, ready: &[u32]) -> Option<u32> {
        self.turn += 1;
        if self.turn as usize >= ready.len() {
            self.turn = 0;
        }
        ready.get(self.turn as usize).copied()
    }
}

impl ClassInfo {
    pub(crate) fn new(seed: u64, class: &Class) -> Self {
        let absent = if class.operation == crate::model::Operation::Write { 0.0 } else { class.absent };
        let sizes = Sizes::new(class.reply.get(), class.reply_cv);
        ClassInfo {
            id: class.id.clone(),
            weight: class.weight,
            writes: class.operation == crate::model::Operation::Write,
            request_bytes: class.request.get(),
            deadline: class.deadline,
            priority: u8::try_from(class.priority).unwrap_or(u8::MAX),
            catalogue: super::chance::hash_name(&class.catalogue),
            keys: class.keys,
            absent,
            poison: class.poison,
            zipf: Zipf::new(class.keys, class.skew),
            same_bytes: match sizes {
                Sizes::Same(bytes) if absent <= 0.0 => bytes,
                _ => UNSIZED,
            },
            sizes,
            size_draws: Stream::new(seed, &class.catalogue, Purpose::Size),
        }
    }
}

impl Root {
    /// The rank of the key it asks for, drawn when somebody first asks.
    pub(crate) fn drawn_key(&mut self, class: &ClassInfo) -> u64 {
        if self.key == UNDRAWN {
            self.key = class.zipf.rank(self.key_draw);
        }
        self.key
    }
    /// Whether the key it asks for does not exist: a matter of the key alone.
    #[inline(never)]
    pub(crate) fn is_absent(&mut self, class: &ClassInfo) -> bool {
        const ABSENT: u64 = 0x5DEE_CE66;
        let key = mix(self.catalogue ^ self.drawn_key(class));
        Draw::of(mix(key ^ ABSENT)).unit() < class.absent
    }
    /// Whether nobody can process what the key stands for: a matter of the key alone.
    pub(crate) fn is_poison(&mut self, class: &ClassInfo) -> bool {
        const POISON: u64 = 0xB1D7_E64D;
        let key = mix(self.catalogue ^ self.drawn_key(class));
        Draw::of(mix(key ^ POISON)).unit() < class.poison
    }
    /// Bytes of what it asks for, settled when somebody first asks.
    pub(crate) fn settled_bytes(&mut self, class: &ClassInfo) -> u64 {
        if self.bytes == UNSIZED {
            self.bytes = if class.absent > 0.0 && self.is_absent(class) {
                0
            } else {
                class.sizes.bytes(class.size_draws.draw(mix(self.drawn_key(class))))
            };
        }
        self.bytes
    }
}

/// A timer; its slot is free when it has gone off, wanted or not.
#[derive(Debug, Clone)]
pub(crate) struct Timer {
    pub(crate) component: u16,
    pub(crate) tag: TimerTag,
    pub(crate) wanted: bool,
}

/// Everything but the components' own state.
#[derive(Debug, Clone)]
pub(crate) struct Core {
    pub(crate) seed: u64,
    pub(crate) agenda: Agenda,
    pub(crate) calls: Calls,
    pub(crate) timers: Slab<Timer>,
    pub(crate) timeouts: Timeouts,
    /// By component index; a removed component keeps its index.
    pub(crate) ids: Vec<String>,
    pub(crate) gone: Vec<bool>,
    pub(crate) fleets: Vec<Fleet>,
    /// Grows whenever an instance or a link comes or goes, so that balancers notice.
    pub(crate) changes: u64,
    pub(crate) gauges: Vec<ComponentGauge>,
    pub(crate) routes: Vec<Route>,
    pub(crate) wires: Vec<Wire>,
    pub(crate) wire_gauges: Vec<WireGauge>,
    pub(crate) pools: Pools,
    pub(crate) classes: Vec<ClassInfo>,
    pub(crate) class_gauges: Vec<ClassGauge>,
    pub(crate) prices: PriceBook,
    /// The model's load times the timeline's.
    pub(crate) load: f64,
    /// What is to be done to fleets once the component that asked for it has finished.
    pub(crate) commands: VecDeque<Command>,
    pub(crate) notices: Vec<Notice>,
    /// Arrivals, ends of service, decisions: what the model does, whatever it costs the engine.
    pub(crate) events: u64,
}

/// The one way in which components act on fleets, their own or those that a control link leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    /// There should be this many instances; new ones are ready after `start_up`.
    SetDesired { component: u16, instances: u32, start_up: Span },
    /// Who scales a component has decided on so many instances.
    Scale { component: u16, instances: u32 },
    /// Who scales a component has decided on so many cores for each of its instances.
    Resize { component: u16, cores: u32 },
    /// There may be places on the nodes of this component for those who wait for one.
    FillPlaces { host: u16 },
    /// A node is not needed any more.
    LeaveNode { host: u16, node: u32 },
    /// A draining instance is idle.
    Stop { component: u16, instance: u32 },
}

/// Sending and travelling.
impl Core {
    /// Sends a call for `parent` over `wire`, to `instance` or to the next in turn.
    #[inline]
    pub(crate) fn send(&mut self, parent: u32, wire_ix: u32, instance: Option<u32>, repetition: u8) -> u32 {
        let call = self.make_call(parent, wire_ix, repetition);
        self.go_out(call, wire_ix, instance);
        call
    }

    /// Gives `instance` a message that it has fetched over `wire` together with an earlier one.
    pub(crate) fn hand(&mut self, parent: u32, wire_ix: u32, instance: u32) -> u32 {
        let call = self.make_call(parent, wire_ix, 0);
        let slot = &mut self.calls[call];
        (slot.instance, slot.repetition) = (instance, IN_HAND);
        slot.flags = flag::ARRIVING;
        self.agenda.at_once(Event::Arrive(call));
        call
    }

    /// Makes a call for `parent` that is to go over a link.
    #[inline(always)]
    pub(super) fn make_call(&mut self, parent: u32, wire_ix: u32, repetition: u8) -> u32 {
        let now = self.agenda.now();
        let wire = &mut self.wires[wire_ix as usize];
        wire.in_flight += 1;
        self.wire_gauges[wire_ix as usize].totals.all.sent += 1;
        let above = &mut self.calls[parent];
        above.open += 1;
        above.begin_away(now);
        // The first call of the first link keeps its caller's key, so a component put in between moves no draw.
        let salt = (wire.branch << 8) | u64::from(repetition);
        let path = if salt == 0 { above.path } else { mix(above.path.wrapping_add(salt)) };
        let root = above.root;
        let (ix, call) = self.calls.insert(root, now);
        *call = Call { path, parent, wire: wire_ix, component: wire.to, repetition, ..Call::new(root, now) };
        ix
    }

    /// The call sets out, to `instance` or to the next in turn.
    #[inline(always)]
    pub(super) fn go_out(&mut self, ix: u32, wire_ix: u32, instance: Option<u32>) {
        let now = self.agenda.now();
        let wire = &mut self.wires[wire_ix as usize];
        let instance = instance.or_else(|| wire.next_in_turn(&self.fleets[usize::from(wire.to)].ready));
        let call = &mut self.calls[ix];
        call.instance = instance.unwrap_or(0);
        let timeout = wire.timeout;
        if wire.cut || instance.is_none() {
            call.flags = flag::WORK_OVER;
            if !wire.cut {
                self.refuse(ix);
            }
        } else {
            call.flags = flag::ARRIVING;
            match wire.out {
                Travel::AtOnce => self.agenda.at_once(Event::Arrive(ix)),
                Travel::Lane(lane) => self.agenda.schedule_in(lane, Event::Arrive(ix)),
                Travel::Drawn => {
                    self.agenda.schedule(now + wire.round_trip(call).half(), Event::Arrive(ix));
                }
            }
        }
        if let Some(queue) = timeout {
            self.await_timeout(queue, ix);
        }
    }

    /// Nobody is there to take the call: the refusal is back after a round trip.
    #[cold]
    fn refuse(&mut self, call: u32) {
        let slot = &mut self.calls[call];
        let wire = &self.wires[slot.wire as usize];
        let rtt = wire.round_trip(slot);
        let reason = if self.gone[usize::from(wire.to)] { Reason::Removed } else { Reason::NoInstance };
        slot.set(flag::REPLYING | flag::FAILED);
        slot.tag = reason.code();
        let at = self.agenda.now() + rtt;
        self.agenda.schedule(at, Event::Reply(call));
    }

    /// The call reaches its callee: counts it in. `None` when nobody is there any more.
    #[inline(always)]
    pub(crate) fn arrive(&mut self, call: u32) -> Option<u16> {
        self.events += 1;
        let now = self.agenda.now();
        let slot = &mut self.calls[call];
        slot.clear(flag::ARRIVING);
        slot.arrived_at = now;
        let component = slot.component;
        match self.fleets[usize::from(component)].instances.get_mut(slot.instance as usize) {
            // A draining instance takes what was sent before it was told to drain.
            Some(instance) if matches!(instance.life, Life::Ready | Life::Draining) => {
                instance.in_flight += 1;
                self.gauges[usize::from(component)].came(now);
                Some(component)
            }
            instance => {
                let life = instance.map_or(Life::Stopped, |instance| instance.life);
                self.turn_back(call, life);
                None
            }
        }
    }

    /// The instance that a call comes to takes none.
    #[cold]
    fn turn_back(&mut self, call: u32, life: Life) {
        let slot = &mut self.calls[call];
        let reason = match life {
            _ if self.gone[usize::from(slot.component)] => Reason::Removed,
            Life::Down => Reason::Reset,
            _ => Reason::NoInstance,
        };
        slot.set(flag::WORK_OVER);
        self.send_back(call, Err(reason));
    }

    /// The callee is done with the call.
    pub(crate) fn end_work(&mut self, call: u32, outcome: Result<(), Reason>) {
        let now = self.agenda.now();
        let slot = &mut self.calls[call];
        debug_assert!(!slot.is(flag::WORK_OVER), "work ends once");
        slot.end_away(now);
        slot.set(flag::WORK_OVER);
        // A call that was taken out while it was served must not be served later, when its answer is still on the way.
        slot.clear(flag::SERVING);
        let inside = now.since(slot.arrived_at);
        let abandoned = slot.is(flag::ATTEMPT_OVER) && slot.parent != NONE;
        let (wire, component, instance) = (slot.wire, slot.component, slot.instance);
        let away = Span::from_nanos(slot.away_ns);
        if !self.pools.are_unused() {
            self.give_back_held(call);
        }
        if wire == INSIDE {
            return self.end_inside(call, outcome);
        }
        let gauge = &mut self.gauges[usize::from(component)];
        gauge.left(now);
        if abandoned {
            gauge.totals.all.wasted += 1;
        }
        match outcome {
            Ok(()) => {
                gauge.totals.all.completions += 1;
                gauge.sojourn.record(inside);
                gauge.own.record(inside - away);
            }
            Err(_) => gauge.totals.all.failures += 1,
        }
        self.leave_instance(component, instance);
        self.send_back(call, outcome);
    }

    pub(super) fn ask_for_places(&mut self, host: u16) {
        self.commands.push_back(Command::FillPlaces { host });
    }

    #[inline(always)]
    pub(super) fn leave_instance(&mut self, component: u16, instance: u32) {
        if let Some(at) = self.fleets[usize::from(component)].instances.get_mut(instance as usize) {
            at.in_flight -= 1;
            if at.in_flight == 0 && at.life == Life::Draining {
                self.commands.push_back(Command::Stop { component, instance });
            }
        }
    }

    /// Sends the answer on its way back, if anybody still waits for it.
    #[inline(always)]
    fn send_back(&mut self, call: u32, outcome: Result<(), Reason>) {
        let slot = &mut self.calls[call];
        if let Err(reason) = outcome {
            slot.set(flag::FAILED);
            slot.tag = reason.code();
        }
        if slot.parent == NONE && slot.wire == NONE {
            return self.end_request(call, outcome);
        }
        if slot.is(flag::ATTEMPT_OVER) {
            return self.calls.release(call);
        }
        let wire = &self.wires[slot.wire as usize];
        if wire.cut {
            // The answer is lost; the caller finds out by its timeout.
            return;
        }
        slot.set(flag::REPLYING);
        match wire.back {
            _ if slot.repetition == IN_HAND => self.agenda.at_once(Event::Reply(call)),
            Travel::AtOnce => self.agenda.at_once(Event::Reply(call)),
            Travel::Lane(lane) => self.agenda.schedule_in(lane, Event::Reply(call)),
            Travel::Drawn => {
                // As long as the call took, unless that was by another law.
                let trip = if slot.sent_at >= wire.rtt_since {
                    slot.arrived_at.since(slot.sent_at)
                } else {
                    wire.round_trip(slot).half()
                };
                self.agenda.schedule(self.agenda.now() + trip, Event::Reply(call));
            }
        }
    }

    /// The answer reaches the caller.
    #[inline(always)]
    pub(crate) fn reply_arrives(&mut self, call: u32) -> Option<Answer> {
        let slot = &mut self.calls[call];
        slot.clear(flag::REPLYING);
        if slot.is(flag::ATTEMPT_OVER) {
            self.calls.release(call);
            return None;
        }
        let outcome = if slot.is(flag::FAILED) { Err(Reason::from_code(slot.tag)) } else { Ok(()) };
        Some(self.end_attempt(call, outcome))
    }

    /// The caller has its answer, or gives up.
    #[inline(always)]
    pub(super) fn end_attempt(&mut self, call: u32, outcome: Result<(), Reason>) -> Answer {
        if self.calls[call].is(flag::TIMED) {
            self.forget_timeout(call);
        }
        let now = self.agenda.now();
        let slot = &mut self.calls[call];
        slot.set(flag::ATTEMPT_OVER);
        let wire = slot.wire;
        let missed = slot.step & met::MISS != 0;
        let (parent, instance, repetition) = (slot.parent, slot.instance, slot.repetition);
        if wire != INSIDE {
            let gauge = &mut self.wire_gauges[wire as usize];
            match outcome {
                Ok(()) => {
                    gauge.totals.all.answered += 1;
                    gauge.latency.record(now.since(slot.sent_at));
                }
                Err(_) => gauge.totals.all.failed += 1,
            }
            let over = &mut self.wires[wire as usize];
            over.in_flight -= 1;
            if over.pool != NONE {
                self.end_connection(call);
            }
        }
        let answer = Answer { call: parent, wire, instance, repetition, missed, outcome };
        self.calls.release(call);
        answer
    }

    fn end_request(&mut self, call: u32, outcome: Result<(), Reason>) {
        let now = self.agenda.now();
        let root = self.calls.root_of(call);
        let took = now.since(root.intended);
        let late = now > root.deadline;
        let gauge = &mut self.class_gauges[usize::from(root.class)];
        match outcome {
            Ok(()) => {
                gauge.totals.all.finished += 1;
                gauge.totals.all.late += u64::from(late);
                gauge.latency.record(took);
            }
            Err(reason) => {
                gauge.totals.all.failed += 1;
                gauge.totals.all.reasons.0[usize::from(reason.code())] += 1;
                gauge.failure_latency.record(took);
            }
        }
        self.calls.release(call);
    }
}

impl Core {
    pub(crate) fn set_life(&mut self, component: u16, instance: u32, life: Life) {
        let now = self.agenda.now();
        self.fleets[usize::from(component)].set_life(instance, life, now);
        self.changes += 1;
    }

    pub(crate) fn timer(&mut self, component: u16, at: SimTime, tag: TimerTag) -> u32 {
        let timer = self.timers.insert(Timer { component, tag, wanted: true });
        self.agenda.schedule(at, Event::Timer(timer));
        timer
    }

    pub(crate) fn notice(&mut self, about: &str, what: String) {
        const KEPT_MAX: usize = 1000;
        if self.notices.len() < KEPT_MAX {
            let at_s = self.agenda.now().secs();
            self.notices.push(Notice { at_s, about: about.to_owned(), what });
        }
    }
}
