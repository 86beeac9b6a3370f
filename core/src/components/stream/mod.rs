//! Stream: logs of records that groups of consumers read, each at its own pace.
//!
//! A record's key says which partition it is in. Every link is a group of consumers; in each, a partition is read by one instance, in order and one record at a time,
//! and the group's offset moves when what was fetched is done. What a lost consumer had not committed is done again.

mod group;
mod log;
mod reading;
mod rebalancing;
mod settings;

use self::group::{Cursor, Group};
use self::log::{Partition, Record};
pub use self::settings::{Config, Protocol};
use super::contract::{Component, Figures, FullFor, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::alarm::Alarm;
use crate::engine::context::{Answer, Ctx, TimerTag, Work};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath};
use crate::policy::hashing::modulo;
use crate::units::{SimTime, Span};
use std::collections::{BTreeMap, BTreeSet};

/// A stream while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    config: Config,
    accept: Work,
    /// The broker runs; its logs and the groups' offsets outlive it.
    is_up: bool,
    /// Those beyond the number that is set take nothing more, and are read to their end.
    partitions: Vec<Partition>,
    groups: Vec<Group>,
    members: u32,
    /// The link and the partition of each call of its own that gives a record.
    calls: BTreeMap<u32, (u32, u32)>,
    /// Dead letters on their way: the call that sends each, and the one that leads to where they go.
    letters: BTreeMap<u32, u32>,
    /// The link that dead letters go over.
    dead: Option<u32>,
    /// When something is due, and what.
    due: BTreeSet<(SimTime, Due)>,
    /// The timer for what is due first.
    alarm: Alarm,
    /// The partitions with a reader that the gauge knows of.
    readers_counted: u32,
    /// Of a unit put in, in 1e-12 US dollars.
    pico_usd: u64,
    /// The group and the partition that is furthest behind, and for how long its reader has had no rest.
    worst: (usize, usize),
    full_for: FullFor,
    /// The end of the last window.
    seen_at: SimTime,
}

/// What can be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The oldest records of a partition are too old.
    Retention(u32),
    /// A member has been silent for too long, by its link and id.
    Session(u32, u32),
    /// The partitions of a group have been given out anew, by its link.
    Rebalanced(u32),
    /// A record is tried again, by its link and partition.
    Retry(u32, u32),
}

const CONSUMERS: u8 = 0;

/// The component's own counters.
const REBALANCES: usize = 0;
const DUPLICATES: usize = 1;
const DEAD: usize = 2;
const LOST: usize = 3;

/// Tells what a record asks of its consumer from what its producer asked for.
const RECORD: u8 = 3;
/// Bytes that are billed as one unit.
const BILLED_BYTES: u64 = 25_000;

/// Writing.
impl Stream {
    fn partition_of(&self, key: u64) -> usize {
        modulo(key, self.config.partitions).unwrap_or(0) as usize
    }

    /// A record is accepted.
    fn append(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let units = ctx.class(call).request_bytes.div_ceil(BILLED_BYTES).max(1);
        ctx.bill(u128::from(self.pico_usd * units));
        let record =
            Record { job: ctx.job_of(call, RECORD), published: now, intended: ctx.root(call).intended };
        ctx.reply(call);
        let at = self.partition_of(record.job.key());
        self.partitions[at].push(record);
        for group in 0..self.groups.len() {
            ctx.station(CONSUMERS).came_and_waits(now);
            self.go_on(group, at, ctx);
        }
        self.trim(at);
        self.expect_expiry(at);
    }

    /// Forgets what every group has committed.
    fn trim(&mut self, at: usize) {
        let partition = &mut self.partitions[at];
        let needed = self.groups.iter().map(|group| group.cursors[at].committed).min();
        partition.forget_before(needed.unwrap_or(partition.end()));
    }

    fn expect_expiry(&mut self, at: usize) {
        let partition = &mut self.partitions[at];
        if partition.looked_at.is_none()
            && let (Some(oldest), Some(retention)) = (partition.oldest(), self.config.retention)
        {
            partition.looked_at = Some(oldest + retention);
            self.due.insert((oldest + retention, Due::Retention(at as u32)));
        }
    }

    /// The log of a partition begins later than it did: what a group has not read before that is lost to it.
    fn catch_up_with_start(&mut self, at: usize, ctx: &mut Ctx<'_>) {
        let (start, now) = (self.partitions[at].start(), ctx.now());
        for group in &mut self.groups {
            let cursor = &mut group.cursors[at];
            let lost = start.saturating_sub(cursor.position);
            if lost > 0 {
                cursor.position = start;
                cursor.fetched = cursor.fetched.max(start);
                ctx.station(CONSUMERS).gave_up_many(lost, now);
                ctx.tally(LOST, lost);
            }
            cursor.committed = cursor.committed.max(start);
        }
    }
}

