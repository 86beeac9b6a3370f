//! What we depend on: `cargo-deny`, by the rules of deny.toml.

use std::process::Command;

use super::Bench;
use super::summary::Outcome;
use crate::failure::Result;
use crate::tools::Tool;
use crate::{process, workspace};

/// Licences, sources and bans.
pub(crate) fn policy(bench: &Bench) -> Result<Outcome> {
    process::run(deny(bench)?.args(["check", "bans", "licenses", "sources"]))?;
    Ok(Outcome::Passed)
}

/// Known vulnerabilities, by a database that is not part of any package registry and may be out of reach.
pub(crate) fn advisories(bench: &Bench) -> Result<Outcome> {
    if process::run(deny(bench)?.args(["fetch", "db"])).is_err() {
        let why =
            "the advisory database could not be reached; run `cargo verify --only advisories` where it can";
        return Ok(Outcome::NotChecked(why.to_owned()));
    }
    process::run(deny(bench)?.args(["check", "--disable-fetch", "advisories"]))?;
    Ok(Outcome::Passed)
}

fn deny(bench: &Bench) -> Result<Command> {
    let mut command = Command::new(bench.toolbox.programs(Tool::Deny)?.join("cargo-deny"));
    command.current_dir(workspace::root());
    Ok(command)
}
