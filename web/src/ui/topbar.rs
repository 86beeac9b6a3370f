//! The bar on top: whose model it is, the run, the load, and what can be done with the whole.

use super::entry::Entry;
use super::icons::icon;
use super::{Dispatch, on, say};
use crate::shell::files;
use crate::state::{Action, Dialog, State, Theme};
use tenfold::edit::Edit;
use tenfold::model::FieldPath;
use web_sys::{HtmlInputElement, InputEvent};
use yew::{Callback, Event, Html, TargetCast, classes, html};

const SPEEDS: [(f64, &str); 4] = [(1.0, "1×"), (10.0, "10×"), (60.0, "60×"), (0.0, "max")];
/// The load slider reaches from a tenth to a hundredfold.
const DECADES: (f64, f64) = (-1.0, 2.0);

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    html! {
        <header class="topbar">
            <div class="brand"><span class="logo">{ icon("logo") }</span><h1 class="wordmark">{ "Tenfold" }</h1></div>
            { title(state, dispatch) }
            { transport(state, dispatch) }
            { speeds(state, dispatch) }
            <div class="time">
                <span id="clock" class="clock" data-testid="clock" aria-label="Simulated time">{ "" }</span>
                <span class="seed" data-testid="seed">{ format!("seed {}", state.model.head.seed) }</span>
            </div>
            { load(state, dispatch) }
            <div class="history">
                { tool("undo", "Undo (Ctrl+Z)", "undo", !state.history.can_undo(), on(dispatch, Action::Undo)) }
                { tool("redo", "Redo (Ctrl+Shift+Z)", "redo", !state.history.can_redo(), on(dispatch, Action::Redo)) }
            </div>
            <div class="doors">
                <button class="icon-button" id="menu-button" popovertarget="menu" data-testid="menu" aria-label="Menu" title="Menu">{ icon("menu") }</button>
                <button class="button examples" data-testid="examples" onclick={on(dispatch, Action::Open(Dialog::Examples))}>{ "Examples" }</button>
                <button class="button primary" data-testid="share" aria-label="Share" onclick={on(dispatch, Action::Open(Dialog::Share))}>
                    <span class="share-icon">{ icon("share") }</span><span class="share-word">{ "Share" }</span>
                </button>
            </div>
            { menu(state, dispatch) }
        </header>
    }
}

fn tool(
    name: &'static str,
    label: &'static str,
    testid: &'static str,
    disabled: bool,
    onclick: Callback<web_sys::MouseEvent>,
) -> Html {
    html! {
        <button class="icon-button" data-testid={testid} aria-label={label} title={label} {disabled} {onclick}>{ icon(name) }</button>
    }
}

fn title(state: &State, dispatch: &Dispatch) -> Html {
    let commit = dispatch.reform(|text: String| Action::Field {
        edit: Edit::Set { field: "title".into(), value: text.trim().into() },
        at: FieldPath::root().field("title"),
        gesture: None,
    });
    html! {
        <Entry class="title" id="title" testid="title" label="Title of the model" value={state.model.head.title.clone()} {commit} />
    }
}

fn transport(state: &State, dispatch: &Dispatch) -> Html {
    let (name, label) = if state.run.playing { ("pause", "Pause (Space)") } else { ("play", "Run (Space)") };
    html! {
        <div class="transport" role="group" aria-label="Run">
            <button class="run" data-testid="run" data-state={if state.run.playing { "running" } else { "paused" }} aria-label={label} title={label}
                onclick={on(dispatch, Action::ToggleRun)}>{ icon(name) }</button>
            { tool("step", "Step one window", "step", false, on(dispatch, Action::Step)) }
            { tool("reset", "Start again from zero", "reset", false, on(dispatch, Action::Reset)) }
        </div>
    }
}

fn speeds(state: &State, dispatch: &Dispatch) -> Html {
    html! {
        <div class="speeds">
            <div class="segmented" role="group" aria-label="Speed, simulated seconds per second">
                { for SPEEDS.into_iter().map(|(speed, label)| {
                    let chosen = (state.run.speed - speed).abs() < 1e-9;
                    html! {
                        <button key={label} class={classes!(chosen.then_some("chosen"))} aria-pressed={chosen.to_string()}
                            data-testid={format!("speed-{label}")} onclick={on(dispatch, Action::Speed(speed))}>{ label }</button>
                    }
                }) }
            </div>
            <span id="achieved" class="achieved" data-testid="achieved" title="The speed it reaches"></span>
        </div>
    }
}

/// The load as a place on its slider, 0 to 1000.
fn to_slider(load: f64) -> f64 {
    let share = (libm::log10(load.max(1e-9)) - DECADES.0) / (DECADES.1 - DECADES.0);
    libm::round(share.clamp(0.0, 1.0) * 1000.0)
}

