//! The same model and seed give the same bytes, however the run is made.

use tenfold::edit::Edit;
use tenfold::model::{Happening, Model};
use tenfold::presets;
use tenfold::units::{SimTime, Span};
use tenfold::{Advance, Simulation};

/// A short run of every built-in model, so that each fits a debug build too.
fn short(preset: &presets::Preset) -> Model {
    let mut model = preset.model();
    model.head.duration = Span::from_secs(8);
    model.head.warm_up = Some(Span::from_secs(2));
    model
}

fn at_once(model: &Model) -> String {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    run.report().to_json()
}

#[test]
fn a_run_in_slices_has_the_bytes_of_one_at_once() {
    for preset in presets::ALL {
        let model = short(preset);
        let mut run = Simulation::new(&model).expect("the model is legal");
        let end = SimTime::ZERO + model.head.duration;
        // Odd slices of events and of time, with frames taken in between: frames only read.
        for i in 1_u64.. {
            let until = SimTime::from_nanos(i * 7_777_777_777 / 10).min(end);
            while run.advance(until, 1 + i * 37) == Advance::Paused {
                run.frame();
            }
            if until == end {
                break;
            }
        }
        assert_eq!(run.report().to_json(), at_once(&model), "{}", preset.slug);
    }
}

#[test]
fn a_clone_that_runs_on_ends_where_the_original_does() {
    let model = short(&presets::ALL[0]);
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_for(Span::from_millis(3_333));
    let mut copy = run.clone();
    run.run_until(SimTime::ZERO + model.head.duration);
    copy.run_until(SimTime::ZERO + model.head.duration);
    assert_eq!(run.report().to_json(), copy.report().to_json());
}

#[test]
fn the_same_edits_at_the_same_times_give_the_same_bytes() {
    let model = short(&presets::ALL[0]);
    let edits = [
        Edit::Set { field: "load".into(), value: 2.5.into() },
        Edit::SetComponent { id: "app".into(), field: "instances".into(), value: 2.into() },
        Edit::happen(&Happening::Flush { component: "products".into() }),
        Edit::SetComponent { id: "app".into(), field: "discipline".into(), value: "shared".into() },
        Edit::RemoveComponent { id: "products".into() },
    ];
    let play = |slice_ms: u64| {
        let mut run = Simulation::new(&model).expect("the model is legal");
        for (i, edit) in edits.iter().enumerate() {
            let at = SimTime::from_nanos((i as u64 + 1) * 1_234_567_890);
            while run.now() < at {
                run.run_until((run.now() + Span::from_millis(slice_ms)).min(at));
            }
            run.apply(edit).unwrap_or_else(|errors| panic!("{errors:#?}"));
        }
        run.run_until(SimTime::ZERO + model.head.duration);
        run.report().to_json()
    };
    assert_eq!(play(17), play(2_000));
}

#[test]
fn running_to_the_present_instant_changes_nothing_even_after_an_edit() {
    let mut run = Simulation::new(&short(&presets::ALL[0])).expect("the model is legal");
    let mut set = |field: &str, value: serde_json::Value, seconds: u64| {
        run.run_for(Span::from_secs(seconds));
        let edit = Edit::SetComponent { id: "orders".into(), field: field.into(), value };
        run.apply(&edit).unwrap_or_else(|errors| panic!("{errors:#?}"));
    };
    // Queries wait for the one connection. Then nobody has patience any more: they give up in this instant, but not before it.
    set("connections", 1.into(), 1);
    set("connection_wait", "0s".into(), 1);
    let before = (run.events(), run.report().to_json());
    run.run_until(run.now());
    assert_eq!((run.events(), run.report().to_json()), before);
    run.run_for(Span::from_nanos(1));
    assert!(run.events() > before.0, "nobody waited");
}

#[test]
fn another_seed_gives_another_run() {
    let model = short(&presets::ALL[0]);
    let mut other = model.clone();
    other.head.seed += 1;
    assert_ne!(at_once(&model), at_once(&other));
}

#[test]
fn a_component_put_in_between_moves_nobody_elses_traffic() {
    // Common random numbers: with and without the cache, the clients send the same requests at the same times.
    let model = short(&presets::ALL[0]);
    let mut without = model.clone();
    Edit::RemoveComponent { id: "edge".into() }.apply(&mut without).expect("the edge can go");
    let link = serde_json::json!({"from": "shoppers", "to": "front-door"});
    Edit::AddLink { link, index: usize::MAX }.apply(&mut without).expect("the link is legal");
    let offered = |model: &Model| {
        let report: serde_json::Value = serde_json::from_str(&at_once(model)).expect("a report is JSON");
        (report["whole_run"]["offered"].clone(), report["classes"]["order"]["offered"].clone())
    };
    assert_eq!(offered(&model), offered(&without));
}
