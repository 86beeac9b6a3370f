//! A small chart of one component, beside its settings: a few lines over time, perhaps with a limit. What its legend says is true now, or was
//! at the instant under the crosshair.

use super::axis::Axis;
use super::curve::Curve;
use super::paint::Brush;
use super::palette::Palette;
use super::plan::Rect;
use super::series::Series;
use super::store::Sample;
use super::surface::Surface;
use super::ticks;
use super::watch::PageWatch;
use crate::ui::el::{El, el};
use crate::ui::say;
use tenfold::measure::FigureUnit;
use tenfold::measure::text::{short_count, short_secs};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlCanvasElement, KeyboardEvent, PointerEvent};
use yew::{Component, Context, Html, NodeRef, Properties, TargetCast};

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pen {
    /// What is measured.
    Measured,
    /// What is there: filled, in steps.
    There,
    /// What is on its way: in steps above what is there, pale.
    Coming,
    /// What is wanted: dashed, in steps.
    Wanted,
}

impl Pen {
    /// Its name in the styles of the legend.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Pen::Measured => "measured",
            Pen::There => "there",
            Pen::Coming => "coming",
            Pen::Wanted => "wanted",
        }
    }
}

/// What the chart shows.
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct CourseProps {
    pub(crate) title: String,
    /// What is true now, in words, with its name.
    pub(crate) legend: Vec<(Pen, String, &'static str)>,
    pub(crate) lines: Vec<(Pen, Vec<Sample>)>,
    pub(crate) unit: FigureUnit,
    /// A line that the others should stay below.
    pub(crate) limit: Option<f64>,
    /// The stretch of time, seconds.
    pub(crate) range: [f64; 2],
    /// The moment that the run was taken back to: what came after it is pale.
    pub(crate) moment: Option<f64>,
    /// The theme's name; a change draws it again in its colours.
    pub(crate) theme: &'static str,
}

impl CourseProps {
    /// The instants that are drawn.
    fn instants(&self) -> &[Sample] {
        let all = self.lines.first().map_or(&[][..], |(_, samples)| samples);
        &all[all.partition_point(|sample| sample.at_s < self.range[0])..]
    }

    /// The instant nearest to `at_s`, if that is in sight.
    fn nearest(&self, at_s: f64) -> Option<f64> {
        let all = self.instants().iter().map(|sample| sample.at_s);
        let nearest = all.min_by(|a, b| (a - at_s).abs().total_cmp(&(b - at_s).abs()))?;
        (at_s >= self.range[0]).then_some(nearest)
    }

    /// A value as the legend writes it.
    fn words(&self, value: f64) -> String {
        match self.unit {
            FigureUnit::Share => say::share(value),
            FigureUnit::Seconds => say::secs(value),
            _ => say::count(value),
        }
    }

    /// What a line says at an instant.
    fn value(&self, pen: Pen, at_s: f64) -> f64 {
        let line = self.lines.iter().find(|(one, _)| *one == pen);
        let sample = line.and_then(|(_, all)| all.iter().find(|sample| sample.at_s >= at_s));
        let value = sample.map_or(f64::NAN, |sample| sample.hi);
        // It is drawn on top of what is there.
        if pen == Pen::Coming { value - self.value(Pen::There, at_s) } else { value }
    }
}

/// What happens to the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Msg {
    /// The page is of another size or colour.
    Again,
    /// The crosshair goes to an instant, or away.
    Point(Option<f64>),
    /// It goes by so many instants.
    Step(isize),
}

/// The chart with its legend.
pub(crate) struct CourseChart {
    canvas: NodeRef,
    watch: Option<PageWatch>,
    /// Where the crosshair is, seconds.
    at_s: Option<f64>,
    /// Kept from picture to picture, so that it stays where it is.
    axis: Option<Axis>,
}

impl Component for CourseChart {
    type Message = Msg;
    type Properties = CourseProps;

