//! The tests that are compiled to WebAssembly and run in Node.js, whose engine is Chromium's: what must be the same natively and in the
//! browser. The page's packages have none: what they do in a browser is told by the journeys.

use super::Bench;
use super::summary::Outcome;
use crate::failure::Result;
use crate::process;
use crate::toolbox::WASM;
use crate::tools::Tool;

pub(crate) fn run(bench: &Bench) -> Result<Outcome> {
    // In one go, so that the core is compiled once for both; its integration tests are native tools.
    let mut command =
        bench.cargo(&format!("test --target {WASM} --profile verify -p tenfold -p tenfold-validation --lib"));
    bench.toolbox.equip(&mut command, &[Tool::WasmBindgen])?;
    // By its bare name: cargo would split a path at its spaces.
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    process::run(&mut command)?;
    Ok(Outcome::Passed)
}
