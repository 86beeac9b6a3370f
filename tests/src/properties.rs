//! What must hold of every model, whatever is done to it while it runs. Each function panics when it does not.

use crate::life::Life;
use serde_json::json;
use tenfold::components::Settings;
use tenfold::components::clients::Load;
use tenfold::components::service::WhenFull;
use tenfold::edit::Edit;
use tenfold::measure::{ComponentRow, Frame};
use tenfold::model::Model;
use tenfold::units::{Bytes, SimTime, Span};
use tenfold::{Advance, Simulation};

/// Runs the life step by step; `watch` sees the run before and after each edit.
fn live(life: &Life, mut watch: impl FnMut(&mut Simulation)) -> Simulation {
    let mut run = Simulation::new(&life.model).expect("a random model is legal");
    for step in &life.steps {
        run.advance(run.now() + step.span, step.events);
        watch(&mut run);
        let (before, logged) = (run.model().clone(), run.log().len());
        if let Err(errors) = run.apply(&step.edit) {
            assert!(!errors.is_empty(), "{} was refused without a reason", step.edit);
            assert_eq!(run.model(), &before, "{} was refused and changed the model", step.edit);
            assert_eq!(run.log().len(), logged, "{} was refused and is in the log", step.edit);
        }
        watch(&mut run);
    }
    run
}

/// Every request and every call is accounted for, time never goes back, and no figure is nonsense.
pub fn all_is_accounted_for(life: &Life) {
    let mut last = SimTime::ZERO;
    let mut shown = 0.0;
    let run = live(life, |run| {
        run.conservation().unwrap_or_else(|error| panic!("{error} at {}", run.now()));
        assert!(run.now() >= last, "it is {} after {last}", run.now());
        last = run.now();
        let frame = run.frame();
        assert!(frame.at_s >= shown, "a frame of {} after one of {shown}", frame.at_s);
        shown = frame.at_s;
        plausible(&frame);
        let seen = run.report();
        let sums = seen.requests;
        assert_eq!(sums.carried_in + sums.offered, sums.finished + sums.failed + sums.in_flight);
        assert_eq!(sums.good + sums.late, sums.finished);
    });
    let report = run.report().to_json();
    assert!(!report.contains("NaN") && !report.contains("inf,"), "{report}");
}

/// No amount in a frame is negative or endless; what is not there is not-a-number.
fn plausible(frame: &Frame) {
    for (i, x) in frame.numbers().into_iter().enumerate() {
        assert!(x.is_nan() || (x >= 0.0 && x.is_finite()), "number {i} of the frame is {x}: {frame:?}");
    }
    for row in &frame.components {
        assert!(row.utilisation.is_nan() || row.utilisation <= 1.0, "{row:?}");
        assert!(row.p50_s.is_nan() || (row.p50_s <= row.p95_s && row.p95_s <= row.p99_s), "{row:?}");
    }
}

/// What has a bound stays within it: users, backlogs, caches. The model is left alone: what an edit makes smaller may be overfull.
pub fn bounds_hold(life: &Life) {
    let model = Model { timeline: Vec::new(), ..life.model.clone() };
    let mut run = Simulation::new(&model).expect("it was legal with a timeline");
    for _ in 0..10 {
        run.advance(run.now() + model.head.window, 3_000);
        for (component, row) in model.components.iter().zip(run.frame().components) {
            for (what, amount, bound) in bounds(&component.settings, &row) {
                assert!(amount <= bound, "{}: {what}: {amount}, and at most {bound}", component.id);
            }
        }
    }
}

/// What is bounded in a component, how much there is and how much there may be.
fn bounds(settings: &Settings, row: &ComponentRow) -> Vec<(&'static str, f64, f64)> {
    let no_limit = f64::INFINITY;
    match settings {
        Settings::Clients(config) => match config.load {
            Load::Closed { users, .. } => vec![("requests of users", row.in_flight, f64::from(users))],
            _ => Vec::new(),
        },
        Settings::Service(config) => {
            // Where a full backlog holds its callers, any number of them wait.
            if config.when_full == WhenFull::Block {
                return Vec::new();
            }
            // Behind a full backlog there may be a queue for the cores, of those that have a worker.
            let each = config
                .backlog
                .map_or(no_limit, |backlog| f64::from(backlog) + f64::from(config.workers.unwrap_or(0)));
            // Some instances are none without a limit, and none of something endless is no number.
            let all = if config.instances == 0 { 0.0 } else { each * f64::from(config.instances) };
            vec![("requests waiting", row.queue, all)]
        }
        Settings::Cache(config) => {
            let (entries, bytes) =
                (config.entries.map_or(no_limit, |n| n as f64), config.bytes.map_or(no_limit, size));
            let nodes = (row.ready + row.draining).max(1.0);
            vec![("entries", row.figure_1, nodes * entries), ("bytes", row.figure_3, nodes * bytes)]
        }
        Settings::Cdn(config) => vec![("bytes", row.figure_2, size(config.capacity))],
        Settings::Database(config) => {
            let servers = (row.ready + row.draining).max(1.0);
            vec![("connections", row.figure_0, servers * f64::from(config.connections))]
        }
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|(_, amount, _)| !amount.is_nan())
    .collect()
}

