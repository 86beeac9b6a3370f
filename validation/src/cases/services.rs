//! How long the work takes: M/G/1 first come first served, by Pollaczek and Khinchine, for every law.

use super::{S, list, queue};
use crate::{Figure, Scenario};
use serde_json::{Value as Json, json};
use tenfold::theory::single;

const GROUP: &str = "Service laws";

/// Laws of mean 10 ms with their coefficient of variation.
pub(super) fn laws() -> Vec<(&'static str, Json, f64)> {
    vec![
        ("constant", json!({ "law": "constant", "mean": "10ms" }), 0.0),
        ("uniform", json!({ "law": "uniform", "low": "5ms", "high": "15ms" }), 0.5 / 3.0_f64.sqrt()),
        ("Erlang-4", json!({ "law": "erlang", "mean": "10ms", "stages": 4 }), 0.5),
        ("gamma, CV 0.7", json!({ "law": "gamma", "mean": "10ms", "cv": 0.7 }), 0.7),
        ("lognormal, CV 1", json!({ "law": "lognormal", "mean": "10ms", "cv": 1 }), 1.0),
        ("hyperexponential, CV 2", json!({ "law": "hyperexponential", "mean": "10ms", "cv": 2 }), 2.0),
        (
            "bounded Pareto",
            json!({ "law": "bounded-pareto", "mean": "10ms", "alpha": 2.5, "ratio": 50 }),
            pareto_cv(2.5, 50.0),
        ),
        // 4 ms, or 34 ms in one case of five: variance 0.16 × 30².
        ("empirical", json!({ "law": "empirical", "values": "4ms 80, 34ms 20" }), 1.2),
    ]
}

/// Of a Pareto law of this index cut off at `ratio` times its least, from the integrals of x^(−alpha − 1), x^(−alpha) and x^(1 − alpha).
fn pareto_cv(alpha: f64, ratio: f64) -> f64 {
    let moment = |k: f64| (libm::pow(ratio, k - alpha) - 1.0) / (k - alpha);
    let (mass, mean, square) = (moment(0.0), moment(1.0), moment(2.0));
    (square * mass / (mean * mean) - 1.0).sqrt()
}

pub(super) fn cases() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (name, law, cv) in laws() {
        for rho in [0.5, 0.75] {
            let per_s = rho / S;
            // What the spread of service adds to the need of a long run.
            let tail = if name == "bounded Pareto" { 2.0 } else { 1.0 };
            let requests = tail * (1.0 + cv * cv) * (1.0 + cv) * 1_500.0 / ((1.0 - rho) * (1.0 - rho));
            let wait = single::general_mean_wait_s(per_s, S, cv);
            all.push(queue(per_s, requests, json!({ "work": law })).scenario(
                GROUP,
                format!("M/G/1, {name}, at {:.0} %", 100.0 * rho),
                list([
                    Figure::latency(wait.clone().map(|wait| wait + S)),
                    Figure::queue("server", "cores", wait.map(|wait| wait * per_s)),
                ]),
            ));
        }
    }
    all
}
