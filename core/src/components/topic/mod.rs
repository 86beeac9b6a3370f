//! Topic: gives a copy of each message to everyone who has subscribed.
//!
//! A publisher is answered when its message is accepted. Every link is a subscription: each copy is delivered by itself, and again as the retry policy says when
//! that fails, so that nobody waits for another.

mod settings;

pub use self::settings::Config;
use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::alarm::Alarm;
use crate::engine::calls::NONE;
use crate::engine::context::{Answer, Ctx, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::engine::inside::Job;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, When};
use crate::units::{SimTime, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A topic while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    config: Config,
    accept: Work,
    /// The broker runs; the copies it keeps outlive it.
    is_up: bool,
    /// Copies that are not delivered yet, by number: the first is the oldest.
    copies: BTreeMap<u64, Copied>,
    numbers: u64,
    /// The copy that each call of its own delivers.
    calls: BTreeMap<u32, u64>,
    /// When something is due to a copy: its next try, or the end of one.
    due: BTreeSet<(SimTime, u64)>,
    /// The timer for what is due first.
    alarm: Alarm,
    /// The links of the subscriptions, and the one that dead letters go over.
    subscriptions: Vec<u32>,
    dead: Option<u32>,
    /// Of a publish and of a copy pushed, in 1e-12 US dollars.
    pico_usd: [u64; 2],
    /// The end of the last window.
    seen_at: SimTime,
}

/// A message on its way to one subscriber.
#[derive(Debug, Clone)]
struct Copied {
    job: Job,
    published: SimTime,
    intended: SimTime,
    wire: u32,
    /// Tries that have begun.
    tries: u32,
    /// It is on its way to where dead letters go.
    is_dead: bool,
    /// The call of its own that delivers it, and the one that leads to the subscriber; [`NONE`] while it waits for its next try.
    by: u32,
    call: u32,
    due: SimTime,
}

const COPIES: u8 = 0;

/// The component's own counters.
const DELIVERED: usize = 0;
const DELIVERED_NS: usize = 1;
const RETRIED: usize = 2;
const FILTERED: usize = 3;
const DEAD: usize = 4;
const LOST: usize = 5;

/// Tells what a copy asks of a subscriber from what its publisher asked for.
const COPY: u8 = 2;
/// Bytes that are billed as one request.
const BILLED_BYTES: u64 = 64 << 10;

impl Topic {
    /// A message is accepted: everyone who wants its class gets a copy.
    fn publish(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let requests = ctx.class(call).request_bytes.div_ceil(BILLED_BYTES).max(1);
        ctx.bill(u128::from(self.pico_usd[0] * requests));
        let (job, intended) = (ctx.job_of(call, COPY), ctx.root(call).intended);
        ctx.reply(call);
        for at in 0..self.subscriptions.len() {
            let wire = self.subscriptions[at];
            if ctx.core.wires[wire as usize].classes & (1 << job.class) == 0 {
                ctx.tally(FILTERED, 1);
                continue;
            }
            let copy = Copied {
                job,
                published: now,
                intended,
                wire,
                tries: 0,
                is_dead: false,
                by: NONE,
                call: NONE,
                due: now,
            };
            ctx.station(COPIES).came_and_started(now);
            self.begin(self.numbers, copy, ctx);
            self.numbers += 1;
        }
    }

    /// A copy sets out.
    fn begin(&mut self, number: u64, mut copy: Copied, ctx: &mut Ctx<'_>) {
        let wire = copy.wire;
        if !ctx.core.wires[wire as usize].to_messages {
            ctx.bill(u128::from(self.pico_usd[1]));
        }
        ctx.tally(RETRIED, u64::from(copy.tries > 0 && !copy.is_dead));
        copy.by = ctx.start_message(copy.job.again(copy.tries), copy.intended);
        copy.call = ctx.send(copy.by, wire, None);
        copy.tries += 1;
        self.calls.insert(copy.by, number);
        self.set_due(number, &mut copy, ctx.now() + self.config.timeout);
        self.copies.insert(number, copy);
    }

