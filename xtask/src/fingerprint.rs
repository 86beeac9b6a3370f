//! Whether anything in a folder has changed: a hash over every file's path, size and time.
//!
//! Times alone would miss a file that was replaced by an older one, and a file that was deleted.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Result};

/// A number that changes when a file below `folder` appears, goes or changes.
///
/// `skip` is asked for every entry, by its path below `folder`; what is skipped may change freely.
pub(crate) fn of_folder(folder: &Path, skip: impl Fn(&Path) -> bool) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for path in files(folder, skip)? {
        let doing = || format!("look at {}", folder.join(&path).display());
        let about = fs::metadata(folder.join(&path)).doing(doing)?;
        path.hash(&mut hasher);
        about.len().hash(&mut hasher);
        about.modified().doing(doing)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// Every file below `folder`, by its path from there, in the order of those paths.
pub(crate) fn files(folder: &Path, skip: impl Fn(&Path) -> bool) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(below) = waiting.pop() {
        let doing = || format!("list {}", folder.join(&below).display());
        for entry in fs::read_dir(folder.join(&below)).doing(doing)? {
            let entry = entry.doing(doing)?;
            let path = below.join(entry.file_name());
            if skip(&path) {
                continue;
            }
            // Links are not followed: none is needed, and one that leads upwards would never end.
            let kind = entry.file_type().doing(doing)?;
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_a_changed_and_a_deleted_file_are_each_seen() {
        let folder = std::env::temp_dir().join(format!("tenfold-fingerprint-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).expect("a folder in the temporary folder");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a small file");
        let now = || of_folder(&folder, |path| path == Path::new("skipped")).expect("a folder to look at");

        write("a", "1");
        let first = now();
        assert_eq!(first, now(), "looking changes nothing");
        write("inner/b", "1");
        let second = now();
        assert_ne!(first, second, "a new file");
        write("inner/b", "12");
        assert_ne!(second, now(), "a changed file");
        fs::remove_file(folder.join("inner/b")).expect("the file is there");
        assert_eq!(first, now(), "back to the first");
        write("skipped", "anything");
        assert_eq!(first, now(), "a skipped file");

        fs::remove_dir_all(folder).expect("the folder is there");
    }
}
