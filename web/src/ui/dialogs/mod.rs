//! The dialogs over the page.

mod lists;
mod report;
mod share;
mod words;

use super::icons::icon;
use super::{Dispatch, on};
use crate::state::{Action, Dialog, State};
use web_sys::{HtmlDialogElement, MouseEvent};
use yew::{
    AttrValue, Callback, Children, Html, Properties, TargetCast, component, html, use_effect_with,
    use_node_ref,
};

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    let close = on(
        dispatch,
        if state.dialog == Some(Dialog::Report) { Action::CancelReport } else { Action::CloseDialog },
    );
    let body = |title: &'static str, testid: &'static str, wide: bool, children: Html| {
        html! { <Modal key={testid} {title} {testid} {wide} close={close.clone()}>{ children }</Modal> }
    };
    let dialog = match &state.dialog {
        None => html! {},
        Some(Dialog::Examples) => body("Examples", "dialog-examples", false, lists::examples(dispatch)),
        Some(Dialog::MyModels) => {
            body("My models", "dialog-my-models", false, lists::my_models(state, dispatch))
        }
        Some(Dialog::Problems) => body("Problems", "dialog-problems", true, lists::problems(state, dispatch)),
        Some(Dialog::Share) => body("Share this model", "dialog-share", false, share::view(state, dispatch)),
        Some(Dialog::Help) => body("Keys and help", "dialog-help", true, words::help()),
        Some(Dialog::Prices) => body("Price book", "dialog-prices", true, words::prices(state)),
        Some(Dialog::Report) => body("Run to the end", "dialog-report", true, report::view(state, dispatch)),
    };
    html! { <div class="dialogs">{ dialog }</div> }
}

#[derive(Properties, PartialEq)]
struct ModalProps {
    title: AttrValue,
    testid: AttrValue,
    wide: bool,
    close: Callback<()>,
    children: Children,
}

/// A dialog that takes the keyboard and gives it back.
#[component]
fn Modal(props: &ModalProps) -> Html {
    let dialog = use_node_ref();
    use_effect_with((), {
        let dialog = dialog.clone();
        move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // Refused only when it is open already.
                let _ = dialog.show_modal();
            }
            move || {
                if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                    dialog.close();
                }
            }
        }
    });
    let oncancel = {
        let close = props.close.clone();
        Callback::from(move |event: yew::Event| {
            event.prevent_default();
            close.emit(());
        })
    };
    let onclick = {
        let (close, dialog) = (props.close.clone(), dialog.clone());
        Callback::from(move |event: MouseEvent| {
            // The backdrop belongs to the dialog element itself.
            let outside =
                dialog.get().is_some_and(|d| event.target_dyn_into::<web_sys::Node>().as_ref() == Some(&d));
            if outside {
                close.emit(());
            }
        })
    };
    let shut = {
        let close = props.close.clone();
        Callback::from(move |_: MouseEvent| close.emit(()))
    };
    html! {
        <dialog ref={dialog} class={if props.wide { "modal wide" } else { "modal" }} aria-label={props.title.clone()} data-testid={props.testid.clone()} {oncancel} {onclick}>
            <div class="modal-body">
                <div class="modal-head">
                    <h2>{ &props.title }</h2>
                    <button class="icon-button" aria-label="Close" data-testid="dialog-close" onclick={shut}>{ icon("close") }</button>
                </div>
                { for props.children.iter() }
            </div>
        </dialog>
    }
}
