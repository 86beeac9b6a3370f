//! Property tests: random models, and random edits of them while they run.
//!
//! Cases are bytes, see `tests/src`. They are the same on every run; `PROPTEST_CASES` asks for more of them, and
//! `PROPTEST_RNG_SEED` for others. A case that fails is shrunk and written to a file, which belongs into `fuzz/corpus/edits`.

use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use tests::life::Life;
use tests::properties;

/// Enough for a model of ten components with all its steps.
const BYTES_MAX: usize = 1_500;

/// A name for bytes (FNV-1a).
fn mixed(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01B3))
}

/// Calls `judge` with lives; one for which it panics is shrunk and shown.
fn hold(judge: impl Fn(&Life)) {
    let seeded = std::env::var_os("PROPTEST_RNG_SEED").is_some();
    let usual = Config::default();
    let rng_seed = if seeded { usual.rng_seed } else { RngSeed::Fixed(1) };
    let config = Config { failure_persistence: None, rng_seed, ..usual };
    let result = TestRunner::new(config).run(&vec(0_u8.., 0..BYTES_MAX), |bytes| {
        let life = Life::of(&bytes);
        catch_unwind(AssertUnwindSafe(|| judge(&life)))
            .map_err(|_| TestCaseError::fail(format!("see above; it was\n{life}")))
    });
    let Err(failure) = result else { return };
    let TestError::Fail(reason, bytes) = failure else { panic!("{failure}") };
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("failed-{:x}", mixed(&bytes)));
    std::fs::write(&file, &bytes).expect("a file in the target folder");
    panic!("{reason}\nmove {} to fuzz/corpus/edits", file.display());
}

#[test]
fn whatever_is_done_all_is_accounted_for_and_time_never_goes_back() {
    hold(properties::all_is_accounted_for);
}

#[test]
fn users_backlogs_caches_and_pools_stay_within_their_bounds() {
    hold(properties::bounds_hold);
}

#[test]
fn copies_slices_and_replays_of_a_run_have_its_bytes() {
    hold(properties::runs_repeat);
}

#[test]
fn every_edit_is_undone_to_the_exact_bytes_and_refused_ones_change_nothing() {
    hold(properties::edits_undo);
}

#[test]
fn when_no_more_requests_come_all_that_are_there_end() {
    let (seen, all) = (Cell::new(0), Cell::new(0));
    hold(|life| {
        all.set(all.get() + 1);
        seen.set(seen.get() + u32::from(properties::all_comes_to_an_end(life)));
    });
    assert!(seen.get() * 4 > all.get(), "only {} of {} could be seen to end", seen.get(), all.get());
}
