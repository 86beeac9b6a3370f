//! Memory over a long simulated time. A program of its own, because it counts what the whole program has allocated.

use peak_alloc::PeakAlloc;
use serde_json::{Value as Json, json};
use std::fs;
use std::sync::Mutex;
use tenfold::edit::Edit;
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, presets};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Two tests at once would count each other's memory.
static ALONE: Mutex<()> = Mutex::new(());

/// The classic chain, enlarged so that it is as calm at `rate` as the built-in one is at its own, 600/s; with `changes` besides.
fn chain(rate: u64, changes: &[Edit]) -> Simulation {
    let mut model = presets::by_slug("classic-chain").expect("it is built in").model();
    let set = |id: &str, field: &str, value: serde_json::Value| Edit::SetComponent {
        id: id.into(),
        field: field.into(),
        value,
    };
    let times = rate.div_ceil(600);
    let edits = [
        set("shoppers", "load", json!({ "shape": "steady", "rate": format!("{rate}/s") })),
        set("app", "instances", (4 * times).into()),
        set("orders", "connections", (50 * times).into()),
        set("orders", "cores", (8 * times).into()),
    ];
    let edits = Edit::Batch { edits: [&edits[..], changes].concat() };
    edits.apply(&mut model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Simulation::new(&model).expect("an enlarged chain is legal")
}

fn set(id: &str, field: &str, value: Json) -> Edit {
    Edit::SetComponent { id: id.into(), field: field.into(), value }
}

/// What the system says this program has of its memory, in kB, where it says so.
fn resident_kb() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().split(' ').next()?.parse().ok()
}

/// Runs until each of these times and gives the bytes allocated then. A frame is taken every simulated second, as the page does.
fn bytes_at(run: &mut Simulation, times: &[Span]) -> Vec<usize> {
    let mut seen = Vec::new();
    for time in times {
        let end = SimTime::ZERO + *time;
        while run.now() < end {
            run.run_until((run.now() + Span::from_secs(1)).min(end));
            run.frame();
        }
        let (bytes, resident) = (ALLOCATED.current_usage(), resident_kb());
        println!("after {time}: {bytes} bytes allocated, {resident:?} kB resident, {} events", run.events());
        seen.push(bytes);
    }
    let report = run.report();
    assert!(
        report.requests.failed * 1000 < report.requests.offered,
        "the chain is not calm: {:?}",
        report.requests
    );
    seen
}

/// Never more than a tenth above what there was when the caches were full: queues are now longer, now shorter.
fn flat(seen: &[usize]) {
    let most = seen.iter().max().expect("some were taken");
    assert!(*most <= seen[0] + seen[0] / 10, "memory grows: {seen:?}");
}

#[test]
fn a_simulated_hour_of_the_chain_holds_memory_flat() {
    let _alone = ALONE.lock().expect("the other test is over");
    // Caches that are full within minutes at so low a load.
    let small = [set("products", "entries", json!(1_000)), set("edge", "capacity", json!("5MB"))];
    let minutes = [10, 20, 40, 60].map(|minutes| Span::from_secs(minutes * 60));
    flat(&bytes_at(&mut chain(300, &small), &minutes));
}

/// Seen with a database that was too small, so that one request in twenty failed: 9.22 MB allocated (10.9 MB resident) after 1 h, 9.23 MB
/// after 6 h, 9.24 MB after 12, 18 and 24 h and 1 176 million events.
#[test]
#[ignore = "2 000 requests a second for a day are 173 million: a quarter of an hour"]
fn a_simulated_day_of_the_chain_at_2000_per_second_holds_memory_flat() {
    let _alone = ALONE.lock().expect("the other test is over");
    let hours = [1, 6, 12, 18, 24].map(|hours| Span::from_secs(hours * 3600));
    flat(&bytes_at(&mut chain(2_000, &[]), &hours));
}
