//! A chart as a file: a picture for a slide, or its numbers.

use super::paint::Brush;
use super::palette::Palette;
use super::plan::{Plan, Request};
use super::series::{Chart, Series};
use super::stage::State;
use super::store::{Reading, Store};
use super::surface::Surface;
use super::ticks;
use std::fmt::Write;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, Url};

/// The size of an exported picture, CSS pixels; it has twice as many pixels each way.
const SIZE: [f64; 2] = [960.0, 380.0];
/// Height of its title line.
const TITLE: f64 = 44.0;

/// The windows of a chart in the stretch shown, as comma-separated values with a heading line.
pub(crate) fn csv(chart: Chart, store: &Store, [from_s, to_s]: [f64; 2]) -> String {
    let mut text = String::from("at_s");
    for series in chart.series() {
        text.push(',');
        text.push_str(series.column_name());
    }
    text.push('\n');
    for row in store.windows(from_s, to_s) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", row.at_s);
        for series in chart.series() {
            let value = (series.column())(row);
            let _ = if value.is_finite() { write!(text, ",{value}") } else { write!(text, ",") };
        }
        text.push('\n');
    }
    text
}

/// Lets the reader save the numbers of a chart.
pub(crate) fn save_csv(state: &State, chart: Chart) {
    let store = state.store.borrow();
    let text = csv(chart, &store, state.view.range(&store));
    let options = BlobPropertyBag::new();
    options.set_type("text/csv");
    let parts = js_sys::Array::of1(&text.into());
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        download(&blob, &format!("tenfold-{}.csv", chart.key()));
    }
}

/// Lets the reader save a picture of a chart, in the colours of the page.
pub(crate) fn save_png(state: &State, chart: Chart) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let canvas = document.create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    let mut surface = Surface::of(canvas)?;
    surface.resize(SIZE, 2.0);
    draw(&surface, state, chart, &Palette::of_page()?)?;
    let name = format!("tenfold-{}.png", chart.key());
    let save = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            download(&blob, &name);
        }
    });
    surface.canvas().to_blob(save.unchecked_ref()).ok()
}

fn draw(surface: &Surface, state: &State, chart: Chart, palette: &Palette) -> Option<()> {
    let store = state.store.borrow();
    let brush = Brush { ctx: &surface.ctx, palette, ratio: surface.ratio };
    let plan = Plan::of(Request {
        chart,
        store: &store,
        view: &state.view,
        objectives: &state.objectives,
        size: [SIZE[0] - 24.0, SIZE[1] - TITLE - 12.0],
        before: None,
    });
    surface.begin();
    surface.ctx.set_fill_style_str(&palette.panel);
    surface.ctx.fill_rect(0.0, 0.0, SIZE[0], SIZE[1]);
    let reading = store.nearest(plan.range[1]);
    heading(&brush, &plan, reading.as_ref(), [20.0, SIZE[0] - 14.0, TITLE / 2.0 + 2.0]);
    brush.font(400, 11.0, "left");
    let [from, to] = plan.range.map(|at_s| ticks::clock(at_s, 1.0));
    let when = format!("simulated time {from} to {to}");
    brush.text(&when, 120.0, TITLE / 2.0 + 3.0, &brush.palette.muted);
    surface.ctx.translate(8.0, TITLE).ok()?;
    brush.chart(&plan);
    brush.overlay(&plan, &state.view, &store);
    Some(())
}

/// The chart's name on the left and its curves on the right, with their values where there is a reading, in a line
/// from `left` to `right` whose middle is at `y`.
pub(crate) fn heading(brush: &Brush<'_>, plan: &Plan, reading: Option<&Reading>, [left, right, y]: [f64; 3]) {
    brush.font(600, 14.0, "left");
    brush.text(plan.chart.title(), left, y, &brush.palette.ink);
    brush.font(400, 11.5, "right");
    let mut right = right - 10.0;
    for (series, _) in plan.curves.iter().rev() {
        let value = reading.map(|reading| (series.column())(&reading.row));
        let text = legend_text(*series, value);
        brush.text(&text, right, y, &brush.palette.ink);
        let width = brush.ctx.measure_text(&text).map_or(60.0, |metrics| metrics.width());
        right -= width + 6.0;
        brush.ctx.set_fill_style_str(brush.palette.series(*series));
        brush.ctx.fill_rect(right - 12.0, y - 1.5, 12.0, 3.0);
        right -= 30.0;
    }
}

fn legend_text(series: Series, value: Option<f64>) -> String {
    let unit = if series.index() < 3 { " req/s" } else { "" };
    match value {
        Some(value) => format!("{} {}{unit}", series.label(), series.text(value)),
        None => series.label().to_owned(),
    }
}

fn download(blob: &Blob, name: &str) {
    let saved = || {
        let document = web_sys::window()?.document()?;
        let link = document.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
        let url = Url::create_object_url_with_blob(blob).ok()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&url).ok()
    };
    // A browser that forbids downloads (a sandboxed frame) says so itself.
    let _ = saved();
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::measure::{Frame, WindowRow};

    #[test]
    fn numbers_leave_as_a_table_with_empty_cells_for_what_is_not_there() {
        let mut store = Store::new();
        let row = |at_s: f64, p99_s: f64| WindowRow {
            at_s,
            p99_s,
            p50_s: 0.25,
            p95_s: 0.5,
            ..WindowRow::default()
        };
        store.push(&Frame {
            windows: vec![row(1.0, 1.5), row(2.0, f64::NAN), row(9.0, 1.0)],
            ..Frame::default()
        });
        let text = csv(Chart::Latency, &store, [0.0, 5.0]);
        assert_eq!(text, "at_s,p50_s,p95_s,p99_s\n1,0.25,0.5,1.5\n2,0.25,0.5,\n");
    }
}