fn size(bytes: Bytes) -> f64 {
    bytes.get() as f64
}

/// A copy made on the way ends as the original does, and the log replayed in one go gives the same bytes.
pub fn runs_repeat(life: &Life) {
    let mut copies = Vec::new();
    let mut calls = 0;
    let mut lived = live(life, |run| {
        calls += 1;
        if calls % 9 == 4 {
            copies.push(run.clone());
        }
    });
    let now = lived.now();
    let mut again = Simulation::new(&life.model).expect("it was legal before");
    replay(&mut again, &lived);
    again.run_until(now);
    same(&again, &lived, "replayed");
    for mut copy in copies {
        replay(&mut copy, &lived);
        copy.run_until(now);
        same(&copy, &lived, "copied");
    }
    // And on from there, after all those edits.
    let until = now + Span::from_millis(50);
    while lived.advance(until, 997) == Advance::Paused && lived.events() < again.events() + 50_000 {}
    again.run_until(lived.now());
    same(&again, &lived, "run on");
}

/// Applies what `model` has in its log and `run` has not yet, at the same times.
fn replay(run: &mut Simulation, model: &Simulation) {
    for (at, edit) in &model.log()[run.log().len()..] {
        run.run_until(*at);
        run.apply(edit).unwrap_or_else(|errors| panic!("{edit} was fine before: {errors:#?}"));
    }
}

fn same(a: &Simulation, b: &Simulation, how: &str) {
    assert_eq!((a.now(), a.events()), (b.now(), b.events()), "{how}");
    let (a, b) = (a.report().to_json(), b.report().to_json());
    assert_eq!(a.lines().zip(b.lines()).find(|(a, b)| a != b), None, "{how}");
    assert_eq!(a.len(), b.len(), "{how}");
}

/// Every edit has an inverse that brings the model's bytes back; applied again, it brings the change back.
pub fn edits_undo(life: &Life) {
    let mut model = life.model.clone();
    let (mut undo, mut states) = (Vec::new(), vec![model.to_json()]);
    for step in &life.steps {
        let Ok(inverse) = step.edit.apply(&mut model) else { continue };
        undo.push(inverse);
        states.push(model.to_json());
        assert_eq!(Model::from_json(&model.to_json()).as_ref(), Ok(&model), "after {}", step.edit);
        let text = step.edit.to_string();
        let read: Edit = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.to_string(), text);
    }
    let mut redo = Vec::new();
    for inverse in undo.iter().rev() {
        assert_eq!(Some(&model.to_json()), states.get(undo.len() - redo.len()));
        redo.push(inverse.apply(&mut model).unwrap_or_else(|errors| panic!("{inverse}: {errors:#?}")));
    }
    assert_eq!(model, life.model);
    for again in redo.iter().rev() {
        again.apply(&mut model).unwrap_or_else(|errors| panic!("{again}: {errors:#?}"));
    }
    assert_eq!(states.last(), Some(&model.to_json()));
}

/// When no more requests come, all that are there come to an end. Gives whether it could be seen: a call without a timeout over a
/// link that is cut is waited for without end, and some models make more events than one can wait for.
pub fn all_comes_to_an_end(life: &Life) -> bool {
    let endless = |model: &Model| model.links.iter().any(|link| link.timeout.is_none());
    let mut patient = endless(&life.model);
    let mut run = live(life, |run| patient |= endless(run.model()));
    run.apply(&Edit::Set { field: "load".into(), value: json!(0) }).expect("a load of nothing is legal");
    // A load that the timeline sets later is a load of nothing still: it multiplies.
    let until = run.now() + Span::from_secs(200);
    let reached = run.advance(until, 100_000) == Advance::Reached;
    run.conservation().unwrap_or_else(|error| panic!("{error}"));
    let left = run.report().requests.in_flight;
    assert!(patient || !reached || left == 0, "{left} requests never end, {} calls", run.calls_in_flight());
    !patient && reached
}
