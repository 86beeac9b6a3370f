//! The engine under the components: calls on their way, their timeouts, joins and ends.

use super::agenda::{Agenda, Event};
use super::calls::{Calls, NONE, Slab, flag};
use super::chance::{Purpose, Stream, mix};
use super::context::{Answer, TimerTag};
use super::fleet::{Fleet, Life};
use super::keys::Zipf;
use super::sampler::{Sampler, lognormal_size};
pub(crate) use super::timeouts::TimeoutQueue;
use crate::measure::gauge::{ClassGauge, ComponentGauge, WireGauge};
use crate::measure::{Notice, Reason};
use crate::model::Class;
use crate::prices::PriceBook;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// A link as the engine sees it.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    pub(crate) id: String,
    pub(crate) from: u16,
    pub(crate) to: u16,
    /// One bit per class that uses it.
    pub(crate) classes: u64,
    pub(crate) rtt: Sampler,
    pub(crate) rtt_stream: Stream,
    pub(crate) count_stream: Stream,
    /// Lanes of half the round trip, where it is constant: out and back.
    pub(crate) lanes: Option<(u32, u32)>,
    /// The queue of attempts with this link's timeout.
    pub(crate) timeout: Option<u32>,
    pub(crate) calls: f64,
    pub(crate) parallel: bool,
    pub(crate) optional: bool,
    pub(crate) cut: bool,
    /// Which of its caller's links it is; tells the calls of one request apart.
    pub(crate) branch: u64,
    /// Where callers without a balancer stand in the round of instances.
    pub(crate) turn: u32,
    pub(crate) in_flight: u64,
}

/// Where a component's calls go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Route {
    /// Every link that leads away.
    pub(crate) all: Vec<u32>,
    /// The same by step.
    pub(crate) steps: Vec<Vec<u32>>,
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
    pub(crate) zipf: Zipf,
    reply_mean: f64,
    reply_cv: f64,
    sizes: Stream,
}

impl ClassInfo {
    pub(crate) fn new(seed: u64, class: &Class) -> Self {
        ClassInfo {
            id: class.id.clone(),
            weight: class.weight,
            writes: class.operation == crate::model::Operation::Write,
            request_bytes: class.request.get(),
            deadline: class.deadline,
            priority: u8::try_from(class.priority).unwrap_or(u8::MAX),
            catalogue: super::chance::hash_name(&class.catalogue),
            zipf: Zipf::new(class.keys, class.skew),
            reply_mean: class.reply.get() as f64,
            reply_cv: class.reply_cv,
            sizes: Stream::new(seed, &class.catalogue, Purpose::Size),
        }
    }
    /// Bytes of the object that the key of this rank stands for.
    pub(crate) fn reply_bytes(&self, key: u64) -> u64 {
        lognormal_size(self.reply_mean, self.reply_cv, self.sizes.draw(mix(key))) as u64
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
    pub(crate) timeouts: Vec<TimeoutQueue>,
    /// By component index; a removed component keeps its index.
    pub(crate) ids: Vec<String>,
    pub(crate) gone: Vec<bool>,
    pub(crate) fleets: Vec<Fleet>,
    pub(crate) gauges: Vec<ComponentGauge>,
    pub(crate) routes: Vec<Route>,
    pub(crate) wires: Vec<Wire>,
    pub(crate) wire_gauges: Vec<WireGauge>,
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

/// An answer on its way to the component that made the call.
pub(crate) type Delivery = (u16, Answer);

/// The one way in which components act on fleets, their own or those that a control link leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    /// There should be this many instances; new ones are ready after `start_up`.
    SetDesired { component: u16, instances: u32, start_up: Span },
    /// A draining instance is idle.
    Stop { component: u16, instance: u32 },
}

/// Sending and travelling.
impl Core {
    /// Sends a call for `parent` over `wire`, to `instance` or to the next in turn.
    pub(crate) fn send(&mut self, parent: u32, wire_ix: u32, instance: Option<u32>, repetition: u8) {
        let now = self.agenda.now();
        let wire = &mut self.wires[wire_ix as usize];
        let to = usize::from(wire.to);
        let instance = instance.or_else(|| {
            let ready = &self.fleets[to].ready;
            wire.turn = wire.turn.wrapping_add(1);
            (!ready.is_empty()).then(|| ready[wire.turn as usize % ready.len()])
        });
        wire.in_flight += 1;
        let above = &mut self.calls[parent];
        above.open += 1;
        let salt = (wire.branch << 8) | u64::from(repetition);
        // The first call of the first link keeps its caller's key, so a component put in between moves no draw.
        let path = if salt == 0 { above.path } else { mix(above.path.wrapping_add(salt)) };
        let mut call = Core::blank_call(above.root, now);
        call.path = path;
        call.parent = parent;
        call.wire = wire_ix;
        call.component = wire.to;
        call.repetition = repetition;
        call.instance = instance.unwrap_or(0);
        let (reaches, lanes, timeout) = (!wire.cut, wire.lanes, wire.timeout);
        let rtt = if lanes.is_none() { wire.rtt.span(wire.rtt_stream.draw(path)) } else { Span::ZERO };
        call.back_ns = rtt.nanos() - rtt.half().nanos();
        self.wire_gauges[wire_ix as usize].totals.all.sent += 1;
        let refused = reaches && (instance.is_none() || self.gone[to]);
        if !reaches || refused {
            call.set(flag::WORK_OVER);
        }
        let call = self.calls.insert(call);
        if refused {
            let reason = if self.gone[to] { Reason::Removed } else { Reason::NoInstance };
            self.refuse(call, rtt, reason);
        } else if reaches {
            self.calls[call].set(flag::ARRIVING);
            match lanes {
                Some((out, _)) => self.agenda.schedule_in(out, Event::Arrive(call)),
                None => self.agenda.schedule(now + rtt.half(), Event::Arrive(call)),
            }
        }
        if let Some(queue) = timeout {
            self.await_timeout(queue, call);
        }
    }

