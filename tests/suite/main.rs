//! The test suite of the whole: one binary, a file for each thing that is judged.

mod allocations;
mod aside;
mod caches;
mod certainty;
mod common_numbers;
mod conservation;
mod corpus;
mod coverage;
mod databases;
mod determinism;
mod docs;
mod edits;
mod golden;
mod hostile;
mod laws;
mod properties;
mod stations;
mod stories;
mod stories_caches;
mod theory;
mod travel;
