//! The whole page: state in the middle, the parts around it.

use super::canvas::{Canvas, CanvasProps};
use super::el::{El, component, el};
use super::icons::icon;
use super::live::LiveHandle;
use super::perform::Hands;
use super::{Dispatch, dialogs, dock, inspector, listeners, on, palette, topbar};
use crate::shell::{now_ms, page};
use crate::state::{Action, Effect, Pointer, State, Toast, Tone, key_action, update};
use std::cell::RefCell;
use std::rc::Rc;
use yew::{Component, Context, Html, Properties};

/// Panels that show live figures are drawn again at most this often, in milliseconds; the canvas and the charts go faster.
const PANELS_MS: f64 = 280.0;

/// What the page opens with.
#[derive(Debug, PartialEq, Properties)]
pub(crate) struct Opening {
    /// The model's text in the address, if it holds one; or why it cannot be read, in words.
    pub(crate) link: Option<Result<String, String>>,
    /// The built-in models, if one of them was open last; or why they have not come, in words.
    pub(crate) examples: Option<Result<String, String>>,
}

/// The page.
pub(crate) struct App {
    state: Rc<RefCell<State>>,
    hands: Hands,
    dispatch: Dispatch,
    drawn_ms: f64,
}

impl Component for App {
    type Message = Action;
    type Properties = Opening;

    fn create(ctx: &Context<Self>) -> Self {
        let dispatch: Dispatch = ctx.link().callback(|action| action);
        let state = Rc::new(RefCell::new(State::default()));
        let hands = Hands::new(&dispatch, LiveHandle::default());
        dispatch.emit(Action::Boot(Box::new(page::boot(ctx.props()))));
        App { state, hands, dispatch, drawn_ms: 0.0 }
    }

    fn update(&mut self, _: &Context<Self>, action: Action) -> bool {
        let kind = Redraw::of(&action);
        let dialog = self.state.borrow().dialog;
        let effects = update(&mut self.state.borrow_mut(), action);
        if self.state.borrow().dialog != dialog {
            page::close_dialog();
        }
        for effect in effects {
            self.hands.perform(effect, &self.state, &self.dispatch);
        }
        let now = now_ms();
        let draw = match kind {
            Redraw::Never => false,
            Redraw::Now => true,
            // Of a run that stands still no other frame may follow.
            Redraw::Sometimes => now - self.drawn_ms >= PANELS_MS || !self.state.borrow().run.playing,
        };
        if draw {
            self.drawn_ms = now;
        }
        draw
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let state = self.state.borrow();
        let view = &state.view;
        let dispatch = &self.dispatch;
        let open = |yes: bool| if yes { "open" } else { "closed" };
        let canvas = component::<Canvas>(CanvasProps {
            model: state.model.clone(),
            selection: view.selection.clone(),
            focus: view.focus.clone(),
            renaming: view.renaming.clone(),
            wiring: view.wiring.clone(),
            live: self.hands.live.clone(),
            dispatch: dispatch.clone(),
        });
        let middle = el("main").class("middle").label("Canvas");
        let announcer = el("div").id("announcer").class("sr-only").attr("role", "status");
        el("div")
            .class("app")
            .attr("data-screen", view.screen.word())
            .attr("data-palette", open(view.palette_open))
            .attr("data-inspector", open(view.inspector_open))
            .child(topbar::view(&state, dispatch))
            .child(palette::view(&state, dispatch, &self.hands.live))
            .child(middle.child(canvas).child(palette::canvas_buttons(&state, dispatch)))
            .child(inspector::view(&state, dispatch))
            .child(dock::view(&state, dispatch, &self.hands.store))
            .child(dialogs::view(&state, dispatch))
            .child(toasts(&state, dispatch))
            .child(announcer.attr("aria-live", "polite"))
            .child(el("div").id("ghost").attr("aria-hidden", true))
            .into()
    }

    fn rendered(&mut self, _: &Context<Self>, first: bool) {
        if first {
            let state = self.state.clone();
            listeners::listen_to_everything(&self.dispatch, move |key| {
                // While an action is under way no key comes in; were it so, the key would be lost and nothing else.
                state.try_borrow().ok().and_then(|state| key_action(&state, key))
            });
            let state = self.state.clone();
            listeners::on_leaving(move || {
                if let Ok(state) = state.try_borrow() {
                    let _ = super::perform::keep_now(&state);
                }
            });
            self.hands.live.reduce_motion(page::matches("(prefers-reduced-motion: reduce)"));
        }
        self.hands.after_drawing(&self.state.borrow());
    }
}

fn toasts(state: &State, dispatch: &Dispatch) -> El {
    let toast = |toast: &Toast| {
        let close =
            el("button").attr("tabindex", "-1").on("click", on(dispatch, Action::DismissToast(toast.id)));
        el("div")
            .key(toast.id)
            .class(if toast.tone == Tone::Bad { "toast bad" } else { "toast" })
            .child(el("span").child(&toast.text))
            .child(close.child(icon("close")))
    };
    el("div").class("toasts").attr("aria-hidden", true).children(state.toasts.iter().map(toast))
}

/// Whether an action shows in what Yew draws.
enum Redraw {
    Never,
    Sometimes,
    Now,
}

impl Redraw {
    fn of(action: &Action) -> Self {
        match action {
            Action::Pointer(Pointer::Move { .. }) | Action::Wheel { .. } | Action::DragOver(_) => {
                Redraw::Never
            }
            Action::Zoom(_) | Action::ZoomReset | Action::Fit | Action::Resized(..) => Redraw::Never,
            Action::News { news, .. }
                if matches!(news.what, tenfold_engine::protocol::FromEngine::Frame(_)) =>
            {
                Redraw::Sometimes
            }
            _ => Redraw::Now,
        }
    }
}

/// Effects that must wait until Yew has drawn.
pub(crate) fn waits_for_drawing(effect: &Effect) -> bool {
    matches!(effect, Effect::Focus(_) | Effect::Camera | Effect::Repaint)
}
