//! Models that nobody would draw: random graphs of all kinds, run, disturbed, drained. Nothing is lost and slices do not matter.

use serde_json::{Value as Json, json};
use tenfold::edit::Edit;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};
use tenfold::{Advance, Simulation};

/// A source of choices that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
    fn of(&mut self, items: &[Json]) -> Json {
        items[self.below(items.len())].clone()
    }
    fn law(&mut self) -> Json {
        let mean = self.of(&[json!("0s"), json!("20us"), json!("1ms"), json!("7ms"), json!("60ms")]);
        match self.below(5) {
            0 => json!({ "law": "constant", "mean": mean }),
            1 => json!({ "law": "exponential", "mean": mean }),
            2 => json!({ "law": "lognormal", "mean": mean, "cv": 3 }),
            3 => json!({ "law": "bounded-pareto", "mean": mean, "alpha": 1.1 }),
            _ => json!({ "law": "uniform", "low": "0s", "high": mean }),
        }
    }
}

fn clients(dice: &mut Dice) -> Json {
    let load = match dice.below(5) {
        0 => json!({ "shape": "steady", "rate": "300/s" }),
        1 => {
            json!({ "shape": "spike", "base": "50/s", "peak": "2000/s", "at": "300ms", "rise": "100ms", "hold": "300ms" })
        }
        2 => json!({ "shape": "ramp", "from": "0/s", "to": "900/s", "start": "0s", "over": "1s" }),
        3 => json!({ "shape": "diurnal", "mean": "400/s", "swing": 1, "day": "1s", "peak_at": "500ms" }),
        _ => json!({ "shape": "closed", "users": 80, "think": { "law": "exponential", "mean": "50ms" } }),
    };
    json!({ "kind": "clients", "load": load, "spacing": dice.of(&[json!("poisson"), json!("even")]) })
}

fn inner(dice: &mut Dice) -> Json {
    let small = [json!(1), json!(2), json!(5), json!(null)];
    match dice.below(5) {
        0 | 1 => json!({
            "kind": "service", "work": dice.law(), "instances": dice.below(4), "cores": dice.of(&small),
            "workers": dice.of(&small), "backlog": dice.of(&[json!(0), json!(3), json!(null)]),
            "discipline": dice.of(&[json!("fifo"), json!("shared")]), "start_up": dice.of(&[json!("0s"), json!("200ms")])
        }),
        2 => json!({
            "kind": "cache", "entries": dice.of(&[json!(0), json!(1), json!(40)]), "hit_time": dice.law(),
            "threads": dice.of(&small), "ttl": dice.of(&[json!(null), json!("0s"), json!("30ms")])
        }),
        3 => {
            json!({ "kind": "cdn", "capacity": dice.of(&[json!("0B"), json!("100kB")]), "hit_time": dice.law() })
        }
        _ => json!({
            "kind": "load-balancer", "proxy_time": dice.law(),
            "policy": dice.of(&[json!("random"), json!("round-robin"), json!("power-of-two"), json!("least-outstanding")])
        }),
    }
}

fn database(dice: &mut Dice) -> Json {
    json!({
        "kind": "database", "connections": 1 + dice.below(5), "connection_wait": dice.of(&[json!("0s"), json!("20ms")]),
        "discipline": dice.of(&[json!("fifo"), json!("shared")]), "read_work": dice.law(), "write_work": dice.law()
    })
}

