//! Queue: keeps messages until somebody has worked on them.
//!
//! A sender is answered when its message is accepted. A consumer holds as many messages as its link allows; one that it does not acknowledge within the visibility
//! timeout is given out again, even while it is worked on.

mod consumers;
mod delivery;
mod settings;
mod waiting;

use self::consumers::Consumers;
pub use self::settings::{Config, Order, Retry, WhenFull};
use self::waiting::{Message, Waiting};
use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::alarm::Alarm;
use crate::engine::backlog::QueuePlan;
use crate::engine::calls::NONE;
use crate::engine::chance::Purpose;
use crate::engine::context::{Answer, Ctx, Place, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::engine::station::Station;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, When};
use crate::policy::capacity::{Bucket, MICRO};
use crate::units::{SimTime, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A queue while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    config: Config,
    accept: Work,
    spill_read: Work,
    limit: Option<Bucket>,
    /// The broker runs; what it keeps outlives it.
    is_up: bool,
    /// Those who wait until there is room for their message.
    senders: Station,
    waiting: Waiting,
    consumers: Consumers,
    /// The places of the consumers that the gauge knows of.
    slots_counted: u32,
    /// Messages that are neither waiting nor done, by number.
    out: BTreeMap<u64, Given>,
    /// Messages that somebody holds, by the call that gives them.
    deliveries: BTreeMap<u32, Delivery>,
    /// When something is due, and what.
    due: BTreeSet<(SimTime, Due)>,
    /// The timer for what is due first.
    alarm: Alarm,
    numbers: u64,
    /// The link that dead letters go over.
    dead: Option<u32>,
    /// Of a request, in 1e-12 US dollars.
    pico_usd: u64,
    /// The end of the last window.
    seen_at: SimTime,
}

/// A message that is neither waiting nor done.
#[derive(Debug, Clone)]
struct Given {
    message: Message,
    /// The call that gave it last; [`NONE`] while it is held back before its first time.
    by: u32,
}

/// A message in somebody's hands.
#[derive(Debug, Clone)]
struct Delivery {
    message: Message,
    /// Who has it; [`NONE`] where it goes as a dead letter.
    consumer: u32,
    wire: u32,
    instance: u32,
    /// The call to whoever has it, once it is on its way.
    call: u32,
    /// When that is next looked at.
    look_at: SimTime,
    /// It has been given out again, or can be, since nobody spoke up in time.
    is_late: bool,
}

/// What can be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A message that was held back may be received.
    Delay(u64),
    /// The visibility timeout of a message, by its number and the call that gave it.
    Visibility(u64, u32),
}

const SENDERS: usize = 0;
const CONSUMERS: u8 = 1;

/// The component's own counters.
const DONE: usize = 0;
const DONE_NS: usize = 1;
const REDELIVERED: usize = 2;
const DUPLICATES: usize = 3;
const DEAD: usize = 4;
const LOST: usize = 5;

/// Tells what a message asks of its consumer from what its sender asked for.
const MESSAGE: u8 = 1;
/// Bytes that are billed as one request.
const BILLED_BYTES: u64 = 64 << 10;

/// Counts a message that was accepted at `published` and is done now.
fn count_done(published: SimTime, ctx: &mut Ctx<'_>) {
    let took = ctx.now().since(published);
    ctx.tally(DONE, 1);
    ctx.tally(DONE_NS, took.nanos());
}

/// What becomes of messages.
impl Queue {
    /// Tells the gauge how many messages consumers may hold.
    fn count_slots(&mut self, ctx: &mut Ctx<'_>) {
        let (has, now) = (self.consumers.slots(), ctx.now());
        let had = std::mem::replace(&mut self.slots_counted, has);
        if had != has {
            ctx.station(CONSUMERS).set_servers(had, has, now);
        }
    }

    fn has_room(&self) -> bool {
        self.config.capacity.is_none_or(|capacity| self.waiting.len() < capacity as usize)
    }

    /// The broker has a message: it is taken, or something else happens to it.
    fn receive(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.has_room() {
            return self.take(call, ctx);
        }
        match self.config.when_full {
            WhenFull::DropNewest => ctx.fail(call, Reason::QueueFull),
            WhenFull::DropOldest => {
                if let Some(oldest) = self.waiting.pop_oldest() {
                    self.drop_waiting(oldest, ctx);
                }
                self.take(call, ctx);
            }
            WhenFull::Block => {
                self.senders.enter(call, ctx);
            }
            WhenFull::Spill => self.take(call, ctx),
        }
    }

