//! A Chromium for the journeys: found, or on Debian installed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::process;

/// Finds the program; on Debian as root, installs it if `may_install`.
pub(crate) fn find(may_install: bool) -> Result<PathBuf> {
    if let Some(chromium) = present() {
        return Ok(chromium);
    }
    if may_install && is_debian() && is_root() {
        install_on_debian()?;
        if let Some(chromium) = present() {
            return Ok(chromium);
        }
    }
    Err(Failure::new(advice()))
}

fn is_root() -> bool {
    cfg!(unix) && process::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn present() -> Option<PathBuf> {
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

fn named_by(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

fn install_on_debian() -> Result<()> {
    eprintln!("\nInstalling Debian's package `chromium` for the journeys (a minute or two).");
    process::run(apt_get().arg("update"))?;
    process::run(apt_get().args(["install", "--yes", "--no-install-recommends", "chromium"]))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn advice() -> String {
    let how = if is_debian() {
        "apt-get install chromium   (as root)"
    } else if cfg!(target_os = "macos") {
        "brew install --cask google-chrome"
    } else if cfg!(windows) {
        "install Chrome from google.com/chrome"
    } else {
        "install your system's package of Chromium (often `chromium`)"
    };
    format!("Neither Chromium nor Chrome was found. Either\n    {how}\n  or set CHROME to the program's path")
}
