//! The tools this project builds and checks itself with, and their pinned versions.
//!
//! Pinned because a build that worked yesterday should work today. To move to a newer version, change it here and
//! run `cargo verify`; the old one stays in the cache for older clones.

use std::path::Path;

use crate::failure::Result;
use crate::lockfile;

/// A tool of the project's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Trunk,
    WasmBindgen,
    Binaryen,
    Esbuild,
    Deny,
    Playwright,
    Axe,
}

/// What is needed to install a tool and to find it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipe {
    /// The package's name in its registry.
    pub(crate) package: &'static str,
    pub(crate) version: String,
    /// What it is for, for the person who waits for it.
    pub(crate) purpose: &'static str,
    /// How long that takes on two cores, measured.
    pub(crate) takes: &'static str,
    pub(crate) source: Source,
    /// The programs' folder, below the tool's own.
    pub(crate) programs: &'static str,
    /// A file that is there once the tool is: a program's name, or a path below the tool's folder.
    pub(crate) proof: &'static str,
}

/// Where a tool comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Built by `cargo install` with these options.
    Crates(&'static [&'static str]),
    /// Unpacked by npm.
    Npm,
}

impl Tool {
    /// The recipe, for the work tree at `root`.
    pub(crate) fn recipe(self, root: &Path) -> Result<Recipe> {
        Ok(match self {
            Self::Trunk => Recipe {
                // 0.22 needs a newer Rust than this project asks of its users.
                version: "0.21.14".to_owned(),
                ..crate_tool("trunk", "builds the page", "3 to 6 minutes", &["--locked"])
            },
            Self::WasmBindgen => Recipe {
                // It and the library speak a private format that changes with every version: they must be equal.
                version: lockfile::version_of(&root.join("Cargo.lock"), "wasm-bindgen")?,
                proof: "wasm-bindgen",
                // Without --locked: the lock file it was published with names a crate that has since been withdrawn.
                ..crate_tool(
                    "wasm-bindgen-cli",
                    "joins WebAssembly to JavaScript",
                    "1 to 2 minutes",
                    &["--no-default-features"],
                )
            },
            Self::Binaryen => Recipe {
                programs: "node_modules/.bin",
                ..npm_tool(
                    "binaryen",
                    "132.0.0",
                    "makes WebAssembly smaller",
                    "node_modules/binaryen/bin/wasm-opt",
                )
            },
            Self::Esbuild => {
                npm_tool("esbuild", "0.28.2", "makes JavaScript smaller", "node_modules/esbuild/bin/esbuild")
            }
            Self::Deny => Recipe {
                version: "0.20.2".to_owned(),
                ..crate_tool(
                    "cargo-deny",
                    "checks the dependencies' licences and sources",
                    "1 to 2 minutes",
                    &["--locked"],
                )
            },
            Self::Playwright => npm_tool(
                "playwright-core",
                "1.65.1",
                "drives the browser in the journeys",
                "node_modules/playwright-core/package.json",
            ),
            Self::Axe => npm_tool(
                "axe-core",
                "4.14.1",
                "finds what a screen reader would stumble over",
                "node_modules/axe-core/axe.min.js",
            ),
        })
    }
}

fn crate_tool(
    package: &'static str,
    purpose: &'static str,
    takes: &'static str,
    options: &'static [&'static str],
) -> Recipe {
    let source = Source::Crates(options);
    Recipe { package, version: String::new(), purpose, takes, source, programs: "bin", proof: package }
}

fn npm_tool(package: &'static str, version: &str, purpose: &'static str, proof: &'static str) -> Recipe {
    let (version, takes) = (version.to_owned(), "seconds");
    Recipe { package, version, purpose, takes, source: Source::Npm, programs: "node_modules", proof }
}

impl Recipe {
    /// The name of the tool's folder in the cache.
    pub(crate) fn folder(&self) -> String {
        format!("{}-{}", self.package, self.version)
    }

    /// Whether the tool is complete in `prefix`.
    pub(crate) fn is_in(&self, prefix: &Path) -> bool {
        match self.source {
            Source::Crates(_) => {
                prefix.join("bin").join(format!("{}{}", self.proof, std::env::consts::EXE_SUFFIX)).is_file()
            }
            Source::Npm => prefix.join(self.proof).is_file(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    const ALL: [Tool; 7] = [
        Tool::Trunk,
        Tool::WasmBindgen,
        Tool::Binaryen,
        Tool::Esbuild,
        Tool::Deny,
        Tool::Playwright,
        Tool::Axe,
    ];

    #[test]
    fn every_tool_has_an_exact_version() {
        for tool in ALL {
            let recipe = tool.recipe(&workspace::root()).expect("Cargo.lock is in the tree");
            let parts: Vec<_> = recipe.version.split('.').collect();
            assert!(parts.len() == 3 && parts.iter().all(|part| part.parse::<u32>().is_ok()), "{recipe:?}");
        }
    }

    #[test]
    fn wasm_bindgen_follows_the_lock_file() {
        let root = workspace::root();
        let locked = lockfile::version_of(&root.join("Cargo.lock"), "wasm-bindgen");
        assert_eq!(Tool::WasmBindgen.recipe(&root).map(|recipe| recipe.version), locked);
    }
}
