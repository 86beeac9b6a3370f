//! Every workload, several times over.

use super::{clock, is_wanted, json, progress, spread};
use crate::args::Bench;
use crate::failure::Failure;
use crate::output;
use serde_json::{Value, json};
use tenfold_bench::{Measured, Workload};

/// A workload and what its runs gave.
struct Row {
    workload: &'static Workload,
    runs: Vec<Measured>,
}

pub(super) fn measure(wanted: &Bench) -> Result<(), Failure> {
    let rows = run_all(wanted)?;
    if wanted.json {
        let all = json!({ "workloads": rows.iter().map(Row::json).collect::<Vec<_>>() });
        output::print(&format!("{all:#}\n"))?;
    } else {
        output::print(&table(&rows))?;
    }
    let wrong: Vec<String> = rows.iter().filter_map(Row::problem).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Wrong(wrong)) }
}

/// Round by round, so that what else the machine does hits all of them alike.
fn run_all(wanted: &Bench) -> Result<Vec<Row>, Failure> {
    let mut rows: Vec<Row> = Workload::ALL
        .iter()
        .filter(|workload| is_wanted(wanted, workload.slug))
        .map(|workload| Row { workload, runs: Vec::new() })
        .collect();
    let bar = progress(rows.len() * wanted.runs as usize);
    for _ in 0..wanted.runs {
        for row in &mut rows {
            bar.set_message(row.workload.slug);
            row.runs
                .push(Measured::run(row.workload, wanted.requests, &mut clock()).map_err(Failure::Model)?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(rows)
}

impl Row {
    /// The run whose results stand for all: the seed is the same, so they all gave them.
    fn first(&self) -> &Measured {
        &self.runs[0]
    }

    /// What is wrong with the results, if anything.
    fn problem(&self) -> Option<String> {
        self.first().problem(self.workload).map(|problem| format!("{}: {problem}", self.workload.slug))
    }

    fn json(&self) -> Value {
        let (first, check) = (self.first(), self.workload.check());
        let latency = &first.report.latency_s;
        let hit_ratios: serde_json::Map<String, Value> =
            first.hit_ratios().into_iter().map(|(id, ratio)| (id.to_owned(), ratio.into())).collect();
        json!({
            "workload": self.workload.slug,
            "requests": first.requests,
            "events": first.events,
            "seconds": json(spread(&self.runs, |run| run.secs)),
            "requests_per_s": json(spread(&self.runs, Measured::requests_per_s)),
            "events_per_s": json(spread(&self.runs, Measured::events_per_s)),
            "ns_per_event": json(spread(&self.runs, Measured::ns_per_event)),
            "seconds_per_frame": json(spread(&self.runs, |run| run.secs_per_frame)),
            "calls_per_request_in_flight": first.calls_per_request,
            "bytes_per_request_in_flight": first.bytes_per_request,
            "bytes_per_call_in_flight": first.bytes_per_call,
            "hit_ratios": hit_ratios,
            "mean_s": latency.mean,
            "p99_s": latency.p99,
            "expected_mean_s": check.map(|check| check.mean.secs),
            "expected_p99_s": check.map(|check| check.p99.secs),
            "problem": first.problem(self.workload),
        })
    }

    fn line(&self) -> String {
        let rate = spread(&self.runs, |run| run.requests_per_s() / 1e6);
        let (events, ns) =
            (spread(&self.runs, |run| run.events_per_s() / 1e6), spread(&self.runs, Measured::ns_per_event));
        let first = self.first();
        let latency = &first.report.latency_s;
        let secs = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.4} s"));
        format!(
            "{:<12} {:>5.2} {:>5.2} {:>5.2} {:>9.2} {:>9.1} {:>10} {:>10}  mean {}, p99 {}: {}\n",
            self.workload.slug,
            rate.min,
            rate.median,
            rate.max,
            events.median,
            ns.median,
            first.calls_per_request.map_or("-".to_owned(), |n| format!("{n:.1}")),
            first.bytes_per_request.map_or("-".to_owned(), |n| format!("{n:.0}")),
            secs(latency.mean),
            secs(latency.p99),
            if first.problem(self.workload).is_some() { "WRONG" } else { "as expected" },
        )
    }
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "             million requests/s   million        ns   per request in flight\n\
         workload       min   mid   max  events/s /event      calls      bytes  result\n",
    );
    text.extend(rows.iter().map(Row::line));
    text
}
