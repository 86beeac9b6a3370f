//! Load balancers: what a policy makes of many servers with a queue each.

use super::{S, enough, list};
use crate::sketch::{constant, exponential};
use crate::{Figure, Scenario, Sketch};
use serde_json::json;
use tenfold::theory::{balance, single};

const GROUP: &str = "Load balancers";

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [(2, 0.7), (4, 0.8), (10, 0.8)].map(|(n, rho)| round_robin(n, rho)).into();
    all.push(without_balancer());
    all.extend([(4, 0.7), (10, 0.6)].map(|(n, rho)| random(n, rho)));
    all.push(two_fleets());
    all.extend([0.7, 0.9].map(best_of_two));
    all
}

/// `n` instances of one core behind a balancer that itself takes no time.
fn balanced(policy: &str, n: u32, rho: f64, requests: f64) -> Sketch {
    let per_s = f64::from(n) * rho / S;
    Sketch::new()
        .open("clients", per_s)
        .component("balancer", "load-balancer", json!({ "policy": policy, "proxy_time": constant(0.0) }))
        .service("server", json!({ "instances": n, "work": exponential(S) }))
        .link("clients", "balancer", json!({}))
        .link("balancer", "server", json!({}))
        .lasting(requests, per_s)
}

fn round_robin(n: u32, rho: f64) -> Scenario {
    let per_s = rho / S;
    balanced("round-robin", n, rho, enough(rho)).scenario(
        GROUP,
        format!("round robin over {n} at {:.0} %", 100.0 * rho),
        list([
            Figure::latency(balance::round_robin_mean_wait_s(per_s, S, n).map(|wait| wait + S)),
            Figure::percentile(0.99, balance::round_robin_sojourn_quantile_s(per_s, S, n, 0.99)),
        ]),
    )
}

/// Callers without a balancer take the instances in turn.
fn without_balancer() -> Scenario {
    Sketch::new()
        .open("clients", 210.0)
        .service("server", json!({ "instances": 3, "work": exponential(S) }))
        .link("clients", "server", json!({}))
        .lasting(enough(0.7), 210.0)
        .scenario(
            GROUP,
            "three instances in turn without a balancer at 70 %",
            list([Figure::latency(balance::round_robin_mean_wait_s(70.0, S, 3).map(|wait| wait + S))]),
        )
}

fn random(n: u32, rho: f64) -> Scenario {
    let per_s = rho / S;
    balanced("random", n, rho, 1.5 * enough(rho)).scenario(
        GROUP,
        format!("random over {n} at {:.0} %", 100.0 * rho),
        list([
            Figure::latency(single::mean_sojourn_s(per_s, S)),
            Figure::percentile(0.99, single::sojourn_quantile_s(per_s, S, 0.99)),
            Figure::number("server", single::mean_number(per_s, S).map(|one| one * f64::from(n))),
        ]),
    )
}

/// A balancer over two components treats their instances alike, and takes time of its own.
fn two_fleets() -> Scenario {
    Sketch::new()
        .open("clients", 300.0)
        .component(
            "balancer",
            "load-balancer",
            json!({ "policy": "random", "proxy_time": exponential(0.002) }),
        )
        .service("old", json!({ "instances": 2, "work": exponential(S) }))
        .service("new", json!({ "instances": 3, "work": exponential(S) }))
        .link("clients", "balancer", json!({}))
        .link("balancer", "old", json!({}))
        .link("balancer", "new", json!({}))
        .lasting(enough(0.6), 300.0)
        .scenario(
            GROUP,
            "random over two and three instances, 2 ms at the balancer",
            list([
                Figure::latency(single::mean_sojourn_s(60.0, S).map(|sojourn| sojourn + 0.002)),
                Figure::visits("old", Ok(0.4)),
            ]),
        )
}

fn best_of_two(rho: f64) -> Scenario {
    let why = "the limit of many servers; here are a hundred";
    balanced("power-of-two", 100, rho, 60_000.0).warm_up(if rho > 0.8 { 3.0 } else { 1.0 }).scenario(
        GROUP,
        format!("the less busy of two of 100 at {:.0} %", 100.0 * rho),
        list([Figure::latency(balance::best_of_mean_sojourn_s(rho / S, S, 2)).approximately(0.02, why)]),
    )
}
