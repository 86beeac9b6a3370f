//! The engine of the page: what crosses between the page and the core, the run loop, the worker.
//!
//! [`runner::Runner`] is the loop, free of page types: it takes [`protocol::Order`]s, works in slices as long as it is allowed and gives
//! [`protocol::News`]. [`worker`] drives it in a Web Worker; a page that may not start one drives it in slices of its own.

mod live;
pub mod protocol;
mod reporting;
pub mod runner;
mod standing;
mod theory;
pub mod worker;
