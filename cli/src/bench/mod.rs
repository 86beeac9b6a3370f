//! `tenfold bench`: how fast this machine simulates workloads whose results are known.

mod curves;
mod workloads;

use crate::args::Bench;
use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tenfold_bench::{CURVES, Spread, Workload};

/// Measures what is wanted and prints the figures to stdout.
pub(crate) fn bench(wanted: &Bench) -> Result<(), Failure> {
    let known: Vec<&str> = if wanted.curves {
        CURVES.iter().map(|curve| curve.slug).collect()
    } else {
        Workload::ALL.iter().map(|workload| workload.slug).collect()
    };
    if let Some(unknown) = wanted.only.iter().find(|name| !known.contains(&name.as_str())) {
        let (what, known) = (if wanted.curves { "curve" } else { "workload" }, known.join(", "));
        return Err(Failure::Arguments(format!("there is no {what} {unknown:?}; there are {known}")));
    }
    if wanted.curves { curves::measure(wanted) } else { workloads::measure(wanted) }
}

/// Whether `--only` lets this one be measured.
fn is_wanted(wanted: &Bench, slug: &str) -> bool {
    wanted.only.is_empty() || wanted.only.iter().any(|name| name == slug)
}

/// Seconds that this process has computed: what else a busy machine does is not in the figures, where the system tells.
#[cfg(unix)]
fn clock() -> impl FnMut() -> f64 {
    use nix::time::{ClockId, clock_gettime};
    || {
        let used = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID);
        used.map_or(f64::NAN, |t| t.tv_sec() as f64 + t.tv_nsec() as f64 / 1e9)
    }
}

/// Seconds since some instant.
#[cfg(not(unix))]
fn clock() -> impl FnMut() -> f64 {
    let begun = std::time::Instant::now();
    move || begun.elapsed().as_secs_f64()
}

/// A bar of so many runs on stderr, for somebody who watches a terminal.
fn progress(runs: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(runs as u64), ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} runs: {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// The least, middle and most of one figure of several runs.
fn spread<T>(runs: &[T], figure: impl Fn(&T) -> f64) -> Spread {
    const NONE: Spread = Spread { min: f64::NAN, median: f64::NAN, max: f64::NAN };
    Spread::of(runs.iter().map(figure).collect()).unwrap_or(NONE)
}

fn json(spread: Spread) -> serde_json::Value {
    serde_json::json!({ "min": spread.min, "median": spread.median, "max": spread.max })
}
