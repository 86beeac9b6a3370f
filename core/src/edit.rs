//! Changes of a model, each with its inverse.
//!
//! The page's undo, the running simulation and a recorded run all use the one [`Edit`]: applied to a model it
//! gives back the edit that takes it back, and a refused edit changes nothing.

use crate::components::{Kind, Settings};
use crate::model::{
    Check, Class, Component, Field, FieldPath, FieldValue, Happening, Head, Link, Model, ModelError,
    Objective, Point, Problem, Scheduled,
};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value as Json, json};

/// A change of a model.
///
/// Values are JSON as the file writes it. Lists keep their order: an edit that adds says at which place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// Sets a field of the model itself, such as `seed` or `load`.
    Set {
        /// Which field.
        field: String,
        /// To what.
        value: Json,
    },
    /// Sets a field of a component.
    SetComponent {
        /// Which component.
        id: String,
        /// Which field.
        field: String,
        /// To what.
        value: Json,
    },
    /// Gives a component another name on the screen.
    Rename {
        /// Which component.
        id: String,
        /// The name.
        name: String,
    },
    /// Moves components on the canvas.
    Move {
        /// Which, and where to.
        places: Vec<(String, Option<Point>)>,
    },
    /// Adds a component.
    AddComponent {
        /// As the file writes it.
        component: Json,
        /// At which place of the list; at the end when greater.
        index: usize,
    },
    /// Removes a component with its links; what refers to it elsewhere must go first.
    RemoveComponent {
        /// Which.
        id: String,
    },
    /// Sets a field of a link.
    SetLink {
        /// Which link.
        id: String,
        /// Which field.
        field: String,
        /// To what.
        value: Json,
    },
    /// Adds a link.
    AddLink {
        /// As the file writes it.
        link: Json,
        /// At which place of the list; at the end when greater.
        index: usize,
    },
    /// Removes a link.
    RemoveLink {
        /// Which.
        id: String,
    },
    /// Replaces the classes.
    Classes {
        /// As the file writes them.
        classes: Vec<Json>,
    },
    /// Replaces the objectives.
    Objectives {
        /// As the file writes them.
        objectives: Vec<Json>,
    },
    /// Replaces the timeline.
    Timeline {
        /// As the file writes it.
        timeline: Vec<Json>,
    },
    /// Something happens to the running system; the model stays as it is.
    Happen {
        /// As the timeline writes it, without `at`.
        what: Json,
    },
    /// Several edits as one: all or none.
    Batch {
        /// In this order.
        edits: Vec<Edit>,
    },
}

/// Read by hand: an edit crosses to the worker with every drag, and the derived reader would be a fiftieth of the page.
impl<'de> Deserialize<'de> for Edit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Edit::from_value(&json).ok_or_else(|| {
            D::Error::custom("expected an edit, such as {\"set\": {\"field\": \"seed\", \"value\": 7}}")
        })
    }
}

impl Edit {
    fn from_value(json: &Json) -> Option<Edit> {
        let (name, body) = json.as_object().filter(|edit| edit.len() == 1)?.iter().next()?;
        let text = |key: &str| body.get(key)?.as_str().map(str::to_owned);
        let value = |key: &str| body.get(key).cloned();
        let items = |key: &str| body.get(key)?.as_array();
        let list = |key: &str| items(key).cloned();
        let index = || usize::try_from(body.get("index")?.as_u64()?).ok();
        Some(match name.as_str() {
            "set" => Edit::Set { field: text("field")?, value: value("value")? },
            "set-component" => {
                Edit::SetComponent { id: text("id")?, field: text("field")?, value: value("value")? }
            }
            "rename" => Edit::Rename { id: text("id")?, name: text("name")? },
            "move" => Edit::Move { places: every(items("places")?, place)? },
            "add-component" => {
                Edit::AddComponent { component: value("component")?, index: index().unwrap_or(usize::MAX) }
            }
            "remove-component" => Edit::RemoveComponent { id: text("id")? },
            "set-link" => Edit::SetLink { id: text("id")?, field: text("field")?, value: value("value")? },
            "add-link" => Edit::AddLink { link: value("link")?, index: index().unwrap_or(usize::MAX) },
            "remove-link" => Edit::RemoveLink { id: text("id")? },
            "classes" => Edit::Classes { classes: list("classes")? },
            "objectives" => Edit::Objectives { objectives: list("objectives")? },
            "timeline" => Edit::Timeline { timeline: list("timeline")? },
            "happen" => Edit::Happen { what: value("what")? },
            "batch" => Edit::Batch { edits: every(items("edits")?, Edit::from_value)? },
            _ => return None,
        })
    }

