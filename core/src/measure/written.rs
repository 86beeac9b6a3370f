//! How a report becomes text: each of its structs turns into one small tree, so that only the tree need know how to be written.
//!
//! Deriving `Serialize` instead would write out each struct anew for the format: most of what a report takes of the page.

use serde::ser::{Serialize, Serializer};
use serde_json::Value as Json;

/// Something the report is made of.
pub(crate) trait Written {
    /// It as it is written.
    fn tree(&self) -> Tree;
}

/// JSON whose objects keep their order.
pub(crate) enum Tree {
    Leaf(Json),
    List(Vec<Tree>),
    Object(Object),
}

/// Named things in the order they are written in.
#[derive(Default)]
pub(crate) struct Object(Vec<(String, Tree)>);

impl Object {
    pub(crate) fn put(&mut self, name: &str, thing: &dyn Written) {
        self.0.push((name.to_owned(), thing.tree()));
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Leaf(value) => value.serialize(serializer),
            Tree::List(items) => serializer.collect_seq(items),
            Tree::Object(Object(entries)) => {
                serializer.collect_map(entries.iter().map(|(name, tree)| (name, tree)))
            }
        }
    }
}

/// Declares a struct of the report that is written as an object of its fields, in their order; the things named in the
/// field after `..` stand among them.
macro_rules! written {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
        $(.. $(#[$rest_meta:meta])* $rest:ident: $rest_type:ty,)?
    }) => {
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
            $($(#[$rest_meta])* pub $rest: $rest_type,)?
        }
        impl Written for $name {
            fn tree(&self) -> Tree {
                let mut object = Object::default();
                $(object.put(stringify!($field), &self.$field);)*
                $(self.$rest.iter().for_each(|(name, thing)| object.put(name, thing));)?
                Tree::Object(object)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.tree().serialize(serializer)
            }
        }
    };
}
pub(crate) use written;

macro_rules! leaf {
    ($($type:ty)*) => { $(
        impl Written for $type {
            fn tree(&self) -> Tree {
                Tree::Leaf(Json::from(self.clone()))
            }
        }
    )* };
}
leaf!(bool u64 f64 &'static str String Option<f64> Option<String>);

impl<T: Written> Written for Vec<T> {
    fn tree(&self) -> Tree {
        Tree::List(self.iter().map(Written::tree).collect())
    }
}

/// A list of named things is written as an object.
impl<T: Written> Written for Vec<(String, T)> {
    fn tree(&self) -> Tree {
        let mut object = Object::default();
        self.iter().for_each(|(name, thing)| object.put(name, thing));
        Tree::Object(object)
    }
}
