//! Where results and remarks go.

use crate::failure::Failure;
use std::io::{ErrorKind, Write};

/// Writes a result to stdout. A reader who has seen enough and closed the pipe is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(Failure::Output),
    }
}

/// Writes a remark to stderr. Where nobody can be told, nobody is.
pub(crate) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
