//! The bar on top: whose model it is, the run, the load, and what can be done with the whole.

use super::el::{El, el, icon_button, segment, segmented};
use super::entry::{EntryProps, entry};
use super::icons::icon;
use super::{Dispatch, form, on, say};
use crate::shell::files;
use crate::state::{Action, Dialog, State, Theme};
use tenfold::edit::Edit;
use tenfold::model::FieldPath;
use web_sys::{Event, HtmlInputElement, InputEvent};
use yew::{Callback, Html, TargetCast};

const SPEEDS: [(f64, &str); 5] = [(1.0, "1×"), (10.0, "10×"), (60.0, "60×"), (600.0, "600×"), (0.0, "max")];
/// The load slider reaches from a tenth to a hundredfold.
const DECADES: (f64, f64) = (-1.0, 2.0);

pub(super) fn view(state: &State, dispatch: &Dispatch) -> El {
    let brand = el("div").class("brand");
    let time = el("div").class("time");
    el("header")
        .class("topbar")
        .child(
            brand
                .child(el("span").class("logo").child(icon("logo")))
                .child(el("h1").class("wordmark").child("Tenfold")),
        )
        .child(title(state, dispatch))
        .child(transport(state, dispatch))
        .child(speeds(state, dispatch))
        .child(
            time.child(el("span").id("clock").class("clock").testid("clock").label("Simulated time")).child(
                el("span").class("seed").testid("seed").child(format!("seed {}", state.model.head.seed)),
            ),
        )
        .child(load(state, dispatch))
        .child(history(state, dispatch))
        .child(doors(dispatch))
        .child(menu(state, dispatch))
}

fn history(state: &State, dispatch: &Dispatch) -> El {
    let undo = icon_button("undo", "Undo (Ctrl+Z)", "undo", on(dispatch, Action::Undo));
    let redo = icon_button("redo", "Redo (Ctrl+Shift+Z)", "redo", on(dispatch, Action::Redo));
    el("div")
        .class("history")
        .child(undo.flag("disabled", !state.history.can_undo()))
        .child(redo.flag("disabled", !state.history.can_redo()))
}

fn doors(dispatch: &Dispatch) -> El {
    let menu =
        el("button").class("icon-button").id("menu-button").attr("popovertarget", "menu").testid("menu");
    let examples = el("button").class("button examples").testid("examples");
    let share = el("button").class("button primary").testid("share").label("Share");
    el("div")
        .class("doors")
        .child(menu.label("Menu").title("Menu").child(icon("menu")))
        .child(examples.on("click", on(dispatch, Action::Open(Dialog::Examples))).child("Examples"))
        .child(
            share
                .on("click", on(dispatch, Action::Open(Dialog::Share)))
                .child(el("span").class("share-icon").child(icon("share")))
                .child(el("span").class("share-word").child("Share")),
        )
}

fn title(state: &State, dispatch: &Dispatch) -> Html {
    let commit = dispatch.reform(|text: String| Action::Field {
        edit: Edit::Set { field: "title".into(), value: text.trim().into() },
        at: FieldPath::root().field("title"),
        gesture: None,
    });
    entry(EntryProps {
        class: "title",
        id: "title".into(),
        testid: "title".into(),
        label: "Title of the model".into(),
        value: state.model.head.title.clone().into(),
        commit,
        ..EntryProps::default()
    })
}

fn transport(state: &State, dispatch: &Dispatch) -> El {
    let (word, name, label) = if state.run.playing {
        ("running", "pause", "Pause (Space)")
    } else {
        ("paused", "play", "Run (Space)")
    };
    let run = el("button").class("run").testid("run").attr("data-state", word).label(label).title(label);
    el("div")
        .class("transport")
        .attr("role", "group")
        .label("Run")
        .child(run.on("click", on(dispatch, Action::ToggleRun)).child(icon(name)))
        .child(icon_button("step", "Step one window", "step", on(dispatch, Action::Step)))
        .child(icon_button("reset", "Start again from zero", "reset", on(dispatch, Action::Reset)))
}