    fn create(_: &Context<Self>) -> Self {
        CourseChart { canvas: NodeRef::default(), watch: None, at_s: None, axis: None }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let before = self.at_s;
        match msg {
            Msg::Again => return true,
            Msg::Point(at_s) => self.at_s = at_s,
            Msg::Step(by) => {
                let all = ctx.props().instants();
                let at = self.at_s.unwrap_or(f64::INFINITY);
                let here = all.partition_point(|sample| sample.at_s < at);
                let there = here.saturating_add_signed(by).min(all.len().saturating_sub(1));
                self.at_s = all.get(there).map(|sample| sample.at_s);
            }
        }
        before != self.at_s
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let cross = self.cross(props);
        let now = props.legend.iter();
        let values: Vec<String> = match cross {
            Some(at_s) => now.map(|(pen, ..)| props.words(props.value(*pen, at_s))).collect(),
            None => now.map(|(_, now, _)| now.clone()).collect(),
        };
        let spoken = match cross {
            Some(at_s) => {
                let mut text = ticks::clock(at_s, 1.0);
                for (value, (.., name)) in values.iter().zip(&props.legend) {
                    text = text + ", " + value + " " + name;
                }
                text
            }
            None => "no instant chosen".to_owned(),
        };
        let range = props.range;
        let hear = link.batch_callback(move |event: Event| heard(&event, range));
        let canvas = el("canvas")
            .node_ref(&self.canvas)
            .attr("tabindex", "0")
            .attr("role", "slider")
            .label(format!("{} over time: crosshair", props.title))
            .attr("aria-valuemin", "0")
            .attr("aria-valuemax", format!("{:.0}", range[1]))
            .attr("aria-valuenow", format!("{:.0}", cross.unwrap_or(range[1])))
            .attr("aria-valuetext", spoken)
            .on("pointermove", hear.clone())
            .on("pointerdown", hear.clone())
            .on("pointerleave", hear.clone())
            .on("blur", hear.clone())
            .on("keydown", hear);
        el("div").child(head(props, values)).child(el("div").class("course-plot").child(canvas)).into()
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else { return };
        if first {
            let again = ctx.link().callback(|()| Msg::Again);
            self.watch = Some(PageWatch::new(canvas.parent_element(), move || again.emit(())));
        }
        let plan = Plan::of(ctx.props(), self.axis.as_ref());
        // Without a picture the figures above it still say what is true now.
        let _ = draw(canvas, &plan, ctx.props(), self.cross(ctx.props()));
        self.axis = Some(plan.axis);
    }
}

impl CourseChart {
    /// The instant under the crosshair.
    fn cross(&self, props: &CourseProps) -> Option<f64> {
        self.at_s.and_then(|at_s| props.nearest(at_s))
    }
}

/// What an event does to the crosshair. A finger leaves it where it was put, until it taps elsewhere.
fn heard(event: &Event, [from, to]: [f64; 2]) -> Option<Msg> {
    let Some(pointer) = event.dyn_ref::<PointerEvent>() else {
        return event.dyn_ref::<KeyboardEvent>().map_or(Some(Msg::Point(None)), key);
    };
    if event.type_() == "pointerleave" {
        return (pointer.pointer_type() != "touch").then_some(Msg::Point(None));
    }
    let area = event.target_dyn_into::<Element>()?.get_bounding_client_rect();
    let share =
        (f64::from(pointer.client_x()) - area.left() - MARGIN[0]) / (area.width() - MARGIN[0] - RIGHT);
    Some(Msg::Point(Some(from + share.clamp(0.0, 1.0) * (to - from))))
}

/// Where a key moves the crosshair.
fn key(event: &KeyboardEvent) -> Option<Msg> {
    let far = if event.shift_key() { 10 } else { 1 };
    let msg = match event.key().as_str() {
        "ArrowLeft" => Msg::Step(-far),
        "ArrowRight" => Msg::Step(far),
        "Home" => Msg::Step(isize::MIN),
        "End" => Msg::Step(isize::MAX),
        "Escape" => Msg::Point(None),
        _ => return None,
    };
    event.prevent_default();
    event.stop_propagation();
    Some(msg)
}

