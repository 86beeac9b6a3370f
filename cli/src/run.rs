//! `tenfold run`: runs a model to its end and prints the report.

use crate::args::{Format, Run};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::{input, output, theory};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tenfold::measure::Report;
use tenfold::model::{Head, Model};
use tenfold::units::{SimTime, Span};
use tenfold::{Advance, Simulation};

/// Events between two looks at the keyboard: some milliseconds.
const EVENTS_PER_SLICE: u64 = 20_000;

/// Runs what is wanted and prints the report to stdout.
pub(crate) fn run(wanted: &Run) -> Result<(), Failure> {
    if wanted.theory && wanted.format == Format::Csv {
        return Err(Failure::Arguments(
            "--theory has no place in the lines of --format csv; use table or json".to_owned(),
        ));
    }
    let mut model = input::model(&wanted.model)?;
    override_head(&mut model.head, wanted)?;
    // Only now: while the model is read, from a terminal perhaps, Ctrl-C simply ends the command.
    let stop = stop_flag()?;
    let report = simulate(&model, &stop)?;
    let beside = wanted.theory.then(|| tenfold::theory::beside::beside(&model, &report));
    output::print(&match wanted.format {
        Format::Table => plain(&(report.to_string() + &beside.map_or(String::new(), |b| theory::table(&b)))),
        Format::Json => beside.map_or_else(|| report.to_json(), |b| theory::json(&report, &b)),
        Format::Csv => report.to_csv(),
    })
}

/// Puts the arguments in place of the model's own settings.
fn override_head(head: &mut Head, wanted: &Run) -> Result<(), Failure> {
    const LONGEST: Span = Span::from_secs(90 * 86_400);
    head.seed = wanted.seed.unwrap_or(head.seed);
    head.duration = wanted.duration.unwrap_or(head.duration);
    head.warm_up = wanted.warm_up.unwrap_or(head.warm_up);
    if head.duration == Span::ZERO || head.duration > LONGEST {
        let (found, longest) = (head.duration, LONGEST);
        return Err(Failure::Arguments(format!("--for {found} is outside 1ns to {longest}")));
    }
    // Measuring begins with a window of the charts' grid.
    let window = head.window.nanos().max(1);
    let begins = Span::from_nanos(head.warm_up.nanos().div_ceil(window).saturating_mul(window));
    if begins >= head.duration {
        let rounded =
            if begins == head.warm_up { String::new() } else { format!(", rounded up to {begins},") };
        return Err(Failure::Arguments(format!(
            "a warm-up of {}{rounded} leaves nothing to measure in a run of {}; \
             give a shorter one with --warm-up, or a longer run with --for",
            head.warm_up, head.duration
        )));
    }
    Ok(())
}

/// A flag that Ctrl-C sets.
fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::Arguments(format!("Ctrl-C cannot be watched for: {error}")))?;
    Ok(stop)
}

fn simulate(model: &Model, stop: &AtomicBool) -> Result<Report, Failure> {
    let mut simulation = Simulation::new(model).map_err(Failure::Model)?;
    let end = SimTime::ZERO + model.head.duration;
    let progress = Progress::new(model.head.duration);
    let came = loop {
        let came = simulation.advance(end, EVENTS_PER_SLICE);
        if stop.load(Ordering::Relaxed) {
            progress.finish();
            return Err(Failure::Interrupted(simulation.now()));
        }
        if came != Advance::Paused {
            break came;
        }
        progress.at(simulation.now());
    };
    progress.finish();
    if came == Advance::TooManyCalls {
        output::tell(&format!(
            "warning: stopped at {} of {} simulated: {} calls are in flight, more than fit; the load is far beyond what the \
             system can take. Reported is what was measured until then. Lower the load, or bound the backlogs and timeouts.",
            short(simulation.now()),
            model.head.duration,
            simulation.calls_in_flight()
        ));
    }
    Ok(simulation.report())
}

/// An instant as people read it.
fn short(at: SimTime) -> String {
    tenfold::measure::text::short_secs(at.secs())
}

/// A table without control characters but the ends of its lines: names come from a file, and must not command a terminal.
fn plain(table: &str) -> String {
    table.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
