//! Help, and the price book.

use super::super::el::{Child, El, el, side_by_side};
use crate::state::{KEYS, State};
use tenfold::prices::{Price, PriceBook};
use yew::Html;

const HOW: [&str; 3] = [
    "Drag components from the list onto the canvas and draw lines from dot to dot. Every request is really simulated, one by one, while you change things: move the load, crash an instance, drop a cache into a link.",
    "Red and the word “saturated” mean that more work arrives than can be done: a queue grows. The sentence above the charts says what misses its objective and what is busiest.",
    "Press a setting's name to read what it does, what is legal and where its default comes from.",
];
const FOCUS: &str = "Letters and arrows act while the canvas has the focus. The outline beside the list has every component and link as text.";

pub(super) fn help() -> El {
    let key = |(keys, what): &(&'static str, &'static str)| {
        el("div").child(el("dt").child(el("kbd").child(*keys))).child(el("dd").child(*what))
    };
    let how = el("section").child(el("h3").child("How it works"));
    let keys = el("section").child(el("h3").child("Keys"));
    let how = how.children(HOW.map(|words| el("p").child(words)));
    // In a tab of its own, so that what runs here goes on.
    let report = el("a").testid("validation").attr("href", "./docs/validation.html").attr("target", "_blank");
    let truth = el("p").child("The figures are held against queueing theory: ");
    let how = how.child(truth.child(report.child("what was compared, and how far off it is")).child("."));
    el("div").class("help-dialog").child(how).child(
        keys.child(el("dl").class("keys").children(KEYS.iter().map(key)))
            .child(el("p").class("muted").child(FOCUS)),
    )
}

pub(super) fn prices(state: &State) -> Html {
    let provider = state.model.head.provider;
    let note = format!(
        "On-demand list prices in US dollars, {}. The provider is chosen in the settings of the model; a component's own price goes before the book's.",
        provider.label()
    );
    let row = |price: Price| {
        row_head(price.item)
            .child(number(price.usd.to_string()))
            .child(el("td").child(price.per))
            .child(number(price.as_of))
            .child(el("td").class("muted").child(price.source))
    };
    let head = [("Item", false), ("USD", true), ("per", false), ("read on", false), ("source", false)];
    let rows = PriceBook { provider }.all().into_iter().map(row).collect();
    side_by_side(vec![el("p").class("muted").child(note), table("Prices", &head, rows)])
}

/// A row of a table that begins with what it is about.
pub(super) fn row_head(name: impl Child) -> El {
    el("tr").child(el("th").attr("scope", "row").child(name))
}

/// A cell with a figure.
pub(super) fn number(text: impl Child) -> El {
    el("td").class("number").child(text)
}

/// A table that can be scrolled: its columns, and whether each is of figures.
pub(super) fn table(label: &'static str, columns: &[(&'static str, bool)], rows: Vec<El>) -> El {
    let column = |(name, figures): &(&'static str, bool)| {
        el("th").attr("scope", "col").attr("class", figures.then_some("number")).child(*name)
    };
    let head = el("thead").child(el("tr").children(columns.iter().map(column)));
    let table = el("table").class("table").child(head).child(el("tbody").children(rows));
    el("div").class("scroll").attr("tabindex", "0").attr("role", "region").label(label).child(table)
}
