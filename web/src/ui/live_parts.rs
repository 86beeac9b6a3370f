//! The elements of one card or one link, found once, and what is written into them.

use super::look::{card_figures, has_bricks};
use super::say;
use crate::geometry::{Camera, curve, is_vertical, on_curve, path};
use crate::shell::page::element;
use crate::state::Health;
use std::fmt::Write;
use tenfold::measure::{ComponentRow, LinkRow};
use tenfold::model::{Component, Point};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Points of a sparkline.
const SPARK: usize = 48;
/// Below this zoom cards show only what can still be read.
const FAR: f64 = 0.58;
/// As many instances as are drawn one by one.
const BRICKS_MAX: usize = 14;

/// An element with a text or attribute that is written only when it changes.
#[derive(Debug)]
struct Written {
    element: Option<Element>,
    attribute: Option<&'static str>,
    last: String,
}

impl Written {
    fn text(root: &Element, selector: &str) -> Self {
        Written { element: root.query_selector(selector).ok().flatten(), attribute: None, last: String::new() }
    }
    fn attribute(root: &Element, selector: &str, name: &'static str) -> Self {
        let element = if selector.is_empty() { Some(root.clone()) } else { root.query_selector(selector).ok().flatten() };
        Written { element, attribute: Some(name), last: String::new() }
    }
    fn write(&mut self, value: &str) {
        if self.last == value {
            return;
        }
        self.last.clear();
        self.last.push_str(value);
        match (&self.element, self.attribute) {
            (Some(element), None) => element.set_text_content(Some(value)),
            (Some(element), Some(name)) => {
                let _ = element.set_attribute(name, value);
            }
            _ => {}
        }
    }
}

/// A card.
#[derive(Debug)]
pub(super) struct CardParts {
    pub(super) id: String,
    pub(super) root: HtmlElement,
    pub(super) at: Point,
    state: Written,
    flag: Written,
    ring: Written,
    ring_shown: Written,
    number: Written,
    spark: Written,
    left: Written,
    right: Written,
    value: Written,
    bricks: Option<Element>,
    bricks_last: (u32, u32, u32, u32),
    arrivals: Vec<f64>,
}

impl CardParts {
    pub(super) fn find(component: &Component, arrivals: Vec<f64>) -> Option<Self> {
        let root = element(&format!("node-{}", component.id))?;
        Some(CardParts {
            id: component.id.clone(),
            at: component.at.unwrap_or_default(),
            state: Written::attribute(&root, "", "data-state"),
            flag: Written::text(&root, ".flag"),
            ring: Written::attribute(&root, ".ring-arc", "stroke-dasharray"),
            ring_shown: Written::attribute(&root, "", "data-ring"),
            number: Written::text(&root, ".ring-number"),
            spark: Written::attribute(&root, ".spark path", "d"),
            left: Written::text(&root, ".left"),
            right: Written::text(&root, ".right"),
            value: Written::attribute(&root, "", "data-utilisation"),
            bricks: root.query_selector(".bricks").ok().flatten(),
            bricks_last: (u32::MAX, 0, 0, 0),
            arrivals,
            root,
        })
    }

    /// The past arrivals, for the card that takes this one's place.
    pub(super) fn into_arrivals(self) -> Vec<f64> {
        self.arrivals
    }

    pub(super) fn forget(&mut self) {
        self.arrivals.clear();
        self.spark.write("");
    }

    pub(super) fn place(&mut self, at: Point) {
        self.at = at;
        let _ = self.root.style().set_property("transform", &format!("translate({}px,{}px)", at.x, at.y));
    }

    /// Remembers a window's arrivals for the sparkline.
    pub(super) fn remember(&mut self, row: &ComponentRow) {
        if self.arrivals.len() >= SPARK {
            self.arrivals.remove(0);
        }
        self.arrivals.push(if row.arrivals_per_s.is_finite() { row.arrivals_per_s } else { 0.0 });
    }

    pub(super) fn paint(&mut self, component: &Component, row: &ComponentRow) {
        let health = Health::of(row);
        self.state.write(health.word());
        self.flag.write(&flag(health, row));
        let busy = row.utilisation;
        self.ring_shown.write(if busy.is_finite() { "shown" } else { "none" });
        if busy.is_finite() {
            let percent = (busy * 100.0).clamp(0.0, 100.0);
            self.ring.write(&format!("{percent:.0} 100"));
            self.number.write(&format!("{percent:.0}"));
            self.value.write(&format!("{busy:.4}"));
        }
        let (left, right) = card_figures(component, row);
        self.left.write(&left);
        self.right.write(&right);
        self.spark.write(&spark(&self.arrivals));
        if has_bricks(component.settings.kind()) {
            self.paint_bricks(row);
        }
    }

    fn paint_bricks(&mut self, row: &ComponentRow) {
        let counts = [row.ready, row.starting, row.draining, row.down].map(|x| if x.is_finite() { x as u32 } else { 0 });
        let now = (counts[0], counts[1], counts[2], counts[3]);
        if self.bricks_last == now {
            return;
        }
        self.bricks_last = now;
        let Some(bricks) = &self.bricks else { return };
        let words = ["ready", "starting", "draining", "down"];
        let all = words.iter().zip(counts).flat_map(|(word, count)| std::iter::repeat_n(word, count as usize));
        let mut html = String::new();
        for word in all.clone().take(BRICKS_MAX) {
            let _ = write!(html, "<i class=\"{word}\"></i>");
        }
        let rest = all.count().saturating_sub(BRICKS_MAX);
        if rest > 0 {
            let _ = write!(html, "<b>+{rest}</b>");
        }
        // Only our own words and numbers: nothing of the model's texts goes in here.
        bricks.set_inner_html(&html);
    }
}

