//! Dead rows pile up until there are as many as PostgreSQL's formula says, vacuum takes the time and the disk that its budget says, and what
//! is dead costs memory and scans.

use super::{Simulation, after, constant, figure, hit_ratio, model, run};
use serde_json::{Value as Json, json};
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};

const ROW: f64 = 1000.0;
const PAGE: f64 = 8192.0;

fn writes(keys: u64) -> Json {
    json!([{ "id": "write", "keys": keys, "skew": 0.0, "operation": "write", "request": "1000B" }])
}

/// A hundred updates a second, one after the other at even gaps, of 50,000 rows of 1,000 bytes.
fn updates(settings: &Json) -> Model {
    let mut all = json!({ "dead_rows": true, "storage": "50MB" });
    for (key, value) in settings.as_object().expect("a record") {
        all[key] = value.clone();
    }
    let mut model = model(100.0, &writes(50_000), &all);
    let even = Edit::SetComponent { id: "in".into(), field: "spacing".into(), value: json!("even") };
    even.apply(&mut model).expect("it is legal");
    model
}

fn at(run: &mut Simulation, secs: f64) -> Report {
    run.run_until(SimTime::ZERO + Span::from_secs_f64(secs));
    run.report()
}

/// Dead rows, as the share of all 50,000 live and them.
fn dead(report: &Report) -> f64 {
    let share = figure(report, "dead_rows");
    50_000.0 * share / (1.0 - share)
}

/// Pages that a vacuum goes through with so many dead rows among 50,000 live ones, and how many it changes: of the table those with a dead row,
/// and the index, 300 rows to a page.
fn pages(dead: f64, free: f64) -> (f64, f64) {
    let size = (50_000.0 + dead + free) * ROW;
    let share = dead * ROW / size;
    let table = size / PAGE * (1.0 - libm::pow(1.0 - share, PAGE / ROW));
    let index = size / ROW / 300.0;
    (table + index, table + index * (1.0 - libm::pow(1.0 - share, 300.0)))
}

#[test]
fn vacuum_begins_at_the_first_minute_with_more_dead_rows_than_the_formula_says() {
    // 50 + 0.2 × 50,000 = 10,050 rows: after a minute there are 6,000, after two 12,000.
    let mut run = Simulation::new(&updates(&json!({}))).expect("the model is legal");
    for (secs, expected) in [(60.0, 6_000.0), (119.0, 11_900.0)] {
        assert!((dead(&at(&mut run, secs)) - expected).abs() < 1.5, "{}", dead(&at(&mut run, secs)));
    }
    // All pages are in memory: 1 for each that is read and 20 for each that is changed, of 200 in 2 ms.
    let (read, changed) = pages(12_000.0, 0.0);
    let takes = (read + 20.0 * changed) / 200.0 * 0.002;
    assert!((1.3..1.5).contains(&takes), "{takes}");
    assert!((dead(&at(&mut run, 120.0 + takes - 0.01)) - 12_000.0 - 100.0 * (takes - 0.01)).abs() < 2.0);
    assert!((dead(&at(&mut run, 120.0 + takes + 0.01)) - 100.0 * takes).abs() < 3.0);
    // What was freed is taken again: 12,000 versions and those written while vacuum ran are all the bloat there ever is.
    let most = 12_000.0 + 100.0 * takes;
    for minute in 3..30 {
        let stored = figure(&at(&mut run, 60.0 * f64::from(minute)), "bytes_stored") / ROW - 50_000.0;
        assert!(stored <= most + 100.0 * takes, "{stored} in minute {minute}");
    }
    let bloat = figure(&run.report(), "bytes_stored") / ROW - 50_000.0;
    assert!((bloat / most - 1.0).abs() < 0.02, "{bloat} for {most}");
}

#[test]
fn fifty_rows_more_are_left_in_a_small_table() {
    // 50 + 0.2 × 100 = 70 rows: after a minute there are 60, after two 120.
    let mut small = model(1.0, &writes(100), &json!({ "dead_rows": true, "storage": "100kB" }));
    let even = Edit::SetComponent { id: "in".into(), field: "spacing".into(), value: json!("even") };
    even.apply(&mut small).expect("it is legal");
    let mut run = Simulation::new(&small).expect("the model is legal");
    let rows = |report: &Report| dead(report) / 500.0;
    assert!((rows(&at(&mut run, 110.0)) - 110.0).abs() < 1.5, "{}", rows(&run.report()));
    assert!((rows(&at(&mut run, 130.0)) - 10.0).abs() < 1.5, "{}", rows(&run.report()));
}