    /// A message is accepted.
    fn take(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let requests = ctx.class(call).request_bytes.div_ceil(BILLED_BYTES).max(1);
        ctx.bill(u128::from(self.pico_usd * requests));
        let message = Message {
            job: ctx.job_of(call, MESSAGE),
            number: self.numbers,
            published: now,
            intended: ctx.root(call).intended,
            since: now,
            receives: 0,
            spilled: !self.has_room(),
        };
        self.numbers += 1;
        ctx.reply(call);
        if self.config.delay > Span::ZERO {
            self.due.insert((now + self.config.delay, Due::Delay(message.number)));
            self.out.insert(message.number, Given { message, by: NONE });
        } else {
            self.line_up(message, ctx);
        }
    }

    /// A message waits to be received.
    fn line_up(&mut self, mut message: Message, ctx: &mut Ctx<'_>) {
        message.since = ctx.now();
        self.waiting.push(message, message.receives > 0);
        ctx.station(CONSUMERS).came_and_waits(message.since);
    }

    fn forget_all(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        while self.waiting.pop_oldest().is_some() {
            ctx.station(CONSUMERS).gave_up(now);
            ctx.tally(LOST, 1);
        }
    }
}

/// Time.
impl Queue {
    /// Does what is due, and sets the timer for what is due next.
    fn look_at_the_clock(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        while let Some((at, due)) = self.due.first().copied()
            && at <= now
        {
            self.due.pop_first();
            match due {
                Due::Delay(number) => {
                    if let Some(given) = self.out.remove(&number) {
                        self.line_up(given.message, ctx);
                    }
                }
                Due::Visibility(number, by) => self.visibility_is_over(number, by, ctx),
            }
        }
        while let Some(end) = self.end_of_oldest()
            && end <= now
            && self.waiting.pop_oldest().is_some()
        {
            ctx.station(CONSUMERS).gave_up(now);
            ctx.tally(LOST, 1);
        }
        self.give_out(ctx);
        self.set_alarm(ctx);
    }

    fn end_of_oldest(&self) -> Option<SimTime> {
        Some(self.waiting.oldest()? + self.config.retention?)
    }

    fn set_alarm(&mut self, ctx: &mut Ctx<'_>) {
        ctx.set_oldest(self.waiting.oldest());
        let due = self.due.first().map(|(at, _)| *at);
        let Some(next) = due.into_iter().chain(self.end_of_oldest()).min() else { return };
        self.alarm.set(next, TimerTag::ONLY, ctx);
    }
}

impl Component for Queue {
    type Config = Config;

    const INFO: Info = Info {
        word: "queue",
        label: "Queue",
        summary: "Keeps messages until somebody has worked on them.",
        category: Category::Messaging,
        ports: Ports { calls_in: true, out: Out::Messages, scales: false },
    };

    const STATIONS: &[&str] = &["senders", "consumers"];

    const FIGURES: &[Figure] = &[
        Figure { key: "waiting", label: "waiting", unit: FigureUnit::Count },
        Figure { key: "oldest_age_s", label: "oldest", unit: FigureUnit::Seconds },
        Figure { key: "unacknowledged", label: "unacknowledged", unit: FigureUnit::Count },
        Figure { key: "done_mean_s", label: "time to done", unit: FigureUnit::Seconds },
        Figure { key: "redelivered_per_s", label: "redelivered/s", unit: FigureUnit::PerSecond },
        Figure { key: "duplicates_per_s", label: "duplicates/s", unit: FigureUnit::PerSecond },
        Figure { key: "dead_letters_per_s", label: "dead letters/s", unit: FigureUnit::PerSecond },
        Figure { key: "lost_per_s", label: "lost/s", unit: FigureUnit::PerSecond },
    ];

    const FIELDS: &[Field<Config>] = Config::FIELDS;

