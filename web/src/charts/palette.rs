//! The colours of the charts, read from the custom properties of the page so that there is one place for them.

use super::series::Series;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The colours and the font, as CSS text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Palette {
    /// Text.
    pub(crate) ink: String,
    /// Quiet text and marks.
    pub(crate) muted: String,
    /// Grid lines.
    pub(crate) hairline: String,
    /// What is behind the charts.
    pub(crate) panel: String,
    /// What works.
    pub(crate) accent: String,
    /// What hurts.
    pub(crate) hurts: String,
    /// The family of the fonts.
    pub(crate) family: String,
    /// Whether few colours are to be had (forced colours, more contrast): curves then differ by dashes too.
    pub(crate) plain: bool,
    series: [String; 8],
}

/// The custom property of each curve, in the order of [`Series::ALL`], with a value for a page that has none.
const SERIES: [(&str, &str); 8] = [
    ("--offered", "#9a9da3"),
    ("--accent", "#0d7a6f"),
    ("--hurts", "#c2410c"),
    ("--p50", "#8db8e8"),
    ("--p95", "#3f7fcb"),
    ("--p99", "#173f7a"),
    ("--cost", "#7a4fb0"),
    ("--cost", "#7a4fb0"),
];

impl Palette {
    /// Reads the colours that hold for an element now.
    pub(crate) fn of(element: &Element) -> Palette {
        let window = web_sys::window();
        let style = window.as_ref().and_then(|w| w.get_computed_style(element).ok().flatten());
        let read = |name: &str, otherwise: &str| {
            let value =
                style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
            let value = value.trim();
            if value.is_empty() { otherwise.to_owned() } else { value.to_owned() }
        };
        let matches = |query: &str| {
            let list = window.as_ref().and_then(|w| w.match_media(query).ok().flatten());
            list.is_some_and(|list| list.matches())
        };
        Palette {
            ink: read("--ink", "#1c1e22"),
            muted: read("--muted", "#6a6e76"),
            hairline: read("--hairline", "#e5e2db"),
            panel: read("--panel", "#ffffff"),
            accent: read("--accent", "#0d7a6f"),
            hurts: read("--hurts", "#c2410c"),
            family: read("font-family", "system-ui, sans-serif"),
            plain: matches("(forced-colors: active)") || matches("(prefers-contrast: more)"),
            series: SERIES.map(|(name, otherwise)| read(name, otherwise)),
        }
    }

    /// The colours of the root element.
    pub(crate) fn of_page() -> Option<Palette> {
        let body = web_sys::window()?.document()?.body()?;
        Some(Palette::of(body.unchecked_ref::<HtmlElement>()))
    }

    /// The colour of a curve.
    pub(crate) fn series(&self, series: Series) -> &str {
        &self.series[series.index()]
    }

    /// How a curve is broken into dashes where colour alone must not tell it; empty for an unbroken line.
    pub(crate) fn dashes(&self, series: Series) -> &'static [f64] {
        match series {
            _ if !self.plain => &[],
            Series::Offered | Series::P50 => &[1.5, 3.0],
            Series::Failed | Series::P95 => &[6.0, 3.0],
            _ => &[],
        }
    }

    /// A font of so many pixels.
    pub(crate) fn font(&self, weight: u32, px: f64) -> String {
        format!("{weight} {px}px {}", self.family)
    }
}
