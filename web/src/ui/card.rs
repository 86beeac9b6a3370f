//! A component's card on the canvas. Its figures are written by [`live`](super::live), not by Yew.

use super::el::{El, el};
use super::look::{capacity, has_bricks, tile};
use super::{Dispatch, on};
use crate::state::Action;
use tenfold::edit::Edit;
use tenfold::model::FieldPath;
use web_sys::{FocusEvent, HtmlInputElement, KeyboardEvent};
use yew::{Callback, Component, Context, Html, Properties, TargetCast};

#[derive(Properties, PartialEq)]
pub(crate) struct CardProps {
    pub(crate) component: tenfold::model::Component,
    pub(crate) selected: bool,
    /// Somebody else sets how many instances it has.
    pub(crate) scaled: bool,
    /// It takes the Tab key.
    pub(crate) tab_stop: bool,
    pub(crate) renaming: bool,
    /// The keyboard proposes it as the other end of a connection.
    pub(crate) proposed: bool,
    pub(crate) dispatch: Dispatch,
}

/// The card.
pub(crate) struct Card;

impl Component for Card {
    type Message = ();
    type Properties = CardProps;

    fn create(_: &Context<Self>) -> Self {
        Card
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let c = &props.component;
        let kind = c.settings.kind();
        let info = kind.info();
        let class = match (props.selected, props.proposed) {
            (false, false) => "card",
            (true, false) => "card selected",
            (false, true) => "card proposed",
            (true, true) => "card selected proposed",
        };
        let name = format!("node-{}", c.id);
        el("div")
            .class(class)
            .id(&name)
            .attr("data-node", &c.id)
            .testid(name)
            .attr("role", "group")
            .attr("aria-roledescription", "component")
            .label(format!("{}, {}", c.name, info.label))
            .attr("data-selected", props.selected)
            .attr("tabindex", if props.tab_stop { "0" } else { "-1" })
            .on("focus", on(&props.dispatch, Action::Focused(Some(c.id.clone()))))
            .child(el("div").class("flag").attr("aria-hidden", true))
            .child(tile("tile", kind))
            .child(who(props))
            .child(Html::from_html_unchecked(FIGURES.into()))
            .child((info.ports.calls_in || info.ports.scales).then(|| port(c, "in")))
            .child(info.ports.out.is_open().then(|| port(c, "out")))
            .into()
    }
}

/// The elements that hold the figures. The ring is no drawing but a background: every drawing inside a card costs each frame
/// in which any card moves.
const FIGURES: &str = "<div class='ring' aria-hidden='true'><span class='ring-number'></span></div>\
    <svg class='spark' viewBox='0 0 148 18' preserveAspectRatio='none' aria-hidden='true'><path d=''/></svg>\
    <div class='figures'><span class='left'></span><span class='right'></span></div>";

fn who(props: &CardProps) -> El {
    let c = &props.component;
    let name = if props.renaming { rename(props) } else { el("div").class("name").child(&c.name) };
    let bricks = has_bricks(c.settings.kind()).then(|| el("div").class("bricks"));
    let bricks =
        bricks.or_else(|| capacity(&c.settings).map(|_| el("div").class("fill").attr("aria-hidden", true)));
    let described = c.settings.describe();
    // How many it was given at first says nothing any more; how many there are the bricks show.
    let each = described.split_once(" × ").filter(|_| props.scaled).map(|(_, each)| format!("{each} each"));
    let what = el("div").class("what").child(each.unwrap_or(described));
    el("div").class("who").child(name).child(what).child(bricks)
}

fn port(c: &tenfold::model::Component, side: &'static str) -> El {
    el("span")
        .class(format!("port {side}"))
        .attr("data-port", side)
        .testid(format!("port-{side}-{}", c.id))
        .attr("aria-hidden", true)
}

/// The name, being written. Opening it asks for the focus to go to its id.
fn rename(props: &CardProps) -> El {
    let (key, left) = callbacks(props);
    let select = Callback::from(|event: FocusEvent| {
        event.target_unchecked_into::<HtmlInputElement>().select();
    });
    el("input")
        .id("rename")
        .class("rename")
        // What it begins with: what is written from then on outlives every drawing.
        .attr("value", &props.component.name)
        .label("Name")
        .attr("maxlength", "80")
        .on("focus", select)
        .on("keydown", key)
        .on("blur", left)
}

/// What keys do, and leaving.
fn callbacks(props: &CardProps) -> (Callback<KeyboardEvent>, Callback<FocusEvent>) {
    let commit = {
        let c = &props.component;
        let (id, before, dispatch) = (c.id.clone(), c.name.clone(), props.dispatch.clone());
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
        let (commit, dispatch) = (commit.clone(), props.dispatch.clone());
        Callback::from(move |event: KeyboardEvent| {
            event.stop_propagation();
            match event.key().as_str() {
                "Enter" => commit.emit(event.target_unchecked_into::<HtmlInputElement>().value()),
                "Escape" => dispatch.emit(Action::Rename(None)),
                _ => {}
            }
        })
    };
    let onblur = Callback::from(move |event: FocusEvent| {
        commit.emit(event.target_unchecked_into::<HtmlInputElement>().value());
    });
    (onkeydown, onblur)
}
