//! Values that a field may not hold, and the least and most that it may.

use serde_json::{Value as Json, json};
use tenfold::model::{Case, Shape};
use tenfold::units::Bytes;

/// Values that are illegal in a field of this shape, whichever field it is.
pub(super) fn wrong(shape: &Shape) -> Vec<Json> {
    let mut values = vec![json!(["x"]), json!([[[]]]), json!("\u{0}\u{1b}[31m")];
    match shape {
        Shape::Count { min, max, .. } => {
            values.extend([
                json!(0.5),
                json!(-1),
                json!(1e300),
                json!("3"),
                json!(true),
                json!({}),
                json!(max + 1),
            ]);
            values.extend(min.checked_sub(1).map(|less| json!(less)));
            values.push(json!(null));
        }
        Shape::Number { min, max, .. } => {
            let (less, more) = (min - 1.0, max * 2.0 + 1.0);
            values.extend([
                json!(less),
                json!(more),
                json!(-1e300),
                json!("NaN"),
                json!("1"),
                json!(false),
                json!({}),
                json!(null),
            ]);
        }
        Shape::Span { .. } => {
            values.extend(
                ["", "5", "ms", "-1s", "NaNs", "infs", "1e400s", "3 parsecs", "1s 1s 1", "1e9d", "0x10s"]
                    .map(Json::from),
            );
            values.extend([json!(5), json!(0), json!(null), json!(true), json!({}), json!(1e300)]);
        }
        Shape::Rate { .. } => {
            values.extend(
                ["", "5", "/s", "-1/s", "NaN/s", "1e9/s", "1e400/s", "5/parsec", "1s"].map(Json::from),
            );
            values.extend([json!(5), json!(null), json!(true), json!({})]);
        }
        Shape::Bytes { .. } => {
            values.extend(["", "5", "GB", "-1B", "NaNB", "1e30PB", "1e400B", "4 bits", "1s"].map(Json::from));
            values.extend([json!(5), json!(null), json!(true), json!({})]);
        }
        Shape::Flag => values.extend([json!(0), json!(1), json!("true"), json!(null), json!({})]),
        Shape::Text { max_chars } => {
            values.truncate(2);
            values.extend([json!(1), json!(null), json!(true), json!({}), json!("x".repeat(max_chars + 1))]);
        }
        Shape::Choice(_) => {
            values.extend([json!(""), json!("zzz"), json!(0), json!(null), json!(true), json!({})])
        }
        Shape::Optional { shape, .. } => {
            return wrong(shape).into_iter().filter(|value| !value.is_null()).collect();
        }
        Shape::List(shape) => {
            values = vec![json!(1), json!("x"), json!(null), json!({}), json!(true)];
            values.extend(wrong(shape).into_iter().map(|item| json!([item])));
        }
        Shape::Variant { tag, cases } => {
            values.extend([
                json!(1),
                json!("x"),
                json!(null),
                json!(true),
                json!({}),
                json!({ *tag: 1 }),
                json!({ *tag: "zzz" }),
            ]);
            for case in *cases {
                values.extend(wrong_case(tag, case));
            }
        }
    }
    values
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
