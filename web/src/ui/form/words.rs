//! The words around a control: how a value reads, its unit, what a field is for.

use super::super::el::{El, el};
use super::Slot;
use serde_json::Value as Json;
use tenfold::model::{FieldInfo, Shape, in_line};

/// How a value reads.
pub(crate) fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => in_line(other),
    }
}

/// A value to begin with where there was none.
pub(super) fn first_value(shape: &Shape) -> Json {
    match shape {
        Shape::Count { min, max, .. } => (*max).min((*min).max(8)).into(),
        Shape::Number { min, .. } => tenfold::model::FieldValue::to_json(min),
        Shape::Span { .. } => "1m".into(),
        Shape::Rate { .. } => "100/s".into(),
        Shape::Bytes { .. } => "1GB".into(),
        // Its fields have defaults of their own.
        Shape::Variant { tag, cases: [first, ..] } => serde_json::json!({ *tag: first.value }),
        _ => Json::Null,
    }
}

pub(super) fn in_words(value: &Json) -> String {
    match value {
        Json::Null => "none".to_owned(),
        Json::Array(items) if items.is_empty() => "all".to_owned(),
        Json::Object(record) => record.values().map(shown).collect::<Vec<_>>().join(", "),
        other => shown(other),
    }
}

pub(super) fn unit(shape: &Shape) -> &'static str {
    match shape {
        Shape::Number { unit, .. } => unit,
        _ => "",
    }
}

pub(super) fn label_with_unit(info: &FieldInfo) -> String {
    let unit = match info.shape {
        Shape::Count { unit, .. } | Shape::Number { unit, .. } => unit,
        Shape::Optional { shape: Shape::Count { unit, .. } | Shape::Number { unit, .. }, .. } => unit,
        _ => "",
    };
    if unit.is_empty() { info.label.to_owned() } else { format!("{} ({unit})", info.label) }
}

/// The label; pressed, it tells what the field does, what is legal and where the default comes from.
pub(super) fn help(slot: &Slot<'_>) -> El {
    let info = slot.info;
    let limits = crate::state::capital(&info.shape.expected());
    let long = matches!(info.shape, Shape::Variant { .. } | Shape::Choice(_) | Shape::List(_) | Shape::Flag);
    let limits = (!long).then(|| el("p").child(format!("{limits}.")));
    let source = (!info.source.is_empty())
        .then(|| el("p").class("muted").child(format!("Default: {}.", info.source.trim_end_matches('.'))));
    let text = el("div").class("help-text").child(el("p").child(info.help));
    el("details")
        .class("help")
        .child(el("summary").title(info.help).child(info.label))
        .child(text.child(limits).child(source))
}
