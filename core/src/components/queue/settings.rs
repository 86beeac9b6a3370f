//! What can be set of a queue.

use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::units::{PerSecond, Span};
use crate::{choices, fields};

/// Settings of a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// From a message's arrival to its being accepted.
    pub accept: Law,
    /// In which order waiting messages are given out.
    pub order: Order,
    /// Messages that may wait; `None` for no limit.
    pub capacity: Option<u32>,
    /// What happens to a message that finds the queue full.
    pub when_full: WhenFull,
    /// From asking the disk for a message that was spilled to having it.
    pub spill_read: Law,
    /// Messages a second that are accepted; `None` for no limit.
    pub rate_limit: Option<PerSecond>,
    /// How long an accepted message is held back before it can be received.
    pub delay: Span,
    /// How long a message that was received stays invisible to others.
    pub visibility: Span,
    /// Whether a consumer keeps what it works on invisible for as long as it takes.
    pub heartbeat: bool,
    /// When a message that a consumer failed on is given out again.
    pub retry: Retry,
    /// Times a message is given out before it is a dead letter; `None` for any number.
    pub max_receives: Option<u32>,
    /// How long a message is kept; `None` for ever.
    pub retention: Option<Span>,
    /// Messages of one receive or delete, for the bill.
    pub batch: u32,
    /// US dollars per million requests; `None` takes the price book's.
    pub usd_per_million: Option<f64>,
}

choices! {
    /// In which order a queue gives out messages.
    Order {
        /// First in, first out; what is given out again goes first.
        Fifo = "fifo", "FIFO";
        /// Last in, first out.
        Lifo = "lifo", "LIFO";
        /// The class of the greatest priority first; the others wait as long as there are any.
        Priority = "priority", "Priority";
        /// The classes in turn, whatever each has waiting.
        Fair = "fair", "Classes in turn";
        /// First in, first out for each key: of a key's messages one is out at a time, the others wait for it.
        Groups = "groups", "FIFO by key";
    }
}

choices! {
    /// What happens to a message that finds the queue full.
    WhenFull {
        /// It is refused; the sender fails.
        DropNewest = "drop-newest", "Refuse it";
        /// The one that has waited longest makes room: it is a dead letter, or lost.
        DropOldest = "drop-oldest", "Drop the oldest";
        /// The sender waits until there is room.
        Block = "block", "Hold the sender";
        /// It is kept on disk, and read back when its turn comes.
        Spill = "spill", "Spill to disk";
    }
}

choices! {
    /// When a message that a consumer failed on is given out again.
    Retry {
        /// When its visibility timeout is over, as where a consumer just does not delete it.
        AfterTimeout = "after-timeout", "After the timeout";
        /// At once, as where a consumer rejects it; but after the timeout where no time at all has passed.
        AtOnce = "at-once", "At once";
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            accept: Law::lognormal(Span::from_millis(5), 0.5),
            order: Order::Fifo,
            capacity: None,
            when_full: WhenFull::DropNewest,
            spill_read: Law::lognormal(Span::from_millis(1), 1.0),
            rate_limit: None,
            delay: Span::ZERO,
            visibility: Span::from_secs(30),
            heartbeat: false,
            retry: Retry::AfterTimeout,
            max_receives: None,
            retention: Some(Span::from_secs(4 * 86_400)),
            batch: 1,
            usd_per_million: None,
        }
    }
}

/// Twelve hours: the longest a message can be invisible (Amazon SQS developer guide, visibility timeout).
const VISIBILITY_MAX: Span = Span::from_secs(12 * 3600);
/// Fourteen days: the longest a message is kept there (the same, quotas).
const RETENTION_MAX: Span = Span::from_secs(14 * 86_400);

impl Config {
    pub(super) const FIELDS: &'static [Field<Config>] = fields![Config;
        accept: LAW, "Accept", "From a message's arrival to its being accepted; its sender waits for that.",
            "5 ms: stored on several servers before it is acknowledged, single-digit milliseconds (common knowledge, not verified)";
        order: Shape::Choice(Order::CHOICES), "Order", "In which order waiting messages are given out.";
        "When it fills up" =>
        capacity: Shape::optional(&Shape::Count { min: 1, max: 100_000_000, unit: "messages" }, "no limit"),
            "Capacity", "Messages that may wait.";
        when_full: Shape::Choice(WhenFull::CHOICES), "When full", "What happens to a message that finds the queue full.";
        spill_read: LAW, "Read back", "From asking the disk for a message that was spilled to having it.",
            "1 ms: a random read of a network disk (common knowledge, not verified)";
        rate_limit: Shape::optional(&Shape::Rate { min: 0.001, max: 1e7 }, "no limit"), "Rate limit",
            "Messages a second that are accepted; more are throttled. A FIFO queue of SQS takes 300 requests a second (SQS developer guide, quotas).";
        "Giving out" =>
        delay: Shape::span(Span::ZERO, Span::from_secs(900)), "Delay", "How long an accepted message is held back before it can be received.";
        visibility: Shape::span(Span::from_millis(1), VISIBILITY_MAX), "Visibility timeout",
            "How long a message that was received stays invisible to others. Is it not deleted by then, it is given out again, worked on or not.",
            "30 s (SQS developer guide, visibility timeout)";
        heartbeat: Shape::Flag, "Heartbeat", "Whether a consumer keeps what it works on invisible for as long as it takes.";
        retry: Shape::Choice(Retry::CHOICES), "Retry", "When a message that a consumer failed on is given out again.";
        max_receives: Shape::optional(&Shape::Count { min: 1, max: 1000, unit: "times" }, "no limit"), "Receives",
            "Times a message is given out before it is a dead letter. RabbitMQ's quorum queues allow 20 (RabbitMQ 4.0 release notes).";
        retention: Shape::optional(&Shape::Span { min: Span::from_secs(1), max: RETENTION_MAX }, "for ever"), "Retention",
            "How long a message is kept.", "4 days (SQS developer guide, quotas)";
        "Bill" =>
        batch: Shape::count(1, 10, "messages"), "Batch", "Messages of one receive or delete, for the bill alone.",
            "SQS takes up to 10 (SQS developer guide, quotas)";
        usd_per_million: Shape::optional(&Shape::Number { min: 0.0, max: 1e6, unit: "USD" }, "the price book's"),
            "Price per million", "US dollars per million requests; each message needs one to send it, to receive and to delete it.", "Price book: messages";
    ];

    pub(super) fn describe(&self) -> String {
        let order = match self.order {
            Order::Fifo => "FIFO",
            Order::Lifo => "LIFO",
            Order::Priority => "priority",
            Order::Fair => "in turn",
            Order::Groups => "FIFO by key",
        };
        match self.capacity {
            Some(capacity) => format!("{order}, max {capacity}"),
            None => order.to_owned(),
        }
    }

    /// Settings that would silently do nothing.
    pub(super) fn check(&self, at: &FieldPath, check: &mut Check) {
        if self.capacity.is_none() && self.when_full != WhenFull::DropNewest {
            check.together(
                at,
                &["when_full", "capacity"],
                "a queue without a `capacity` is never full; give it one, or leave this out",
            );
        }
        if self.order == Order::Groups && self.when_full == WhenFull::DropOldest {
            check.together(
                at,
                &["when_full", "order"],
                "with the order \"groups\" the oldest message may be one that others wait for; choose another way",
            );
        }
        if self.retention.is_some_and(|retention| retention <= self.delay) {
            let words = "no message outlives its `delay`; keep them for longer";
            check.together(at, &["retention", "delay"], words);
        }
    }
}
