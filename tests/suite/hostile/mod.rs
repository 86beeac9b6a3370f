//! Broken and hostile model files: every problem is told with its path, and nothing panics.

mod generated;
mod records;
mod table;
mod values;

use tenfold::Simulation;
use tenfold::model::{Model, ModelError};
use tenfold::units::Span;

/// Reads a file; a legal one runs for a moment, so that whatever it asks for is really tried.
fn read_and_run(text: &str) -> Result<Model, Vec<ModelError>> {
    let model = Model::from_json(text)?;
    let written = Model::from_json(&model.to_json());
    assert_eq!(written.as_ref(), Ok(&model), "a legal model comes back from its file");
    let mut run = Simulation::new(&model).expect("what is legal can run");
    // In slices of few events: a rate of ten million a second must not take long to look at.
    run.advance(run.now() + Span::from_millis(20), 3_000);
    run.conservation().expect("every request is accounted for");
    assert!(run.report().to_json().len() > 100);
    Ok(model)
}

/// The errors as the command and the page print them.
fn texts(errors: &[ModelError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}
