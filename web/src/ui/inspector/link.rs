//! The inspector of a link.

use super::super::el::{El, el};
use super::super::{Dispatch, on, say};
use super::section::{Setting, settings};
use super::{Names, action, figure_tile, form, last_key};
use crate::state::{Action, State, Target};
use tenfold::edit::Edit;
use tenfold::model::{Field, FieldPath, Happening, Link};

pub(super) fn view(state: &State, dispatch: &Dispatch, id: &str) -> El {
    let Some(link) = state.model.link(id) else { return el("div") };
    let end = |id: &str| {
        let name = state.model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
        let target = Some(Target::Component(id.to_owned()));
        let select = on(dispatch, Action::Select { target, add: false });
        el("button").class("end").on("click", select).child(name)
    };
    let row = state.run.link(id);
    let cut = row.is_some_and(|row| row.cut > 0.5);
    let ends = el("h2").class("ends").child(end(&link.from));
    let ends = ends.child(el("span").label("to").child("→")).child(end(&link.to));
    let mut tiles = el("div").key("tiles").class("tiles");
    if let Some(row) = row {
        tiles = tiles
            .child(figure_tile("calls", "Calls", say::rate(row.calls_per_s), row.calls_per_s))
            .child(figure_tile("mean", "Mean answer", say::secs(row.mean_s), row.mean_s))
            .child(figure_tile("failed", "Failed", say::rate(row.failures_per_s), row.failures_per_s))
            .child(figure_tile("in-flight", "In flight", say::count(row.in_flight), row.in_flight));
        if row.connections.is_finite() {
            tiles = tiles
                .child(figure_tile(
                    "connections",
                    "Connections",
                    say::count(row.connections),
                    row.connections,
                ))
                .child(figure_tile("waiting", "Waiting", say::count(row.waiting), row.waiting));
        }
    }
    let (icon, label, testid, what) = if cut {
        ("link", "Mend", "mend", Happening::Mend { link: id.to_owned() })
    } else {
        ("crash", "Cut", "cut", Happening::Cut { link: id.to_owned() })
    };
    let happen = Action::Edit { edit: Edit::happen(&what), gesture: None };
    let head = el("div").key("head").class("link-head");
    el("div")
        .child(head.child(el("p").class("muted").child(if cut { "Link · cut" } else { "Link" })).child(ends))
        .child(tiles)
        .child(
            el("div")
                .key("actions")
                .class("actions")
                .child(action(dispatch, icon, label, testid, happen))
                .child(action(dispatch, "trash", "Delete", "delete", Action::Delete)),
        )
        .child(el("div").key("settings").child(fields(state, dispatch, link)))
}

fn fields(state: &State, dispatch: &Dispatch, link: &Link) -> El {
    let names = Names::of(state);
    let id = link.id.clone();
    let form = form(state, dispatch, &names, move |at, value| {
        Some(Edit::SetLink { id: id.clone(), field: last_key(at)?, value })
    });
    let usual = Link::between(&link.from, &link.to);
    let path = FieldPath::root().field("links").id(&link.id);
    let setting = |f: &'static Field<Link>| Setting {
        info: &f.info,
        value: (f.get)(link),
        default: Some((f.get)(&usual)),
    };
    let all: Vec<Setting> = Link::FIELDS.iter().map(setting).collect();
    settings(&form, &path, &all)
}
