//! Networks of queues: open ones fed by streams (Jackson), closed ones with a fixed number of users (mean value analysis).

mod closed;
mod open;

pub use closed::{Closed, Place, closed};
pub use open::{Open, Station, Visited, open};
