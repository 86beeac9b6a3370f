//! `tenfold validate`: the simulation against queueing theory.

use crate::args::Validate;
use crate::failure::Failure;
use crate::{output, progress};
use serde_json::{Value as Json, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tenfold_validation::{Outcome, Scenario, Unit, page, scenarios};

/// Runs what is wanted and prints how it went; fails when a figure does.
pub(crate) fn validate(wanted: &Validate) -> Result<(), Failure> {
    let mut chosen = scenarios();
    if let Some(pattern) = &wanted.only {
        chosen.iter_mut().for_each(|scenario| keep(scenario, pattern));
        chosen.retain(|scenario| !scenario.figures.is_empty());
        if chosen.is_empty() {
            return Err(Failure::Arguments(format!("no figure's part, model or name contains {pattern:?}")));
        }
    }
    let outcomes = run_all(&chosen).map_err(Failure::Fault)?;
    if let Some(path) = &wanted.write {
        std::fs::write(path, page::page(&outcomes)).map_err(Failure::Output)?;
    }
    if wanted.json {
        output::print(&format!("{:#}\n", Json::from(outcomes.iter().map(record).collect::<Vec<_>>())))?;
    } else {
        output::print(&table(&outcomes))?;
    }
    match outcomes.iter().filter(|outcome| !outcome.passes()).count() {
        0 => Ok(()),
        failed => Err(Failure::Invalid(failed)),
    }
}

/// Leaves only the figures that `pattern` speaks of.
fn keep(scenario: &mut Scenario, pattern: &str) {
    let pattern = pattern.to_lowercase();
    let says = |text: &str| text.to_lowercase().contains(&pattern);
    if !says(scenario.group) && !says(&scenario.name) {
        scenario.figures.retain(|figure| says(&figure.what));
    }
}

/// Every outcome, in the order of the scenarios, whoever ran them: each is the same wherever and whenever it is run.
fn run_all(scenarios: &[Scenario]) -> Result<Vec<Outcome>, String> {
    let next = AtomicUsize::new(0);
    let done: Vec<_> = scenarios.iter().map(|_| Mutex::new(Ok(Vec::new()))).collect();
    let bar = progress::counting(scenarios.len() as u64);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from).min(scenarios.len()) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(scenario) = scenarios.get(place) else { return };
                    let outcomes = scenario.run();
                    if let Ok(mut slot) = done[place].lock() {
                        *slot = outcomes;
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    let mut all = Vec::new();
    for slot in done {
        all.extend(slot.into_inner().map_err(|_| "a run was given up".to_owned())??);
    }
    Ok(all)
}

fn record(outcome: &Outcome) -> Json {
    let unit = match outcome.unit {
        Unit::Seconds => "s",
        Unit::Share => "share",
        Unit::PerSecond => "1/s",
        Unit::Number => "number",
    };
    json!({
        "part": outcome.group, "model": outcome.scenario, "figure": outcome.what, "unit": unit,
        "theory": outcome.truth, "approximate": outcome.approximate, "allowed_on_top": outcome.slack,
        "measured": outcome.measured, "half_width_95": outcome.half_width, "standard_error": outcome.error,
        "deviation": outcome.deviation(), "bound": outcome.bound, "pass": outcome.passes()
    })
}

fn table(outcomes: &[Outcome]) -> String {
    let rows: Vec<[String; 6]> = outcomes
        .iter()
        .map(|outcome| {
            [
                outcome.scenario.clone(),
                outcome.what.clone(),
                outcome.truth_in_words(),
                outcome.measured_in_words(),
                outcome.deviation_in_words(),
                outcome.verdict().to_owned(),
            ]
        })
        .collect();
    let head = ["model", "figure", "theory", "measured, 95 %", "deviation", ""].map(str::to_owned);
    let width = |column: usize| {
        rows.iter().chain([&head]).map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 | 1 => format!("{cell:<width$}"),
            5 => cell.clone(),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(&head);
    let mut group = "";
    for (outcome, row) in outcomes.iter().zip(&rows) {
        if group != outcome.group {
            group = outcome.group;
            text.push_str(&format!("\n{group}\n"));
        }
        text.push_str(&line(row));
    }
    let passed = outcomes.iter().filter(|outcome| outcome.passes()).count();
    let bound = outcomes.first().map_or(0.0, |outcome| outcome.bound);
    text + &format!("\n{passed} of {} figures agree, within {bound:.2} standard errors\n", outcomes.len())
}
