//! Clients: where requests come from.

use super::arrivals::{self, Arrivals, ClassMix, Users};
use super::contract::{Component, NO_FIGURE};
use super::info::{Category, Info, Ports};
use crate::engine::calls::NONE;
use crate::engine::chance::{Purpose, Stream, hash_name, mix};
use crate::engine::context::{Answer, Ctx, Flow, NewRequest, TimerTag};
use crate::engine::fleet::InstanceNews;
use crate::measure::gauge::ComponentTotals;
use crate::measure::{Figure, FigureUnit, Reason};
use crate::model::{
    Case, CaseField, Check, Field, FieldInfo, FieldPath, FieldValue, LAW, Law, Shape, case_value,
};
use crate::units::{PerSecond, Span};
use crate::{choices, fields};
use serde_json::{Value as Json, json};

/// Settings of a clients component.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How many requests, when.
    pub load: Load,
    /// How the gaps between requests of an open load vary.
    pub spacing: Spacing,
    /// The classes these clients send; empty for all.
    pub classes: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            load: Load::Steady { rate: PerSecond::new(100.0) },
            spacing: Spacing::Poisson,
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
    }
}

/// The load over time. Open loads do not wait for replies; closed ones do.
#[derive(Debug, Clone, PartialEq)]
pub enum Load {
    /// Open, always the same rate.
    Steady {
        /// Requests per second.
        rate: PerSecond,
    },
    /// Open, growing or shrinking linearly.
    Ramp {
        /// Rate before the ramp.
        from: PerSecond,
        /// Rate after the ramp.
        to: PerSecond,
        /// When the ramp begins.
        start: Span,
        /// How long it takes.
        over: Span,
    },
    /// Open, one rate and then another.
    Step {
        /// Rate before.
        from: PerSecond,
        /// Rate after.
        to: PerSecond,
        /// When it changes.
        at: Span,
    },
    /// Open, a flash crowd: rise, plateau, fall.
    Spike {
        /// Rate before and after.
        base: PerSecond,
        /// Rate on the plateau.
        peak: PerSecond,
        /// When the rise begins.
        at: Span,
        /// How long the rise, and the fall, takes.
        rise: Span,
        /// How long the plateau lasts.
        hold: Span,
    },
    /// Open, a daily wave.
    Diurnal {
        /// Mean rate.
        mean: PerSecond,
        /// Height of the wave as a share of the mean, 0 to 1.
        swing: f64,
        /// Length of a day; shorten it to watch several.
        day: Span,
        /// When the peak comes, counted from the start of the day.
        peak_at: Span,
    },
    /// Closed: each user waits for the reply, thinks, and asks again.
    Closed {
        /// How many users.
        users: u32,
        /// How long a user thinks between a reply and the next request.
        think: Law,
    },
}

const RATE: Shape = Shape::Rate { min: 0.0, max: 1e7 };
const MOMENT: Shape = Shape::span(Span::ZERO, Span::from_secs(30 * 86_400));

const fn field(
    key: &'static str,
    label: &'static str,
    shape: Shape,
    help: &'static str,
    default: &'static str,
) -> CaseField {
    CaseField { info: FieldInfo { key, label, shape, help, source: "" }, default }
}

/// The shapes of load.
pub const LOAD_CASES: &[Case] = &[
    Case {
        value: "steady",
        label: "Steady",
        help: "Open load at one rate.",
        fields: &[field("rate", "Rate", RATE, "Requests per second.", "\"100/s\"")],
    },
    Case {
        value: "ramp",
        label: "Ramp",
        help: "Open load that grows or shrinks linearly.",
        fields: &[
            field("from", "From", RATE, "Rate before the ramp.", "\"100/s\""),
            field("to", "To", RATE, "Rate after the ramp.", "\"1000/s\""),
            field("start", "Starts at", MOMENT, "When the ramp begins.", "\"30s\""),
            field("over", "Takes", MOMENT, "How long the ramp takes.", "\"5m\""),
        ],
    },
    Case {
        value: "step",
        label: "Step",
        help: "Open load at one rate, then another.",
        fields: &[
            field("from", "From", RATE, "Rate before.", "\"100/s\""),
            field("to", "To", RATE, "Rate after.", "\"300/s\""),
            field("at", "At", MOMENT, "When it changes.", "\"1m\""),
        ],
    },
    Case {
        value: "spike",
        label: "Spike",
        help: "Open load with a flash crowd: rise, plateau, fall.",
        fields: &[
            field("base", "Base", RATE, "Rate before and after.", "\"100/s\""),
            field("peak", "Peak", RATE, "Rate on the plateau.", "\"1000/s\""),
            field("at", "At", MOMENT, "When the rise begins.", "\"1m\""),
            field("rise", "Rises in", MOMENT, "How long the rise, and the fall, takes.", "\"1m\""),
            field("hold", "Lasts", MOMENT, "How long the plateau lasts.", "\"5m\""),
        ],
    },
    Case {
        value: "diurnal",
        label: "Daily wave",
        help: "Open load that follows the day.",
        fields: &[
            field("mean", "Mean", RATE, "Mean rate over the day.", "\"100/s\""),
            field(
                "swing",
                "Swing",
                Shape::Number { min: 0.0, max: 1.0, unit: "" },
                "Height of the wave as a share of the mean.",
                "0.5",
            ),
            field(
                "day",
                "Day",
                Shape::span(Span::from_secs(1), Span::from_secs(7 * 86_400)),
                "Length of a day; shorten it to watch several.",
                "\"1d\"",
            ),
            field("peak_at", "Peak at", MOMENT, "When the peak comes, from the start of the day.", "\"14h\""),
        ],
    },
    Case {
        value: "closed",
        label: "Users",
        help: "Closed load: each user waits for the reply, thinks, and asks again.",
        fields: &[
            field("users", "Users", Shape::count(0, 1_000_000, "users"), "How many users.", "50"),
            field(
                "think",
                "Think time",
                LAW,
                "How long a user waits between a reply and the next request.",
                "{\"law\": \"exponential\", \"mean\": \"1s\"}",
            ),
        ],
    },
];

