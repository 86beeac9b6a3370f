//! Running other programs, with errors that name them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::failure::{Failure, Result};

/// The cargo that runs this very program, so that a toolchain chosen on the command line stays chosen.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::workspace::root());
    command
}

/// npm is a script of another name on Windows, which the system finds only when it is named in full.
pub(crate) fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Runs to the end, its output passed through.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|problem| not_started(command, &problem))?;
    judge(command, status)
}

/// Runs to the end and hands back what it printed to stdout; stderr is passed through.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|problem| not_started(command, &problem))?;
    judge(command, output.status)?;
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::new(format!("`{}` printed something that is not text", line(command))))
}

fn judge(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{}` failed ({status})", line(command))))
    }
}

fn not_started(command: &Command, problem: &io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    if problem.kind() != io::ErrorKind::NotFound {
        return Failure::new(format!("`{program}` could not be started: {problem}"));
    }
    let advice = match program.as_str() {
        "node" | "npm" | "npm.cmd" => ": install Node.js 20 or later (nodejs.org, or your system's packages)",
        "rustup" => ": install Rust through rustup (rustup.rs)",
        _ => "",
    };
    Failure::new(format!("`{program}` is not on this machine's PATH{advice}"))
}

/// The command as it would be typed, the program by its bare name.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// PATH with `folders` before everything else.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&rest));
    env::join_paths(all).map_err(|problem| {
        Failure::new(format!(
            "a tools' folder cannot go on PATH: {problem}. Set TENFOLD_TOOLS to another folder"
        ))
    })
}

/// The first of `names` that is a file in one of PATH's folders.
pub(crate) fn find_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&path).map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_what_to_install() {
        let missing = io::Error::from(io::ErrorKind::NotFound);
        let message = not_started(&npm(), &missing).to_string();
        assert!(message.contains("PATH: install Node.js"), "{message}");
    }

    #[test]
    fn a_failed_command_is_shown_as_it_would_be_typed() {
        let mut command = Command::new("/somewhere/bin/cargo");
        command.args(["doc", "--no-deps"]);
        assert_eq!(line(&command), "cargo doc --no-deps");
    }

    #[test]
    fn our_folders_come_before_the_users() {
        let joined = path_with(&["/ours".into()]).expect("this folder's name is plain");
        assert_eq!(env::split_paths(&joined).next(), Some(PathBuf::from("/ours")));
    }
}
