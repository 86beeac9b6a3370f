//! The types of values that fields hold, and how the file writes them.

use super::shape::Case;
use crate::units::{Bytes, PerSecond, Span};
use serde_json::{Map, Value as Json};

/// A type that a field can hold.
pub trait FieldValue: Sized {
    /// As the file writes it.
    fn to_json(&self) -> Json;
    /// From what the file says, already found legal by the field's [`Shape`](super::Shape).
    fn from_json(json: &Json) -> Option<Self>;
}

/// JSON in one line. Its `Display` says the same, but by two more of serde's writers, which the page would have to load.
pub fn in_line(json: &Json) -> String {
    // A `Value` always has a text: its keys are strings and its numbers finite.
    serde_json::to_string(json).unwrap_or_default()
}

/// The value of a case's field: what the file says, or the field's default.
pub fn case_value<T: FieldValue>(record: &Json, case: &Case, key: &str) -> Option<T> {
    match record.get(key) {
        Some(json) => T::from_json(json),
        None => {
            let field = case.fields.iter().find(|f| f.info.key == key)?;
            T::from_json(&serde_json::from_str(field.default).ok()?)
        }
    }
}

/// A case with its fields, as the file writes it: the inverse of reading each with [`case_value`].
pub(crate) fn case_json(tag: &str, word: &str, fields: Vec<(&str, Json)>) -> Json {
    let mut record = Map::new();
    record.insert(tag.to_owned(), word.into());
    for (key, value) in fields {
        record.insert(key.to_owned(), value);
    }
    record.into()
}

/// Whether a number has no fraction.
pub(super) fn is_whole(x: f64) -> bool {
    (x - libm::floor(x)).abs() <= 0.0
}

impl FieldValue for bool {
    fn to_json(&self) -> Json {
        (*self).into()
    }
    fn from_json(json: &Json) -> Option<Self> {
        json.as_bool()
    }
}
impl FieldValue for String {
    fn to_json(&self) -> Json {
        self.as_str().into()
    }
    fn from_json(json: &Json) -> Option<Self> {
        json.as_str().map(str::to_owned)
    }
}
impl FieldValue for f64 {
    /// Whole numbers are written without a decimal point.
    fn to_json(&self) -> Json {
        if is_whole(*self) && self.abs() < 9e15 { (*self as i64).into() } else { (*self).into() }
    }
    fn from_json(json: &Json) -> Option<Self> {
        json.as_f64()
    }
}
impl FieldValue for u64 {
    fn to_json(&self) -> Json {
        (*self).into()
    }
    fn from_json(json: &Json) -> Option<Self> {
        json.as_u64().or_else(|| json.as_f64().filter(|n| (0.0..=9e15).contains(n)).map(|n| n as u64))
    }
}
impl FieldValue for u32 {
    fn to_json(&self) -> Json {
        (*self).into()
    }
    fn from_json(json: &Json) -> Option<Self> {
        u64::from_json(json).and_then(|n| u32::try_from(n).ok())
    }
}
impl<T: FieldValue> FieldValue for Option<T> {
    fn to_json(&self) -> Json {
        self.as_ref().map_or(Json::Null, FieldValue::to_json)
    }
    fn from_json(json: &Json) -> Option<Self> {
        if json.is_null() { Some(None) } else { T::from_json(json).map(Some) }
    }
}
impl<T: FieldValue> FieldValue for Vec<T> {
    fn to_json(&self) -> Json {
        self.iter().map(FieldValue::to_json).collect()
    }
    fn from_json(json: &Json) -> Option<Self> {
        json.as_array()?.iter().map(T::from_json).collect()
    }
}

/// A quantity is written as text with its unit.
macro_rules! quantity {
    ($($type:ty),*) => {$(
        impl FieldValue for $type {
            fn to_json(&self) -> Json {
                self.to_string().into()
            }
            fn from_json(json: &Json) -> Option<Self> {
                json.as_str()?.parse().ok()
            }
        }
    )*};
}
quantity!(Span, PerSecond, Bytes);
