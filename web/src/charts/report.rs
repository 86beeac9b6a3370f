//! A finished run as one picture: throughput above latency, from the start to the end. Drawn once, with plotters.
//!
//! The live charts have a renderer of their own because they move and answer the pointer; this one stands still,
//! and the same code draws files natively.

use super::curve::Curve;
use super::palette::Palette;
use super::series::{Chart, Series};
use super::store::Sample;
use super::{surface, ticks};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged, ValueFormatter};
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Color, DrawingArea, IntoDrawingArea, IntoFont, IntoLogRange,
    LineSeries, PathElement, RGBColor, SeriesLabelPosition, TRANSPARENT, TextStyle,
};
use plotters_canvas::CanvasBackend;
use tenfold::measure::WindowRow;
use tenfold::measure::text::{short_count, short_secs};
use web_sys::HtmlCanvasElement;
use yew::{AttrValue, Html, Properties, component, html, use_effect_with, use_node_ref};

type Area = DrawingArea<CanvasBackend, Shift>;
/// Why there is no picture: the browser gave no context, or drawing failed.
type Failure = Box<dyn std::error::Error>;

/// What the picture shows.
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct ReportProps {
    /// The chart windows of the run, as the engine writes them.
    pub(crate) csv: AttrValue,
    /// The theme's name; a change draws the picture again in its colours.
    #[prop_or_default]
    pub(crate) theme: AttrValue,
}

/// The chart windows of a run in a picture, as wide as its parent.
#[component]
pub(crate) fn ReportChart(props: &ReportProps) -> Html {
    let canvas = use_node_ref();
    let seen = (props.csv.clone(), props.theme.clone(), canvas.clone());
    use_effect_with(seen, |(csv, _, canvas)| {
        if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
            // Without a picture the figures above it still say everything.
            let _ = draw_report(canvas, &windows_of(csv));
        }
    });
    let label = "Throughput and latency over the whole run; the same numbers are in the CSV file";
    html! { <div class="report-chart"><canvas ref={canvas} role="img" aria-label={label} data-testid="report-chart" /></div> }
}

/// Reads chart windows as the engine writes them: a heading line, then one line a window, empty cells for what is
/// not there.
pub(crate) fn windows_of(csv: &str) -> Vec<WindowRow> {
    let row = |line: &str| {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect();
        WindowRow::read(&cells)
    };
    csv.lines().skip(1).map(row).filter(|row| row.at_s.is_finite()).collect()
}

/// Draws a finished run on a canvas, in the colours of the page and the pixels of the screen.
pub(crate) fn draw_report(canvas: HtmlCanvasElement, windows: &[WindowRow]) -> Result<(), Failure> {
    let palette = Palette::of(&canvas);
    let ratio = surface::device_pixel_ratio();
    let pixels = |length: i32| (f64::from(length.max(120)) * ratio) as u32;
    canvas.set_width(pixels(canvas.client_width()));
    canvas.set_height(pixels(canvas.client_height()));
    let area =
        CanvasBackend::with_canvas_object(canvas).ok_or("the canvas has no context")?.into_drawing_area();
    area.fill(&colour(&palette.panel))?;
    let brush = Brush { palette: &palette, windows, ratio };
    let (above, below) = area.split_vertically(area.dim_in_pixel().1 / 2);
    brush.throughput(&above)?;
    brush.latency(&below)?;
    area.present()?;
    Ok(())
}

struct Brush<'a> {
    palette: &'a Palette,
    windows: &'a [WindowRow],
    ratio: f64,
}

