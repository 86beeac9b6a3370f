//! Dialogs that are lists: examples, my models, problems.

use super::super::el::{El, el, side_by_side};
use super::super::icons::icon;
use super::super::look::icon_of;
use super::super::{Dispatch, on};
use crate::state::{Action, Dialog, Examples, Saved, State, Trouble};
use tenfold::model::Model;
use tenfold::presets::{FIRST, SLUGS};
use yew::Html;

pub(super) fn examples(state: &State, dispatch: &Dispatch) -> Html {
    match &state.examples {
        Examples::Here(models) => {
            let example = |(slug, model): &(&'static str, Model)| example(slug, model, dispatch);
            el("ul").class("choices").children(models.iter().map(example)).into()
        }
        Examples::Missing(why) => {
            let words = format!("The examples could not be fetched: {why}. What is open stays as it is.");
            let again = el("button").class("button primary").testid("examples-again");
            let again = again.on("click", on(dispatch, Action::Open(Dialog::Examples))).child("Try again");
            side_by_side(vec![
                el("p").testid("examples-missing").child(words),
                el("ul").class("choices").child(example(FIRST.slug, &FIRST.model(), dispatch)),
                el("div").class("modal-actions").child(again),
            ])
        }
        // As many places as there will be, so that the dialog keeps its size.
        Examples::Unasked | Examples::Coming => {
            let place = |slug: &str| {
                let words = (slug == FIRST.slug).then_some("Fetching the examples …");
                let place = el("li").key(slug).class("choice awaited muted");
                place.attr("aria-hidden", words.is_none().then_some("true")).child(words.unwrap_or_default())
            };
            el("ul").class("choices").children(SLUGS.into_iter().map(place)).into()
        }
    }
}

fn example(slug: &'static str, model: &Model, dispatch: &Dispatch) -> El {
    let mut kinds: Vec<&str> = Vec::new();
    for component in &model.components {
        let name = icon_of(component.settings.kind());
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    let choice = el("button").class("choice").testid(format!("example-{slug}"));
    let choice = choice
        .on("click", on(dispatch, Action::OpenPreset(slug)))
        .child(el("strong").child(&model.head.title))
        .child(el("span").class("muted").child(&model.head.description))
        .child(el("span").class("choice-kinds").children(kinds.into_iter().map(icon)));
    el("li").key(slug).child(choice)
}

pub(super) fn my_models(state: &State, dispatch: &Dispatch) -> Html {
    let list = match &state.listed {
        None => return el("p").class("muted").child("Looking …").into(),
        Some(Err(why)) => {
            let words = format!("Nothing is kept: {why}. Save models as files, or share their links.");
            return el("p").child(words).into();
        }
        Some(Ok(list)) => list,
    };
    let saved = |saved: &Saved| {
        let open = if state.doc.as_ref() == Some(&saved.id) { ", open now" } else { "" };
        let choice = el("button").class("choice").testid(format!("saved-{}", saved.id));
        let choice = choice
            .on("click", on(dispatch, Action::Fetch(saved.id.clone())))
            .child(el("strong").child(&saved.title))
            .child(el("span").class("muted").child(when(saved.at_ms) + open));
        let forget = el("button").class("icon-button").label(format!("Forget {}", saved.title));
        let forget = forget.title("Forget").on("click", on(dispatch, Action::Forget(saved.id.clone())));
        el("li").key(saved.id.as_str()).class("saved").child(choice).child(forget.child(icon("trash")))
    };
    let note = "Kept in this browser, on this machine. Every change is kept by itself.";
    let none = "Nothing yet: change something, and it is kept here.";
    side_by_side(vec![
        el("p").class("muted").child(note),
        el("p").flag("hidden", !list.is_empty()).child(none),
        el("ul").class("choices").children(list.iter().map(saved)),
    ])
}

fn when(at_ms: f64) -> String {
    let date = js_sys::Date::new(&at_ms.into());
    let undefined = wasm_bindgen::JsValue::UNDEFINED;
    date.to_locale_string("en-GB", &undefined).into()
}

pub(super) fn problems(state: &State, dispatch: &Dispatch) -> Html {
    let problem = |(i, trouble): (usize, &Trouble)| {
        let choice = el("button").class("choice").testid(format!("problem-{i}"));
        let choice = choice
            .on("click", on(dispatch, Action::GoTo(trouble.at.clone())))
            .child(el("code").child(trouble.at.to_string()))
            .child(el("span").child(&trouble.text));
        el("li").key(i).child(choice)
    };
    let note = "What could not be taken, where it is, and what would be legal. What is open stays as it is.";
    let clear = el("button").class("button").testid("problems-clear");
    let clear = clear.on("click", on(dispatch, Action::ClearProblems)).child("Clear the list");
    side_by_side(vec![
        el("p").class("muted").child(note),
        el("ul").class("choices problems").children(state.problems.iter().enumerate().map(problem)),
        el("div").class("modal-actions").child(clear),
    ])
}
