//! The command `tenfold`: runs a model and reports what the system in it would do and cost.
//!
//! Results go to stdout and everything else to stderr, so that a result can be piped. Exit codes: 0 done, 1 the result could not be
//! written or is wrong, 2 bad model or arguments, 3 not as sure as was asked for, 130 interrupted.

mod args;
mod bench;
mod check;
mod examples;
mod failure;
mod input;
mod output;
mod progress;
mod rounds;
mod run;
mod theory;
mod until;
mod validate;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match args.command {
        Command::Run(wanted) => run::run(&wanted),
        Command::Bench(wanted) => bench::bench(&wanted),
        Command::Check { model } => check::check(&model),
        Command::Validate(wanted) => validate::validate(&wanted),
        Command::Examples { name } => examples::examples(name.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::tell(&failure.to_string());
            failure.exit_code()
        }
    }
}
