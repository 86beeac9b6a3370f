//! The inspector of a link.

use super::super::el::{El, el};
use super::super::{Dispatch, on, say};
use super::section::{Setting, settings};
use super::{Names, action, figure_tile, form, last_key};
use crate::state::{Action, Carries, State, Target, wanted};
use tenfold::edit::Edit;
use tenfold::measure::LinkRow;
use tenfold::model::{Field, FieldPath, Happening, Link, idle_link_settings};

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
    let carries = Carries::of(&state.model, link);
    let tiles = match carries {
        Carries::Control => scaled(state, &link.to),
        _ => flow(carries, row),
    };
    let (icon, label, testid, what) = if cut {
        ("link", "Mend", "mend", Happening::Mend { link: id.to_owned() })
    } else {
        ("crash", "Cut", "cut", Happening::Cut { link: id.to_owned() })
    };
    let happen = Action::Edit { edit: Edit::happen(&what), gesture: None };
    let head = el("div").key("head").class("link-head");
    let what = if cut { format!("{} · cut", carries.label()) } else { carries.label().to_owned() };
    let can_be_cut = carries != Carries::Control;
    el("div")
        .child(head.child(el("p").class("muted").child(what)).child(ends))
        .child(tiles)
        .child(
            el("div")
                .key("actions")
                .class("actions")
                .child(can_be_cut.then(|| action(dispatch, icon, label, testid, happen)))
                .child(action(dispatch, "trash", "Delete", "delete", Action::Delete)),
        )
        .child(el("div").key("settings").child(fields(state, dispatch, link)))
}

fn tiles() -> El {
    el("div").key("tiles").class("tiles")
}

/// What goes over it.
fn flow(carries: Carries, row: Option<&LinkRow>) -> El {
    let Some(row) = row else { return tiles() };
    let (calls, mean, open) = match carries {
        Carries::Calls | Carries::Control => ("Calls", "Mean answer", "In flight"),
        Carries::Messages | Carries::DeadLetters => ("Messages", "Mean until done", "In hand"),
    };
    let tiles = tiles()
        .child(figure_tile("calls", calls, say::rate(row.calls_per_s), row.calls_per_s))
        .child(figure_tile("mean", mean, say::secs(row.mean_s), row.mean_s))
        .child(figure_tile("failed", "Failed", say::rate(row.failures_per_s), row.failures_per_s))
        .child(figure_tile("in-flight", open, say::count(row.in_flight), row.in_flight));
    if !row.connections.is_finite() {
        return tiles;
    }
    tiles
        .child(figure_tile("connections", "Connections", say::count(row.connections), row.connections))
        .child(figure_tile("waiting", "Waiting", say::count(row.waiting), row.waiting))
}

/// The instances that are set over it.
fn scaled(state: &State, to: &str) -> El {
    let Some(row) = state.run.component(to) else { return tiles() };
    let wanted = wanted(row);
    tiles()
        .child(figure_tile("desired", "Desired", say::count(wanted), wanted))
        .child(figure_tile("ready", "Ready", say::count(row.ready), row.ready))
        .child(figure_tile("starting", "Starting", say::count(row.starting), row.starting))
        .child(figure_tile("draining", "Draining", say::count(row.draining), row.draining))
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
    let from = state.model.component(&link.from);
    let idle: Vec<&str> = from.into_iter().flat_map(|from| idle_link_settings(&from.settings)).collect();
    let in_use = Link::FIELDS.iter().filter(|field| !idle.contains(&field.info.key));
    let all: Vec<Setting> = in_use.map(setting).collect();
    if all.is_empty() {
        return el("p")
            .class("muted")
            .child("Nothing is to be set here: the autoscaler's settings say it all.");
    }
    settings(&form, &path, &all)
}
