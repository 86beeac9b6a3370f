//! Full backlogs: Erlang's loss, M/M/c/K, the oldest dropped, the caller held.

use super::services::laws;
use super::{S, enough, list, queue};
use crate::sketch::exponential;
use crate::{Figure, Scenario};
use serde_json::{Value as Json, json};
use tenfold::theory::{finite, multi, single};

const GROUP: &str = "Finite queues";
const TURNED_AWAY: &str = "share turned away";

pub(super) fn cases() -> Vec<Scenario> {
    let mut all: Vec<Scenario> = [(1, 5, 0.7), (1, 10, 0.9), (1, 10, 1.2), (4, 10, 0.9), (8, 8, 1.0)]
        .map(|(c, k, rho)| bounded(c, k, rho))
        .into();
    for (name, law, cv) in laws() {
        if cv <= 0.0 || cv >= 1.0 {
            all.push(loss(4, 0.8, name, &law));
        }
    }
    all.extend([loss(1, 0.5, "exponential", &exponential(S)), loss(32, 0.9, "exponential", &exponential(S))]);
    all.extend([(1, 5, 0.8, "fifo"), (1, 10, 1.5, "lifo"), (3, 6, 1.0, "priority")].map(oldest_dropped));
    all.extend(["fifo", "lifo"].map(held));
    all
}

fn bounded(c: u32, k: u32, rho: f64) -> Scenario {
    let per_s = f64::from(c) * rho / S;
    let truth = finite::bounded(per_s, S, c, k);
    let settings = json!({ "cores": c, "backlog": k - c, "work": exponential(S) });
    queue(per_s, 60_000.0, settings).scenario(
        GROUP,
        format!("M/M/{c}/{k} at {:.0} %", 100.0 * rho),
        list([
            Figure::failed(TURNED_AWAY, truth.clone().map(|q| q.blocking)),
            Figure::latency(truth.clone().map(|q| q.mean_sojourn_s)),
            Figure::utilisation("server", "cores", truth.clone().map(|q| q.utilisation)),
            Figure::throughput(truth.map(|q| q.throughput_per_s)),
        ]),
    )
}

/// M/G/c/c: nobody waits, and the law of the service does not matter.
fn loss(c: u32, rho: f64, name: &str, law: &Json) -> Scenario {
    let per_s = f64::from(c) * rho / S;
    queue(per_s, 40_000.0, json!({ "cores": c, "backlog": 0, "work": law })).scenario(
        GROUP,
        format!("M/G/{c}/{c}, {name}, at {:.0} %", 100.0 * rho),
        list([Figure::failed(TURNED_AWAY, multi::erlang_b(per_s * S, c))]),
    )
}

/// As many are turned away, whoever they are.
fn oldest_dropped((c, k, rho, discipline): (u32, u32, f64, &str)) -> Scenario {
    let per_s = f64::from(c) * rho / S;
    let truth = finite::bounded(per_s, S, c, k);
    let settings = json!({
        "cores": c, "backlog": k - c, "when_full": "drop-oldest", "discipline": discipline, "work": exponential(S)
    });
    queue(per_s, 60_000.0, settings).scenario(
        GROUP,
        format!("M/M/{c}/{k} at {:.0} %, the oldest dropped, {discipline}", 100.0 * rho),
        list([
            Figure::failed(TURNED_AWAY, truth.clone().map(|q| q.blocking)),
            Figure::queue("server", "cores", truth.map(|q| q.mean_queue)),
        ]),
    )
}

/// Whoever waits outside waits as well.
fn held(discipline: &str) -> Scenario {
    let settings =
        json!({ "backlog": 3, "when_full": "block", "discipline": discipline, "work": exponential(S) });
    queue(70.0, enough(0.7), settings).scenario(
        GROUP,
        format!("M/M/1 at 70 %, three places and callers held, {discipline}"),
        list([
            Figure::latency(single::mean_sojourn_s(70.0, S)),
            Figure::failed("share turned away", Ok(0.0)),
        ]),
    )
}
