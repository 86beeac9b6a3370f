//! A small chart of one component, beside its settings: a few lines over time, perhaps with a limit.

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
use crate::ui::el::el;
use tenfold::measure::FigureUnit;
use tenfold::measure::text::{short_count, short_secs};
use web_sys::HtmlCanvasElement;
use yew::{Component, Context, Html, NodeRef, Properties};

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
    pub(crate) lines: Vec<(Pen, Vec<Sample>)>,
    pub(crate) unit: FigureUnit,
    /// A line that the others should stay below.
    pub(crate) limit: Option<f64>,
    /// The stretch of time, seconds.
    pub(crate) range: [f64; 2],
    /// The moment that the run was taken back to: what came after it is pale.
    pub(crate) moment: Option<f64>,
    /// What it shows, in words.
    pub(crate) label: String,
    /// The theme's name; a change draws it again in its colours.
    pub(crate) theme: &'static str,
}

/// The chart, as large as its parent.
pub(crate) struct CourseChart {
    canvas: NodeRef,
    watch: Option<PageWatch>,
    /// Kept from picture to picture, so that it stays where it is.
    axis: Option<Axis>,
}

impl Component for CourseChart {
    type Message = ();
    type Properties = CourseProps;

    fn create(_: &Context<Self>) -> Self {
        CourseChart { canvas: NodeRef::default(), watch: None, axis: None }
    }

    /// The page is of another size or colour: draw again.
    fn update(&mut self, _: &Context<Self>, (): ()) -> bool {
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let canvas = el("canvas").node_ref(&self.canvas).attr("role", "img").label(&ctx.props().label);
        el("div").class("course-plot").child(canvas).into()
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else { return };
        if first {
            let again = ctx.link().callback(|()| ());
            self.watch = Some(PageWatch::new(canvas.parent_element(), move || again.emit(())));
        }
        let plan = Plan::of(ctx.props(), self.axis.as_ref());
        // Without a picture the figures above it still say what is true now.
        let _ = draw(canvas, &plan, ctx.props());
        self.axis = Some(plan.axis);
    }
}

/// Room for the labels left of and below the curves, and above them, pixels.
const MARGIN: [f64; 3] = [42.0, 16.0, 5.0];
/// Pixel columns that curves are reduced to.
const COLUMNS: f64 = 260.0;

struct Plan {
    axis: Axis,
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
        Plan { axis: Axis::fitting(0.0, highest.fold(least, f64::max), false, 2, before), curves }
    }
}

fn tick_text(unit: FigureUnit, value: f64) -> String {
    match unit {
        FigureUnit::Share if value >= 10.0 => format!("{}×", short_count(value)),
        FigureUnit::Share => format!("{:.0} %", value * 100.0),
        FigureUnit::Seconds if value > 0.0 => short_secs(value),
        _ => short_count(value),
    }
}

fn draw(canvas: HtmlCanvasElement, plan: &Plan, props: &CourseProps) -> Option<()> {
    let palette = Palette::of(&canvas);
    let mut surface = Surface::of(canvas)?;
    surface.fit();
    surface.begin();
    let [left, bottom, top] = MARGIN;
    let [width, height] = surface.size;
    let area =
        Rect { left, top, width: (width - left - 6.0).max(1.0), height: (height - bottom - top).max(1.0) };
    let brush = Brush { ctx: &surface.ctx, palette: &palette, ratio: surface.ratio };
    let [from, to] = props.range;
    let x = |at_s: f64| area.left + (at_s - from) / (to - from) * area.width;
    let y = |value: f64| area.bottom() - plan.axis.height(value) * area.height;
    let across = |value: f64, colour: &str, dashes: &[f64]| {
        brush.thin([area.left, y(value)], [area.right(), y(value)], colour, 1.0, dashes);
    };

    brush.font(400, 10.5, "right");
    for tick in &plan.axis.ticks {
        across(*tick, &palette.hairline, &[]);
        surface.ctx.set_fill_style_str(&palette.muted);
        drop(surface.ctx.fill_text(&tick_text(props.unit, *tick), area.left - 6.0, y(*tick)));
    }
    let (times, step) = ticks::time(from, to, 3);
    brush.font(400, 10.5, "center");
    for at_s in times.into_iter().filter(|at_s| (18.0..=area.width - 18.0).contains(&(x(*at_s) - area.left)))
    {
        drop(surface.ctx.fill_text(&ticks::clock(at_s, step), x(at_s), area.bottom() + 10.0));
    }

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
        surface.ctx.set_global_alpha(0.62);
        surface.ctx.set_fill_style_str(&palette.panel);
        surface.ctx.fill_rect(moment, area.top, (area.right() - moment).max(0.0), area.height);
        surface.ctx.set_global_alpha(1.0);
        brush.thin([moment, area.top], [moment, area.bottom()], &palette.accent, 1.0, &[]);
    }
    surface.ctx.restore();
    Some(())
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
            unit,
            limit,
            range: [0.0, 60.0],
            moment: None,
            label: String::new(),
            theme: "light",
        }
    }

    #[test]
    fn the_limit_is_in_sight_however_low_the_line() {
        let plan = Plan::of(&props(&[0.1, 0.2], Some(1.0), FigureUnit::Share), None);
        assert!(plan.axis.hi >= 1.2);
        assert_eq!(tick_text(FigureUnit::Share, 1.5), "150 %");
    }

    #[test]
    fn a_count_is_a_stair() {
        assert_eq!(steps(&[[0.0, 2.0], [5.0, 4.0]]), [[0.0, 2.0], [5.0, 2.0], [5.0, 4.0]]);
        assert!(steps(&[]).is_empty());
    }
}
