//! Under the canvas: what is true now, and the charts.

use super::icons::icon;
use super::{Dispatch, on, say};
use crate::charts::{Panel, StoreHandle};
use crate::shell::page;
use crate::state::{Action, Dialog, Mood, Recent, Screen, State, Target, verdict, waiting};
use web_sys::PointerEvent;
use yew::{AttrValue, Callback, Html, TargetCast, html};

pub(super) fn view(state: &State, dispatch: &Dispatch, store: &StoreHandle) -> Html {
    let recent = Recent::over(&state.run.recent);
    html! {
        <section class="dock" aria-label="What is true now">
            { grip(dispatch) }
            { strip(state, dispatch, recent) }
            <div class="charts-frame">
                <Panel store={store.clone()} objectives={state.model.objectives.clone()} theme={AttrValue::from(page::seen_theme(state.theme))}
                    compact={state.view.screen == Screen::Phone} />
            </div>
        </section>
    }
}

/// The edge by which the charts are made higher or lower.
fn grip(dispatch: &Dispatch) -> Html {
    let ondown = Callback::from(|event: PointerEvent| {
        if let Some(grip) = event.target_dyn_into::<web_sys::Element>() {
            let _ = grip.set_pointer_capture(event.pointer_id());
        }
    });
    let onmove = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: PointerEvent| {
            if event.buttons() & 1 == 1 {
                resize(event.client_y());
                dispatch.emit(Action::Dock(f64::from(event.client_y())));
            }
        })
    };
    html! { <div class="grip" aria-hidden="true" onpointerdown={ondown} onpointermove={onmove}></div> }
}

/// Gives the charts the height from `y` to the bottom of the window.
fn resize(y: i32) {
    let height = page::window().and_then(|w| w.inner_height().ok()).and_then(|h| h.as_f64()).unwrap_or(900.0);
    let root = page::document().and_then(|d| d.document_element());
    if let Some(root) = root.and_then(|r| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(r).ok()) {
        let dock = (height - f64::from(y)).clamp(120.0, height * 0.7);
        let _ = root.style().set_property("--dock", &format!("{dock}px"));
    }
}

/// The sentence, and the four figures everyone asks for.
fn strip(state: &State, dispatch: &Dispatch, recent: Option<Recent>) -> Html {
    let now = match &state.run.frame {
        Some(frame) => verdict(&state.model, &state.run.topology, frame, recent),
        None if state.run.playing => waiting("Starting …"),
        None => waiting("Paused. Press run."),
    };
    let (mood, name) = match now.mood {
        Mood::Waiting => ("waiting", "minus"),
        Mood::Good => ("good", "check"),
        Mood::Warm => ("warm", "warning"),
        Mood::Hurts => ("hurts", "warning"),
    };
    let about =
        now.about.map(|id| on(dispatch, Action::Select { target: Some(Target::Component(id)), add: false }));
    html! {
        <div class="strip">
            <div class="verdict" data-testid="verdict" data-mood={mood}>
                <span class="verdict-icon">{ icon(name) }</span>
                <button class="verdict-words" disabled={about.is_none()} onclick={about}>
                    <strong>{ format!("{}{}", capital(&now.headline), if now.detail.is_empty() { "" } else { ". " }) }</strong>{ now.detail }
                </button>
            </div>
            <div class="strip-problems" hidden={state.problems.is_empty()}>
                <button class="action warn" data-testid="problems" onclick={on(dispatch, Action::Open(Dialog::Problems))}>{ icon("warning") }<span>{ problems_words(state.problems.len()) }</span></button>
            </div>
            <dl class="stats">
                { stat("Throughput", "stat-throughput", recent.map(|r| r.finished), say::rate) }
                { stat("Good", "stat-good", recent.map(|r| r.good), say::rate) }
                { stat("p99", "stat-p99", recent.map(|r| r.p99), say::secs) }
                { stat("Cost", "stat-cost", recent.map(|r| r.cost), |x| format!("{}/h", say::usd(x))) }
            </dl>
        </div>
    }
}

fn problems_words(count: usize) -> String {
    if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }
}

fn capital(text: &str) -> String {
    let text = text.trim_end_matches('.');
    // "p99" stays as it is written everywhere.
    let percentile = text.starts_with("p9") || text.starts_with("p5");
    if percentile { text.to_owned() } else { crate::state::capital(text) }
}

fn stat(label: &'static str, testid: &'static str, value: Option<f64>, words: fn(f64) -> String) -> Html {
    let value = value.filter(|v| v.is_finite());
    html! {
        <div class="stat">
            <dt>{ label }</dt>
            <dd data-testid={testid} data-value={value.map(|v| v.to_string())}>{ value.map_or_else(|| say::NONE.to_owned(), words) }</dd>
        </div>
    }
}
