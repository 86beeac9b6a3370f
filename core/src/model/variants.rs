//! Declaring a record whose fields depend on a word in it, once for its type, its shape and its form in a file.

/// Declares an enum of records, with the [`Case`](crate::model::Case) of each and its [`FieldValue`](crate::model::FieldValue). What is said to the user is also its documentation.
///
/// Of each field: its name, type and default as the file writes it; then shape, label, help, and if there is one the source of the default.
#[doc(hidden)]
#[macro_export]
macro_rules! variants {
    ($(#[$meta:meta])* $name:ident by $tag:literal { $(
        $variant:ident = $word:literal, $label:literal, $help:literal { $(
            $field:ident: $type:ty = $default:literal, $shape:expr, $flabel:literal, $fhelp:literal $(, $source:literal)?;
        )* }
    )* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name { $(
            #[doc = $help]
            $variant { $( #[doc = $fhelp] $field: $type, )* },
        )* }

        impl $name {
            /// The words for it, with the fields of each.
            pub const CASES: &'static [$crate::model::Case] = &[$(
                $crate::model::Case {
                    value: $word,
                    label: $label,
                    help: $help,
                    fields: &[$(
                        $crate::model::CaseField::new(stringify!($field), $flabel, $shape, $fhelp, $default)
                            .sourced(concat!("" $(, $source)?)),
                    )*],
                },
            )*];
            /// What it looks like.
            pub const SHAPE: $crate::model::Shape = $crate::model::Shape::Variant { tag: $tag, cases: Self::CASES };

            /// The word for it.
            pub const fn word(&self) -> &'static str {
                match self { $( $name::$variant { .. } => $word, )* }
            }
            /// What it is called on the screen.
            pub const fn label(&self) -> &'static str {
                match self { $( $name::$variant { .. } => $label, )* }
            }
        }

        impl $crate::model::FieldValue for $name {
            fn to_json(&self) -> serde_json::Value {
                let fields = match self { $(
                    $name::$variant { $($field),* } => vec![$( (stringify!($field), $field.to_json()) ),*],
                )* };
                $crate::model::case_json($tag, self.word(), fields)
            }
            fn from_json(json: &serde_json::Value) -> Option<Self> {
                let word = json.get($tag)?.as_str()?;
                let case = Self::CASES.iter().find(|case| case.value == word)?;
                match word {
                    $( $word => Some($name::$variant {
                        $( $field: $crate::model::case_value(json, case, stringify!($field))?, )*
                    }), )*
                    _ => None,
                }
            }
        }
    };
}
