//! Elements: how every view of the page is written.
//!
//! ```text
//! el("button").class("action").testid("undo").on("click", on(dispatch, Action::Undo)).child(icon("undo"))
//! ```
//!
//! Components, keys, callbacks and reconciliation are Yew's. Only its `html!` macro is not used: it writes each element
//! out in full where it stands, and the views were an eighth of the program; here an element is a few calls.

use super::icons::icon;
use std::borrow::Cow;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Event;
use yew::html::BaseComponent;
use yew::virtual_dom::{Key, Listener, ListenerKind, VChild, VList, VTag, VText};
use yew::{AttrValue, Callback, Html, NodeRef};

/// An element that is being written.
pub(crate) struct El(Box<VTag>);

/// An element without anything.
pub(crate) fn el(tag: &'static str) -> El {
    El(Box::new(VTag::new(tag)))
}

/// Elements beside one another, without one around them.
pub(crate) fn side_by_side(elements: Vec<El>) -> Html {
    elements.into_iter().map(Html::from).collect::<VList>().into()
}

/// A component with its properties.
pub(crate) fn component<C: BaseComponent>(properties: C::Properties) -> Html {
    VChild::<C>::new(properties, None).into()
}

/// A component that is found again by its key when its siblings change.
pub(crate) fn keyed<C: BaseComponent>(key: impl Into<Key>, properties: C::Properties) -> Html {
    VChild::<C>::new(properties, Some(key.into())).into()
}

/// A button that is an icon, with its name for those who do not see it and those who wonder.
pub(crate) fn icon_button(
    name: &str,
    label: &'static str,
    testid: &'static str,
    onclick: Callback<Event>,
) -> El {
    el("button")
        .class("icon-button")
        .testid(testid)
        .label(label)
        .title(label)
        .on("click", onclick)
        .child(icon(name))
}

/// A group of buttons of which one is chosen.
pub(crate) fn segmented(label: &'static str) -> El {
    el("div").class("segmented").attr("role", "group").label(label)
}

/// One of them.
pub(crate) fn segment(label: &'static str, chosen: bool, onclick: Callback<Event>) -> El {
    el("button")
        .key(label)
        .attr("class", chosen.then_some("chosen"))
        .attr("aria-pressed", chosen)
        .on("click", onclick)
        .child(label)
}

impl El {
    /// Sets an attribute; what is `None` is left away.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Text) -> El {
        if let Some(value) = value.text() {
            self.0.add_attribute(name, value);
        }
        self
    }

    /// Sets an attribute that says all by being there: `hidden`, `disabled`.
    pub(crate) fn flag(self, name: &'static str, on: bool) -> El {
        self.attr(name, on.then_some(""))
    }

    pub(crate) fn class(self, class: impl Text) -> El {
        self.attr("class", class)
    }

    pub(crate) fn id(self, id: impl Text) -> El {
        self.attr("id", id)
    }

    /// Its name for the tests.
    pub(crate) fn testid(self, name: impl Text) -> El {
        self.attr("data-testid", name)
    }

    /// Its name for a screen reader.
    pub(crate) fn label(self, label: impl Text) -> El {
        self.attr("aria-label", label)
    }

    /// What is shown when the pointer rests on it.
    pub(crate) fn title(self, title: impl Text) -> El {
        self.attr("title", title)
    }

    /// What an input or a long text holds. Unlike the attribute it follows every drawing.
    pub(crate) fn value(mut self, value: impl Text) -> El {
        self.0.set_value(value.text());
        self
    }

    /// Whether a box is ticked.
    pub(crate) fn checked(mut self, checked: bool) -> El {
        self.0.set_checked(checked);
        self
    }

    /// By what it is found again when its siblings change. Either all children of an element have keys, or none.
    pub(crate) fn key(mut self, key: impl Into<Key>) -> El {
        self.0.key = Some(key.into());
        self
    }

    /// Where the element can be found once it is drawn.
    pub(crate) fn node_ref(mut self, node: &NodeRef) -> El {
        self.0.node_ref = node.clone();
        self
    }

    /// Calls back when an event of this name happens.
    pub(crate) fn on<E: JsCast + 'static>(mut self, event: &'static str, callback: Callback<E>) -> El {
        let callback = callback.reform(Event::unchecked_into);
        self.0.add_listener(Rc::new(Heard { event, callback }));
        self
    }

    /// Adds a child: an element, a text, a component, or what is there only sometimes.
    pub(crate) fn child(mut self, child: impl Child) -> El {
        self.0.add_child(child.node());
        self
    }

    /// Adds children of a kind.
    pub(crate) fn children<C: Child>(self, children: impl IntoIterator<Item = C>) -> El {
        children.into_iter().fold(self, El::child)
    }
}

impl From<El> for Html {
    fn from(element: El) -> Html {
        Html::VTag(Rc::new(*element.0))
    }
}

/// What can be the value of an attribute.
pub(crate) trait Text {
    fn text(self) -> Option<AttrValue>;
}

impl Text for &'static str {
    fn text(self) -> Option<AttrValue> {
        Some(AttrValue::Static(self))
    }
}

impl Text for String {
    fn text(self) -> Option<AttrValue> {
        Some(self.into())
    }
}

impl Text for &String {
    fn text(self) -> Option<AttrValue> {
        Some(AttrValue::Rc(self.as_str().into()))
    }
}

impl Text for AttrValue {
    fn text(self) -> Option<AttrValue> {
        Some(self)
    }
}

/// As the `aria` attributes write it.
impl Text for bool {
    fn text(self) -> Option<AttrValue> {
        Some(AttrValue::Static(if self { "true" } else { "false" }))
    }
}

impl<T: Text> Text for Option<T> {
    fn text(self) -> Option<AttrValue> {
        self.and_then(T::text)
    }
}

/// What can stand inside an element.
pub(crate) trait Child {
    fn node(self) -> Html;
}

impl Child for Html {
    fn node(self) -> Html {
        self
    }
}

impl Child for El {
    fn node(self) -> Html {
        self.into()
    }
}

impl Child for &'static str {
    fn node(self) -> Html {
        VText::new(self).into()
    }
}

impl Child for String {
    fn node(self) -> Html {
        VText::new(self).into()
    }
}

impl Child for &String {
    fn node(self) -> Html {
        self.clone().node()
    }
}

impl Child for AttrValue {
    fn node(self) -> Html {
        VText::new(self).into()
    }
}

/// Nothing keeps its place, so that the siblings after it are not taken for it.
impl<C: Child> Child for Option<C> {
    fn node(self) -> Html {
        self.map_or_else(Html::default, C::node)
    }
}

/// A callback on an element.
struct Heard {
    event: &'static str,
    callback: Callback<Event>,
}

impl Listener for Heard {
    fn kind(&self) -> ListenerKind {
        ListenerKind::other(Cow::Borrowed(self.event))
    }

    fn handle(&self, event: Event) {
        self.callback.emit(event);
    }

    fn passive(&self) -> bool {
        false
    }
}
