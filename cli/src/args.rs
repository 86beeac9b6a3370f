//! What can be typed.

use clap::{Parser, Subcommand, ValueEnum};
use tenfold::units::Span;

/// The largest seed: every whole number up to it is exact in JSON, in every language.
const SEED_MAX: u64 = 1 << 53;

const AFTER_HELP: &str = "\
Results go to stdout; progress, warnings and errors go to stderr.
Exit codes: 0 done, 1 the result could not be written or is wrong, 2 bad model or arguments, 130 interrupted.";

const AFTER_RUN: &str = "\
The same model, seed and version give the same bytes on every platform.

If more calls pile up than fit in memory, the run stops there: what was measured up to then is reported, a warning on
stderr says when and why, and the exit code is 0. `simulated_s` in the report is then less than what was asked for.

Examples:
  tenfold run classic-chain
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
    /// Simulated time to leave out of the figures at the start; shorter than the run [default: the model's]
    #[arg(long, value_name = "TIME")]
    pub(crate) warm_up: Option<Span>,
    /// Print what queueing theory predicts beside what was measured, and where it does not apply, why
    #[arg(long)]
    pub(crate) theory: bool,
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
