//! The inspector of a component.

use super::super::el::{El, el};
use super::super::entry::{EntryProps, entry};
use super::super::look::{can_flush, instances, own_figures, tile};
use super::super::{Dispatch, events, on, say};
use super::section::{Setting, settings};
use super::{Names, action, course, figure_tile, form, last_key, theory, usual_actions};
use crate::state::{Action, Carries, Event, Health, State, Target, capital, percent, station};
use serde_json::Value as Json;
use tenfold::components::{Kind, Out, Settings};
use tenfold::edit::Edit;
use tenfold::measure::ComponentRow;
use tenfold::model::{Component, FieldInfo, FieldPath, Happening, Link};

pub(super) fn view(state: &State, dispatch: &Dispatch, id: &str) -> El {
    let Some(component) = state.model.component(id) else { return el("div") };
    let row = state.run.component(id);
    let controls = component.settings.kind().info().ports.out == Out::Control;
    let course = || el("div").key("course").child(course::view(state, component));
    let theory = || el("div").key("theory").child(theory::view(state, dispatch, id));
    el("div")
        .child(el("div").key("head").child(head(state, dispatch, component, row)))
        .child(tiles(state, component, row).key("tiles"))
        .child((!leads_by_figures(component)).then(course))
        .child(actions(dispatch, component, row).key("actions"))
        .child((!controls).then(theory))
        .child(el("div").key("settings").child(fields(state, dispatch, component)))
        .child(el("div").key("links").child(links(state, dispatch, component)))
        .child(el("div").key("events").child(happened(state, dispatch, id)))
}

/// What has happened here, and to what it scales.
fn happened(state: &State, dispatch: &Dispatch, id: &str) -> El {
    let mine = |event: &Event| state.concerns(id, &event.notice.about);
    let section = el("section").label("Events").child(el("h3").child("Events"));
    section.child(events::list(state, dispatch, false, mine))
}

fn head(state: &State, dispatch: &Dispatch, component: &Component, row: Option<&ComponentRow>) -> El {
    let id = component.id.clone();
    let at = FieldPath::root().field("components").id(&id).field("name");
    let error = state.words_at(&at);
    let commit = dispatch.reform(move |name: String| Action::Field {
        edit: Edit::Rename { id: id.clone(), name: name.trim().to_owned() },
        at: at.clone(),
        gesture: None,
    });
    let health = row.map(Health::of);
    // Whoever answers nobody is never at work.
    let worded = health.filter(|_| component.settings.kind().info().ports.out != Out::Control);
    let state_words = worded.map_or(String::new(), |h| format!(" · {}", h.word()));
    let name = entry(EntryProps {
        class: "name-entry",
        id: "inspector-name".into(),
        testid: "field-name".into(),
        label: "Name".into(),
        value: component.name.clone().into(),
        error,
        commit,
        ..EntryProps::default()
    });
    let kind = el("p").class("muted").child(component.settings.kind().info().label);
    let kind = kind.child(el("span").class("state-word").child(state_words));
    el("div")
        .class("inspector-head")
        .attr("data-state", health.map(Health::word))
        .child(tile("tile large", component.settings.kind()))
        .child(el("div").class("inspector-who").child(name).child(kind))
}

/// The figures of now.
fn tiles(state: &State, component: &Component, row: Option<&ComponentRow>) -> El {
    let Some(row) = row else {
        return el("div").child(el("p").class("muted").child("Figures come once it runs."));
    };
    let health = Health::of(row);
    let hot = health == Health::Saturated || health == Health::Down;
    let busiest = station(&state.model, &component.id, row).filter(|_| row.utilisation.is_finite());
    let tile = |key: &str, label: &str, text: String, raw: f64, hot: bool| {
        let tile = figure_tile(key, label, text, raw);
        if hot { tile.class("figure-tile hot") } else { tile }
    };
    let tiles = el("div").class("tiles").key("tiles");
    if leads_by_figures(component) {
        return own_tiles(state, component, row, tiles);
    }
    let tiles = if row.utilisation.is_finite() {
        let words = busiest.map_or_else(|| "Utilisation".to_owned(), |s| format!("Utilisation, {s}"));
        let (busy, warm) = (format!("{} %", percent(row.utilisation)), hot || health == Health::Warm);
        tiles.child(tile("utilisation", &words, busy, row.utilisation, warm)).child(tile(
            "waiting",
            "Waiting",
            say::count(row.queue),
            row.queue,
            hot,
        ))
    } else {
        let arrivals = say::rate(row.arrivals_per_s);
        tiles.child(tile("arrivals", "Arrivals", arrivals, row.arrivals_per_s, false)).child(tile(
            "in-flight",
            "In flight",
            say::count(row.in_flight),
            row.in_flight,
            false,
        ))
    };
    let cost = format!("{}/h", say::usd(row.cost_per_hour_usd));
    let tiles = tiles.child(tile("p99", "p99", say::secs(row.p99_s), row.p99_s, hot)).child(tile(
        "cost",
        "Cost",
        cost,
        row.cost_per_hour_usd,
        false,
    ));
    let mut facts = vec![
        ("Arrivals", say::rate(row.arrivals_per_s)),
        ("Answered", say::rate(row.completions_per_s)),
        ("Failed", say::rate(row.failures_per_s)),
        ("p50, p95", format!("{}, {}", say::secs(row.p50_s), say::secs(row.p95_s))),
    ];
    if row.starting + row.draining + row.down > 0.5 {
        facts.push(("Instances", lives(row)));
    }
    facts.extend(own_figures(component.settings.kind(), row));
    el("div").child(tiles).child(list(facts))
}

