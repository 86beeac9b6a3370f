//! The records of a model besides its components: links, classes, objectives, the timeline.

use super::field::Field;
use super::happening::Happening;
use super::law::{LAW, Law};
use super::shape::{Case, CaseField, Shape};
use super::value::{FieldValue, case_json, case_value};
use super::{Head, Point};
use crate::prices::Provider;
use crate::units::{Bytes, Span};
use crate::{choices, fields};
use serde_json::Value as Json;

/// A call link: requests at `from` make calls to `to`.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Its stable name.
    pub id: String,
    /// The calling component.
    pub from: String,
    /// The called component.
    pub to: String,
    /// Round-trip time of the network; half of it passes in each direction.
    pub rtt: Law,
    /// How long the caller waits for the reply; `None` for ever.
    pub timeout: Option<Span>,
    /// Calls each request makes: 0.3 is three in ten, 2 is two.
    pub calls: f64,
    /// Whether several calls run at once instead of one after the other.
    pub parallel: bool,
    /// Links of the same step run at once; a later step follows when the earlier is done.
    pub step: u32,
    /// Whether the request can do without it.
    pub optional: bool,
    /// What must have come of the earlier steps for it to be used.
    pub when: When,
    /// The classes that use it; empty for all.
    pub classes: Vec<String>,
    /// Connections that each instance of the caller keeps for its calls; `None` for no limit.
    pub pool: Option<u32>,
    /// How long a call waits for one of them before it fails.
    pub pool_wait: Span,
    /// When a connection is given back.
    pub pool_hold: PoolHold,
    /// Messages that each instance at its end holds at once, where a queue gives them.
    pub prefetch: u32,
}

impl Link {
    /// A link with defaults, its id made from the two ends.
    pub fn between(from: &str, to: &str) -> Self {
        Link {
            id: format!("{from}-{to}"),
            from: from.to_owned(),
            to: to.to_owned(),
            rtt: Law::constant(Span::from_micros(500)),
            timeout: Some(Span::from_secs(10)),
            calls: 1.0,
            parallel: false,
            step: 1,
            optional: false,
            when: When::Always,
            classes: Vec::new(),
            pool: None,
            pool_wait: Span::from_secs(30),
            pool_hold: PoolHold::Call,
            prefetch: 10,
        }
    }

    /// What the settings of a link look like.
    pub const FIELDS: &'static [Field<Link>] = fields![Link;
        "Calls" =>
        rtt: LAW, "Round trip", "Round-trip time of the network; half of it passes in each direction.",
            "0.5 ms: between the 0.1–0.25 ms of one zone (napkin-math) and the 1 ms across zones";
        timeout: Shape::optional(&Shape::Span { min: Span::from_nanos(1), max: Span::from_secs(86_400) }, "never"),
            "Timeout", "How long the caller waits for the reply. The callee goes on working all the same.",
            "10 s: client timeouts of 1 to 10 s are usual (common knowledge, not verified)";
        calls: Shape::Number { min: 0.0, max: 200.0, unit: "" }, "Calls per request",
            "0.3 is three requests in ten, 2 is two calls; 2.4 is two and a 0.4 chance of a third.";
        parallel: Shape::Flag, "At once", "Whether several calls run at once instead of one after the other.";
        "Order and conditions" =>
        step: Shape::count(1, 100, "steps"), "Step", "Links of the same step run at once; later steps follow.";
        optional: Shape::Flag, "Optional", "Whether the request can do without it: its failure is then no failure.";
        when: Shape::Choice(When::CHOICES), "When", "What must have come of the earlier steps for it to be used.";
        classes: Shape::List(&Shape::Text { max_chars: 80 }), "Classes", "The request classes that use it; empty for all.";
        "Connections" =>
        pool: Shape::optional(&Shape::Count { min: 1, max: 1_000_000, unit: "connections" }, "no pool"), "Pool",
            "Connections that each instance of the caller has for these calls. HikariCP's maximum is 10 unless told otherwise (HikariConfig.java).";
        pool_wait needs pool: Shape::span(Span::ZERO, Span::from_secs(3600)), "Pool wait",
            "How long a call waits for a free connection before it fails. The timeout counts from when it has one.",
            "30 s: HikariCP connectionTimeout (HikariConfig.java)";
        pool_hold needs pool: Shape::Choice(PoolHold::CHOICES), "Pool hold", "When a connection is given back.";
        "Messages" =>
        prefetch: Shape::count(1, 100_000, "messages"), "Prefetch",
            "From a queue: messages that each instance of the consumer holds at once, worked on or not.",
            "10: as many as one receive of Amazon SQS gives (SQS developer guide, quotas)";
    ];
}