    /// Adds `component` at the end.
    pub fn add_component(component: &Component) -> Edit {
        Edit::AddComponent { component: component.to_value(), index: usize::MAX }
    }
    /// Adds `link` at the end.
    pub fn add_link(link: &Link) -> Edit {
        Edit::AddLink { link: link.to_value(), index: usize::MAX }
    }
    /// Lets `what` happen to the running system.
    pub fn happen(what: &Happening) -> Edit {
        Edit::Happen { what: what.to_json() }
    }

    /// Applies the edit and gives back its inverse.
    ///
    /// # Errors
    /// Every problem of the model as it would be; `model` is then as it was.
    ///
    /// ```
    /// use tenfold::edit::Edit;
    /// use tenfold::model::Model;
    /// let mut model = Model::new("shop");
    /// let undo = Edit::Set { field: "seed".into(), value: 7.into() }.apply(&mut model).unwrap();
    /// assert_eq!(model.head.seed, 7);
    /// undo.apply(&mut model).unwrap();
    /// assert_eq!(model, Model::new("shop"));
    /// ```
    pub fn apply(&self, model: &mut Model) -> Result<Edit, Vec<ModelError>> {
        // A copy is the simplest atomic batch, and models are small beside what an edit sets in motion.
        let mut changed = model.clone();
        let mut check = Check::default();
        let inverse = self.change(&mut changed, &mut check);
        if check.count() == 0 {
            crate::model::check_model(&changed, &mut check);
        }
        match (check.finish(()), inverse) {
            (Ok(()), Some(inverse)) => {
                *model = changed;
                Ok(inverse)
            }
            (Err(errors), _) => Err(errors),
            (Ok(()), None) => Err(Vec::new()),
        }
    }

    /// Changes `model` and gives the inverse; `None` when something is wrong, which is then in `check`.
    fn change(&self, model: &mut Model, check: &mut Check) -> Option<Edit> {
        match self {
            Edit::Set { field, value } => {
                let before = set(Head::FIELDS, &mut model.head, field, value, &FieldPath::root(), check)?;
                Some(Edit::Set { field: field.clone(), value: before })
            }
            Edit::SetComponent { id, field, value } => {
                let before = set_component(model, id, field, value, check)?;
                Some(Edit::SetComponent { id: id.clone(), field: field.clone(), value: before })
            }
            Edit::SetLink { id, field, value } => {
                let at = FieldPath::root().field("links").id(id);
                let index = find_link(model, id, check)?;
                let before = set(Link::FIELDS, &mut model.links[index], field, value, &at, check)?;
                Some(Edit::SetLink { id: id.clone(), field: field.clone(), value: before })
            }
            Edit::Rename { id, name } => rename(model, id, name, check),
            Edit::Move { places } => {
                let mut before = Vec::new();
                for (id, at) in places {
                    before.push(move_to(model, id, *at, check)?);
                }
                // A component that was moved twice goes back to where it was first.
                before.reverse();
                Some(Edit::Move { places: before })
            }
            Edit::Happen { what } => {
                check_happening(what, model, check)?;
                Some(Edit::Batch { edits: Vec::new() })
            }
            Edit::Batch { edits } => {
                let mut inverses = Vec::new();
                for edit in edits {
                    inverses.push(edit.change(model, check)?);
                }
                inverses.reverse();
                Some(Edit::Batch { edits: inverses })
            }
            _ => self.change_lists(model, check),
        }
    }

    /// The edits that add to a list, take from it or replace it.
    fn change_lists(&self, model: &mut Model, check: &mut Check) -> Option<Edit> {
        match self {
            Edit::AddComponent { component, index } => {
                let component = read(Component::from_value(component), check)?;
                let id = component.id.clone();
                is_new("component", "components", &id, model.component(&id).is_none(), check)?;
                insert(&mut model.components, *index, component);
                Some(Edit::RemoveComponent { id })
            }
            Edit::RemoveComponent { id } => remove_component(model, id, check),
            Edit::AddLink { link, index } => {
                let link = read(Link::from_value(link), check)?;
                let id = link.id.clone();
                is_new("link", "links", &id, model.link(&id).is_none(), check)?;
                insert(&mut model.links, *index, link);
                Some(Edit::RemoveLink { id })
            }
            Edit::RemoveLink { id } => {
                let index = find_link(model, id, check)?;
                let link = model.links.remove(index).to_value();
                Some(Edit::AddLink { link, index })
            }
            Edit::Classes { classes } => {
                let new = read_all(classes, Class::from_value, check)?;
                let before = std::mem::replace(&mut model.classes, new);
                Some(Edit::Classes { classes: before.iter().map(Class::to_value).collect() })
            }
            Edit::Objectives { objectives } => {
                let new = read_all(objectives, objective, check)?;
                let before = std::mem::replace(&mut model.objectives, new);
                Some(Edit::Objectives { objectives: before.iter().map(FieldValue::to_json).collect() })
            }
            Edit::Timeline { timeline } => {
                let new = read_all(timeline, Scheduled::from_value, check)?;
                let before = std::mem::replace(&mut model.timeline, new);
                Some(Edit::Timeline { timeline: before.iter().map(Scheduled::to_value).collect() })
            }
            _ => None,
        }
    }

