//! `tenfold examples`: the built-in models.

use crate::failure::Failure;
use crate::{input, output};
use tenfold::presets;

/// Lists the built-in models, or prints the file of the one called `name`.
pub(crate) fn examples(name: Option<&str>) -> Result<(), Failure> {
    match name {
        None => output::print(&list()),
        Some(name) => match presets::by_slug(name) {
            Some(preset) => output::print(preset.json),
            None => {
                let known = input::slugs();
                Err(Failure::Arguments(format!("there is no built-in example {name:?}; there are {known}")))
            }
        },
    }
}

fn list() -> String {
    let width = presets::ALL.iter().map(|preset| preset.slug.len()).max().unwrap_or(0);
    presets::ALL
        .iter()
        .map(|preset| format!("{:<width$}  {}\n", preset.slug, preset.model().head.title))
        .collect()
}
