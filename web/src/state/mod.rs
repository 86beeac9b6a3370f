//! What the page knows, and how an action changes it. No browser in here: all of it runs under plain `cargo test`.
//!
//! [`update`] is the only way in: it changes the [`State`] and returns what the shell must do about it.

mod action;
mod build;
mod carries;
mod clip;
mod course;
mod crew;
mod dependants;
mod doc;
mod examples;
mod files;
mod health;
mod history;
mod keys;
mod log;
mod navigate;
mod problems;
mod run;
mod tool;
mod travel;
mod typed;
mod verdict;
mod view;

pub(crate) use action::{Action, Boot, Effect, Saved, Tone};
pub(crate) use carries::{Carries, wanted};
pub(crate) use course::Moment;
#[cfg(test)]
pub(crate) use dependants::with_dependants;
pub(crate) use doc::capital;
pub(crate) use examples::Examples;
pub(crate) use health::{Health, held, who_waits};
pub(crate) use keys::{KEYS, Key, key_action};
pub(crate) use log::Event;
pub(crate) use problems::Trouble;
pub(crate) use run::{Report, Run};
pub(crate) use tool::{Hit, Pointer, Press};
pub(crate) use typed::{scale_of, typed};
pub(crate) use verdict::{Mood, Recent, percent, station, verdict, waiting};
pub(crate) use view::{Dialog, Screen, Target, Theme, View, Wiring};

use std::ops::Deref;
use std::rc::Rc;
use tenfold::model::{Model, Point};

/// Messages shown at once.
const TOASTS_MAX: usize = 2;

/// A value that is shared and compared by identity, so that what depends on it is drawn again only when it is replaced.
#[derive(Debug)]
pub(crate) struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Shared(Rc::new(value))
    }
}
impl<T: Clone> Shared<T> {
    /// The value to change; what others hold stays as it is.
    pub(crate) fn change(&mut self) -> &mut T {
        if Rc::strong_count(&self.0) == 1 {
            // A fresh identity all the same: it will be another value.
            self.0 = Rc::new((*self.0).clone());
        }
        Rc::make_mut(&mut self.0)
    }
}
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Shared(Rc::clone(&self.0))
    }
}
impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A short message over the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Toast {
    pub(crate) id: u64,
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// Everything the page knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) model: Shared<Model>,
    pub(crate) history: history::History,
    pub(crate) view: View,
    pub(crate) tool: tool::Tool,
    pub(crate) run: Run,
    pub(crate) problems: Vec<Trouble>,
    pub(crate) toasts: Vec<Toast>,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) theme: Theme,
    /// The shelf's name for the open model; `None` while it is not kept there.
    pub(crate) doc: Option<String>,
    /// My models, as last read; or why there are none.
    pub(crate) listed: Option<Result<Vec<Saved>, String>>,
    pub(crate) examples: Examples,
    /// Why nothing can be kept, if so.
    pub(crate) storage_denied: Option<String>,
    /// What was copied last, for browsers that keep the page from the clipboard.
    pub(crate) clip: Option<String>,
    /// The model as a link, once it is packed.
    pub(crate) link: Option<String>,
    fresh: u64,
    /// What the shell must do, in this order.
    asked: Vec<Effect>,
}

impl Default for State {
    fn default() -> Self {
        State {
            model: Shared::new(Model::default()),
            history: history::History::default(),
            view: View::default(),
            tool: tool::Tool::default(),
            run: Run::default(),
            problems: Vec::new(),
            toasts: Vec::new(),
            dialog: None,
            theme: Theme::System,
            doc: None,
            listed: None,
            examples: Examples::default(),
            storage_denied: None,
            clip: None,
            link: None,
            fresh: 1,
            asked: Vec::new(),
        }
    }
}

impl State {
    /// A number not used before.
    fn fresh(&mut self) -> u64 {
        self.fresh = self.fresh.wrapping_add(1);
        self.fresh
    }

