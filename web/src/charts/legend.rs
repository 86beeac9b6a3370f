//! The numbers beside the curves, written straight into the page: they change too often for a virtual DOM.

use super::series::{Chart, Series};
use super::store::Reading;
use super::ticks;
use web_sys::Element;

/// The legend changes at most this often while the run goes on, ms: faster could not be read.
const LEGEND_MS: f64 = 120.0;
/// A screen reader's description of a chart changes at most this often, ms.
const SPOKEN_MS: f64 = 4000.0;

/// The elements that show numbers, and when they last changed.
#[derive(Debug, Default)]
pub(crate) struct Legend {
    entries: Vec<Entry>,
    charts: Vec<(Chart, Element, Element)>,
    written_ms: f64,
    spoken_ms: f64,
    spoken: String,
}

#[derive(Debug)]
struct Entry {
    series: Series,
    button: Element,
    value: Element,
    text: String,
}

/// When it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// Milliseconds on the page's clock.
    pub(crate) now_ms: f64,
    /// The end of the last window, seconds of simulated time.
    pub(crate) last_s: f64,
    /// Whether the numbers must follow at once, because the reader moves the crosshair.
    pub(crate) at_once: bool,
}

impl Legend {
    /// Finds the legends and canvases inside an element.
    pub(crate) fn inside(root: &Element) -> Legend {
        let find = |selector: &str| root.query_selector(selector).ok().flatten();
        let entry = |series: Series| {
            let button = find(&format!("[data-testid=legend-{}]", series.key()))?;
            let value = button.query_selector(".legend-value").ok().flatten()?;
            Some(Entry { series, button, value, text: String::new() })
        };
        let chart = |chart: Chart| {
            let canvas = |class: &str| find(&format!("[data-chart={}] canvas.{class}", chart.key()));
            Some((chart, canvas("plot")?, canvas("over")?))
        };
        Legend {
            entries: Series::ALL.into_iter().filter_map(entry).collect(),
            charts: Chart::ALL.into_iter().filter_map(chart).collect(),
            written_ms: f64::NEG_INFINITY,
            spoken_ms: f64::NEG_INFINITY,
            spoken: String::new(),
        }
    }

    /// Shows a reading. Returns how many milliseconds to wait when it is too early to show it.
    pub(crate) fn write(&mut self, reading: Option<&Reading>, clock: Clock) -> Option<f64> {
        let mut wait = None;
        if clock.at_once || clock.now_ms - self.written_ms >= LEGEND_MS {
            self.written_ms = clock.now_ms;
            self.entries.iter_mut().for_each(|entry| entry.write(reading));
        } else {
            wait = Some(LEGEND_MS - (clock.now_ms - self.written_ms));
        }
        let due = clock.now_ms - self.spoken_ms >= if clock.at_once { LEGEND_MS } else { SPOKEN_MS };
        let words = reading.map_or_else(|| "no numbers yet".to_owned(), whole);
        if words == self.spoken {
            return wait;
        }
        if !due {
            return wait.or(Some(SPOKEN_MS - (clock.now_ms - self.spoken_ms)).map(|w| w.max(LEGEND_MS)));
        }
        self.spoken_ms = clock.now_ms;
        self.spoken = words;
        for (chart, plot, over) in &self.charts {
            speak(*chart, plot, over, reading, clock.last_s);
        }
        wait
    }
}

impl Entry {
    fn write(&mut self, reading: Option<&Reading>) {
        let value = reading.map_or(f64::NAN, |reading| (self.series.column())(&reading.row));
        let exact = reading.is_none_or(|reading| reading.exact) || !value.is_finite();
        let text = format!("{}{}", if exact { "" } else { "≤" }, self.series.text(value));
        let raw = if value.is_finite() { value.to_string() } else { String::new() };
        // Only a detached element refuses an attribute.
        drop(self.button.set_attribute("data-value", &raw));
        if text != self.text {
            self.value.set_text_content(Some(&text));
            self.text = text;
        }
    }
}

/// The values of a chart in words.
fn values(chart: Chart, reading: &Reading) -> String {
    let value = |series: &Series| {
        let value = (series.column())(&reading.row);
        let text = if value.is_finite() { series.text(value) } else { "none".to_owned() };
        format!("{} {text}", series.label())
    };
    let all: Vec<String> = chart.series().iter().map(value).collect();
    let unit = if chart == Chart::Throughput { " requests per second" } else { "" };
    format!("{}{unit}", all.join(", "))
}

fn whole(reading: &Reading) -> String {
    let all: Vec<String> = Chart::ALL.iter().map(|chart| values(*chart, reading)).collect();
    format!("{}: {}", reading.row.at_s, all.join("; "))
}

fn speak(chart: Chart, plot: &Element, over: &Element, reading: Option<&Reading>, last_s: f64) {
    let Some(reading) = reading else { return };
    let (values, at) = (values(chart, reading), ticks::clock(reading.row.at_s, 1.0));
    let text = format!("{at}: {values}");
    for (element, name, value) in [
        (plot, "aria-label", format!("{} chart. At {text}", chart.title())),
        (over, "aria-valuetext", text.clone()),
        (over, "aria-valuemax", format!("{last_s:.3}")),
        (over, "aria-valuenow", format!("{:.3}", reading.row.at_s)),
    ] {
        drop(element.set_attribute(name, &value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::measure::WindowRow;

    #[test]
    fn a_chart_is_described_by_its_values() {
        let row = WindowRow { p50_s: 0.041, p95_s: 0.61, p99_s: f64::NAN, ..WindowRow::default() };
        let reading = Reading { row, exact: true };
        assert_eq!(values(Chart::Latency, &reading), "p50 41 ms, p95 610 ms, p99 none");
        assert!(values(Chart::Throughput, &reading).ends_with("failed 0 requests per second"));
    }
}
