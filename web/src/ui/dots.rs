//! Requests seen moving along the links: dots on a canvas above them, as many as an eye can follow.
//!
//! How many there are and where is worked out by [`swarm`], which knows no browser; here they are drawn, by one
//! animation frame after the other while the run goes on and by none while it does not.

mod swarm;
mod track;

use crate::charts::{Surface, device_pixel_ratio};
use std::cell::{Cell, RefCell};
use std::f64::consts::TAU;
use std::fmt;
use std::rc::{Rc, Weak};
use swarm::{Mark, Swarm};
use tenfold::measure::LinkRow;
use tenfold::model::Point;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ResizeObserver};

/// A dot's radius, CSS pixels.
const RADIUS: f64 = 3.0;
/// The colours are read again after so long, ms: cheaper than hearing of every way a theme can change.
const COLOURS_MS: f64 = 500.0;
/// A step of the animation is at most this long, seconds: a tab that comes back does not leap.
const STEP_MAX_S: f64 = 0.1;
/// Shorter ways than this are not worth a picture, CSS pixels: from far away, where there are many dots, every other frame does.
const STEP_PX: f64 = 0.7;
/// Steps by which what falls off fades.
const FADES: usize = 4;

/// A link as the dots see it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DotLink {
    /// The link's name: dots stay on their link when others come and go.
    pub(crate) id: String,
    /// Its curve, in canvas units.
    pub(crate) curve: [Point; 4],
}

/// The moving dots of a canvas.
#[derive(Clone)]
pub(crate) struct Dots(Rc<Inner>);

struct Inner {
    state: RefCell<State>,
    tick: Closure<dyn FnMut(f64)>,
    frame: Cell<Option<i32>>,
    resized: RefCell<Option<Resized>>,
}

/// Hears of a new size; the observer needs its closure alive.
type Resized = (ResizeObserver, Closure<dyn FnMut()>);

struct State {
    surface: Option<Surface>,
    swarm: Swarm,
    camera: (f64, f64, f64),
    running: bool,
    flowing: bool,
    reduced: bool,
    /// What is seen has changed, so the next frame draws whatever happens.
    stale: bool,
    last_ms: Option<f64>,
    colours: Option<Colours>,
}

struct Colours {
    works: String,
    hurts: String,
    rim: String,
    read_ms: f64,
}

impl Dots {
    /// Takes a canvas, which is made as large as its parent and stays so.
    pub(crate) fn attach(canvas: HtmlCanvasElement) -> Dots {
        let state = State {
            surface: Surface::of(canvas.clone()),
            swarm: Swarm::default(),
            camera: (0.0, 0.0, 1.0),
            running: true,
            flowing: false,
            reduced: false,
            stale: true,
            last_ms: None,
            colours: None,
        };
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| {
            let inner = inner.clone();
            let tick = Closure::new(move |now_ms: f64| {
                if let Some(inner) = inner.upgrade() {
                    inner.tick(now_ms);
                }
            });
            let frame = Cell::new(None);
            Inner { state: RefCell::new(state), tick, frame, resized: RefCell::new(None) }
        });
        let weak = Rc::downgrade(&inner);
        let closure = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.state.borrow_mut().measure_again();
                inner.ask();
            }
        });
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok();
        if let Some((observer, parent)) = observer.zip(canvas.parent_element()) {
            observer.observe(&parent);
            *inner.resized.borrow_mut() = Some((observer, closure));
        }
        Dots(inner)
    }

    /// Says where the links are now; dots that are under way stay on theirs.
    pub(crate) fn set_links(&self, links: &[DotLink]) {
        self.change(|state| state.swarm.set_links(links));
    }

    /// Says what flows, link by link in the order of the links, and how many simulated seconds pass in one.
    /// Without rates or at speed zero the dots stand still.
    pub(crate) fn set_rates(&self, rows: &[LinkRow], speed: f64) {
        self.change(|state| {
            state.flowing = speed > 0.0 && !rows.is_empty();
            state.swarm.set_rates(rows, speed);
        });
    }

    /// Says what part of the canvas is seen: `screen = canvas × zoom + (x, y)`.
    pub(crate) fn set_camera(&self, x: f64, y: f64, zoom: f64) {
        self.change(|state| {
            state.camera = (x, y, zoom);
            state.stale = true;
        });
    }

    /// Lets the dots move or stand.
    #[allow(dead_code, reason = "rates of zero do the same; for a page that keeps its rates while it pauses")]
    pub(crate) fn set_running(&self, running: bool) {
        self.change(|state| state.running = running);
    }

    /// Takes the dots away for those who prefer no motion.
    pub(crate) fn set_reduced(&self, reduced: bool) {
        self.change(|state| {
            state.reduced = reduced;
            state.swarm.clear();
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.state.borrow_mut());
        self.0.ask();
    }
}

impl Inner {
    fn ask(&self) {
        if self.frame.get().is_none() {
            let function = self.tick.as_ref().unchecked_ref();
            self.frame
                .set(web_sys::window().and_then(|window| window.request_animation_frame(function).ok()));
        }
    }

