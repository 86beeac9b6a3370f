//! `cargo site`: the page as a folder of files, for any web host.

use std::fs;
use std::path::Path;

use crate::failure::{Doing, Failure, Result};
use crate::toolbox::Toolbox;
use crate::{fingerprint, page, workspace};

/// Builds the page and, if `out` names a folder, copies it there.
pub(crate) fn site(out: Option<&Path>) -> Result<()> {
    let toolbox = Toolbox::open(true)?;
    toolbox.expect(&page::TOOLS)?;
    page::ensure(&toolbox)?;
    let built = page::folder();
    let folder = match out {
        None => built,
        Some(out) => {
            let out = std::path::absolute(out).doing(|| format!("find the folder {}", out.display()))?;
            copy(&built, &out)?;
            out
        }
    };
    println!("\nThe site is in {}; any web server can host it as it is.", folder.display());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.starts_with(from) || to == workspace::root() {
        return Err(Failure::new(format!("{} is part of the work tree; name another folder", to.display())));
    }
    for path in fingerprint::files(from, |_| false)? {
        let goal = to.join(&path);
        if let Some(parent) = goal.parent() {
            fs::create_dir_all(parent).doing(|| format!("create {}", parent.display()))?;
        }
        fs::copy(from.join(&path), &goal).doing(|| format!("write {}", goal.display()))?;
    }
    Ok(())
}
