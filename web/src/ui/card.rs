//! A component's card on the canvas. Its figures are written by [`live`](super::live), not by Yew.

use super::icons::icon;
use super::look::{has_bricks, icon_of, tint};
use super::{Dispatch, on};
use crate::state::Action;
use tenfold::edit::Edit;
use tenfold::model::{Component, FieldPath};
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::{Callback, Html, Properties, TargetCast, classes, component, html, use_effect_with, use_node_ref};

#[derive(Properties, PartialEq)]
pub(crate) struct CardProps {
    pub(crate) component: Component,
    pub(crate) selected: bool,
    /// It takes the Tab key.
    pub(crate) tab_stop: bool,
    pub(crate) renaming: bool,
    /// The keyboard proposes it as the other end of a connection.
    pub(crate) proposed: bool,
    pub(crate) dispatch: Dispatch,
}

/// The card.
#[component]
pub(crate) fn Card(props: &CardProps) -> Html {
    let c = &props.component;
    let kind = c.settings.kind();
    let info = kind.info();
    let class = classes!("card", props.selected.then_some("selected"), props.proposed.then_some("proposed"));
    let port = |out: bool| {
        let side = if out { "out" } else { "in" };
        html! {
            <span class={classes!("port", side)} data-port={side} data-testid={format!("port-{side}-{}", c.id)} aria-hidden="true"></span>
        }
    };
    let focused = on(&props.dispatch, Action::Focused(Some(c.id.clone())));
    let rename = on(&props.dispatch, Action::Rename(Some(c.id.clone())));
    let label = format!("{}, {}", c.name, info.label);
    let pressed = if props.selected { "true" } else { "false" };
    html! {
        <div {class} id={format!("node-{}", c.id)} data-node={c.id.clone()} data-testid={format!("node-{}", c.id)}
            role="group" aria-roledescription="component" aria-label={label} data-selected={pressed}
            tabindex={if props.tab_stop { "0" } else { "-1" }} onfocus={focused} ondblclick={rename}>
            <div class="flag" aria-hidden="true"></div>
            <div class={classes!("tile", tint(info.category))}>{ icon(icon_of(kind)) }</div>
            <div class="who">
                if props.renaming {
                    <Rename id={c.id.clone()} name={c.name.clone()} dispatch={props.dispatch.clone()} />
                } else {
                    <div class="name">{ &c.name }</div>
                }
                <div class="what">{ c.settings.describe() }</div>
                if has_bricks(kind) { <div class="bricks"></div> }
            </div>
            <svg class="ring" viewBox="0 0 36 36" aria-hidden="true">
                <circle class="ring-back" cx="18" cy="18" r="15.5" />
                <circle class="ring-arc" cx="18" cy="18" r="15.5" pathLength="100" stroke-dasharray="0 100" />
                <text class="ring-number" x="18" y="22"></text>
            </svg>
            <svg class="spark" viewBox="0 0 148 18" preserveAspectRatio="none" aria-hidden="true"><path d="" /></svg>
            <div class="figures"><span class="left"></span><span class="right"></span></div>
            if info.ports.calls_in { { port(false) } }
            if info.ports.calls_out { { port(true) } }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RenameProps {
    id: String,
    name: String,
    dispatch: Dispatch,
}

/// The name, being written.
#[component]
fn Rename(props: &RenameProps) -> Html {
    let input = use_node_ref();
    use_effect_with((), {
        let input = input.clone();
        move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                let _ = input.focus();
                input.select();
            }
        }
    });
    let commit = {
        let (id, before, dispatch) = (props.id.clone(), props.name.clone(), props.dispatch.clone());
        Callback::from(move |name: String| {
            let name = name.trim().to_owned();
            if !name.is_empty() && name != before {
                let at = FieldPath::root().field("components").id(&id).field("name");
                dispatch.emit(Action::Field {
                    edit: Edit::Rename { id: id.clone(), name },
                    at,
                    gesture: None,
                });
            }
            dispatch.emit(Action::Rename(None));
        })
    };
    let onkeydown = {
        let (commit, leave) = (commit.clone(), on::<()>(&props.dispatch, Action::Rename(None)));
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            match event.key().as_str() {
                "Enter" => commit.emit(event.target_unchecked_into::<HtmlInputElement>().value()),
                "Escape" => leave.emit(()),
                _ => {}
            }
        })
    };
    let onblur = Callback::from(move |event: web_sys::FocusEvent| {
        commit.emit(event.target_unchecked_into::<HtmlInputElement>().value());
    });
    html! {
        <input ref={input} class="rename" value={props.name.clone()} aria-label="Name" maxlength="80" {onkeydown} {onblur} />
    }
}
