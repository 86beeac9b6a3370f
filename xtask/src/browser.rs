//! A Chromium for the tests: found, or on Debian installed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::process;

/// Where the browser and the program that drives it are.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Switches for every Chromium started here: no screen, no first-run pages, and no talk with anyone.
pub(crate) const SWITCHES: [&str; 7] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
];

/// Finds both programs; on Debian as root, installs them if `may_install`.
pub(crate) fn find(may_install: bool) -> Result<Browser> {
    if let Some(browser) = present() {
        return Ok(browser);
    }
    if may_install && is_debian() && is_root() {
        install_on_debian()?;
        if let Some(browser) = present() {
            return Ok(browser);
        }
    }
    Err(Failure::new(advice()))
}

/// Whether Chromium's own sandbox must be off: as root it refuses to start with it.
pub(crate) fn is_root() -> bool {
    cfg!(unix) && process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn present() -> Option<Browser> {
    Some(Browser { chromium: chromium()?, driver: driver()? })
}

fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    named_by("CHROME").or_else(|| process::find_on_path(&names)).or_else(|| {
        let mut usual = vec![
            PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
            PathBuf::from("/Applications/Chromium.app/Contents/MacOS/Chromium"),
        ];
        if let Some(programs) = env::var_os("ProgramFiles") {
            usual.push(Path::new(&programs).join("Google/Chrome/Application/chrome.exe"));
        }
        usual.into_iter().find(|path| path.is_file())
    })
}

fn driver() -> Option<PathBuf> {
    named_by("CHROMEDRIVER").or_else(|| process::find_on_path(&["chromedriver", "chromium.chromedriver"]))
}

fn named_by(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

fn install_on_debian() -> Result<()> {
    eprintln!(
        "\nInstalling Debian's packages `chromium` and `chromium-driver` for the browser tests (a minute or two)."
    );
    process::run(apt_get().arg("update"))?;
    process::run(apt_get().args([
        "install",
        "--yes",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ]))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn advice() -> String {
    let missing = match (chromium(), driver()) {
        (None, None) => "Neither Chromium (or Chrome) nor ChromeDriver was found",
        (None, Some(_)) => "ChromeDriver was found, but neither Chromium nor Chrome",
        _ => "The browser was found, but not ChromeDriver",
    };
    let how = if is_debian() {
        "apt-get install chromium chromium-driver   (as root)"
    } else if cfg!(target_os = "macos") {
        "brew install --cask google-chrome chromedriver"
    } else if cfg!(windows) {
        "install Chrome from google.com/chrome and the ChromeDriver of the same version from\n    googlechromelabs.github.io/chrome-for-testing, and put chromedriver.exe on PATH"
    } else {
        "install your system's packages of Chromium and ChromeDriver (often `chromium` and `chromedriver`)"
    };
    format!("{missing}. Either\n    {how}\n  or set CHROME and CHROMEDRIVER to the two programs' paths")
}
