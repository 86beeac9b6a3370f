//! Every request is accounted for and Little's law holds, whatever is done to a running system.

use serde_json::json;
use tenfold::components::{Kind, Out};
use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::model::{Happening, Model};
use tenfold::units::Span;
use tenfold::{Simulation, presets};

/// All built-in models at half, full and four times their load, measured from the first instant on.
fn every_model() -> impl Iterator<Item = (String, Model)> {
    presets::ALL.iter().flat_map(|preset| {
        [0.5, 1.0, 4.0].map(|load| {
            let mut model = preset.model();
            (model.head.load, model.head.warm_up, model.head.window) =
                (load, Some(Span::ZERO), Span::from_millis(500));
            (format!("{} at {load}×", preset.slug), model)
        })
    })
}

/// Runs window by window for so many seconds and checks after each that everything is accounted for.
fn run(name: &str, simulation: &mut Simulation, seconds: u64) {
    for _ in 0..seconds * 2 {
        simulation.run_for(Span::from_millis(500));
        simulation.conservation().unwrap_or_else(|error| panic!("{name} at {}: {error}", simulation.now()));
        let frame = simulation.frame();
        assert_eq!(frame.components.len(), simulation.model().components.len(), "{name}");
        assert_eq!(frame.links.len(), simulation.model().links.len(), "{name}");
    }
    ledger(name, &simulation.report());
}

/// Lets no more requests in and waits until all that are in have ended.
fn drain(name: &str, simulation: &mut Simulation) {
    apply(name, simulation, &Edit::Set { field: "load".into(), value: json!(0) });
    for _ in 0..100 {
        run(name, simulation, 2);
        if simulation.calls_in_flight() == 0 {
            return;
        }
    }
    panic!("{name}: {} calls never end", simulation.calls_in_flight());
}

fn apply(name: &str, simulation: &mut Simulation, edit: &Edit) {
    simulation.apply(edit).unwrap_or_else(|errors| panic!("{name}: {edit}: {errors:#?}"));
    simulation.conservation().unwrap_or_else(|error| panic!("{name} after {edit}: {error}"));
}

/// What comes in is finished, has failed or is still there: of the whole, of every class, of every component.
fn ledger(name: &str, report: &Report) {
    let r = report.requests;
    assert_eq!(r.carried_in + r.offered, r.finished + r.failed + r.in_flight, "{name}");
    assert_eq!(r.good + r.late, r.finished, "{name}");
    assert_eq!(report.failures.iter().map(|(_, n)| n).sum::<u64>(), r.failed, "{name}");
    let sum = |part: fn(&tenfold::measure::report::Class) -> u64| {
        report.classes.iter().map(|(_, c)| part(c)).sum::<u64>()
    };
    assert_eq!(
        (sum(|c| c.offered), sum(|c| c.finished), sum(|c| c.failed)),
        (r.offered, r.finished, r.failed),
        "{name}"
    );
    // What a link carried when measuring began is in no figure of its own, so its ledger closes for the whole run alone.
    for (id, link) in report.links.iter().filter(|_| report.warm_up_s < 1e-9) {
        assert_eq!(link.sent, link.answered + link.failed + link.in_flight, "{name}: {id}");
    }
}

/// Little's law after everything has ended: the time integral of how many were there is the sum of the times they were there.
fn little(name: &str, report: &Report) {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (a.abs() + b.abs()) + 1e-6;
    for (id, component) in &report.components {
        let inside = component.in_flight_mean * report.measured_s;
        let succeeded = component.sojourn_s.mean.unwrap_or(0.0) * component.completions as f64;
        if component.kind == "clients"
            && report.components.iter().filter(|(_, c)| c.kind == "clients").count() == 1
        {
            let failed = report.failure_latency_s.mean.unwrap_or(0.0) * report.requests.failed as f64;
            assert!(
                close(inside, succeeded + failed),
                "{name}: {id}: {inside} against {succeeded} and {failed}"
            );
        }
        assert!(inside >= succeeded * (1.0 - 1e-9), "{name}: {id}: {inside} is less than {succeeded}");
        if component.failures > 0 {
            continue;
        }
        assert!(close(inside, succeeded), "{name}: {id}: {inside} against {succeeded}");
        let of_stations = component.stations.iter().map(|(_, s)| s.queue_mean).sum::<f64>();
        assert!(close(component.queue_mean, of_stations), "{name}: {id}");
    }
}