fn speeds(state: &State, dispatch: &Dispatch) -> El {
    let speeds = SPEEDS.map(|(speed, label)| {
        let chosen = (state.run.speed - speed).abs() < 1e-9;
        segment(label, chosen, on(dispatch, Action::Speed(speed))).testid(format!("speed-{label}"))
    });
    let group = segmented("Speed, simulated seconds per second");
    let achieved = el("span").id("achieved").class("achieved").testid("achieved");
    el("div").class("speeds").child(group.children(speeds)).child(achieved.title("The speed it reaches"))
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

fn load(state: &State, dispatch: &Dispatch) -> El {
    let now = state.model.head.load;
    // All of one drag is one step of undo.
    let gesture = form::gesture_of("load");
    let oninput = dispatch.reform(move |event: InputEvent| {
        let position = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
        set_load(from_slider(position), Some(gesture))
    });
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
    let slider = form::range()
        .id("load")
        .testid("load")
        .value(to_slider(now).to_string())
        .attr("aria-valuetext", format!("{now} times"))
        .attr("data-fill", "")
        .on("input", oninput);
    let ticks = ["0.1×", "1×", "10×", "100×"].map(|tick| el("span").child(tick));
    let value = entry(EntryProps {
        class: "load-value",
        id: "load-value".into(),
        testid: "load-value".into(),
        label: "Load, times the model's".into(),
        value: say::times(now).into(),
        error,
        commit,
        ..EntryProps::default()
    });
    el("div")
        .class("load")
        .attr("role", "group")
        .label("Load")
        .child(el("label").attr("for", "load").child("Load"))
        .child(
            el("div")
                .class("load-slider")
                .child(slider)
                .child(el("div").class("load-ticks").attr("aria-hidden", true).children(ticks)),
        )
        .child(value)
}

fn menu(state: &State, dispatch: &Dispatch) -> El {
    let item = |name: &'static str, label: &'static str, testid: &'static str, action: Action| {
        el("button")
            .class("menu-item")
            .testid(testid)
            .attr("popovertarget", "menu")
            .attr("popovertargetaction", "hide")
            .on("click", on(dispatch, action))
            .child(icon(name))
            .child(el("span").child(label))
    };
    let narrow = el("div").class("only-narrow");
    el("div")
        .id("menu")
        .class("menu")
        .attr("popover", "auto")
        .attr("aria-labelledby", "menu-button")
        .child(item("plus", "New model", "new", Action::New))
        .child(open(dispatch))
        .child(item("save", "Save as a file", "save", Action::SaveFile))
        .child(item("table", "My models", "my-models", Action::Open(Dialog::MyModels)))
        .child(narrow.child(item("layout", "Examples", "menu-examples", Action::Open(Dialog::Examples))))
        .child(el("hr"))
        .child(item("chart", "Run to the end", "run-to-end", Action::Open(Dialog::Report)))
        .child(item("menu", "Events", "menu-events", Action::Open(Dialog::Events)))
        .child(item("layout", "Lay out", "lay-out", Action::LayOut))
        .child(item("fit", "Fit to the screen", "menu-fit", Action::Fit))
        .child(item("table", "Price book", "prices", Action::Open(Dialog::Prices)))
        .child(el("hr"))
        .child(themes(state, dispatch))
        .child(item("help", "Keys and help", "help", Action::Open(Dialog::Help)))
}

fn open(dispatch: &Dispatch) -> El {
    let dispatch = dispatch.clone();
    let picked = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        if let Some(file) = input.files().and_then(|f| f.get(0)) {
            files::open(file, dispatch.clone());
        }
        input.set_value("");
    });
    let input = el("input").attr("type", "file").attr("accept", ".json,application/json").class("sr-only");
    el("label")
        .class("menu-item file")
        .testid("open")
        .child(icon("open"))
        .child(el("span").child("Open a file…"))
        .child(input.testid("open-file").on("change", picked))
}

fn themes(state: &State, dispatch: &Dispatch) -> El {
    let themes = Theme::ALL.map(|theme| {
        let (word, chosen) = (theme.word(), state.theme == theme);
        segment(word, chosen, on(dispatch, Action::Theme(theme))).testid(format!("theme-{word}"))
    });
    el("div")
        .class("menu-row")
        .attr("role", "group")
        .label("Theme")
        .child(icon("theme"))
        .child(el("div").class("segmented").children(themes))
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