    /// Nobody is there to take the call: the refusal is back after a round trip.
    fn refuse(&mut self, call: u32, rtt: Span, reason: Reason) {
        let wire = &self.wires[self.calls[call].wire as usize];
        let rtt = if let Sampler::Constant(rtt) = wire.rtt { rtt } else { rtt };
        let slot = &mut self.calls[call];
        slot.set(flag::REPLYING | flag::FAILED);
        slot.tag = reason.code();
        let at = self.agenda.now() + rtt;
        self.agenda.schedule(at, Event::Reply(call));
    }

    /// The call reaches its callee: counts it in. `false` when nobody is there any more.
    pub(crate) fn arrive(&mut self, call: u32) -> bool {
        self.events += 1;
        let slot = &mut self.calls[call];
        slot.clear(flag::ARRIVING);
        let (component, instance) = (usize::from(slot.component), slot.instance as usize);
        let life = self.fleets[component].instances.get(instance).map_or(Life::Stopped, |i| i.life);
        let refused = match life {
            _ if self.gone[component] => Some(Reason::Removed),
            // A draining instance takes what was sent before it was told to drain.
            Life::Ready | Life::Draining => None,
            Life::Starting | Life::Stopped => Some(Reason::NoInstance),
            Life::Down => Some(Reason::Reset),
        };
        if let Some(reason) = refused {
            slot.set(flag::WORK_OVER);
            self.send_back(call, Err(reason));
            return false;
        }
        self.begin_work(call);
        true
    }

    pub(crate) fn begin_work(&mut self, call: u32) {
        let now = self.agenda.now();
        let slot = &mut self.calls[call];
        slot.arrived_at = now;
        let gauge = &mut self.gauges[usize::from(slot.component)];
        gauge.settle(now);
        gauge.in_flight += 1;
        gauge.totals.all.arrivals += 1;
        if let Some(instance) =
            self.fleets[usize::from(slot.component)].instances.get_mut(slot.instance as usize)
        {
            instance.in_flight += 1;
        }
    }

    /// The callee is done with the call.
    pub(crate) fn end_work(&mut self, call: u32, outcome: Result<(), Reason>) {
        let now = self.agenda.now();
        let slot = &mut self.calls[call];
        debug_assert!(!slot.is(flag::WORK_OVER), "work ends once");
        if slot.is(flag::AWAY) {
            slot.clear(flag::AWAY);
            slot.away_ns = slot.away_ns.wrapping_add(now.nanos());
        }
        slot.set(flag::WORK_OVER);
        // A call that was taken out while it was served must not be served later, when its answer is still on the way.
        slot.clear(flag::SERVING);
        let inside = now.since(slot.arrived_at);
        let own = inside - Span::from_nanos(slot.away_ns);
        let abandoned = slot.is(flag::ATTEMPT_OVER) && slot.parent != NONE;
        let component = usize::from(slot.component);
        let instance = slot.instance as usize;
        let gauge = &mut self.gauges[component];
        gauge.settle(now);
        gauge.in_flight -= 1;
        let totals = &mut gauge.totals.all;
        totals.sojourn_ns += u128::from(inside.nanos());
        totals.wasted += u64::from(abandoned);
        match outcome {
            Ok(()) => {
                totals.completions += 1;
                gauge.sojourn.record(inside);
                gauge.own.record(own);
            }
            Err(_) => totals.failures += 1,
        }
        if let Some(at) = self.fleets[component].instances.get_mut(instance) {
            at.in_flight -= 1;
            if at.in_flight == 0 && at.life == Life::Draining {
                self.commands
                    .push_back(Command::Stop { component: component as u16, instance: instance as u32 });
            }
        }
        self.send_back(call, outcome);
    }

    /// Sends the answer on its way back, if anybody still waits for it.
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
        let back = Span::from_nanos(slot.back_ns);
        match wire.lanes {
            Some((_, lane)) => self.agenda.schedule_in(lane, Event::Reply(call)),
            None => {
                let at = self.agenda.now() + back;
                self.agenda.schedule(at, Event::Reply(call));
            }
        }
    }

    /// The answer reaches the caller.
    pub(crate) fn reply_arrives(&mut self, call: u32) -> Option<Delivery> {
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
    pub(super) fn end_attempt(&mut self, call: u32, outcome: Result<(), Reason>) -> Delivery {
        let now = self.agenda.now();
        self.forget_timeout(call);
        let slot = &mut self.calls[call];
        slot.set(flag::ATTEMPT_OVER);
        let (parent, wire) = (slot.parent, slot.wire);
        let gauge = &mut self.wire_gauges[wire as usize];
        let took = now.since(slot.sent_at);
        match outcome {
            Ok(()) => {
                gauge.totals.all.answered += 1;
                gauge.totals.all.latency_ns += u128::from(took.nanos());
                gauge.latency.record(took);
            }
            Err(_) => gauge.totals.all.failed += 1,
        }
        self.wires[wire as usize].in_flight -= 1;
        let answer =
            Answer { call: parent, wire, instance: slot.instance, repetition: slot.repetition, outcome };
        self.calls.release(call);
        self.calls[parent].open -= 1;
        (self.calls[parent].component, answer)
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
