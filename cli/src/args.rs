//! What can be typed.

use crate::until::Until;
use clap::{Parser, Subcommand, ValueEnum};
use tenfold::units::Span;

/// The largest seed: every whole number up to it is exact in JSON, in every language.
const SEED_MAX: u64 = 1 << 53;
/// Ten thousand runs are pooled from some 100 MB.
const REPLICATIONS_MAX: u64 = 10_000;

const AFTER_HELP: &str = "\
Results go to stdout; progress, warnings and errors go to stderr.
Exit codes: 0 done, 1 the result could not be written or is wrong, 2 bad model or arguments, 3 what `--until` wants was
not reached, 130 interrupted.";

const AFTER_RUN: &str = "\
The same model, seed and version give the same bytes on every platform.

If more calls pile up than fit in memory, the run stops there: what was measured up to then is reported, a warning on
stderr says when and why, and the exit code is 0. `simulated_s` in the report is then less than what was asked for.

Beside each figure stands how far off it may be, at 95 % confidence, and below them the verdict on the run. A run with
a ramp, a daily wave or a timeline has no steady state: only --replications gives it intervals.

--until METRIC=PRECISION runs on until the metric is known that well: latency:p99=2% until the interval's ends are
within 2 % of the 99th percentile. Metrics are latency:mean, latency:p50, latency:p95, latency:p99, latency:p99.9,
throughput, goodput, errors, cost and cost:million. Where that is not reached, the report says what was, and the exit
code is 3.

Replication 0 has the model's seed, number n the upper 53 bits of the n-th value of splitmix64 started at that seed.
They run on all cores (RAYON_NUM_THREADS sets how many), and give the same bytes on any number.

Examples:
  tenfold run classic-chain
  tenfold run mm1 --until latency:p99=5%
  tenfold run flash-crowd --replications 20
  tenfold run shop.json --seed 3 --for 1h --warm-up 5m --format json > report.json
  tenfold run mm1 --theory
  tenfold examples classic-chain | tenfold run -";

const AFTER_BENCH: &str = "\
Figures differ from machine to machine, and between runs on a busy one: compare those of one run. Time is the processor
time of the process, on Windows that of the clock. An event is an arrival at a component, an end of service or a
decision; bytes are those of the calls and requests in flight.

If a workload's result is wrong, the exit code is 1: such a figure means nothing.

Examples:
  tenfold bench --only w2,chain --runs 5
  tenfold bench --curves --requests 1e5 --json > curves.json";

const AFTER_VALIDATE: &str = "\
Every model is run twenty times with fixed seeds, so the numbers are the same on every machine. All of it takes about
a minute and a half of one processor core. Exit code 1 when a figure fails.

Examples:
  tenfold validate
  tenfold validate --only LIFO
  tenfold validate --json > validation.json
  tenfold validate --write docs/validation.md";

/// Draw your architecture, grow it tenfold, see what breaks first, what it costs and what to change.
#[derive(Debug, Parser)]
#[command(name = "tenfold", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a model and report what it did and cost
    Run(Run),
    /// Check a model and list every problem in it
    Check {
        /// A model's file, the name of a built-in example, or - for stdin
        model: String,
    },
    /// Measure how fast this machine simulates, on models whose results are known
    Bench(Bench),
    /// List the built-in examples, or print one of them
    Examples {
        /// The example to print
        name: Option<String>,
    },
    /// Run the simulation against queueing theory and judge it
    Validate(Validate),
}

/// What to validate, and where to say it.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = AFTER_VALIDATE)]
pub(crate) struct Validate {
    /// Only the figures whose part, model or name contains this
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Option<String>,
    /// Print everything as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the page for the documentation to this file
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    pub(crate) write: Option<std::path::PathBuf>,
}

/// How to run which model.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = AFTER_RUN)]
pub(crate) struct Run {
    /// A model's file, the name of a built-in example, or - for stdin
    pub(crate) model: String,
    /// Keys all chance, 0 to 2^53 [default: the model's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=SEED_MAX))]
    pub(crate) seed: Option<u64>,
    /// Simulated time to run, such as 90s, 10m or 1h30m [default: the model's]
    #[arg(long = "for", value_name = "TIME")]
    pub(crate) duration: Option<Span>,
    /// Simulated time to leave out of the figures at the start, shorter than the run; or `auto`, as much as the rule
    /// MSER-5 finds [default: the model's]
    #[arg(long, value_name = "TIME")]
    pub(crate) warm_up: Option<WarmUp>,
    /// Print what queueing theory predicts beside what was measured, and where it does not apply, why
    #[arg(long)]
    pub(crate) theory: bool,
    /// Runs so many times, each with a seed of its own, and pools them
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=REPLICATIONS_MAX))]
    pub(crate) replications: u64,
    /// Runs on, or more often, until a metric is known well enough, such as latency:p99=2%
    #[arg(long, value_name = "METRIC=PRECISION")]
    pub(crate) until: Option<Until>,
    /// Simulated time, of all runs together, after which --until gives up [default: a hundred times the run]
    #[arg(long, value_name = "TIME", requires = "until")]
    pub(crate) at_most: Option<Span>,
    /// How to print the report
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

/// What to measure, and how often.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = AFTER_BENCH)]
pub(crate) struct Bench {
    /// Measure these alone, by their names with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Measure how the cost of an event grows with the size of a model, instead of the workloads
    #[arg(long)]
    pub(crate) curves: bool,
    /// Requests in a run, 1000 to 1e9
    #[arg(long, value_name = "N", default_value = "1e6", value_parser = requests)]
    pub(crate) requests: u64,
    /// Times each is run; told are the least, the middle and the most
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
    /// Print everything, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// Reads a number of requests, such as `50000` or `1e6`.
fn requests(text: &str) -> Result<u64, String> {
    let legal = |n: &f64| (1e3..=1e9).contains(n);
    let number = text.parse::<f64>().ok().filter(legal);
    number.map(|n| n as u64).ok_or_else(|| "legal is a number from 1000 to 1e9".to_owned())
}

/// How much of the start is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WarmUp {
    /// So much.
    Given(Span),
    /// As much as MSER-5 finds.
    Auto,
}

impl std::str::FromStr for WarmUp {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(WarmUp::Auto),
            _ => text.parse().map(WarmUp::Given).map_err(|error| format!("{error}, or `auto`")),
        }
    }
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// Everything, for programs
    Json,
    /// One line per component, for spreadsheets
    Csv,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_make_sense_to_clap() {
        Args::command().debug_assert();
    }
}
