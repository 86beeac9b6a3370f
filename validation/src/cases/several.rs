//! Several servers with one queue.

use super::{S, enough, list, queue};
use crate::sketch::{constant, exponential, span};
use crate::{Figure, Scenario, Sketch};
use serde_json::json;
use tenfold::theory::multi;

const GROUP: &str = "Several servers";

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> =
        [(2, 0.7), (4, 0.5), (4, 0.8), (8, 0.8), (16, 0.9), (64, 0.9)].map(|(c, rho)| cores(c, rho)).into();
    all.extend([workers(), connections()]);
    all.extend(
        [
            ("constant", constant(S), 0.0),
            ("hyperexponential, CV 2", json!({ "law": "hyperexponential", "mean": "10ms", "cv": 2 }), 2.0),
        ]
        .map(|(name, law, cv)| {
            let per_s = 320.0;
            queue(per_s, 50_000.0 * (1.0 + cv), json!({ "cores": 4, "work": law })).scenario(
                GROUP,
                format!("M/G/4, {name}, at 80 %"),
                list([Figure::latency(
                    multi::general_mean_wait_s(per_s, S, 4, 1.0, cv).map(|wait| wait + S),
                )
                .approximately(0.06, "Allen and Cunneen's approximation, good to some per cent")]),
            )
        }),
    );
    all
}

fn cores(c: u32, rho: f64) -> Scenario {
    let per_s = f64::from(c) * rho / S;
    // Three services: beyond what all but few need.
    let deadline_s = 3.0 * S;
    let mut figures = list([
        Figure::latency(multi::mean_sojourn_s(per_s, S, c)),
        Figure::percentile(0.99, multi::sojourn_quantile_s(per_s, S, c, 0.99)),
        Figure::late("share above 30 ms", multi::share_above(per_s, S, c, deadline_s)),
        Figure::number("server", multi::mean_sojourn_s(per_s, S, c).map(|sojourn| sojourn * per_s)),
    ]);
    // Where few wait, the queue would want longer runs than all else.
    if c <= 16 {
        figures.push(Figure::queue("server", "cores", multi::mean_queue(per_s, S, c)));
    }
    queue(per_s, 1.4 * enough(rho), json!({ "cores": c, "work": exponential(S) }))
        .class("request", json!({ "deadline": span(deadline_s) }))
        .scenario(GROUP, format!("M/M/{c} at {:.0} %", 100.0 * rho), figures)
}

/// Workers are servers as well: here each holds a request while something else takes its time.
fn workers() -> Scenario {
    Sketch::new()
        .open("clients", 240.0)
        .service("server", json!({ "workers": 3, "discipline": "delay", "work": constant(0.0) }))
        .service("elsewhere", json!({ "discipline": "delay", "work": exponential(S) }))
        .link("clients", "server", json!({}))
        .link("server", "elsewhere", json!({}))
        .lasting(enough(0.8), 240.0)
        .scenario(
            GROUP,
            "M/M/3 of workers that wait for somebody else, at 80 %",
            list([
                Figure::latency(multi::mean_sojourn_s(240.0, S, 3)),
                Figure::wait("server", "workers", multi::mean_wait_s(240.0, S, 3)),
                Figure::utilisation("server", "workers", Ok(0.8)),
            ]),
        )
}

/// And so are a database's connections.
fn connections() -> Scenario {
    let database =
        json!({ "connections": 2, "connection_wait": "1h", "cores": 64, "read_work": exponential(S) });
    Sketch::new()
        .open("clients", 150.0)
        .component("database", "database", database)
        .link("clients", "database", json!({}))
        .lasting(enough(0.75), 150.0)
        .scenario(
            GROUP,
            "M/M/2 of connections at 75 %",
            list([
                Figure::latency(multi::mean_sojourn_s(150.0, S, 2)),
                Figure::wait("database", "connections", multi::mean_wait_s(150.0, S, 2)),
                Figure::utilisation("database", "connections", Ok(0.75)),
            ]),
        )
}
