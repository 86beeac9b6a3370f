//! The simulation against queueing theory: models whose steady state is known, run and judged.
//!
//! A [`Scenario`] is a model file and the figures that are known of it; [`Scenario::run`] runs it with [`REPLICATIONS`] seeds of its own and judges
//! each figure: it passes when what was measured lies within [`bound`] standard errors of the truth, and when the standard error is
//! small enough for the test to mean something. The seeds are fixed, so the outcome is the same on every platform and every time.
//!
//! ```
//! let scenarios = tenfold_validation::scenarios();
//! assert!(scenarios.iter().map(|scenario| scenario.figures.len()).sum::<usize>() >= 150);
//! let quick = scenarios.iter().find(|scenario| scenario.name == "D/D/1 at 80 %").unwrap();
//! assert!(quick.run().unwrap().iter().all(|outcome| outcome.passes()));
//! ```

pub mod cases;
mod figure;
pub mod page;
mod run;
mod sketch;

pub use cases::scenarios;
pub use figure::{Figure, Unit};
pub use run::{FAMILY_WISE_ERROR, Outcome, REPLICATIONS, bound};
pub use sketch::{Scenario, Sketch};

/// How many figures all scenarios have: the number of tests.
pub fn count() -> usize {
    static COUNT: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *COUNT.get_or_init(|| scenarios().iter().map(|scenario| scenario.figures.len()).sum())
}

#[cfg(all(test, target_arch = "wasm32"))]
mod compiled_to_wasm {
    use super::{page, scenarios};
    use wasm_bindgen_test::wasm_bindgen_test;

    /// The page that a native run wrote: a line that differs in its last digit is another line.
    const PAGE: &str = include_str!("../../docs/validation.md");

    /// Runs every fourth scenario from `first` on and looks for each line on the page.
    fn a_quarter_gives_the_lines_of_the_page(first: usize) {
        for scenario in scenarios().iter().skip(first).step_by(4) {
            for outcome in scenario.run().expect("the model is legal") {
                assert!(
                    outcome.passes(),
                    "{}, {}: {}",
                    outcome.scenario,
                    outcome.what,
                    outcome.measured_in_words()
                );
                let line = page::line(&outcome);
                assert!(PAGE.contains(&line), "the page has no line {line}");
            }
        }
    }

    // All four: cargo test --target wasm32-unknown-unknown --profile verify -p tenfold-validation --lib -- --include-ignored
    #[wasm_bindgen_test]
    fn the_first_quarter_gives_the_very_lines_of_the_page() {
        a_quarter_gives_the_lines_of_the_page(0);
    }

    #[wasm_bindgen_test]
    #[ignore = "one quarter is enough for every day"]
    fn the_second_quarter_gives_the_very_lines_of_the_page() {
        a_quarter_gives_the_lines_of_the_page(1);
    }

    #[wasm_bindgen_test]
    #[ignore = "one quarter is enough for every day"]
    fn the_third_quarter_gives_the_very_lines_of_the_page() {
        a_quarter_gives_the_lines_of_the_page(2);
    }

    #[wasm_bindgen_test]
    #[ignore = "one quarter is enough for every day"]
    fn the_last_quarter_gives_the_very_lines_of_the_page() {
        a_quarter_gives_the_lines_of_the_page(3);
    }
}
