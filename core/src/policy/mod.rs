//! Algorithms that need neither time nor graph, usable alone.

pub mod balance;
pub mod eviction;
pub mod hashing;
