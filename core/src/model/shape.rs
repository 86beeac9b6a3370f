//! The types a field can have, with unit and legal range, and the check of a value against them.

use super::check::Check;
use super::field::FieldInfo;
use super::path::{FieldPath, Problem};
use super::value::{FieldValue, is_whole};
use crate::units::{Bytes, PerSecond, Span};
use serde_json::Value as Json;

/// The type of a field with its unit and legal range.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A whole number of things.
    Count {
        /// Smallest legal.
        min: u64,
        /// Largest legal.
        max: u64,
        /// What is counted, in the plural: `requests`, `cores`.
        unit: &'static str,
    },
    /// A plain number.
    Number {
        /// Smallest legal.
        min: f64,
        /// Largest legal.
        max: f64,
        /// What it is a number of; may be empty.
        unit: &'static str,
    },
    /// A duration.
    Span {
        /// Shortest legal.
        min: Span,
        /// Longest legal.
        max: Span,
    },
    /// A rate per second.
    Rate {
        /// Smallest legal, per second.
        min: f64,
        /// Largest legal, per second.
        max: f64,
    },
    /// A size.
    Bytes {
        /// Smallest legal.
        min: u64,
        /// Largest legal.
        max: u64,
    },
    /// Yes or no.
    Flag,
    /// A text of at most so many characters.
    Text {
        /// Longest legal, in characters.
        max_chars: usize,
    },
    /// Durations with their weights, in one text; see [`Outcomes`](super::Outcomes).
    Outcomes,
    /// One of several words.
    Choice(&'static [Choice]),
    /// A value that may be absent; `null` in the file.
    Optional {
        /// What it is when present.
        shape: &'static Shape,
        /// What absent means: `no limit`, `for ever`.
        absent: &'static str,
    },
    /// A list of values of one shape.
    List(&'static Shape),
    /// A record whose fields depend on the word in its `tag` field.
    Variant {
        /// The field that tells the cases apart.
        tag: &'static str,
        /// The cases.
        cases: &'static [Case],
    },
}

/// A word that a choice field can hold.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// In the file.
    pub value: &'static str,
    /// On the screen.
    pub label: &'static str,
    /// What it means, in a sentence.
    pub help: &'static str,
}

/// A case of a [`Shape::Variant`].
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The word in the tag field.
    pub value: &'static str,
    /// On the screen.
    pub label: &'static str,
    /// What it means, in a sentence.
    pub help: &'static str,
    /// The fields this case has besides the tag.
    pub fields: &'static [CaseField],
}

/// A field of a [`Case`] with the default it takes when left out.
#[derive(Debug, Clone, Copy)]
pub struct CaseField {
    /// What it looks like.
    pub info: FieldInfo,
    /// The default, as JSON text.
    pub default: &'static str,
}

impl CaseField {
    /// A field that takes `default`, JSON text, when it is left out.
    pub const fn new(
        key: &'static str,
        label: &'static str,
        shape: Shape,
        help: &'static str,
        default: &'static str,
    ) -> Self {
        CaseField { info: FieldInfo::new(key, label, shape, help), default }
    }
    /// The same with where the default is from.
    pub const fn sourced(self, source: &'static str) -> Self {
        CaseField { info: FieldInfo { source, ..self.info }, ..self }
    }
}

impl Shape {
    /// A whole number of `unit` from `min` to `max`.
    pub const fn count(min: u64, max: u64, unit: &'static str) -> Self {
        Shape::Count { min, max, unit }
    }
    /// A duration from `min` to `max`.
    pub const fn span(min: Span, max: Span) -> Self {
        Shape::Span { min, max }
    }
    /// An optional value; `absent` says what it means when it is not there.
    pub const fn optional(shape: &'static Shape, absent: &'static str) -> Self {
        Shape::Optional { shape, absent }
    }

    /// What would be legal here, in words.
    pub fn expected(&self) -> String {
        match self {
            Shape::Count { min, max, unit: "" } => format!("a whole number from {min} to {max}"),
            Shape::Count { min, max, unit } => format!("a whole number of {unit} from {min} to {max}"),
            Shape::Number { min, max, .. } => format!("a number from {min} to {max}"),
            Shape::Span { min, max } => format!("a duration from \"{min}\" to \"{max}\", such as \"250ms\""),
            Shape::Rate { min, max } => format!("a rate from \"{min}/s\" to \"{max}/s\", such as \"1200/s\""),
            Shape::Bytes { min, max } => {
                format!("a size from \"{}\" to \"{}\", such as \"4KiB\"", Bytes::new(*min), Bytes::new(*max))
            }
            Shape::Flag => "true or false".to_owned(),
            Shape::Outcomes => super::Outcomes::EXPECTED.to_owned(),
            Shape::Text { max_chars } => format!("a text of at most {max_chars} characters"),
            Shape::Choice(choices) => format!("one of {}", quoted(choices.iter().map(|c| c.value))),
            Shape::Optional { shape, absent } => format!("{}, or null for {absent}", shape.expected()),
            Shape::List(shape) => format!("a list, each item {}", shape.expected()),
            Shape::Variant { tag, cases } => {
                format!("a record with \"{tag}\": one of {}", quoted(cases.iter().map(|c| c.value)))
            }
        }
    }

