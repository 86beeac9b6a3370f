//! Scheduled job: work that starts by the clock, so many items, so many at once; it may wait for cleaner electricity.

use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};
use crate::engine::chance::{Purpose, Stream, hash_name, mix};
use crate::engine::context::{Answer, Ctx, Flow, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::engine::inside::Job as Work;
use crate::measure::gauge::Rates;
use crate::measure::text::short_count;
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, Shape};
use crate::policy::scaling::carbon::{Curve, Wish, choose};
use crate::units::{SimTime, Span};
use crate::{choices, fields};

/// Settings of a scheduled job.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How often it starts.
    pub every: Span,
    /// When it starts first, counted from the start of the run.
    pub first: Span,
    /// Items of one run of it.
    pub items: u32,
    /// Items it works on at once.
    pub at_once: u32,
    /// The class of the items; empty for the first.
    pub class: String,
    /// What happens when the time has come and it is still at work.
    pub overlap: Overlap,
    /// How long after its time it must be done; `None` for whenever.
    pub deadline: Option<Span>,
    /// Whether it waits for cleaner electricity, as long as the deadline allows.
    pub waits_for_clean: bool,
    /// How long it is expected to take.
    pub expected: Span,
    /// Power it draws while it works, watts.
    pub watts: f64,
    /// Mean grams of CO₂ a kilowatt-hour makes.
    pub grams_per_kwh: f64,
    /// By what share that rises and falls over the day.
    pub swing: f64,
    /// The time of the day when it is lowest.
    pub cleanest_at: Span,
}

choices! {
    /// What happens when a job's time has come and it is still at work.
    Overlap {
        /// It is left out this time.
        Skip = "skip", "Leave it out";
        /// It starts as soon as the one before is done.
        After = "after", "Start afterwards";
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            every: DAY,
            first: Span::from_secs(2 * 3600),
            items: 10_000,
            at_once: 10,
            class: String::new(),
            overlap: Overlap::Skip,
            deadline: None,
            waits_for_clean: false,
            expected: Span::from_secs(3600),
            watts: 500.0,
            grams_per_kwh: 323.0,
            swing: 0.3,
            cleanest_at: Span::from_secs(13 * 3600),
        }
    }
}

const DAY: Span = Span::from_secs(86_400);
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
    /// Times that wait for the run before to be done.
    late: Vec<SimTime>,
}

/// One run of it.
#[derive(Debug, Clone)]
struct Run {
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

/// The component's own counters.
const DONE: usize = 0;
const FAILED: usize = 1;
const RUNS: usize = 2;
const RUN_NS: usize = 3;
const MISSED: usize = 4;
const SKIPPED: usize = 5;
const MILLIGRAMS: usize = 6;

impl Job {
    fn curve(&self) -> Curve<'_> {
        Curve {
            grams_per_kwh: &self.grams,
            step: Span::from_secs(3600),
            source: "the job's settings",
            as_of: "the run",
        }
    }

    /// Its time has come.
    fn is_due(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        self.times += 1;
        self.set_timer(ctx);
        match (&self.run, self.config.overlap) {
            (None, _) => self.get_ready(now, ctx),
            (Some(_), Overlap::Skip) => ctx.tally(SKIPPED, 1),
            (Some(_), Overlap::After) => self.late.push(now),
        }
    }

    /// A run begins, now or when electricity is cleaner.
    fn get_ready(&mut self, due: SimTime, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        self.run = Some(Run { number: self.times, due, began: None, begun: 0, open: 0 });
        let deadline = self.config.deadline.filter(|_| self.config.waits_for_clean);
        let Some(deadline) = deadline else { return self.begin(ctx) };
        let wish = Wish { now, deadline: due + deadline, length: self.config.expected };
        let choice = choose(&wish, &self.curve());
        if choice.start <= now {
            return self.begin(ctx);
        }
        let id = ctx.core.ids[usize::from(ctx.me)].clone();
        ctx.core.notice(&id, choice.to_string());
        ctx.timer(choice.start, TimerTag { what: BEGIN, instance: 0, extra: self.times as u32 });
    }

    fn begin(&mut self, ctx: &mut Ctx<'_>) {
        let now = ctx.now();
        if let Some(run) = &mut self.run {
            run.began = Some(now);
        }
        self.go_on(ctx);
    }

