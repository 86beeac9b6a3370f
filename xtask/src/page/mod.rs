//! The page: built by Trunk into `dist`, and only when something it is made of has changed.

mod docs;
mod examples;
mod names;
mod same;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Doing, Failure, Result};
use crate::toolbox::Toolbox;
use crate::tools::Tool;
use crate::{fingerprint, lock, process, workspace};

/// What building the page takes, beside Rust and Node.
pub(crate) const TOOLS: [Tool; 4] = [Tool::Trunk, Tool::WasmBindgen, Tool::Binaryen, Tool::Esbuild];

/// Top-level names that the page is not made of. Whatever is not listed counts: better a build too many.
const NOT_PART_OF_IT: [&str; 5] = ["target", "dist", "cli", "tests", "node_modules"];

/// The folder the page is built into.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("dist")
}

/// Builds the page if it is not up to date.
pub(crate) fn ensure(toolbox: &Toolbox) -> Result<()> {
    let _held = hold()?;
    if fs::read_to_string(stamp_file()).is_ok_and(|stamp| state().is_ok_and(|state| state == stamp)) {
        eprintln!("The page is up to date.");
        return Ok(());
    }
    build_alone(toolbox)
}

/// Builds the page, up to date or not.
pub(crate) fn build(toolbox: &Toolbox) -> Result<()> {
    let _held = hold()?;
    build_alone(toolbox)
}

/// Two builds at once would sweep away each other's files. In `target` whatever the build folder is called, since
/// `dist` is the same for all of them.
fn hold() -> Result<File> {
    lock::hold(&workspace::root().join("target/tenfold-page.lock"), "is building the page")
}

fn build_alone(toolbox: &Toolbox) -> Result<()> {
    toolbox.need(&TOOLS)?;
    toolbox.need_wasm_target()?;
    eprintln!("\nBuilding the page (optimised: minutes the first time, less after that) …");
    let sources = sources()?;
    // Before the build, so that one that fails halfway is not taken for a good one later.
    let _ = fs::remove_file(stamp_file());
    process::run(&mut trunk(toolbox)?)?;
    let program = program()?;
    let script = PathBuf::from(program.to_string_lossy().replace("_bg.wasm", ".js"));
    names::shorten(&program, &script)?;
    process::run(&mut minify(toolbox, &script)?)?;
    docs::write(&folder())?;
    examples::write(&folder())?;
    let stamp = format!("{sources} {}", built()?);
    fs::create_dir_all(workspace::target()).doing(|| "create the build folder".to_owned())?;
    fs::write(stamp_file(), stamp).doing(|| format!("write {}", stamp_file().display()))
}

fn trunk(toolbox: &Toolbox) -> Result<Command> {
    let mut command = Command::new(toolbox.programs(Tool::Trunk)?.join("trunk"));
    command.current_dir(workspace::root()).args(["build", "--release", "--dist"]).arg(folder());
    // It warns every time that it cannot minify the JavaScript, which is done after it (`minify`).
    command.args(["--log", "error"]);
    command.env("CARGO_ENCODED_RUSTFLAGS", same::flags()?);
    // Trunk looks for a newer Trunk unless told not to; a build should speak to nobody.
    command.env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Everyone else takes any value of NO_COLOR for a yes; Trunk refuses all but `true` and `false`.
    if std::env::var_os("NO_COLOR").is_some() {
        command.env("NO_COLOR", "true");
    }
    toolbox.equip(&mut command, &TOOLS)?;
    Ok(command)
}

/// The page's one program.
fn program() -> Result<PathBuf> {
    let files = fingerprint::files(&folder(), |_| false)?;
    let mut programs = files.iter().filter(|file| file.to_string_lossy().ends_with("_bg.wasm"));
    match (programs.next(), programs.next()) {
        (Some(only), None) => Ok(folder().join(only)),
        _ => Err(Failure::new(format!("{} does not hold one WebAssembly program", folder().display()))),
    }
}

/// Trunk's own way to make the script smaller does not understand what wasm-bindgen writes, and leaves it as it is.
fn minify(toolbox: &Toolbox, script: &Path) -> Result<Command> {
    let mut command = Command::new("node");
    command.arg(toolbox.programs(Tool::Esbuild)?.join("esbuild/bin/esbuild")).arg(script);
    command.args(["--minify", "--format=esm", "--log-level=warning", "--allow-overwrite"]);
    command.arg(format!("--outfile={}", script.display()));
    Ok(command)
}

fn stamp_file() -> PathBuf {
    workspace::target().join("tenfold-page.stamp")
}

/// What the stamp would say now.
fn state() -> Result<String> {
    Ok(format!("{} {}", sources()?, built()?))
}

/// The sources, the compiler and the tools.
fn sources() -> Result<String> {
    let root = workspace::root();
    let sources = fingerprint::of_folder(&root, not_part_of_it)?;
    let compiler = process::capture(Command::new("rustc").arg("--version"))?;
    let tools =
        TOOLS.iter().map(|tool| Ok(tool.recipe(&root)?.folder())).collect::<Result<Vec<_>>>()?.join(" ");
    Ok(format!("{sources:016x} {} {tools}", compiler.trim()))
}

/// What was built, so that a page someone else put there since is not served as ours.
fn built() -> Result<String> {
    Ok(format!("{:016x}", fingerprint::of_folder(&folder(), |_| false)?))
}

fn not_part_of_it(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let at_the_top = path.components().count() == 1;
    let hidden = name.starts_with('.') && name != ".cargo";
    hidden || (at_the_top && (NOT_PART_OF_IT.contains(&&*name) || name.ends_with(".md")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_counts_that_is_not_known_to_be_apart() {
        for part in ["core", "web", "static", "index.html", "Cargo.lock", ".cargo", "something-new"] {
            assert!(!not_part_of_it(Path::new(part)), "{part}");
        }
        for apart in ["target", "dist", ".git", "tests", "README.md", "web/.index.html.swp"] {
            assert!(not_part_of_it(Path::new(apart)), "{apart}");
        }
        assert!(!not_part_of_it(Path::new("core/tests/lib.rs")), "only the top-level `tests` is apart");
    }
}
