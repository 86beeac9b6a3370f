//! Edits: each has an inverse that restores the model exactly, and one that is refused changes nothing.

use serde_json::{Value as Json, json};
use tenfold::edit::Edit;
use tenfold::model::{Happening, Head, Link, Model, Point};
use tenfold::units::{SimTime, Span};
use tenfold::{Simulation, presets};

/// A source of whole numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
    fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// An id of the model, or now and then one that nothing has.
fn some_id(dice: &mut Dice, ids: &[&str]) -> String {
    if ids.is_empty() || dice.below(8) == 0 { "nobody".to_owned() } else { dice.of(ids).to_owned() }
}

/// A value for a field: legal for some, for others not.
fn some_value(dice: &mut Dice) -> Json {
    let texts =
        ["250ms", "10s", "3/s", "4KiB", "fifo", "shared", "random", "gcp", "general-4x16", "", "x", "1e300d"];
    match dice.below(8) {
        0 => Json::Null,
        1 => json!(dice.below(2) == 0),
        2 => json!(dice.below(40)),
        3 => json!(-1.5),
        4 => json!({ "law": "exponential", "mean": "3ms" }),
        5 => json!({ "shape": "closed", "users": dice.below(100) }),
        6 => json!([]),
        _ => json!(texts[dice.below(texts.len())]),
    }
}

/// An edit of `model` that may or may not be legal.
fn some_edit(dice: &mut Dice, model: &Model, depth: usize) -> Edit {
    let components: Vec<&str> = model.components.iter().map(|c| c.id.as_str()).collect();
    let links: Vec<&str> = model.links.iter().map(|l| l.id.as_str()).collect();
    let id = some_id(dice, &components);
    let index = if dice.below(2) == 0 { usize::MAX } else { dice.below(9) };
    match dice.below(15) {
        0 => Edit::Set {
            field: dice.of(&["seed", "load", "title", "provider", "no_field"]).into(),
            value: some_value(dice),
        },
        1..=3 => {
            let mut keys: Vec<&str> = vec!["no_field", "kind", "id"];
            if let Some(component) = model.component(&id) {
                keys.extend(component.settings.kind().fields().iter().map(|f| f.key));
            }
            Edit::SetComponent { id, field: dice.of(&keys).into(), value: some_value(dice) }
        }
        4 => Edit::Rename { id, name: dice.of(&["A", "Überschrift", ""]).into() },
        5 => {
            let to = (dice.below(3) > 0).then(|| Point { x: dice.below(900) as f64, y: 0.5 });
            Edit::Move { places: vec![(id, to), (some_id(dice, &components), None)] }
        }
        6 => {
            let kind =
                dice.of(&["service", "cache", "clients", "cdn", "database", "load-balancer", "toaster"]);
            Edit::AddComponent {
                component: json!({ "id": dice.of(&["n1", "n2", "app"]), "kind": kind, "at": [1, 2] }),
                index,
            }
        }
        7 => Edit::RemoveComponent { id },
        8 => {
            let keys: Vec<&str> = Link::FIELDS.iter().map(|f| f.info.key).collect();
            Edit::SetLink { id: some_id(dice, &links), field: dice.of(&keys).into(), value: some_value(dice) }
        }
        9 => {
            let link = json!({ "from": id, "to": some_id(dice, &components), "calls": 0.5 });
            Edit::AddLink { link, index }
        }
        10 => Edit::RemoveLink { id: some_id(dice, &links) },
        11 => some_lists(dice, &id),
        12 => {
            let event = dice.of(&["crash", "return", "flush", "cut", "load", "explode"]);
            Edit::Happen { what: json!({ "event": event, "component": id }) }
        }
        _ if depth > 2 => Edit::Batch { edits: Vec::new() },
        _ => Edit::Batch { edits: (0..dice.below(4)).map(|_| some_edit(dice, model, depth + 1)).collect() },
    }
}

fn some_lists(dice: &mut Dice, component: &str) -> Edit {
    match dice.below(3) {
        0 => Edit::Classes {
            classes: vec![json!({ "id": "c", "weight": dice.below(2) }), json!({ "id": "d" })],
        },
        1 => {
            Edit::Objectives { objectives: vec![json!({ "kind": "latency", "percentile": dice.below(120) })] }
        }
        _ => Edit::Timeline {
            timeline: vec![json!({ "at": "5ms", "event": "crash", "component": component })],
        },
    }
}