impl Brush<'_> {
    fn throughput(&self, area: &Area) -> Result<(), Failure> {
        let top = self.extent(Chart::Throughput)[1];
        let ticks = ticks::linear(top, 4);
        let mut chart =
            self.frame(area).build_cartesian_2d(Times(self.end_s()), 0.0..ticks[ticks.len() - 1])?;
        self.grid(&mut chart, "req/s", |value| short_count(*value))?;
        self.curves(&mut chart, Chart::Throughput, area)
    }

    fn latency(&self, area: &Area) -> Result<(), Failure> {
        let [lo, hi] = self.extent(Chart::Latency);
        let range = ticks::nice_below(lo)..ticks::nice_above(hi.max(lo * 9.0));
        let mut chart = self.frame(area).build_cartesian_2d(Times(self.end_s()), range.log_scale())?;
        self.grid(&mut chart, "latency", |value| short_secs(*value))?;
        self.curves(&mut chart, Chart::Latency, area)
    }

    fn end_s(&self) -> f64 {
        self.windows.last().map_or(1.0, |row| row.at_s.max(1e-3))
    }

    /// Least and greatest positive value of a chart's curves.
    fn extent(&self, chart: Chart) -> [f64; 2] {
        let values = self.windows.iter().flat_map(|row| chart.series().iter().map(|s| (s.column())(row)));
        let all = values.filter(|value| *value > 0.0 && value.is_finite()).map(|value| [value, value]);
        all.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]).unwrap_or([0.1, 1.0])
    }

    fn frame<'a, 'b>(&self, area: &'a Area) -> ChartBuilder<'a, 'b, CanvasBackend> {
        let mut builder = ChartBuilder::on(area);
        builder.margin(self.px(6.0)).margin_right(self.px(16.0));
        builder.x_label_area_size(self.px(22.0)).y_label_area_size(self.px(64.0));
        builder
    }

    fn grid<Y>(
        &self,
        chart: &mut ChartContext<'_, CanvasBackend, Cartesian2d<Times, Y>>,
        name: &str,
        text: fn(&f64) -> String,
    ) -> Result<(), Failure>
    where
        Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        chart
            .configure_mesh()
            .disable_x_mesh()
            .axis_style(TRANSPARENT)
            .light_line_style(TRANSPARENT)
            .bold_line_style(colour(&self.palette.hairline).stroke_width(1))
            .label_style(self.font(&self.palette.muted))
            .x_labels(6)
            .y_labels(5)
            .y_desc(name)
            .x_label_formatter(&|at_s| ticks::clock(*at_s, 1.0))
            .y_label_formatter(&text)
            .draw()?;
        Ok(())
    }

    fn curves<Y>(
        &self,
        chart: &mut ChartContext<'_, CanvasBackend, Cartesian2d<Times, Y>>,
        which: Chart,
        area: &Area,
    ) -> Result<(), Failure>
    where
        Y: Ranged<ValueType = f64>,
    {
        let column_s = self.end_s() / f64::from(area.dim_in_pixel().0.max(1)) * self.ratio;
        for series in which.series() {
            let style = colour(self.palette.series(*series)).stroke_width(self.px(1.7).unsigned_abs());
            let curve = self.curve(*series, column_s);
            for (index, run) in curve.runs().enumerate() {
                let points = run.iter().map(|point| (point[0], point[1]));
                let drawn = chart.draw_series(LineSeries::new(points, style))?;
                if index == 0 {
                    let length = self.px(14.0);
                    drawn
                        .label(series.label())
                        .legend(move |(x, y)| PathElement::new([(x, y), (x + length, y)], style));
                }
            }
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .legend_area_size(self.px(20.0))
            .margin(self.px(4.0))
            .label_font(self.font(&self.palette.ink))
            .background_style(colour(&self.palette.panel).mix(0.85))
            .border_style(TRANSPARENT)
            .draw()?;
        Ok(())
    }

    fn curve(&self, series: Series, column_s: f64) -> Curve {
        let sample = |row: &WindowRow| {
            let value = (series.column())(row);
            Sample { at_s: row.at_s, lo: value, hi: value }
        };
        let curve = Curve::trace(self.windows.iter().map(sample), column_s);
        if series == Series::Failed { curve.without_zeros() } else { curve }
    }

    /// CSS pixels as device pixels.
    fn px(&self, length: f64) -> i32 {
        libm::round(length * self.ratio).max(1.0) as i32
    }

    fn font(&self, css: &str) -> TextStyle<'_> {
        (self.palette.family.as_str(), 11.0 * self.ratio).into_font().color(&colour(css))
    }
}

/// A time axis from the start to so many seconds, with ticks at lengths people count in.
struct Times(f64);

impl Ranged for Times {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, at_s: &f64, (left, right): (i32, i32)) -> i32 {
        left + libm::round(f64::from(right - left) * at_s / self.0) as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        ticks::time(0.0, self.0, hint.max_num_points()).0
    }

    fn range(&self) -> std::ops::Range<f64> {
        0.0..self.0
    }
}

/// A colour written as `#rrggbb`; grey for one written otherwise.
fn colour(css: &str) -> RGBColor {
    let part = |at: usize| css.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    match (css.starts_with('#') && css.len() == 7, part(1), part(3), part(5)) {
        (true, Some(red), Some(green), Some(blue)) => RGBColor(red, green, blue),
        _ => RGBColor(128, 128, 128),
    }
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

    #[test]
    fn colours_of_the_page_are_understood() {
        assert_eq!(colour("#0d7a6f"), RGBColor(13, 122, 111));
        assert_eq!(colour("CanvasText"), RGBColor(128, 128, 128));
        assert_eq!(colour("#é12345"), RGBColor(128, 128, 128));
    }
}
