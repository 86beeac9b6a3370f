//! The line below the charts: from as far back as one can go to the latest time that the run has come to.

use super::el::{El, el};
use super::{Dispatch, form, on, say};
use crate::state::{Action, Dialog, State};
use web_sys::{HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{Callback, TargetCast};

/// The slider's places, from its beginning to its end.
const PLACES: f64 = 1000.0;

pub(super) fn view(state: &State, dispatch: &Dispatch) -> El {
    let travel = &state.run.travel;
    let (from, to) = (travel.reach_s, travel.latest_s);
    let here = travel.heading_s.unwrap_or(state.run.now_s);
    let window = state.model.head.window.secs();
    let share = if to > from { (here - from) / (to - from) } else { 1.0 };
    let oninput = dispatch.reform(move |event: InputEvent| {
        let place = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
        let at = libm::floor((from + place / PLACES * (to - from)) / window) * window;
        Action::Travel(if place >= PLACES { to } else { at })
    });
    let onkeydown = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowLeft" | "ArrowDown" => -window,
                "ArrowRight" | "ArrowUp" => window,
                _ => return,
            };
            // By windows, whatever part of the whole that is.
            event.prevent_default();
            dispatch.emit(Action::Travel(libm::round((here + by) / window) * window));
        })
    };
    let slider = form::range()
        .id("travel")
        .testid("travel")
        .value(format!("{:.0}", share * PLACES))
        .label("Time shown")
        .attr("aria-valuetext", format!("{} of {}", say::clock(here), say::clock(to)))
        .attr("data-reach", from.to_string())
        .attr("data-now", here.to_string())
        .attr("data-latest", to.to_string())
        .on("input", oninput)
        .on("keydown", onkeydown);
    let past = state.is_in_past();
    let words = if past {
        format!(
            "{} before the end. Run repeats what came; an edit makes it come out otherwise.",
            say::secs(to - here)
        )
    } else {
        "Drag to go back".to_owned()
    };
    let fork = el("button").class("action").testid("fork").on("click", on(dispatch, Action::Fork));
    let events =
        el("button").class("action events-open").testid("events").title("What has happened, and when");
    let events = events.on("click", on(dispatch, Action::Open(Dialog::Events)));
    el("div")
        .class("travel")
        .attr("data-past", past)
        .child(slider)
        .child(el("span").class("travel-words").child(words))
        .child(past.then(|| fork.title("Forgets what came after this moment").child("Fork from here")))
        .child(events.child("Events"))
}
