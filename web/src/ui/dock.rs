//! Under the canvas: what is true now, and the charts.

use super::el::{El, component, el};
use super::icons::icon;
use super::{Dispatch, on, say, timeline};
use crate::charts::{Panel, PanelProps, Span, StoreHandle};
use crate::shell::page;
use crate::state::{Action, Dialog, Mood, Recent, Screen, State, Target, verdict, waiting};
use tenfold::components::Out;
use tenfold::model::Model;
use tenfold_engine::protocol::Standing;
use web_sys::PointerEvent;
use yew::{Callback, TargetCast};

pub(super) fn view(state: &State, dispatch: &Dispatch, store: &StoreHandle) -> El {
    let recent = Recent::over(&state.run.recent);
    let charts = component::<Panel>(PanelProps {
        store: store.clone(),
        objectives: state.model.objectives.clone(),
        usual: Span::of_run(state.model.head.duration.secs()),
        theme: page::seen_theme(state.theme),
        compact: state.view.screen == Screen::Phone,
    });
    el("section")
        .class("dock")
        .label("What is true now")
        .child(grip())
        .child(strip(state, dispatch, recent))
        .child(el("div").class("charts-frame").child(charts).child(timeline::view(state, dispatch)))
}

/// The edge by which the charts are made higher or lower.
fn grip() -> El {
    let ondown = Callback::from(|event: PointerEvent| {
        if let Some(grip) = event.target_dyn_into::<web_sys::Element>() {
            let _ = grip.set_pointer_capture(event.pointer_id());
        }
    });
    let onmove = Callback::from(|event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            resize(event.client_y());
        }
    });
    let grip = el("div").class("grip").attr("aria-hidden", true);
    grip.on("pointerdown", ondown).on("pointermove", onmove)
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
fn strip(state: &State, dispatch: &Dispatch, recent: Option<Recent>) -> El {
    let problems = el("button").class("action warn").testid("problems");
    let problems = problems.on("click", on(dispatch, Action::Open(Dialog::Problems))).child(icon("warning"));
    let figure = |value: fn(Recent) -> f64, words: fn(f64) -> String| (recent.map(value), words);
    el("div")
        .class("strip")
        .child(said(state, dispatch, recent))
        .child(
            el("div")
                .class("strip-problems")
                .flag("hidden", state.problems.is_empty())
                .child(problems.child(el("span").child(problems_words(state.problems.len())))),
        )
        .child(
            el("dl")
                .class("stats")
                .child(stat("Throughput", "stat-throughput", figure(|r| r.finished, say::rate)))
                .child(stat("Good", "stat-good", figure(|r| r.good, say::rate)))
                .child(stat("p99", "stat-p99", figure(|r| r.p99, say::secs)))
                .child(stat("Cost", "stat-cost", figure(|r| r.cost, |x| format!("{}/h", say::usd(x))))),
        )
}

fn said(state: &State, dispatch: &Dispatch, recent: Option<Recent>) -> El {
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
    let words = el("button").class("verdict-words");
    let words = match now.about {
        Some(id) => {
            let target = Some(Target::Component(id));
            words.on("click", on(dispatch, Action::Select { target, add: false }))
        }
        None => words.flag("disabled", true),
    };
    let stop = if now.detail.is_empty() { "" } else { ". " };
    el("div")
        .class("verdict")
        .testid("verdict")
        .attr("data-mood", mood)
        .child(el("span").class("verdict-icon").child(icon(name)))
        .child(words.child(el("strong").child(capital(&now.headline) + stop)).child(now.detail))
        .child(standing(state))
}

/// What the run is by its statistics. It keeps its place while it has nothing to say.
fn standing(state: &State) -> El {
    let standing = state.run.standing.as_ref();
    let text = standing.map_or(String::new(), |now| capital(&named(&state.model, &now.0)));
    let kind = if standing.is_some_and(Standing::is_steady) { "good" } else { "waiting" };
    let at = el("span").class("standing").testid("standing").attr("data-kind", kind);
    at.title("Since the run began or was last changed").child(text)
}

/// The same with the name of the component at its end, which the engine knows by its id.
fn named(model: &Model, text: &str) -> String {
    let Some((what, component)) =
        text.rsplit_once(" at ").and_then(|(what, id)| Some((what, model.component(id)?)))
    else {
        return text.to_owned();
    };
    let keeps = component.settings.kind().info().ports.out == Out::Messages;
    if keeps && model.links.iter().all(|link| link.from != component.id) {
        return format!("unstable: nobody takes from {}", component.name);
    }
    format!("{what} at {}", component.name)
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

fn stat(label: &'static str, testid: &'static str, (value, words): (Option<f64>, fn(f64) -> String)) -> El {
    let value = value.filter(|v| v.is_finite());
    let raw = value.map(|v| v.to_string());
    let text = value.map_or_else(|| say::NONE.to_owned(), words);
    el("div")
        .class("stat")
        .child(el("dt").child(label))
        .child(el("dd").testid(testid).attr("data-value", raw).child(text))
}
