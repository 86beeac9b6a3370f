//! Writing into elements past the virtual DOM: what all parts of the canvas share.

use crate::geometry::Camera;
use crate::shell::page::{document, element};
use web_sys::Element;

/// Below this zoom cards show only what can still be read.
pub(super) const FAR: f64 = 0.58;
/// Below this zoom no text beside a link can be read.
pub(super) const VERY_FAR: f64 = 0.34;

/// An element with a text or attribute that is written only when it changes.
#[derive(Debug)]
pub(super) struct Written {
    element: Option<Element>,
    attribute: Option<&'static str>,
    last: String,
}

impl Written {
    pub(super) fn text(root: &Element, selector: &str) -> Self {
        Written {
            element: root.query_selector(selector).ok().flatten(),
            attribute: None,
            last: String::new(),
        }
    }
    pub(super) fn attribute(root: &Element, selector: &str, name: &'static str) -> Self {
        let element = if selector.is_empty() {
            Some(root.clone())
        } else {
            root.query_selector(selector).ok().flatten()
        };
        Written { element, attribute: Some(name), last: String::new() }
    }
    pub(super) fn write(&mut self, value: &str) {
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

/// Puts the camera on the worlds of cards and links.
pub(super) fn aim(camera: Camera) {
    let Camera { x, y, zoom } = camera;
    if let Some(world) = element("node-world") {
        let _ = world.style().set_property("transform", &format!("translate({x}px,{y}px) scale({zoom})"));
    }
    if let Some(world) = document().and_then(|d| d.get_element_by_id("link-world")) {
        let _ = world.set_attribute("transform", &format!("translate({x} {y}) scale({zoom})"));
    }
    if let Some(stage) = element("stage") {
        // The paper's dots stay apart enough to be dots.
        let mut gap = 24.0 * zoom;
        while gap < 14.0 {
            gap *= 2.0;
        }
        let _ = stage.set_attribute("data-far", if zoom < FAR { "yes" } else { "no" });
        let _ = stage.set_attribute("data-rates", if zoom < VERY_FAR { "no" } else { "yes" });
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
    let transform = if upright {
        format!("translate({shift}px,-20000px)")
    } else {
        format!("translate(-20000px,{shift}px)")
    };
    let _ = style.set_property("transform", &transform);
}

/// The element of a link or the wire, for attributes that are not written every frame.
pub(super) fn svg(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}
