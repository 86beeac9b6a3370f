//! Algorithms that need neither time nor graph, usable alone.

pub mod balance;
pub mod capacity;
pub mod eviction;
pub mod hashing;
pub mod quorum;
pub mod scaling;
