//! The share link.

use super::super::Dispatch;
use super::super::icons::icon;
use crate::shell::{files, page};
use crate::state::State;
use yew::{Callback, Html, html};

/// Some chat programs cut off longer links.
const LONG: usize = 2_000;

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    let Some(link) = &state.link else { return html! { <p class="muted">{ "Packing …" }</p> } };
    let link = format!("{}{link}", page::address());
    let length = link.len();
    let copy = {
        let (link, dispatch) = (link.clone(), dispatch.clone());
        Callback::from(move |_| files::copy(&link, "The link is on the clipboard.", dispatch.clone()))
    };
    let select = Callback::from(|event: web_sys::FocusEvent| {
        if let Some(text) = yew::TargetCast::target_dyn_into::<web_sys::HtmlTextAreaElement>(&event) {
            text.select();
        }
    });
    let advice =
        if length > LONG { " Some chat programs cut links this long: save a file instead." } else { "" };
    html! {
        <>
            <p key="what">{ "The link holds the whole model, its seed included. Nothing is stored anywhere: whoever has the link has the model." }</p>
            <textarea key="link" class="text link-text" readonly=true rows="5" aria-label="Link" data-testid="share-link" value={link} onfocus={select}/>
            <div class="modal-actions" key="actions">
                <span class="muted" data-testid="share-length">{ format!("{length} characters.{advice}") }</span>
                <button class="button primary" data-testid="share-copy" onclick={copy}>{ icon("copy") }<span>{ "Copy" }</span></button>
            </div>
        </>
    }
}
