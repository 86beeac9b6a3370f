//! CDN: an edge cache between the users and the origin.

use super::info::{Category, Info, Ports};
use crate::measure::{Figure, FigureUnit};
use crate::fields;
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::units::{Bytes, Span};

/// Settings of a CDN.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Bytes of objects kept at the edge.
    pub capacity: Bytes,
    /// How long an object is fresh; `None` for ever.
    pub ttl: Option<Span>,
    /// Time at the edge before a hit is answered or a miss goes on.
    pub hit_time: Law,
    /// US dollars per GB sent to users; `None` takes the price book's.
    pub egress_usd_per_gb: Option<f64>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            capacity: Bytes::new(10_000_000_000),
            ttl: Some(Span::from_secs(86_400)),
            hit_time: Law::constant(Span::from_millis(1)),
            egress_usd_per_gb: None,
        }
    }
}

pub(super) const INFO: Info = Info {
    word: "cdn",
    label: "CDN",
    summary: "An edge cache near the users; misses go to the origin.",
    category: Category::Edge,
    ports: Ports { calls_in: true, calls_out: true },
};

pub(super) const STATIONS: &[&str] = &["edge"];

pub(super) const FIGURES: &[Figure] = &[
    Figure { key: "hit_ratio", label: "hits", unit: FigureUnit::Share },
    Figure { key: "byte_hit_ratio", label: "of bytes", unit: FigureUnit::Share },
    Figure { key: "bytes_kept", label: "kept", unit: FigureUnit::Bytes },
    Figure { key: "egress_bytes_per_s", label: "egress/s", unit: FigureUnit::Bytes },
];

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
    capacity: Shape::Bytes { min: 0, max: 1 << 50 }, "Capacity", "Bytes of objects kept at the edge; the least recently used leave first.";
    ttl: Shape::optional(&Shape::Span { min: Span::ZERO, max: Span::from_secs(365 * 86_400) }, "for ever"),
        "Fresh for", "How long an object may be served from the edge before it is fetched again.",
        "24 h: CloudFront's default TTL (CloudFront developer guide)";
    hit_time: LAW, "Edge time", "Time at the edge before a hit is answered or a miss goes on.";
    egress_usd_per_gb: Shape::optional(&Shape::Number { min: 0.0, max: 10.0, unit: "USD/GB" }, "the price book's"),
        "Egress price", "US dollars per GB sent to users.", "Price book: CloudFront, first tier";
];

pub(super) fn describe(config: &Config) -> String {
    match config.ttl {
        Some(ttl) => format!("{}, fresh {ttl}", config.capacity),
        None => format!("{}, fresh for ever", config.capacity),
    }
}

pub(super) fn check(_: &Config, _: &FieldPath, _: &mut Check) {}