/// What is said above the card.
fn flag(health: Health, row: &ComponentRow) -> String {
    match health {
        Health::Down => "down".to_owned(),
        Health::Saturated => format!("saturated: {} waiting", say::count(row.queue)),
        _ if row.down > 0.5 => format!("{:.0} of {:.0} down", row.down, row.down + row.ready + row.starting),
        _ if row.starting > 0.5 => format!("{:.0} starting", row.starting),
        _ => String::new(),
    }
}

fn spark(values: &[f64]) -> String {
    let Some(highest) = values.iter().copied().reduce(f64::max).filter(|_| values.len() > 1) else { return String::new() };
    let scale = if highest > 0.0 { 15.0 / (highest * 1.08) } else { 0.0 };
    let step = 148.0 / (SPARK - 1) as f64;
    let start = (SPARK - values.len()) as f64 * step;
    let mut d = String::with_capacity(values.len() * 11);
    for (i, value) in values.iter().enumerate() {
        let _ = write!(d, "{}{:.1} {:.1}", if i == 0 { 'M' } else { 'L' }, start + i as f64 * step, 16.5 - value * scale);
    }
    d
}

/// A link.
#[derive(Debug)]
pub(super) struct LinkParts {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) curve: [Point; 4],
    root: Element,
    line: Written,
    hit: Written,
    width: Written,
    arrow: Written,
    tag: Written,
    rate: Written,
    state: Written,
}

impl LinkParts {
    pub(super) fn find(link: &tenfold::model::Link) -> Option<Self> {
        let root: Element = crate::shell::page::document()?.get_element_by_id(&format!("link-{}", link.id))?;
        Some(LinkParts {
            id: link.id.clone(),
            from: link.from.clone(),
            to: link.to.clone(),
            curve: curve(Point::default(), Point::default()),
            line: Written::attribute(&root, ".line", "d"),
            hit: Written::attribute(&root, ".hit", "d"),
            width: Written::attribute(&root, ".line", "stroke-width"),
            arrow: Written::attribute(&root, ".line", "marker-end"),
            tag: Written::attribute(&root, ".tag", "transform"),
            rate: Written::text(&root, ".rate"),
            state: Written::attribute(&root, "", "data-state"),
            root,
        })
    }

    pub(super) fn place(&mut self, from: Point, to: Point) {
        self.curve = curve(from, to);
        let d = path(&self.curve);
        self.line.write(&d);
        self.hit.write(&d);
        let upright = is_vertical(&self.curve);
        self.arrow.write(if upright { "url(#arrow)" } else { "" });
        let middle = on_curve(&self.curve, 0.5);
        // Beside an upright line, above a lying one.
        let steep = (self.curve[3].y - self.curve[0].y).abs() > 48.0;
        let (dx, dy) = if upright { (10.0, 4.0) } else if steep { (0.0, 4.0) } else { (0.0, -9.0) };
        let anchor = if upright { "start" } else { "middle" };
        let _ = self.root.set_attribute("data-anchor", anchor);
        self.tag.write(&format!("translate({:.1} {:.1})", middle.x + dx, middle.y + dy));
    }

    pub(super) fn paint(&mut self, row: &LinkRow, details: bool) {
        let flow = if row.calls_per_s.is_finite() { row.calls_per_s } else { 0.0 };
        self.width.write(&format!("{:.1}", (1.4 + 0.75 * libm::log10(1.0 + flow)).min(6.0)));
        let cut = row.cut > 0.5;
        self.state.write(if cut { "cut" } else if flow > 0.0 { "flowing" } else { "idle" });
        let text = if cut {
            "cut".to_owned()
        } else if details && row.mean_s.is_finite() {
            format!("{} · {}", say::rate(flow), say::secs(row.mean_s))
        } else if flow > 0.0 {
            say::rate(flow)
        } else {
            String::new()
        };
        self.rate.write(&text);
    }
}

/// Puts the camera on the worlds of cards and links.
pub(super) fn aim(camera: Camera) {
    let Camera { x, y, zoom } = camera;
    if let Some(world) = element("node-world") {
        let _ = world.style().set_property("transform", &format!("translate({x}px,{y}px) scale({zoom})"));
    }
    if let Some(world) = crate::shell::page::document().and_then(|d| d.get_element_by_id("link-world")) {
        let _ = world.set_attribute("transform", &format!("translate({x} {y}) scale({zoom})"));
    }
    if let Some(stage) = element("stage") {
        // The paper's dots stay apart enough to be dots.
        let mut gap = 24.0 * zoom;
        while gap < 14.0 {
            gap *= 2.0;
        }
        let _ = stage.set_attribute("data-far", if zoom < FAR { "yes" } else { "no" });
        let style = stage.style();
        let _ = style.set_property("background-size", &format!("{gap}px {gap}px"));
        let _ = style.set_property("background-position", &format!("{x}px {y}px"));
    }
}

/// Shows a line that things line up with, or hides it.
pub(super) fn guide(id: &str, at: Option<f64>, upright: bool) {
    let Some(line) = element(id) else { return };
    let style = line.style();
    let _ = style.set_property("display", if at.is_some() { "block" } else { "none" });
    let shift = at.unwrap_or_default();
    let transform = if upright { format!("translate({shift}px,-20000px)") } else { format!("translate(-20000px,{shift}px)") };
    let _ = style.set_property("transform", &transform);
}

/// The element of a link or the wire, for attributes that are not written every frame.
pub(super) fn svg(id: &str) -> Option<Element> {
    crate::shell::page::document()?.get_element_by_id(id)?.dyn_into().ok()
}

