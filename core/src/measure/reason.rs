//! Why a call failed.

use serde::{Deserialize, Serialize};

/// The leaf cause of a failure; charts, reports and tests share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The caller waited as long as the link's timeout.
    TimedOut,
    /// The callee's backlog was full.
    QueueFull,
    /// No connection became free in time.
    NoConnection,
    /// No instance was ready to take the call.
    NoInstance,
    /// The instance crashed while it worked on the call.
    Reset,
    /// The component was removed from the model.
    Removed,
    /// It waited in a queue as long as its patience.
    GaveUp,
    /// The data it asks for had nobody who may change it, or answer for it: the primary is down and no replica has taken over yet.
    NoPrimary,
    /// It waited for a lock as long as is allowed.
    LockTimeout,
    /// Too few replicas could be reached for the quorum.
    NoQuorum,
    /// The callee limits the rate and allowed no more just then.
    Throttled,
    /// A worker cannot process what the message stands for.
    Unprocessable,
}

impl Reason {
    /// Every reason, in the order of the enumeration.
    pub const ALL: [Reason; 12] = [
        Reason::TimedOut,
        Reason::QueueFull,
        Reason::NoConnection,
        Reason::NoInstance,
        Reason::Reset,
        Reason::Removed,
        Reason::GaveUp,
        Reason::NoPrimary,
        Reason::LockTimeout,
        Reason::NoQuorum,
        Reason::Throttled,
        Reason::Unprocessable,
    ];

    /// Its name in the report.
    pub const fn word(self) -> &'static str {
        match self {
            Reason::TimedOut => "timed_out",
            Reason::QueueFull => "queue_full",
            Reason::NoConnection => "no_connection",
            Reason::NoInstance => "no_instance",
            Reason::Reset => "reset",
            Reason::Removed => "removed",
            Reason::GaveUp => "gave_up",
            Reason::NoPrimary => "no_primary",
            Reason::LockTimeout => "lock_timeout",
            Reason::NoQuorum => "no_quorum",
            Reason::Throttled => "throttled",
            Reason::Unprocessable => "unprocessable",
        }
    }

    pub(crate) const fn code(self) -> u8 {
        self as u8
    }
    pub(crate) fn from_code(code: u8) -> Reason {
        Reason::ALL[usize::from(code).min(Reason::ALL.len() - 1)]
    }
}