choices! {
    /// How long a connection is held.
    PoolHold {
        /// By its call: given back when the answer is there, or the caller gives up.
        Call = "call", "For the call";
        /// By the caller's request, as a transaction: given back when that ends. Every further call takes another.
        Request = "request", "For the whole request";
    }
}

choices! {
    /// When a link of a later step is used.
    When {
        /// Whatever came of the earlier steps.
        Always = "always", "Always";
        /// After a cache beside the caller did not have what was asked for; and for every write.
        Miss = "miss", "After a miss";
        /// After an optional call of an earlier step has failed: a fallback.
        Failed = "failed", "After a failure";
    }
}

choices! {
    /// What a request does to the data it asks for.
    Operation {
        /// Reads; caches may answer.
        Read = "read", "Read";
        /// Writes; caches forget the key and pass it on.
        Write = "write", "Write";
    }
}

/// A class of requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its stable name.
    pub id: String,
    /// Its share of the requests, against the other classes' weights.
    pub weight: f64,
    /// What it does to the data.
    pub operation: Operation,
    /// Bytes of a request.
    pub request: Bytes,
    /// Mean bytes of a reply; an object's size is a function of its key.
    pub reply: Bytes,
    /// Coefficient of variation of the reply's size over the keys.
    pub reply_cv: f64,
    /// The catalogue its keys are drawn from; classes that name the same one share its keys.
    pub catalogue: String,
    /// Keys in the catalogue.
    pub keys: u64,
    /// Zipf exponent of the keys' popularity: 0 is even, 0.99 is the YCSB default.
    pub skew: f64,
    /// Share of the keys that do not exist: a read finds nothing, and whoever stands in front of the data may not keep that.
    pub absent: f64,
    /// Share of the keys whose messages no worker can process.
    pub poison: f64,
    /// Importance: a greater number goes first where a component knows priorities.
    pub priority: u32,
    /// A reply after this long is late and does not count as good; `None` for never.
    pub deadline: Option<Span>,
}

impl Default for Class {
    fn default() -> Self {
        Class {
            id: "request".to_owned(),
            weight: 1.0,
            operation: Operation::Read,
            request: Bytes::new(500),
            reply: Bytes::new(10_000),
            reply_cv: 1.0,
            catalogue: "main".to_owned(),
            keys: 1_000_000,
            skew: 0.99,
            absent: 0.0,
            poison: 0.0,
            priority: 0,
            deadline: None,
        }
    }
}

impl Class {
    /// What the settings of a class look like.
    pub const FIELDS: &'static [Field<Class>] = fields![Class;
        weight: Shape::Number { min: 0.0, max: 1e9, unit: "" }, "Weight", "Its share of the requests, against the other classes' weights.";
        operation: Shape::Choice(Operation::CHOICES), "Operation", "What it does to the data it asks for.";
        request: Shape::Bytes { min: 0, max: 1 << 40 }, "Request size", "Bytes of a request.";
        reply: Shape::Bytes { min: 0, max: 1 << 40 }, "Reply size", "Mean bytes of a reply; an object's size is a function of its key.";
        reply_cv: Shape::Number { min: 0.0, max: 20.0, unit: "" }, "Reply size CV", "How the reply's size varies over the keys (lognormal).";
        catalogue: Shape::Text { max_chars: 80 }, "Catalogue", "Where its keys are drawn from; classes that name the same one share keys.";
        keys: Shape::count(1, 1 << 40, "keys"), "Keys", "Different objects in the catalogue.";
        skew: Shape::Number { min: 0.0, max: 3.0, unit: "" }, "Skew", "Zipf exponent of popularity: 0 is even.",
            "0.99: YCSB's default (YCSB workloads)";
        absent: Shape::Number { min: 0.0, max: 1.0, unit: "" }, "Absent keys", "Share of the keys that do not exist, for reads.";
        poison: Shape::Number { min: 0.0, max: 1.0, unit: "" }, "Poison keys",
            "Share of the keys whose messages no worker can process: each attempt at one fails.";
        priority: Shape::count(0, 255, ""), "Priority", "A greater number goes first where a component knows priorities.";
        deadline: Shape::optional(&Shape::Span { min: Span::from_nanos(1), max: Span::from_secs(86_400) }, "never late"),
            "Deadline", "A reply after this long is late and not good.";
    ];
}

