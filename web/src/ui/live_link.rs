//! The elements of one link, found once, and what is written into them.

use super::live_parts::{Written, svg};
use super::look::instances;
use super::say;
use crate::geometry::{Area, Label, control_curve, curve, is_vertical, path};
use crate::state::Carries;
use tenfold::measure::{ComponentRow, LinkRow};
use tenfold::model::{Link, Model, Point};

/// A link.
#[derive(Debug)]
pub(super) struct LinkParts {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) curve: [Point; 4],
    line: Written,
    hit: Written,
    width: Written,
    arrow: Written,
    anchor: Written,
    tag: Written,
    flow: Written,
    latency: Written,
    state: Written,
    pub(super) is_control: bool,
}

impl LinkParts {
    pub(super) fn find(model: &Model, link: &Link) -> Option<Self> {
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
            anchor: Written::attribute(&root, ".rate", "text-anchor"),
            tag: Written::attribute(&root, ".tag", "transform"),
            flow: Written::text(&root, ".flow"),
            latency: Written::text(&root, ".latency"),
            state: Written::attribute(&root, "", "data-state"),
            is_control: Carries::of(model, link) == Carries::Control,
        })
    }

    /// Draws it from card to card; its label takes a place that is not yet `taken`.
    pub(super) fn place(&mut self, from: Point, to: Point, taken: &mut Vec<Area>) {
        self.curve = if self.is_control { control_curve(from, to) } else { curve(from, to) };
        let d = path(&self.curve);
        self.line.write(&d);
        self.hit.write(&d);
        let upright = is_vertical(&self.curve);
        self.arrow.write(if upright || self.is_control { "url(#arrow)" } else { "" });
        let label = Label::beside(&self.curve, taken);
        taken.push(label.area());
        self.anchor.write(label.anchor);
        self.tag.write(&format!("translate({:.1} {:.1})", label.at.x, label.at.y));
    }

    /// Writes the flow, or how many instances `scaled` has and shall have; the figures beside it only where they can be read.
    pub(super) fn paint(&mut self, row: &LinkRow, scaled: Option<&ComponentRow>, readable: bool) {
        if self.is_control {
            self.state.write("idle");
            self.width.write("1.6");
            if readable {
                self.flow.write(&scaled.map_or(String::new(), instances));
            }
            return;
        }
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
