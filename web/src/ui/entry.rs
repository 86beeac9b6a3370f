//! A text box that shows a value and takes another when it is left, or Enter is pressed.

use web_sys::{HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html, use_state};

#[derive(Properties, PartialEq)]
pub(crate) struct EntryProps {
    pub(crate) id: AttrValue,
    pub(crate) testid: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) value: AttrValue,
    #[prop_or_default]
    pub(crate) class: AttrValue,
    #[prop_or_default]
    pub(crate) placeholder: AttrValue,
    /// Why what was typed was refused; it stays in the box meanwhile.
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) describedby: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) disabled: bool,
    pub(crate) commit: Callback<String>,
}

/// The box. What is typed stays in it until it is taken.
#[component]
pub(crate) fn Entry(props: &EntryProps) -> Html {
    let draft = use_state(|| None::<String>);
    let focused = use_state(|| false);
    let shown = match &*draft {
        Some(text) if *focused || props.error.is_some() => AttrValue::from(text.clone()),
        _ => props.value.clone(),
    };
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            draft.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()))
        })
    };
    let take = {
        let (draft, commit, value) = (draft.clone(), props.commit.clone(), props.value.clone());
        let refused = props.error.is_some();
        Callback::from(move |()| {
            if let Some(text) = &*draft
                && (*text != *value || refused)
            {
                commit.emit(text.clone());
            }
        })
    };
    let onfocus = {
        let (focused, draft, refused) = (focused.clone(), draft.clone(), props.error.is_some());
        Callback::from(move |_| {
            if !refused {
                draft.set(None);
            }
            focused.set(true);
        })
    };
    let onblur = {
        let (focused, take) = (focused.clone(), take.clone());
        Callback::from(move |_| {
            take.emit(());
            focused.set(false);
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => take.emit(()),
        "Escape" => {
            draft.set(None);
            let _ = event.target_unchecked_into::<HtmlInputElement>().blur();
        }
        _ => {}
    });
    let invalid = props.error.is_some();
    html! {
        <input type="text" class={classes!("entry", props.class.to_string(), invalid.then_some("invalid"))} id={props.id.clone()} data-testid={props.testid.clone()}
            aria-label={props.label.clone()} aria-invalid={invalid.then_some("true")} aria-describedby={props.describedby.clone()} title={props.error.clone()}
            autocomplete="off" spellcheck="false" placeholder={props.placeholder.clone()} value={shown} disabled={props.disabled}
            {oninput} {onfocus} {onblur} {onkeydown} />
    }
}