    fn tick(&self, now_ms: f64) {
        self.frame.set(None);
        let mut state = self.state.borrow_mut();
        if state.is_due(now_ms) {
            state.draw(now_ms);
        }
        if state.moves() {
            drop(state);
            self.ask();
        }
    }
}

impl State {
    fn moves(&self) -> bool {
        self.running && self.flowing && !self.reduced
    }

    fn measure_again(&mut self) {
        self.stale = true;
        if let Some(surface) = &mut self.surface {
            surface.measure_again();
        }
    }

    /// Whether a picture would show anything new.
    fn is_due(&self, now_ms: f64) -> bool {
        let way = |last_ms: f64| swarm::SPEED * self.camera.2 * (now_ms - last_ms) / 1000.0;
        self.stale || !self.moves() || self.last_ms.is_none_or(|last_ms| way(last_ms) >= STEP_PX)
    }

    fn draw(&mut self, now_ms: f64) {
        let moves = self.moves();
        self.stale = false;
        let Some(surface) = &mut self.surface else { return };
        surface.fit();
        surface.begin();
        let elapsed_s = self.last_ms.map_or(0.0, |last| (now_ms - last).max(0.0) / 1000.0);
        self.last_ms = moves.then_some(now_ms);
        if self.reduced || !surface.is_visible() {
            return;
        }
        if moves {
            self.swarm.advance(elapsed_s.min(STEP_MAX_S));
        }
        if self.colours.as_ref().is_none_or(|colours| now_ms - colours.read_ms > COLOURS_MS) {
            self.colours = Some(Colours::of(surface.canvas(), now_ms));
        }
        let (x, y, zoom) = self.camera;
        let ctx = &surface.ctx;
        let ratio = device_pixel_ratio();
        if ctx.set_transform(ratio * zoom, 0.0, 0.0, ratio * zoom, ratio * x, ratio * y).is_err() {
            return;
        }
        let [width, height] = surface.size;
        let seen = [(-x) / zoom, (-y) / zoom, (width - x) / zoom, (height - y) / zoom];
        if let Some(colours) = &self.colours {
            paint(ctx, &self.swarm, seen, colours, zoom);
        }
    }
}

/// Draws what is inside the rectangle `seen` (left, top, right, bottom), in canvas units.
fn paint(ctx: &CanvasRenderingContext2d, swarm: &Swarm, seen: [f64; 4], colours: &Colours, zoom: f64) {
    // From far away the dots stay large enough to be seen.
    let radius = RADIUS * (0.75 / zoom).clamp(1.0, 2.2);
    let mut moving = Vec::new();
    let mut falling: [Vec<[f64; 2]>; FADES] = Default::default();
    swarm.visit(seen, |mark, at| match mark {
        Mark::Moving => moving.push(at),
        Mark::Falling { faded } => falling[((faded * FADES as f64) as usize).min(FADES - 1)].push(at),
    });
    for (colour, radius) in [(&colours.rim, radius + 1.2), (&colours.works, radius)] {
        ctx.begin_path();
        for at in &moving {
            ctx.move_to(at[0] + radius, at[1]);
            // Fails for a negative radius only.
            let _ = ctx.arc(at[0], at[1], radius, 0.0, TAU);
        }
        ctx.set_fill_style_str(colour);
        ctx.fill();
    }
    ctx.set_stroke_style_str(&colours.hurts);
    ctx.set_line_width(radius * 0.65);
    ctx.set_line_cap("round");
    for (step, crosses) in falling.iter().enumerate() {
        ctx.set_global_alpha(1.0 - step as f64 / FADES as f64);
        ctx.begin_path();
        for [x, y] in crosses {
            let arm = radius * 0.95;
            ctx.move_to(x - arm, y - arm);
            ctx.line_to(x + arm, y + arm);
            ctx.move_to(x + arm, y - arm);
            ctx.line_to(x - arm, y + arm);
        }
        ctx.stroke();
    }
    ctx.set_global_alpha(1.0);
}

impl Colours {
    fn of(canvas: &HtmlCanvasElement, now_ms: f64) -> Colours {
        let style = web_sys::window().and_then(|window| window.get_computed_style(canvas).ok().flatten());
        let read = |name: &str, otherwise: &str| {
            let value =
                style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
            if value.trim().is_empty() { otherwise.to_owned() } else { value.trim().to_owned() }
        };
        Colours {
            works: read("--accent", "#0d7a6f"),
            hurts: read("--hurts", "#c2410c"),
            rim: read("--paper", "#f7f6f3"),
            read_ms: now_ms,
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some((observer, _)) = &*self.resized.borrow() {
            observer.disconnect();
        }
        if let (Some(frame), Some(window)) = (self.frame.get(), web_sys::window()) {
            let _ = window.cancel_animation_frame(frame);
        }
    }
}

impl fmt::Debug for Dots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dots({})", self.0.state.borrow().swarm.len())
    }
}
