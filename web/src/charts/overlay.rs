//! What lies above the curves and changes with the pointer: the crosshair, the stretch being dragged, the words
//! of the notices. On a canvas of its own, so that moving the pointer redraws no curve.

use super::paint::Brush;
use super::plan::Plan;
use super::series::Series;
use super::store::{Reading, Store};
use super::ticks;
use super::view::View;
use std::f64::consts::TAU;
use tenfold::measure::Notice;

/// Notices this near to the crosshair say what they are, pixels.
const NEAR: f64 = 7.0;
/// Notices that fit above each other.
const WORDS_MAX: usize = 3;

impl Brush<'_> {
    /// Draws what lies above a chart.
    pub(crate) fn overlay(&self, plan: &Plan, view: &View, store: &Store) {
        if let Some([from, to]) = view.drag {
            self.stretch(plan, plan.x(from.min(to)), plan.x(from.max(to)));
        }
        if let Some(moment) = store.moment() {
            self.moment(plan, plan.x(moment));
        }
        let Some(reading) = view.cursor().and_then(|at| store.nearest(at)) else { return };
        let x = plan.x(reading.row.at_s);
        if !plan.is_inside(x) {
            return;
        }
        self.upright(plan, x, &self.palette.ink, if view.pinned.is_some() { 0.8 } else { 0.45 }, &[]);
        if view.pinned.is_some() {
            self.pin(plan, x);
        }
        for (series, _) in &plan.curves {
            self.dot(plan, x, *series, &reading);
        }
        self.instant(plan, reading.row.at_s);
        if view.focus == plan.chart {
            self.notices(plan, x, store);
        }
    }

    fn dot(&self, plan: &Plan, x: f64, series: Series, reading: &Reading) {
        let value = (series.column())(&reading.row);
        let y = plan.y(value);
        let absent = series == Series::Failed && value <= 0.0;
        if absent || !y.is_finite() || y < plan.area.top - 4.0 {
            return;
        }
        self.mark([x, y], self.palette.series(series));
    }

    /// A point on a curve.
    pub(super) fn mark(&self, [x, y]: [f64; 2], colour: &str) {
        self.ctx.begin_path();
        if y.is_finite() && self.ctx.arc(x, y, 3.2, 0.0, TAU).is_ok() {
            self.ctx.set_fill_style_str(colour);
            self.ctx.set_stroke_style_str(&self.palette.panel);
            self.ctx.set_line_width(3.0);
            self.ctx.stroke();
            self.ctx.fill();
        }
    }

    /// What lies after the moment shown has come before and may come again: it is pale.
    fn moment(&self, plan: &Plan, x: f64) {
        let left = x.max(plan.area.left);
        self.ctx.set_fill_style_str(&self.palette.panel);
        self.ctx.set_global_alpha(0.62);
        self.ctx.fill_rect(left, plan.area.top, (plan.area.right() - left).max(0.0), plan.area.height);
        self.ctx.set_global_alpha(1.0);
        if plan.is_inside(x) {
            self.upright(plan, x, &self.palette.accent, 1.0, &[]);
        }
    }

    fn stretch(&self, plan: &Plan, left: f64, right: f64) {
        let (left, right) = (left.max(plan.area.left), right.min(plan.area.right()));
        self.ctx.set_fill_style_str(&self.palette.accent);
        self.ctx.set_global_alpha(0.14);
        self.ctx.fill_rect(left, plan.area.top, right - left, plan.area.height);
        self.ctx.set_global_alpha(1.0);
        for x in [left, right] {
            self.upright(plan, x, &self.palette.accent, 0.9, &[]);
        }
    }

    /// A small wedge at the head of the line says that it stays.
    fn pin(&self, plan: &Plan, x: f64) {
        let top = plan.area.top - 4.0;
        self.ctx.begin_path();
        self.ctx.move_to(x - 4.5, top);
        self.ctx.line_to(x + 4.5, top);
        self.ctx.line_to(x, top + 7.0);
        self.ctx.close_path();
        self.ctx.set_fill_style_str(&self.palette.ink);
        self.ctx.fill();
    }

    fn instant(&self, plan: &Plan, at_s: f64) {
        let text = ticks::clock(at_s, plan.time_step.min(1.0));
        self.font(600, 10.5, "center");
        let (middle, half) = plan.time_label(at_s, &text);
        let [mut left, mut right] = [middle - half - 6.0, middle + half + 6.0];
        // A label of the axis that would be half covered is covered whole.
        for tick in &plan.times {
            let (middle, half) = plan.time_label(*tick, &ticks::clock(*tick, plan.time_step));
            if middle + half > left && middle - half < right {
                (left, right) = (left.min(middle - half - 3.0), right.max(middle + half + 3.0));
            }
        }
        let y = plan.area.bottom() + 14.0;
        self.ctx.set_fill_style_str(&self.palette.panel);
        self.ctx.fill_rect(left, y - 8.0, right - left, 16.0);
        self.ctx.set_fill_style_str(&self.palette.ink);
        drop(self.ctx.fill_text(&text, middle, y));
    }

    fn notices(&self, plan: &Plan, x: f64, store: &Store) {
        let near = |notice: &&Notice| (plan.x(notice.at_s) - x).abs() <= NEAR;
        let mut words: Vec<String> = store.notices().filter(near).map(words_of).collect();
        if plan.edit_x.is_some_and(|edit| (edit - x).abs() <= NEAR) {
            words.push("edited".to_owned());
        }
        words.dedup();
        let more = words.len().saturating_sub(WORDS_MAX);
        words.truncate(WORDS_MAX);
        if more > 0 {
            words.push(format!("and {more} more"));
        }
        let on_left = x > plan.area.left + plan.area.width * 0.6;
        self.font(600, 10.5, if on_left { "right" } else { "left" });
        for (line, text) in words.iter().enumerate() {
            let x = if on_left { x - 8.0 } else { x + 8.0 };
            self.text(text, x, plan.area.top + 7.0 + line as f64 * 14.0, &self.palette.ink);
        }
    }
}

/// A notice as a line of text.
pub(crate) fn words_of(notice: &Notice) -> String {
    if notice.about.is_empty() { notice.what.clone() } else { format!("{}: {}", notice.about, notice.what) }
}
