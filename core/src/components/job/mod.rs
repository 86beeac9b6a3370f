//! Scheduled job: work that starts by the clock, so many items, so many at once; it may wait for cleaner electricity.

mod settings;

pub use self::settings::{Config, Overlap};
use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::chance::{Purpose, Stream, hash_name, mix};
use crate::engine::context::{Answer, Ctx, Flow, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::engine::inside::Job as Work;
use crate::measure::gauge::Rates;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath};
use crate::policy::scaling::carbon::{Curve, Wish, choose};
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

const HOURS: usize = 24;

/// A job while it runs.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    config: Config,
    class: u16,
    keys: Stream,
    ids: u64,
    /// Grams per kilowatt-hour, hour by hour.
    grams: [u32; HOURS],
    /// How often its time has come.
    times: u64,
    /// The timer for the next time.
    timer: Option<u32>,
    run: Option<Run>,
    /// Times that wait for the run before to be done, and which they were.
    late: VecDeque<(SimTime, u64)>,
    /// It has not crashed.
    is_up: bool,
    /// The last instant at which items began, and how many more may.
    stretch: (SimTime, u32),
    /// The rest of them begins a little later.
    goes_on: bool,
}

/// One run of it.
#[derive(Debug, Clone)]
struct Run {
    /// Which of its times it is for: runs differ in what they draw.
    number: u64,
    /// When its time had come.
    due: SimTime,
    /// When it began; `None` while it waits for cleaner electricity.
    began: Option<SimTime>,
    /// Items that have been begun, and that are at work.
    begun: u32,
    open: u32,
}

const DUE: u8 = 0;
const BEGIN: u8 = 1;
const GO_ON: u8 = 2;

/// Items that begin at one instant: as many as may be at work. Only where they end as soon as they begin there are more.
const STRETCH: u32 = 50_000;

/// The component's own counters.
const DONE: usize = 0;
const FAILED: usize = 1;
const RUNS: usize = 2;
const RUN_NS: usize = 3;
const MISSED: usize = 4;
const SKIPPED: usize = 5;
const MILLIGRAMS: usize = 6;

fn curve(grams_per_kwh: &[u32; HOURS]) -> Curve<'_> {
    Curve { grams_per_kwh, step: Span::from_secs(3600), source: "the job's settings", as_of: "the run" }
}

impl Job {
    /// Its time has come.
    fn is_due(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        self.times += 1;
        self.set_timer(ctx);
        match (&self.run, self.config.overlap) {
            _ if !self.is_up => ctx.tally(SKIPPED, 1),
            (None, _) => {
                if self.get_ready(now, self.times, ctx) {
                    self.go_on(ctx);
                }
            }
            (Some(_), Overlap::Skip) => ctx.tally(SKIPPED, 1),
            (Some(_), Overlap::After) => self.late.push_back((now, self.times)),
        }
    }

    /// A run begins now (`true`), or when electricity is cleaner.
    fn get_ready(&mut self, due: SimTime, number: u64, ctx: &mut Ctx<'_>) -> bool {
        let now = ctx.now();
        let run = self.run.insert(Run { number, due, began: None, begun: 0, open: 0 });
        if let Some(deadline) = self.config.deadline.filter(|_| self.config.waits_for_clean) {
            let wish = Wish { now, deadline: due + deadline, length: self.config.expected };
            let curve = curve(&self.grams);
            let choice = choose(&wish, &curve);
            if choice.start > now {
                let id = ctx.core.ids[usize::from(ctx.me)].clone();
                ctx.core.notice(&id, choice.to_string());
                ctx.timer(choice.start, TimerTag { what: BEGIN, instance: 0, extra: number as u32 });
                return false;
            }
        }
        run.began = Some(now);
        true
    }

    /// Begins as many items as may be at work, and the next run when one is done.
    fn go_on(&mut self, ctx: &mut Ctx<'_>) {
        let has_work = !ctx.wires_out().is_empty();
        if self.stretch.0 != ctx.now() {
            self.stretch = (ctx.now(), STRETCH);
        }
        while let Some(run) = &mut self.run {
            let has_begun = run.began.is_some();
            let all_begun = run.begun >= self.config.items || !has_work;
            if has_begun && !all_begun && run.open < self.config.at_once {
                if self.stretch.1 == 0 {
                    return self.go_on_later(ctx);
                }
                self.stretch.1 -= 1;
                self.begin_item(ctx);
            } else if run.open == 0 && (has_begun && all_begun || !has_work) {
                self.end_run(ctx);
                let Some((due, number)) = self.late.pop_front() else { return };
                if !self.get_ready(due, number, ctx) {
                    return;
                }
            } else {
                return;
            }
        }
    }

    /// Items that end as soon as they begin must not keep everything else waiting.
    fn go_on_later(&mut self, ctx: &mut Ctx<'_>) {
        if !std::mem::replace(&mut self.goes_on, true) {
            // A nanosecond later: what happens at one instant is not interrupted.
            ctx.timer(ctx.now() + Span::from_nanos(1), TimerTag { what: GO_ON, instance: 0, extra: 0 });
        }
    }

    fn begin_item(&mut self, ctx: &mut Ctx<'_>) {
        let Some(run) = &mut self.run else { return };
        let id = mix(self.ids ^ mix(run.number << 32 | u64::from(run.begun)));
        run.begun += 1;
        run.open += 1;
        let work = Work::of_class(id, self.keys.draw(id), self.class, ctx);
        let call = ctx.start_job(work, 0);
        let flow = ctx.descend(call);
        self.follow(call, flow, ctx);
    }

