//! How requests come: Poisson, evenly, in bursts, merged and thinned.

use super::{S, enough, list, queue};
use crate::sketch::{constant, exponential, rate};
use crate::{Figure, Scenario, Sketch};
use serde_json::json;
use tenfold::theory::renewal::{self, Gaps};
use tenfold::theory::single;

const GROUP: &str = "Arrivals";

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [0.3, 0.5, 0.7, 0.8, 0.9].map(poisson).into();
    for rho in [0.5, 0.7, 0.9] {
        all.push(renewal_queue("D/M/1", Gaps::Even, json!({ "spacing": "even" }), rho));
    }
    for (cv, rho) in [(0.5, 0.5), (0.5, 0.8), (2.0, 0.5), (2.0, 0.7)] {
        let spacing = json!({ "spacing": "gamma", "spacing_cv": cv });
        all.push(renewal_queue(&format!("GI/M/1, gamma gaps of CV {cv},"), Gaps::Gamma { cv }, spacing, rho));
    }
    all.extend([even(), merged(), thinned()]);
    all
}

fn poisson(rho: f64) -> Scenario {
    let per_s = rho / S;
    let mut figures = list([
        Figure::latency(single::mean_sojourn_s(per_s, S)),
        Figure::percentile(0.5, single::sojourn_quantile_s(per_s, S, 0.5)),
        Figure::wait("server", "cores", single::mean_wait_s(per_s, S)),
        Figure::number("server", single::mean_number(per_s, S)),
        Figure::utilisation("server", "cores", Ok(rho)),
    ]);
    // Nearer to full load the tail would want longer runs than all else.
    if rho < 0.85 {
        figures.push(Figure::percentile(0.99, single::sojourn_quantile_s(per_s, S, 0.99)));
    }
    let name = format!("M/M/1 at {:.0} %", 100.0 * rho);
    queue(per_s, 1.3 * enough(rho), json!({ "work": exponential(S) })).scenario(GROUP, name, figures)
}

fn renewal_queue(name: &str, gaps: Gaps, spacing: serde_json::Value, rho: f64) -> Scenario {
    let per_s = rho / S;
    let cv = if let Gaps::Gamma { cv } = gaps { cv } else { 0.0 };
    let mut clients = json!({ "load": { "shape": "steady", "rate": rate(per_s) } });
    if let (Some(clients), serde_json::Value::Object(spacing)) = (clients.as_object_mut(), spacing) {
        clients.extend(spacing);
    }
    Sketch::new()
        .component("clients", "clients", clients)
        .service("server", json!({ "work": exponential(S) }))
        .link("clients", "server", json!({}))
        .lasting(if cv > 1.0 { 2.0 } else { 1.0 } * enough(rho), per_s)
        .scenario(
            GROUP,
            format!("{name} at {:.0} %", 100.0 * rho),
            list([
                Figure::latency(renewal::mean_wait_s(gaps, per_s, S).map(|wait| wait + S)),
                Figure::percentile(0.5, renewal::sojourn_quantile_s(gaps, per_s, S, 0.5)),
                Figure::utilisation("server", "cores", Ok(rho)),
            ]),
        )
}

/// Nothing varies, so everything is exact.
fn even() -> Scenario {
    let clients = json!({ "spacing": "even", "load": { "shape": "steady", "rate": "80/s" } });
    Sketch::new()
        .component("clients", "clients", clients)
        .service("server", json!({ "work": constant(S) }))
        .link("clients", "server", json!({}))
        .lasting(800.0, 80.0)
        .scenario(
            GROUP,
            "D/D/1 at 80 %",
            list([Figure::latency(Ok(S)), Figure::utilisation("server", "cores", Ok(0.8))]),
        )
}

/// Two Poisson streams are one.
fn merged() -> Scenario {
    Sketch::new()
        .open("few", 20.0)
        .open("many", 50.0)
        .service("server", json!({ "work": exponential(S) }))
        .link("few", "server", json!({}))
        .link("many", "server", json!({}))
        .lasting(enough(0.7), 70.0)
        .scenario(
            GROUP,
            "two Poisson streams at one M/M/1 at 70 %",
            list([
                Figure::latency(single::mean_sojourn_s(70.0, S)),
                Figure::number("server", single::mean_number(70.0, S)),
                Figure::throughput(Ok(70.0)),
            ]),
        )
}

/// A Poisson stream of which three in ten go on is one of three tenths of its rate.
fn thinned() -> Scenario {
    Sketch::new()
        .open("clients", 200.0)
        .service("front", json!({ "discipline": "delay", "work": constant(0.001) }))
        .service("server", json!({ "work": exponential(S) }))
        .link("clients", "front", json!({}))
        .link("front", "server", json!({ "calls": 0.3 }))
        .lasting(3.0 * enough(0.6), 200.0)
        .scenario(
            GROUP,
            "three in ten of a Poisson stream at an M/M/1 at 60 %",
            list([
                Figure::number("server", single::mean_number(60.0, S)),
                Figure::visits("server", Ok(0.3)),
                Figure::latency(single::mean_sojourn_s(60.0, S).map(|sojourn| 0.001 + 0.3 * sojourn)),
            ]),
        )
}
