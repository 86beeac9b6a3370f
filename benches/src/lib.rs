//! How fast the engine is: workloads with known results, and how one is measured.
//!
//! A [`Workload`] is an ordinary model file (`benches/workloads/`) whose results are known, so that a figure of speed comes with the proof that
//! the work was done. [`Measured`] is one run of it. `tenfold bench`, `cargo bench` and the program in `benches/wasm` all measure by the same
//! lines; each brings its own clock, because the core has none.
//!
//! ```
//! use tenfold_bench::{Measured, Workload};
//! let workload = Workload::by_slug("w2").unwrap();
//! let begun = std::time::Instant::now();
//! let seen = Measured::run(workload, 2_000, &mut || begun.elapsed().as_secs_f64()).unwrap();
//! assert!(seen.events > 6_000 && seen.problem(workload).is_none());
//! ```

mod check;
mod curves;
mod measured;
mod workload;

pub use check::Check;
pub use curves::{CURVES, Curve};
pub use measured::{Measured, Spread};
pub use workload::Workload;
