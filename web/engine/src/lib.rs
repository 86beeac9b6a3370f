//! The simulation core as wasm for a Web Worker: what crosses between the page and the engine, and the run loop.
//!
//! [`runner::Runner`] is the loop, free of page types: it takes [`protocol::Order`]s, works in slices as long as it is allowed and gives
//! [`protocol::News`]. The worker in `main.rs` drives it; so can a page that may not start a worker, and a test.

pub mod protocol;
pub mod runner;
