//! What is on the screen.

mod app;
mod canvas;
mod card;
mod dialogs;
mod dock;
mod dots;
pub(crate) mod el;
mod entry;
mod events;
mod form;
pub mod icons;
mod inspector;
mod listeners;
mod live;
mod live_card;
mod live_link;
mod live_parts;
mod look;
mod outline;
mod palette;
mod perform;
pub(crate) mod say;
mod timeline;
mod topbar;

pub(crate) use app::{App, Opening};

use crate::state::Action;
use web_sys::Event;
use yew::Callback;

/// Where actions go.
pub(crate) type Dispatch = Callback<Action>;

/// A callback that sends one action, whatever the event.
pub(crate) fn on(dispatch: &Dispatch, action: Action) -> Callback<Event> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.emit(action.clone()))
}
