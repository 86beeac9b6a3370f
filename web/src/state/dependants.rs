//! What cannot be as it is without something else, and is changed in the same step: fields go back to their defaults when the one they need is
//! taken away, a schedule gets its first entry, an autoscaler lets go of whom it cannot measure any more.

use super::Carries;
use serde_json::Value as Json;
use tenfold::components::Settings;
use tenfold::edit::Edit;
use tenfold::model::{Link, Model, ModelError, Step};

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

/// Puts before `edits`, which delete, what cannot stay as it is without what they delete: an autoscaler that went by its messages goes by
/// its other metrics, or scales no more. Says so.
pub(super) fn loosen(model: &Model, edits: &mut Vec<Edit>) -> Option<String> {
    let errors = Edit::Batch { edits: edits.clone() }.apply(&mut model.clone()).err()?;
    let mut told = String::new();
    for link in errors.iter().filter_map(|error| control(model, error)) {
        let name = |id: &str| model.component(id).map_or_else(|| id.to_owned(), |one| one.name.clone());
        let (scaler, scaled) = (name(&link.from), name(&link.to));
        let (edit, words) = match by_the_rest(model, link) {
            Some(edit) => (edit, format!("{scaler} goes by its other metrics alone now.")),
            None => {
                let gone = Edit::RemoveLink { id: link.id.clone() };
                (gone, format!("{scaler} does not scale {scaled} any more: there are no messages to go by."))
            }
        };
        edits.insert(0, edit);
        told = told + " " + &words;
    }
    (!told.is_empty()).then_some(told)
}

/// The link of control that is at fault.
fn control<'a>(model: &'a Model, error: &ModelError) -> Option<&'a Link> {
    let [Step::Field(list), Step::Id(id)] = error.at.0.as_slice() else { return None };
    let link = model.link(id).filter(|_| list == "links")?;
    (Carries::of(model, link) == Carries::Control).then_some(link)
}

/// The edit by which an autoscaler goes by no messages: where it has other metrics, and scales nothing else.
fn by_the_rest(model: &Model, link: &Link) -> Option<Edit> {
    let mut value = model.component(&link.from)?.settings.get("algorithm")?;
    let metrics = value.as_object_mut().filter(|metrics| metrics.get("by").is_some_and(|by| by == "hpa"))?;
    for of_messages in ["backlog", "age_s"] {
        metrics.insert(of_messages.to_owned(), Json::Null);
    }
    let goes_by = |metric: &str| metrics.get(metric).is_some_and(|target| !target.is_null());
    let has_another = ["cpu", "rate", "concurrency", "latency_s"].into_iter().any(goes_by);
    let alone = model.links.iter().filter(|other| other.from == link.from).count() == 1;
    let edit = || Edit::SetComponent { id: link.from.clone(), field: "algorithm".to_owned(), value };
    (has_another && alone).then(edit)
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