    fn set_due(&mut self, number: u64, copy: &mut Copied, at: SimTime) {
        self.due.remove(&(copy.due, number));
        self.due.insert((at, number));
        copy.due = at;
    }

    /// A try is over.
    fn end(&mut self, by: u32, outcome: Result<(), Reason>, ctx: &mut Ctx<'_>) {
        if !ctx.is_over(by) {
            match outcome {
                Ok(()) => ctx.reply(by),
                Err(reason) => ctx.fail(by, reason),
            }
        }
        let Some(number) = self.calls.remove(&by) else { return };
        let Some(mut copy) = self.copies.remove(&number) else { return };
        let now = ctx.now();
        (copy.by, copy.call) = (NONE, NONE);
        match outcome {
            Ok(()) => {
                self.due.remove(&(copy.due, number));
                ctx.station(COPIES).freed(now);
                if copy.is_dead {
                    return;
                }
                ctx.tally(DELIVERED, 1);
                ctx.tally(DELIVERED_NS, now.since(copy.published).nanos());
            }
            Err(_) => self.failed(number, copy, ctx),
        }
    }

    /// A try has failed: there is another, or the copy is a dead letter.
    fn failed(&mut self, number: u64, mut copy: Copied, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let delay = if copy.is_dead { None } else { self.config.delay(copy.tries - 1) };
        if let Some(delay) = delay.filter(|_| self.subscriptions.contains(&copy.wire)) {
            ctx.station(COPIES).interrupted(now);
            self.set_due(number, &mut copy, now + delay);
            self.copies.insert(number, copy);
        } else {
            self.due.remove(&(copy.due, number));
            ctx.station(COPIES).freed(now);
            self.die(copy, ctx);
        }
    }

    /// Nobody tries to deliver a copy any more, and it is counted nowhere.
    fn die(&mut self, copy: Copied, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        match self.dead.filter(|_| !copy.is_dead) {
            Some(wire) => {
                ctx.tally(DEAD, 1);
                ctx.station(COPIES).came_and_started(now);
                self.begin(self.numbers, Copied { wire, is_dead: true, ..copy }, ctx);
                self.numbers += 1;
            }
            None => ctx.tally(LOST, 1),
        }
    }

    /// Does what is due, and sets the timer for what is due next.
    fn look_at_the_clock(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        while self.is_up
            && let Some((at, number)) = self.due.first().copied()
            && at <= now
        {
            self.due.pop_first();
            let Some(mut copy) = self.copies.remove(&number) else { continue };
            if copy.by == NONE {
                ctx.station(COPIES).began(false, now);
                self.begin(number, copy, ctx);
            } else {
                self.calls.remove(&copy.by);
                if !ctx.is_over(copy.by) {
                    ctx.fail(copy.by, Reason::TimedOut);
                }
                ctx.abandon(copy.call);
                (copy.by, copy.call) = (NONE, NONE);
                self.failed(number, copy, ctx);
            }
        }
        self.set_alarm(ctx);
    }

    fn set_alarm(&mut self, ctx: &mut Ctx<'_>) {
        let Some((next, _)) = self.due.first().copied() else { return };
        if !self.is_up {
            return;
        }
        self.alarm.set(next, TimerTag::ONLY, ctx);
    }

    /// Gives up the copies that wait for their next try and that `goes` names.
    fn drop_waiting(&mut self, goes: impl Fn(&Copied) -> bool, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let numbers: Vec<u64> = self
            .copies
            .iter()
            .filter(|(_, copy)| copy.by == NONE && goes(copy))
            .map(|(number, _)| *number)
            .collect();
        for number in numbers {
            if let Some(copy) = self.copies.remove(&number) {
                self.due.remove(&(copy.due, number));
                ctx.station(COPIES).gave_up(now);
                ctx.tally(LOST, 1);
            }
        }
    }
}

impl Component for Topic {
    type Config = Config;

    const INFO: Info = Info {
        word: "topic",
        label: "Topic",
        summary: "Gives a copy of each message to everyone who subscribes.",
        category: Category::Messaging,
        ports: Ports { calls_in: true, out: Out::Messages, scales: false },
    };

    const STATIONS: &[&str] = &["copies"];

