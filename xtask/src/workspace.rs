//! Where this work tree and its build folders are.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the work tree.
///
/// Asked of the environment first: `cargo run` sets it afresh, so a tree that was moved is found where it is now.
pub(crate) fn root() -> PathBuf {
    let xtask =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    xtask.parent().map_or_else(|| xtask.clone(), Path::to_path_buf)
}

/// The folder cargo builds into.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
        Some(value) => root().join(value),
        None => root().join("target"),
    }
}
