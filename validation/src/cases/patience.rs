//! Those who wait give up: Erlang A, patience of one length.

use super::{S, list, queue};
use crate::sketch::{constant, exponential, span};
use crate::{Figure, Scenario, Sketch};
use serde_json::json;
use tenfold::theory::patience;

const GROUP: &str = "Abandonment";
const GAVE_UP: &str = "share that gives up";

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [
        (1, 0.8, 0.020, "fifo"),
        (1, 1.3, 0.050, "fifo"),
        (4, 0.9, 0.010, "fifo"),
        (4, 1.1, 0.030, "fifo"),
        (10, 1.2, 0.100, "fifo"),
        (2, 1.0, 0.020, "lifo"),
        (2, 1.0, 0.020, "priority"),
    ]
    .map(erlang_a)
    .into();
    all.extend([(1, 0.8, 0.020), (1, 1.2, 0.050), (4, 0.95, 0.010)].map(one_length));
    all.extend([at_workers(), at_connections()]);
    all
}

fn erlang_a((c, rho, patience_s, discipline): (u32, f64, f64, &str)) -> Scenario {
    let per_s = f64::from(c) * rho / S;
    let truth = patience::impatient(per_s, S, c, patience_s);
    let settings = json!({
        "cores": c, "work": exponential(S), "patience": exponential(patience_s), "discipline": discipline
    });
    queue(per_s, 50_000.0, settings).scenario(
        GROUP,
        format!("M/M/{c}+M at {:.0} %, patience {:.0} ms, {discipline}", 100.0 * rho, 1e3 * patience_s),
        list([
            Figure::failed(GAVE_UP, truth.clone().map(|q| q.abandoning)),
            Figure::queue("server", "cores", truth.clone().map(|q| q.mean_queue)),
            Figure::utilisation("server", "cores", truth.map(|q| q.utilisation)),
        ]),
    )
}

fn one_length((c, rho, patience_s): (u32, f64, f64)) -> Scenario {
    let per_s = f64::from(c) * rho / S;
    let settings = json!({ "cores": c, "work": exponential(S), "patience": constant(patience_s) });
    queue(per_s, 60_000.0, settings).scenario(
        GROUP,
        format!("M/M/{c}+D at {:.0} %, patience {:.0} ms", 100.0 * rho, 1e3 * patience_s),
        list([Figure::failed(GAVE_UP, patience::abandoning_after(per_s, S, c, patience_s))]),
    )
}

/// The queue for workers, who wait for somebody else.
fn at_workers() -> Scenario {
    let truth = patience::impatient(330.0, S, 3, 0.030);
    let server =
        json!({ "workers": 3, "discipline": "delay", "work": constant(0.0), "patience": exponential(0.030) });
    Sketch::new()
        .open("clients", 330.0)
        .service("server", server)
        .service("elsewhere", json!({ "discipline": "delay", "work": exponential(S) }))
        .link("clients", "server", json!({}))
        .link("server", "elsewhere", json!({}))
        .lasting(60_000.0, 330.0)
        .scenario(
            GROUP,
            "M/M/3+M of workers at 110 %",
            list([
                Figure::failed(GAVE_UP, truth.clone().map(|q| q.abandoning)),
                Figure::queue("server", "workers", truth.map(|q| q.mean_queue)),
            ]),
        )
}

/// A database's queries wait for a connection, but not for ever.
fn at_connections() -> Scenario {
    let database =
        json!({ "connections": 2, "connection_wait": span(0.020), "cores": 64, "read_work": exponential(S) });
    Sketch::new()
        .open("clients", 180.0)
        .component("database", "database", database)
        .link("clients", "database", json!({}))
        .lasting(50_000.0, 180.0)
        .scenario(
            GROUP,
            "M/M/2+D of connections at 90 %, patience 20 ms",
            list([Figure::failed(GAVE_UP, patience::abandoning_after(180.0, S, 2, 0.020))]),
        )
}
