//! The canvas as a list: every component and link with its figures, for those who do not see the picture, and for thumbs.

use super::{Dispatch, on, say};
use crate::state::{Action, Health, State, Target};
use yew::{Html, classes, html};

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    html! {
        <div class="outline">
            <h2 key="h components">{ "Components" }</h2>
            <ul key="components" data-testid="outline-components">
                { for state.model.components.iter().map(|c| {
                    let row = state.run.component(&c.id);
                    let words = row.map_or(String::new(), component_words);
                    let target = Target::Component(c.id.clone());
                    html! { <li key={c.id.clone()}>{ item(state, dispatch, target, &c.name, c.settings.kind().info().label, &words) }</li> }
                }) }
            </ul>
            <h2 key="h links">{ "Links" }</h2>
            <ul key="links" data-testid="outline-links">
                { for state.model.links.iter().map(|l| {
                    let name = |id: &str| state.model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
                    let row = state.run.link(&l.id);
                    let words = row.map_or(String::new(), |row| {
                        if row.cut > 0.5 { "cut".into() } else { format!("{}, {}", say::rate(row.calls_per_s), say::secs(row.mean_s)) }
                    });
                    let label = format!("{} → {}", name(&l.from), name(&l.to));
                    html! { <li key={l.id.clone()}>{ item(state, dispatch, Target::Link(l.id.clone()), &label, "", &words) }</li> }
                }) }
            </ul>
            <p key="none" class="muted" hidden={!state.model.components.is_empty()}>{ "Nothing is on the canvas yet." }</p>
        </div>
    }
}

/// A component's figures in a few words.
fn component_words(row: &tenfold::measure::ComponentRow) -> String {
    let health = Health::of(row);
    let busy = if row.utilisation.is_finite() {
        format!("{} busy, ", say::share(row.utilisation))
    } else {
        String::new()
    };
    match health {
        Health::Saturated => {
            format!("saturated, {} waiting, {}", say::count(row.queue), say::rate(row.arrivals_per_s))
        }
        Health::Down => "down".to_owned(),
        _ => format!("{busy}{}", say::rate(row.arrivals_per_s)),
    }
}

fn item(state: &State, dispatch: &Dispatch, target: Target, name: &str, kind: &str, words: &str) -> Html {
    let chosen = state.view.selection.contains(&target);
    let testid = format!("outline-{}", target.id());
    let action = Action::Select { target: Some(target), add: false };
    html! {
        <button class={classes!("outline-item", chosen.then_some("chosen"))} aria-pressed={chosen.to_string()} data-testid={testid} onclick={on(dispatch, action)}>
            <span class="outline-name">{ name.to_owned() }</span>
            <span class="muted">{ kind.to_owned() }</span>
            <span class="outline-words">{ words.to_owned() }</span>
        </button>
    }
}