impl Head {
    /// What the settings of a model look like.
    pub const FIELDS: &'static [Field<Head>] = fields![Head;
        title: Shape::Text { max_chars: 200 }, "Title", "What the model is called.";
        description: Shape::Text { max_chars: 4000 }, "Description", "What it is, in a sentence or two.";
        notes: Shape::Text { max_chars: 100_000 }, "Notes", "Anything worth remembering.";
        seed: Shape::count(0, 1 << 53, ""), "Seed", "Keys all chance: the same model and seed give the same run.";
        load: Shape::Number { min: 0.0, max: 1e6, unit: "×" }, "Load", "All loads are multiplied by this.";
        duration: Shape::span(Span::from_nanos(1), Span::from_secs(90 * 86_400)), "Duration", "How long a run lasts.";
        warm_up: Shape::optional(&Shape::span(Span::ZERO, Span::from_secs(90 * 86_400)), "as long as MSER-5 finds"), "Warm-up",
            "How much of the start is left out of the report.";
        window: Shape::span(Span::from_millis(1), Span::from_secs(86_400)), "Chart window", "The simulated time between two points of a chart.";
        provider: Shape::Choice(Provider::CHOICES), "Prices", "Whose price list is used.";
    ];
}

/// Something the whole is expected to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Objective {
    /// A percentile of the latency stays within a limit.
    Latency {
        /// 50, 95, 99 or 99.9.
        percentile: f64,
        /// The limit.
        within: Span,
    },
    /// A share of the requests is answered well.
    Availability {
        /// From 0 to 1.
        at_least: f64,
    },
    /// The whole costs no more than this.
    Budget {
        /// US dollars per hour.
        usd_per_hour: f64,
    },
}

impl Objective {
    /// The kinds of objective.
    pub const CASES: &'static [Case] = &[
        Case {
            value: "latency",
            label: "Latency",
            help: "A percentile of the latency stays within a limit.",
            fields: &[
                CaseField::new(
                    "percentile",
                    "Percentile",
                    Shape::Number { min: 1.0, max: 99.99, unit: "" },
                    "Which percentile.",
                    "99",
                ),
                CaseField::new(
                    "within",
                    "Within",
                    Shape::span(Span::from_nanos(1), Span::from_secs(86_400)),
                    "The limit.",
                    "\"300ms\"",
                ),
            ],
        },
        Case {
            value: "availability",
            label: "Availability",
            help: "A share of the requests is answered well.",
            fields: &[CaseField::new(
                "at_least",
                "At least",
                Shape::Number { min: 0.0, max: 1.0, unit: "" },
                "From 0 to 1.",
                "0.999",
            )],
        },
        Case {
            value: "budget",
            label: "Budget",
            help: "The whole costs no more than this.",
            fields: &[CaseField::new(
                "usd_per_hour",
                "USD per hour",
                Shape::Number { min: 0.0, max: 1e9, unit: "USD/h" },
                "The most it may cost.",
                "5",
            )],
        },
    ];
    /// The shape of an objective.
    pub const SHAPE: Shape = Shape::Variant { tag: "kind", cases: Self::CASES };
}

impl FieldValue for Objective {
    fn to_json(&self) -> Json {
        match self {
            Objective::Latency { percentile, within } => {
                let fields = vec![("percentile", percentile.to_json()), ("within", within.to_json())];
                case_json("kind", "latency", fields)
            }
            Objective::Availability { at_least } => {
                case_json("kind", "availability", vec![("at_least", at_least.to_json())])
            }
            Objective::Budget { usd_per_hour } => {
                case_json("kind", "budget", vec![("usd_per_hour", usd_per_hour.to_json())])
            }
        }
    }
    fn from_json(json: &Json) -> Option<Self> {
        let word = json.get("kind")?.as_str()?;
        let case = Self::CASES.iter().find(|c| c.value == word)?;
        Some(match word {
            "latency" => Objective::Latency {
                percentile: case_value(json, case, "percentile")?,
                within: case_value(json, case, "within")?,
            },
            "availability" => Objective::Availability { at_least: case_value(json, case, "at_least")? },
            _ => Objective::Budget { usd_per_hour: case_value(json, case, "usd_per_hour")? },
        })
    }
}

/// A happening with its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheduled {
    /// When, counted from the start of the run.
    pub at: Span,
    /// What.
    pub what: Happening,
}

impl FieldValue for Point {
    fn to_json(&self) -> Json {
        vec![self.x.to_json(), self.y.to_json()].into()
    }
    fn from_json(json: &Json) -> Option<Self> {
        match json.as_array()?.as_slice() {
            [x, y] => Some(Point { x: x.as_f64()?, y: y.as_f64()? }),
            _ => None,
        }
    }
}
