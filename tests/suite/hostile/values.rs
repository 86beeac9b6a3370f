//! Values that a field may not hold, and the least and most that it may.

use serde_json::{Value as Json, json};
use tenfold::model::{Case, Shape};
use tenfold::units::Bytes;

/// Texts that are no quantity of any unit.
const NO_QUANTITY: [&str; 10] =
    ["", "5", "ms", "-1s", "NaNs", "-1/s", "1e400s", "1e400/s", "3 parsecs", "0x10s"];

fn texts(more: &[&str]) -> impl Iterator<Item = Json> {
    NO_QUANTITY.iter().chain(more).map(|text| Json::from(*text)).collect::<Vec<_>>().into_iter()
}

/// Values that are illegal in a field of this shape, whichever field it is.
pub(super) fn wrong(shape: &Shape) -> Vec<Json> {
    match shape {
        Shape::Optional { shape, .. } => {
            return wrong(shape).into_iter().filter(|value| !value.is_null()).collect();
        }
        Shape::List(shape) => {
            let items = wrong(shape).into_iter().map(|item| json!([item]));
            return [json!(1), json!("x"), json!(null), json!({}), json!(true)]
                .into_iter()
                .chain(items)
                .collect();
        }
        Shape::Variant { tag, cases } => {
            let none = [json!([]), json!(1), json!("x"), json!(null), json!(true), json!({})];
            let no_case = [json!({ *tag: 1 }), json!({ *tag: "zzz" }), json!({ *tag: null })];
            let of_cases = cases.iter().flat_map(|case| wrong_case(tag, case));
            return none.into_iter().chain(no_case).chain(of_cases).collect();
        }
        _ => {}
    }
    let mut values = vec![json!(["x"]), json!([[[]]]), json!({}), json!({ "a": 1 }), json!(null)];
    values.extend(wrong_plain(shape));
    values
}

/// The same for a field that holds one plain value; records, lists and nothing at all are wrong for all of them.
fn wrong_plain(shape: &Shape) -> Vec<Json> {
    match shape {
        Shape::Count { min, max, .. } => {
            let less = min.checked_sub(1).map(|less| json!(less));
            let plain = [json!(0.5), json!(-1), json!(1e300), json!("3"), json!(true), json!(max + 1)];
            plain.into_iter().chain(less).collect()
        }
        Shape::Number { min, max, .. } => {
            let (less, more) = (min - 1.0, max * 2.0 + 1.0);
            vec![json!(less), json!(more), json!(-1e300), json!("NaN"), json!("1"), json!(false)]
        }
        Shape::Span { .. } => {
            let numbers = [json!(5), json!(0), json!(true), json!(1e300)];
            texts(&["infs", "1s 1s 1", "1e9d", "5/s", "5GB"]).chain(numbers).collect()
        }
        Shape::Rate { .. } => {
            texts(&["/s", "NaN/s", "1e9/s", "5/parsec", "1s"]).chain([json!(5), json!(true)]).collect()
        }
        Shape::Bytes { .. } => {
            texts(&["GB", "-1B", "NaNB", "1e30PB", "4 bits", "1s"]).chain([json!(5), json!(true)]).collect()
        }
        Shape::Flag => vec![json!(0), json!(1), json!("true")],
        Shape::Text { max_chars } => vec![json!(1), json!(true), json!("x".repeat(max_chars + 1))],
        Shape::Outcomes => {
            vec![
                json!(1),
                json!([]),
                json!(""),
                json!("5"),
                json!("5ms -1"),
                json!("5ms 0"),
                json!("5ms,"),
                json!("2d"),
            ]
        }
        _ => vec![json!(""), json!("zzz"), json!("\u{0}\u{1b}[31m"), json!(0), json!(true)],
    }
}

fn wrong_case(tag: &str, case: &Case) -> Vec<Json> {
    let mut values = vec![json!({ tag: case.value, "no_such_field": 1 })];
    for field in case.fields {
        values.extend(
            wrong(&field.info.shape)
                .into_iter()
                .map(|value| json!({ tag: case.value, field.info.key: value })),
        );
    }
    values
}

/// The least and the most of what is legal in a field of this shape, and every choice.
pub(super) fn edges(shape: &Shape) -> Vec<Json> {
    match shape {
        Shape::Count { min, max, .. } => vec![json!(min), json!(max)],
        Shape::Number { min, max, .. } => vec![json!(min), json!(max)],
        Shape::Span { min, max } => vec![json!(min.to_string()), json!(max.to_string())],
        Shape::Rate { min, max } => vec![json!(format!("{min}/s")), json!(format!("{max}/s"))],
        Shape::Bytes { min, max } => {
            vec![json!(Bytes::new(*min).to_string()), json!(Bytes::new(*max).to_string())]
        }
        Shape::Flag => vec![json!(true), json!(false)],
        Shape::Outcomes => vec![json!("0s"), json!("1d 0.5, 1ns"), json!("5ms, 5ms 0, 20ms 1e9")],
        Shape::Text { max_chars } => vec![json!(""), json!("é".repeat(*max_chars))],
        Shape::Choice(choices) => choices.iter().map(|choice| json!(choice.value)).collect(),
        Shape::Optional { shape, .. } => edges(shape).into_iter().chain([json!(null)]).collect(),
        Shape::List(_) => vec![json!([])],
        Shape::Variant { tag, cases } => {
            let mut values = Vec::new();
            for case in *cases {
                values.push(json!({ *tag: case.value }));
                for field in case.fields {
                    values.extend(
                        edges(&field.info.shape)
                            .into_iter()
                            .map(|value| json!({ *tag: case.value, field.info.key: value })),
                    );
                }
            }
            values
        }
    }
}
