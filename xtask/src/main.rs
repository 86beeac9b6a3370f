//! What a fresh machine needs, and then the job: `cargo play`, `cargo verify`, `cargo site`.
//!
//! The crate depends on nothing but the standard library, so that the first sign of life on a fresh machine comes
//! after seconds and not after a build of helpers. Node, which the page's build needs anyway, does the two things
//! std cannot: Brotli and driving a browser.
//!
//! | question | file |
//! |---|---|
//! | which commands and options are there? | [`args`] |
//! | which tools, at which versions? | [`tools`] |
//! | where are they kept, how do they get there? | [`cache`], [`install`], [`toolbox`] |
//! | how is the page built, and when not? | [`page`], [`fingerprint`] |
//! | how is it served? | [`serve`] |
//! | what does CI check? | [`verify`] |

mod args;
mod browser;
mod cache;
mod failure;
mod fingerprint;
mod install;
mod lock;
mod lockfile;
mod open;
mod page;
mod play;
mod process;
mod serve;
mod site;
mod toolbox;
mod tools;
mod verify;
mod workspace;

use std::process::ExitCode;

use args::Command;
use failure::Result;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("error: {problem}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    match dispatch(command) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<ExitCode> {
    match command {
        Command::Help => println!("{}", args::HELP),
        Command::Play(options) => play::play(&options)?,
        Command::Site { out } => site::site(out.as_deref())?,
        Command::Verify(options) => return verify::verify(&options),
    }
    Ok(ExitCode::SUCCESS)
}