#[test]
fn two_thousand_random_edits_undo_to_the_exact_start_and_refused_ones_change_nothing() {
    let mut dice = Dice(7);
    let (mut applied, mut refused) = (0, 0);
    for preset in presets::ALL.iter().cycle().take(40) {
        let start = preset.model();
        let mut model = start.clone();
        let mut undo = Vec::new();
        let mut steps = vec![start.clone()];
        for _ in 0..50 {
            let edit = some_edit(&mut dice, &model, 0);
            match edit.apply(&mut model) {
                Ok(inverse) => {
                    undo.push(inverse);
                    steps.push(model.clone());
                    applied += 1;
                }
                Err(errors) => {
                    assert!(!errors.is_empty(), "{edit} was refused without a reason");
                    assert_eq!(Some(&model), steps.last(), "{edit} was refused and changed the model");
                    refused += 1;
                }
            }
            assert_eq!(Model::from_json(&model.to_json()).as_ref(), Ok(&model), "after {edit}");
        }
        // Back to the start, step by step, and forth again.
        let mut redo = Vec::new();
        while let Some(inverse) = undo.pop() {
            assert_eq!(Some(&model), steps.get(undo.len() + 1));
            redo.push(inverse.apply(&mut model).unwrap_or_else(|errors| panic!("{inverse}: {errors:#?}")));
        }
        assert_eq!(model, start);
        while let Some(again) = redo.pop() {
            again.apply(&mut model).unwrap_or_else(|errors| panic!("{again}: {errors:#?}"));
        }
        assert_eq!(Some(&model), steps.last());
    }
    assert!(applied > 500 && refused > 500, "{applied} applied, {refused} refused");
}

#[test]
fn random_edits_of_a_running_simulation_lose_no_request_and_replay_to_the_same_bytes() {
    let mut dice = Dice(11);
    for preset in presets::ALL {
        let mut model = preset.model();
        model.head.warm_up = Span::ZERO;
        let mut run = Simulation::new(&model).expect("a built-in model is legal");
        let mut applied = 0;
        for step in 1..=120_u64 {
            let edit = some_edit(&mut dice, run.model(), 0);
            let before = run.model().clone();
            match run.apply(&edit) {
                Ok(()) => applied += 1,
                Err(_) => assert_eq!(run.model(), &before, "{edit} was refused and changed the model"),
            }
            // Some slices end by their time, others in the middle of it.
            run.advance(SimTime::from_nanos(step * 25_000_000), 100 + dice.below(20_000) as u64);
            run.conservation().unwrap_or_else(|error| panic!("{}: {error}, after {edit}", preset.slug));
            run.frame();
        }
        assert!(applied > 20, "{applied}");
        let mut again = Simulation::new(&model).expect("a built-in model is legal");
        for (at, edit) in run.log() {
            again.run_until(*at);
            again.apply(edit).unwrap_or_else(|errors| panic!("{edit}: {errors:#?}"));
        }
        again.run_until(run.now());
        let (replayed, lived) = (again.report().to_json(), run.report().to_json());
        let differs = replayed.lines().zip(lived.lines()).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{}: replayed and lived", preset.slug);
    }
}

#[test]
fn a_batch_is_refused_as_a_whole_and_tells_the_path() {
    let mut model = presets::ALL[0].model();
    let before = model.clone();
    let good = Edit::Set { field: "seed".into(), value: json!(9) };
    let bad = Edit::SetComponent { id: "app".into(), field: "instances".into(), value: json!(-1) };
    let errors =
        Edit::Batch { edits: vec![good, bad] }.apply(&mut model).expect_err("-1 instances are too few");
    assert_eq!(errors[0].to_string(), "components[\"app\"].instances: -1 is outside 0 to 10000");
    assert_eq!(model, before);
}

#[test]
fn an_edit_of_every_sort_survives_its_way_through_json() {
    let mut dice = Dice(3);
    let model = presets::ALL[0].model();
    for _ in 0..500 {
        let edit = some_edit(&mut dice, &model, 0);
        let back: Edit = serde_json::from_str(&edit.to_string()).expect("an edit reads back");
        // usize::MAX is no number that JSON keeps everywhere; both mean the end of the list.
        assert_eq!(back.to_string(), edit.to_string());
    }
    assert!(Happening::CASES.len() == 6 && !Head::FIELDS.is_empty());
}
