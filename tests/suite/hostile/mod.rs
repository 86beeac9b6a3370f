//! Broken and hostile model files: every problem is told with its path, and nothing panics.

mod generated;
mod messages;
mod records;
mod rules;
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

#[test]
fn a_model_built_in_code_is_held_to_the_same_rules_as_a_file() {
    use tenfold::components::{cache, clients, service};
    use tenfold::model::{Class, Law};
    let mut model = Model::new("built")
        .with("u", clients::Config::default())
        .with(
            "s",
            service::Config { instances: u32::MAX, workers: Some(0), cores: Some(0), ..Default::default() },
        )
        .with("c", cache::Config { entries: None, bytes: None, ..Default::default() })
        .with("d", service::Config { work: Law::lognormal(Span::MAX, f64::NAN), ..Default::default() })
        .chain(&["u", "s", "c"]);
    model.head.load = f64::INFINITY;
    model.classes.push(Class { keys: 0, weight: -1.0, ..Class::default() });
    let found = texts(&Simulation::new(&model).expect_err("hardly anything here is legal"));
    for path in [
        "load: found null",
        "components[\"s\"].instances: 4294967295 is outside 0 to 10000",
        "components[\"s\"].workers: 0 is outside",
        "components[\"s\"].cores: 0 is outside",
        "components[\"c\"].entries: a cache needs a limit",
        "components[\"d\"].work.mean: ",
        "components[\"d\"].work.cv: found null",
        "classes[\"request\"].keys: 0 is outside",
        "classes[\"request\"].weight: -1 is outside",
    ] {
        assert!(found.iter().any(|line| line.starts_with(path)), "{path} is not among {found:#?}");
    }
}
