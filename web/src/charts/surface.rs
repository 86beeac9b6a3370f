//! A canvas whose pixels are the screen's, at any device-pixel ratio.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas with its context; drawn in CSS pixels, stored in the screen's.
#[derive(Debug, Clone)]
pub(crate) struct Surface {
    /// Where to draw.
    pub(crate) ctx: CanvasRenderingContext2d,
    canvas: HtmlCanvasElement,
    /// Width and height, CSS pixels.
    pub(crate) size: [f64; 2],
    /// Device pixels per CSS pixel.
    pub(crate) ratio: f64,
    /// Whether `size` is the parent's as far as is known. Asking in every frame would make the browser lay out in every frame.
    measured: bool,
}

/// Device pixels per CSS pixel, now.
pub(crate) fn device_pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(0.5, 8.0)
}

impl Surface {
    /// Takes a canvas; `None` when the browser gives it no two-dimensional context.
    pub(crate) fn of(canvas: HtmlCanvasElement) -> Option<Surface> {
        let ctx = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        Some(Surface { ctx, canvas, size: [0.0; 2], ratio: 1.0, measured: false })
    }

    /// Says that the parent's size may have changed.
    pub(crate) fn measure_again(&mut self) {
        self.measured = false;
    }

    /// Makes the canvas as large as its parent. Whether anything changed; then everything must be drawn again.
    pub(crate) fn fit(&mut self) -> bool {
        let ratio = device_pixel_ratio();
        if self.measured && (self.ratio - ratio).abs() < 1e-9 {
            return false;
        }
        let Some(parent) = self.canvas.parent_element() else { return false };
        self.measured = true;
        self.resize([f64::from(parent.client_width()), f64::from(parent.client_height())], ratio)
    }

    /// Sets the size in CSS pixels and the ratio. Whether anything changed.
    pub(crate) fn resize(&mut self, size: [f64; 2], ratio: f64) -> bool {
        let pixels = size.map(|length| libm::round(length * ratio) as u32);
        let same = [self.canvas.width(), self.canvas.height()] == pixels && (self.ratio - ratio).abs() < 1e-9;
        self.size = size;
        self.ratio = ratio;
        if same {
            return false;
        }
        self.canvas.set_width(pixels[0]);
        self.canvas.set_height(pixels[1]);
        // Exactly as many CSS pixels as there are device pixels: else the browser would smear them.
        let style = self.canvas.style();
        for (name, length) in [("width", pixels[0]), ("height", pixels[1])] {
            if style.set_property(name, &format!("{}px", f64::from(length) / ratio)).is_err() {
                return true;
            }
        }
        true
    }

    /// Whether there is anything to draw on: a folded panel has none.
    pub(crate) fn is_visible(&self) -> bool {
        self.size[0] >= 40.0 && self.size[1] >= 40.0
    }

    /// Empties the canvas and sets the scale for drawing in CSS pixels.
    pub(crate) fn begin(&self) {
        let scaled = |ratio: f64| self.ctx.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0).is_ok();
        if scaled(self.ratio) {
            self.ctx.clear_rect(0.0, 0.0, self.size[0] + 1.0, self.size[1] + 1.0);
        }
    }

    /// The canvas.
    pub(crate) fn canvas(&self) -> &HtmlCanvasElement {
        &self.canvas
    }
}

/// Breaks lines into dashes from now on; an empty list for unbroken lines.
pub(crate) fn set_dashes(ctx: &CanvasRenderingContext2d, dashes: &[f64]) {
    let list: Array = dashes.iter().map(|d| JsValue::from_f64(*d)).collect();
    // Fails only for negative lengths, of which there are none.
    drop(ctx.set_line_dash(&list));
}

/// The middle of the device pixel nearest to a place, so that a thin line is one sharp pixel.
pub(crate) fn crisp(place: f64, ratio: f64) -> f64 {
    (libm::floor(place * ratio) + 0.5) / ratio
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thin_line_stands_in_the_middle_of_a_pixel() {
        for (place, ratio, found) in [(10.0, 1.0, 10.5), (10.3, 2.0, 10.25), (7.0, 1.5, 10.5 / 1.5)] {
            assert!((crisp(place, ratio) - found).abs() < 1e-9, "{place} at {ratio}");
        }
    }
}
