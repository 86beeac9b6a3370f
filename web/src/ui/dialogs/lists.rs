//! Dialogs that are lists: examples, my models, problems.

use super::super::icons::icon;
use super::super::look::icon_of;
use super::super::{Dispatch, on};
use crate::state::{Action, State};
use tenfold::presets;
use yew::{Html, html};

pub(super) fn examples(dispatch: &Dispatch) -> Html {
    html! {
        <ul class="choices">
            { for presets::ALL.iter().map(|preset| {
                let model = preset.model();
                let mut kinds: Vec<&str> = Vec::new();
                for component in &model.components {
                    let name = icon_of(component.settings.kind());
                    if !kinds.contains(&name) {
                        kinds.push(name);
                    }
                }
                html! {
                    <li key={preset.slug}><button class="choice" data-testid={format!("example-{}", preset.slug)} onclick={on(dispatch, Action::OpenPreset(preset.slug))}>
                        <strong>{ &model.head.title }</strong>
                        <span class="muted">{ &model.head.description }</span>
                        <span class="choice-kinds">{ for kinds.into_iter().map(icon) }</span>
                    </button></li>
                }
            }) }
        </ul>
    }
}

pub(super) fn my_models(state: &State, dispatch: &Dispatch) -> Html {
    let list = match &state.listed {
        None => return html! { <p class="muted">{ "Looking …" }</p> },
        Some(Err(why)) => {
            return html! { <p>{ format!("Nothing is kept: {why}. Save models as files, or share their links.") }</p> };
        }
        Some(Ok(list)) => list,
    };
    html! {
        <>
            <p class="muted" key="note">{ "Kept in this browser, on this machine. Every change is kept by itself." }</p>
            <p key="none" hidden={!list.is_empty()}>{ "Nothing yet: change something, and it is kept here." }</p>
            <ul class="choices" key="list">
                { for list.iter().map(|saved| {
                    let open = state.doc.as_ref() == Some(&saved.id);
                    html! {
                        <li key={saved.id.clone()} class="saved">
                            <button class="choice" data-testid={format!("saved-{}", saved.id)} onclick={on(dispatch, Action::Fetch(saved.id.clone()))}>
                                <strong>{ &saved.title }</strong>
                                <span class="muted">{ format!("{}{}", when(saved.at_ms), if open { ", open now" } else { "" }) }</span>
                            </button>
                            <button class="icon-button" aria-label={format!("Forget {}", saved.title)} title="Forget" onclick={on(dispatch, Action::Forget(saved.id.clone()))}>{ icon("trash") }</button>
                        </li>
                    }
                }) }
            </ul>
        </>
    }
}

fn when(at_ms: f64) -> String {
    let date = js_sys::Date::new(&at_ms.into());
    let undefined = wasm_bindgen::JsValue::UNDEFINED;
    date.to_locale_string("en-GB", &undefined).into()
}

pub(super) fn problems(state: &State, dispatch: &Dispatch) -> Html {
    html! {
        <>
            <p class="muted" key="note">{ "What could not be taken, where it is, and what would be legal. What is open stays as it is." }</p>
            <ul class="choices problems" key="list">
                { for state.problems.iter().enumerate().map(|(i, trouble)| html! {
                    <li key={i}><button class="choice" data-testid={format!("problem-{i}")} onclick={on(dispatch, Action::GoTo(trouble.at.clone()))}>
                        <code>{ trouble.at.to_string() }</code>
                        <span>{ &trouble.text }</span>
                    </button></li>
                }) }
            </ul>
            <div class="modal-actions" key="actions">
                <button class="button" data-testid="problems-clear" onclick={dispatch.reform(|_| Action::ClearProblems)}>{ "Clear the list" }</button>
            </div>
        </>
    }
}
