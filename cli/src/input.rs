//! Where a model comes from: a file, stdin or the built-in examples.

use crate::failure::Failure;
use std::fs::File;
use std::io::{ErrorKind, Read};
use tenfold::model::Model;
use tenfold::presets;

/// No more than this is read of anything: a model is far smaller, and a device file has no end.
const BYTES_MAX: u64 = 16 << 20;

/// Reads and checks the model called `name`: `-` is stdin, then comes a file of that name, then a built-in example.
pub(crate) fn model(name: &str) -> Result<Model, Failure> {
    Model::from_json(&text(name)?).map_err(Failure::Model)
}

fn text(name: &str) -> Result<String, Failure> {
    if name == "-" {
        return read(std::io::stdin().lock(), "stdin");
    }
    match File::open(name) {
        Ok(file) => read(file, name),
        Err(error) if error.kind() == ErrorKind::NotFound => match presets::by_slug(name) {
            Some(preset) => Ok(preset.json.to_owned()),
            None => Err(not_found(name)),
        },
        Err(error) => Err(unreadable(name, &error)),
    }
}

fn read(source: impl Read, name: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    source.take(BYTES_MAX).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::Arguments(format!("{name} is no model: a model is a text in UTF-8, and byte {at} is not"))
    })
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    Failure::Arguments(format!("{name} cannot be read: {error}"))
}

fn not_found(name: &str) -> Failure {
    Failure::Arguments(format!(
        "there is no file {name:?} and no built-in example of that name; examples are {}",
        slugs()
    ))
}

/// The names of the built-in examples.
pub(crate) fn slugs() -> String {
    presets::ALL.iter().map(|preset| preset.slug).collect::<Vec<_>>().join(", ")
}
