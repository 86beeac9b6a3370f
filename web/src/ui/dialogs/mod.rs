//! The dialogs over the page.

mod lists;
mod report;
mod share;
mod words;

use super::el::{El, el, keyed};
use super::icons::icon;
use super::{Dispatch, on};
use crate::state::{Action, Dialog, State};
use web_sys::{Event, HtmlDialogElement};
use yew::{Callback, Component, Context, Html, NodeRef, Properties, TargetCast};

pub(super) fn view(state: &State, dispatch: &Dispatch) -> El {
    let close = match state.dialog {
        Some(Dialog::Report) => Action::CancelReport,
        _ => Action::CloseDialog,
    };
    let modal = |title: &'static str, testid: &'static str, wide: bool, body: Html| {
        keyed::<Modal>(testid, ModalProps { title, testid, wide, close: on(dispatch, close.clone()), body })
    };
    let dialog = state.dialog.as_ref().map(|dialog| match dialog {
        Dialog::Examples => modal("Examples", "dialog-examples", false, lists::examples(dispatch).into()),
        Dialog::MyModels => modal("My models", "dialog-my-models", false, lists::my_models(state, dispatch)),
        Dialog::Problems => modal("Problems", "dialog-problems", true, lists::problems(state, dispatch)),
        Dialog::Share => modal("Share this model", "dialog-share", false, share::view(state, dispatch)),
        Dialog::Help => modal("Keys and help", "dialog-help", true, words::help().into()),
        Dialog::Prices => modal("Price book", "dialog-prices", true, words::prices(state)),
        Dialog::Report => modal("Run to the end", "dialog-report", true, report::view(state, dispatch)),
    });
    el("div").class("dialogs").child(dialog)
}

#[derive(Properties, PartialEq)]
pub(crate) struct ModalProps {
    title: &'static str,
    testid: &'static str,
    wide: bool,
    close: Callback<Event>,
    body: Html,
}

/// A dialog that takes the keyboard and gives it back.
pub(crate) struct Modal {
    dialog: NodeRef,
}

impl Component for Modal {
    type Message = ();
    type Properties = ModalProps;

    fn create(_: &Context<Self>) -> Self {
        Modal { dialog: NodeRef::default() }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let ModalProps { title, testid, wide, close, body } = ctx.props();
        let cancel = close.reform(|event: Event| {
            event.prevent_default();
            event
        });
        let beside = {
            let (close, dialog) = (close.clone(), self.dialog.clone());
            Callback::from(move |event: Event| {
                // The backdrop belongs to the dialog element itself.
                if dialog.get().is_some_and(|d| event.target_dyn_into::<web_sys::Node>() == Some(d)) {
                    close.emit(event);
                }
            })
        };
        let shut = el("button").class("icon-button").label("Close").testid("dialog-close");
        let shut = shut.on("click", close.clone()).child(icon("close"));
        let head = el("div").class("modal-head").child(el("h2").child(*title)).child(shut);
        el("dialog")
            .node_ref(&self.dialog)
            .class(if *wide { "modal wide" } else { "modal" })
            .label(*title)
            .testid(*testid)
            .on("cancel", cancel)
            .on("click", beside)
            .child(el("div").class("modal-body").child(head).child(body.clone()))
            .into()
    }

    fn rendered(&mut self, _: &Context<Self>, first: bool) {
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>().filter(|_| first) {
            // Refused only when it is open already.
            let _ = dialog.show_modal();
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>() {
            dialog.close();
        }
    }
}
