//! The load of clients over time, as the user describes it.

use crate::model::{Case, CaseField, FieldValue, LAW, Law, Shape, case_json, case_value};
use crate::units::{PerSecond, Span};
use serde_json::Value as Json;

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

/// The shapes of load.
pub const LOAD_CASES: &[Case] = &[
    Case {
        value: "steady",
        label: "Steady",
        help: "Open load at one rate.",
        fields: &[CaseField::new("rate", "Rate", RATE, "Requests per second.", "\"100/s\"")],
    },
    Case {
        value: "ramp",
        label: "Ramp",
        help: "Open load that grows or shrinks linearly.",
        fields: &[
            CaseField::new("from", "From", RATE, "Rate before the ramp.", "\"100/s\""),
            CaseField::new("to", "To", RATE, "Rate after the ramp.", "\"1000/s\""),
            CaseField::new("start", "Starts at", MOMENT, "When the ramp begins.", "\"30s\""),
            CaseField::new("over", "Takes", MOMENT, "How long the ramp takes.", "\"5m\""),
        ],
    },
    Case {
        value: "step",
        label: "Step",
        help: "Open load at one rate, then another.",
        fields: &[
            CaseField::new("from", "From", RATE, "Rate before.", "\"100/s\""),
            CaseField::new("to", "To", RATE, "Rate after.", "\"300/s\""),
            CaseField::new("at", "At", MOMENT, "When it changes.", "\"1m\""),
        ],
    },
    Case {
        value: "spike",
        label: "Spike",
        help: "Open load with a flash crowd: rise, plateau, fall.",
        fields: &[
            CaseField::new("base", "Base", RATE, "Rate before and after.", "\"100/s\""),
            CaseField::new("peak", "Peak", RATE, "Rate on the plateau.", "\"1000/s\""),
            CaseField::new("at", "At", MOMENT, "When the rise begins.", "\"1m\""),
            CaseField::new("rise", "Rises in", MOMENT, "How long the rise, and the fall, takes.", "\"1m\""),
            CaseField::new("hold", "Lasts", MOMENT, "How long the plateau lasts.", "\"5m\""),
        ],
    },
    Case {
        value: "diurnal",
        label: "Daily wave",
        help: "Open load that follows the day.",
        fields: &[
            CaseField::new("mean", "Mean", RATE, "Mean rate over the day.", "\"100/s\""),
            CaseField::new(
                "swing",
                "Swing",
                Shape::Number { min: 0.0, max: 1.0, unit: "" },
                "Height of the wave as a share of the mean.",
                "0.5",
            ),
            CaseField::new(
                "day",
                "Day",
                Shape::span(Span::from_secs(1), Span::from_secs(7 * 86_400)),
                "Length of a day; shorten it to watch several.",
                "\"1d\"",
            ),
            CaseField::new(
                "peak_at",
                "Peak at",
                MOMENT,
                "When the peak comes, from the start of the day.",
                "\"14h\"",
            ),
        ],
    },
    Case {
        value: "closed",
        label: "Users",
        help: "Closed load: each user waits for the reply, thinks, and asks again.",
        fields: &[
            CaseField::new("users", "Users", Shape::count(0, 1_000_000, "users"), "How many users.", "50"),
            CaseField::new(
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
    pub(super) fn word(&self) -> &'static str {
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
        let fields = match self {
            Load::Steady { rate } => vec![("rate", rate.to_json())],
            Load::Ramp { from, to, start, over } => vec![
                ("from", from.to_json()),
                ("to", to.to_json()),
                ("start", start.to_json()),
                ("over", over.to_json()),
            ],
            Load::Step { from, to, at } => {
                vec![("from", from.to_json()), ("to", to.to_json()), ("at", at.to_json())]
            }
            Load::Spike { base, peak, at, rise, hold } => vec![
                ("base", base.to_json()),
                ("peak", peak.to_json()),
                ("at", at.to_json()),
                ("rise", rise.to_json()),
                ("hold", hold.to_json()),
            ],
            Load::Diurnal { mean, swing, day, peak_at } => vec![
                ("mean", mean.to_json()),
                ("swing", swing.to_json()),
                ("day", day.to_json()),
                ("peak_at", peak_at.to_json()),
            ],
            Load::Closed { users, think } => vec![("users", users.to_json()), ("think", think.to_json())],
        };
        case_json("shape", self.word(), fields)
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