    /// The happenings in this edit, in order.
    pub fn happenings(&self) -> Vec<Happening> {
        match self {
            Edit::Happen { what } => Happening::from_json(what).into_iter().collect(),
            Edit::Batch { edits } => edits.iter().flat_map(Edit::happenings).collect(),
            _ => Vec::new(),
        }
    }
}

fn every<T>(items: &[Json], one: fn(&Json) -> Option<T>) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for item in items {
        all.push(one(item)?);
    }
    Some(all)
}

/// Where a component goes: `["web", {"x": 10, "y": 20}]`, or `["web", null]` for nowhere yet.
fn place(json: &Json) -> Option<(String, Option<Point>)> {
    let (id, at) = (json.get(0)?.as_str()?.to_owned(), json.get(1)?);
    let coordinate = |key: &str| at.get(key)?.as_f64();
    let point = || Some(Point { x: coordinate("x")?, y: coordinate("y")? });
    Some((id, if at.is_null() { None } else { Some(point()?) }))
}

fn set<C>(
    table: &'static [Field<C>],
    record: &mut C,
    key: &str,
    value: &Json,
    at: &FieldPath,
    check: &mut Check,
) -> Option<Json> {
    let before = table.iter().find(|f| f.info.key == key).map(|field| (field.get)(record));
    check.fields(&alone(key, value), &[], at, table, record);
    before
}

/// A record with one field.
fn alone(key: &str, value: &Json) -> Map<String, Json> {
    let mut record = Map::new();
    record.insert(key.to_owned(), value.clone());
    record
}

fn set_component(model: &mut Model, id: &str, key: &str, value: &Json, check: &mut Check) -> Option<Json> {
    let index = find_component(model, id, check)?;
    let at = FieldPath::root().field("components").id(id);
    let settings = &mut model.components[index].settings;
    let before = settings.get(key);
    settings.decode(&alone(key, value), &[], &at, check);
    before
}

/// Checks a happening as an entry of the timeline would be; it is no part of the model.
fn check_happening(what: &Json, model: &Model, check: &mut Check) -> Option<()> {
    let mut entry = what.clone();
    if let Json::Object(entry) = &mut entry {
        entry.insert("at".into(), "0s".into());
    }
    let entry = read(Scheduled::from_value(&entry), check)?;
    let with_entry = Model { timeline: vec![entry], ..model.clone() };
    crate::model::check_model(&with_entry, check);
    Some(())
}

fn rename(model: &mut Model, id: &str, name: &str, check: &mut Check) -> Option<Edit> {
    let index = find_component(model, id, check)?;
    if name.is_empty() || name.chars().count() > 80 {
        let at = FieldPath::root().field("components").id(id).field("name");
        check.rule(&at, "a name has 1 to 80 characters");
        return None;
    }
    let before = std::mem::replace(&mut model.components[index].name, name.to_owned());
    Some(Edit::Rename { id: id.to_owned(), name: before })
}

fn move_to(
    model: &mut Model,
    id: &str,
    at: Option<Point>,
    check: &mut Check,
) -> Option<(String, Option<Point>)> {
    let index = find_component(model, id, check)?;
    let before = std::mem::replace(&mut model.components[index].at, at);
    Some((id.to_owned(), before))
}

