//! How sure a measured figure is: warm-up, batches, intervals. Pure functions over numbers, usable alone.
//!
//! | you ask | here |
//! |---|---|
//! | how much of the start must go? | [`mser5`] |
//! | how far off may the mean of these independent values be? | [`ratio`] with [`Batches::Independent`] |
//! | … of one run cut into batches? | [`ratio`] with [`Batches::OfOneRun`] |
//! | how far off may a percentile be? | [`ratio`] of the share beyond it, see below |
//! | how rare is what was hardly ever seen? | [`share_bounds`] |
//! | are these batches still related? | [`von_neumann`] |
//!
//! A run's figure is a ratio of sums: time spent over requests, failures over requests, dollars over hours. Cut into batches (or repeated with other
//! seeds) it gives one pair of sums each, and the spread of what the pairs differ from the common ratio says how sure that ratio is. A percentile is one
//! too: the share of the values beyond it is known (a hundredth, for the 99th), how unsure that share is follows from the batches, and the two
//! percentiles that have so much more and so much less beyond them are the ends of its interval. So percentiles of batches are never averaged.
//!
//! ```
//! use tenfold::statistics::{Batches, Pair, ratio};
//! // Seconds and requests of ten batches.
//! let spent = [4.1, 3.9, 4.4, 4.0, 3.7, 4.2, 3.8, 4.1, 4.0, 3.8];
//! let pairs = spent.map(|sum| Pair { sum, weight: 100.0 });
//! let mean = ratio(&pairs, Batches::Independent, 0.95).unwrap();
//! assert!((mean.value - 0.040).abs() < 1e-12);
//! // 2.262 × the standard deviation of the ten means, 0.00211, over the root of ten.
//! assert!((mean.half_width - 0.00151).abs() < 1e-5);
//! ```

mod batches;
mod mser;
mod rare;
mod student;

pub use batches::{Batches, Estimate, Interval, Pair, RELATED, ratio, von_neumann};
pub use mser::{MSER_GROUP, MSER_MIN, mser5};
pub use rare::share_bounds;
pub use student::student_t;

/// How often an interval of a report is meant to contain the truth.
pub const CONFIDENCE: f64 = 0.95;
