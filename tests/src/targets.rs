//! What the fuzzer calls with bytes of its own, and the suite with the bytes that are kept. See `fuzz/`.

use crate::life::Life;
use crate::properties;
use tenfold::Simulation;
use tenfold::model::Model;
use tenfold::units::Span;
use tenfold_engine::protocol::{FromEngine, Order, ToEngine};
use tenfold_engine::runner::Runner;

/// A target: a name, which is that of its folder in `fuzz/corpus` too, and the function that takes the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const ALL: [Target; 3] = [("model", model), ("link", link), ("edits", edits)];

/// The text of a model's file: it is read or refused in words; what was read is written and read again as the same.
pub fn model(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Model::from_json(&text) {
        Ok(model) => {
            let written = model.to_json();
            assert_eq!(Model::from_json(&written).as_ref(), Ok(&model), "it comes back from its file");
            try_out(&model);
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a reason");
            for error in errors {
                let words = error.to_string();
                assert!(!words.is_empty() && words.len() < 2_000, "{words}");
            }
        }
    }
}

/// Runs a model for a moment, in slices of few events: a rate of ten million a second must not take long to look at.
fn try_out(model: &Model) {
    let mut run = Simulation::new(model).expect("what is legal can run");
    for _ in 0..4 {
        run.advance(run.now() + Span::from_millis(20), 500);
        run.conservation().expect("every request is accounted for");
    }
    run.frame();
    assert!(run.report().to_json().len() > 100);
}

/// What was unpacked from a share link: the page reads it, lays it out, writes it down and hands it to the engine.
///
/// The unpacking itself is done by the browser.
pub fn link(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut runner = Runner::default();
    let mut start = |model: &str| {
        let what = ToEngine::Start { model: model.to_owned(), speed: 1.0, paused: true };
        runner.take_order(Order { run: 1, what });
        let parcels = runner.take_parcels();
        !parcels.iter().any(|parcel| matches!(parcel.news.what, FromEngine::ModelRefused(_)))
    };
    let Ok(mut model) = Model::from_json(text) else {
        return assert!(!start(text), "the page refuses it and the engine does not");
    };
    model.lay_out_if_needed();
    let places = model.components.iter().map(|c| c.at.expect("every component has its place"));
    assert!(places.into_iter().all(|at| at.x.is_finite() && at.y.is_finite()));
    let written = model.to_json();
    assert_eq!(Model::from_json(&written).as_ref(), Ok(&model), "it comes back from the shelf");
    assert!(start(&written), "the page opens it and the engine refuses it");
}

/// A model and what is done to it while it runs, see [`Life`].
pub fn edits(bytes: &[u8]) {
    let life = Life::of(bytes);
    properties::all_is_accounted_for(&life);
    properties::runs_repeat(&life);
    properties::edits_undo(&life);
}
