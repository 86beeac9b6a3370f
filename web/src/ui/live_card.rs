//! The elements of one card, found once, and what is written into them.

use super::live_parts::Written;
use super::look::{capacity, card_figures, has_bricks, spark_of};
use super::say;
use crate::shell::page::element;
use crate::state::{Health, who_waits};
use std::fmt::Write;
use tenfold::measure::ComponentRow;
use tenfold::model::{Component, Point};
use web_sys::{Element, HtmlElement};

/// Points of a sparkline.
const SPARK: usize = 48;
/// As many instances as are drawn one by one.
const BRICKS_MAX: usize = 14;

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
    fill: Written,
    value: Written,
    bricks: Option<Element>,
    bricks_last: (u32, u32, u32, u32),
    /// The past of what its small line draws.
    past: Vec<f64>,
    drawn: fn(&ComponentRow) -> f64,
    lifted: Written,
}

impl CardParts {
    pub(super) fn find(component: &Component, past: Vec<f64>) -> Option<Self> {
        let root = element(&format!("node-{}", component.id))?;
        Some(CardParts {
            id: component.id.clone(),
            at: component.at.unwrap_or_default(),
            state: Written::attribute(&root, "", "data-state"),
            flag: Written::text(&root, ".flag"),
            ring: Written::attribute(&root, ".ring", "style"),
            ring_shown: Written::attribute(&root, "", "data-ring"),
            number: Written::text(&root, ".ring-number"),
            spark: Written::attribute(&root, ".spark path", "d"),
            left: Written::text(&root, ".left"),
            right: Written::text(&root, ".right"),
            fill: Written::attribute(&root, ".fill", "style"),
            value: Written::attribute(&root, "", "data-utilisation"),
            bricks: root.query_selector(".bricks").ok().flatten(),
            bricks_last: (u32::MAX, 0, 0, 0),
            past,
            drawn: spark_of(component.settings.kind()),
            lifted: Written::attribute(&root, "", "data-lifted"),
            root,
        })
    }

    /// The past of its small line, for the card that takes this one's place.
    pub(super) fn into_past(self) -> Vec<f64> {
        self.past
    }

    pub(super) fn forget(&mut self) {
        self.past.clear();
        self.spark.write("");
    }

    pub(super) fn place(&mut self, at: Point) {
        self.at = at;
        let _ = self.root.style().set_property("transform", &format!("translate({}px,{}px)", at.x, at.y));
    }

    /// Gives it a layer of its own while it is dragged.
    pub(super) fn lift(&mut self, lifted: bool) {
        self.lifted.write(if lifted { "yes" } else { "no" });
    }

    /// Remembers a window for the sparkline.
    pub(super) fn remember(&mut self, row: &ComponentRow) {
        if self.past.len() >= SPARK {
            self.past.remove(0);
        }
        let value = (self.drawn)(row);
        self.past.push(if value.is_finite() { value } else { 0.0 });
    }

    /// Writes the figures; from `far` away only those that can be read there.
    pub(super) fn paint(&mut self, component: &Component, row: &ComponentRow, far: bool) {
        let health = Health::of(row);
        self.state.write(health.word());
        self.flag.write(&flag(health, component, row));
        let busy = row.utilisation;
        self.ring_shown.write(if busy.is_finite() { "shown" } else { "none" });
        if busy.is_finite() {
            let percent = (busy * 100.0).clamp(0.0, 100.0);
            self.ring.write(&format!("--busy:{percent:.0}"));
            self.number.write(&format!("{percent:.0}"));
            self.value.write(&format!("{busy:.4}"));
        }
        // Drawn only when an instance comes or goes, so they are kept true from far away too.
        if has_bricks(component.settings.kind()) {
            self.paint_bricks(row);
        }
        if far {
            return;
        }
        if let Some(most) = capacity(&component.settings) {
            let full = (row.figure_0 / f64::from(most.max(1)) * 100.0).clamp(0.0, 100.0);
            self.fill.write(&format!("--full:{full:.0}%"));
        }
        let (left, right) = card_figures(component, row);
        self.left.write(&left);
        self.right.write(&right);
    }

    /// Draws the past.
    pub(super) fn paint_spark(&mut self) {
        self.spark.write(&spark(&self.past));
    }

    fn paint_bricks(&mut self, row: &ComponentRow) {
        let counts = [row.ready, row.starting, row.draining, row.down]
            .map(|x| if x.is_finite() { x as u32 } else { 0 });
        let now = (counts[0], counts[1], counts[2], counts[3]);
        if self.bricks_last == now {
            return;
        }
        self.bricks_last = now;
        let Some(bricks) = &self.bricks else { return };
        let words = ["ready", "starting", "draining", "down"];
        let all =
            words.iter().zip(counts).flat_map(|(word, count)| std::iter::repeat_n(word, count as usize));
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
fn flag(health: Health, component: &Component, row: &ComponentRow) -> String {
    match health {
        Health::Down => "down".to_owned(),
        Health::Saturated => format!("saturated: {}", who_waits(Some(component), row, say::count)),
        _ if row.down > 0.5 => format!("{:.0} of {:.0} down", row.down, row.down + row.ready + row.starting),
        _ if row.starting > 0.5 => format!("{:.0} starting", row.starting),
        _ => String::new(),
    }
}

fn spark(values: &[f64]) -> String {
    let Some(highest) = values.iter().copied().reduce(f64::max).filter(|_| values.len() > 1) else {
        return String::new();
    };
    let scale = if highest > 0.0 { 15.0 / (highest * 1.08) } else { 0.0 };
    let step = 148.0 / (SPARK - 1) as f64;
    let start = (SPARK - values.len()) as f64 * step;
    let mut d = String::with_capacity(values.len() * 11);
    for (i, value) in values.iter().enumerate() {
        let _ = write!(
            d,
            "{}{:.1} {:.1}",
            if i == 0 { 'M' } else { 'L' },
            start + i as f64 * step,
            16.5 - value * scale
        );
    }
    d
}
