//! The model's file: JSON in and out, with its version number.

use super::check::Check;
use super::field::Field;
use super::happening::Happening;
use super::names::{id_of, id_of_link};
use super::path::{FieldPath, ModelError, Problem};
use super::records::{Class, Link, Objective, Scheduled};
use super::shape::shortened;
use super::value::FieldValue;
use super::{Component, Head, Model, Point};
use crate::components::Kind;
use crate::units::Span;
use serde_json::{Map, Value as Json};

/// The version of the file that this program writes.
pub const FORMAT: u32 = 1;

/// A file this long is no model; it is refused before it is parsed.
const BYTES_MAX: usize = 8 << 20;

const LISTS: &[&str] = &["format", "components", "links", "classes", "objectives", "timeline"];

impl Model {
    /// Reads a model from its JSON text.
    ///
    /// # Errors
    /// Every problem at once, each with its path: malformed JSON by line and column, fields that do not exist, values of a wrong
    /// type, unit or range, names that nothing has, a cycle of calls without end.
    ///
    /// ```
    /// let errors = tenfold::model::Model::from_json(r#"{"format": 1, "seed": -3, "colour": "red"}"#).unwrap_err();
    /// assert_eq!(errors.len(), 2);
    /// assert!(errors.iter().any(|e| e.to_string().contains("no field `colour`")));
    /// ```
    pub fn from_json(text: &str) -> Result<Model, Vec<ModelError>> {
        let mut check = Check::default();
        let root = FieldPath::root();
        if text.len() > BYTES_MAX {
            check.rule(
                &root,
                format!("{} bytes are too many for a model; at most {BYTES_MAX} are read", text.len()),
            );
            return check.finish(Model::default());
        }
        // Some editors put a byte order mark first.
        match serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) {
            Ok(json) => Model::from_value(&json),
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                let mut message = error.to_string();
                message.truncate(message.rfind(" at line ").unwrap_or(message.len()));
                check.problem(&root, Problem::NotJson { message, line, column });
                check.finish(Model::default())
            }
        }
    }

    /// Reads a model from parsed JSON.
    ///
    /// # Errors
    /// Every problem at once, as [`Model::from_json`] gives them.
    pub fn from_value(json: &Json) -> Result<Model, Vec<ModelError>> {
        let mut check = Check::default();
        let root = FieldPath::root();
        let mut model = Model::default();
        let Some(record) =
            check.object(json, &root, "a model: a JSON object with \"format\" and \"components\"")
        else {
            return check.finish(model);
        };
        if !format_is_known(record, &mut check) {
            return check.finish(model);
        }
        check.fields(record, LISTS, &root, Head::FIELDS, &mut model.head);
        let items = check.list(record, "components", &root);
        model.components = read_list(items, "components", &mut check, read_component);
        let items = check.list(record, "links", &root);
        model.links = read_list(items, "links", &mut check, read_link);
        let items = check.list(record, "classes", &root);
        model.classes = read_list(items, "classes", &mut check, read_class);
        let items = check.list(record, "objectives", &root);
        model.objectives = read_list(items, "objectives", &mut check, read_objective);
        let items = check.list(record, "timeline", &root);
        let placed = read_list(items, "timeline", &mut check, |json, index, check| {
            Some((index, read_scheduled(json, index, check)?))
        });
        // Broken entries are left out, so the others remember where they stood.
        let (places, timeline): (Vec<usize>, Vec<Scheduled>) = placed.into_iter().unzip();
        model.timeline = timeline;
        super::rules::check(&model, record, &places, &mut check);
        check.finish(model)
    }

    /// The model as parsed JSON; settings at their default are left out.
    pub fn to_value(&self) -> Json {
        let mut json = Map::new();
        json.insert("format".into(), FORMAT.into());
        add_changed(&mut json, Head::FIELDS, &self.head, &Head::default());
        json.insert("title".into(), self.head.title.as_str().into());
        json.insert("seed".into(), self.head.seed.into());
        json.insert("components".into(), self.components.iter().map(Component::to_value).collect());
        json.insert("links".into(), self.links.iter().map(Link::to_value).collect());
        let mut list = |key: &str, items: Vec<Json>| {
            if !items.is_empty() {
                json.insert(key.into(), items.into());
            }
        };
        list("classes", self.classes.iter().map(Class::to_value).collect());
        list("objectives", self.objectives.iter().map(FieldValue::to_json).collect());
        list("timeline", self.timeline.iter().map(Scheduled::to_value).collect());
        json.into()
    }

    /// The model as JSON text, indented, with a newline at the end.
    pub fn to_json(&self) -> String {
        // A `Value` always has a text: its keys are strings and its numbers finite.
        let mut text = serde_json::to_string_pretty(&self.to_value()).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn format_is_known(record: &Map<String, Json>, check: &mut Check) -> bool {
    let at = FieldPath::root().field("format");
    let expected = format!("the file's version: {FORMAT}");
    match record.get("format") {
        None => check.problem(&at, Problem::Missing { expected }),
        Some(format) => match format.as_u64() {
            Some(n) if n == u64::from(FORMAT) => return true,
            Some(n) if n > u64::from(FORMAT) => {
                check.problem(&at, Problem::Newer { found: n.to_string(), known: FORMAT });
                return false;
            }
            _ => check.problem(&at, Problem::WrongType { found: shortened(format), expected }),
        },
    }
    // Without a version the rest is read all the same, so that every problem is told at once.
    true
}

type Reader<T> = fn(&Json, usize, &mut Check) -> Option<T>;

fn read_list<T>(items: &[Json], key: &str, check: &mut Check, read: Reader<T>) -> Vec<T> {
    const ITEMS_MAX: usize = 20_000;
    if items.len() > ITEMS_MAX {
        let at = FieldPath::root().field(key);
        check.rule(&at, format!("{} items are too many; at most {ITEMS_MAX} are read", items.len()));
        return Vec::new();
    }
    items.iter().enumerate().filter_map(|(index, json)| read(json, index, check)).collect()
}

/// The path of an item: by its id where it has one, by its place otherwise.
fn item_path(list: &str, id: Option<String>, index: usize) -> FieldPath {
    let at = FieldPath::root().field(list);
    match id {
        Some(id) => at.id(&id),
        None => at.index(index),
    }
}

fn read_component(json: &Json, index: usize, check: &mut Check) -> Option<Component> {
    let at = item_path("components", id_of(json), index);
    check.begin();
    let record = check.object(json, &at, "a component: an object with \"id\" and \"kind\"")?;
    let id = check.name(record, "id", &at, "the component's id");
    let kind = read_kind(record, &at, check)?;
    let mut settings = kind.defaults();
    settings.decode(record, &["id", "kind", "name", "at"], &at, check);
    let name = match record.get("name") {
        None => id.clone().unwrap_or_default(),
        Some(_) => check.name(record, "name", &at, "the component's name")?,
    };
    let place = read_point(record, &at, check);
    Some(Component { id: id?, name, settings, at: place })
}

fn read_kind(record: &Map<String, Json>, at: &FieldPath, check: &mut Check) -> Option<Kind> {
    let word = check.name(record, "kind", at, "the component's kind")?;
    let kind = Kind::from_word(&word);
    if kind.is_none() {
        let legal: Vec<&str> = Kind::ALL.iter().map(|k| k.info().word).collect();
        check.unknown_choice(&at.field("kind"), &word, &legal);
    }
    kind
}

fn read_point(record: &Map<String, Json>, at: &FieldPath, check: &mut Check) -> Option<Point> {
    let json = record.get("at").filter(|json| !json.is_null())?;
    let point = Point::from_json(json).filter(|p| p.x.abs() <= 1e6 && p.y.abs() <= 1e6);
    if point.is_none() {
        let expected = "two numbers from -1000000 to 1000000, such as [120, 80]".to_owned();
        check.problem(&at.field("at"), Problem::WrongType { found: shortened(json), expected });
    }
    point
}

fn read_link(json: &Json, index: usize, check: &mut Check) -> Option<Link> {
    let at = item_path("links", id_of_link(json), index);
    let record = check.object(json, &at, "a link: an object with \"from\" and \"to\"")?;
    let from = check.name(record, "from", &at, "the id of the calling component");
    let to = check.name(record, "to", &at, "the id of the called component");
    let mut link = Link::between(&from.unwrap_or_default(), &to.unwrap_or_default());
    if record.contains_key("id") {
        link.id = check.name(record, "id", &at, "the link's id")?;
    }
    check.fields(record, &["id", "from", "to"], &at, Link::FIELDS, &mut link);
    Some(link)
}

fn read_class(json: &Json, index: usize, check: &mut Check) -> Option<Class> {
    let at = item_path("classes", id_of(json), index);
    let record = check.object(json, &at, "a class: an object with \"id\"")?;
    let id = check.name(record, "id", &at, "the class's id");
    let mut class = Class { id: id.unwrap_or_default(), ..Class::default() };
    check.fields(record, &["id"], &at, Class::FIELDS, &mut class);
    Some(class)
}

fn read_objective(json: &Json, index: usize, check: &mut Check) -> Option<Objective> {
    let at = FieldPath::root().field("objectives").index(index);
    Objective::SHAPE.check(json, &at, check);
    Objective::from_json(json)
}

fn read_scheduled(json: &Json, index: usize, check: &mut Check) -> Option<Scheduled> {
    let path = FieldPath::root().field("timeline").index(index);
    let record =
        check.object(json, &path, "an entry of the timeline: an object with \"at\" and \"event\"")?;
    let shape = super::shape::Shape::span(Span::ZERO, Span::from_secs(90 * 86_400));
    let at = record.get("at");
    match at {
        Some(at) => shape.check(at, &path.field("at"), check),
        None => check.problem(&path.field("at"), Problem::Missing { expected: shape.expected() }),
    }
    let mut rest = record.clone();
    rest.remove("at");
    let rest = Json::Object(rest);
    Happening::SHAPE.check(&rest, &path, check);
    Some(Scheduled { at: Span::from_json(at?)?, what: Happening::from_json(&rest)? })
}

/// Adds the fields of `record` that differ from `defaults`.
pub(crate) fn add_changed<C>(json: &mut Map<String, Json>, table: &[Field<C>], record: &C, defaults: &C) {
    for field in table {
        let value = (field.get)(record);
        if value != (field.get)(defaults) {
            json.insert(field.info.key.to_owned(), value);
        }
    }
}

impl Component {
    /// The component as parsed JSON; settings at their default are left out.
    pub fn to_value(&self) -> Json {
        let mut json = Map::new();
        json.insert("id".into(), self.id.as_str().into());
        json.insert("kind".into(), self.settings.kind().info().word.into());
        if self.name != self.id {
            json.insert("name".into(), self.name.as_str().into());
        }
        if let Some(at) = self.at {
            json.insert("at".into(), at.to_json());
        }
        self.settings.add_changed(&mut json);
        json.into()
    }
    /// Reads a component from parsed JSON.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn from_value(json: &Json) -> Result<Component, Vec<ModelError>> {
        read_one(json, read_component)
    }
}