#[test]
fn a_vacuum_takes_what_its_budget_allows_from_the_disk() {
    // Nothing is in memory: every page is read for 2 and most are changed for 20, so ten pages are a round.
    let settings =
        json!({ "memory": "8KiB", "iops": 20_000, "disk_time": constant("100us"), "vacuum_limit": 200 });
    let busy = |settings: &Json| {
        let mut run = Simulation::new(&updates(settings)).expect("the model is legal");
        at(&mut run, 119.0);
        run.measure_afresh();
        let report = at(&mut run, 239.0);
        let db = report.component("db").expect("it is there");
        let disk = &db.stations.iter().find(|(name, _)| name == "disk").expect("it has a limit").1;
        (disk.utilisation.expect("it is limited"), report)
    };
    // In two minutes a vacuum, beside what 100 updates a second need: two pages each, of 20,000.
    let (read, changed) = pages(12_000.0, 0.0);
    let (used, report) = busy(&settings);
    let expected = (200.0 + (read + changed) / report.measured_s) / 20_000.0;
    assert!((used / expected - 1.0).abs() < 0.005, "{used} for {expected}");
    // And how long it takes: each operation 50 µs and 100 µs, one after the other, and a pause of 2 ms for each 200.
    let takes = (read + changed) * 150e-6 + (2.0 * read + 20.0 * changed) / 200.0 * 0.002;
    let mut run = Simulation::new(&updates(&settings)).expect("the model is legal");
    let before = dead(&at(&mut run, 120.0 + takes * 0.995));
    let after = dead(&at(&mut run, 120.0 + takes * 1.005));
    assert!(before > 12_000.0 && after < 600.0, "{before} {after}, {takes} s");
    // With ten times the budget, pauses are a tenth.
    let mut quick = settings.clone();
    quick["vacuum_limit"] = json!(2_000);
    let takes = (read + changed) * 150e-6 + (2.0 * read + 20.0 * changed) / 2_000.0 * 0.002;
    let mut run = Simulation::new(&updates(&quick)).expect("the model is legal");
    assert!(dead(&at(&mut run, 120.0 + takes * 0.995)) > 12_000.0);
    assert!(dead(&at(&mut run, 120.0 + takes * 1.005)) < 600.0);
}

#[test]
fn what_is_in_memory_need_not_be_read_by_vacuum() {
    // Memory for half of the 62 MB there are when vacuum begins: half of its pages are read.
    let settings = json!({ "memory": "31MB", "iops": 20_000, "disk_time": constant("0s") });
    let mut run = Simulation::new(&updates(&settings)).expect("the model is legal");
    at(&mut run, 119.0);
    run.measure_afresh();
    let report = at(&mut run, 139.0);
    let db = report.component("db").expect("it is there");
    let disk = &db.stations.iter().find(|(name, _)| name == "disk").expect("it has a limit").1;
    let (read, changed) = pages(12_000.0, 0.0);
    let missed = (1.0 - figure(&report, "page_hit_ratio")) * 200.0;
    let expected = ((read / 2.0 + changed) / report.measured_s + missed) / 20_000.0;
    let used = disk.utilisation.expect("it is limited");
    assert!((used / expected - 1.0).abs() < 0.01, "{used} for {expected}");
}

#[test]
fn queries_wait_behind_the_pages_of_a_vacuum() {
    let classes = json!([
        { "id": "read", "keys": 50_000, "skew": 0.0, "weight": 100, "reply": "1000B", "reply_cv": 0.0 },
        { "id": "write", "keys": 50_000, "skew": 0.0, "weight": 100, "operation": "write", "request": "1000B" }
    ]);
    let settings = json!({
        "dead_rows": true, "storage": "50MB", "memory": "8KiB", "iops": 1_000, "disk_time": constant("0s"), "vacuum_limit": 10_000
    });
    let mut run = Simulation::new(&model(200.0, &classes, &settings)).expect("the model is legal");
    at(&mut run, 60.0);
    run.measure_afresh();
    let calm = at(&mut run, 120.0).latency_s.mean.expect("some were answered");
    run.measure_afresh();
    let busy = at(&mut run, 130.0).latency_s.mean.expect("some were answered");
    // 400 pages a second of 1,000 are the queries'; vacuum always has one page in line. A page waits for one more of a millisecond then, and
    // each query has two.
    assert!((0.0013..0.0035).contains(&(busy - calm)), "{busy} {calm}");
}

