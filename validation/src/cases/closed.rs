//! Closed loops: users who wait for the answer, think, and ask again.

use super::{S, list};
use crate::sketch::{constant, exponential};
use crate::{Figure, Scenario, Sketch};
use serde_json::{Value as Json, json};
use tenfold::theory::network::{Place, closed};

const GROUP: &str = "Closed loops";
/// Mean time a user thinks.
const THINK_S: f64 = 0.2;

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [1, 5, 15, 30]
        .map(|users| {
            one_server(users, "exponential", exponential(THINK_S), json!({ "work": exponential(S) }), 1)
        })
        .into();
    all.push(one_server(15, "constant", constant(THINK_S), json!({ "work": exponential(S) }), 1));
    let uniform = json!({ "law": "uniform", "low": "0s", "high": "400ms" });
    all.push(one_server(15, "uniform", uniform, json!({ "work": exponential(S) }), 1));
    let shared = json!({ "work": constant(S), "discipline": "shared" });
    all.push(one_server(20, "exponential", exponential(THINK_S), shared, 1));
    all.extend([(30, 2), (80, 4)].map(|(users, cores)| {
        one_server(
            users,
            "exponential",
            exponential(THINK_S),
            json!({ "cores": cores, "work": exponential(S) }),
            cores,
        )
    }));
    all.extend([10, 25].map(two_servers));
    all
}

fn users(users: u32, think: &Json) -> Json {
    json!({ "load": { "shape": "closed", "users": users, "think": think } })
}

fn one_server(n: u32, thinking: &str, think: Json, settings: Json, cores: u32) -> Scenario {
    let places = [Place::Delay { demand_s: THINK_S }, Place::Queue { demand_s: S, servers: cores }];
    let truth = closed(&places, n);
    let per_s = truth.as_ref().map_or(1.0, |t| t.throughput_per_s);
    let shared = if settings.get("discipline").is_some() { ", shared with constant work" } else { "" };
    Sketch::new()
        .component("users", "clients", users(n, &think))
        .service("server", settings)
        .link("users", "server", json!({}))
        .lasting(30_000.0, per_s)
        .scenario(
            GROUP,
            format!(
                "{n} users, {thinking} thinking, {cores} core{}{shared}",
                if cores == 1 { "" } else { "s" }
            ),
            list([
                Figure::latency(truth.clone().map(|t| t.response_s)),
                Figure::throughput(truth.clone().map(|t| t.throughput_per_s)),
                Figure::number("server", truth.map(|t| t.mean_numbers[1])),
            ]),
        )
}

/// A call from one server to the next holds nothing at the first while workers are unlimited.
fn two_servers(n: u32) -> Scenario {
    let (app_s, database_s) = (0.006, 0.010);
    let places = [
        Place::Delay { demand_s: THINK_S },
        Place::Queue { demand_s: app_s, servers: 1 },
        Place::Queue { demand_s: database_s, servers: 1 },
    ];
    let truth = closed(&places, n);
    let per_s = truth.as_ref().map_or(1.0, |t| t.throughput_per_s);
    Sketch::new()
        .component("users", "clients", users(n, &exponential(THINK_S)))
        .service("app", json!({ "work": exponential(app_s) }))
        .service("store", json!({ "work": exponential(database_s) }))
        .link("users", "app", json!({}))
        .link("app", "store", json!({}))
        .lasting(30_000.0, per_s)
        .scenario(
            GROUP,
            format!("{n} users, two servers one after the other"),
            list([
                Figure::latency(truth.clone().map(|t| t.response_s)),
                Figure::throughput(truth.clone().map(|t| t.throughput_per_s)),
                Figure::number("app", truth.clone().map(|t| t.mean_numbers[1])),
                Figure::number("store", truth.map(|t| t.mean_numbers[2])),
            ]),
        )
}