    fn follow(&mut self, call: u32, flow: Flow, ctx: &mut Ctx<'_>) {
        match flow {
            Flow::Waiting => return,
            Flow::Done => {
                ctx.tally(DONE, 1);
                ctx.reply(call);
            }
            Flow::Failed(reason) => {
                ctx.tally(FAILED, 1);
                ctx.fail(call, reason);
            }
        }
        if let Some(run) = &mut self.run {
            run.open = run.open.saturating_sub(1);
        }
    }

    fn end_run(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        let Some(Run { due, began: Some(began), .. }) = self.run.take() else { return };
        let took = now.since(began);
        ctx.tally(RUNS, 1);
        ctx.tally(RUN_NS, took.nanos());
        ctx.tally(MISSED, u64::from(self.config.deadline.is_some_and(|deadline| now > due + deadline)));
        let kwh = self.config.watts / 1000.0 * took.secs() / 3600.0;
        ctx.tally(MILLIGRAMS, (kwh * curve(&self.grams).mean(began, took) * 1000.0 + 0.5) as u64);
    }

    fn set_timer(&mut self, ctx: &mut Ctx<'_>) {
        let at = SimTime::ZERO + self.config.first;
        let (now, every) = (ctx.now(), self.config.every.nanos());
        // The next of its times after now, or now itself for the first one.
        let past = now.since(at).nanos() / every;
        let next = if now < at || (now == at && self.times == 0) {
            at
        } else {
            at + Span::from_nanos((past + 1) * every)
        };
        self.timer = Some(ctx.timer(next, TimerTag { what: DUE, instance: 0, extra: 0 }));
    }
}

impl Component for Job {
    type Config = Config;

    const INFO: Info = Info {
        word: "job",
        label: "Scheduled job",
        summary: "Starts by the clock and works through items.",
        category: Category::Traffic,
        ports: Ports { calls_in: false, out: Out::Calls, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[
        Figure { key: "left", label: "left", unit: FigureUnit::Count },
        Figure { key: "done_per_s", label: "done/s", unit: FigureUnit::PerSecond },
        Figure { key: "failed_per_s", label: "failed/s", unit: FigureUnit::PerSecond },
        Figure { key: "runs", label: "runs", unit: FigureUnit::Count },
        Figure { key: "run_mean_s", label: "a run takes", unit: FigureUnit::Seconds },
        Figure { key: "missed", label: "too late", unit: FigureUnit::Count },
        Figure { key: "skipped", label: "left out", unit: FigureUnit::Count },
        Figure { key: "grams_co2_per_run", label: "g CO₂ a run", unit: FigureUnit::Count },
    ];

    const FIELDS: &[Field<Config>] = Config::FIELDS;

    fn describe(config: &Config) -> String {
        config.describe()
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        config.check(at, check);
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let mut me = Job {
            config: config.clone(),
            class: 0,
            keys: ctx.stream(Purpose::Key),
            ids: hash_name(&ctx.core.ids[usize::from(ctx.me)]) ^ mix(ctx.core.seed),
            grams: [0; HOURS],
            times: 0,
            timer: None,
            run: None,
            late: VecDeque::new(),
            is_up: false,
            stretch: (SimTime::ZERO, STRETCH),
            goes_on: false,
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        let class = ctx.core.classes.iter().position(|class| class.id == config.class);
        self.class = class.unwrap_or(0) as u16;
        let cleanest = config.cleanest_at.secs() / 3600.0;
        self.grams = std::array::from_fn(|hour| {
            let angle = (hour as f64 + 0.5 - cleanest) / HOURS as f64 * std::f64::consts::TAU;
            (config.grams_per_kwh * (1.0 - config.swing * libm::cos(angle)) + 0.5) as u32
        });
        ctx.set_rates(Rates::default());
        ctx.set_desired(1, Span::ZERO);
        if let Some(timer) = self.timer.take() {
            ctx.cancel_timer(timer);
        }
        self.set_timer(ctx);
        self.go_on(ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.fail(call, Reason::NoInstance);
    }

    fn on_served(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let flow = ctx.proceed(&answer);
        if flow != Flow::Waiting {
            self.follow(answer.call, flow, ctx);
            self.go_on(ctx);
        }
    }

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        match tag.what {
            DUE => {
                self.timer = None;
                self.is_due(ctx);
            }
            GO_ON => {
                self.goes_on = false;
                self.go_on(ctx);
            }
            _ => {
                let waits = |run: &&mut Run| run.began.is_none() && run.number as u32 == tag.extra;
                if let Some(run) = self.run.as_mut().filter(waits) {
                    run.began = Some(ctx.now());
                    self.go_on(ctx);
                }
            }
        }
    }

    fn on_cancel(&mut self, _: u32, ctx: &mut Ctx<'_>) {
        ctx.tally(FAILED, 1);
        if let Some(run) = &mut self.run {
            run.open = run.open.saturating_sub(1);
        }
    }

    fn on_instance(&mut self, _: u32, news: InstanceNews, _: &mut Ctx<'_>) {
        self.is_up = news == InstanceNews::Ready;
        // Nobody remembers how far it had come: it starts afresh when its time comes again.
        if news == InstanceNews::Gone {
            self.run = None;
            self.late.clear();
        }
    }

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        self.late.len() * size_of::<(SimTime, u64)>()
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let n = |which: usize| seen.tallies.0[which] as f64;
        let left = self.run.as_ref().map_or(0, |run| self.config.items.saturating_sub(run.begun) + run.open);
        figures([
            f64::from(left),
            n(DONE) / secs,
            n(FAILED) / secs,
            n(RUNS),
            n(RUN_NS) / n(RUNS) / 1e9,
            n(MISSED),
            n(SKIPPED),
            n(MILLIGRAMS) / n(RUNS) / 1000.0,
        ])
    }
}
