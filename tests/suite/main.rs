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
mod quorums;
mod stations;
mod stores;
mod stories;
mod stories_quorum;
mod stories_stores;
mod theory;
mod travel;
