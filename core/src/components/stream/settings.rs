//! What can be set of a stream.

use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::units::{Bytes, PerSecond, Span};
use crate::{choices, fields};

/// Settings of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Parts of the stream, each a log of its own; a record's key says which.
    pub partitions: u32,
    /// From a record's arrival to its being accepted.
    pub accept: Law,
    /// Bytes a second that a partition accepts; `None` for no limit.
    pub bytes_limit: Option<Bytes>,
    /// Records a second that a partition accepts; `None` for no limit.
    pub records_limit: Option<PerSecond>,
    /// Records that a consumer takes from a partition at once, and commits together.
    pub fetch: u32,
    /// Who stops while the partitions of a group are given out anew, and who gets which.
    pub protocol: Protocol,
    /// How long it takes to give them out anew.
    pub rebalance: Span,
    /// After how long a silent consumer counts as gone.
    pub session_timeout: Span,
    /// Times a consumer tries a record before it skips it.
    pub attempts: u32,
    /// How long it waits before it tries a record again.
    pub retry_delay: Span,
    /// How long a record is kept; `None` for ever.
    pub retention: Option<Span>,
    /// US dollars per partition and hour; `None` takes the price book's.
    pub usd_per_partition_hour: Option<f64>,
    /// US dollars per million units of 25 KB put in; `None` takes the price book's.
    pub usd_per_million: Option<f64>,
}

choices! {
    /// How the partitions of a group are given out anew.
    Protocol {
        /// All consumers of the group stop; each then gets a run of partitions next to each other.
        Eager = "eager", "All stop";
        /// A consumer keeps what it has as far as all get as many; only what moves stops.
        Cooperative = "cooperative", "Only what moves stops";
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            partitions: 6,
            accept: Law::lognormal(Span::from_millis(5), 0.5),
            bytes_limit: Some(Bytes::new(1_000_000)),
            records_limit: Some(PerSecond::new(1000.0)),
            fetch: 500,
            protocol: Protocol::Eager,
            rebalance: Span::from_secs(3),
            session_timeout: Span::from_secs(45),
            attempts: 10,
            retry_delay: Span::ZERO,
            retention: Some(Span::from_secs(7 * 86_400)),
            usd_per_partition_hour: None,
            usd_per_million: None,
        }
    }
}

impl Config {
    pub(super) const FIELDS: &'static [Field<Config>] = fields![Config;
        partitions: Shape::count(1, 1000, "partitions"), "Partitions",
            "Parts of the stream, each a log in order; a record's key says which. Of a group no more consumers than that have work. With another number keys move.",
            "Kafka makes 1 unless told otherwise (Apache Kafka documentation, num.partitions)";
        accept: LAW, "Accept", "From a record's arrival to its being accepted; its producer waits for that.",
            "5 ms: written by every replica in sync before it is acknowledged, 2 to 20 ms (common knowledge, not verified)";
        bytes_limit: Shape::optional(&Shape::Bytes { min: 1, max: 1_000_000_000_000 }, "no limit"), "Bytes a partition",
            "Bytes a second that a partition accepts; more are throttled.",
            "1 MB: a shard of Kinesis (Kinesis Data Streams developer guide, quotas); a partition of Kafka takes tens of MB (common knowledge, not verified)";
        records_limit: Shape::optional(&Shape::Rate { min: 0.001, max: 1e7 }, "no limit"), "Records a partition",
            "Records a second that a partition accepts; more are throttled.",
            "1,000: a shard of Kinesis (the same); Kafka has no such limit";
        fetch: Shape::count(1, 100_000, "records"), "Fetch",
            "Records that a consumer takes from a partition at once. It works on them one by one, and commits when all are done.",
            "500 (Apache Kafka documentation, max.poll.records)";
        protocol: Shape::Choice(Protocol::CHOICES), "Rebalance", "Who stops while partitions are given out anew, when a consumer comes, goes or is missed.",
            "All stop: the range assignor, Kafka's first choice (Apache Kafka documentation, partition.assignment.strategy)";
        rebalance: Shape::span(Span::ZERO, Span::from_secs(3600)), "Rebalance takes", "How long it takes to give partitions out anew.",
            "3 s: consumers hear of it by their next heartbeat (Apache Kafka documentation, heartbeat.interval.ms)";
        session_timeout: Shape::span(Span::from_millis(1), Span::from_secs(3600)), "Session timeout",
            "After how long a consumer that has crashed or cannot be reached counts as gone; until then nobody works on its partitions.",
            "45 s (Apache Kafka documentation, session.timeout.ms)";
        attempts: Shape::count(1, 1000, "attempts"), "Attempts",
            "Times a consumer tries a record before it skips it. Until then the partition waits.",
            "10, without a delay (Spring for Apache Kafka, DefaultErrorHandler)";
        retry_delay: Shape::span(Span::ZERO, Span::from_secs(3600)), "Retry delay", "How long a consumer waits before it tries a record again.",
            "0 s (the same)";
        retention: Shape::optional(&Shape::Span { min: Span::from_secs(1), max: Span::from_secs(365 * 86_400) }, "for ever"), "Retention",
            "How long a record is kept. What a group has not read by then is lost to it.", "7 days (Apache Kafka documentation, log.retention.hours)";
        usd_per_partition_hour: Shape::optional(&Shape::Number { min: 0.0, max: 1000.0, unit: "USD/h" }, "the price book's"),
            "Price of a partition", "US dollars per partition and hour.", "Price book: Kinesis shard";
        usd_per_million: Shape::optional(&Shape::Number { min: 0.0, max: 1e6, unit: "USD" }, "the price book's"),
            "Price per million", "US dollars per million units of 25 KB put in; a record is one at least.", "Price book: Kinesis PUT payload units";
    ];

    pub(super) fn describe(&self) -> String {
        match self.partitions {
            1 => "1 partition".to_owned(),
            n => format!("{n} partitions"),
        }
    }

    /// Settings that contradict each other.
    pub(super) fn check(&self, at: &FieldPath, check: &mut Check) {
        if self.attempts == 1 && self.retry_delay > Span::ZERO {
            check.together(
                at,
                &["retry_delay", "attempts"],
                "a record that is tried once is not tried again; allow more `attempts`, or leave this out",
            );
        }
    }
}
