//! The inspector of a link.

use super::super::form::Slot;
use super::super::{Dispatch, on, say};
use super::{Names, action, form, last_key};
use crate::state::{Action, State, Target};
use tenfold::edit::Edit;
use tenfold::model::{FieldPath, Happening, Link};
use yew::{Html, html};

pub(super) fn view(state: &State, dispatch: &Dispatch, id: &str) -> Html {
    let Some(link) = state.model.link(id) else { return html! {} };
    let name = |id: &str| state.model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
    let end = |id: &str| {
        let select =
            on(dispatch, Action::Select { target: Some(Target::Component(id.to_owned())), add: false });
        html! { <button class="end" onclick={select}>{ name(id) }</button> }
    };
    let row = state.run.link(id);
    let cut = row.is_some_and(|row| row.cut > 0.5);
    let happen = |what: Happening| Action::Edit { edit: Edit::happen(&what), gesture: None };
    let figures = row.map(|row| {
        [
            ("calls", "Calls", say::rate(row.calls_per_s), row.calls_per_s),
            ("mean", "Mean answer", say::secs(row.mean_s), row.mean_s),
            ("failed", "Failed", say::rate(row.failures_per_s), row.failures_per_s),
            ("in-flight", "In flight", say::count(row.in_flight), row.in_flight),
        ]
    });
    html! {
        <>
            <div key="head" class="link-head"><p class="muted">{ if cut { "Link · cut" } else { "Link" } }</p><h2 class="ends">{ end(&link.from) }<span aria-label="to">{ "→" }</span>{ end(&link.to) }</h2></div>
            <div key="tiles" class="tiles">
                { for figures.into_iter().flatten().map(|(key, label, text, raw)| html! {
                    <div key={key} class="figure-tile">
                        <span class="tile-label">{ label }</span>
                        <span class="tile-value" data-testid={format!("tile-{key}")} data-value={raw.is_finite().then(|| raw.to_string())}>{ text }</span>
                    </div>
                }) }
            </div>
            <div key="actions" class="actions">
                if cut {
                    { action(dispatch, "link", "Mend", "mend", happen(Happening::Mend { link: id.to_owned() })) }
                } else {
                    { action(dispatch, "crash", "Cut", "cut", happen(Happening::Cut { link: id.to_owned() })) }
                }
                { action(dispatch, "trash", "Delete", "delete", Action::Delete) }
            </div>
            <div key="settings">{ settings(state, dispatch, link) }</div>
        </>
    }
}

fn settings(state: &State, dispatch: &Dispatch, link: &Link) -> Html {
    let names = Names::of(state);
    let id = link.id.clone();
    let form = form(state, dispatch, &names, move |at, value| {
        Some(Edit::SetLink { id: id.clone(), field: last_key(at)?, value })
    });
    let usual = Link::between(&link.from, &link.to);
    let path = FieldPath::root().field("links").id(&link.id);
    html! {
        <section aria-label="Settings" class="fields">
            <h3>{ "Settings" }</h3>
            { for Link::FIELDS.iter().map(|f| {
                let (value, default) = ((f.get)(link), (f.get)(&usual));
                form.field(&Slot { info: &f.info, value: &value, default: Some(&default), at: path.field(f.info.key), key: f.info.key.to_owned() })
            }) }
        </section>
    }
}