#[test]
fn left_alone_every_model_accounts_for_all_requests_and_obeys_littles_law() {
    for (name, model) in every_model() {
        let mut simulation = Simulation::new(&model).expect("a built-in model is legal");
        run(&name, &mut simulation, 10);
        drain(&name, &mut simulation);
        assert_eq!(simulation.report().requests.in_flight, 0);
        little(&name, &simulation.report());
    }
}

#[test]
fn what_the_warm_up_leaves_behind_is_carried_into_the_measured_part() {
    for (name, mut model) in every_model() {
        model.head.warm_up = Some(Span::from_secs(3));
        let mut simulation = Simulation::new(&model).expect("a built-in model is legal");
        run(&name, &mut simulation, 2);
        assert!(simulation.report().warm_up_s < 1e-9, "{name}: nothing is left out while it still warms up");
        run(&name, &mut simulation, 4);
        let report = simulation.report();
        assert!((report.warm_up_s - 3.0).abs() + (report.measured_s - 3.0).abs() < 1e-9, "{name}");
        let (whole, measured) = (report.whole_run, report.requests);
        assert!(whole.offered >= measured.offered && whole.finished >= measured.finished, "{name}");
        assert_eq!(whole.offered, whole.finished + whole.failed + measured.in_flight, "{name}");
    }
}

/// What an operator might do to a table.
fn doings_to_a_table(id: &str) -> [Edit; 7] {
    let set = |field: &str, value: serde_json::Value| Edit::SetComponent {
        id: id.into(),
        field: field.into(),
        value,
    };
    [
        set("partitions", json!(9)),
        set("mode", json!("on-demand")),
        Edit::happen(&Happening::Crash { component: id.into(), instances: 1 }),
        set("isolate_after", json!("0s")),
        Edit::happen(&Happening::Return { component: id.into() }),
        set("mode", json!("provisioned")),
        set("partitions", json!(2)),
    ]
}

/// What an operator might do to a quorum store of three nodes.
fn doings_to_a_quorum(id: &str) -> [Edit; 10] {
    let set = |field: &str, value: serde_json::Value| Edit::SetComponent {
        id: id.into(),
        field: field.into(),
        value,
    };
    let component = || id.to_owned();
    [
        Edit::happen(&Happening::Partition { component: component(), nodes: 1 }),
        set("discipline", json!("shared")),
        Edit::happen(&Happening::Crash { component: component(), instances: 1 }),
        set("hint_replay", json!("50ms")),
        Edit::happen(&Happening::Partition { component: component(), nodes: 2 }),
        Edit::happen(&Happening::Return { component: component() }),
        set("nodes", json!(7)),
        Edit::happen(&Happening::Heal { component: component() }),
        set("nodes", json!(3)),
        set("discipline", json!("fifo")),
    ]
}

/// What an operator might do to topics, streams and workers.
fn doings_to_messages(model: &Model) -> Vec<Edit> {
    let mut edits = Vec::new();
    let of_kind =
        |kind: Kind| model.components.iter().filter(move |c| c.settings.kind() == kind).map(|c| c.id.clone());
    let set = |id: &str, field: &str, value: serde_json::Value| Edit::SetComponent {
        id: id.into(),
        field: field.into(),
        value,
    };
    for id in of_kind(Kind::Topic) {
        edits.push(Edit::happen(&Happening::Crash { component: id.clone(), instances: 1 }));
        edits.push(set(&id, "timeout", json!("100ms")));
        edits.push(Edit::happen(&Happening::Return { component: id.clone() }));
        edits.push(Edit::happen(&Happening::Flush { component: id.clone() }));
    }
    for id in of_kind(Kind::Stream) {
        edits.push(set(&id, "rebalance", json!("50ms")));
        edits.push(set(&id, "partitions", json!(21)));
        edits.push(Edit::happen(&Happening::Crash { component: id.clone(), instances: 1 }));
        edits.push(set(&id, "protocol", json!("cooperative")));
        edits.push(Edit::happen(&Happening::Return { component: id.clone() }));
        edits.push(Edit::happen(&Happening::Flush { component: id.clone() }));
        edits.push(set(&id, "partitions", json!(3)));
    }
    for id in of_kind(Kind::Worker) {
        edits.push(Edit::happen(&Happening::Crash { component: id.clone(), instances: 1 }));
        edits.push(set(&id, "instances", json!(5)));
        edits.push(set(&id, "instances", json!(2)));
        edits.push(Edit::happen(&Happening::Return { component: id.clone() }));
    }
    edits
}

