//! The inspector: the settings of what is selected, made from the field tables, with its figures on top.

mod component;
mod course;
mod link;
mod lists;
mod model;
mod section;
mod theory;

use super::el::{El, el};
use super::form::{Form, Setter};
use super::icons::icon;
use super::{Dispatch, on};
use crate::state::{Action, State, Target};
use std::rc::Rc;
use tenfold::edit::Edit;

pub(super) fn view(state: &State, dispatch: &Dispatch) -> El {
    let selection = &state.view.selection;
    let one = if selection.len() == 1 { selection.first() } else { None };
    let body = match one {
        Some(Target::Component(id)) => component::view(state, dispatch, id),
        Some(Target::Link(id)) => link::view(state, dispatch, id),
        None if selection.is_empty() => model::view(state, dispatch),
        None => several(state, dispatch),
    };
    let key = one.map_or_else(|| format!("{} things", selection.len()), |t| format!("{t:?}"));
    let shut = el("button").key("shut").class("icon-button shut").label("Close");
    el("aside")
        .class("inspector")
        .label("Settings")
        .testid("inspector")
        .child(shut.on("click", on(dispatch, Action::Inspector(false))).child(icon("close")))
        // Another thing has another element, so that its settings begin at their top.
        .child(body.key(key).class("inspector-body").id("inspector").attr("tabindex", "-1"))
}

/// A form whose values go into edits made by `edit` from a path below the thing and a value.
fn form<'a>(
    state: &'a State,
    dispatch: &Dispatch,
    names: &'a Names,
    edit: impl Fn(&tenfold::model::FieldPath, serde_json::Value) -> Option<Edit> + 'static,
) -> Form<'a> {
    let dispatch = dispatch.clone();
    let set: Setter = Rc::new(move |at, value, gesture| {
        if let Some(edit) = edit(at, value) {
            dispatch.emit(Action::Field { edit, at: at.clone(), gesture });
        }
    });
    Form {
        problems: &state.problems,
        names: &names.classes,
        components: &names.components,
        links: &names.links,
        set,
    }
}

/// The names that fields can refer to.
struct Names {
    classes: Vec<String>,
    components: Vec<(String, String)>,
    links: Vec<(String, String)>,
}

impl Names {
    fn of(state: &State) -> Self {
        let name = |id: &str| state.model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
        Names {
            classes: state.model.classes.iter().map(|c| c.id.clone()).collect(),
            components: state.model.components.iter().map(|c| (c.id.clone(), c.name.clone())).collect(),
            links: state
                .model
                .links
                .iter()
                .map(|l| (l.id.clone(), format!("{} → {}", name(&l.from), name(&l.to))))
                .collect(),
        }
    }
}

/// The key of the field a path ends in.
fn last_key(at: &tenfold::model::FieldPath) -> Option<String> {
    at.0.iter().rev().find_map(|step| match step {
        tenfold::model::Step::Field(key) => Some(key.clone()),
        _ => None,
    })
}

/// A button with an icon and a word.
fn action(
    dispatch: &Dispatch,
    name: &'static str,
    label: &'static str,
    testid: &'static str,
    action: Action,
) -> El {
    let button = el("button").class("action").testid(testid).on("click", on(dispatch, action));
    button.child(icon(name)).child(el("span").child(label))
}

/// What every selection can be asked for.
fn usual_actions(dispatch: &Dispatch, actions: El) -> El {
    actions.child(action(dispatch, "duplicate", "Duplicate", "duplicate", Action::Duplicate)).child(action(
        dispatch,
        "trash",
        "Delete",
        "delete",
        Action::Delete,
    ))
}

/// A figure with its name.
fn figure_tile(key: &str, label: &str, text: String, raw: f64) -> El {
    let value = el("span").class("tile-value").testid(format!("tile-{key}"));
    let value = value.attr("data-value", raw.is_finite().then(|| raw.to_string())).child(text);
    el("div")
        .key(key)
        .class("figure-tile")
        .child(el("span").class("tile-label").child(label.to_owned()))
        .child(value)
}

/// What can be done with several things at once.
fn several(state: &State, dispatch: &Dispatch) -> El {
    let components: Vec<&str> = state.view.components().collect();
    let links = state.view.links().count();
    let count =
        |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let mut parts = Vec::new();
    if !components.is_empty() {
        parts.push(count(components.len(), "component", "components"));
    }
    if links > 0 {
        parts.push(count(links, "link", "links"));
    }
    let name = |id: &&str| {
        let name = state.model.component(id).map(|c| c.name.clone()).unwrap_or_default();
        let target = Some(Target::Component((*id).to_owned()));
        let button = el("button").class("outline-item");
        let button = button.on("click", on(dispatch, Action::Select { target, add: false }));
        el("li").key(*id).child(button.child(name))
    };
    el("div")
        .child(el("h2").class("inspector-title").key("title").child(parts.join(", ")))
        .child(usual_actions(dispatch, el("div").class("actions").key("actions")))
        .child(el("ul").class("names").key("names").children(components.iter().map(name)))
}