#[test]
fn without_vacuum_and_behind_a_long_transaction_dead_rows_stay() {
    let never = run(&updates(&json!({ "vacuum": null })), 600);
    assert!((dead(&never) - 60_000.0).abs() < 1.5, "{}", dead(&never));
    assert!((figure(&never, "bytes_stored") - 110e6).abs() < 1500.0);
    // The report that began at 0 s ends at 450 s, and the next sees what there is then: 45,000 rows go, 15,000 stay.
    let mut held = Simulation::new(&updates(&json!({ "long_transaction": "450s" }))).expect("it is legal");
    assert!((dead(&at(&mut held, 449.0)) - 44_900.0).abs() < 1.5);
    assert!((dead(&at(&mut held, 479.0)) - 47_900.0).abs() < 1.5, "it is the next minute's work");
    assert!((dead(&at(&mut held, 600.0)) - 15_000.0).abs() < 1.5);
    // What was freed has room for all that follows.
    assert!((figure(&held.report(), "bytes_stored") - 98e6).abs() < 0.5e6);
}

#[test]
fn a_scan_reads_dead_rows_as_well() {
    let classes = json!([
        { "id": "read", "weight": 1 },
        { "id": "write", "weight": 99, "operation": "write", "request": "1000B" }
    ]);
    let settings = json!({
        "dead_rows": true, "vacuum": null, "storage": "50MB", "lookup": "scan", "scan_rate": "100MB"
    });
    let report = run(&model(100.0, &classes, &settings), 500);
    // 99 kB more every second on top of 50 MB: after 500 s nearly twice as much.
    let slowest = report.classes[0].1.latency_s.max.expect("some were answered");
    assert!((slowest / ((50e6 + 99e3 * 500.0) / 100e6) - 1.0).abs() < 0.03, "{slowest}");
}

#[test]
fn dead_rows_take_memory_from_live_ones_where_they_share_pages() {
    // As many dead as live: the memory is worth half.
    let share = |bytes: u64| {
        let row = format!("{bytes}B");
        let keys = 20_000_u64;
        let classes = json!([
            { "id": "read", "keys": keys, "skew": 0.0, "weight": 999, "reply": row, "reply_cv": 0.0, "catalogue": "rows" },
            { "id": "write", "keys": keys, "skew": 0.0, "weight": 1, "operation": "write", "request": row, "reply": row, "reply_cv": 0.0, "catalogue": "rows" }
        ]);
        let per_page = (8192 / bytes).max(1);
        let (rows, leaves) = ((keys / per_page) as usize, keys.div_ceil(300) as usize);
        let memory = (rows / 2) as u64 * 8192;
        // A twentieth of the rows is stored, so that they are soon updated as often as they are many.
        let storage = format!("{}B", 1_000 * bytes);
        let settings = json!({
            "dead_rows": true, "vacuum": null, "storage": storage, "memory": format!("{memory}B"), "disk_time": constant("0s")
        });
        let mut run = Simulation::new(&model(1_000.0, &classes, &settings)).expect("the model is legal");
        at(&mut run, 1_000.0);
        run.measure_afresh();
        let seen = figure(&at(&mut run, 1_010.0), "page_hit_ratio");
        let of = |pages: f64| {
            let shares: Vec<f64> = std::iter::repeat_n(0.5 / rows as f64, rows)
                .chain(std::iter::repeat_n(0.5 / leaves as f64, leaves))
                .collect();
            hit_ratio(&shares, pages)
        };
        (seen, of(rows as f64 / 2.0), of(rows as f64 / 4.0))
    };
    let (seen, whole, half) = share(800);
    assert!((seen - half).abs() < 0.015 && whole - half > 0.05, "{seen}: {half} of {whole}");
    // A row that fills a page shares it with nobody, and dead ones are not touched.
    let (seen, whole, _) = share(8192);
    assert!((seen - whole).abs() < 0.015, "{seen} for {whole}");
}

#[test]
fn a_replica_that_takes_over_goes_on_with_the_dead_rows_and_vacuums_them() {
    let settings = json!({ "replicas": 1, "replica_delay": constant("1ms"), "failover": "0s" });
    let crash = |run: &mut Simulation| {
        let edit = Edit::Happen { what: json!({ "event": "crash", "component": "db", "instances": 1 }) };
        run.apply(&edit).expect("it can crash");
    };
    let report = after(&updates(&settings), 230, crash);
    // Crashed at 115 s, and yet vacuumed at 120 s: what is dead was written since.
    assert!((dead(&report) - 11_000.0).abs() < 50.0, "{}", dead(&report));
}
