//! A text box that shows a value and takes another when it is left, or Enter is pressed.

use super::el::{component, el};
use web_sys::{Event, HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{AttrValue, Callback, Component, Context, Html, Properties, TargetCast};

#[derive(Properties, PartialEq, Default)]
pub(crate) struct EntryProps {
    pub(crate) id: AttrValue,
    pub(crate) testid: AttrValue,
    pub(crate) label: AttrValue,
    pub(crate) value: AttrValue,
    pub(crate) class: &'static str,
    /// Why what was typed was refused; it stays in the box meanwhile.
    pub(crate) error: Option<AttrValue>,
    pub(crate) describedby: Option<AttrValue>,
    pub(crate) commit: Callback<String>,
}

/// The box.
pub(crate) fn entry(properties: EntryProps) -> Html {
    component::<Entry>(properties)
}

/// What is typed stays in it until it is taken.
pub(crate) struct Entry {
    draft: Option<String>,
    focused: bool,
}

/// What happens to the box.
pub(crate) enum Msg {
    Focus,
    Typed(String),
    Enter,
    Escape,
    Leave,
}

impl Component for Entry {
    type Message = Msg;
    type Properties = EntryProps;

    fn create(_: &Context<Self>) -> Self {
        Entry { draft: None, focused: false }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let props = ctx.props();
        match msg {
            Msg::Focus => {
                self.focused = true;
                if props.error.is_none() {
                    self.draft = None;
                }
            }
            Msg::Typed(text) => self.draft = Some(text),
            Msg::Enter => self.take(props),
            Msg::Escape => self.draft = None,
            Msg::Leave => {
                self.take(props);
                self.focused = false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let invalid = props.error.is_some();
        let shown = match &self.draft {
            Some(text) if self.focused || invalid => AttrValue::from(text.clone()),
            _ => props.value.clone(),
        };
        let typed = link.callback(|event: InputEvent| {
            Msg::Typed(event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let tell = link.callback(|msg: Msg| msg);
        let key = Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => tell.emit(Msg::Enter),
            "Escape" => {
                tell.emit(Msg::Escape);
                let _ = event.target_unchecked_into::<HtmlInputElement>().blur();
            }
            _ => {}
        });
        el("input")
            .attr("type", "text")
            .class(format!("entry {}{}", props.class, if invalid { " invalid" } else { "" }))
            .id(props.id.clone())
            .testid(props.testid.clone())
            .label(props.label.clone())
            .attr("aria-invalid", invalid.then_some(true))
            .attr("aria-describedby", props.describedby.clone())
            .title(props.error.clone())
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .value(shown)
            .on("focus", link.callback(|_: Event| Msg::Focus))
            .on("input", typed)
            .on("keydown", key)
            .on("blur", link.callback(|_: Event| Msg::Leave))
            .into()
    }
}

impl Entry {
    fn take(&self, props: &EntryProps) {
        if let Some(text) = &self.draft
            && (**text != *props.value || props.error.is_some())
        {
            props.commit.emit(text.clone());
        }
    }
}