impl Load {
    fn word(&self) -> &'static str {
        match self {
            Load::Steady { .. } => "steady",
            Load::Ramp { .. } => "ramp",
            Load::Step { .. } => "step",
            Load::Spike { .. } => "spike",
            Load::Diurnal { .. } => "diurnal",
            Load::Closed { .. } => "closed",
        }
    }
}

impl FieldValue for Load {
    fn to_json(&self) -> Json {
        let shape = self.word();
        match self {
            Load::Steady { rate } => json!({"shape": shape, "rate": rate.to_json()}),
            Load::Ramp { from, to, start, over } => json!({"shape": shape, "from": from.to_json(),
                "to": to.to_json(), "start": start.to_json(), "over": over.to_json()}),
            Load::Step { from, to, at } => {
                json!({"shape": shape, "from": from.to_json(), "to": to.to_json(), "at": at.to_json()})
            }
            Load::Spike { base, peak, at, rise, hold } => json!({"shape": shape, "base": base.to_json(),
                "peak": peak.to_json(), "at": at.to_json(), "rise": rise.to_json(), "hold": hold.to_json()}),
            Load::Diurnal { mean, swing, day, peak_at } => json!({"shape": shape, "mean": mean.to_json(),
                "swing": swing.to_json(), "day": day.to_json(), "peak_at": peak_at.to_json()}),
            Load::Closed { users, think } => {
                json!({"shape": shape, "users": users, "think": think.to_json()})
            }
        }
    }

    fn from_json(json: &Json) -> Option<Self> {
        let word = json.get("shape")?.as_str()?;
        let case = LOAD_CASES.iter().find(|c| c.value == word)?;
        let rate = |key| case_value::<PerSecond>(json, case, key);
        let span = |key| case_value::<Span>(json, case, key);
        Some(match word {
            "steady" => Load::Steady { rate: rate("rate")? },
            "ramp" => Load::Ramp {
                from: rate("from")?,
                to: rate("to")?,
                start: span("start")?,
                over: span("over")?,
            },
            "step" => Load::Step { from: rate("from")?, to: rate("to")?, at: span("at")? },
            "spike" => Load::Spike {
                base: rate("base")?,
                peak: rate("peak")?,
                at: span("at")?,
                rise: span("rise")?,
                hold: span("hold")?,
            },
            "diurnal" => Load::Diurnal {
                mean: rate("mean")?,
                swing: case_value(json, case, "swing")?,
                day: span("day")?,
                peak_at: span("peak_at")?,
            },
            _ => Load::Closed {
                users: case_value(json, case, "users")?,
                think: case_value(json, case, "think")?,
            },
        })
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
        let Some(class) = self.mix.class(self.class_draws.draw(id).unit()) else { return };
        let info = &ctx.core.classes[usize::from(class)];
        let key = info.zipf.rank(self.key_draws.draw(id));
        let call = ctx.start_request(NewRequest { id, class, key, user });
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
        ports: Ports { calls_in: false, calls_out: true },
    };

    const STATIONS: &[&str] = &[];

    const FIGURES: &[Figure] = &[Figure { key: "users", label: "users", unit: FigureUnit::Count }];

    const FIELDS: &[Field<Config>] = fields![Config;
        load: Shape::Variant { tag: "shape", cases: LOAD_CASES }, "Load", "How many requests, when.";
        spacing: Shape::Choice(Spacing::CHOICES), "Spacing",
            "How the gaps between requests vary. Poisson suits many independent users.",
            "Poisson: the superposition of many independent users (Palm–Khintchine theorem)";
        classes: Shape::List(&Shape::Text { max_chars: 80 }), "Classes", "The request classes sent; empty for all.";
    ];

    fn describe(config: &Config) -> String {
        match &config.load {
            Load::Closed { users, .. } => format!("{users} users"),
            load => {
                let spacing = match config.spacing {
                    Spacing::Poisson => "Poisson",
                    Spacing::Even => "even",
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

    fn on_flush(&mut self, _: &mut Ctx<'_>) {}

    fn figures(&self, _: &ComponentTotals, _: f64) -> [f64; 4] {
        [self.users.active(), NO_FIGURE, NO_FIGURE, NO_FIGURE]
    }
}
