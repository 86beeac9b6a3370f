//! What a component may do: serve, call on, answer, set timers, count.

use super::agenda::Event;
use super::calls::{Call, Calls, Root, RootKind, UNDRAWN, UNSIZED, flag, met};
use super::chance::{Draw, Purpose, Stream, mix};
use super::core::{ClassInfo, Command, Core};
use super::sampler::Sampler;
use super::station::{AT_THE_DOOR, NOWHERE};
use crate::measure::Reason;
use crate::measure::gauge::{Rates, StationGauge};
use crate::measure::totals::TALLIES;
use crate::model::Law;
use crate::prices::PriceBook;
use crate::units::{SimTime, Span};

/// What a timer is for; its meaning is its component's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimerTag {
    pub(crate) what: u8,
    pub(crate) instance: u32,
    pub(crate) extra: u32,
}

impl TimerTag {
    /// Where all of a component's timers mean the same.
    pub(crate) const ONLY: TimerTag = TimerTag { what: 0, instance: 0, extra: 0 };
}

/// How far a call's own calls have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Some are still open.
    Waiting,
    /// All that are needed have been answered.
    Done,
    /// One that is needed has failed.
    Failed(Reason),
}

/// A call that a component made has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// The component's call for which it was made.
    pub(crate) call: u32,
    /// The link it went over; [`INSIDE`](super::calls::INSIDE) for a part of the component's own.
    pub(crate) wire: u32,
    /// The instance it went to.
    pub(crate) instance: u32,
    /// Which of several calls over the same link.
    pub(crate) repetition: u8,
    /// A cache did not have what was asked for.
    pub(crate) missed: bool,
    pub(crate) outcome: Result<(), Reason>,
}

/// Where in its component a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It waits at this station or is served there.
    At(usize),
    /// It is on its way between stations, or waits for calls of its own.
    Elsewhere,
}

/// Work of a certain law: the demand of a call is a pure function of its key.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    stream: Stream,
    sampler: Sampler,
    /// The lane of a law that always gives the same, but for nothing.
    lane: Option<u32>,
    /// Comes on top of what the law gives.
    more: Span,
}

impl Work {
    pub(crate) fn new(law: &Law, ctx: &mut Ctx<'_>) -> Self {
        Work::of_purpose(law, Purpose::Work, ctx)
    }
    /// Of a law that is drawn apart from the other works of the same component.
    pub(crate) fn of_purpose(law: &Law, purpose: Purpose, ctx: &mut Ctx<'_>) -> Self {
        let sampler = Sampler::new(law);
        let lane = match sampler {
            Sampler::Constant(span) if span > Span::ZERO => Some(ctx.core.agenda.lane(span)),
            _ => None,
        };
        Work { stream: ctx.stream(purpose), sampler, lane, more: Span::ZERO }
    }
    /// The same and so much more.
    pub(crate) fn and(self, more: Span) -> Self {
        // What may change often gets no lane of its own.
        let lane = self.lane.filter(|_| more == Span::ZERO);
        Work { lane, more, ..self }
    }
    pub(crate) fn takes_no_time(&self) -> bool {
        self.sampler == Sampler::Constant(Span::ZERO) && self.more == Span::ZERO
    }
    pub(crate) fn of(&self, call: u32, ctx: &mut Ctx<'_>) -> Span {
        self.sampler.span(self.stream.draw(ctx.calls()[call].path)) + self.more
    }
    /// What a call needs the `n`th time.
    pub(crate) fn nth(&self, call: u32, n: u64, ctx: &mut Ctx<'_>) -> Span {
        self.sampler.span(self.stream.draw(mix(ctx.calls()[call].path.wrapping_add(n)))) + self.more
    }
}

/// A component's hands: all it can do to the rest of the world.
#[derive(Debug)]
pub(crate) struct Ctx<'a> {
    pub(crate) core: &'a mut Core,
    /// The component's index.
    pub(crate) me: u16,
}

