//! The elements of one link, found once, and what is written into them.

use super::live_parts::{Written, svg};
use super::say;
use crate::geometry::{curve, is_vertical, on_curve, path};
use tenfold::measure::LinkRow;
use tenfold::model::Point;
use web_sys::Element;

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
    flow: Written,
    latency: Written,
    state: Written,
}

impl LinkParts {
    pub(super) fn find(link: &tenfold::model::Link) -> Option<Self> {
        let root = svg(&format!("link-{}", link.id))?;
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
            flow: Written::text(&root, ".flow"),
            latency: Written::text(&root, ".latency"),
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
        let rise = self.curve[0].y - self.curve[3].y;
        let steep = rise.abs() > 48.0;
        let (dx, dy) = match () {
            () if upright => (10.0, 4.0),
            // Beside the curve, on the side it bends away from.
            () if steep => (11.0, if rise > 0.0 { 12.0 } else { -5.0 }),
            () => (0.0, -9.0),
        };
        let anchor = if upright || steep { "start" } else { "middle" };
        let _ = self.root.set_attribute("data-anchor", anchor);
        self.tag.write(&format!("translate({:.1} {:.1})", middle.x + dx, middle.y + dy));
    }

    /// Writes the flow; the figures beside it only where they can be read.
    pub(super) fn paint(&mut self, row: &LinkRow, readable: bool) {
        let flow = if row.calls_per_s.is_finite() { row.calls_per_s } else { 0.0 };
        self.width.write(&format!("{:.1}", (1.4 + 0.75 * libm::log10(1.0 + flow)).min(6.0)));
        let cut = row.cut > 0.5;
        self.state.write(if cut {
            "cut"
        } else if flow > 0.0 {
            "flowing"
        } else {
            "idle"
        });
        if !readable {
            return;
        }
        let words = if cut {
            "cut".to_owned()
        } else if flow > 0.0 {
            say::rate(flow)
        } else {
            String::new()
        };
        self.flow.write(&words);
        let answered = row.mean_s.is_finite() && !cut;
        let mut words = if answered { format!(" · {}", say::secs(row.mean_s)) } else { String::new() };
        // Not-a-number without a pool.
        if row.waiting > 0.0 {
            words.push_str(&format!(" · {} wait", say::count(row.waiting)));
        }
        self.latency.write(&words);
    }
}
