//! What the things of a model are called, and which names say nothing for certain.

use super::Model;
use super::check::Check;
use super::path::{FieldPath, Problem};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Every id in the file, in order, also of items that are broken in another way, so that one fault is told once.
pub(super) struct Known {
    pub(super) components: Names,
    pub(super) links: Names,
    pub(super) classes: Names,
}

/// The ids of a list.
pub(super) struct Names {
    pub(super) ids: Vec<String>,
    /// Whether something has an id that cannot be read: any name may be meant for it.
    pub(super) is_lost: bool,
}

impl Known {
    pub(super) fn of(record: &Map<String, Json>) -> Self {
        Known {
            components: Names::read(record.get("components"), id_of),
            links: Names::read(record.get("links"), id_of_link),
            classes: Names::read(record.get("classes"), id_of),
        }
    }

    pub(super) fn of_model(model: &Model) -> Self {
        let whole = |ids| Names { ids, is_lost: false };
        Known {
            components: whole(model.components.iter().map(|c| c.id.clone()).collect()),
            links: whole(model.links.iter().map(|l| l.id.clone()).collect()),
            classes: whole(model.classes.iter().map(|c| c.id.clone()).collect()),
        }
    }
}

impl Names {
    fn read(list: Option<&Json>, id: fn(&Json) -> Option<String>) -> Self {
        match list {
            None | Some(Json::Null) => Names { ids: Vec::new(), is_lost: false },
            Some(Json::Array(items)) => {
                let ids: Vec<String> = items.iter().filter_map(id).collect();
                Names { is_lost: ids.len() < items.len(), ids }
            }
            Some(_) => Names { ids: Vec::new(), is_lost: true },
        }
    }

    /// Each id with its place, the last where several are the same; notes those.
    pub(super) fn distinct(&self, what: &str, list: &str, check: &mut Check) -> BTreeMap<&str, usize> {
        let mut places = BTreeMap::new();
        for (place, id) in self.ids.iter().enumerate() {
            if places.insert(id.as_str(), place).is_some() {
                let at = FieldPath::root().field(list).id(id);
                check.problem(&at, Problem::Duplicate { what: what.to_owned(), id: id.clone() });
            }
        }
        places
    }
}

fn name(item: &Json, key: &str) -> Option<String> {
    item.get(key)?.as_str().filter(|text| is_a_name(text)).map(str::to_owned)
}

/// The id of an item, where it can be read.
pub(super) fn id_of(item: &Json) -> Option<String> {
    name(item, "id")
}

/// The id of a link, which has one from its ends when it is left out.
pub(super) fn id_of_link(item: &Json) -> Option<String> {
    match item.get("id") {
        None => Some(format!("{}-{}", name(item, "from")?, name(item, "to")?)),
        Some(_) => name(item, "id"),
    }
}

/// Whether a thing may be called so.
pub(super) fn is_a_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 80
}

/// The place of each name in its list; of none that several have, as nobody knows which of them is meant. Filled one by one: collecting would
/// bring in a sort of its own for each list.
pub(crate) fn by_name<'a>(names: &mut dyn Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let (mut places, mut of_several) = (BTreeMap::new(), Vec::new());
    for (place, name) in names.enumerate() {
        if places.insert(name, place).is_some() {
            of_several.push(name);
        }
    }
    for name in of_several {
        places.remove(name);
    }
    places
}