impl Link {
    /// The link as parsed JSON; settings at their default are left out.
    pub fn to_value(&self) -> Json {
        let mut json = Map::new();
        let default = Link::between(&self.from, &self.to);
        if self.id != default.id {
            json.insert("id".into(), self.id.as_str().into());
        }
        json.insert("from".into(), self.from.as_str().into());
        json.insert("to".into(), self.to.as_str().into());
        add_changed(&mut json, Link::FIELDS, self, &default);
        json.into()
    }
    /// Reads a link from parsed JSON.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn from_value(json: &Json) -> Result<Link, Vec<ModelError>> {
        read_one(json, read_link)
    }
}

impl Class {
    /// The class as parsed JSON; settings at their default are left out.
    pub fn to_value(&self) -> Json {
        let mut json = Map::new();
        json.insert("id".into(), self.id.as_str().into());
        add_changed(&mut json, Class::FIELDS, self, &Class::default());
        json.into()
    }
    /// Reads a class from parsed JSON.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn from_value(json: &Json) -> Result<Class, Vec<ModelError>> {
        read_one(json, read_class)
    }
}

impl Scheduled {
    /// The entry as parsed JSON.
    pub fn to_value(&self) -> Json {
        let mut json = self.what.to_json();
        if let Json::Object(entry) = &mut json {
            entry.insert("at".into(), self.at.to_json());
        }
        json
    }
    /// Reads an entry of a timeline from parsed JSON.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn from_value(json: &Json) -> Result<Scheduled, Vec<ModelError>> {
        read_one(json, read_scheduled)
    }
}

fn read_one<T>(json: &Json, read: Reader<T>) -> Result<T, Vec<ModelError>> {
    let mut check = Check::default();
    let item = read(json, 0, &mut check);
    match item {
        Some(item) => check.finish(item),
        None => Err(check.finish(()).err().unwrap_or_default()),
    }
}
