//! The cases, by what they are about. A unit of time is the mean service of 10 ms, unless a case says otherwise.

mod arrivals;
mod balancers;
mod caches;
mod closed;
mod disciplines;
mod finite;
mod networks;
mod patience;
mod services;
mod several;
mod timeouts;

use crate::{Figure, Scenario, Sketch};
use serde_json::{Value as Json, json};

/// The usual mean service, in seconds.
const S: f64 = 0.010;

/// Every case, in the order of the report.
pub fn scenarios() -> Vec<Scenario> {
    let groups = [
        arrivals::cases,
        services::cases,
        disciplines::cases,
        several::cases,
        finite::cases,
        patience::cases,
        closed::cases,
        networks::cases,
        balancers::cases,
        caches::cases,
        timeouts::cases,
    ];
    groups.iter().flat_map(|cases| cases()).collect()
}

/// Poisson arrivals at one service, `requests` in each replication.
fn queue(per_s: f64, requests: f64, settings: Json) -> Sketch {
    Sketch::new()
        .open("clients", per_s)
        .service("server", settings)
        .link("clients", "server", json!({}))
        .lasting(requests, per_s)
}

/// How many requests a replication needs for means at a single server to be known to about one per cent at most, by its utilisation (Whitt, Planning
/// Queueing Simulations, 1989): the nearer to 1, the longer.
fn enough(rho: f64) -> f64 {
    let free = 1.0 - rho;
    (3_000.0 / (free * free)).clamp(20_000.0, 220_000.0)
}

/// A figure each, in a list.
fn list<const N: usize>(figures: [Figure; N]) -> Vec<Figure> {
    figures.into()
}
