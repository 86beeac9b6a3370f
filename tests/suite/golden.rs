//! Golden reports: a short run of every built-in model gives the report that is kept in `tests/golden`.
//!
//! They say that something changed, not what is right; that is what the other tests are for. To keep new ones on purpose:
//!
//! ```sh
//! TENFOLD_GOLDEN=write cargo test -p tests golden
//! ```

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, presets};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The report of the first ten seconds, the warm-up being two of them.
fn report(preset: &presets::Preset) -> String {
    let mut model = preset.model();
    (model.head.warm_up, model.head.duration) = (Some(Span::from_secs(2)), Span::from_secs(10));
    let mut run = Simulation::new(&model).expect("a built-in model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    run.report().to_json()
}

/// The first lines in which two texts differ.
fn difference(kept: &str, now: &str) -> String {
    let lines = kept.lines().zip(now.lines()).enumerate().filter(|(_, (kept, now))| kept != now);
    let shown = lines.take(8).map(|(at, (kept, now))| {
        format!("line {}: {} was kept, now it is {}\n", at + 1, kept.trim(), now.trim())
    });
    shown.collect()
}

#[test]
fn every_built_in_model_gives_the_report_that_is_kept() {
    let write = env::var("TENFOLD_GOLDEN").is_ok_and(|word| word == "write");
    let mut differ = String::new();
    for preset in presets::ALL {
        let (file, now) = (folder().join(format!("{}.json", preset.slug)), report(preset));
        if write {
            fs::write(&file, &now).expect("the folder can be written to");
        }
        let kept = fs::read_to_string(&file).unwrap_or_default();
        if kept != now {
            differ += &format!("{}\n{}", preset.slug, difference(&kept, &now));
        }
    }
    assert!(
        differ.is_empty(),
        "reports differ from those in tests/golden:\n{differ}\n\
         if they are meant to: TENFOLD_GOLDEN=write cargo test -p tests golden, and say why in the commit"
    );
}

#[test]
fn every_kept_report_is_of_a_built_in_model() {
    let files = fs::read_dir(folder()).expect("the kept reports").map(|file| file.expect("a file").path());
    let mut stems: Vec<String> =
        files.map(|file| file.file_stem().unwrap_or_default().to_string_lossy().into()).collect();
    let mut slugs: Vec<&str> = presets::ALL.iter().map(|preset| preset.slug).collect();
    stems.sort();
    slugs.sort_unstable();
    assert_eq!(stems, slugs);
}
