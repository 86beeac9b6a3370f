//! The test suite of the whole: one binary, a file for each thing that is judged.

mod determinism;
mod hostile;
mod laws;