    fn describe(config: &Config) -> String {
        config.describe()
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        config.check(at, check);
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = Queue {
            config: config.clone(),
            accept: Work::new(&config.accept, ctx),
            spill_read: Work::of_purpose(&config.spill_read, Purpose::Disk, ctx),
            limit: None,
            is_up: false,
            senders: Station::new(SENDERS, 0, Some(0), &QueuePlan::PLAIN, ctx),
            waiting: Waiting::new(config.order),
            consumers: Consumers::default(),
            slots_counted: 0,
            out: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            due: BTreeSet::new(),
            alarm: Alarm::default(),
            numbers: 0,
            dead: None,
            pico_usd: 0,
            seen_at: ctx.now(),
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        self.accept = Work::new(&config.accept, ctx);
        self.spill_read = Work::of_purpose(&config.spill_read, Purpose::Disk, ctx);
        self.limit = config.rate_limit.map(|limit| {
            let rate = (limit.get() * MICRO as f64 + 0.5) as u64;
            let mut bucket = self.limit.take().unwrap_or_else(|| Bucket::full(rate, 1, now.nanos()));
            bucket.set_rate(rate, 1, now.nanos());
            bucket
        });
        self.waiting.set_order(
            config.order,
            self.out.values().filter(|given| given.by != NONE).map(|given| &given.message),
        );
        self.config = config.clone();
        let usd = config.usd_per_million.unwrap_or(ctx.prices().messages(config.order == Order::Groups).usd);
        // A dollar per million is 1e6 · 1e-12 for one.
        self.pico_usd = (usd * 1e6 + 0.5) as u64;
        ctx.set_rates(Rates::default());
        ctx.set_desired(1, Span::ZERO);
        self.look_at_the_clock(ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let now = ctx.now().nanos();
        if self.limit.as_mut().is_some_and(|limit| !limit.admit(MICRO, now)) {
            return ctx.fail(call, Reason::Throttled);
        }
        ctx.serve(call, &self.accept);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if self.deliveries.contains_key(&call) {
            return self.send(call, ctx);
        }
        self.receive(call, ctx);
        self.give_out(ctx);
        self.set_alarm(ctx);
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        self.end(answer.call, answer.outcome, ctx);
        self.give_out(ctx);
        self.set_alarm(ctx);
    }

    fn on_timer(&mut self, _: TimerTag, ctx: &mut Ctx<'_>) {
        self.alarm.rang(ctx.now());
        self.look_at_the_clock(ctx);
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        if ctx.place(call) == Place::At(SENDERS) {
            self.senders.withdraw(call, ctx);
        } else if self.deliveries.get(&call).is_some_and(|delivery| delivery.call == NONE) {
            // It was being read from the disk; nobody will answer.
            self.settle(call, false, ctx);
        }
    }

    fn on_instance(&mut self, _: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        self.is_up = news == InstanceNews::Ready;
        self.look_at_the_clock(ctx);
    }

    fn on_callees(&mut self, news: Callees, ctx: &mut Ctx<'_>) {
        match news {
            Callees::Links => {
                let dead = |wire: &&u32| ctx.core.wires[**wire as usize].when == When::Failed;
                self.dead = ctx.wires_out().iter().find(dead).copied();
                self.consumers.look_around(ctx);
            }
            Callees::Came { wire, instance } => {
                let over = &ctx.core.wires[wire as usize];
                if over.when == When::Always {
                    self.consumers.came(wire, instance, over.prefetch);
                }
            }
            Callees::Went { wire, instance } => self.consumers.went(wire, instance),
        }
        self.count_slots(ctx);
        self.give_out(ctx);
        self.set_alarm(ctx);
    }

    fn on_flush(&mut self, ctx: &mut Ctx<'_>) {
        self.forget_all(ctx);
        self.give_out(ctx);
        self.set_alarm(ctx);
    }

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, now: SimTime) -> bool {
        self.seen_at = now;
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        let given = self.out.len() * (size_of::<Given>() + 16)
            + self.deliveries.len() * (size_of::<Delivery>() + 8)
            + self.due.len() * size_of::<(SimTime, Due)>();
        given
            + self.senders.held_bytes()
            + self.consumers.held_bytes()
            + self.waiting.held_bytes(other.map(|other| &other.waiting))
    }

    fn adds_up(&self, all: &ComponentTotals) -> Result<(), String> {
        let [done, dead, lost] = [DONE, DEAD, LOST].map(|which| all.tallies.0[which]);
        let on_their_way = self.deliveries.values().filter(|delivery| delivery.consumer == NONE).count();
        let here = (self.waiting.len() + self.out.len() + on_their_way) as u64;
        if self.numbers != done + dead + lost + here {
            return Err(format!(
                "{} messages were accepted, {done} are done, {dead} dead, {lost} lost and {here} here",
                self.numbers
            ));
        }
        self.consumers.add_up()
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let n = |which: usize| seen.tallies.0[which] as f64;
        let oldest = self.waiting.oldest().map_or(0.0, |published| self.seen_at.since(published).secs());
        figures([
            self.waiting.len() as f64,
            oldest,
            self.out.len() as f64,
            n(DONE_NS) / n(DONE) / 1e9,
            n(REDELIVERED) / secs,
            n(DUPLICATES) / secs,
            n(DEAD) / secs,
            n(LOST) / secs,
        ])
    }
}
