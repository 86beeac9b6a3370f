//! What has happened, as a list: the newest first, each a way to its moment.

use super::el::{El, el};
use super::{Dispatch, on, say};
use crate::state::{Action, Event, State};

/// The events that `which` picks; `named` says whom each is about.
pub(super) fn list(state: &State, dispatch: &Dispatch, named: bool, which: impl Fn(&Event) -> bool) -> El {
    let travel = &state.run.travel;
    let item = |event: &Event| {
        let at_s = event.notice.at_s;
        let reachable = (travel.reach_s..=travel.latest_s).contains(&at_s);
        let ahead = if at_s > state.run.now_s { "event ahead" } else { "event" };
        let button = el("button").class(ahead).flag("disabled", !reachable);
        let button = button.on("click", on(dispatch, Action::Travel(at_s)));
        let button = button.child(el("time").child(say::clock(at_s)));
        let name = named.then(|| name(state, &event.notice.about)).filter(|name| !name.is_empty());
        let name = name.map(|name| el("strong").child(name));
        el("li").key(event.number).child(button.child(name).child(el("span").child(&event.notice.what)))
    };
    let items: Vec<El> = state.run.log.newest().filter(|event| which(event)).map(item).collect();
    let none = el("p").class("muted").flag("hidden", !items.is_empty()).child("Nothing has happened yet.");
    let log = el("div").class("events").attr("role", "log").attr("aria-live", "polite").label("Events");
    log.testid("events-list").attr("tabindex", "0").child(none).child(el("ul").children(items))
}

/// The name of a component, or of a link by its ends.
fn name(state: &State, about: &str) -> String {
    let component = |id: &str| state.model.component(id).map_or_else(|| id.to_owned(), |c| c.name.clone());
    match state.model.link(about) {
        Some(link) => format!("{} → {}", component(&link.from), component(&link.to)),
        None => component(about),
    }
}
