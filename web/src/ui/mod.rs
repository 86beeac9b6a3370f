//! What is on the screen.

mod app;
mod canvas;
mod card;
mod dialogs;
mod dock;
mod dots;
mod entry;
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
mod say;
mod topbar;

pub(crate) use app::{App, Opening};

use crate::state::Action;
use yew::Callback;

/// Where actions go.
pub(crate) type Dispatch = Callback<Action>;

/// A callback that sends one action, whatever the event.
pub(crate) fn on<E>(dispatch: &Dispatch, action: Action) -> Callback<E> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.emit(action.clone()))
}