    /// Begins as many items as may be at work.
    fn go_on(&mut self, ctx: &mut Ctx<'_>) {
        let has_work = !ctx.wires_out().is_empty();
        while let Some(run) = &mut self.run
            && has_work
            && run.began.is_some()
            && run.open < self.config.at_once
            && run.begun < self.config.items
        {
            let id = mix(self.ids ^ mix(run.number << 32 | u64::from(run.begun)));
            run.begun += 1;
            run.open += 1;
            let work = Work::of_class(id, self.keys.draw(id), self.class, ctx);
            let call = ctx.start_job(work, 0);
            let flow = ctx.descend(call);
            self.follow(call, flow, ctx);
        }
        let is_over = |run: &Run| run.began.is_some() && run.open == 0 && run.begun >= self.config.items;
        if self.run.as_ref().is_some_and(|run| is_over(run) || !has_work && run.open == 0) {
            self.end_run(ctx);
        }
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
        ctx.tally(MILLIGRAMS, (kwh * self.curve().mean(began, took) * 1000.0 + 0.5) as u64);
        if !self.late.is_empty() {
            let due = self.late.remove(0);
            self.get_ready(due, ctx);
        }
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

    const FIELDS: &[Field<Config>] = fields![Config;
        every: Shape::span(Span::from_secs(1), Span::from_secs(30 * 86_400)), "Every", "How often it starts.";
        first: Shape::span(Span::ZERO, Span::from_secs(30 * 86_400)), "First at", "When it starts first, counted from the start of the run at 00:00.";
        items: Shape::count(1, 10_000_000, "items"), "Items", "What one run of it works through.";
        at_once: Shape::count(1, 50_000, "items"), "At once", "Items it works on at once.";
        class: Shape::Text { max_chars: 80 }, "Class", "The class of the items; empty for the first.";
        overlap: Shape::Choice(Overlap::CHOICES), "Still at work", "What happens when its time has come and it is still at work.";
        deadline: Shape::optional(&Shape::Span { min: Span::from_secs(1), max: Span::from_secs(30 * 86_400) }, "whenever"), "Deadline",
            "How long after its time it must be done.";
        "Carbon" =>
        waits_for_clean needs deadline: Shape::Flag, "Waits", "Whether it waits for cleaner electricity, as long as the deadline allows.";
        expected: Shape::span(Span::from_secs(1), Span::from_secs(30 * 86_400)), "Expected", "How long it is expected to take: by that it chooses its time.";
        watts: Shape::Number { min: 0.0, max: 1e9, unit: "W" }, "Power", "What it draws while it works.";
        grams_per_kwh: Shape::Number { min: 0.0, max: 5000.0, unit: "g/kWh" }, "CO₂", "Grams of CO₂ equivalent that a kilowatt-hour makes on average.",
            "323: Northern Virginia in 2024 (Google Cloud, region carbon data)";
        swing: Shape::Number { min: 0.0, max: 1.0, unit: "" }, "Swing", "By what share that rises and falls over the day.",
            "0.3: grids with much sun (common knowledge, not verified)";
        cleanest_at: Shape::span(Span::ZERO, DAY), "Cleanest at", "The time of the day when it is lowest.";
    ];

    fn describe(config: &Config) -> String {
        format!("{} items every {}", short_count(f64::from(config.items)), config.every)
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        if config.waits_for_clean && config.deadline.is_none() {
            check.rule(
                &at.field("waits_for_clean"),
                "without a `deadline` it could wait for ever; give it one",
            );
        }
        if config.waits_for_clean && config.deadline.is_some_and(|deadline| deadline <= config.expected) {
            check.rule(
                &at.field("deadline"),
                "it is expected to take as long as that, so there is no time to wait; allow more, or do not let it wait",
            );
        }
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
            late: Vec::new(),
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
        if tag.what == DUE {
            self.timer = None;
            self.is_due(ctx);
        } else if self.run.as_ref().is_some_and(|run| run.began.is_none()) {
            self.begin(ctx);
        }
    }

    fn on_cancel(&mut self, _: u32, _: &mut Ctx<'_>) {
        if let Some(run) = &mut self.run {
            run.open = run.open.saturating_sub(1);
        }
    }

    fn on_instance(&mut self, _: u32, _: InstanceNews, _: &mut Ctx<'_>) {}

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        size_of_val(&*self.late)
    }

    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures {
        let n = |which: usize| seen.tallies.0[which] as f64;
        let left = self.run.as_ref().map_or(0, |run| self.config.items - run.begun + run.open);
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
