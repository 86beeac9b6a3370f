//! The share link.

use super::super::Dispatch;
use super::super::el::{el, side_by_side};
use super::super::icons::icon;
use crate::shell::{files, page};
use crate::state::State;
use web_sys::{Event, FocusEvent};
use yew::{Callback, Html};

/// Some chat programs cut off longer links.
const LONG: usize = 2_000;

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    let Some(link) = &state.link else { return el("p").class("muted").child("Packing …").into() };
    let link = format!("{}{link}", page::address());
    let length = link.len();
    let copy = {
        let (link, dispatch) = (link.clone(), dispatch.clone());
        Callback::from(move |_: Event| files::copy(&link, "The link is on the clipboard.", dispatch.clone()))
    };
    let select = Callback::from(|event: FocusEvent| {
        if let Some(text) = yew::TargetCast::target_dyn_into::<web_sys::HtmlTextAreaElement>(&event) {
            text.select();
        }
    });
    let advice =
        if length > LONG { " Some chat programs cut links this long: save a file instead." } else { "" };
    let what = "The link holds the whole model, its seed included. Nothing is stored anywhere: whoever has the link has the model.";
    let text = el("textarea").class("text link-text").flag("readonly", true).attr("rows", "5").label("Link");
    let button = el("button").class("button primary").testid("share-copy").on("click", copy);
    let words = format!("{length} characters.{advice}");
    let actions = el("div").class("modal-actions");
    side_by_side(vec![
        el("p").child(what),
        text.testid("share-link").value(link).on("focus", select),
        actions
            .child(el("span").class("muted").testid("share-length").child(words))
            .child(button.child(icon("copy")).child(el("span").child("Copy"))),
    ])
}
