//! The hot path allocates nothing: once a run is warm, events take the memory of those before them.
//!
//! Counted between the closings of windows, and apart from it what closing a window allocates. What a warm run may still allocate comes of a new record (more calls in flight than ever, a longer latency than ever) and gets rarer with time.

use allocation_counter::AllocationInfo;
use serde_json::json;
use tenfold::measure::Report;
use tenfold::model::{Model, PoolHold};
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, presets};
use tenfold_bench::Workload;

/// Simulated seconds to a request.
fn per_request(workload: &Workload) -> f64 {
    let (head, check) = (workload.model().head, workload.check().expect("every workload has one"));
    (head.duration.secs() - head.warm_up.expect("a workload says how long it warms up").secs())
        / check.requests as f64
}

/// A warm run of `workload`, and how long it takes for 50,000 requests.
fn warm(workload: &Workload, window: Span) -> (Simulation, Span) {
    let mut model = workload.model();
    let per_request = per_request(workload);
    // Records are rare after so many.
    let warm_up =
        model.head.warm_up.expect("a workload says so") + Span::from_secs_f64(per_request * 200_000.0);
    model.head.window = window;
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_until(SimTime::ZERO + warm_up);
    (run, Span::from_secs_f64(per_request * 50_000.0))
}

fn count(run: &mut Simulation, span: Span) -> AllocationInfo {
    allocation_counter::measure(|| run.run_for(span))
}

#[test]
fn events_allocate_nothing_between_two_windows() {
    for workload in Workload::ALL {
        // So long that none is closed.
        let (mut run, span) = warm(workload, Span::from_secs(86_400));
        let before = run.events();
        let seen = count(&mut run, span);
        let events = run.events() - before;
        assert!(events > 100_000, "{}: {events} events are no test", workload.slug);
        assert_eq!(seen.count_total, 0, "{}, {events} events: {seen:?}", workload.slug);
    }
}

#[test]
fn waiting_for_a_connection_allocates_nothing_either() {
    for (pool, hold) in [(11, PoolHold::Request), (5, PoolHold::Call)] {
        let mut model = presets::by_slug("two-connections").expect("it is built in").model();
        (model.links[1].pool, model.links[1].pool_hold) = (Some(pool), hold);
        model.head.window = Span::from_secs(86_400);
        let mut run = Simulation::new(&model).expect("the model is legal");
        run.run_for(Span::from_secs(1_200));
        let before = run.report();
        let seen = count(&mut run, Span::from_secs(120));
        let report = run.report();
        let waits = |report: &Report| report.links[1].1.pool.as_ref().and_then(|pool| pool.wait_s.mean);
        assert!(report.requests.finished - before.requests.finished > 20_000 && waits(&report) > Some(1e-4));
        assert_eq!(seen.count_total, 0, "{pool}: {seen:?}");
    }
}

/// A histogram to merge those of the classes in, the rows of the components and those of the links; now and then room for more windows
/// that no frame has told yet. And the cell that intervals come from: its lists of classes, components and stations, its histogram as
/// it grows, and the cell itself.
const PER_WINDOW: u64 = 12;
/// The same histogram of each component and link.
const PER_PART: u64 = 4;

#[test]
fn closing_a_window_allocates_the_same_few_times_however_much_happened_in_it() {
    for workload in Workload::ALL {
        for requests in [500.0, 2_000.0] {
            let (mut run, span) = warm(workload, Span::from_secs_f64(requests * per_request(workload)));
            let windows = span.nanos() / run.model().head.window.nanos();
            let parts = (run.model().components.len() + run.model().links.len()) as u64;
            let seen = count(&mut run, span);
            assert!(
                windows >= 20 && seen.count_total > 0,
                "{}: {windows} windows are no test",
                workload.slug
            );
            assert!(
                seen.count_total <= (PER_WINDOW + PER_PART * parts) * windows,
                "{}, {windows} windows: {seen:?}",
                workload.slug
            );
            // Given back at once, but for the room for windows and the cells.
            assert!(seen.bytes_max < (256 + 128 * parts) << 10, "{}: {seen:?}", workload.slug);
        }
    }
}

/// What 10,000 messages allocate on their way through a queue in which so many others wait.
fn of_messages(order: &str, waiting: u64) -> AllocationInfo {
    let nothing = json!({ "law": "constant", "mean": "0s" });
    let model = json!({
        "format": 1, "window": "1d", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even",
              "load": { "shape": "step", "from": format!("{}/s", waiting + 10_000), "to": "10000/s", "at": "1s" } },
            { "id": "q", "kind": "queue", "accept": nothing, "order": order, "visibility": "1s" },
            { "id": "w", "kind": "worker", "instances": 1, "cores": 1, "concurrency": 1, "start_up": "0s",
              "work": { "law": "constant", "mean": "100us" } }
        ],
        "links": [
            { "from": "in", "to": "q", "rtt": nothing, "timeout": null },
            { "from": "q", "to": "w", "rtt": nothing }
        ],
        "classes": [{ "id": "a" }, { "id": "b", "priority": 1 }]
    });
    let model = Model::from_value(&model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_for(Span::from_secs(3));
    let there = run.report().components[1].1.figures[0].1.expect("a number");
    assert!((there / waiting as f64 - 1.0).abs() < 0.1, "{there} wait");
    count(&mut run, Span::from_secs(1))
}

#[test]
fn a_message_allocates_no_more_where_a_million_wait_than_where_a_thousand_do() {
    for order in ["fifo", "lifo", "priority", "fair", "groups"] {
        let [few, many] = [1_000, 1_000_000].map(|waiting| of_messages(order, waiting));
        let bound = |few: u64| few + few / 2;
        assert!(many.count_total <= bound(few.count_total), "{order}: {few:?} {many:?}");
        assert!(many.bytes_total <= bound(few.bytes_total), "{order}: {few:?} {many:?}");
    }
}
