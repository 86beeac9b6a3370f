//! The list of steps, in the order they run: fastest first.

use super::summary::Outcome;
use super::{Bench, cargo_steps, deny, journeys, size, wasm_tests};
use crate::failure::Result;
use crate::page;
use crate::tools::Tool;

/// One check.
#[derive(Debug)]
pub(crate) struct Step {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// What it checks, for whoever reads the log.
    pub(crate) about: &'static str,
    pub(crate) tools: &'static [Tool],
    pub(crate) needs_wasm_target: bool,
    /// Whether it runs only with `--full` or by name.
    pub(crate) long: bool,
    pub(crate) run: fn(&Bench) -> Result<Outcome>,
}

/// What a step is unless it says otherwise.
const PLAIN: Step = Step {
    name: "",
    about: "",
    tools: &[],
    needs_wasm_target: false,
    long: false,
    run: |_| Ok(Outcome::Passed),
};

/// All of them.
pub(crate) const STEPS: [Step; 13] = [
    Step { name: "fmt", about: "every file is formatted", run: cargo_steps::fmt, ..PLAIN },
    Step {
        name: "deny",
        about: "licences, sources and bans of the dependencies",
        tools: &[Tool::Deny],
        run: deny::policy,
        ..PLAIN
    },
    Step {
        name: "advisories",
        about: "known vulnerabilities of the dependencies",
        tools: &[Tool::Deny],
        run: deny::advisories,
        ..PLAIN
    },
    Step { name: "clippy", about: "lints, for this machine", run: cargo_steps::clippy, ..PLAIN },
    Step {
        name: "clippy-wasm",
        about: "lints, for the browser",
        needs_wasm_target: true,
        run: cargo_steps::clippy_wasm,
        ..PLAIN
    },
    Step {
        name: "docs",
        about: "the documentation builds without a warning",
        run: cargo_steps::docs,
        ..PLAIN
    },
    Step { name: "tests", about: "unit and integration tests", run: cargo_steps::tests, ..PLAIN },
    Step { name: "doc-tests", about: "the documentation's examples", run: cargo_steps::doc_tests, ..PLAIN },
    Step {
        name: "wasm-tests",
        about: "tests compiled to WebAssembly, in Node.js",
        tools: &[Tool::WasmBindgen],
        needs_wasm_target: true,
        run: wasm_tests::run,
        ..PLAIN
    },
    Step {
        name: "page",
        about: "the page builds, optimised",
        tools: &page::TOOLS,
        needs_wasm_target: true,
        run: Bench::build_page,
        ..PLAIN
    },
    Step {
        name: "size",
        about: "the first load stays within its budget",
        tools: &page::TOOLS,
        needs_wasm_target: true,
        run: size::run,
        ..PLAIN
    },
    Step {
        name: "journeys",
        about: "what a visitor does, in a real browser",
        tools: &journeys::TOOLS,
        needs_wasm_target: true,
        run: journeys::run,
        ..PLAIN
    },
    Step {
        name: "long-tests",
        about: "the tests marked as ignored because they take long",
        long: true,
        run: cargo_steps::long_tests,
        ..PLAIN
    },
];