    /// Checks that `json` is legal here; every fault goes into `check` with its path.
    pub fn check(&self, json: &Json, at: &FieldPath, check: &mut Check) {
        match self {
            Shape::Count { min, max, .. } => match json.as_f64() {
                Some(n) if is_whole(n) => {
                    // A float skips whole numbers beyond 2⁵³, so a whole number is compared as one.
                    let inside = match json.as_u64() {
                        Some(n) => (*min..=*max).contains(&n),
                        None => (*min as f64..=*max as f64).contains(&n),
                    };
                    if !inside {
                        let (min, max) = (min.to_string(), max.to_string());
                        check.problem(at, Problem::OutOfRange { found: shortened(json), min, max });
                    }
                }
                _ => self.wrong_type(json, at, check),
            },
            Shape::Number { min, max, .. } => match json.as_f64() {
                Some(n) => in_range(n, *min, *max, json, at, check, |x| x.to_string()),
                None => self.wrong_type(json, at, check),
            },
            Shape::Span { min, max } => match Span::from_json(json) {
                Some(span) => {
                    let text = |x| Span::from_secs_f64(x).to_string();
                    in_range(span.secs(), min.secs(), max.secs(), json, at, check, text);
                }
                None => self.wrong_type(json, at, check),
            },
            Shape::Rate { min, max } => match PerSecond::from_json(json) {
                Some(rate) => in_range(rate.get(), *min, *max, json, at, check, |x| format!("{x}/s")),
                None => self.wrong_type(json, at, check),
            },
            Shape::Bytes { min, max } => match Bytes::from_json(json) {
                Some(size) => {
                    let text = |x| Bytes::new(x as u64).to_string();
                    in_range(size.get() as f64, *min as f64, *max as f64, json, at, check, text);
                }
                None => self.wrong_type(json, at, check),
            },
            Shape::Flag if json.is_boolean() => {}
            Shape::Text { max_chars } if json.as_str().is_some_and(|t| t.chars().count() <= *max_chars) => {}
            Shape::Outcomes if super::Outcomes::from_json(json).is_some() => {}
            Shape::Flag | Shape::Text { .. } | Shape::Outcomes => self.wrong_type(json, at, check),
            Shape::Choice(choices) => match json.as_str() {
                Some(word) => choice_of(word, choices, at, check),
                None => self.wrong_type(json, at, check),
            },
            Shape::Optional { .. } if json.is_null() => {}
            Shape::Optional { shape, .. } => shape.check(json, at, check),
            Shape::List(shape) => match json.as_array() {
                Some(items) => {
                    for (i, item) in items.iter().enumerate() {
                        shape.check(item, &at.index(i), check);
                    }
                }
                None => self.wrong_type(json, at, check),
            },
            Shape::Variant { tag, cases } => self.check_variant(tag, cases, json, at, check),
        }
    }

    fn check_variant(
        &self,
        tag: &str,
        cases: &'static [Case],
        json: &Json,
        at: &FieldPath,
        check: &mut Check,
    ) {
        let Some(record) = json.as_object() else { return self.wrong_type(json, at, check) };
        let Some(word) = record.get(tag) else {
            let expected = self.expected();
            return check.problem(&at.field(tag), Problem::Missing { expected });
        };
        let Some(word) = word.as_str() else { return self.wrong_type(word, &at.field(tag), check) };
        let Some(case) = cases.iter().find(|c| c.value == word) else {
            let legal: Vec<&str> = cases.iter().map(|c| c.value).collect();
            return check.unknown_choice(&at.field(tag), word, &legal);
        };
        for (key, value) in record {
            match case.fields.iter().find(|f| f.info.key == key) {
                Some(field) => field.info.shape.check(value, &at.field(key), check),
                None if key == tag => {}
                None => {
                    let keys = case.fields.iter().map(|f| f.info.key);
                    let legal: Vec<&str> = std::iter::once(tag).chain(keys).collect();
                    check.unknown_field(at, key, &legal);
                }
            }
        }
    }

    fn wrong_type(&self, json: &Json, at: &FieldPath, check: &mut Check) {
        check.problem(at, Problem::WrongType { found: shortened(json), expected: self.expected() });
    }
}

fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ")
}

/// `json` as text, cut to a length fit for a message.
pub(crate) fn shortened(json: &Json) -> String {
    let text = super::in_line(json);
    if text.chars().count() <= 60 { text } else { text.chars().take(57).collect::<String>() + "..." }
}

fn in_range(
    x: f64,
    min: f64,
    max: f64,
    json: &Json,
    at: &FieldPath,
    check: &mut Check,
    text: fn(f64) -> String,
) {
    if !(min..=max).contains(&x) {
        check.problem(at, Problem::OutOfRange { found: shortened(json), min: text(min), max: text(max) });
    }
}

fn choice_of(word: &str, choices: &[Choice], at: &FieldPath, check: &mut Check) {
    let legal: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
    if !legal.contains(&word) {
        check.unknown_choice(at, word, &legal);
    }
}
