//! Timeouts: who waits longer than the link's timeout counts as failed, while the work goes on.

use super::{S, enough, list};
use crate::sketch::{exponential, span};
use crate::{Figure, Scenario, Sketch};
use serde_json::{Value as Json, json};
use tenfold::theory::{NoAnswer, multi};

const GROUP: &str = "Timeouts";

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> =
        [(1, 0.5, 0.030), (1, 0.7, 0.060), (4, 0.8, 0.030), (8, 0.7, 0.020)].map(at_a_queue).into();
    let uniform = json!({ "law": "uniform", "low": "5ms", "high": "15ms" });
    all.push(at_a_delay("exponential", exponential(S), 0.025, Ok(libm::exp(-2.5))));
    all.push(at_a_delay("uniform", uniform, 0.012, Ok(0.3)));
    let seen = json!({ "law": "empirical", "values": "4ms 80, 34ms 20" });
    all.push(at_a_delay("empirical", seen, 0.030, Ok(0.2)));
    all.push(two_links());
    all
}

/// The share of requests that take longer; those that wait go on holding the others up, so the queue is what it is without.
fn at_a_queue((c, rho, timeout_s): (u32, f64, f64)) -> Scenario {
    let per_s = f64::from(c) * rho / S;
    let above = multi::share_above(per_s, S, c, timeout_s);
    Sketch::new()
        .open("clients", per_s)
        .service("server", json!({ "cores": c, "work": exponential(S) }))
        .link("clients", "server", json!({ "timeout": span(timeout_s) }))
        .lasting(1.5 * enough(rho), per_s)
        .scenario(
            GROUP,
            format!("M/M/{c} at {:.0} %, timeout {:.0} ms", 100.0 * rho, 1e3 * timeout_s),
            list([
                Figure::failed("share timed out", above.clone()),
                Figure::wasted("server", above),
                Figure::queue("server", "cores", multi::mean_queue(per_s, S, c)),
            ]),
        )
}

fn at_a_delay(name: &str, law: Json, timeout_s: f64, above: Result<f64, NoAnswer>) -> Scenario {
    Sketch::new()
        .open("clients", 100.0)
        .service("server", json!({ "discipline": "delay", "work": law }))
        .link("clients", "server", json!({ "timeout": span(timeout_s) }))
        .lasting(20_000.0, 100.0)
        .scenario(
            GROUP,
            format!("{name} delay, timeout {:.0} ms", 1e3 * timeout_s),
            list([Figure::failed("share timed out", above.clone()), Figure::wasted("server", above)]),
        )
}

/// An optional call that times out after 10 ms holds its request that long and no longer: min(X, 10 ms), exponential X.
fn two_links() -> Scenario {
    let mean = |timeout_s: f64| -S * libm::expm1(-timeout_s / S);
    Sketch::new()
        .open("clients", 100.0)
        .service("app", json!({ "discipline": "delay", "work": exponential(0.005) }))
        .service("extra", json!({ "discipline": "delay", "work": exponential(S) }))
        .link("clients", "app", json!({}))
        .link("app", "extra", json!({ "timeout": "10ms", "optional": true }))
        .lasting(20_000.0, 100.0)
        .scenario(
            GROUP,
            "an optional call with a timeout of 10 ms",
            list([Figure::latency(Ok(0.005 + mean(0.010))), Figure::failed("share failed", Ok(0.0))]),
        )
}
