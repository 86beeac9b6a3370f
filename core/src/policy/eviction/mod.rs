//! What a cache keeps and what it lets go.

mod lru;
mod table;

pub use lru::{Lookup, Lru};