    /// Where a component stands.
    pub(crate) fn place_of(&self, id: &str) -> Option<Point> {
        self.model.component(id).and_then(|c| c.at)
    }

    /// The component whose card is at `at` (world), the topmost first.
    pub(crate) fn component_at(&self, at: Point) -> Option<&str> {
        let hit = |p: Point| crate::geometry::Area::card(p).contains(at);
        self.model.components.iter().rev().find(|c| c.at.is_some_and(hit)).map(|c| c.id.as_str())
    }

    /// Why what was typed at a field was refused.
    pub(crate) fn words_at(&self, at: &tenfold::model::FieldPath) -> Option<yew::AttrValue> {
        problems::words_at(&self.problems, at).map(|words| yew::AttrValue::from(words.to_owned()))
    }

    /// Asks the shell to do something once the action is over.
    fn ask(&mut self, effect: Effect) {
        self.asked.push(effect);
    }

    /// Says something to those who listen to the page.
    fn announce(&mut self, text: impl Into<String>) {
        self.ask(Effect::Announce(text.into()));
    }

    /// Shows a short message.
    fn say(&mut self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        if self.toasts.iter().any(|t| t.text == text) {
            return;
        }
        // Older ones would only hide what is worked on; the newest is what it is about.
        if self.toasts.len() >= TOASTS_MAX {
            self.toasts.remove(0);
        }
        let id = self.fresh();
        self.toasts.push(Toast { id, tone, text: text.clone() });
        self.announce(text);
        self.ask(Effect::Expire(id));
    }
}

/// Changes the state and gives back what the shell must do.
pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    act(state, action);
    run::watch(state);
    std::mem::take(&mut state.asked)
}

/// Changes the state, and asks for what must be done about it.
fn act(state: &mut State, action: Action) {
    use Action as A;
    match action {
        A::Edit { edit, gesture } => doc::edit(state, edit, gesture, None),
        A::Field { edit, at, gesture } => {
            let edit = dependants::with_dependants(&state.model, edit);
            doc::edit(state, edit, gesture, Some(at));
        }
        A::Undo => doc::undo(state),
        A::Redo => doc::redo(state),
        A::Add { kind, at } => build::add(state, kind, at),
        A::Connect { from, to } => build::connect(state, &from, &to),
        A::Delete => doc::delete(state),
        A::LayOut => doc::lay_out(state),
        A::Nudge { by } => doc::nudge(state, by),
        A::Rename(id) => doc::rename(state, id),
        A::DragOver(at) => build::drag_over(state, at),
        A::Duplicate => clip::duplicate(state),
        A::Copy { cut } => clip::copy(state, cut),
        A::Paste(text) => clip::paste(state, &text),
        A::Pointer(event) => {
            state.view.fitted &= !matches!(event, Pointer::Down(_));
            tool::pointer(state, event)
        }
        A::ToggleRun | A::Step | A::Reset | A::Speed(_) | A::Runs(_) | A::RunToEnd | A::CancelReport => {
            run::act(state, action)
        }
        A::Travel(_) | A::Fork => travel::act(state, action),
        A::News { news, numbers } => run::news(state, news, &numbers),
        A::EngineDied(message) => run::died(state, &message),
        A::HelperNews { helper, said } => crew::heard(state, helper, said),
        A::Boot(_)
        | A::New
        | A::OpenText { .. }
        | A::OpenPreset(_)
        | A::Examples(_)
        | A::OpenSaved { .. }
        | A::OpenLink(_)
        | A::Packed(_) => files::act(state, action),
        A::SaveFile | A::DownloadReport { .. } | A::Listed(_) | A::Fetch(_) | A::Forget(_) => {
            files::act(state, action)
        }
        A::GoTo(path) => problems::go_to(state, &path),
        A::ClearProblems => state.problems.clear(),
        A::Say(tone, text) => state.say(tone, text),
        A::DismissToast(id) => {
            state.toasts.retain(|t| t.id != id);
        }
        other => navigate::act(state, other),
    }
}

#[cfg(test)]
mod tests;
