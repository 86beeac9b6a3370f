//! Networks: tandems, ways by chance, feedback, fan-out, wires.

use super::{S, list};
use crate::sketch::{constant, exponential};
use crate::{Figure, Scenario, Sketch};
use serde_json::json;
use tenfold::theory::network::{Open, Station, open};
use tenfold::theory::{NoAnswer, parallel, single};

const GROUP: &str = "Networks";

pub(super) fn cases() -> Vec<Scenario> {
    let mut all = vec![
        tandem(),
        feedback(),
        self_feedback(),
        ways(),
        visited_twice(),
        shared_tandem(),
        wires(),
        steps(),
    ];
    all.extend([2, 4, 16].map(slowest_of));
    all.push(slowest_of_two_kinds());
    all.extend([fork_join(2, 0.0), fork_join(4, 0.04)]);
    all
}

/// A network's numbers at its stations, and its mean latency.
fn jackson(sketch: &Sketch, name: &str, ids: &[&'static str], truth: &Result<Open, NoAnswer>) -> Scenario {
    let mut figures =
        vec![Figure::latency(truth.clone().map(|whole| whole.mean_sojourn_s.unwrap_or(f64::NAN)))];
    for (place, id) in ids.iter().enumerate() {
        figures.push(Figure::number(id, truth.clone().map(|whole| whole.stations[place].mean_number)));
    }
    sketch.scenario(GROUP, name, figures)
}

fn at(arrivals_per_s: f64, service_s: f64, servers: u32) -> Station {
    Station { arrivals_per_s, service_s, servers }
}

fn tandem() -> Scenario {
    let sketch = Sketch::new()
        .open("clients", 60.0)
        .service("one", json!({ "work": exponential(0.010) }))
        .service("two", json!({ "cores": 2, "work": exponential(0.025) }))
        .service("three", json!({ "work": exponential(0.008) }))
        .link("clients", "one", json!({}))
        .link("one", "two", json!({}))
        .link("two", "three", json!({}))
        .lasting(30_000.0, 60.0);
    let routing = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0; 3]];
    let truth = open(&[at(60.0, 0.010, 1), at(0.0, 0.025, 2), at(0.0, 0.008, 1)], &routing);
    jackson(&sketch, "three servers in a row", &["one", "two", "three"], &truth)
}

/// Four in ten go on to the second, from which all come back to the first.
fn feedback() -> Scenario {
    let sketch = Sketch::new()
        .open("clients", 100.0)
        .service("app", json!({ "cores": 4, "work": exponential(0.015) }))
        .service("store", json!({ "work": exponential(0.009) }))
        .link("clients", "app", json!({}))
        .link("app", "store", json!({ "calls": 0.4 }))
        .link("store", "app", json!({}))
        .lasting(30_000.0, 100.0);
    let truth = open(&[at(100.0, 0.015, 4), at(0.0, 0.009, 1)], &[[0.0, 0.4], [1.0, 0.0]]);
    let mut scenario = jackson(&sketch, "feedback over a second server", &["app", "store"], &truth);
    scenario.figures.push(Figure::visits("app", Ok(1.0 / 0.6)));
    scenario
}

/// Half of the requests come again and again, after a while: the rate at the server is twice that from outside.
fn self_feedback() -> Scenario {
    let sketch = Sketch::new()
        .open("clients", 30.0)
        .service("server", json!({ "work": exponential(S) }))
        .service("pause", json!({ "discipline": "delay", "work": constant(0.050) }))
        .link("clients", "server", json!({}))
        .link("server", "pause", json!({ "calls": 0.5 }))
        .link("pause", "server", json!({}))
        .lasting(30_000.0, 30.0);
    // A visit to the server, and with chance one half a pause and all of it again.
    let visits = single::mean_sojourn_s(60.0, S);
    sketch.scenario(
        GROUP,
        "half of the requests come again after 50 ms",
        list([
            Figure::latency(visits.map(|visit| 2.0 * visit + 0.050)),
            Figure::number("server", single::mean_number(60.0, S)),
            Figure::visits("server", Ok(2.0)),
        ]),
    )
}

/// Six in ten go left, three right, one ends; both ways meet again.
fn ways() -> Scenario {
    let sketch = Sketch::new()
        .open("clients", 100.0)
        .service("fork", json!({ "work": exponential(0.006), "routing": "one" }))
        .service("left", json!({ "work": exponential(0.011) }))
        .service("right", json!({ "work": exponential(0.020) }))
        .service("meet", json!({ "cores": 2, "work": exponential(0.014) }))
        .link("clients", "fork", json!({}))
        .link("fork", "left", json!({ "calls": 0.6 }))
        .link("fork", "right", json!({ "calls": 0.3 }))
        .link("left", "meet", json!({}))
        .link("right", "meet", json!({}))
        .lasting(30_000.0, 100.0);
    let stations = [at(100.0, 0.006, 1), at(0.0, 0.011, 1), at(0.0, 0.020, 1), at(0.0, 0.014, 2)];
    let routing = [[0.0, 0.6, 0.3, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0], [0.0; 4]];
    jackson(
        &sketch,
        "two ways by chance that meet again",
        &["fork", "left", "right", "meet"],
        &open(&stations, &routing),
    )
}

