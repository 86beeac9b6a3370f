//! What the user describes: plain data, no behaviour.
//!
//! A [`Model`] is components, the links between them, the classes of requests, objectives and a timeline.
//! It is read from and written to one JSON document ([`Model::from_json`], [`Model::to_json`]), checked with every problem
//! found at once, and changed by [`Edit`](crate::edit::Edit)s.

mod check;
mod cycles;
mod ends;
mod field;
mod format;
mod happening;
mod law;
mod layout;
mod names;
mod outcomes;
mod path;
mod records;
mod rules;
mod shape;
mod value;
mod variants;

pub use check::Check;
pub(crate) use cycles::on_a_cycle;
pub use ends::idle_link_settings;
pub use field::{Field, FieldInfo};
pub use format::FORMAT;
pub(crate) use format::add_changed;
pub use happening::Happening;
pub use law::{LAW, LAW_CASES, Law};
pub(crate) use names::by_name;
pub use outcomes::{NoOutcomes, Outcomes};
pub use path::{FieldPath, ModelError, Problem, Step};
pub use records::{Class, Link, Objective, Operation, PoolHold, Scheduled, When};
pub(crate) use rules::check_model;
pub use shape::{Case, CaseField, Choice, Shape};
pub(crate) use value::case_json;
pub use value::{FieldValue, case_value, in_line};

use crate::components::Settings;
use crate::prices::Provider;
use crate::units::Span;

/// A place on the canvas, in canvas units (a component's card is 172 wide and 92 high).
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A component of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Its stable name; keys its randomness, and links refer to it.
    pub id: String,
    /// Its name on the screen.
    pub name: String,
    /// Its kind and settings.
    pub settings: Settings,
    /// Where it stands on the canvas; `None` until the model is laid out.
    pub at: Option<Point>,
}

impl Component {
    /// A component called `id` with these settings.
    pub fn new(id: &str, settings: impl Into<Settings>) -> Self {
        Component { id: id.to_owned(), name: id.to_owned(), settings: settings.into(), at: None }
    }
}

/// Everything about a model but its lists: title, seed, load and so on.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// What it is called.
    pub title: String,
    /// What it is, in a sentence or two.
    pub description: String,
    /// Anything worth remembering.
    pub notes: String,
    /// Keys all chance; at most 2⁵³.
    pub seed: u64,
    /// All open loads are multiplied by this, and the users of closed ones.
    pub load: f64,
    /// How long a run lasts when it is run to its end.
    pub duration: Span,
    /// How much of the start is left out of the report's figures; `None` lets the rule MSER-5 find it while the model runs.
    pub warm_up: Option<Span>,
    /// The grid of simulated time on which charts have their points.
    pub window: Span,
    /// Whose prices are used.
    pub provider: Provider,
}

impl Default for Head {
    fn default() -> Self {
        Head {
            title: "Untitled".to_owned(),
            description: String::new(),
            notes: String::new(),
            seed: 1,
            load: 1.0,
            duration: Span::from_secs(600),
            warm_up: Some(Span::from_secs(60)),
            window: Span::from_millis(500),
            provider: Provider::Aws,
        }
    }
}

/// A whole model: what runs, what it is asked to do, what is expected of it and what happens to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// Title, seed, load and so on.
    pub head: Head,
    /// What there is.
    pub components: Vec<Component>,
    /// Who calls whom.
    pub links: Vec<Link>,
    /// Kinds of request; a model without any has one, with defaults.
    pub classes: Vec<Class>,
    /// What is expected of the whole.
    pub objectives: Vec<Objective>,
    /// What happens when.
    pub timeline: Vec<Scheduled>,
}

impl Model {
    /// An empty model called `title`.
    pub fn new(title: &str) -> Self {
        Model { head: Head { title: title.to_owned(), ..Head::default() }, ..Model::default() }
    }

    /// Adds a component called `id`; gives the model back for the next call.
    #[must_use]
    pub fn with(mut self, id: &str, settings: impl Into<Settings>) -> Self {
        self.components.push(Component::new(id, settings));
        self
    }

    /// Links each component in `ids` to the next one; gives the model back for the next call.
    #[must_use]
    pub fn chain(mut self, ids: &[&str]) -> Self {
        for pair in ids.windows(2) {
            self.links.push(Link::between(pair[0], pair[1]));
        }
        self
    }

    /// The component called `id`.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|c| c.id == id)
    }

    /// The link called `id`.
    pub fn link(&self, id: &str) -> Option<&Link> {
        self.links.iter().find(|l| l.id == id)
    }

    /// A component id that is free, made from `stem`: `cache`, `cache-2` and so on.
    pub fn free_component_id(&self, stem: &str) -> String {
        free_id(stem, |id| self.component(id).is_some())
    }

    /// A link id that is free for a link between these two.
    pub fn free_link_id(&self, from: &str, to: &str) -> String {
        free_id(&format!("{from}-{to}"), |id| self.link(id).is_some())
    }

    /// The classes, or the one a model has that names none.
    pub fn classes_or_default(&self) -> Vec<Class> {
        if self.classes.is_empty() { vec![Class::default()] } else { self.classes.clone() }
    }
}

fn free_id(stem: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    std::iter::once(stem.to_owned()).chain(numbered).find(|id| !taken(id)).unwrap_or_default()
}