/// Looking.
impl Ctx<'_> {
    pub(crate) fn now(&self) -> SimTime {
        self.core.agenda.now()
    }
    pub(crate) fn calls(&mut self) -> &mut Calls {
        &mut self.core.calls
    }
    pub(crate) fn root(&self, call: u32) -> &Root {
        self.core.calls.root_of(call)
    }
    pub(crate) fn class(&self, call: u32) -> &ClassInfo {
        &self.core.classes[usize::from(self.core.calls.root_of(call).class)]
    }
    /// The key a call asks for, told apart over all catalogues.
    pub(crate) fn key(&mut self, call: u32) -> u64 {
        let root = self.core.calls.root_of_mut(call);
        if root.key == UNDRAWN {
            root.drawn_key(&self.core.classes[usize::from(root.class)]);
        }
        mix(root.catalogue ^ root.key)
    }
    /// Whether a call writes.
    pub(crate) fn writes(&self, call: u32) -> bool {
        self.core.calls.root_of(call).writes
    }
    /// Bytes of what a call asks for.
    pub(crate) fn reply_bytes(&mut self, call: u32) -> u64 {
        let root = self.core.calls.root_of_mut(call);
        if root.bytes == UNSIZED {
            root.settled_bytes(&self.core.classes[usize::from(root.class)]);
        }
        root.bytes
    }
    /// Whether a call reads a key that does not exist.
    pub(crate) fn is_absent(&mut self, call: u32) -> bool {
        let root = self.core.calls.root_of_mut(call);
        let class = &self.core.classes[usize::from(root.class)];
        class.absent > 0.0 && root.is_absent(class)
    }
    /// Whether a message is one that nobody can process.
    pub(crate) fn is_poison(&mut self, call: u32) -> bool {
        let root = self.core.calls.root_of_mut(call);
        let class = &self.core.classes[usize::from(root.class)];
        class.poison > 0.0 && root.is_poison(class)
    }
    pub(crate) fn place(&self, call: u32) -> Place {
        let call = &self.core.calls[call];
        if call.tag == NOWHERE || call.is(flag::AWAY) {
            Place::Elsewhere
        } else {
            Place::At(usize::from(call.tag & !AT_THE_DOOR))
        }
    }
    /// Whether the work on a call has ended already.
    pub(crate) fn is_over(&self, call: u32) -> bool {
        self.core.calls[call].is(flag::WORK_OVER)
    }
    /// Whether this component is no part of the model any more: what is still under way ends, and nothing begins.
    pub(crate) fn is_gone(&self) -> bool {
        self.core.gone[usize::from(self.me)]
    }
    pub(crate) fn prices(&self) -> PriceBook {
        self.core.prices
    }
    pub(crate) fn stream(&self, purpose: Purpose) -> Stream {
        Stream::new(self.core.seed, &self.core.ids[usize::from(self.me)], purpose)
    }
    pub(crate) fn draw(&self, stream: Stream, call: u32) -> Draw {
        stream.draw(self.core.calls[call].path)
    }
    /// The links that lead away from here.
    pub(crate) fn wires_out(&self) -> &[u32] {
        &self.core.routes[usize::from(self.me)].all
    }
}

/// Counting.
impl Ctx<'_> {
    /// A station's gauge.
    #[inline]
    pub(crate) fn station(&mut self, tag: u8) -> &mut StationGauge {
        &mut self.core.gauges[usize::from(self.me)].stations[usize::from(tag)]
    }
    /// Adds to one of the component's own counters.
    pub(crate) fn tally(&mut self, which: usize, n: u64) {
        debug_assert!(which < TALLIES, "a component has {TALLIES} counters");
        self.core.gauges[usize::from(self.me)].totals.all.tallies.0[which] += n;
    }
    pub(crate) fn bill_bytes(&mut self, bytes: u64) {
        self.core.gauges[usize::from(self.me)].totals.all.bytes_billed += bytes;
    }
    pub(crate) fn bill_request(&mut self) {
        self.core.gauges[usize::from(self.me)].totals.all.requests_billed += 1;
    }
    /// Bills something that has a price of its own, in 1e-12 US dollars.
    pub(crate) fn bill(&mut self, pico_usd: u128) {
        self.core.gauges[usize::from(self.me)].totals.all.cost_pico_usd += pico_usd;
    }
    /// When the message came that has waited longest here.
    pub(crate) fn set_oldest(&mut self, oldest: Option<SimTime>) {
        self.core.gauges[usize::from(self.me)].oldest = oldest;
    }
    /// So many calls are held here until somebody they can go to is ready.
    pub(crate) fn set_held(&mut self, held: usize) {
        self.core.gauges[usize::from(self.me)].held = held as u32;
    }
    pub(crate) fn set_rates(&mut self, rates: Rates) {
        let now = self.now();
        self.core.gauges[usize::from(self.me)].set_rates(now, rates);
    }
}

/// Time.
impl Ctx<'_> {
    /// A timer that goes off at `at`; the component's `on_timer` gets `tag`.
    pub(crate) fn timer(&mut self, at: SimTime, tag: TimerTag) -> u32 {
        self.core.timer(self.me, at, tag)
    }
    /// A timer that is not wanted any more. Its number must not be used again.
    pub(crate) fn cancel_timer(&mut self, timer: u32) {
        self.core.timers[timer].wanted = false;
    }
    /// Serves `call` for as long as `work` says; the component's `on_served` follows.
    pub(crate) fn serve(&mut self, call: u32, work: &Work) {
        let core = &mut *self.core;
        let now = core.agenda.now();
        let slot = &mut core.calls[call];
        slot.set(flag::SERVING);
        match (work.lane, &work.sampler) {
            (Some(lane), Sampler::Constant(demand)) => {
                slot.since = now + *demand;
                core.agenda.schedule_in(lane, Event::Served(call));
            }
            (_, law) => {
                slot.since = now + law.span(work.stream.draw(slot.path)) + work.more;
                core.agenda.schedule(slot.since, Event::Served(call));
            }
        }
    }
    /// Serves `call` for so long; the component's `on_served` follows.
    pub(crate) fn serve_for(&mut self, call: u32, demand: Span) {
        let slot = &mut self.core.calls[call];
        slot.set(flag::SERVING);
        // The planned end: an end of service that comes at another instant is one that was called off.
        slot.since = self.core.agenda.now() + demand;
        self.core.agenda.schedule(slot.since, Event::Served(call));
    }
}

