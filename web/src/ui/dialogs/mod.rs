//! The dialogs over the page.

mod lists;
mod report;
mod share;
mod words;

use super::el::{El, el};
use super::icons::icon;
use super::{Dispatch, events, on};
use crate::state::{Action, Dialog, State};
use web_sys::{Event, HtmlDialogElement};
use yew::{Callback, Html, TargetCast};

pub(super) fn view(state: &State, dispatch: &Dispatch) -> El {
    let close = match state.dialog {
        Some(Dialog::Report) => Action::CancelReport,
        _ => Action::CloseDialog,
    };
    let modal = |title: &'static str, testid: &'static str, wide: bool, body: Html| {
        modal(title, wide, on(dispatch, close.clone()), body).testid(testid).key(testid)
    };
    let dialog = state.dialog.as_ref().map(|dialog| match dialog {
        Dialog::Examples => modal("Examples", "dialog-examples", false, lists::examples(state, dispatch)),
        Dialog::MyModels => modal("My models", "dialog-my-models", false, lists::my_models(state, dispatch)),
        Dialog::Problems => modal("Problems", "dialog-problems", true, lists::problems(state, dispatch)),
        Dialog::Events => {
            modal("Events", "dialog-events", true, events::list(state, dispatch, true, |_| true).into())
        }
        Dialog::Share => modal("Share this model", "dialog-share", false, share::view(state, dispatch)),
        Dialog::Help => modal("Keys and help", "dialog-help", true, words::help().into()),
        Dialog::Prices => modal("Price book", "dialog-prices", true, words::prices(state)),
        Dialog::Report => modal("Run to the end", "dialog-report", true, report::view(state, dispatch)),
    });
    el("div").class("dialogs").child(dialog)
}

/// A dialog over the page. When it has been drawn, `page::show_dialog` gives it the keyboard.
fn modal(title: &'static str, wide: bool, close: Callback<Event>, body: Html) -> El {
    let cancel = close.reform(|event: Event| {
        event.prevent_default();
        event
    });
    let beside = {
        let close = close.clone();
        Callback::from(move |event: Event| {
            // The backdrop belongs to the dialog element itself.
            if event.target_dyn_into::<HtmlDialogElement>().is_some() {
                close.emit(event);
            }
        })
    };
    let shut = el("button").class("icon-button").label("Close").testid("dialog-close");
    let shut = shut.on("click", close).child(icon("close"));
    let head = el("div").class("modal-head").child(el("h2").child(title)).child(shut);
    el("dialog")
        .class(if wide { "modal wide" } else { "modal" })
        .label(title)
        .on("cancel", cancel)
        .on("click", beside)
        .child(el("div").class("modal-body").child(head).child(body))
}
