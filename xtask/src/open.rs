//! Opens the user's browser, where there is one to open.

use std::env;
use std::process::{Command, Stdio};

/// Asks the system to show `url`. Does nothing on a machine without a screen; never fails: the address was printed.
pub(crate) fn in_browser(url: &str) {
    if !has_screen() {
        return;
    }
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        // `start` takes its first quoted word for a window's title.
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    };
    let _ = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}

fn has_screen() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let desktop = cfg!(windows) || cfg!(target_os = "macos") || set("DISPLAY") || set("WAYLAND_DISPLAY");
    desktop && !set("CI") && !set("SSH_CONNECTION")
}
