//! Networks of queues: open ones fed by streams (Jackson), closed ones with a fixed number of users (mean value analysis).

mod classes;
mod closed;
mod open;

pub use classes::{Served, Users, closed_by_class};
pub use closed::{Closed, Place, closed};
pub use open::{Open, Station, Visited, open};
