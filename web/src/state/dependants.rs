//! What cannot be as it is without something else, and is changed in the same step: fields go back to their defaults when the one they need is
//! taken away, a schedule gets its first entry, an autoscaler lets go of whom it cannot measure any more, a link waits for nothing that cannot come.

use super::Carries;
use serde_json::Value as Json;
use tenfold::components::Settings;
use tenfold::edit::Edit;
use tenfold::model::{Link, Model, ModelError, Step, When};

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
/// its other metrics, or scales no more; a link that waited for a miss or a failure waits for nothing. Says so.
pub(super) fn loosen(model: &Model, edits: &mut Vec<Edit>) -> Option<String> {
    let errors = Edit::Batch { edits: edits.clone() }.apply(&mut model.clone()).err()?;
    let deleted = edits.clone();
    let mut told = String::new();
    for error in &errors {
        let Some((edit, words)) = unscaled(model, error, &deleted).or_else(|| unasked(model, error)) else {
            continue;
        };
        edits.insert(0, edit);
        told = told + " " + &words;
    }
    (!told.is_empty()).then_some(told)
}

/// What is called `id`, by the name on its card.
fn name<'a>(model: &'a Model, id: &'a str) -> &'a str {
    model.component(id).map_or(id, |one| &one.name)
}

/// The edit after which an autoscaler asks for no messages that there are not, and what it does then.
fn unscaled(model: &Model, error: &ModelError, deleted: &[Edit]) -> Option<(Edit, String)> {
    let [Step::Field(list), Step::Id(id)] = error.at.0.as_slice() else { return None };
    let link = model.link(id).filter(|_| list == "links")?;
    if Carries::of(model, link) != Carries::Control {
        return None;
    }
    let (scaler, scaled) = (name(model, &link.from), name(model, &link.to));
    let by_the_rest = [&["age_s"] as &[&str], &["age_s", "backlog"]]
        .into_iter()
        .filter_map(|gone| by_the_rest(model, link, gone))
        .find(|edit| is_enough(model, edit, error, deleted));
    Some(match by_the_rest {
        Some(edit) => (edit, format!("{scaler} goes by its other metrics alone now.")),
        None => (
            Edit::RemoveLink { id: link.id.clone() },
            format!("{scaler} does not scale {scaled} any more: there are no messages to go by."),
        ),
    })
}

/// The edit by which an autoscaler does not go by what is `gone`: where it has other metrics, and scales nothing else.
fn by_the_rest(model: &Model, link: &Link, gone: &[&str]) -> Option<Edit> {
    let mut value = model.component(&link.from)?.settings.get("algorithm")?;
    let metrics = value.as_object_mut().filter(|metrics| metrics.get("by").is_some_and(|by| by == "hpa"))?;
    for of_messages in gone {
        metrics.insert((*of_messages).to_owned(), Json::Null);
    }
    let goes_by = |metric: &str| metrics.get(metric).is_some_and(|target| !target.is_null());
    let has_another = ["cpu", "rate", "concurrency", "latency_s", "backlog"].into_iter().any(goes_by);
    let alone = model.links.iter().filter(|other| other.from == link.from).count() == 1;
    let edit = || Edit::SetComponent { id: link.from.clone(), field: "algorithm".to_owned(), value };
    (has_another && alone).then(edit)
}

/// Whether with `edit` before what is `deleted` nothing is wrong where `error` is.
fn is_enough(model: &Model, edit: &Edit, error: &ModelError, deleted: &[Edit]) -> bool {
    let mut edits = vec![edit.clone()];
    edits.extend_from_slice(deleted);
    let left = Edit::Batch { edits }.apply(&mut model.clone()).err().unwrap_or_default();
    left.iter().all(|other| other.at != error.at)
}

/// The edit after which a link waits for nothing, where that cannot come any more for which it waited.
fn unasked(model: &Model, error: &ModelError) -> Option<(Edit, String)> {
    let [Step::Field(list), Step::Id(id), Step::Field(field)] = error.at.0.as_slice() else { return None };
    let link = model.link(id).filter(|_| list == "links" && field == "when")?;
    let why = match link.when {
        When::Always => return None,
        When::Miss => "there is no cache to miss first",
        When::Failed => "nothing before it may fail",
    };
    let (from, to) = (name(model, &link.from), name(model, &link.to));
    let edit = Edit::SetLink { id: id.clone(), field: field.clone(), value: "always".into() };
    Some((edit, format!("{from} calls {to} every time now: {why}.")))
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
