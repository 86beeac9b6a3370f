//! The tools at hand: knows which are there and gets those that are not.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::tools::{Recipe, Tool};
use crate::{cache, install, process, workspace};

/// The target the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The tools of one work tree, in the machine's cache.
#[derive(Debug)]
pub(crate) struct Toolbox {
    root: PathBuf,
    cache: PathBuf,
    /// Whether what is missing may be installed.
    may_install: bool,
    /// How many installations were begun, and how many there will be.
    begun: Cell<usize>,
    expected: Cell<usize>,
}

impl Toolbox {
    /// The toolbox of this work tree.
    pub(crate) fn open(may_install: bool) -> Result<Self> {
        let (root, cache) = (workspace::root(), cache::folder()?);
        Ok(Self { root, cache, may_install, begun: Cell::new(0), expected: Cell::new(0) })
    }

    pub(crate) fn may_install(&self) -> bool {
        self.may_install
    }

    /// Announces what this run may come to need, so that each installation can say "2 of 3".
    pub(crate) fn expect(&self, tools: &[Tool]) -> Result<()> {
        let mut missing: Vec<Tool> = Vec::new();
        for &tool in tools {
            if !missing.contains(&tool) && !self.has(tool)? {
                missing.push(tool);
            }
        }
        self.expected.set(missing.len());
        if self.may_install && !missing.is_empty() {
            eprintln!(
                "Once per machine: {} tools to install into {}, never over your own.",
                missing.len(),
                self.cache.display()
            );
        }
        Ok(())
    }

    /// Makes sure of these tools.
    pub(crate) fn need(&self, tools: &[Tool]) -> Result<()> {
        for &tool in tools {
            if !self.has(tool)? {
                self.get(&tool.recipe(&self.root)?)?;
            }
        }
        Ok(())
    }

    /// The folder with the tool's programs (or, of a Node package, the `node_modules` with it inside).
    pub(crate) fn programs(&self, tool: Tool) -> Result<PathBuf> {
        let recipe = tool.recipe(&self.root)?;
        Ok(self.home(&recipe).join(recipe.programs))
    }

    /// `command` with the programs of `tools` before those of the user's PATH.
    pub(crate) fn equip<'c>(&self, command: &'c mut Command, tools: &[Tool]) -> Result<&'c mut Command> {
        let folders = tools.iter().map(|&tool| self.programs(tool)).collect::<Result<Vec<_>>>()?;
        Ok(command.env("PATH", process::path_with(&folders)?))
    }

    /// Makes sure that Rust can compile for the browser.
    pub(crate) fn need_wasm_target(&self) -> Result<()> {
        // The compiler names the folder whether or not the target's library is in it.
        let mut ask = Command::new("rustc");
        let folder = process::capture(ask.args(["--print", "target-libdir", "--target", WASM]))?;
        if Path::new(folder.trim()).is_dir() {
            return Ok(());
        }
        let add = format!("rustup target add {WASM}");
        if !self.may_install {
            return Err(Failure::new(format!("Rust's {WASM} target is missing. Install it: {add}")));
        }
        eprintln!("Rust's {WASM} target (compiles for the browser; seconds): {add}");
        process::run(Command::new("rustup").args(["target", "add", WASM])).map_err(|failure| {
            Failure::new(format!(
                "{failure}\nWithout rustup, install your system's package with Rust's {WASM} target"
            ))
        })
    }

    fn home(&self, recipe: &Recipe) -> PathBuf {
        self.cache.join(recipe.folder())
    }

    fn has(&self, tool: Tool) -> Result<bool> {
        let recipe = tool.recipe(&self.root)?;
        Ok(recipe.is_in(&self.home(&recipe)))
    }

    fn get(&self, recipe: &Recipe) -> Result<()> {
        let (package, version) = (recipe.package, &recipe.version);
        if !self.may_install {
            return Err(Failure::new(format!(
                "{package} {version} is not in {}. Run this command without --no-install once, which puts it there and nowhere else ({})",
                self.cache.display(),
                recipe.takes
            )));
        }
        let place = self.begun.get() + 1;
        self.begun.set(place);
        eprintln!(
            "\n[{place}/{}] {package} {version}: {}; takes {}",
            self.expected.get().max(place),
            recipe.purpose,
            recipe.takes
        );
        install::install(recipe, &self.cache)
            .map_err(|failure| Failure::new(format!("{package} {version} could not be installed: {failure}")))
    }
}
