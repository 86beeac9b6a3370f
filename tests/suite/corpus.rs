//! What the fuzzer once found interesting, replayed: the files in `fuzz/corpus`, of each target in a folder of its name.

use std::fs;
use std::path::Path;
use tests::targets;

/// Every file of a target's folder.
fn replay(name: &str) {
    let (_, target) = targets::ALL.iter().find(|(target, _)| *target == name).expect("a target");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("a corpus") {
        let path = entry.expect("a file").path();
        // A failure tells which file it was.
        println!("{}", path.display());
        target(&fs::read(&path).expect("a file of bytes"));
        files += 1;
    }
    assert!(files > 20, "{files} files in {}", folder.display());
}

#[test]
fn the_files_kept_of_fuzzing_models_raise_nothing() {
    replay("model");
}

#[test]
fn the_files_kept_of_fuzzing_links_raise_nothing() {
    replay("link");
}

#[test]
fn the_files_kept_of_fuzzing_edits_raise_nothing() {
    replay("edits");
}

#[test]
fn every_target_has_a_program_for_the_fuzzer() {
    for (name, _) in targets::ALL {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fuzz/fuzz_targets/{name}.rs"));
        let text = fs::read_to_string(&program).expect("a program");
        assert!(text.contains(&format!("tests::targets::{name}(bytes)")), "{name}");
    }
}