/// The load at a place on the slider, with two digits; a detent at 1.
fn from_slider(position: f64) -> f64 {
    let exponent = DECADES.0 + position / 1000.0 * (DECADES.1 - DECADES.0);
    let load = libm::pow(10.0, exponent);
    if (load - 1.0).abs() < 0.02 {
        return 1.0;
    }
    let unit = libm::pow(10.0, libm::floor(exponent) - 1.0);
    // Down to a whole multiple of a power of ten again, so that it is written as it is meant.
    libm::round(libm::round(load / unit) * unit * 1e6) / 1e6
}

fn set_load(load: f64, gesture: Option<u64>) -> Action {
    Action::Field {
        edit: Edit::Set { field: "load".into(), value: tenfold::model::FieldValue::to_json(&load) },
        at: FieldPath::root().field("load"),
        gesture,
    }
}

fn load(state: &State, dispatch: &Dispatch) -> Html {
    let now = state.model.head.load;
    // All of one drag is one step of undo; letting go ends it.
    let gesture = crate::ui::form::gesture_of("load");
    let oninput = dispatch.reform(move |event: InputEvent| {
        let position = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
        set_load(from_slider(position), Some(gesture))
    });
    let onchange = Callback::from(|_: Event| crate::ui::form::end_gesture());
    let commit = dispatch.reform(|text: String| Action::Field {
        edit: Edit::Set {
            field: "load".into(),
            value: crate::state::typed(
                &tenfold::model::Shape::Number { min: 0.0, max: 1e6, unit: "×" },
                &text,
                &1.into(),
            ),
        },
        at: FieldPath::root().field("load"),
        gesture: None,
    });
    let at = FieldPath::root().field("load");
    let error = state.words_at(&at);
    html! {
        <div class="load" role="group" aria-label="Load">
            <label for="load">{ "Load" }</label>
            <div class="load-slider">
                <input id="load" type="range" min="0" max="1000" step="1" data-testid="load" value={to_slider(now).to_string()}
                    aria-valuetext={format!("{} times", now)} data-fill="" {oninput} {onchange} />
                <div class="load-ticks" aria-hidden="true"><span>{ "0.1×" }</span><span>{ "1×" }</span><span>{ "10×" }</span><span>{ "100×" }</span></div>
            </div>
            <Entry class="load-value" id="load-value" testid="load-value" label="Load, times the model's" value={say::times(now)} {error} {commit} />
        </div>
    }
}

fn menu(state: &State, dispatch: &Dispatch) -> Html {
    let item = |name: &'static str, label: &'static str, testid: &'static str, action: Action| {
        html! {
            <button class="menu-item" data-testid={testid} popovertarget="menu" popovertargetaction="hide" onclick={on(dispatch, action)}>{ icon(name) }<span>{ label }</span></button>
        }
    };
    let picked = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|f| f.get(0)) {
                files::open(file, dispatch.clone());
            }
            input.set_value("");
        })
    };
    html! {
        <div id="menu" class="menu" popover="auto" aria-labelledby="menu-button">
            { item("plus", "New model", "new", Action::New) }
            <label class="menu-item file" data-testid="open">
                { icon("open") }<span>{ "Open a file…" }</span>
                <input type="file" accept=".json,application/json" class="sr-only" data-testid="open-file" onchange={picked} />
            </label>
            { item("save", "Save as a file", "save", Action::SaveFile) }
            { item("table", "My models", "my-models", Action::Open(Dialog::MyModels)) }
            <div class="only-narrow">{ item("layout", "Examples", "menu-examples", Action::Open(Dialog::Examples)) }</div>
            <hr />
            { item("chart", "Run to the end", "run-to-end", Action::RunToEnd) }
            { item("layout", "Lay out", "lay-out", Action::LayOut) }
            { item("fit", "Fit to the screen", "menu-fit", Action::Fit) }
            { item("table", "Price book", "prices", Action::Open(Dialog::Prices)) }
            <hr />
            <div class="menu-row" role="group" aria-label="Theme">
                { icon("theme") }
                <div class="segmented">
                    { for Theme::ALL.into_iter().map(|theme| {
                        let chosen = state.theme == theme;
                        html! {
                            <button key={theme.word()} class={classes!(chosen.then_some("chosen"))} aria-pressed={chosen.to_string()}
                                data-testid={format!("theme-{}", theme.word())} onclick={on(dispatch, Action::Theme(theme))}>{ theme.word() }</button>
                        }
                    }) }
                </div>
            </div>
            { item("help", "Keys and help", "help", Action::Open(Dialog::Help)) }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_slider_gives_round_loads_and_rests_at_one() {
        assert!((from_slider(to_slider(1.0)) - 1.0).abs() < 1e-12);
        for load in [0.1, 0.25, 2.9, 10.0, 47.0, 100.0] {
            let again = from_slider(to_slider(load));
            assert!((again / load - 1.0).abs() < 0.01, "{load} {again}");
            assert!(again.to_string().len() <= 5, "{again}");
        }
    }
}
