//! The typed field tree: one description of every setting, from which come decoding, error texts, the
//! inspector, the schema and the documentation.
//!
//! A [`Field`] ties a member of a settings struct to a [`FieldInfo`]: its key in the file, its label, its
//! [`Shape`] (type, unit, legal range) and its help. Values travel as JSON written the way people write
//! them (`"250ms"`, `"4GiB"`), so the file, the inspector and an edit all speak of a value in the same words.

use super::shape::Shape;
use serde_json::Value as Json;
use std::fmt;

/// What a field looks like to a person: key, label, type, limits, help.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// Its name in the file.
    pub key: &'static str,
    /// Its name on the screen.
    pub label: &'static str,
    /// Type, unit and legal range.
    pub shape: Shape,
    /// What it does, in a sentence or two.
    pub help: &'static str,
    /// Where the default comes from; empty when the default is a mere starting point.
    pub source: &'static str,
    /// The title of the section that begins with it; empty while it stands in that of the field before.
    pub group: &'static str,
    /// The key of the optional field without which it is refused; empty when there is none.
    pub needs: &'static str,
}

impl FieldInfo {
    /// A field that stands alone.
    pub const fn new(key: &'static str, label: &'static str, shape: Shape, help: &'static str) -> Self {
        FieldInfo { key, label, shape, help, source: "", group: "", needs: "" }
    }
}

/// Ties a member of the settings struct `C` to its description.
pub struct Field<C> {
    /// What it looks like.
    pub info: FieldInfo,
    /// Reads it, as the file writes it.
    pub get: fn(&C) -> Json,
    /// Writes it; `false` when the value is of another type (its shape tells which is legal).
    pub set: fn(&mut C, &Json) -> bool,
}

impl<C> fmt::Debug for Field<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.info.fmt(f)
    }
}

/// Declares the field table of a settings struct: member, shape, label, help and source of the default. A section begins with
/// `"Its title" =>` before its first field; `needs other` behind a member says without which it is refused.
#[macro_export]
macro_rules! fields {
    ($config:ty; $($($group:literal =>)? $key:ident $(needs $other:ident)?: $shape:expr, $label:literal, $help:literal $(, $source:literal)?;)*) => {
        &[$($crate::model::Field {
            info: $crate::model::FieldInfo {
                key: stringify!($key), label: $label, shape: $shape, help: $help,
                source: concat!("" $(, $source)?),
                group: concat!("" $(, $group)?),
                needs: concat!("" $(, stringify!($other))?),
            },
            get: |config: &$config| $crate::model::FieldValue::to_json(&config.$key),
            set: |config: &mut $config, json| match $crate::model::FieldValue::from_json(json) {
                Some(value) => { config.$key = value; true }
                None => false,
            },
        }),*]
    };
}

/// Declares an enum whose variants are the words of a choice field, with label and help for each.
#[macro_export]
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $(#[doc = $help:literal] $variant:ident = $value:literal, $label:literal;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $(#[doc = $help] $variant),* }
        impl $name {
            /// Every choice, for forms and documentation.
            pub const CHOICES: &'static [$crate::model::Choice] =
                &[$($crate::model::Choice { value: $value, label: $label, help: $help.trim_ascii_start() }),*];
            /// The word in the file.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $value),* }
            }
            /// The name on the screen.
            pub const fn label(self) -> &'static str {
                match self { $($name::$variant => $label),* }
            }
        }
        impl $crate::model::FieldValue for $name {
            fn to_json(&self) -> serde_json::Value { self.word().into() }
            fn from_json(json: &serde_json::Value) -> Option<Self> {
                match json.as_str()? { $($value => Some($name::$variant),)* _ => None }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::Kind;
    use crate::model::Link;

    #[test]
    fn what_a_field_needs_is_an_optional_field_before_it() {
        let link = Link::FIELDS.iter().map(|field| &field.info).collect();
        for fields in Kind::ALL.iter().map(|kind| kind.fields()).chain([link]) {
            for (at, info) in fields.iter().enumerate().filter(|(_, info)| !info.needs.is_empty()) {
                let other = fields[..at].iter().find(|other| other.key == info.needs);
                assert!(
                    matches!(other, Some(FieldInfo { shape: Shape::Optional { .. }, .. })),
                    "{}",
                    info.key
                );
            }
        }
    }
}
