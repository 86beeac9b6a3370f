//! A finished run as one picture: throughput above latency, from the start to the end.
//!
//! Drawn by the renderer of the live charts: a charting library would have cost a tenth of the page's size budget
//! (plotters with its canvas backend: 34 KB compressed) for a picture that looks different.

use super::export::heading;
use super::paint::Brush;
use super::palette::Palette;
use super::plan::{Plan, Request};
use super::series::Chart;
use super::store::Store;
use super::surface::Surface;
use super::view::{Span, View};
use super::watch::PageWatch;
use crate::ui::el::el;
use std::rc::Rc;
use tenfold::measure::{Frame, WindowRow};
use tenfold::model::Objective;
use web_sys::HtmlCanvasElement;
use yew::{Component, Context, Html, NodeRef, Properties};

/// Height of the line above each chart, CSS pixels.
const HEADING: f64 = 30.0;

/// What the picture shows.
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct ReportProps {
    /// The chart windows of the run, as the engine writes them.
    pub(crate) csv: Rc<str>,
    /// What the model is expected to do: lines in the charts.
    pub(crate) objectives: Vec<Objective>,
    /// The theme's name; a change draws the picture again in its colours.
    pub(crate) theme: &'static str,
}

/// The chart windows of a run in a picture, as wide as its parent.
pub(crate) struct ReportChart {
    canvas: NodeRef,
    watch: Option<PageWatch>,
}

impl Component for ReportChart {
    type Message = ();
    type Properties = ReportProps;

    fn create(_: &Context<Self>) -> Self {
        ReportChart { canvas: NodeRef::default(), watch: None }
    }

    /// The page is of another size or colour: draw again.
    fn update(&mut self, _: &Context<Self>, (): ()) -> bool {
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let label = "Throughput and latency over the whole run; the same numbers are in the CSV file";
        let canvas = el("canvas").node_ref(&self.canvas).attr("role", "img").label(label);
        el("div").class("report-chart").child(canvas.testid("report-chart")).into()
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let props = ctx.props();
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else { return };
        if first {
            let again = ctx.link().callback(|()| ());
            self.watch = Some(PageWatch::new(canvas.parent_element(), move || again.emit(())));
        }
        // Without a picture the figures beside it still say everything.
        let _ = draw_report(canvas, &windows_of(&props.csv), &props.objectives);
    }
}

/// Reads chart windows as the engine writes them: a heading line, then one line a window, empty cells for what is
/// not there. Lines that are no windows are left out.
fn windows_of(csv: &str) -> Vec<WindowRow> {
    let row = |line: &str| {
        let cells: Vec<f64> =
            line.split(',').map(|cell| tenfold::number::read(cell).unwrap_or(f64::NAN)).collect();
        WindowRow::read(&cells)
    };
    csv.lines().skip(1).map(row).filter(|row| row.at_s.is_finite()).collect()
}

/// Draws a finished run on a canvas as large as its parent; `None` where the browser gives no context.
fn draw_report(canvas: HtmlCanvasElement, windows: &[WindowRow], objectives: &[Objective]) -> Option<()> {
    let palette = Palette::of(&canvas);
    let mut store = Store::new();
    store.push(&Frame { windows: windows.to_vec(), ..Frame::default() });
    let mut view = View::default();
    view.span = Span::All;
    let mut surface = Surface::of(canvas)?;
    surface.fit();
    surface.begin();
    let brush = Brush { ctx: &surface.ctx, palette: &palette, ratio: surface.ratio };
    let [width, height] = surface.size;
    for chart in [Chart::Throughput, Chart::Latency] {
        let size = [width, height / 2.0 - HEADING];
        let request = Request { chart, store: &store, view: &view, objectives, size, before: None };
        let plan = Plan::of(request);
        heading(&brush, &plan, None, [0.0, width, HEADING / 2.0]);
        surface.ctx.translate(0.0, HEADING).ok()?;
        brush.chart(&plan);
        surface.ctx.translate(0.0, height / 2.0 - HEADING).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_come_back_from_the_engines_file() {
        let text = format!("{}\n1.5,100,,90\n\nnonsense\n3,1,2,3\n", WindowRow::COLUMNS.join(","));
        let windows = windows_of(&text);
        assert_eq!(windows.len(), 2);
        assert!((windows[0].good_per_s - 90.0).abs() < 1e-9 && windows[0].finished_per_s.is_nan());
        assert!(windows[0].p99_s.is_nan());
    }
}
