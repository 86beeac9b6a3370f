//! Who is served next: processor sharing, last in first out, priorities, nobody waiting.

use super::services::laws;
use super::{S, enough, list, queue};
use crate::sketch::{constant, exponential, span};
use crate::{Figure, Scenario, Sketch};
use serde_json::{Value as Json, json};
use tenfold::theory::priority::{self, Class};
use tenfold::theory::{NoAnswer, lifo, multi, single};

const GROUP: &str = "Disciplines";
const IDS: [&str; 3] = ["urgent", "usual", "idle"];

pub(super) fn cases() -> Vec<Scenario> {
    let mut all = shared();
    all.extend(last_first());
    let memoryless = (exponential(S), 1.0);
    for shares in [&[0.2, 0.5][..], &[0.4, 0.4], &[0.2, 0.2, 0.4]] {
        all.push(prioritised("M/M/1", false, shares, &memoryless));
        all.push(prioritised("M/M/1", true, shares, &memoryless));
    }
    let bursty = (json!({ "law": "hyperexponential", "mean": "10ms", "cv": 2 }), 2.0);
    for (name, law) in [("M/D/1", (constant(S), 0.0)), ("M/H2/1", bursty)] {
        all.push(prioritised(name, false, &[0.3, 0.4], &law));
        all.push(prioritised(name, true, &[0.3, 0.4], &law));
    }
    all.extend([(2, 0.75), (4, 0.8)].map(|(cores, rho)| prioritised_at_several(cores, rho)));
    all.extend(nobody_waits());
    all
}

fn shared() -> Vec<Scenario> {
    let rho = 0.7;
    let per_s = rho / S;
    let mut all = Vec::new();
    let mut memoryless = vec![("exponential", exponential(S), 1.0)];
    memoryless.extend(laws().into_iter().filter(|(_, _, cv)| *cv <= 0.0 || *cv > 1.1));
    for (name, law, _) in memoryless {
        let settings = json!({ "work": law, "discipline": "shared" });
        all.push(queue(per_s, 40_000.0, settings).scenario(
            GROUP,
            format!("M/G/1 shared, {name}, at 70 %"),
            list([
                Figure::latency(single::shared_mean_sojourn_s(per_s, S)),
                Figure::number("server", single::mean_number(per_s, S)),
            ]),
        ));
    }
    for (cores, rho) in [(2, 0.7), (4, 0.8)] {
        let per_s = f64::from(cores) * rho / S;
        let settings = json!({ "cores": cores, "work": exponential(S), "discipline": "shared" });
        all.push(queue(per_s, enough(rho), settings).scenario(
            GROUP,
            format!("M/M/{cores} shared at {:.0} %", 100.0 * rho),
            list([Figure::latency(multi::mean_sojourn_s(per_s, S, cores))]),
        ));
    }
    all
}

/// The mean does not know the order; the tail does.
fn last_first() -> Vec<Scenario> {
    let mut all = Vec::new();
    for (rho, deadline_s) in [(0.5, 0.030), (0.7, 0.040), (0.7, 0.080)] {
        let per_s = rho / S;
        for (name, discipline) in [("FIFO", "fifo"), ("LIFO", "lifo")] {
            let tail = match discipline {
                "fifo" => multi::share_above(per_s, S, 1, deadline_s),
                _ => lifo::share_above(per_s, S, deadline_s),
            };
            all.push(
                queue(per_s, 1.5 * enough(rho), json!({ "work": exponential(S), "discipline": discipline }))
                    .class("request", json!({ "deadline": span(deadline_s) }))
                    .scenario(
                        GROUP,
                        format!("M/M/1 {name} at {:.0} %, deadline {:.0} ms", 100.0 * rho, 1e3 * deadline_s),
                        list([
                            Figure::latency(single::mean_sojourn_s(per_s, S)),
                            Figure::late("share late", tail),
                        ]),
                    ),
            );
        }
    }
    for (name, law, cv) in laws().into_iter().filter(|(_, _, cv)| *cv <= 0.0 || *cv > 1.1) {
        let wait = single::general_mean_wait_s(60.0, S, cv);
        all.push(
            queue(60.0, 15_000.0 * (2.0 + cv * cv), json!({ "work": law, "discipline": "lifo" })).scenario(
                GROUP,
                format!("M/G/1 LIFO, {name}, at 60 %"),
                list([Figure::latency(wait.map(|wait| wait + S))]),
            ),
        );
    }
    all
}

