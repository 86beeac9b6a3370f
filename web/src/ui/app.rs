//! The whole page: state in the middle, the parts around it.

use super::canvas::Canvas;
use super::live::LiveHandle;
use super::perform::Hands;
use super::{Dispatch, dialogs, dock, inspector, listeners, palette, topbar};
use crate::shell::{now_ms, page};
use crate::state::{Action, Effect, Pointer, State, Tone, key_action, update};
use std::cell::RefCell;
use std::rc::Rc;
use yew::{Component, Context, Html, Properties, html};

/// Panels that show live figures are drawn again at most this often, in milliseconds; the canvas and the charts go faster.
const PANELS_MS: f64 = 280.0;

/// What the page opens with.
#[derive(Debug, PartialEq, Properties)]
pub(crate) struct Opening {
    /// The model's text in the address, if it holds one; or why it cannot be read, in words.
    pub(crate) link: Option<Result<String, String>>,
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
        dispatch.emit(Action::Boot(Box::new(page::boot(ctx.props().link.clone()))));
        App { state, hands, dispatch, drawn_ms: 0.0 }
    }

    fn update(&mut self, _: &Context<Self>, action: Action) -> bool {
        let kind = Redraw::of(&action);
        let effects = update(&mut self.state.borrow_mut(), action);
        let selected = self.state.borrow().view.links().next().map(str::to_owned);
        self.hands.live.select_link(selected.as_deref());
        for effect in effects {
            self.hands.perform(effect, &self.state, &self.dispatch);
        }
        let now = now_ms();
        let draw = match kind {
            Redraw::Never => false,
            Redraw::Now => true,
            Redraw::Sometimes => now - self.drawn_ms >= PANELS_MS,
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
        html! {
            <div class="app" data-screen={view.screen.word()} data-palette={open(view.palette_open)} data-inspector={open(view.inspector_open)}>
                { topbar::view(&state, dispatch) }
                { palette::view(&state, dispatch, &self.hands.live) }
                <main class="middle" aria-label="Canvas">
                    <Canvas model={state.model.clone()} selection={view.selection.clone()} focus={view.focus.clone()}
                        renaming={view.renaming.clone()} wiring={view.wiring.clone()} live={self.hands.live.clone()} dispatch={dispatch.clone()} />
                    { palette::canvas_buttons(&state, dispatch) }
                </main>
                { inspector::view(&state, dispatch) }
                { dock::view(&state, dispatch, &self.hands.store) }
                { dialogs::view(&state, dispatch) }
                <div class="toasts" aria-hidden="true">
                    { for state.toasts.iter().map(|toast| html! {
                        <div key={toast.id} class={if toast.tone == Tone::Bad { "toast bad" } else { "toast" }}>
                            <span>{ &toast.text }</span>
                            <button tabindex="-1" onclick={super::on(dispatch, Action::DismissToast(toast.id))}>{ super::icons::icon("close") }</button>
                        </div>
                    }) }
                </div>
                <div id="announcer" class="sr-only" role="status" aria-live="polite"></div>
                <div id="ghost" aria-hidden="true"></div>
            </div>
        }
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
    matches!(effect, Effect::Focus(_) | Effect::Camera)
}
