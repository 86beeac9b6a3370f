//! The inspector: the settings of what is selected, made from the field tables, with its figures on top.

mod component;
mod link;
mod lists;
mod model;

use super::form::{Form, Setter};
use super::icons::icon;
use super::{Dispatch, on};
use crate::state::{Action, State, Target};
use std::rc::Rc;
use tenfold::edit::Edit;
use yew::{Html, html};

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    let selection = &state.view.selection;
    let body = match selection.iter().next() {
        Some(Target::Component(id)) if selection.len() == 1 => component::view(state, dispatch, id),
        Some(Target::Link(id)) if selection.len() == 1 => link::view(state, dispatch, id),
        Some(_) => several(state, dispatch),
        None => model::view(state, dispatch),
    };
    let key = if selection.len() == 1 { selection.iter().next().map(|t| format!("{t:?}")) } else { None };
    let shut = on(dispatch, Action::Inspector(false));
    html! {
        <aside class="inspector" aria-label="Settings" data-testid="inspector">
            <button key="shut" class="icon-button shut" aria-label="Close" onclick={shut}>{ icon("close") }</button>
            // Another thing has another element, so that its settings begin at their top.
            <div key={key.unwrap_or_else(|| format!("{} things", selection.len()))} class="inspector-body" id="inspector" tabindex="-1">{ body }</div>
        </aside>
    }
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
) -> Html {
    html! {
        <button class="action" data-testid={testid} onclick={on(dispatch, action)}>{ icon(name) }<span>{ label }</span></button>
    }
}

/// What can be done with several things at once.
fn several(state: &State, dispatch: &Dispatch) -> Html {
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
    html! {
        <>
            <h2 class="inspector-title" key="title">{ parts.join(", ") }</h2>
            <div class="actions" key="actions">
                { action(dispatch, "duplicate", "Duplicate", "duplicate", Action::Duplicate) }
                { action(dispatch, "trash", "Delete", "delete", Action::Delete) }
            </div>
            <ul class="names" key="names">
                { for components.iter().map(|id| {
                    let name = state.model.component(id).map(|c| c.name.clone()).unwrap_or_default();
                    let target = Target::Component((*id).to_owned());
                    html! { <li key={(*id).to_owned()}><button class="outline-item" onclick={on(dispatch, Action::Select { target: Some(target), add: false })}>{ name }</button></li> }
                }) }
            </ul>
        </>
    }
}
