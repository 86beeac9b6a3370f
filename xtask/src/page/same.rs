//! The same page on every machine: where the sources lie on this one stays out of it.
//!
//! A panic names the file it happened in. Those of the libraries would be named by their whole path, which is longer
//! than it need be, tells of the builder's machine and makes two builds of the same sources differ.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Result;
use crate::process;

/// What divides the compiler's options in the variable of that name.
const DIVIDER: &str = "\x1f";

/// The compiler's options for the page, the user's own before ours: the value of `CARGO_ENCODED_RUSTFLAGS`.
pub(super) fn flags() -> Result<String> {
    let sysroot = process::capture(Command::new("rustc").args(["--print", "sysroot"]))?;
    let compiler = process::capture(Command::new("rustc").arg("-vV"))?;
    let commit = compiler.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    // The standard library is compiled under this name already; its sources are here where they are installed.
    let library = (Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), format!("/rustc/{commit}"));
    let home = cargo_home().map(|home| (home.join("registry/src"), "/crates".to_owned()));
    let options = home.into_iter().chain([library]).map(remap);
    Ok(own_flags().into_iter().chain(options).collect::<Vec<_>>().join(DIVIDER))
}

fn remap((from, to): (PathBuf, String)) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// What the user's environment asks of the compiler. Cargo looks at it in this order, too.
fn own_flags() -> Vec<String> {
    let variable = |name: &str| env::var(name).ok();
    let encoded = variable("CARGO_ENCODED_RUSTFLAGS")
        .map(|flags| flags.split(DIVIDER).map(str::to_owned).collect::<Vec<_>>());
    let plain = || variable("RUSTFLAGS").map(|flags| flags.split_whitespace().map(str::to_owned).collect());
    let mut flags = encoded.or_else(plain).unwrap_or_default();
    flags.retain(|flag| !flag.is_empty());
    flags
}

/// Where cargo keeps the libraries' sources.
fn cargo_home() -> Option<PathBuf> {
    let named = env::var_os("CARGO_HOME").filter(|home| home != OsStr::new("")).map(PathBuf::from);
    named.or_else(|| Some(env::home_dir()?.join(".cargo")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_and_the_standard_library_lose_their_place_on_this_machine() {
        let flags = flags().expect("rustc is here");
        let ends: Vec<&str> = flags.split(DIVIDER).filter_map(|flag| flag.rsplit('=').next()).collect();
        assert!(ends.contains(&"/crates") && ends.iter().any(|end| end.starts_with("/rustc/")), "{ends:?}");
    }
}
