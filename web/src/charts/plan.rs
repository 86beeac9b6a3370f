//! What a chart will look like, worked out before anything is drawn: pure, so that it is tested without a page.

use super::axis::Axis;
use super::curve::Curve;
use super::gather::{extent, haunting, limits, traced};
use super::place::{self, Slot};
use super::series::{Chart, Series};
use super::store::Store;
use super::ticks;
use super::view::View;
use tenfold::measure::text::{short_count, short_secs, short_usd};
use tenfold::model::Objective;

/// A rectangle in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Rect {
    /// The left edge.
    pub(crate) left: f64,
    /// The upper edge.
    pub(crate) top: f64,
    /// From left to right.
    pub(crate) width: f64,
    /// From top to bottom.
    pub(crate) height: f64,
}

impl Rect {
    /// The right edge.
    pub(crate) fn right(self) -> f64 {
        self.left + self.width
    }

    /// The lower edge.
    pub(crate) fn bottom(self) -> f64 {
        self.top + self.height
    }
}

/// An objective as a line with its own label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    /// Where the line stands; `None` when the limit is far above the chart.
    pub(crate) y: Option<f64>,
    /// What it says.
    pub(crate) text: String,
    /// Where the text stands.
    pub(crate) slot: Slot,
}

/// What to plan for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// Which chart.
    pub(crate) chart: Chart,
    /// The numbers.
    pub(crate) store: &'a Store,
    /// What the reader looks at.
    pub(crate) view: &'a View,
    /// What the model is expected to do.
    pub(crate) objectives: &'a [Objective],
    /// Width and height of the canvas, CSS pixels.
    pub(crate) size: [f64; 2],
    /// What the chart looked like before, so that scales and labels stay where they are.
    pub(crate) before: Option<&'a Plan>,
}

/// A chart, ready to be drawn. Curves are in CSS pixels, a height that is not-a-number being a gap.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// Which chart.
    pub(crate) chart: Chart,
    /// Where the curves are.
    pub(crate) area: Rect,
    /// The stretch of time, seconds.
    pub(crate) range: [f64; 2],
    /// The value axis.
    pub(crate) axis: Axis,
    /// The curves that show, in the order of drawing.
    pub(crate) curves: Vec<(Series, Curve)>,
    /// The curves before the last edit, moved onto the time after it.
    pub(crate) ghosts: Vec<(Series, Curve)>,
    /// Where "before the edit" stands.
    pub(crate) ghost_label: Option<Slot>,
    /// The last edit, when it is in sight.
    pub(crate) edit_x: Option<f64>,
    /// Marks of notices, at most one per pixel.
    pub(crate) marks: Vec<f64>,
    /// Ticks of the time axis, seconds.
    pub(crate) times: Vec<f64>,
    /// The time between two ticks, seconds.
    pub(crate) time_step: f64,
    /// Objectives.
    pub(crate) goals: Vec<Goal>,
}

/// The words beside the pale curves.
pub(crate) const GHOST_TEXT: &str = "before the edit";
/// Roughly how wide a character of a label is, pixels; labels keep a margin for what this gets wrong.
const CHARACTER: f64 = 5.7;

impl Plan {
    /// Works out a chart.
    pub(crate) fn of(request: Request<'_>) -> Plan {
        let Request { chart, store, view, size, before, .. } = request;
        let area = Rect {
            left: 46.0,
            top: 8.0,
            width: (size[0] - 46.0 - 10.0).max(1.0),
            height: (size[1] - 8.0 - 22.0).max(1.0),
        };
        let range = view.range(store);
        let column_s = (range[1] - range[0]) / area.width;
        let curves = traced(chart, store, view, range, column_s);
        let ghosts = haunting(chart, store, view, range, column_s);
        let limits: Vec<(f64, String)> = limits(chart, view, request.objectives).collect();
        let log = chart == Chart::Latency && view.log;
        let want = (area.height / 30.0).clamp(2.0, 5.0) as usize;
        let before = before.filter(|plan| plan.chart == chart);
        let [lo, hi] = extent(curves.iter().chain(&ghosts), range, &limits, log);
        let axis = Axis::fitting(lo, hi, log, want, before.map(|plan| &plan.axis));
        let (times, time_step) = ticks::time(range[0], range[1], (area.width / 84.0).max(1.0) as usize);
        let mut plan = Plan {
            chart,
            area,
            range,
            axis,
            curves: Vec::new(),
            ghosts: Vec::new(),
            ghost_label: None,
            edit_x: None,
            marks: Vec::new(),
            times,
            time_step,
            goals: Vec::new(),
        };
        plan.curves = plan.in_pixels(curves);
        plan.ghosts = plan.in_pixels(ghosts);
        plan.edit_x = store.edit_s().map(|at| plan.x(at)).filter(|x| plan.is_inside(*x));
        plan.mark(store);
        plan.place_labels(limits, before);
        plan
    }

