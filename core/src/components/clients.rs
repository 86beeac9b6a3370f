//! Clients: where requests come from.

use super::arrivals::{self, Arrivals, ClassMix, Users};
use super::contract::{Component, Figures, figures};
use super::info::{Category, Info, Out, Ports};

pub use super::load::{LOAD_CASES, Load};
use crate::engine::calls::NONE;
use crate::engine::chance::{Purpose, Stream, hash_name, mix};
use crate::engine::context::{Answer, Ctx, Flow, NewRequest, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::measure::totals::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{Check, Field, FieldPath, Shape};
use crate::units::{PerSecond, SimTime, Span};
use crate::{choices, fields};

/// Settings of a clients component.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How many requests, when.
    pub load: Load,
    /// How the gaps between requests of an open load vary.
    pub spacing: Spacing,
    /// Coefficient of variation of the gaps, with [`Spacing::Gamma`].
    pub spacing_cv: f64,
    /// The classes these clients send; empty for all.
    pub classes: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            load: Load::Steady { rate: PerSecond::new(100.0) },
            spacing: Spacing::Poisson,
            spacing_cv: 2.0,
            classes: Vec::new(),
        }
    }
}

choices! {
    /// How the gaps between arrivals vary.
    Spacing {
        /// Exponential gaps: many independent users.
        Poisson = "poisson", "Poisson";
        /// Equal gaps: one paced sender.
        Even = "even", "Even";
        /// Gamma-distributed gaps of any CV: below 1 steadier than Poisson, above 1 in bursts.
        Gamma = "gamma", "Gamma";
    }
}

/// Clients while they run.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    config: Config,
    mix: ClassMix,
    ids: u64,
    class_draws: Stream,
    key_draws: Stream,
    /// Requests started so far; numbers the requests of an open load.
    started: u64,
    open: Arrivals,
    users: Users,
}

impl Clients {
    /// Starts request number `ordinal` of its sender; `None` when there is no class to draw from.
    fn start(&mut self, id: u64, user: u32, ctx: &mut Ctx<'_>) {
        self.started += 1;
        let Some(class) = self.mix.class(|| self.class_draws.draw(id).unit()) else { return };
        let key_draw = self.key_draws.draw(id);
        let call = ctx.start_request(NewRequest { id, class, key_draw, user });
        let flow = ctx.descend(call);
        self.follow(call, flow, ctx);
    }

    fn follow(&mut self, call: u32, flow: Flow, ctx: &mut Ctx<'_>) {
        let user = ctx.root(call).user;
        match flow {
            Flow::Waiting => return,
            Flow::Done => ctx.reply(call),
            Flow::Failed(reason) => ctx.fail(call, reason),
        }
        if user != NONE {
            self.users.think(user, ctx);
        }
    }
}

impl Component for Clients {
    type Config = Config;

    const INFO: Info = Info {
        word: "clients",
        label: "Clients",
        summary: "Users who send requests, by rate or by number.",
        category: Category::Traffic,
        ports: Ports { calls_in: false, out: Out::Calls, scales: false },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[Figure { key: "users", label: "users", unit: FigureUnit::Count }];

    const FIELDS: &[Field<Config>] = fields![Config;
        "Load" =>
        load: Shape::Variant { tag: "shape", cases: LOAD_CASES }, "Load", "How many requests, when.";
        "Spacing and classes" =>
        spacing: Shape::Choice(Spacing::CHOICES), "Spacing",
            "How the gaps between requests vary. Poisson suits many independent users.",
            "Poisson: the superposition of many independent users (Palm–Khintchine theorem)";
        spacing_cv: Shape::Number { min: 0.01, max: 20.0, unit: "" }, "CV of the gaps",
            "Standard deviation over mean of the gaps, with gamma spacing: 0 is even, 1 is Poisson.";
        classes: Shape::List(&Shape::Text { max_chars: 80 }), "Classes", "The request classes sent; empty for all.";
    ];

    fn describe(config: &Config) -> String {
        match &config.load {
            Load::Closed { users, .. } => format!("{users} users"),
            load => {
                let spacing = match config.spacing {
                    Spacing::Poisson => "Poisson",
                    Spacing::Even => "even",
                    Spacing::Gamma => "gamma",
                };
                let case = LOAD_CASES.iter().find(|c| c.value == load.word());
                format!("{}, {spacing}", case.map_or("", |c| c.label))
            }
        }
    }

    fn check(config: &Config, at: &FieldPath, check: &mut Check) {
        if let Load::Closed { think, .. } = &config.load
            && think.mean() == Span::ZERO
        {
            check.rule(
                &at.field("load").field("think"),
                "users who think for no time at all would ask without end at one instant when nothing else takes time; \
                 give a think time of at least 1ns, such as \"1ms\"",
            );
        }
    }

    fn new(config: &Config, ctx: &mut Ctx<'_>) -> Self {
        let ids = hash_name(&ctx.core.ids[usize::from(ctx.me)]);
        let mut me = Clients {
            config: config.clone(),
            mix: ClassMix::default(),
            ids,
            class_draws: ctx.stream(Purpose::Class),
            key_draws: ctx.stream(Purpose::Key),
            started: 0,
            open: Arrivals::new(ctx),
            users: Users::new(ctx),
        };
        me.configure(config, ctx);
        me
    }

    fn configure(&mut self, config: &Config, ctx: &mut Ctx<'_>) {
        self.config = config.clone();
        self.mix = ClassMix::new(&config.classes, ctx);
        self.open.configure(config, ctx);
        self.users.configure(config, ctx);
    }

    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
        ctx.fail(call, Reason::NoInstance);
    }

    fn on_served(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
        let flow = ctx.proceed(&answer);
        if flow != Flow::Waiting {
            self.follow(answer.call, flow, ctx);
        }
    }

    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
        if tag.what == arrivals::NEXT {
            let id = mix(self.ids.wrapping_add(self.open.next(ctx)));
            self.start(id, NONE, ctx);
        } else if let Some(number) = self.users.asks(tag.extra) {
            let id = mix(self.ids ^ mix((u64::from(tag.extra) + 1) << 32 | number));
            self.start(id, tag.extra, ctx);
        }
    }

    fn on_cancel(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn on_instance(&mut self, _: u32, _: InstanceNews, _: &mut Ctx<'_>) {}

    fn on_callees(&mut self, _: Callees, _: &mut Ctx<'_>) {}

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn on_partition(&mut self, _: u32, _: &mut Ctx<'_>) {}

    fn has_full_server(&mut self, _: SimTime) -> bool {
        false
    }

    fn share(&mut self) {}

    fn held_bytes(&self, _: Option<&Self>) -> usize {
        self.users.held_bytes()
    }

    fn figures(&self, _: &ComponentTotals, _: f64) -> Figures {
        figures([self.users.active()])
    }
}
