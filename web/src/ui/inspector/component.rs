//! The inspector of a component.

use super::super::entry::Entry;
use super::super::form::Slot;
use super::super::icons::icon;
use super::super::look::{can_flush, icon_of, own_figures, tint};
use super::super::{Dispatch, on, say};
use super::{Names, action, form, last_key};
use crate::state::{Action, Health, State, Target, percent, station};
use serde_json::Value as Json;
use tenfold::components::Kind;
use tenfold::edit::Edit;
use tenfold::measure::ComponentRow;
use tenfold::model::{Component, FieldPath, Happening};
use yew::{Html, classes, html};

pub(super) fn view(state: &State, dispatch: &Dispatch, id: &str) -> Html {
    let Some(component) = state.model.component(id) else { return html! {} };
    let row = state.run.component(id);
    html! {
        <>
            <div key="head">{ head(state, dispatch, component, row) }</div>
            <div key="tiles">{ tiles(state, component, row) }</div>
            <div key="actions" class="actions">{ actions(dispatch, component, row) }</div>
            <div key="settings">{ settings(state, dispatch, component) }</div>
            <div key="links">{ links(state, dispatch, component) }</div>
        </>
    }
}

fn head(state: &State, dispatch: &Dispatch, component: &Component, row: Option<&ComponentRow>) -> Html {
    let info = component.settings.kind().info();
    let id = component.id.clone();
    let at = FieldPath::root().field("components").id(&id).field("name");
    let error = state.words_at(&at);
    let commit = dispatch.reform(move |name: String| Action::Field {
        edit: Edit::Rename { id: id.clone(), name: name.trim().to_owned() },
        at: at.clone(),
        gesture: None,
    });
    let health = row.map(Health::of);
    let state_words = health.map_or(String::new(), |h| format!(" · {}", h.word()));
    html! {
        <div class="inspector-head" data-state={health.map(Health::word)}>
            <span class={classes!("tile", "large", tint(info.category))}>{ icon(icon_of(component.settings.kind())) }</span>
            <div class="inspector-who">
                <Entry class="name-entry" id="inspector-name" testid="field-name" label="Name" value={component.name.clone()} {error} {commit} />
                <p class="muted">{ info.label }<span class="state-word">{ state_words }</span></p>
            </div>
        </div>
    }
}