    const FIGURES: &[Figure] = &[
        Figure { key: "delivered_per_s", label: "delivered/s", unit: FigureUnit::PerSecond },
        Figure { key: "undelivered", label: "undelivered", unit: FigureUnit::Count },
        Figure { key: "oldest_age_s", label: "oldest", unit: FigureUnit::Seconds },
        Figure { key: "delivery_mean_s", label: "time to delivery", unit: FigureUnit::Seconds },
        Figure { key: "retried_per_s", label: "retries/s", unit: FigureUnit::PerSecond },
        Figure { key: "filtered_per_s", label: "filtered out/s", unit: FigureUnit::PerSecond },
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
        let now = ctx.now();
        // Copies are under way side by side, as many as there are.
        ctx.station(COPIES).set_servers(0, u32::MAX, now);
        let mut me = Topic {
            config: config.clone(),
            accept: Work::new(&config.accept, ctx),
            is_up: false,
            copies: BTreeMap::new(),
            numbers: 0,
            calls: BTreeMap::new(),
            due: BTreeSet::new(),
            alarm: Alarm::default(),
            subscriptions: Vec::new(),
            dead: None,
            pico_usd: [0; 2],
            seen_at: now,
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.accept = Work::new(&config.accept, ctx);
        self.config = config.clone();
        let prices = ctx.prices();
        let usd = [
            config.usd_per_million.unwrap_or(prices.publishes().usd),
            config.usd_per_million_pushed.unwrap_or(prices.pushes().usd),
        ];
        // A dollar per million is 1e6 · 1e-12 for one.
        self.pico_usd = usd.map(|usd| (usd * 1e6 + 0.5) as u64);
        ctx.set_rates(Rates::default());
        ctx.set_desired(1, Span::ZERO);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.serve(call, &self.accept);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.publish(call, ctx);
        self.set_alarm(ctx);
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        self.end(answer.call, answer.outcome, ctx);
        self.look_at_the_clock(ctx);
    }

    fn on_timer(&mut self, _: TimerTag, ctx: &mut Ctx<'_>) {
        self.alarm.rang(ctx.now());
        self.look_at_the_clock(ctx);
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        // A broker that crashes hears of its copies when it is back; one that is removed waits for nobody.
        if ctx.is_gone()
            && let Some(copy) = self.calls.remove(&call).and_then(|number| self.copies.remove(&number))
        {
            let now = ctx.now();
            ctx.station(COPIES).freed(now);
            ctx.abandon(copy.call);
        }
    }

    fn on_instance(&mut self, _: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        self.is_up = news == InstanceNews::Ready;
        self.look_at_the_clock(ctx);
    }

    fn on_callees(&mut self, news: Callees, ctx: &mut Ctx<'_>) {
        if news == Callees::Links {
            let when = |ctx: &Ctx<'_>, wire: u32| ctx.core.wires[wire as usize].when;
            let all: Vec<u32> = ctx.wires_out().to_vec();
            self.dead = all.iter().copied().find(|wire| when(ctx, *wire) == When::Failed);
            self.subscriptions = all.into_iter().filter(|wire| when(ctx, *wire) == When::Always).collect();
            let subscriptions = self.subscriptions.clone();
            self.drop_waiting(|copy| !subscriptions.contains(&copy.wire), ctx);
        }
    }

    fn on_flush(&mut self, ctx: &mut Ctx<'_>) {
        self.drop_waiting(|_| true, ctx);
    }

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, now: SimTime) -> bool {
        self.seen_at = now;
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        self.copies.len() * (size_of::<Copied>() + 8 + size_of::<(SimTime, u64)>() + 12)
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let n = |which: usize| seen.tallies.0[which] as f64;
        let oldest =
            self.copies.values().next().map_or(0.0, |copy| self.seen_at.since(copy.published).secs());
        figures([
            n(DELIVERED) / secs,
            self.copies.len() as f64,
            oldest,
            n(DELIVERED_NS) / n(DELIVERED) / 1e9,
            n(RETRIED) / secs,
            n(FILTERED) / secs,
            n(DEAD) / secs,
            n(LOST) / secs,
        ])
    }
}
