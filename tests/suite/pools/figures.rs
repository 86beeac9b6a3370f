//! What is said of pools: by theory, by replications, by copies, and of settings that make no sense.

use super::{begin, file, go, merge, pool};
use serde_json::{Value as Json, json};
use tenfold::measure::report::Station;
use tenfold::model::Model;
use tenfold::theory::beside::{Quantity, predict};
use tenfold::theory::multi::mean_wait_s;
use tenfold::{Replications, Simulation};

#[test]
fn theory_says_that_it_does_not_know_pools() {
    let mut file = file(json!({}));
    file["components"][0] =
        json!({ "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": "0.1/s" } });
    let said = |file: &Json| predict(&Model::from_value(file).expect("it is legal"), &|_| None);
    let (with, without) = (said(&file), {
        file["links"][1]["pool"] = Json::Null;
        said(&file)
    });
    assert!(without[0].figure(Quantity::Answer).is_some() && without[2].figure(Quantity::Here).is_some());
    assert!(with[0].figure(Quantity::Answer).is_none() && with[2].figures.is_empty());
    assert!(with[2].remarks[0].contains("wait for a connection"), "{with:?}");
}

#[test]
fn the_wait_for_one_of_a_few_connections_is_erlangs() {
    // M/M/c: exponential time on the way with a connection, no time anywhere else.
    for (c, load) in [(1_u32, 0.7), (4, 0.8), (10, 0.9)] {
        let rtt = 0.050;
        let mut file =
            file(json!({ "pool": c, "rtt": { "law": "exponential", "mean": "50ms" }, "pool_wait": "1h" }));
        let rate = load * f64::from(c) / rtt;
        file["components"][0] = json!({ "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": format!("{rate}/s") } });
        merge(&mut file, &json!({ "duration": "600s", "warm_up": "60s", "window": "20s" }));
        let wait_s = mean_wait_s(rate, rtt, c).expect("it is stable");
        let mut waits = Vec::new();
        let mut uses = Vec::new();
        for seed in 1..=12 {
            file["seed"] = json!(seed);
            let seen = pool(&go(&mut begin(&file), 600));
            waits.push(seen.wait_s.mean.expect("many waited"));
            uses.push(seen.utilisation.expect("it has a limit"));
        }
        for (what, seen, truth) in [("wait", waits, wait_s), ("utilisation", uses, load)] {
            let n = seen.len() as f64;
            let mean = seen.iter().sum::<f64>() / n;
            let error = (seen.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) / n).sqrt();
            assert!((mean - truth).abs() < 4.0 * error, "{c}: {what} of {mean} ± {error} for {truth}");
            assert!(error < 0.05 * truth, "{c}: {what} is known no better than {error} of {truth}");
        }
    }
}

#[test]
fn pools_are_pooled_over_replications_as_stations_are() {
    let mut file = file(json!({ "rtt": { "law": "exponential", "mean": "1500ms" } }));
    file["components"][0] =
        json!({ "id": "in", "kind": "clients", "load": { "shape": "steady", "rate": "1/s" } });
    let model = Model::from_value(&file).expect("it is legal");
    let runs = [0, 1, 2].map(|number| {
        let mut run = Simulation::new(&Replications::model(&model, number)).expect("it is legal");
        go(&mut run, 1000);
        run
    });
    let each: Vec<Station> = runs.iter().map(|run| pool(&run.report())).collect();
    // One in memory, one as bytes from another worker.
    let mut pooled = Replications::of(runs[0].clone());
    pooled.add(&runs[1]).expect("it is of this model");
    pooled.add_bytes(&Replications::bytes_of(&runs[2])).expect("it is of this model");
    let seen = pool(&pooled.report());
    assert_eq!(seen.arrivals, each.iter().map(|one| one.arrivals).sum::<u64>());
    let mean = |of: fn(&Station) -> f64| each.iter().map(of).sum::<f64>() / 3.0;
    assert!((seen.queue_mean - mean(|one| one.queue_mean)).abs() < 1e-9);
    assert!((seen.busy_mean - mean(|one| one.busy_mean)).abs() < 1e-9);
}

#[test]
fn a_copy_goes_on_as_the_original_does() {
    let mut run = begin(&file(json!({ "pool_hold": "request", "calls": 2, "pool": 3 })));
    go(&mut run, 37);
    let mut copy = run.checkpoint();
    go(&mut run, 200);
    go(&mut copy, 200);
    assert_eq!(run.report().to_json(), copy.report().to_json());
    assert!(run.report().to_json().contains("\"pool\""));
}

#[test]
fn settings_that_would_do_nothing_are_refused_with_their_path() {
    let refused = |change: &dyn Fn(&mut Json)| {
        let mut file = file(json!({}));
        change(&mut file);
        let errors = Model::from_value(&file).expect_err("it makes no sense");
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let wait = refused(&|file| merge(&mut file["links"][1], &json!({ "pool": null, "pool_wait": "1s" })));
    assert!(wait.contains("links[\"app-db\"].pool_wait") && wait.contains("without a `pool`"), "{wait}");
    let hold =
        refused(&|file| merge(&mut file["links"][1], &json!({ "pool": null, "pool_hold": "request" })));
    assert!(hold.contains("links[\"app-db\"].pool_hold"), "{hold}");
    let clients = refused(&|file| file["links"][0]["pool"] = json!(6));
    assert!(clients.contains("links[\"in-app\"].pool") && clients.contains("clients are"), "{clients}");
    let balancer = refused(&|file| file["components"][1] = json!({ "id": "app", "kind": "load-balancer" }));
    assert!(
        balancer.contains("links[\"app-db\"].pool") && balancer.contains("a load balancer"),
        "{balancer}"
    );
    let none = refused(&|file| file["links"][1]["pool"] = json!(0));
    assert!(none.contains("links[\"app-db\"].pool: 0 is outside 1 to"), "{none}");
}
