//! The steps that are one or two cargo commands.

use super::Bench;
use super::summary::Outcome;
use crate::failure::Result;
use crate::process;
use crate::toolbox::WASM;

pub(crate) fn fmt(bench: &Bench) -> Result<Outcome> {
    cargo(bench, "fmt --all --check")
}

pub(crate) fn clippy(bench: &Bench) -> Result<Outcome> {
    cargo(bench, "clippy --workspace --all-targets --keep-going -- -D warnings")
}

pub(crate) fn clippy_wasm(bench: &Bench) -> Result<Outcome> {
    cargo(
        bench,
        &format!(
            "clippy --target {WASM} -p tenfold-web -p tenfold-engine --all-targets --keep-going -- -D warnings"
        ),
    )?;
    // Not all targets of the core: its benches and property tests are native tools.
    cargo(bench, &format!("clippy --target {WASM} -p tenfold --lib -- -D warnings"))
}

pub(crate) fn docs(bench: &Bench) -> Result<Outcome> {
    let mut command = bench.cargo("doc --workspace --no-deps");
    process::run(command.env("RUSTDOCFLAGS", "-D warnings")).map(|()| Outcome::Passed)
}

/// Everything but the benches, which measure and do not judge. The page's packages are here too: what they have
/// of pure logic is tested natively, where it is quick.
pub(crate) fn tests(bench: &Bench) -> Result<Outcome> {
    cargo(bench, "test --profile verify --workspace --lib --bins --tests --examples --no-fail-fast")
}

pub(crate) fn doc_tests(bench: &Bench) -> Result<Outcome> {
    cargo(bench, "test --profile verify --workspace --doc --no-fail-fast")
}

pub(crate) fn long_tests(bench: &Bench) -> Result<Outcome> {
    cargo(bench, "test --profile verify --workspace --lib --bins --tests --no-fail-fast -- --ignored")
}

fn cargo(bench: &Bench, words: &str) -> Result<Outcome> {
    process::run(&mut bench.cargo(words)).map(|()| Outcome::Passed)
}
