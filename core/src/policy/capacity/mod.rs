//! Capacity units of a partitioned table: what an item costs, what a partition may use, and what it may borrow.
//!
//! The rules are those that the DynamoDB developer guide publishes ("Best practices for designing and using partition keys effectively",
//! "Read/write capacity mode"); what it does not publish is marked where it is decided. Everything that adds up is whole: millionths of a
//! unit, and nanoseconds.
//!
//! ```
//! use tenfold::policy::capacity::{Operation, Plan, Table, Verdict, write_cost};
//! // 400 write units over four partitions: each has 100 a second, and 300 seconds of them saved up.
//! let plan = Plan { partitions: 4, units: [4_000, 400], on_demand: false, isolate_after_ns: None, adaptive: false };
//! let mut table = Table::new(&plan, 0);
//! let one_item = write_cost(900);
//! let granted = (0..2_000).filter(|_| table.ask(Operation::Write, 7, one_item, 0) == Verdict::Granted).count();
//! // However much is saved up, a partition does no more than 1,000 writes in a second.
//! assert_eq!(granted, 1_000);
//! ```

mod bucket;
mod heat;
mod partition;
mod peak;
mod table;
#[cfg(test)]
mod tests;

pub use bucket::Bucket;
pub use table::Table;

/// Millionths in a unit.
pub const MICRO: u64 = 1_000_000;
/// What a partition can do in a second at most: read units, write units.
pub const PARTITION_CAP: [u64; 2] = [3_000, 1_000];
/// Seconds of unused capacity that a partition saves up.
pub const BURST_S: u64 = 300;
/// What a table that is new to on-demand mode can do at once: read units, write units.
pub const NEW_ON_DEMAND: [u64; 2] = [12_000, 4_000];
/// Bytes that a partition holds at most.
pub const PARTITION_BYTES: u64 = 10_000_000_000;
/// More partitions than any table here has.
pub const PARTITIONS_MAX: u32 = 10_000;

/// What is done to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It is read.
    Read = 0,
    /// It is written.
    Write = 1,
}

/// Whether a request may use what it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Granted,
    /// Its partition does all that a partition can do.
    AtTheCap,
    /// Its share, what was saved up and what may be borrowed are used up.
    UsedUp,
}

/// How a table is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Partitions its keys are spread over.
    pub partitions: u32,
    /// Read units and write units a second: what is provisioned or, on demand, the highest use so far.
    pub units: [u64; 2],
    /// Whether it takes what it needs up to twice its highest use, instead of what is provisioned.
    pub on_demand: bool,
    /// Whether a partition may use more than its share while the table as a whole uses less than it has.
    pub adaptive: bool,
    /// After how many nanoseconds at its cap a partition gives its most used item a partition of its own; `None` for never.
    pub isolate_after_ns: Option<u64>,
}

/// Millionths of a read unit that reading `bytes` costs: one unit for every 4 KiB begun, at least one; half of it when reads may be stale.
///
/// ```
/// use tenfold::policy::capacity::{MICRO, read_cost};
/// assert_eq!(read_cost(20 * 1024, true), 5 * MICRO);
/// assert_eq!(read_cost(20 * 1024, false), 5 * MICRO / 2);
/// ```
pub fn read_cost(bytes: u64, strong: bool) -> u64 {
    let whole = bytes.div_ceil(4096).max(1) * MICRO;
    if strong { whole } else { whole / 2 }
}

/// Millionths of a write unit that writing `bytes` costs: one unit for every KiB begun, at least one.
pub fn write_cost(bytes: u64) -> u64 {
    bytes.div_ceil(1024).max(1) * MICRO
}

/// Partitions that so many units a second and so many bytes need, by the rule the guide had while it published one: a partition for
/// every 3,000 read units and 1,000 write units together, or for every 10 GB.
pub fn partitions_for(units: [u64; 2], bytes: u64) -> u32 {
    let thirds = units[0].saturating_add(units[1].saturating_mul(3));
    let needed = thirds.div_ceil(3_000).max(bytes.div_ceil(PARTITION_BYTES)).max(1);
    needed.min(u64::from(PARTITIONS_MAX)) as u32
}

/// Which of `parts` equal parts of all keys `key` falls into; it must be a hash already.
pub fn part_of(key: u64, parts: u32) -> u32 {
    ((u128::from(key) * u128::from(parts)) >> 64) as u32
}
