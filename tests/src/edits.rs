//! Random edits, made from the field tables.

use crate::Choices;
use crate::values::{Names, value};
use serde_json::{Map, Value as Json, json};
use tenfold::components::Kind;
use tenfold::edit::Edit;
use tenfold::model::{Class, FieldInfo, Happening, Head, Link, Model, Objective, Point};

/// An edit of `model`, which may well be refused.
pub fn edit(choices: &mut Choices<'_>, model: &Model) -> Edit {
    one(choices, model, &Names::of(model), 0)
}

fn one(choices: &mut Choices<'_>, model: &Model, names: &Names, depth: usize) -> Edit {
    match choices.below(24) {
        0..=5 => set_component(choices, model, names),
        6..=8 => set_link(choices, model, names),
        9..=12 => Edit::Happen { what: value(choices, &Happening::SHAPE, names) },
        13 => set_head(choices, names),
        14 => add_component(choices, model),
        15 => Edit::RemoveComponent { id: component(choices, model) },
        16 | 17 => add_link(choices, model),
        18 => Edit::RemoveLink { id: link(choices, model) },
        19 => lists(choices, names),
        20 => {
            let name = ["A", "Überschrift", ""][choices.below(3)].to_owned();
            Edit::Rename { id: component(choices, model), name }
        }
        21 => {
            let to = Point { x: choices.below(900) as f64, y: 0.5 };
            let places = vec![(component(choices, model), Some(to)), (component(choices, model), None)];
            Edit::Move { places }
        }
        _ if depth > 1 => Edit::Batch { edits: Vec::new() },
        _ => {
            let edits = (0..choices.below(4)).map(|_| one(choices, model, names, depth + 1));
            Edit::Batch { edits: edits.collect() }
        }
    }
}

/// The id of a component, or now and then one that nothing has.
fn component(choices: &mut Choices<'_>, model: &Model) -> String {
    let ids: Vec<&str> = model.components.iter().map(|c| c.id.as_str()).chain(["nobody"]).collect();
    choices.of(&ids).unwrap_or_default().to_owned()
}

fn link(choices: &mut Choices<'_>, model: &Model) -> String {
    let ids: Vec<&str> = model.links.iter().map(|l| l.id.as_str()).chain(["nothing"]).collect();
    choices.of(&ids).unwrap_or_default().to_owned()
}

/// One of `fields` with a value for it; rarely a field that there is not.
fn field(choices: &mut Choices<'_>, fields: &[&FieldInfo], names: &Names) -> (String, Json) {
    match fields.get(choices.below(fields.len() + 1)) {
        Some(info) => (info.key.to_owned(), value(choices, &info.shape, names)),
        None => ("no_field".to_owned(), Json::Null),
    }
}

/// Sets a field of a component.
pub fn set_component(choices: &mut Choices<'_>, model: &Model, names: &Names) -> Edit {
    let id = component(choices, model);
    let fields = model.component(&id).map_or_else(Vec::new, |c| c.settings.kind().fields());
    let (field, value) = field(choices, &fields, names);
    Edit::SetComponent { id, field, value }
}

/// Sets a field of a link.
pub fn set_link(choices: &mut Choices<'_>, model: &Model, names: &Names) -> Edit {
    let fields: Vec<&FieldInfo> = Link::FIELDS.iter().map(|f| &f.info).collect();
    let (field, value) = field(choices, &fields, names);
    Edit::SetLink { id: link(choices, model), field, value }
}

fn set_head(choices: &mut Choices<'_>, names: &Names) -> Edit {
    let fields: Vec<&FieldInfo> = Head::FIELDS.iter().map(|f| &f.info).collect();
    let (field, value) = field(choices, &fields, names);
    Edit::Set { field, value }
}

fn add_component(choices: &mut Choices<'_>, model: &Model) -> Edit {
    let kind = Kind::ALL[choices.below(Kind::ALL.len())].info().word;
    // An id that was there before comes back with its old draws; one that is there is refused.
    let id = if choices.one_in(3) { component(choices, model) } else { model.free_component_id(kind) };
    Edit::AddComponent { component: json!({ "id": id, "kind": kind }), index: choices.below(9) }
}

fn add_link(choices: &mut Choices<'_>, model: &Model) -> Edit {
    let mut link = json!({ "from": component(choices, model), "to": component(choices, model) });
    if choices.one_in(4) {
        // As dead letters go, or a fallback.
        link["when"] = "failed".into();
    }
    Edit::AddLink { link, index: choices.below(9) }
}

fn lists(choices: &mut Choices<'_>, names: &Names) -> Edit {
    match choices.below(3) {
        0 => Edit::Classes { classes: classes(choices, names) },
        1 => Edit::Objectives { objectives: some(choices, |c| value(c, &Objective::SHAPE, names)) },
        _ => Edit::Timeline { timeline: timeline(choices, names) },
    }
}

fn some(choices: &mut Choices<'_>, mut one: impl FnMut(&mut Choices<'_>) -> Json) -> Vec<Json> {
    (0..choices.below(4)).map(|_| one(choices)).collect()
}

/// A few classes with some of their fields set.
pub fn classes(choices: &mut Choices<'_>, names: &Names) -> Vec<Json> {
    let mut number = 0;
    some(choices, |choices| {
        let mut record = Map::new();
        number += 1;
        record.insert("id".into(), format!("k{number}").into());
        for field in Class::FIELDS.iter().map(|f| &f.info) {
            if choices.one_in(3) {
                record.insert(field.key.into(), value(choices, &field.shape, names));
            }
        }
        record.into()
    })
}

/// A few happenings within half a second.
pub fn timeline(choices: &mut Choices<'_>, names: &Names) -> Vec<Json> {
    some(choices, |choices| {
        let at = format!("{}ms", choices.below(250) * 2);
        let mut entry = value(choices, &Happening::SHAPE, names);
        if let Json::Object(entry) = &mut entry {
            entry.insert("at".into(), at.into());
        }
        entry
    })
}
