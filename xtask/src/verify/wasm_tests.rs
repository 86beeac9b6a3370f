//! The tests that must run where the page runs: compiled to WebAssembly, inside Chromium.

use std::ffi::OsStr;
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
const PATIENCE_S: &str = "300";

pub(crate) fn run(bench: &Bench) -> Result<Outcome> {
    let browser = bench.browser()?;
    let settings = workspace::target().join("webdriver.json");
    write_settings(&settings, &browser.chromium)?;
    let mut commands = vec![format!("test --target {WASM} {WASM_PACKAGES}")];
    commands.extend(
        tests_of_the_core()?.iter().map(|name| format!("test --target {WASM} -p tenfold --test {name}")),
    );
    for words in commands {
        let mut command = bench.cargo(&words);
        bench.toolbox.equip(&mut command, &[Tool::WasmBindgen])?;
        command
            // By its bare name: cargo would split a path at its spaces.
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
            .env("CHROMEDRIVER", &browser.driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &settings)
            .env("WASM_BINDGEN_TEST_TIMEOUT", PATIENCE_S)
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
        process::run(&mut command)?;
    }
    Ok(Outcome::Passed)
}

/// The core's integration tests for the browser: `core/tests/wasm*.rs`. The others are native.
fn tests_of_the_core() -> Result<Vec<String>> {
    let folder = workspace::root().join("core/tests");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let doing = || format!("list {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).doing(doing)? {
        files.push(entry.doing(doing)?.path());
    }
    files.sort();
    Ok(files.iter().filter_map(|path| wasm_test(path)).collect())
}

fn wasm_test(path: &Path) -> Option<String> {
    let name = path.file_stem().and_then(OsStr::to_str)?;
    let is_test = name.starts_with("wasm") && path.extension() == Some(OsStr::new("rs"));
    is_test.then(|| name.to_owned())
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

    #[test]
    fn the_core_s_browser_tests_are_told_by_their_names() {
        assert_eq!(wasm_test(Path::new("core/tests/wasm_vectors.rs")), Some("wasm_vectors".to_owned()));
        assert_eq!(wasm_test(Path::new("core/tests/laws.rs")), None);
        assert_eq!(wasm_test(Path::new("core/tests/wasm")), None);
    }
}
