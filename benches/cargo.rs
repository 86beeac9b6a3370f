//! `cargo bench`: every workload once, with the allocations it makes. `cargo bench -- w2 5e6` measures one of them, for so many requests.
//!
//! Times move from machine to machine; compare ratios within one run. `tenfold bench` measures the same several times over.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Instant;
use tenfold::units::Span;
use tenfold_bench::{Measured, Workload};

fn main() {
    // Cargo adds `--bench` of its own.
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let only = words.next().unwrap_or_default();
    let requests = words.next().and_then(|n| n.parse::<f64>().ok());
    let wanted = |workload: &&Workload| only.is_empty() || workload.slug == only;
    for workload in Workload::ALL.iter().filter(wanted) {
        measure(workload, requests);
    }
}

fn measure(workload: &Workload, requests: Option<f64>) {
    let model = workload.model();
    let all = workload.check().map_or(1e6, |check| check.requests as f64);
    let whole = model.head.duration.secs() - model.head.warm_up.map_or(0.0, |warm_up| warm_up.secs());
    let span = Span::from_secs_f64(whole * requests.unwrap_or(all) / all);
    let begun = Instant::now();
    let (mut allocations, mut bytes) = (0, 0);
    let seen = Measured::run_model(&model, span, &mut || begun.elapsed().as_secs_f64(), &mut |advance| {
        let counted = allocation_counter::measure(advance);
        allocations += counted.count_total;
        bytes += counted.bytes_total;
    });
    let seen = match seen {
        Ok(seen) => seen,
        Err(errors) => return println!("{}: {errors:?}", workload.slug),
    };
    println!(
        "{:<12} {:>6.1} ns/event {:>6.2} M requests/s {:>5.2} events/request {:>5.0} B in flight/request {:>8} allocations \
         ({bytes} B, {:.6} per event)  {}",
        workload.slug,
        seen.ns_per_event(),
        seen.requests_per_s() / 1e6,
        seen.events as f64 / seen.requests as f64,
        seen.bytes_per_request.unwrap_or(f64::NAN),
        allocations,
        allocations as f64 / seen.events as f64,
        seen.problem(workload).unwrap_or_else(|| "result ok".to_owned()),
    );
}
