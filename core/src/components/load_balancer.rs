//! Load balancer: chooses an instance of what it points at.

use super::info::{Category, Info, Ports};
use crate::measure::{Figure, FigureUnit};
use crate::model::{Check, Field, FieldPath, LAW, Law, Shape};
use crate::policy::balance::Policy;
use crate::fields;
use crate::units::Span;

/// Settings of a load balancer.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// How the instance is chosen.
    pub policy: Policy,
    /// Time the balancer adds to each request.
    pub proxy_time: Law,
}

impl Default for Config {
    fn default() -> Self {
        Config { policy: Policy::RoundRobin, proxy_time: Law::constant(Span::from_micros(50)) }
    }
}

pub(super) const INFO: Info = Info {
    word: "load-balancer",
    label: "Load balancer",
    summary: "Spreads calls over the instances of what it points at.",
    category: Category::Edge,
    ports: Ports { calls_in: true, calls_out: true },
};

pub(super) const STATIONS: &[&str] = &["proxy"];

pub(super) const FIGURES: &[Figure] = &[
    Figure { key: "targets", label: "up", unit: FigureUnit::Count },
    Figure { key: "outstanding", label: "outstanding", unit: FigureUnit::Count },
];

pub(super) const FIELDS: &[Field<Config>] = fields![Config;
    policy: Shape::Choice(Policy::CHOICES), "Policy", "How the instance is chosen.",
        "Round robin: default of an AWS Application Load Balancer (ELB user guide)";
    proxy_time: LAW, "Proxy time", "Time the balancer adds to each request on its way in.",
        "50 µs: a proxy hop on one host (napkin-math, 2026-03)";
];

pub(super) fn describe(config: &Config) -> String {
    config.policy.label().to_lowercase()
}

pub(super) fn check(_: &Config, _: &FieldPath, _: &mut Check) {}
