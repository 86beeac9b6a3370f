//! The tests that must run where the page runs: compiled to WebAssembly. The page's run inside Chromium; the core's, which knows of no
//! browser, in Node.js, whose engine is the same.

use std::fs;
use std::path::Path;

use super::Bench;
use super::cargo_steps::WASM_PACKAGES;
use super::summary::Outcome;
use crate::browser::{self, SWITCHES};
use crate::failure::{Doing, Result};
use crate::toolbox::WASM;
use crate::tools::Tool;
use crate::{process, workspace};

/// Seconds a test binary may take in the browser: debug builds of a simulation are slow.
const PATIENCE_S: &str = "900";

pub(crate) fn run(bench: &Bench) -> Result<Outcome> {
    let browser = bench.browser()?;
    let settings = workspace::target().join("webdriver.json");
    write_settings(&settings, &browser.chromium)?;
    // In one go, so that the core is compiled once for all; its integration tests are native tools.
    let mut command = bench.cargo(&format!(
        "test --target {WASM} --profile verify {WASM_PACKAGES} -p tenfold -p tenfold-validation --lib --bins"
    ));
    bench.toolbox.equip(&mut command, &[Tool::WasmBindgen])?;
    command
        // By its bare name: cargo would split a path at its spaces.
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", &browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &settings)
        .env("WASM_BINDGEN_TEST_TIMEOUT", PATIENCE_S)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
    process::run(&mut command)?;
    Ok(Outcome::Passed)
}

fn write_settings(path: &Path, chromium: &Path) -> Result<()> {
    fs::create_dir_all(workspace::target()).doing(|| "create the build folder".to_owned())?;
    fs::write(path, settings(chromium, browser::is_root())).doing(|| format!("write {}", path.display()))
}

/// What WebDriver is to start, in WebDriver's words.
fn settings(chromium: &Path, no_sandbox: bool) -> String {
    let mut switches = SWITCHES.to_vec();
    if no_sandbox {
        switches.push("--no-sandbox");
    }
    let switches = switches.iter().map(|switch| text(switch)).collect::<Vec<_>>().join(", ");
    let binary = text(&chromium.to_string_lossy());
    format!("{{\"goog:chromeOptions\": {{\"binary\": {binary}, \"args\": [{switches}]}}}}\n")
}

/// A JSON string. Paths and switches hold no control characters.
fn text(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_gives_up_the_sandbox() {
        assert!(settings(Path::new("/usr/bin/chromium"), true).contains("\"--no-sandbox\"]"));
        assert!(!settings(Path::new("/usr/bin/chromium"), false).contains("sandbox"));
    }

    #[test]
    fn a_windows_path_is_legal_json() {
        let settings = settings(Path::new(r"C:\Program Files\chrome.exe"), false);
        assert!(settings.contains(r#""binary": "C:\\Program Files\\chrome.exe""#), "{settings}");
    }
}