/// The figures of now.
fn tiles(state: &State, component: &Component, row: Option<&ComponentRow>) -> Html {
    let Some(row) = row else { return html! { <p class="muted">{ "Figures come once it runs." }</p> } };
    let health = Health::of(row);
    let hot = health == Health::Saturated || health == Health::Down;
    let busiest = station(&state.model, &component.id, row).filter(|_| row.utilisation.is_finite());
    let mut tiles = Vec::new();
    if row.utilisation.is_finite() {
        let words = busiest.map_or_else(|| "Utilisation".to_owned(), |s| format!("Utilisation, {s}"));
        tiles.push((
            "utilisation",
            words,
            format!("{} %", percent(row.utilisation)),
            row.utilisation,
            hot || health == Health::Warm,
        ));
        tiles.push(("waiting", "Waiting".into(), say::count(row.queue), row.queue, hot));
    } else {
        tiles.push(("arrivals", "Arrivals".into(), say::rate(row.arrivals_per_s), row.arrivals_per_s, false));
        tiles.push(("in-flight", "In flight".into(), say::count(row.in_flight), row.in_flight, false));
    }
    tiles.push(("p99", "p99".into(), say::secs(row.p99_s), row.p99_s, hot));
    tiles.push((
        "cost",
        "Cost".into(),
        format!("{}/h", say::usd(row.cost_per_hour_usd)),
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
        facts.push(("Instances", instances(row)));
    }
    facts.extend(own_figures(component.settings.kind(), row));
    html! {
        <>
            <div class="tiles" key="tiles">
                { for tiles.into_iter().map(|(key, label, text, raw, hot)| html! {
                    <div key={key} class={classes!("figure-tile", hot.then_some("hot"))}>
                        <span class="tile-label">{ label }</span>
                        <span class="tile-value" data-testid={format!("tile-{key}")} data-value={raw.is_finite().then(|| raw.to_string())}>{ text }</span>
                    </div>
                }) }
            </div>
            <dl class="facts" key="facts">
                { for facts.into_iter().map(|(label, text)| html! { <div key={label}><dt>{ label }</dt><dd>{ text }</dd></div> }) }
            </dl>
        </>
    }
}

fn instances(row: &ComponentRow) -> String {
    let counts =
        [(row.ready, "ready"), (row.starting, "starting"), (row.draining, "draining"), (row.down, "down")];
    let words: Vec<String> =
        counts.iter().filter(|(n, _)| *n > 0.5).map(|(n, w)| format!("{n:.0} {w}")).collect();
    words.join(", ")
}

fn actions(dispatch: &Dispatch, component: &Component, row: Option<&ComponentRow>) -> Html {
    let kind = component.settings.kind();
    let id = component.id.clone();
    let happen = |what: Happening| Action::Edit { edit: Edit::happen(&what), gesture: None };
    let down = row.is_some_and(|row| row.down > 0.5);
    html! {
        <>
            if kind != Kind::Clients {
                { action(dispatch, "crash", "Crash one", "crash", happen(Happening::Crash { component: id.clone(), instances: 1 })) }
            }
            if down { { action(dispatch, "reset", "Return", "return", happen(Happening::Return { component: id.clone() })) } }
            if can_flush(kind) { { action(dispatch, "flush", "Flush", "flush", happen(Happening::Flush { component: id.clone() })) } }
            if kind.info().ports.calls_out { { action(dispatch, "link", "Connect", "connect", Action::StartWire(Some(id.clone()))) } }
            { action(dispatch, "duplicate", "Duplicate", "duplicate", Action::Duplicate) }
            { action(dispatch, "trash", "Delete", "delete", Action::Delete) }
        </>
    }
}

fn settings(state: &State, dispatch: &Dispatch, component: &Component) -> Html {
    let names = Names::of(state);
    let id = component.id.clone();
    let form = form(state, dispatch, &names, move |at, value| {
        Some(Edit::SetComponent { id: id.clone(), field: last_key(at)?, value })
    });
    let defaults = component.settings.kind().defaults();
    let path = FieldPath::root().field("components").id(&component.id);
    html! {
        <section aria-label="Settings" class="fields">
            <h3>{ "Settings" }</h3>
            { for component.settings.kind().fields().into_iter().map(|info| {
                let value = component.settings.get(info.key).unwrap_or(Json::Null);
                let default = defaults.get(info.key);
                form.field(&Slot { info, value: &value, default: default.as_ref(), at: path.field(info.key), key: info.key.to_owned() })
            }) }
        </section>
    }
}

/// The links that begin or end here: the way to them for keyboard and thumb.
fn links(state: &State, dispatch: &Dispatch, component: &Component) -> Html {
    let mine = state.model.links.iter().filter(|l| l.from == component.id || l.to == component.id);
    let name = |id: &str| state.model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
    let rows: Vec<Html> = mine
        .map(|l| {
            let words = if l.from == component.id { format!("to {}", name(&l.to)) } else { format!("from {}", name(&l.from)) };
            let flow = state.run.link(&l.id).map_or(String::new(), |row| say::rate(row.calls_per_s));
            let select = on(dispatch, Action::Select { target: Some(Target::Link(l.id.clone())), add: false });
            html! {
                <li key={l.id.clone()}><button class="outline-item" data-testid={format!("goto-{}", l.id)} onclick={select}>
                    <span class="outline-name">{ words }</span><span class="outline-words">{ flow }</span>
                </button></li>
            }
        })
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    html! { <section aria-label="Links"><h3>{ "Links" }</h3><ul class="names">{ for rows }</ul></section> }
}
