//! `tenfold run`: runs a model to its end, or until it is known well enough, and prints the report.

use crate::args::{Format, Run, WarmUp};
use crate::failure::Failure;
use crate::rounds::Rounds;
use crate::until::Reached;
use crate::{input, output, theory};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tenfold::model::Head;
use tenfold::units::Span;

/// As long as one run may last.
const LONGEST: Span = Span::from_secs(90 * 86_400);

/// Runs what is wanted and prints the report to stdout.
pub(crate) fn run(wanted: &Run) -> Result<(), Failure> {
    if wanted.theory && wanted.format == Format::Csv {
        return Err(Failure::Arguments(
            "--theory has no place in the lines of --format csv; use table or json".to_owned(),
        ));
    }
    let mut model = input::model(&wanted.model)?;
    override_head(&mut model.head, wanted)?;
    let limit = time_limit(&model.head, wanted)?;
    // Only now: while the model is read, from a terminal perhaps, Ctrl-C simply ends the command.
    let stop = stop_flag()?;
    let mut rounds = Rounds::new(&model, wanted.replications, &stop)?;
    let mut report = rounds.report();
    let unmet = match &wanted.until {
        None => None,
        Some(until) => loop {
            let more = match until.judge(&report) {
                Reached::Met => break None,
                Reached::Never(why) => break Some(why),
                Reached::Not { times } => times,
            };
            if rounds.simulated() >= limit {
                break Some(until.unmet(&report, limit));
            }
            rounds.go_on(more, limit, &stop)?;
            report = rounds.report();
        },
    };
    let beside = wanted.theory.then(|| tenfold::theory::beside::beside(&model, &report));
    output::print(&match wanted.format {
        Format::Table => plain(&(report.to_string() + &beside.map_or(String::new(), |b| theory::table(&b)))),
        Format::Json => beside.map_or_else(|| report.to_json(), |b| theory::json(&report, &b)),
        Format::Csv => report.to_csv(),
    })?;
    unmet.map_or(Ok(()), |why| Err(Failure::Unmet(why)))
}

/// How much may be simulated in all.
fn time_limit(head: &Head, wanted: &Run) -> Result<Span, Failure> {
    const TIMES: u64 = 100;
    let least = head.duration * wanted.replications;
    match wanted.at_most {
        None if wanted.replications > 1 => Ok(least * TIMES),
        None => Ok((head.duration * TIMES).min(LONGEST)),
        Some(limit) if limit < least => Err(Failure::Arguments(format!(
            "--at-most {limit} is less than the {least} that are simulated in any case; give more, or a shorter run with --for"
        ))),
        Some(limit) if wanted.replications == 1 && limit > LONGEST => Err(Failure::Arguments(format!(
            "--at-most {limit} is more than the {LONGEST} that one run may last"
        ))),
        Some(limit) => Ok(limit),
    }
}

/// Puts the arguments in place of the model's own settings.
fn override_head(head: &mut Head, wanted: &Run) -> Result<(), Failure> {
    head.seed = wanted.seed.unwrap_or(head.seed);
    head.duration = wanted.duration.unwrap_or(head.duration);
    match wanted.warm_up {
        Some(WarmUp::Given(given)) => head.warm_up = Some(given),
        Some(WarmUp::Auto) => head.warm_up = None,
        None => {}
    }
    if head.duration == Span::ZERO || head.duration > LONGEST {
        let (found, longest) = (head.duration, LONGEST);
        return Err(Failure::Arguments(format!("--for {found} is outside 1ns to {longest}")));
    }
    // Measuring begins with a window of the charts' grid.
    let window = head.window.nanos().max(1);
    let Some(given) = head.warm_up else { return Ok(()) };
    let begins = Span::from_nanos(given.nanos().div_ceil(window).saturating_mul(window));
    if begins >= head.duration {
        let rounded = if begins == given { String::new() } else { format!(", rounded up to {begins},") };
        return Err(Failure::Arguments(format!(
            "a warm-up of {}{rounded} leaves nothing to measure in a run of {}; \
             give a shorter one with --warm-up, or a longer run with --for",
            given, head.duration
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

/// A table without control characters but the ends of its lines: names come from a file, and must not command a terminal.
fn plain(table: &str) -> String {
    table.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
