//! Performs the effects that [`update`](crate::state::update) asks for.

use super::Dispatch;
use super::app::waits_for_drawing;
use super::live::LiveHandle;
use super::say;
use crate::charts::StoreHandle;
use crate::shell::engine::{EngineLink, Helpers};
use crate::shell::{examples, files, later, now_ms, page, share, shelf};
use crate::state::{Action, Effect, State, Tone};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use tenfold::measure::Frame;
use wasm_bindgen_futures::spawn_local;

/// How long a message stays, in milliseconds.
const TOAST_MS: i32 = 7_000;
/// How long after the last change the model is kept.
const KEEP_MS: i32 = 400;

/// What the page does things with.
pub(crate) struct Hands {
    pub(crate) live: LiveHandle,
    pub(crate) store: StoreHandle,
    engine: EngineLink,
    helpers: Helpers,
    waiting: Vec<Effect>,
    keeping: Rc<Cell<bool>>,
}

impl Hands {
    pub(crate) fn new(dispatch: &Dispatch, live: LiveHandle) -> Self {
        let engine = EngineLink::start(dispatch);
        Hands {
            live,
            store: StoreHandle::default(),
            engine,
            helpers: Helpers::default(),
            waiting: Vec::new(),
            keeping: Rc::default(),
        }
    }

    /// Performs one effect.
    pub(crate) fn perform(&mut self, effect: Effect, state: &Rc<RefCell<State>>, dispatch: &Dispatch) {
        match effect {
            Effect::Post(order) => self.engine.post(&order),
            Effect::Help(most) if self.engine.is_worker() => self.helpers = Helpers::start(most, dispatch),
            Effect::PostHelper(helper, order) => self.helpers.post(helper, &order),
            Effect::Dismiss => self.helpers = Helpers::default(),
            Effect::FreshWorker => self.engine = EngineLink::start(dispatch),
            Effect::Frame(frame) => self.frame(&state.borrow(), &frame),
            Effect::ClearCharts => {
                self.store.clear();
                self.live.clear();
                write("clock", &say::clock(0.0));
            }
            Effect::MarkEdit => self.store.mark_edit(),
            Effect::CutCharts(at_s) => self.store.change(|store| store.cut(at_s)),
            Effect::ForgetFigures => self.live.clear(),
            Effect::Announce(text) => page::announce(&text),
            Effect::Drag { places, guides } => self.live.drag(&places, guides),
            Effect::Settle => self.live.settle(),
            Effect::Marquee(area) => self.live.marquee(area),
            Effect::Wire(line) => self.live.wire(line),
            Effect::Splice(id) => self.live.splice(id.as_deref()),
            Effect::Camera => {
                // At once while the hand moves, and again when what it shows has been drawn.
                self.live.aim(state.borrow().view.camera);
                self.waiting.push(Effect::Camera);
            }
            effect if waits_for_drawing(&effect) => self.waiting.push(effect),
            effect => self.keep(effect, state, dispatch),
        }
    }

    /// What has to do with files, storage and the page itself.
    fn keep(&self, effect: Effect, state: &Rc<RefCell<State>>, dispatch: &Dispatch) {
        match effect {
            Effect::Save => self.save_soon(state, dispatch),
            Effect::Keep { id, title, text } => {
                // A denied shelf was told of when the page opened.
                let _ = shelf::keep(&id, &title, &text);
            }
            Effect::Remember(what) => shelf::remember(&what),
            Effect::List => dispatch.emit(Action::Listed(shelf::list())),
            Effect::Fetch(id) => match shelf::fetch(&id) {
                Some(text) => dispatch.emit(Action::OpenSaved { id, text }),
                None => dispatch.emit(Action::Say(Tone::Bad, "This model is no longer kept here.".into())),
            },
            Effect::FetchExamples => {
                let dispatch = dispatch.clone();
                spawn_local(async move { dispatch.emit(Action::Examples(examples::fetch().await)) });
            }
            Effect::Forget(id) => {
                if let Err(why) = shelf::forget(&id) {
                    dispatch.emit(Action::Say(Tone::Bad, why));
                }
            }
            Effect::Theme(theme) => {
                page::set_theme(theme);
                shelf::keep_theme(theme);
            }
            Effect::Download { name, mime, text } => files::download(&name, mime, &text),
            Effect::ToClipboard(text) => files::copy(&text, "Copied.", dispatch.clone()),
            Effect::Pack(text) => {
                let dispatch = dispatch.clone();
                spawn_local(async move { dispatch.emit(Action::Packed(share::encode(&text).await)) });
            }
            Effect::ClearHash => page::clear_hash(),
            Effect::Title(title) => page::set_title(&title),
            Effect::Expire(id) => {
                let dispatch = dispatch.clone();
                later(TOAST_MS, move || dispatch.emit(Action::DismissToast(id)));
            }
            _ => {}
        }
    }

    fn save_soon(&self, state: &Rc<RefCell<State>>, dispatch: &Dispatch) {
        if self.keeping.replace(true) {
            return;
        }
        let (keeping, state, dispatch) = (self.keeping.clone(), state.clone(), dispatch.clone());
        later(KEEP_MS, move || {
            keeping.set(false);
            if let Err(why) = keep_now(&state.borrow()) {
                dispatch.emit(Action::Say(
                    Tone::Bad,
                    format!("Your model is not kept: {why}. Save it as a file."),
                ));
            }
        });
    }

    fn frame(&self, state: &State, frame: &Frame) {
        let moment = state.is_in_past().then_some(state.run.now_s);
        self.store.change(|store| {
            store.push(frame);
            store.set_moment(moment);
        });
        self.live.paint(&state.run, frame, now_ms());
        write("clock", &say::clock(state.run.now_s));
        let wanted = state.run.speed;
        let known = state.run.playing && state.run.achieved > 0.0;
        let lags = known && (wanted <= 0.0 || state.run.achieved < wanted * 0.93);
        write("achieved", &if lags { say::times(state.run.achieved) } else { String::new() });
    }

    /// What had to wait for the drawing.
    pub(crate) fn after_drawing(&mut self, state: &State) {
        if !state.run.playing {
            self.live.hold();
        }
        page::fill_sliders();
        page::show_dialog();
        for effect in self.waiting.drain(..) {
            match effect {
                Effect::Camera => self.live.aim(state.view.camera),
                Effect::Focus(id) => page::focus(&id),
                Effect::Repaint => {
                    if let Some(frame) = &state.run.frame {
                        // Its windows have been noted.
                        let frame = Frame { windows: Vec::new(), ..Frame::clone(frame) };
                        self.live.paint(&state.run, &frame, now_ms());
                    }
                }
                _ => {}
            }
        }
    }
}

/// Keeps the open model, when it is one to be kept and there is a shelf.
pub(super) fn keep_now(state: &State) -> Result<(), shelf::Denied> {
    match &state.doc {
        Some(id) if state.storage_denied.is_none() => {
            let model = state.model_to_keep();
            shelf::keep(id, &model.head.title, &model.to_json())
        }
        _ => Ok(()),
    }
}

fn write(id: &str, text: &str) {
    if let Some(element) = page::element(id) {
        element.set_text_content(Some(text));
    }
}