/// A random model: one or two clients, some components in between, databases at the end; links lead onwards only.
fn random_model(dice: &mut Dice) -> Json {
    let (sources, middle, ends) = (1 + dice.below(2), 1 + dice.below(5), dice.below(3));
    let all = sources + middle + ends;
    let mut components = Vec::new();
    for i in 0..all {
        let mut component = match i {
            i if i < sources => clients(dice),
            i if i < sources + middle => inner(dice),
            _ => database(dice),
        };
        component["id"] = json!(format!("c{i}"));
        components.push(component);
    }
    let mut links = Vec::new();
    for (from, caller) in components.iter().enumerate().take(sources + middle) {
        for to in (from + 1).max(sources)..all {
            if dice.below(3) > 0 {
                continue;
            }
            let mut link = json!({
                "from": format!("c{from}"), "to": format!("c{to}"), "rtt": dice.law(),
                "timeout": dice.of(&[json!("15ms"), json!("2s"), json!("1ns")]),
            });
            // A balancer sends each call over one of its links; the rest is for those who call them all.
            if caller["kind"] != "load-balancer" {
                link["step"] = json!(1 + dice.below(2));
                link["calls"] = dice.of(&[json!(1), json!(0.4), json!(2.4), json!(0)]);
                link["parallel"] = json!(dice.below(2) == 0);
                link["optional"] = json!(dice.below(3) == 0);
                link["classes"] = dice.of(&[json!([]), json!(["r"]), json!(["w", "r"])]);
            }
            links.push(link);
        }
    }
    json!({
        "format": 1, "seed": dice.below(1000), "duration": "1s", "warm_up": "0s", "window": "100ms",
        "components": components, "links": links,
        "classes": [{ "id": "r", "keys": 60, "deadline": "20ms" }, { "id": "w", "keys": 60, "operation": "write", "weight": 0.3 }]
    })
}

/// What happens to the model along the way, by its time in milliseconds.
fn disturbances(dice: &mut Dice, model: &Model) -> Vec<(u64, Edit)> {
    let mut at = 0;
    let mut edits = Vec::new();
    for _ in 0..6 {
        at += 20 + dice.below(150) as u64;
        let id = model.components[dice.below(model.components.len())].id.clone();
        let link = model.links.get(dice.below(model.links.len().max(1))).map(|link| link.id.clone());
        let what = match dice.below(5) {
            0 => json!({ "event": "crash", "component": id, "instances": 2 }),
            1 => json!({ "event": "return", "component": id }),
            2 => json!({ "event": "flush", "component": id }),
            3 => json!({ "event": "cut", "link": link }),
            _ => json!({ "event": "mend", "link": link }),
        };
        let edit = if dice.below(4) == 0 { Edit::RemoveComponent { id } } else { Edit::Happen { what } };
        edits.push((at, edit));
    }
    edits
}

fn run(model: &Model, edits: &[(u64, Edit)], slice: u64) -> Simulation {
    let mut run = Simulation::new(model).expect("the model is legal");
    for (at, edit) in edits {
        while run.advance(SimTime::ZERO + Span::from_millis(*at), slice) == Advance::Paused {}
        // Some make no sense for their target; then nothing happens.
        let _ = run.apply(edit);
        run.conservation().unwrap_or_else(|error| panic!("{error} after {edit} at {at} ms"));
    }
    while run.advance(SimTime::ZERO + Span::from_secs(1), slice) == Advance::Paused {}
    run
}

#[test]
fn random_models_lose_nothing_end_in_the_end_and_do_not_care_for_slices() {
    let mut dice = Dice(42);
    let (mut legal, mut finished) = (0, 0);
    for round in 0..400 {
        let json = random_model(&mut dice);
        let Ok(model) = Model::from_value(&json) else { continue };
        legal += 1;
        let edits = disturbances(&mut dice, &model);
        let about = |what: &str| format!("round {round}: {what}\n{json:#}\n{edits:#?}");
        let mut whole = run(&model, &edits, u64::MAX);
        let sliced = run(&model, &edits, 1 + dice.below(50) as u64);
        assert!(whole.report().to_json() == sliced.report().to_json(), "{}", about("slices matter"));
        finished += whole.report().requests.finished;
        whole.conservation().unwrap_or_else(|error| panic!("{}", about(&error)));
        whole
            .apply(&Edit::Set { field: "load".into(), value: json!(0) })
            .expect("a load of nothing is legal");
        whole.run_for(Span::from_secs(30));
        whole.conservation().unwrap_or_else(|error| panic!("{}", about(&error)));
        let left = whole.report().requests.in_flight;
        assert!(
            left == 0,
            "{}",
            about(&format!("{left} requests never end, {} calls", whole.calls_in_flight()))
        );
    }
    assert!(legal > 300 && finished > 10_000, "{legal} legal models, {finished} requests finished");
}