fn list<Label: Into<String>>(facts: Vec<(Label, String)>) -> El {
    let fact = |(label, text): (Label, String)| {
        let label = label.into();
        el("div").key(label.as_str()).child(el("dt").child(label)).child(el("dd").child(text))
    };
    el("dl").class("facts").key("facts").children(facts.into_iter().map(fact))
}

/// Of what keeps messages or scales others, what only its kind has comes first: it answers nobody.
fn leads_by_figures(component: &Component) -> bool {
    matches!(component.settings.kind().info().ports.out, Out::Messages | Out::Control)
}

fn own_tiles(state: &State, component: &Component, row: &ComponentRow, tiles: El) -> El {
    let kind = component.settings.kind();
    let mut own = own_figures(kind, row);
    if kind.info().ports.out == Out::Control {
        // The others tell of a whole run; of a single window they say nothing.
        own.truncate(2);
    }
    let raw = row.figures();
    let tile = |(index, (label, text)): (usize, &(&'static str, String))| {
        figure_tile(kind.figures()[index].key, &capital(label), text.clone(), raw[index])
    };
    let tiles = tiles.children(own.iter().take(4).enumerate().map(tile));
    let mut facts: Vec<(String, String)> = Vec::new();
    if kind.info().ports.calls_in {
        facts.push(("Came in".to_owned(), say::rate(row.arrivals_per_s)));
        facts.push(("Failed".to_owned(), say::rate(row.failures_per_s)));
    }
    facts.extend(own.iter().skip(4).map(|(label, text)| (capital(label), text.clone())));
    if row.cost_per_hour_usd > 0.0 {
        facts.push(("Cost".to_owned(), format!("{}/h", say::usd(row.cost_per_hour_usd))));
    }
    el("div")
        .child(tiles)
        .child(course::view(state, component).map(|course| course.key("course")))
        .child(list(facts))
}

fn lives(row: &ComponentRow) -> String {
    let counts =
        [(row.ready, "ready"), (row.starting, "starting"), (row.draining, "draining"), (row.down, "down")];
    let words: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0.5).map(|(n, w)| format!("{n:.0} {w}")).collect();
    words.join(", ")
}

fn actions(dispatch: &Dispatch, component: &Component, row: Option<&ComponentRow>) -> El {
    let kind = component.settings.kind();
    let id = || component.id.clone();
    let happen = |icon, label, testid, what: Happening| {
        action(dispatch, icon, label, testid, Action::Edit { edit: Edit::happen(&what), gesture: None })
    };
    let crash = || happen("crash", "Crash one", "crash", Happening::Crash { component: id(), instances: 1 });
    let back = || happen("reset", "Return", "return", Happening::Return { component: id() });
    let flush = || happen("flush", "Flush", "flush", Happening::Flush { component: id() });
    let parts = matches!(&component.settings, Settings::QuorumStore(config) if config.nodes > 1);
    let cut =
        || happen("cut", "Cut one off", "partition", Happening::Partition { component: id(), nodes: 1 });
    let heal = || happen("mend", "Heal", "heal", Happening::Heal { component: id() });
    let connect = || action(dispatch, "link", "Connect", "connect", Action::StartWire(Some(id())));
    let actions = el("div")
        .class("actions")
        .child((kind != Kind::Clients && kind.info().ports.out != Out::Control).then(crash))
        .child(row.is_some_and(|row| row.down > 0.5).then(back))
        .child(can_flush(kind).then(flush))
        .child(parts.then(cut))
        .child(parts.then(heal))
        .child(kind.info().ports.out.is_open().then(connect));
    usual_actions(dispatch, actions)
}

fn fields(state: &State, dispatch: &Dispatch, component: &Component) -> El {
    let names = Names::of(state);
    let id = component.id.clone();
    let form = form(state, dispatch, &names, move |at, value| {
        Some(Edit::SetComponent { id: id.clone(), field: last_key(at)?, value })
    });
    let defaults = component.settings.kind().defaults();
    let path = FieldPath::root().field("components").id(&component.id);
    let setting = |info: &'static FieldInfo| Setting {
        info,
        value: component.settings.get(info.key).unwrap_or(Json::Null),
        default: defaults.get(info.key),
    };
    let all: Vec<Setting> = component.settings.kind().fields().into_iter().map(setting).collect();
    settings(&form, &path, &all)
}

/// The links that begin or end here: the way to them for keyboard and thumb.
fn links(state: &State, dispatch: &Dispatch, component: &Component) -> Option<El> {
    let name = |id: &str| state.model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
    let row = |l: &Link| {
        let words = if l.from == component.id {
            format!("to {}", name(&l.to))
        } else {
            format!("from {}", name(&l.from))
        };
        let flow = match Carries::of(&state.model, l) {
            Carries::Control => state.run.component(&l.to).map_or(String::new(), instances),
            _ => state.run.link(&l.id).map_or(String::new(), |row| say::rate(row.calls_per_s)),
        };
        let target = Some(Target::Link(l.id.clone()));
        let button = el("button").class("outline-item").testid(format!("goto-{}", l.id));
        let button = button.on("click", on(dispatch, Action::Select { target, add: false }));
        let button = button.child(el("span").class("outline-name").child(words));
        el("li").key(l.id.as_str()).child(button.child(el("span").class("outline-words").child(flow)))
    };
    let mine = state.model.links.iter().filter(|l| l.from == component.id || l.to == component.id);
    let rows: Vec<El> = mine.map(row).collect();
    let section = || el("section").label("Links").child(el("h3").child("Links"));
    (!rows.is_empty()).then(|| section().child(el("ul").class("names").children(rows)))
}
