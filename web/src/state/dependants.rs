//! Fields that mean nothing without another one: they go back to their defaults when it is taken away.

use serde_json::Value as Json;
use tenfold::edit::Edit;
use tenfold::model::{Link, Model};

/// The edit, and in the same step what it would leave without meaning.
pub(super) fn with_dependants(model: &Model, edit: Edit) -> Edit {
    let mut edits = match &edit {
        Edit::SetComponent { id, field, value: Json::Null } => of_component(model, id, field),
        Edit::SetLink { id, field, value: Json::Null } => of_link(model, id, field),
        _ => Vec::new(),
    };
    if edits.is_empty() {
        return edit;
    }
    // They first: alone they would be refused.
    edits.push(edit);
    Edit::Batch { edits }
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
