//! `cargo verify`: everything CI checks, one named step after another, fastest first.
//!
//! A step that fails does not stop the others, so that one run shows every problem there is.

mod cargo_steps;
mod deny;
mod journeys;
mod size;
mod steps;
mod summary;
mod wasm_tests;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::args::Verify;
use crate::browser;
use crate::failure::{Failure, Result};
use crate::toolbox::Toolbox;
use crate::tools::Tool;
use crate::{page, process};
use steps::{STEPS, Step};
use summary::{Line, Outcome, Verdict};

/// What the steps have at hand.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) toolbox: Toolbox,
    /// How building the page went, once it was tried.
    page: OnceCell<Result<()>>,
}

impl Bench {
    /// A Chromium, installed if need be and allowed.
    pub(crate) fn browser(&self) -> Result<PathBuf> {
        browser::find(self.toolbox.may_install())
    }

    /// Builds the page, up to date or not.
    pub(crate) fn build_page(&self) -> Result<Outcome> {
        self.page.get_or_init(|| page::build(&self.toolbox)).clone().map(|()| Outcome::Passed)
    }

    /// Makes sure that there is a page to look at.
    pub(crate) fn need_page(&self) -> Result<()> {
        if self.page.get().is_some_and(Result::is_err) {
            return Err(Failure::new("there is no page to look at: its build failed above"));
        }
        self.page.get_or_init(|| page::ensure(&self.toolbox)).clone()
    }

    /// A cargo command in this work tree.
    pub(crate) fn cargo(&self, words: &str) -> Command {
        let mut command = process::cargo();
        command.args(words.split_whitespace());
        command
    }
}

/// Runs the steps that `options` ask for. The exit code is zero only if all of them passed.
pub(crate) fn verify(options: &Verify) -> Result<ExitCode> {
    let steps = chosen(options);
    let bench = Bench { toolbox: Toolbox::open(!options.no_install)?, page: OnceCell::new() };
    let tools: Vec<Tool> = steps.iter().flat_map(|step| step.tools).copied().collect();
    bench.toolbox.expect(&tools)?;
    let lines: Vec<Line> = steps.iter().map(|step| take(step, &bench)).collect();
    print!("\n{}", summary::table(&lines));
    let failed = lines.iter().any(|line| matches!(line.verdict, Verdict::Failed(_)));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Whether there is a step of this name.
pub(crate) fn is_step(name: &str) -> bool {
    STEPS.iter().any(|step| step.name == name)
}

fn chosen(options: &Verify) -> Vec<&'static Step> {
    let wanted = |step: &&Step| match options.only.as_slice() {
        [] => options.full || !step.long,
        only => only.iter().any(|name| name == step.name),
    };
    STEPS.iter().filter(wanted).collect()
}

/// Runs one step. Installing its tools comes before the clock starts: that is paid once, not on every run.
fn take(step: &Step, bench: &Bench) -> Line {
    eprintln!("\n── {}: {}", step.name, step.about);
    let ready = bench.toolbox.need(step.tools).and_then(|()| match step.needs_wasm_target {
        true => bench.toolbox.need_wasm_target(),
        false => Ok(()),
    });
    let start = Instant::now();
    let verdict = match ready.and_then(|()| (step.run)(bench)) {
        Ok(Outcome::Passed) => Verdict::Passed,
        Ok(Outcome::NotChecked(why)) => Verdict::NotChecked(why),
        Err(failure) => Verdict::Failed(failure.to_string()),
    };
    let line = Line { step: step.name, took: start.elapsed(), verdict };
    eprintln!("{line}");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(options: &Verify) -> Vec<&'static str> {
        chosen(options).iter().map(|step| step.name).collect()
    }

    #[test]
    fn what_takes_long_runs_only_when_asked_for() {
        assert!(!names(&Verify::default()).contains(&"long-tests"));
        assert!(names(&Verify { full: true, ..Verify::default() }).contains(&"long-tests"));
        assert_eq!(
            names(&Verify { only: vec!["long-tests".to_owned()], ..Verify::default() }),
            ["long-tests"]
        );
    }

    #[test]
    fn the_help_lists_every_step() {
        for step in &STEPS {
            assert!(crate::args::HELP.contains(step.name), "{}", step.name);
        }
    }
}
