//! Names the engine by its sources, for the query of the worker's address: a browser that kept an older engine asks again.

use std::fs;
use std::path::Path;

fn main() {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for folder in ["../core/src", "engine/src", "../Cargo.lock"] {
        println!("cargo::rerun-if-changed={folder}");
        take(Path::new(folder), &mut hash);
    }
    println!("cargo::rustc-env=TENFOLD_BUILD={hash:016x}");
}

/// FNV-1a over all files, in the order of their names.
fn take(path: &Path, hash: &mut u64) {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| take(entry, hash));
    } else if let Ok(bytes) = fs::read(path) {
        for byte in bytes {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
