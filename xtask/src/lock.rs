//! One process at a time, by a lock on a file. The system lets go of it even when the process is killed.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use crate::failure::{Doing, Result};

/// Waits for the lock on `path`, saying why if it takes a while; it lasts as long as the file that is handed back.
///
/// `others` completes the sentence "Another Tenfold command …".
pub(crate) fn hold(path: &Path, others: &str) -> Result<File> {
    let doing = || format!("lock {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).doing(doing)?;
    }
    let file = File::create(path).doing(doing)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("Another Tenfold command {others}; waiting for it to finish …");
            file.lock().doing(doing)?;
        }
        Err(TryLockError::Error(problem)) => return Err(problem).doing(doing),
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_free_again_once_its_file_is_dropped() {
        let path = std::env::temp_dir().join(format!("tenfold-lock-{}", std::process::id()));
        let first = hold(&path, "runs a test").expect("nobody else has this name");
        let second = File::open(&path).expect("the file is there");
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(first);
        assert!(second.try_lock().is_ok());
        fs::remove_file(path).expect("the file is there");
    }
}
