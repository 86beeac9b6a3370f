//! Why there is no result.

use std::fmt;
use std::process::ExitCode;
use tenfold::model::ModelError;
use tenfold::units::SimTime;

/// Why there is no result. Its text goes to stderr.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The model has these problems.
    Model(Vec<ModelError>),
    /// The arguments ask for something that cannot be.
    Arguments(String),
    /// The run was reported, but is not as sure as was asked for.
    Unmet(String),
    /// Somebody pressed Ctrl-C.
    Interrupted(SimTime),
    /// These results are not what they must be.
    Wrong(Vec<String>),
    /// So many figures are not what theory says.
    Invalid(usize),
    /// The simulation itself could not be judged.
    Fault(String),
    /// The result could not be written.
    Output(std::io::Error),
}

impl Failure {
    /// The command's exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Output(_) | Failure::Wrong(_) | Failure::Invalid(_) | Failure::Fault(_) => 1,
            Failure::Model(_) | Failure::Arguments(_) => 2,
            Failure::Unmet(_) => 3,
            Failure::Interrupted(_) => 130,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Model(errors) => {
                for error in errors {
                    writeln!(f, "{}", one_line(&error.to_string()))?;
                }
                match errors.len() {
                    1 => f.write_str("1 problem"),
                    n => write!(f, "{n} problems"),
                }
            }
            Failure::Arguments(what) => write!(f, "error: {}", one_line(what)),
            Failure::Wrong(what) => {
                write!(f, "error: wrong results, so the figures mean nothing:\n{}", what.join("\n"))
            }
            Failure::Unmet(what) => f.write_str(&one_line(what)),
            Failure::Interrupted(at) => {
                write!(f, "interrupted at {at} of simulated time; nothing is reported")
            }
            Failure::Invalid(1) => f.write_str("1 figure is not what theory says"),
            Failure::Invalid(n) => write!(f, "{n} figures are not what theory says"),
            Failure::Fault(what) => write!(f, "error: {what}"),
            Failure::Output(error) => write!(f, "error: the result could not be written: {error}"),
        }
    }
}

/// A text without control characters, which could be told apart from neither a line of ours nor a terminal's own commands.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_a_file_cannot_command_the_terminal_or_fake_a_line() {
        assert_eq!(one_line("a\u{1b}[31m\nb — c"), "a\\u{1b}[31m\\nb — c");
    }
}
