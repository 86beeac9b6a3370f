//! Values for fields, made from the shape that the field tables give: a new field or kind is tried without a line here.

use crate::Choices;
use serde_json::{Map, Value as Json, json};
use tenfold::model::{Case, Model, Shape};
use tenfold::units::{Bytes, Span};

/// The names that a text in a model may refer to.
#[derive(Debug, Default)]
pub struct Names(Vec<String>);

impl Names {
    /// All ids of `model`, and one that nothing has.
    pub fn of(model: &Model) -> Names {
        let components = model.components.iter().map(|c| &c.id);
        let links = model.links.iter().map(|l| &l.id);
        let classes = model.classes.iter().map(|c| &c.id);
        Names(components.chain(links).chain(classes).cloned().chain(["nobody".to_owned()]).collect())
    }
    fn some(&self, choices: &mut Choices<'_>) -> Json {
        let at = choices.below(self.0.len());
        self.0.get(at).map_or("", String::as_str).into()
    }
}

/// A value for a field of this shape: nearly always a legal one, and one that makes something happen within a second.
pub fn value(choices: &mut Choices<'_>, shape: &Shape, names: &Names) -> Json {
    if choices.one_in(20) { odd(choices) } else { legal(choices, shape, names) }
}

/// What is legal in hardly any field.
fn odd(choices: &mut Choices<'_>) -> Json {
    let odd =
        [json!(null), json!(-1.5), json!(""), json!([]), json!({ "law": 1 }), json!(1e300), json!("1e300d")];
    odd[choices.below(odd.len())].clone()
}

fn legal(choices: &mut Choices<'_>, shape: &Shape, names: &Names) -> Json {
    match shape {
        Shape::Count { min, max, .. } => {
            let n = [1, 2, 3, 0, 5, 8, 40, 300][choices.below(8)];
            json!(n.clamp(*min, *max))
        }
        Shape::Number { min, max, .. } => {
            let x: f64 = [1.0, 0.5, 2.4, 0.0, 0.03, 1.5, 3.0, 20.0][choices.below(8)];
            json!(x.clamp(*min, *max))
        }
        Shape::Span { min, max } => {
            let ns = [1_000_000, 20_000, 7_000_000, 0, 60_000_000, 1, 400_000_000, 30_000_000_000];
            json!(Span::from_nanos(ns[choices.below(8)]).clamp(*min, *max).to_string())
        }
        Shape::Rate { min, max } => {
            let rate: f64 = [100.0, 300.0, 30.0, 0.0, 900.0, 2_000.0][choices.below(6)];
            json!(format!("{}/s", rate.clamp(*min, *max)))
        }
        Shape::Bytes { min, max } => {
            let size = [1_000, 0, 1, 20_000, 100_000, 5_000_000][choices.below(6)];
            json!(Bytes::new(size.clamp(*min, *max)).to_string())
        }
        Shape::Flag => json!(choices.below(2) == 1),
        Shape::Text { .. } => names.some(choices),
        Shape::Choice(words) => json!(words[choices.below(words.len())].value),
        Shape::Optional { .. } if choices.one_in(5) => Json::Null,
        Shape::Optional { shape, .. } => legal(choices, shape, names),
        Shape::Outcomes => {
            let outcomes = ["2ms", "5ms 90, 20ms 9, 1s 1", "0ms 1, 1ns 1", "300us 3, 7ms"];
            json!(outcomes[choices.below(outcomes.len())])
        }
        Shape::List(shape) => (0..choices.below(4)).map(|_| legal(choices, shape, names)).collect(),
        Shape::Variant { tag, cases } => variant(choices, tag, cases, names),
    }
}

fn variant(choices: &mut Choices<'_>, tag: &str, cases: &[Case], names: &Names) -> Json {
    let case = &cases[choices.below(cases.len())];
    let mut record = Map::new();
    record.insert(tag.to_owned(), case.value.into());
    for field in case.fields {
        // What is left out takes its default.
        if !choices.one_in(6) {
            record.insert(field.info.key.to_owned(), legal(choices, &field.info.shape, names));
        }
    }
    record.into()
}