/// The clients of some classes, the first the most important, with the load each brings.
fn of_classes(shares: &[f64], cores: u32, settings: Json, requests: f64) -> Sketch {
    let per_s = |share: f64| share * f64::from(cores) / S;
    let mut sketch = Sketch::new().service("server", settings);
    for (place, share) in shares.iter().enumerate() {
        let id = IDS[place];
        let load = json!({ "shape": "steady", "rate": crate::sketch::rate(per_s(*share)) });
        sketch = sketch
            .component(&format!("clients-{id}"), "clients", json!({ "load": load, "classes": [id] }))
            .link(&format!("clients-{id}"), "server", json!({}))
            .class(id, json!({ "priority": 10 - place }));
    }
    sketch.lasting(requests, per_s(shares.iter().sum()))
}

fn prioritised(name: &str, interrupts: bool, shares: &[f64], (law, cv): &(Json, f64)) -> Scenario {
    let (word, title) = if interrupts { ("preemptive", "interrupting") } else { ("priority", "waiting") };
    let classes: Vec<Class> =
        shares.iter().map(|share| Class { arrivals_per_s: share / S, service_s: S, cv: *cv }).collect();
    let sojourns = if interrupts {
        priority::preemptive_mean_sojourns_s(&classes)
    } else {
        priority::mean_waits_s(&classes).map(|waits| waits.iter().map(|wait| wait + S).collect())
    };
    let rho: f64 = shares.iter().sum();
    let settings = json!({ "work": law, "discipline": word });
    let loads: Vec<String> = shares.iter().map(|share| format!("{:.0}", 100.0 * share)).collect();
    of_classes(shares, 1, settings, enough(rho) * (1.0 + cv)).scenario(
        GROUP,
        format!("{name}, {title} priorities, loads of {} %", loads.join(", ")),
        by_class(shares.len(), &sojourns),
    )
}

fn by_class(classes: usize, sojourns: &Result<Vec<f64>, NoAnswer>) -> Vec<Figure> {
    let of = |place: usize| sojourns.clone().map(|sojourns| sojourns[place]);
    (0..classes).map(|place| Figure::class_latency(IDS[place], of(place))).collect()
}

fn prioritised_at_several(cores: u32, rho: f64) -> Scenario {
    let shares = [0.4 * rho, 0.6 * rho];
    let rates = shares.map(|share| share * f64::from(cores) / S);
    let waits = priority::mean_waits_at_servers_s(&rates, S, cores);
    let sojourns = waits.map(|waits| waits.iter().map(|wait| wait + S).collect());
    let settings = json!({ "cores": cores, "work": exponential(S), "discipline": "priority" });
    of_classes(&shares, cores, settings, enough(rho)).scenario(
        GROUP,
        format!("M/M/{cores}, waiting priorities, at {:.0} %", 100.0 * rho),
        by_class(2, &sojourns),
    )
}

/// M/G/∞: nobody waits, and the number inside has the mean load whatever the law.
fn nobody_waits() -> Vec<Scenario> {
    let delay = |(name, law, _): (&str, Json, f64)| {
        queue(500.0, 20_000.0, json!({ "work": law, "discipline": "delay" })).scenario(
            GROUP,
            format!("M/G/∞, {name}"),
            list([Figure::latency(Ok(S)), Figure::inside("server", Ok(500.0 * S))]),
        )
    };
    laws().into_iter().filter(|(_, _, cv)| *cv <= 0.0 || *cv >= 1.0).map(delay).collect()
}