/// Removing a component takes its links and its entries in the timeline along; the inverse brings all back.
fn remove_component(model: &mut Model, id: &str, check: &mut Check) -> Option<Edit> {
    let mut inverses = Vec::new();
    let mine = |entry: &Scheduled| match &entry.what {
        Happening::Crash { component, .. }
        | Happening::Return { component }
        | Happening::Flush { component }
        | Happening::Partition { component, .. }
        | Happening::Heal { component } => component == id,
        Happening::Cut { link } | Happening::Mend { link } => {
            model.links.iter().any(|l| &l.id == link && (l.from == id || l.to == id))
        }
        Happening::Load { .. } => false,
    };
    let kept: Vec<Json> =
        model.timeline.iter().filter(|entry| !mine(entry)).map(Scheduled::to_value).collect();
    if kept.len() < model.timeline.len() {
        inverses.push(Edit::Timeline { timeline: kept }.change(model, check)?);
    }
    while let Some(link) = model.links.iter().find(|l| l.from == id || l.to == id) {
        let edit = Edit::RemoveLink { id: link.id.clone() };
        inverses.push(edit.change(model, check)?);
    }
    let index = find_component(model, id, check)?;
    let component = model.components.remove(index).to_value();
    inverses.push(Edit::AddComponent { component, index });
    inverses.reverse();
    Some(Edit::Batch { edits: inverses })
}

fn find_component(model: &Model, id: &str, check: &mut Check) -> Option<usize> {
    let index = model.components.iter().position(|c| c.id == id);
    if index.is_none() {
        let mut known = model.components.iter().map(|c| c.id.as_str());
        check.dangling(&FieldPath::root().field("components"), "component", id, &mut known);
    }
    index
}

fn find_link(model: &Model, id: &str, check: &mut Check) -> Option<usize> {
    let index = model.links.iter().position(|l| l.id == id);
    if index.is_none() {
        let mut known = model.links.iter().map(|l| l.id.as_str());
        check.dangling(&FieldPath::root().field("links"), "link", id, &mut known);
    }
    index
}

/// Two of one name are refused at once, not at the end: in between, an edit of a batch could mean either.
fn is_new(what: &str, list: &str, id: &str, new: bool, check: &mut Check) -> Option<()> {
    if !new {
        let problem = Problem::Duplicate { what: what.to_owned(), id: id.to_owned() };
        check.problem(&FieldPath::root().field(list).id(id), problem);
    }
    new.then_some(())
}

fn insert<T>(list: &mut Vec<T>, index: usize, item: T) {
    list.insert(index.min(list.len()), item);
}

fn read<T>(result: Result<T, Vec<ModelError>>, check: &mut Check) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(errors) => {
            for error in errors {
                check.problem(&error.at, error.problem);
            }
            None
        }
    }
}

fn read_all<T>(
    items: &[Json],
    one: fn(&Json) -> Result<T, Vec<ModelError>>,
    check: &mut Check,
) -> Option<Vec<T>> {
    // All are read, so that every problem is told at once.
    let mut all = Vec::new();
    for item in items {
        all.extend(read(one(item), check));
    }
    (all.len() == items.len()).then_some(all)
}

fn objective(json: &Json) -> Result<Objective, Vec<ModelError>> {
    let mut check = Check::default();
    Objective::SHAPE.check(json, &FieldPath::root().field("objectives"), &mut check);
    check.finish(())?;
    Objective::from_json(json).ok_or_else(Vec::new)
}

/// A component of `kind` as a drop on the canvas adds it.
pub fn new_component(model: &Model, kind: Kind, at: Point) -> Component {
    let info = kind.info();
    let id = model.free_component_id(info.word);
    let number = id.strip_prefix(info.word).unwrap_or_default().trim_start_matches('-');
    let name = if number.is_empty() { info.label.to_owned() } else { format!("{} {number}", info.label) };
    let settings: Settings = kind.defaults();
    Component { id, name, settings, at: Some(at) }
}

/// Merges two edits of one gesture into one: `self` came before `later`.
///
/// Gives `None` when they are no steps of the same movement (the same field set twice, the same components moved twice).
pub fn merged_inverse(earlier: &Edit, later: &Edit) -> Option<Edit> {
    let same = match (earlier, later) {
        (Edit::Set { field: a, .. }, Edit::Set { field: b, .. }) => a == b,
        (Edit::SetComponent { id: a, field: f, .. }, Edit::SetComponent { id: b, field: g, .. })
        | (Edit::SetLink { id: a, field: f, .. }, Edit::SetLink { id: b, field: g, .. }) => a == b && f == g,
        (Edit::Rename { id: a, .. }, Edit::Rename { id: b, .. }) => a == b,
        (Edit::Move { places: a }, Edit::Move { places: b }) => {
            a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.0 == y.0)
        }
        _ => false,
    };
    // The inverse of the first takes both back.
    same.then(|| earlier.clone())
}

impl std::fmt::Display for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", json!(self))
    }
}