/// What an operator might do to links.
fn doings_to_links(model: &Model) -> Vec<Edit> {
    let mut edits = Vec::new();
    for link in &model.links {
        edits.push(Edit::happen(&Happening::Cut { link: link.id.clone() }));
        let out = model.component(&link.from).map(|from| from.settings.kind().info().ports.out);
        // Who gives messages away says himself how long he waits.
        if out == Some(Out::Calls) {
            edits.push(Edit::SetLink { id: link.id.clone(), field: "timeout".into(), value: json!("80ms") });
        }
        edits.push(Edit::happen(&Happening::Mend { link: link.id.clone() }));
        // Nothing travels where somebody only controls.
        if out == Some(Out::Control) {
            continue;
        }
        edits.push(Edit::SetLink {
            id: link.id.clone(),
            field: "rtt".into(),
            value: json!({ "law": "exponential", "mean": "2ms" }),
        });
    }
    edits
}

/// What an operator might do to this model, one after the other.
fn doings(model: &Model) -> Vec<Edit> {
    let mut edits = Vec::new();
    let of_kind =
        |kind: Kind| model.components.iter().filter(move |c| c.settings.kind() == kind).map(|c| c.id.clone());
    let set = |id: &str, field: &str, value: serde_json::Value| Edit::SetComponent {
        id: id.into(),
        field: field.into(),
        value,
    };
    for id in of_kind(Kind::Service) {
        edits.push(set(&id, "discipline", json!("shared")));
        edits.push(set(&id, "instances", json!(7)));
        edits.push(set(&id, "start_up", json!("100ms")));
        edits.push(Edit::happen(&Happening::Crash { component: id.clone(), instances: 2 }));
        edits.push(set(&id, "instances", json!(2)));
        edits.push(set(&id, "discipline", json!("fifo")));
        edits.push(Edit::happen(&Happening::Return { component: id.clone() }));
        edits.push(set(&id, "workers", json!(3)));
        edits.push(set(&id, "backlog", json!(1)));
        edits.push(set(&id, "workers", json!(null)));
        edits.push(set(&id, "instances", json!(0)));
        edits.push(set(&id, "instances", json!(5)));
        edits.push(set(&id, "cores", json!(1)));
    }
    for id in of_kind(Kind::Database) {
        edits.push(set(&id, "connections", json!(2)));
        edits.push(set(&id, "discipline", json!("shared")));
        edits.push(Edit::happen(&Happening::Crash { component: id.clone(), instances: 1 }));
        edits.push(set(&id, "connection_wait", json!("5ms")));
        edits.push(Edit::happen(&Happening::Return { component: id.clone() }));
        edits.push(set(&id, "discipline", json!("fifo")));
        edits.push(set(&id, "connections", json!(60)));
    }
    for id in of_kind(Kind::NosqlTable) {
        edits.extend(doings_to_a_table(&id));
    }
    for id in of_kind(Kind::QuorumStore) {
        edits.extend(doings_to_a_quorum(&id));
    }
    for id in of_kind(Kind::Cache).chain(of_kind(Kind::Cdn)) {
        edits.push(Edit::happen(&Happening::Flush { component: id.clone() }));
        edits.push(set(&id, "ttl", json!("50ms")));
    }
    edits.extend(doings_to_messages(model));
    for id in of_kind(Kind::LoadBalancer) {
        edits.push(set(&id, "policy", json!("power-of-two")));
    }
    edits.extend(doings_to_links(model));
    edits.push(Edit::happen(&Happening::Load { factor: 3.0 }));
    edits.push(Edit::Set { field: "load".into(), value: json!(0.3) });
    edits.push(Edit::happen(&Happening::Load { factor: 1.0 }));
    edits
}