/// The title, and the values with their names.
fn head(props: &CourseProps, values: Vec<String>) -> El {
    let entry = |(value, (pen, _, name)): (String, &(Pen, String, &'static str))| {
        let entry = el("span").class("course-entry").attr("data-pen", pen.word());
        entry.child(el("b").child(value)).child(el("span").class("muted").child(*name))
    };
    // Three figures have a line of their own, so that none moves as they grow.
    let class = if props.legend.len() > 1 { "course-head stacked" } else { "course-head" };
    let entries = values.into_iter().zip(&props.legend).map(entry);
    let title = el("span").class("course-title").child(&props.title);
    el("div").class(class).child(title).child(el("div").class("course-legend").children(entries))
}

/// Room for the labels left of and below the curves, and above them, pixels.
const MARGIN: [f64; 3] = [42.0, 16.0, 5.0];
/// Room right of them.
const RIGHT: f64 = 6.0;
/// A line that goes beyond so many times the limit would press that to the bottom: from there on the axis is logarithmic.
const FAR: f64 = 8.0;
/// Pixel columns that curves are reduced to.
const COLUMNS: f64 = 260.0;

struct Plan {
    /// In what is counted in, which is minutes or hours of times that are long.
    axis: Axis,
    /// One of those.
    unit: f64,
    /// In seconds and values.
    curves: Vec<(Pen, Curve)>,
}

impl Plan {
    fn of(props: &CourseProps, before: Option<&Axis>) -> Plan {
        let [from, to] = props.range;
        let trace = |(pen, samples): &(Pen, Vec<Sample>)| {
            (*pen, Curve::trace(samples.iter().copied(), (to - from) / COLUMNS))
        };
        let curves: Vec<(Pen, Curve)> = props.lines.iter().map(trace).collect();
        let highest = curves.iter().filter_map(|(_, curve)| curve.extent(from, to, false)).map(|[_, hi]| hi);
        // Room above the limit, and for the first instance.
        let least = props.limit.map_or(1.0, |limit| limit * 1.2);
        let least = if props.unit == FigureUnit::Seconds { 1e-3 } else { least };
        let highest = highest.fold(least, f64::max);
        let log = props.limit.is_some_and(|limit| {
            // An axis that is logarithmic stays so for longer, so that it does not go back and forth.
            let far = if before.is_some_and(|axis| axis.log) { 6.0 } else { FAR };
            highest > limit * far
        });
        let unit = match props.unit {
            FigureUnit::Seconds if highest >= 7200.0 => 3600.0,
            FigureUnit::Seconds if highest >= 120.0 => 60.0,
            _ => 1.0,
        };
        // From a tenth of the limit on, whose line then stays clear of the bottom.
        let limit = props.limit.unwrap_or_default() / unit;
        let mut axis = Axis::fitting(limit / 9.0, highest / unit, log, 2, before);
        if log {
            let tenfold = std::iter::successors(Some(limit), |tick| Some(tick * 10.0));
            axis.ticks = tenfold.take_while(|tick| *tick < axis.hi).collect();
            axis.ticks.push(axis.hi);
        }
        Plan { axis, unit, curves }
    }

    /// What stands beside a tick of the axis.
    fn tick_text(&self, of: FigureUnit, value: f64) -> String {
        match of {
            FigureUnit::Share if self.axis.hi >= 10.0 => format!("{}×", short_count(value)),
            FigureUnit::Share => format!("{:.0} %", value * 100.0),
            FigureUnit::Seconds if value > 0.0 && self.unit > 1.0 => {
                format!("{} {}", short_count(value), if self.unit > 60.0 { "h" } else { "min" })
            }
            FigureUnit::Seconds if value > 0.0 => short_secs(value),
            _ => short_count(value),
        }
    }
}

fn draw(canvas: HtmlCanvasElement, plan: &Plan, props: &CourseProps, cross: Option<f64>) -> Option<()> {
    let palette = Palette::of(&canvas);
    let mut surface = Surface::of(canvas)?;
    surface.fit();
    surface.begin();
    let [left, bottom, top] = MARGIN;
    let [width, height] = surface.size;
    let area =
        Rect { left, top, width: (width - left - RIGHT).max(1.0), height: (height - bottom - top).max(1.0) };
    let brush = Brush { ctx: &surface.ctx, palette: &palette, ratio: surface.ratio };
    let [from, to] = props.range;
    let x = |at_s: f64| area.left + (at_s - from) / (to - from) * area.width;
    let y = |value: f64| area.bottom() - plan.axis.height(value / plan.unit) * area.height;
    let across = |value: f64, colour: &str, dashes: &[f64]| {
        brush.thin([area.left, y(value)], [area.right(), y(value)], colour, 1.0, dashes);
    };

    scale(&brush, area, plan, props.unit, y);
    clock(&brush, area, props.range, cross);

    surface.ctx.save();
    surface.ctx.begin_path();
    surface.ctx.rect(area.left, area.top - 3.0, area.width, area.height + 5.0);
    surface.ctx.clip();
    if let Some(limit) = props.limit {
        across(limit, &palette.hurts, &[5.0, 4.0]);
    }
    for (pen, curve) in &plan.curves {
        let points =
            |run: &[[f64; 2]]| -> Vec<[f64; 2]> { run.iter().map(|[at, v]| [x(*at), y(*v)]).collect() };
        let stroke = |run: Vec<[f64; 2]>| Curve { points: run };
        for run in curve.runs().map(points) {
            let line = if *pen == Pen::Measured { run } else { steps(&run) };
            match pen {
                Pen::Measured => brush.curve(&stroke(line), palette.series(Series::P95), 1.6, &[]),
                Pen::There => {
                    brush.below(&line, area.bottom(), &palette.accent, 0.3);
                    brush.curve(&stroke(line), &palette.accent, 1.6, &[]);
                }
                Pen::Coming => brush.below(&line, area.bottom(), &palette.accent, 0.16),
                Pen::Wanted => brush.curve(&stroke(line), &palette.ink, 1.2, &[3.0, 3.0]),
            }
        }
    }
    if let Some(moment) = props.moment.map(x) {
        pale(&brush, area, moment);
    }
    surface.ctx.restore();
    if let Some(at_s) = cross {
        crosshair(&brush, area, props, at_s, x(at_s), y);
    }
    Some(())
}

/// The values on the left, each with its line.
fn scale(brush: &Brush<'_>, area: Rect, plan: &Plan, unit: FigureUnit, y: impl Fn(f64) -> f64) {
    brush.font(400, 10.5, "right");
    brush.ctx.set_fill_style_str(&brush.palette.muted);
    let label = |text: &str, at: f64| drop(brush.ctx.fill_text(text, area.left - 6.0, at));
    let ticks: Vec<(f64, f64)> = plan.axis.ticks.iter().map(|tick| (*tick, y(*tick * plan.unit))).collect();
    for (place, (tick, at)) in ticks.iter().enumerate() {
        brush.thin([area.left, *at], [area.right(), *at], &brush.palette.hairline, 1.0, &[]);
        // On a logarithmic axis those at the limit and at the top say enough.
        if !plan.axis.log || place == 0 || place + 1 == ticks.len() {
            label(&plan.tick_text(unit, *tick), *at);
        }
    }
    if let [(_, low), .., (_, high)] = ticks.as_slice()
        && plan.axis.log
    {
        label("log", (low + high) / 2.0);
    }
}

/// The times below; under the crosshair's own there is no other, nor half of one.
fn clock(brush: &Brush<'_>, area: Rect, [from, to]: [f64; 2], cross: Option<f64>) {
    let x = |at_s: f64| area.left + (at_s - from) / (to - from) * area.width;
    let is_free = |at: f64| cross.is_none_or(|at_s| (x(at_s) - at).abs() > 52.0);
    let has_room = |at: f64| (18.0..=area.width - 18.0).contains(&(at - area.left));
    let (times, step) = ticks::time(from, to, 3);
    brush.font(400, 10.5, "center");
    brush.ctx.set_fill_style_str(&brush.palette.muted);
    for at_s in times.into_iter().filter(|at_s| has_room(x(*at_s)) && is_free(x(*at_s))) {
        drop(brush.ctx.fill_text(&ticks::clock(at_s, step), x(at_s), area.bottom() + 10.0));
    }
}

/// What came after the moment that the run was taken back to.
fn pale(brush: &Brush<'_>, area: Rect, moment: f64) {
    brush.ctx.set_global_alpha(0.62);
    brush.ctx.set_fill_style_str(&brush.palette.panel);
    brush.ctx.fill_rect(moment, area.top, (area.right() - moment).max(0.0), area.height);
    brush.ctx.set_global_alpha(1.0);
    brush.thin([moment, area.top], [moment, area.bottom()], &brush.palette.accent, 1.0, &[]);
}

/// The line at the instant `at_s`, which is at `at` from the left, with a point on each curve and the time below it.
fn crosshair(brush: &Brush<'_>, area: Rect, props: &CourseProps, at_s: f64, at: f64, y: impl Fn(f64) -> f64) {
    brush.thin([at, area.top], [at, area.bottom()], &brush.palette.ink, 0.6, &[]);
    for (pen, _) in props.lines.iter().filter(|(pen, _)| *pen != Pen::Coming) {
        let colour = match pen {
            Pen::Measured => brush.palette.series(Series::P95),
            Pen::There => &brush.palette.accent,
            _ => &brush.palette.ink,
        };
        brush.mark([at, y(props.value(*pen, at_s))], colour);
    }
    let text = ticks::clock(at_s, 1.0);
    let middle = at.clamp(area.left + 20.0, area.right() - 20.0);
    brush.font(600, 10.5, "center");
    brush.ctx.set_fill_style_str(&brush.palette.panel);
    brush.ctx.fill_rect(middle - 30.0, area.bottom() + 2.0, 60.0, 14.0);
    brush.ctx.set_fill_style_str(&brush.palette.ink);
    drop(brush.ctx.fill_text(&text, middle, area.bottom() + 10.0));
}

/// A whole number changes at once: the line goes on level until the next one.
fn steps(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let corners = points.windows(2).flat_map(|pair| [pair[0], [pair[1][0], pair[0][1]]]);
    corners.chain(points.last().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn props(values: &[f64], limit: Option<f64>, unit: FigureUnit) -> CourseProps {
        let sample = |(n, v): (usize, &f64)| Sample { at_s: n as f64, lo: *v, hi: *v };
        CourseProps {
            lines: vec![(Pen::Measured, values.iter().enumerate().map(sample).collect())],
            title: String::new(),
            legend: Vec::new(),
            unit,
            limit,
            range: [0.0, 60.0],
            moment: None,
            theme: "light",
        }
    }

    #[test]
    fn the_limit_is_in_sight_however_low_the_line() {
        let plan = Plan::of(&props(&[0.1, 0.2], Some(1.0), FigureUnit::Share), None);
        assert!(plan.axis.hi >= 1.2);
        assert_eq!(plan.tick_text(FigureUnit::Share, 1.5), "150 %");
    }

    #[test]
    fn the_limit_is_in_sight_however_high_the_line() {
        for highest in [9.0, 30.0, 1000.0, 1e6] {
            let plan = Plan::of(&props(&[0.0, 0.5, highest], Some(1.0), FigureUnit::Share), None);
            let at = plan.axis.height(1.0);
            assert!(at > 0.1 && plan.axis.height(highest) <= 1.0, "{highest}: {at}");
            assert!(plan.axis.ticks.contains(&1.0), "{highest}: {:?}", plan.axis.ticks);
        }
        let axis = |highest, before: Option<&Axis>| {
            Plan::of(&props(&[highest], Some(1.0), FigureUnit::Share), before).axis
        };
        assert!(!axis(7.0, None).log);
        let log = axis(9.0, None);
        assert!(
            log.log && axis(7.0, Some(&log)).log && !axis(5.0, Some(&log)).log,
            "without going to and fro"
        );
    }

    #[test]
    fn long_times_are_counted_in_minutes_and_great_shares_in_multiples() {
        let plan = Plan::of(&props(&[0.0, 200.0], None, FigureUnit::Seconds), None);
        assert_eq!(plan.axis.ticks, [0.0, 2.0, 4.0]);
        assert_eq!(plan.tick_text(FigureUnit::Seconds, 4.0), "4 min");
        let plan = Plan::of(&props(&[0.0, 1100.0], None, FigureUnit::Share), None);
        assert_eq!(plan.tick_text(FigureUnit::Share, 0.0), "0×");
    }

    #[test]
    fn the_crosshair_reads_what_was_true_at_the_nearest_instant() {
        let mut props = props(&[2.0, 3.0, 5.0], None, FigureUnit::Count);
        let sum = |at_s: f64, v: f64| Sample { at_s, lo: v, hi: v };
        props.lines = vec![
            (Pen::Coming, vec![sum(0.0, 4.0), sum(10.0, 6.0)]),
            (Pen::There, vec![sum(0.0, 4.0), sum(10.0, 5.0)]),
        ];
        assert_eq!(props.nearest(9.0), Some(10.0));
        assert_eq!((props.value(Pen::There, 10.0), props.value(Pen::Coming, 10.0)), (5.0, 1.0));
        props.range = [20.0, 80.0];
        assert_eq!(props.nearest(9.0), None, "it has gone out of sight");
    }

    #[test]
    fn a_count_is_a_stair() {
        assert_eq!(steps(&[[0.0, 2.0], [5.0, 4.0]]), [[0.0, 2.0], [5.0, 2.0], [5.0, 4.0]]);
        assert!(steps(&[]).is_empty());
    }
}
