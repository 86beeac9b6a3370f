//! What the suite, the fuzz targets and the journeys share: random models, random edits, and what must hold of them.
//!
//! Everything random is read from bytes by [`Choices`]. A property test, a fuzzer and a seeded list of models differ only in where
//! their bytes come from, so a case that one of them finds is a file that all of them can replay.

pub mod choices;
pub mod edits;
pub mod life;
pub mod models;
pub mod properties;
pub mod targets;
pub mod values;

pub use choices::Choices;
