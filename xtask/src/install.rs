//! Puts one tool into the cache, all of it or nothing.
//!
//! A tool is made in a folder aside and moved into place by one rename, so a folder under its final name is a
//! complete tool: an interrupted installation leaves only `.partial`, which the next one clears away. One process
//! installs at a time.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::failure::{Doing, Failure, Result};
use crate::tools::{Recipe, Source};
use crate::{lock, process};

/// Installs `recipe` below `cache`, unless another process has done so in the meantime.
pub(crate) fn install(recipe: &Recipe, cache: &Path) -> Result<()> {
    let _held = lock::hold(&cache.join(".lock"), "is installing tools")?;
    let home = cache.join(recipe.folder());
    if recipe.is_in(&home) {
        return Ok(());
    }
    let aside = cache.join(".partial");
    clear(&aside)?;
    let prefix = aside.join("prefix");
    fs::create_dir_all(&prefix).doing(|| format!("create {}", prefix.display()))?;
    match recipe.source {
        Source::Crates(options) => process::run(&mut cargo_install(recipe, options, &aside)?)?,
        Source::Npm => process::run(&mut npm_install(recipe, &prefix))?,
    }
    if !recipe.is_in(&prefix) {
        return Err(Failure::new(format!("{} was installed without `{}`", recipe.folder(), recipe.proof)));
    }
    clear(&home)?;
    fs::rename(&prefix, &home).doing(|| format!("move {} to {}", prefix.display(), home.display()))?;
    clear(&aside)
}

fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => {
            Err(problem).doing(|| format!("remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// `cargo install`, away from this work tree and from settings meant for it.
fn cargo_install(recipe: &Recipe, options: &[&str], aside: &Path) -> Result<Command> {
    let prefix = aside.join("prefix");
    let mut command = process::cargo();
    command.current_dir(aside).arg("install").arg(recipe.package).args(["--version", &recipe.version]);
    command.args(options).arg("--root").arg(&prefix);
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(name);
    }
    command
        .env("CARGO_TARGET_DIR", aside.join("target"))
        // A build tool runs for seconds: building it optimised would cost more than it could ever save.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        // Else cargo advises to add a folder to PATH that is about to be moved.
        .env("PATH", process::path_with(&[prefix.join("bin")])?);
    Ok(command)
}

fn npm_install(recipe: &Recipe, prefix: &Path) -> Command {
    let mut command = process::npm();
    command.current_dir(prefix).arg("install").arg("--prefix").arg(prefix);
    command.args(["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]);
    command.arg(format!("{}@{}", recipe.package, recipe.version));
    command
}