/// Time.
impl Stream {
    /// Does what is due, and sets the timer for what is due next.
    fn look_at_the_clock(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        while let Some((at, due)) = self.due.first().copied()
            && at <= now
        {
            self.due.pop_first();
            self.fall_due(at, due, ctx);
        }
        self.count_readers(ctx);
        self.set_alarm(ctx);
    }

    fn fall_due(&mut self, time: SimTime, due: Due, ctx: &mut Ctx<'_>) {
        match due {
            Due::Retention(at) => {
                let at = at as usize;
                self.partitions[at].looked_at = None;
                if let Some(retention) = self.config.retention
                    && let Some(before) = ctx.now().nanos().checked_sub(retention.nanos())
                {
                    self.partitions[at].forget_older(SimTime::ZERO + Span::from_nanos(before));
                    self.catch_up_with_start(at, ctx);
                }
                self.expect_expiry(at);
            }
            Due::Session(wire, member) => {
                if let Some(group) = self.group_at(wire)
                    && self.groups[group].remove(member)
                {
                    self.rebalance(group, ctx);
                }
            }
            Due::Rebalanced(wire) => {
                if let Some(group) = self.group_at(wire)
                    && self.groups[group].rebalances_until == Some(time)
                {
                    self.rebalanced(group, ctx);
                }
            }
            Due::Retry(wire, at) => {
                if let Some(group) = self.group_at(wire) {
                    self.go_on(group, at as usize, ctx);
                }
            }
        }
    }

    fn set_alarm(&mut self, ctx: &mut Ctx<'_>) {
        let Some((next, _)) = self.due.first().copied() else { return };
        self.alarm.set(next, TimerTag::ONLY, ctx);
    }
}

/// Looking.
impl Stream {
    /// Each group's cursors with their partitions.
    fn each(&self) -> impl Iterator<Item = (&Cursor, &Partition)> {
        self.groups.iter().flat_map(|group| group.cursors.iter().zip(&self.partitions))
    }

    fn hottest_share(&self) -> f64 {
        let came = || self.partitions.iter().map(|partition| partition.came);
        came().max().unwrap_or(0) as f64 / came().sum::<u64>() as f64
    }
}

fn lag((cursor, partition): (&Cursor, &Partition)) -> u64 {
    partition.end() - cursor.committed
}

impl Component for Stream {
    type Config = Config;

    const INFO: Info = Info {
        word: "stream",
        label: "Stream",
        summary: "Logs of records that groups of consumers read in order.",
        category: Category::Messaging,
        ports: Ports { calls_in: true, out: Out::Messages, scales: false },
    };

    const STATIONS: &[&str] = &["consumers"];

    const FIGURES: &[Figure] = &[
        Figure { key: "lag", label: "lag", unit: FigureUnit::Count },
        Figure { key: "oldest_age_s", label: "behind", unit: FigureUnit::Seconds },
        Figure { key: "worst_partition_lag", label: "worst partition", unit: FigureUnit::Count },
        Figure { key: "hottest_partition", label: "hottest", unit: FigureUnit::Share },
        Figure { key: "rebalances", label: "rebalances", unit: FigureUnit::Count },
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
        let mut me = Stream {
            config: config.clone(),
            accept: Work::new(&config.accept, ctx),
            is_up: false,
            partitions: Vec::new(),
            groups: Vec::new(),
            members: 0,
            calls: BTreeMap::new(),
            letters: BTreeMap::new(),
            dead: None,
            due: BTreeSet::new(),
            alarm: Alarm::default(),
            readers_counted: 0,
            pico_usd: 0,
            worst: (0, 0),
            full_for: FullFor::default(),
            seen_at: ctx.now(),
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        let now = ctx.now().nanos();
        self.accept = Work::new(&config.accept, ctx);
        let before = std::mem::replace(&mut self.config, config.clone());
        let open = config.partitions as usize;
        if before.partitions != config.partitions {
            self.partitions.iter_mut().for_each(|partition| partition.came = 0);
        }
        let there = self.partitions.len();
        self.partitions.resize_with(there.max(open), Partition::default);
        self.partitions.iter_mut().for_each(|partition| partition.set_limits(config, now));
        for group in &mut self.groups {
            group.cursors.resize_with(self.partitions.len(), || Cursor::at(0));
        }
        for group in 0..self.groups.len() {
            if before.partitions != config.partitions {
                self.rebalance(group, ctx);
            }
        }
        if before.retention != config.retention {
            self.due.retain(|(_, due)| !matches!(due, Due::Retention(_)));
            for at in 0..self.partitions.len() {
                self.partitions[at].looked_at = None;
                self.expect_expiry(at);
            }
        }
        let prices = ctx.prices();
        let hour = config.usd_per_partition_hour.unwrap_or(prices.partition().usd) * open as f64;
        // A dollar per million is 1e6 · 1e-12 for one.
        self.pico_usd = (config.usd_per_million.unwrap_or(prices.puts().usd) * 1e6 + 0.5) as u64;
        ctx.set_rates(Rates { hour, ..Rates::default() });
        ctx.set_desired(1, Span::ZERO);
        self.look_at_the_clock(ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        let at = self.partition_of(ctx.key(call));
        let bytes = ctx.class(call).request_bytes;
        if !self.partitions[at].admits(bytes, ctx.now().nanos()) {
            return ctx.fail(call, Reason::Throttled);
        }
        ctx.serve(call, &self.accept);
    }

    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        self.append(call, ctx);
        self.set_alarm(ctx);
    }

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        self.end(answer.call, answer.outcome, ctx);
        if self.due.first().is_some_and(|(at, _)| *at <= ctx.now()) {
            self.look_at_the_clock(ctx);
        }
        self.set_alarm(ctx);
    }