/// Calling on and answering.
impl Ctx<'_> {
    /// Makes the calls that the component's links ask for, step by step.
    pub(crate) fn descend(&mut self, call: u32) -> Flow {
        self.core.descend(call)
    }
    /// Takes an answer in and goes on with the next call or step when it is time.
    pub(crate) fn proceed(&mut self, answer: &Answer) -> Flow {
        self.core.proceed(answer)
    }
    /// Makes one call over `wire`, to `instance` or to the next in turn.
    pub(crate) fn send(&mut self, call: u32, wire: u32, instance: Option<u32>) -> u32 {
        self.core.send(call, wire, instance, 0)
    }
    /// Gives `instance` a message that it has fetched over `wire` together with an earlier one: it is there already, and so is the answer when it is done.
    pub(crate) fn hand(&mut self, call: u32, wire: u32, instance: u32) -> u32 {
        self.core.hand(call, wire, instance)
    }
    /// Whether a call that was sent from here, and is not answered, never will be: it, or its answer, went over a link that was cut.
    pub(crate) fn is_lost(&self, call: u32) -> bool {
        let call = &self.core.calls[call];
        call.is(flag::WORK_OVER) && !call.is(flag::REPLYING)
    }
    /// Waits no longer for the answer to a call that was sent from here; `on_reply` does not follow. The call for which it was made, if that has ended
    /// already, may be gone afterwards.
    pub(crate) fn abandon(&mut self, call: u32) {
        let answer = self.core.end_attempt(call, Err(Reason::TimedOut));
        self.core.calls[answer.call].open -= 1;
        self.core.calls.release(answer.call);
    }
    /// Ends the work on `call` with the answer that what it asks for is not here.
    pub(crate) fn reply_missed(&mut self, call: u32) {
        self.core.calls[call].step |= met::MISS;
        self.core.end_work(call, Ok(()));
    }
    /// Ends the work on `call` well.
    pub(crate) fn reply(&mut self, call: u32) {
        self.core.end_work(call, Ok(()));
    }
    /// Ends the work on `call` as a failure.
    pub(crate) fn fail(&mut self, call: u32, reason: Reason) {
        self.core.end_work(call, Err(reason));
    }
    /// There should be this many instances of this component; new ones are ready after `start_up`.
    pub(crate) fn set_desired(&mut self, instances: u32, start_up: Span) {
        let component = self.me;
        self.core.commands.push_back(Command::SetDesired { component, instances, start_up });
    }
    /// There should be this many instances of another component, to which a control link leads; what its own settings say is overruled until they
    /// are changed.
    pub(crate) fn scale(&mut self, component: u16, instances: u32) {
        self.core.commands.push_back(Command::Scale { component, instances });
    }
    /// Each instance of another component, to which a control link leads, should have so many cores, until its settings are changed.
    pub(crate) fn resize(&mut self, component: u16, cores: u32) {
        self.core.commands.push_back(Command::Resize { component, cores });
    }
    /// Each of the component's instances is a node with places for so many instances of others.
    pub(crate) fn set_places(&mut self, places: u32) {
        let me = self.me;
        self.core.fleets[usize::from(me)].places = places;
        self.core.ask_for_places(me);
    }
    /// One of the component's nodes is not needed any more.
    pub(crate) fn leave_node(&mut self, node: u32) {
        let host = self.me;
        self.core.commands.push_back(Command::LeaveNode { host, node });
    }
    /// A client starts a request: draws its class and key, and gives the call that stands for it at the client.
    pub(crate) fn start_request(&mut self, request: NewRequest) -> u32 {
        self.core.start_request(self.me, request)
    }
}

/// A request about to start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewRequest {
    /// Keys its draws.
    pub(crate) id: u64,
    /// Its class, an index.
    pub(crate) class: u16,
    /// Decides its key.
    pub(crate) key_draw: Draw,
    /// The user who sends it; [`NONE`] in an open load.
    pub(crate) user: u32,
}

impl Core {
    fn start_request(&mut self, client: u16, request: NewRequest) -> u32 {
        let now = self.agenda.now();
        let class = &mut self.class_gauges[usize::from(request.class)];
        class.totals.all.offered += 1;
        let info = &self.classes[usize::from(request.class)];
        let root = self.calls.insert_root(Root {
            intended: now,
            deadline: info.deadline.map_or(SimTime::MAX, |deadline| now + deadline),
            key_draw: request.key_draw,
            key: UNDRAWN,
            bytes: info.same_bytes,
            catalogue: info.catalogue,
            user: request.user,
            calls: 0,
            class: request.class,
            priority: info.priority,
            writes: info.writes,
            kind: RootKind::Client,
        });
        self.gauges[usize::from(client)].came(now);
        let (ix, call) = self.calls.insert(root, now);
        *call =
            Call { path: request.id, component: client, flags: flag::ATTEMPT_OVER, ..Call::new(root, now) };
        ix
    }
}