    /// Where an instant stands.
    pub(crate) fn x(&self, at_s: f64) -> f64 {
        self.area.left + (at_s - self.range[0]) / (self.range[1] - self.range[0]) * self.area.width
    }

    /// Where a value stands.
    pub(crate) fn y(&self, value: f64) -> f64 {
        self.area.bottom() - self.axis.height(value) * self.area.height
    }

    /// The instant at a place, kept within the stretch shown.
    pub(crate) fn time_at(&self, x: f64) -> f64 {
        let share = ((x - self.area.left) / self.area.width).clamp(0.0, 1.0);
        self.range[0] + share * (self.range[1] - self.range[0])
    }

    /// Whether a place is between the left and right edge of the curves.
    pub(crate) fn is_inside(&self, x: f64) -> bool {
        (self.area.left..=self.area.right()).contains(&x)
    }

    /// The middle of a label of the time axis, kept within the canvas, and half its width.
    pub(crate) fn time_label(&self, at_s: f64, text: &str) -> (f64, f64) {
        let half = text.len() as f64 * CHARACTER / 2.0;
        (self.x(at_s).clamp(self.area.left + half - 8.0, self.area.right() - half + 8.0), half)
    }

    /// A tick of the value axis as text.
    pub(crate) fn tick_text(&self, value: f64) -> String {
        let whole = self.axis.ticks.iter().all(|t| (t - libm::round(*t)).abs() < 1e-9);
        let top = self.axis.ticks.last().is_some_and(|top| value >= *top);
        match self.chart {
            Chart::Throughput if top => format!("{}/s", short_count(value)),
            Chart::Throughput => short_count(value),
            Chart::Latency if value <= 0.0 => "0".to_owned(),
            Chart::Latency => short_secs(value),
            Chart::Cost if whole || value <= 0.0 => format!("${}", short_count(value)),
            Chart::Cost => short_usd(value),
        }
    }

    fn in_pixels(&self, mut curves: Vec<(Series, Curve)>) -> Vec<(Series, Curve)> {
        for point in curves.iter_mut().flat_map(|(_, curve)| &mut curve.points) {
            *point = [self.x(point[0]), self.y(point[1])];
        }
        curves
    }

    fn mark(&mut self, store: &Store) {
        let places = store.notices().map(|notice| self.x(notice.at_s));
        let mut marks: Vec<f64> = places.filter(|x| self.is_inside(*x)).collect();
        marks.dedup_by(|later, earlier| (*later - *earlier).abs() < 1.0);
        self.marks = marks;
    }

    fn place_labels(&mut self, limits: Vec<(f64, String)>, before: Option<&Plan>) {
        let curves = self.curves.iter().chain(&self.ghosts);
        let strokes: Vec<&[[f64; 2]]> = curves.flat_map(|(_, curve)| curve.runs()).collect();
        let mut taken: Vec<(Slot, f64)> = Vec::new();
        let mut goals = Vec::new();
        for (limit, text) in limits {
            let inside = limit <= self.axis.hi * (1.0 + 1e-9);
            let y = if inside { self.y(limit) } else { self.area.top };
            let text = if inside { text } else { format!("{text} ↑") };
            let width = text.chars().count() as f64 * CHARACTER;
            let same = before.and_then(|plan| plan.goals.iter().find(|goal| goal.text == text));
            let slot = place::beside_line(self.area, y, width, &strokes, &taken, same.map(|goal| goal.slot));
            taken.push((slot, width));
            goals.push(Goal { y: inside.then_some(y), text, slot });
        }
        let width = GHOST_TEXT.len() as f64 * CHARACTER;
        let main = |(series, _): &&(Series, Curve)| matches!(series, Series::Good | Series::P99);
        let ghost = self.ghosts.iter().find(main).or(self.ghosts.last());
        let ends = ghost.and_then(|(_, g)| Some((*g.runs().next()?.first()?, *g.runs().last()?.last()?)));
        if let Some((start, end)) = ends {
            let area = Rect { left: start[0], width: end[0] - start[0], ..self.area };
            let label = before.and_then(|plan| plan.ghost_label);
            if area.width > width + 12.0 {
                self.ghost_label = Some(place::beside_line(area, end[1], width, &strokes, &taken, label));
            }
        }
        self.goals = goals;
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
