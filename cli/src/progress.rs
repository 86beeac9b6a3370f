//! How far a run has come, for somebody who watches a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenfold::units::{SimTime, Span};

const STEPS: u64 = 1000;

/// A bar on stderr; nothing where stderr is no terminal. It has no colours, so `NO_COLOR` holds anyway.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    end: Span,
}

impl Progress {
    /// A bar for a run of `end` of simulated time.
    pub(crate) fn new(end: Span) -> Self {
        let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress { bar, end }
    }

    /// Shows that the run has come to `now`.
    pub(crate) fn at(&self, now: SimTime) {
        if !self.bar.is_hidden() {
            self.bar.set_position((now.secs() / self.end.secs() * STEPS as f64) as u64);
            self.bar.set_message(format!("{:.0} of {} s simulated", now.secs(), self.end.secs()));
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar that counts to `all` on stderr; nothing where stderr is no terminal.
pub(crate) fn counting(all: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}
