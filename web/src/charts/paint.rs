//! Draws a planned chart: grid, fills, curves, ghosts, objectives and marks. Everything but the crosshair.

use super::curve::Curve;
use super::palette::Palette;
use super::plan::{GHOST_TEXT, Plan};
use super::series::{Chart, Series};
use super::surface::{crisp, set_dashes};
use super::ticks;
use web_sys::CanvasRenderingContext2d;

/// Where to draw and with what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Brush<'a> {
    /// The context, scaled to CSS pixels.
    pub(crate) ctx: &'a CanvasRenderingContext2d,
    /// The colours.
    pub(crate) palette: &'a Palette,
    /// Device pixels per CSS pixel.
    pub(crate) ratio: f64,
}

/// How opaque the curves before the edit are.
const GHOST_ALPHA: f64 = 0.42;

impl Brush<'_> {
    /// Draws a chart.
    pub(crate) fn chart(&self, plan: &Plan) {
        self.grid(plan);
        self.ctx.save();
        self.clip(plan);
        self.fills(plan);
        self.marks(plan);
        for (series, ghost) in &plan.ghosts {
            self.ctx.set_global_alpha(GHOST_ALPHA);
            self.curve(ghost, self.palette.series(*series), 1.4, &[2.0, 3.5]);
        }
        self.ctx.set_global_alpha(1.0);
        for goal in plan.goals.iter().filter_map(|goal| goal.y) {
            self.across(plan, goal, &self.palette.hurts, 0.75, &[5.0, 4.0]);
        }
        for (series, curve) in &plan.curves {
            let width = if *series == Series::Offered { 1.4 } else { 1.7 };
            self.curve(curve, self.palette.series(*series), width, self.palette.dashes(*series));
        }
        self.ctx.restore();
        self.labels(plan);
    }

    /// A vertical line of one device pixel.
    pub(crate) fn upright(&self, plan: &Plan, x: f64, colour: &str, alpha: f64, dashes: &[f64]) {
        let x = crisp(x, self.ratio);
        self.thin([x, plan.area.top - 2.0], [x, plan.area.bottom()], colour, alpha, dashes);
    }

    /// A text that stays readable on anything: it has a rim in the colour of the panel.
    pub(crate) fn text(&self, text: &str, x: f64, y: f64, colour: &str) {
        self.ctx.set_line_join("round");
        self.ctx.set_line_width(3.5);
        self.ctx.set_stroke_style_str(&self.palette.panel);
        self.ctx.set_fill_style_str(colour);
        // A failure to draw a text has no consequence worth handling.
        drop(self.ctx.stroke_text(text, x, y));
        drop(self.ctx.fill_text(text, x, y));
    }

    /// Sets the font, centred on the middle of the line.
    pub(crate) fn font(&self, weight: u32, px: f64, align: &str) {
        self.ctx.set_font(&self.palette.font(weight, px));
        self.ctx.set_text_align(align);
        self.ctx.set_text_baseline("middle");
    }

    /// A thin line.
    pub(super) fn thin(&self, from: [f64; 2], to: [f64; 2], colour: &str, alpha: f64, dashes: &[f64]) {
        set_dashes(self.ctx, dashes);
        self.ctx.set_global_alpha(alpha);
        self.ctx.set_stroke_style_str(colour);
        self.ctx.set_line_width(if dashes.is_empty() { 1.0 / self.ratio.max(1.0) } else { 1.0 });
        self.ctx.begin_path();
        self.ctx.move_to(from[0], from[1]);
        self.ctx.line_to(to[0], to[1]);
        self.ctx.stroke();
        self.ctx.set_global_alpha(1.0);
        set_dashes(self.ctx, &[]);
    }

    fn across(&self, plan: &Plan, y: f64, colour: &str, alpha: f64, dashes: &[f64]) {
        let y = crisp(y, self.ratio);
        self.thin([plan.area.left, y], [plan.area.right(), y], colour, alpha, dashes);
    }

    fn clip(&self, plan: &Plan) {
        let area = plan.area;
        self.ctx.begin_path();
        // A little room above and below, so that a curve along an edge keeps its full width.
        self.ctx.rect(area.left, area.top - 4.0, area.width + 1.0, area.height + 6.0);
        self.ctx.clip();
    }

    fn grid(&self, plan: &Plan) {
        let area = plan.area;
        self.font(400, 10.5, "right");
        for tick in &plan.axis.ticks {
            let y = plan.y(*tick);
            self.across(plan, y, &self.palette.hairline, 1.0, &[]);
            self.ctx.set_fill_style_str(&self.palette.muted);
            drop(self.ctx.fill_text(&plan.tick_text(*tick), area.left - 8.0, y));
        }
        self.font(400, 10.5, "center");
        for tick in &plan.times {
            let text = ticks::clock(*tick, plan.time_step);
            drop(self.ctx.fill_text(&text, plan.time_label(*tick, &text).0, area.bottom() + 14.0));
        }
    }

    fn fills(&self, plan: &Plan) {
        let curve = |wanted: Series| plan.curves.iter().find(|(s, _)| *s == wanted).map(|(_, curve)| curve);
        match plan.chart {
            Chart::Throughput => {
                if let Some(good) = curve(Series::Good) {
                    self.under(plan, good, self.palette.series(Series::Good), 0.10);
                    if let Some(offered) = curve(Series::Offered) {
                        self.gap(plan, offered, good);
                    }
                }
            }
            Chart::Latency => {
                if let (Some(p50), Some(p99)) = (curve(Series::P50), curve(Series::P99)) {
                    self.band(p50, p99, self.palette.series(Series::P95), 0.12);
                }
            }
            Chart::Cost => {
                for (series, cost) in &plan.curves {
                    self.under(plan, cost, self.palette.series(*series), 0.10);
                }
            }
        }
    }

    /// What was asked for and not delivered: the story of a system that breaks.
    fn gap(&self, plan: &Plan, offered: &Curve, good: &Curve) {
        self.ctx.save();
        self.ctx.begin_path();
        for run in good.runs() {
            self.area(run, plan.area.top - 4.0);
        }
        self.ctx.clip();
        self.under(plan, offered, &self.palette.hurts, 0.08);
        self.ctx.restore();
    }

    fn under(&self, plan: &Plan, curve: &Curve, colour: &str, alpha: f64) {
        self.ctx.begin_path();
        curve.runs().for_each(|run| self.area(run, plan.area.bottom()));
        self.fill(colour, alpha);
    }

    fn band(&self, lower: &Curve, upper: &Curve, colour: &str, alpha: f64) {
        self.ctx.begin_path();
        for (low, high) in lower.runs().zip(upper.runs()) {
            self.path(high.iter());
            low.iter().rev().for_each(|point| self.ctx.line_to(point[0], point[1]));
            self.ctx.close_path();
        }
        self.fill(colour, alpha);
    }

    /// Fills what is between a run of points and a level below it.
    pub(super) fn below(&self, run: &[[f64; 2]], level: f64, colour: &str, alpha: f64) {
        self.ctx.begin_path();
        self.area(run, level);
        self.fill(colour, alpha);
    }

    fn fill(&self, colour: &str, alpha: f64) {
        self.ctx.set_global_alpha(alpha);
        self.ctx.set_fill_style_str(colour);
        self.ctx.fill();
        self.ctx.set_global_alpha(1.0);
    }

    /// Adds the area between a run of points and a level to the path.
    fn area(&self, run: &[[f64; 2]], level: f64) {
        let (first, last) = (run[0], run[run.len() - 1]);
        self.path(run.iter());
        self.ctx.line_to(last[0], level);
        self.ctx.line_to(first[0], level);
        self.ctx.close_path();
    }

    fn path<'p>(&self, points: impl Iterator<Item = &'p [f64; 2]>) {
        for (n, point) in points.enumerate() {
            if n == 0 { self.ctx.move_to(point[0], point[1]) } else { self.ctx.line_to(point[0], point[1]) }
        }
    }

    /// A curve in pixels.
    pub(super) fn curve(&self, curve: &Curve, colour: &str, width: f64, dashes: &[f64]) {
        set_dashes(self.ctx, dashes);
        self.ctx.set_line_cap("round");
        self.ctx.set_line_join("round");
        self.ctx.set_line_width(width);
        self.ctx.set_stroke_style_str(colour);
        self.ctx.begin_path();
        for run in curve.runs() {
            self.path(run.iter());
            if let [only] = run {
                // A lone window between two gaps is a dot.
                self.ctx.line_to(only[0] + 0.01, only[1]);
            }
        }
        self.ctx.stroke();
        self.ctx.set_line_cap("butt");
        set_dashes(self.ctx, &[]);
    }

    fn marks(&self, plan: &Plan) {
        for x in &plan.marks {
            self.upright(plan, *x, &self.palette.muted, 0.75, &[1.5, 3.0]);
        }
        if let Some(x) = plan.edit_x {
            self.upright(plan, x, &self.palette.accent, 0.8, &[4.0, 3.0]);
        }
    }

    fn labels(&self, plan: &Plan) {
        self.font(400, 10.5, "left");
        for goal in &plan.goals {
            self.text(&goal.text, goal.slot.x, goal.slot.y, &self.palette.hurts);
        }
        if let Some(slot) = plan.ghost_label {
            self.text(GHOST_TEXT, slot.x, slot.y, &self.palette.muted);
        }
    }
}
