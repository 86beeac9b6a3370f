//! What cannot be as it is without something else, and is changed in the same step: fields go back to their defaults when the one they need is
//! taken away, a schedule gets its first entry.

use serde_json::Value as Json;
use tenfold::components::Settings;
use tenfold::edit::Edit;
use tenfold::model::{Link, Model};

/// The edit, and in the same step what it would leave without meaning.
pub(crate) fn with_dependants(model: &Model, edit: Edit) -> Edit {
    let mut edits = match &edit {
        Edit::SetComponent { id, field, value: Json::Null } => of_component(model, id, field),
        Edit::SetLink { id, field, value: Json::Null } => of_link(model, id, field),
        Edit::SetComponent { id, field, value } if field == "algorithm" && value["by"] == "schedule" => {
            first_entry(model, id).into_iter().collect()
        }
        _ => Vec::new(),
    };
    if edits.is_empty() {
        return edit;
    }
    // They first: alone they would be refused.
    edits.push(edit);
    Edit::Batch { edits }
}

/// A schedule alone needs an entry: this one says what holds without it, and waits to be changed.
fn first_entry(model: &Model, id: &str) -> Option<Edit> {
    let Settings::Autoscaler(config) = &model.component(id)?.settings else { return None };
    let entry = format!("00:00 {}..{}", config.min, config.max);
    let value = Json::Array(vec![entry.into()]);
    let edit = || Edit::SetComponent { id: id.to_owned(), field: "schedule".to_owned(), value };
    (config.schedule.is_empty() && config.forecast_per_s.is_none()).then(edit)
}

fn of_component(model: &Model, id: &str, gone: &str) -> Vec<Edit> {
    let Some(component) = model.component(id) else { return Vec::new() };
    let defaults = component.settings.kind().defaults();
    let reset = |field: &'static str| {
        let value = defaults.get(field)?;
        let set = Edit::SetComponent { id: id.to_owned(), field: field.to_owned(), value };
        (component.settings.get(field) != defaults.get(field)).then_some(set)
    };
    let fields = component.settings.kind().fields();
    fields.iter().filter(|info| info.needs == gone).filter_map(|info| reset(info.key)).collect()
}

fn of_link(model: &Model, id: &str, gone: &str) -> Vec<Edit> {
    let Some(link) = model.link(id) else { return Vec::new() };
    let plain = Link::between(&link.from, &link.to);
    let dependants = Link::FIELDS.iter().filter(|field| field.info.needs == gone);
    let changed = dependants.filter(|field| (field.get)(link) != (field.get)(&plain));
    let reset = |field: &tenfold::model::Field<Link>| Edit::SetLink {
        id: id.to_owned(),
        field: field.info.key.to_owned(),
        value: (field.get)(&plain),
    };
    changed.map(reset).collect()
}
