//! The built-in models: the first comes with the page, the others are fetched when somebody wants to see them.

use super::{Effect, State};
use serde_json::Value as Json;
use tenfold::model::Model;
use tenfold::presets;

/// The built-in models, as far as they are here.
#[derive(Debug, Default)]
pub(crate) enum Examples {
    #[default]
    Unasked,
    Coming,
    /// Each with its name.
    Here(Vec<(&'static str, Model)>),
    /// Why not, in words.
    Missing(String),
}

impl Examples {
    /// What was fetched: one record, the models by their names.
    pub(super) fn read(fetched: Result<String, String>) -> Self {
        let read = |text: String| {
            let json: Json = serde_json::from_str(&text).ok()?;
            let model = |slug: &'static str| Some((slug, Model::from_value(json.get(slug)?).ok()?));
            // Should one be of no use, the others are.
            Some(presets::SLUGS.into_iter().filter_map(model).collect())
        };
        match fetched.map(read) {
            Ok(Some(models)) => Examples::Here(models),
            Ok(None) => Examples::Missing("what came is of another version".to_owned()),
            Err(why) => Examples::Missing(why),
        }
    }

    /// The built-in model called `slug`, if it is here.
    pub(super) fn model(&self, slug: &str) -> Option<Model> {
        match self {
            _ if slug == presets::FIRST.slug => Some(presets::FIRST.model()),
            Examples::Here(models) => models.iter().find(|(name, _)| *name == slug).map(|(_, m)| m.clone()),
            _ => None,
        }
    }
}

/// Fetches them unless they are here or on their way.
pub(super) fn ask(state: &mut State) {
    if matches!(state.examples, Examples::Unasked | Examples::Missing(_)) {
        state.examples = Examples::Coming;
        state.ask(Effect::FetchExamples);
    }
}