    fn on_timer(&mut self, _: TimerTag, ctx: &mut Ctx<'_>) {
        self.alarm.rang(ctx.now());
        self.look_at_the_clock(ctx);
    }

    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        // A broker that crashes hears of its records when it is back; one that is removed waits for nobody.
        if !ctx.is_gone() {
            return;
        }
        let hand = self.calls.remove(&call).and_then(|(wire, at)| {
            let group = self.group_at(wire)?;
            self.groups[group].cursors[at as usize].hand.take()
        });
        if let Some(hand) = hand {
            let now = ctx.now();
            ctx.station(CONSUMERS).freed(now);
            ctx.abandon(hand.call);
        }
        if let Some(letter) = self.letters.remove(&call) {
            ctx.abandon(letter);
        }
    }

    fn on_instance(&mut self, _: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
        self.is_up = news == InstanceNews::Ready;
        for group in 0..self.groups.len() {
            (0..self.partitions.len()).for_each(|at| self.go_on(group, at, ctx));
        }
        self.look_at_the_clock(ctx);
    }

    fn on_callees(&mut self, news: Callees, ctx: &mut Ctx<'_>) {
        match news {
            Callees::Links => self.look_around(ctx),
            Callees::Came { wire, instance } => {
                if let Some(group) = self.group_at(wire) {
                    self.came(group, instance, ctx);
                }
            }
            Callees::Went { wire, instance } => {
                if let Some(group) = self.group_at(wire) {
                    self.went(group, instance, ctx);
                }
            }
        }
        self.look_at_the_clock(ctx);
    }

    fn on_flush(&mut self, ctx: &mut Ctx<'_>) {
        for at in 0..self.partitions.len() {
            let end = self.partitions[at].end();
            self.partitions[at].forget_before(end);
            self.catch_up_with_start(at, ctx);
        }
    }

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, now: SimTime) -> bool {
        self.seen_at = now;
        let parts = self.partitions.len();
        let behind = self.each().enumerate().map(|(place, both)| (lag(both), std::cmp::Reverse(place)));
        let Some((_, std::cmp::Reverse(place))) = behind.max().filter(|_| parts > 1) else { return false };
        let worst = (place / parts, place % parts);
        if std::mem::replace(&mut self.worst, worst) != worst {
            self.full_for = FullFor::default();
        }
        let cursor = &self.groups[worst.0].cursors[worst.1];
        let is_full = cursor.hand.is_some() && cursor.position < self.partitions[worst.1].end();
        self.full_for.note(is_full, now)
    }

    fn share(&mut self) {}

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        let partition = |(at, partition): (usize, &Partition)| {
            partition.held_bytes(other.and_then(|other| other.partitions.get(at)))
        };
        self.partitions.iter().enumerate().map(partition).sum::<usize>()
            + self.each().count() * size_of::<Cursor>()
            + (self.calls.len() + self.letters.len()) * 12
            + self.due.len() * size_of::<(SimTime, Due)>()
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let n = |which: usize| seen.tallies.0[which] as f64;
        let first_open = |(cursor, partition): (&Cursor, &Partition)| {
            partition.get(cursor.committed).map(|record| self.seen_at.since(record.published).secs())
        };
        figures([
            self.each().map(lag).sum::<u64>() as f64,
            self.each().filter_map(first_open).fold(0.0, f64::max),
            self.each().map(lag).max().unwrap_or(0) as f64,
            self.hottest_share(),
            n(REBALANCES),
            n(DUPLICATES) / secs,
            n(DEAD) / secs,
            n(LOST) / secs,
        ])
    }
}
