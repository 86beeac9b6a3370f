//! The one kind of error here: a message for the person at the terminal.
//!
//! Nothing in this crate decides by the kind of an error, so there is no enum of kinds. What a message owes its
//! reader is what was attempted, on what, and what to do about it.

use std::{fmt, io};

/// Why a command could not do its job, in words for the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(String);

/// What everything fallible here returns.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says what was being done when the operating system refused.
pub(crate) trait Doing<T> {
    /// `what` completes the sentence "could not …".
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|problem| Failure(format!("could not {}: {problem}", what())))
    }
}