/// A request asks 2.4 times, one after the other: the store meets 2.4 times the stream.
fn visited_twice() -> Scenario {
    let (app, store) = (single::mean_sojourn_s(25.0, S), single::mean_sojourn_s(60.0, S));
    let both = app.and_then(|app| store.map(|store| app + 2.4 * store));
    Sketch::new()
        .open("clients", 25.0)
        .service("app", json!({ "work": exponential(S) }))
        .service("store", json!({ "work": exponential(S) }))
        .link("clients", "app", json!({}))
        .link("app", "store", json!({ "calls": 2.4 }))
        .lasting(25_000.0, 25.0)
        .scenario(
            GROUP,
            "2.4 calls by each request, one after the other",
            list([
                Figure::latency(both),
                Figure::number("store", single::mean_number(60.0, S)),
                Figure::visits("store", Ok(2.4)),
            ]),
        )
}

/// Shared servers pass on a Poisson stream whatever the law.
fn shared_tandem() -> Scenario {
    let number = single::mean_number(65.0, S);
    Sketch::new()
        .open("clients", 65.0)
        .service("one", json!({ "work": constant(S), "discipline": "shared" }))
        .service(
            "two",
            json!({ "work": { "law": "lognormal", "mean": "10ms", "cv": 1.5 }, "discipline": "shared" }),
        )
        .link("clients", "one", json!({}))
        .link("one", "two", json!({}))
        .lasting(30_000.0, 65.0)
        .scenario(
            GROUP,
            "two shared servers in a row, constant and lognormal work",
            list([
                Figure::latency(single::shared_mean_sojourn_s(65.0, S).map(|one| 2.0 * one)),
                Figure::number("one", number.clone()),
                Figure::number("two", number),
            ]),
        )
}

/// The wires add their mean, and are left out of what a component sees.
fn wires() -> Scenario {
    Sketch::new()
        .open("clients", 60.0)
        .service("server", json!({ "work": exponential(S) }))
        .link("clients", "server", json!({ "rtt": { "law": "lognormal", "mean": "20ms", "cv": 0.8 } }))
        .lasting(25_000.0, 60.0)
        .scenario(
            GROUP,
            "a wire of 20 ms before an M/M/1 at 60 %",
            list([
                Figure::latency(single::mean_sojourn_s(60.0, S).map(|sojourn| sojourn + 0.020)),
                Figure::inside("server", single::mean_number(60.0, S)),
            ]),
        )
}

/// Two steps: the slower of two, then a third.
fn steps() -> Scenario {
    let delay = |secs: f64| json!({ "discipline": "delay", "work": exponential(secs) });
    // E max(X, Y) = a + b − 1/(1/a + 1/b).
    let (a, b, c) = (0.010, 0.020, 0.015);
    Sketch::new()
        .open("clients", 200.0)
        .service("app", json!({ "discipline": "delay", "work": constant(0.002) }))
        .service("a", delay(a))
        .service("b", delay(b))
        .service("c", delay(c))
        .link("clients", "app", json!({}))
        .link("app", "a", json!({}))
        .link("app", "b", json!({}))
        .link("app", "c", json!({ "step": 2 }))
        .lasting(20_000.0, 200.0)
        .scenario(
            GROUP,
            "two calls at once, then a third",
            list([Figure::latency(Ok(0.002 + a + b - 1.0 / (1.0 / a + 1.0 / b) + c))]),
        )
}

/// n calls at once, each exponential: the request waits for the slowest.
fn slowest_of(n: u32) -> Scenario {
    Sketch::new()
        .open("clients", 100.0)
        .service("app", json!({ "discipline": "delay", "work": constant(0.0) }))
        .service("leaf", json!({ "discipline": "delay", "work": exponential(S) }))
        .link("clients", "app", json!({}))
        .link("app", "leaf", json!({ "calls": n, "parallel": true }))
        .lasting(20_000.0, 100.0)
        .scenario(
            GROUP,
            format!("the slowest of {n} calls at once"),
            list([
                Figure::latency(parallel::mean_of_slowest_s(S, n)),
                Figure::percentile(0.99, parallel::slowest_quantile_s(S, n, 0.99)),
            ]),
        )
}

fn slowest_of_two_kinds() -> Scenario {
    let share = |mean_s: f64| move |t: f64| -libm::expm1(-t / mean_s);
    let delay = |secs: f64| json!({ "discipline": "delay", "work": exponential(secs) });
    Sketch::new()
        .open("clients", 200.0)
        .service("app", json!({ "discipline": "delay", "work": constant(0.0) }))
        .service("quick", delay(0.008))
        .service("slow", delay(0.012))
        .link("clients", "app", json!({}))
        .link("app", "quick", json!({}))
        .link("app", "slow", json!({}))
        .lasting(20_000.0, 200.0)
        .scenario(
            GROUP,
            "the slower of two calls of different kinds",
            list(
                [0.5, 0.99]
                    .map(|q| Figure::percentile(q, parallel::slowest_of_s(&[share(0.008), share(0.012)], q))),
            ),
        )
}

/// n servers each get a call of every request, which waits for the last.
fn fork_join(n: u32, slack: f64) -> Scenario {
    let mut sketch = Sketch::new()
        .open("clients", 60.0)
        .service("app", json!({ "discipline": "delay", "work": constant(0.0) }))
        .link("clients", "app", json!({}))
        .lasting(60_000.0 / f64::from(n), 60.0);
    for place in 0..n {
        let id = format!("server-{place}");
        sketch = sketch.service(&id, json!({ "work": exponential(S) })).link("app", &id, json!({}));
    }
    let truth = Figure::latency(parallel::fork_join_mean_s(60.0, S, n));
    let figure = if slack > 0.0 {
        truth.approximately(slack, "Nelson and Tantawi's approximation, good to some per cent")
    } else {
        truth
    };
    sketch.scenario(GROUP, format!("fork and join over {n} M/M/1 at 60 %"), vec![figure])
}