#[test]
fn no_doing_of_an_operator_loses_a_request() {
    for (name, mut model) in every_model() {
        // What a cut link swallows would otherwise be waited for without end.
        model.links.iter_mut().for_each(|link| link.timeout = Some(Span::from_secs(10)));
        let mut simulation = Simulation::new(&model).expect("a built-in model is legal");
        run(&name, &mut simulation, 2);
        for edit in doings(&model) {
            apply(&name, &mut simulation, &edit);
            // An odd time, so that edits fall into the middle of things.
            simulation.run_for(Span::from_micros(170_003));
        }
        run(&name, &mut simulation, 1);
        drain(&name, &mut simulation);
        little(&name, &simulation.report());
    }
}

#[test]
fn every_component_and_every_link_can_be_taken_away_and_put_back_while_it_runs() {
    for (name, model) in every_model() {
        let mut simulation = Simulation::new(&model).expect("a built-in model is legal");
        run(&name, &mut simulation, 1);
        let taken = model.components.iter().map(|c| Edit::RemoveComponent { id: c.id.clone() });
        let cut = model.links.iter().map(|l| Edit::RemoveLink { id: l.id.clone() });
        for remove in taken.chain(cut) {
            let mut now = simulation.model().clone();
            let put_back = remove.apply(&mut now).expect("what is there can be removed");
            apply(&name, &mut simulation, &remove);
            simulation.run_for(Span::from_micros(170_003));
            apply(&name, &mut simulation, &put_back);
            assert_eq!(simulation.model(), &model, "{name}");
            simulation.run_for(Span::from_micros(230_001));
        }
        run(&name, &mut simulation, 1);
        let requests = simulation.report().requests;
        // Some models are asked a few times an hour.
        assert!(requests.finished > 0 || requests.offered < 10, "{name}: it works again");
        drain(&name, &mut simulation);
        ledger(&name, &simulation.report());
    }
}

#[test]
fn a_report_between_two_windows_counts_up_to_its_own_instant() {
    let model = legal(json!({
        "format": 1, "duration": "60s", "warm_up": "0s", "window": "10s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "1/s" } },
            { "id": "app", "kind": "service", "instances": 2 }
        ],
        "links": [{ "from": "in", "to": "app" }]
    }));
    let mut simulation = Simulation::new(&model).expect("the model is legal");
    simulation.run_for(Span::from_millis(34_567));
    let report = simulation.report();
    let mean = report.component("app").expect("it is there").instances_mean;
    assert!((mean - 2.0).abs() < 1e-12, "two instances all along, not {mean}");
}

#[test]
fn steps_are_taken_in_the_order_of_their_numbers_and_not_of_the_file() {
    // The first step is a link that is cut, so nobody ever gets to the second, which stands first in the file.
    let model = legal(json!({
        "format": 1, "duration": "60s", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": "10/s" } },
            { "id": "app", "kind": "service" }, { "id": "late", "kind": "database" }, { "id": "early", "kind": "database" }
        ],
        "links": [
            { "from": "app", "to": "late", "step": 2 },
            { "from": "in", "to": "app" },
            { "id": "first", "from": "app", "to": "early", "step": 1, "timeout": "100ms" }
        ],
        "timeline": [{ "at": "0s", "event": "cut", "link": "first" }]
    }));
    let mut simulation = Simulation::new(&model).expect("the model is legal");
    simulation.run_for(Span::from_secs(60));
    let report = simulation.report();
    assert!(report.requests.failed > 500, "{:?}", report.requests);
    assert_eq!(report.component("late").expect("it is there").arrivals, 0);
}

fn legal(file: serde_json::Value) -> Model {
    Model::from_value(&file).unwrap_or_else(|errors| panic!("{errors:#?}"))
}
