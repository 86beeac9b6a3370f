//! What a cache keeps and what it lets go.

mod chain;
mod lru;
mod pages;
mod table;

pub use lru::{Lookup, Lru};
