//! The folder where tools are kept, shared by every clone on this machine.
//!
//! It is the project's own: nothing is ever installed over a tool of the user's, and deleting it is safe.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::failure::{Doing, Failure, Result};

/// Names the tools' folder, in place of one in the user's cache.
pub(crate) const VARIABLE: &str = "TENFOLD_TOOLS";

/// The tools' folder. It may not exist yet.
pub(crate) fn folder() -> Result<PathBuf> {
    let found = choose(Platform::this(), |name| env::var_os(name)).ok_or_else(|| {
        Failure::new(format!(
            "no folder to keep tools in: neither {VARIABLE} nor a home folder is set. Set {VARIABLE} to a folder you can write to"
        ))
    })?;
    std::path::absolute(&found).doing(|| format!("find the folder {}", found.display()))
}

/// Which convention for cache folders applies.
#[derive(Debug, Clone, Copy)]
enum Platform {
    Linux,
    Mac,
    Windows,
}

impl Platform {
    fn this() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::Mac
        } else {
            Self::Linux
        }
    }
}

/// The choice itself; `variable` stands for the environment, so that tests need not change theirs.
fn choose(platform: Platform, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(tools) = folder(VARIABLE) {
        return Some(tools);
    }
    let caches = match platform {
        // A relative XDG_CACHE_HOME is to be ignored, says the specification.
        Platform::Linux => folder("XDG_CACHE_HOME")
            .filter(|path| path.has_root())
            .or_else(|| Some(folder("HOME")?.join(".cache"))),
        Platform::Mac => Some(folder("HOME")?.join("Library").join("Caches")),
        Platform::Windows => folder("LOCALAPPDATA"),
    };
    Some(caches?.join("tenfold").join("tools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(platform: Platform, variables: &[(&str, &str)]) -> Option<PathBuf> {
        choose(platform, |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_variable_wins_and_is_taken_as_it_is() {
        let variables = [("HOME", "/home/ada"), ("TENFOLD_TOOLS", "/opt/tools")];
        assert_eq!(chosen(Platform::Linux, &variables), Some("/opt/tools".into()));
    }

    #[test]
    fn each_platform_has_its_own_cache_folder() {
        let home = [("HOME", "/home/ada"), ("LOCALAPPDATA", "C:/Local")];
        assert_eq!(chosen(Platform::Linux, &home), Some("/home/ada/.cache/tenfold/tools".into()));
        assert_eq!(chosen(Platform::Mac, &home), Some("/home/ada/Library/Caches/tenfold/tools".into()));
        assert_eq!(chosen(Platform::Windows, &home), Some("C:/Local/tenfold/tools".into()));
    }

    #[test]
    fn xdg_cache_home_counts_only_when_it_is_absolute() {
        let absolute = [("HOME", "/home/ada"), ("XDG_CACHE_HOME", "/var/ada")];
        assert_eq!(chosen(Platform::Linux, &absolute), Some("/var/ada/tenfold/tools".into()));
        let relative = [("HOME", "/home/ada"), ("XDG_CACHE_HOME", "caches")];
        assert_eq!(chosen(Platform::Linux, &relative), Some("/home/ada/.cache/tenfold/tools".into()));
    }

    #[test]
    fn an_empty_variable_is_no_variable() {
        assert_eq!(chosen(Platform::Linux, &[("TENFOLD_TOOLS", ""), ("HOME", "")]), None);
    }
}
