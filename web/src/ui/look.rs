//! How each kind looks: its icon, its colour, and the two figures that stand on its card.

use super::el::{El, el};
use super::icons::icon;
use super::say;
use crate::state::{held, wanted};
use tenfold::components::{Category, Kind, Out, Settings};
use tenfold::measure::{ComponentRow, Figure, FigureUnit};
use tenfold::model::Component;

/// The name of a kind's icon.
pub(crate) fn icon_of(kind: Kind) -> &'static str {
    kind.info().word
}

/// The class that tints a category's icon tile.
fn tint(category: Category) -> &'static str {
    match category {
        Category::Traffic => "tint-traffic",
        Category::Edge => "tint-edge",
        Category::Compute => "tint-compute",
        Category::Data => "tint-data",
        Category::Messaging => "tint-messaging",
        Category::Control => "tint-control",
    }
}

/// The tile with a kind's icon.
pub(crate) fn tile(class: &str, kind: Kind) -> El {
    el("span").class(format!("{class} {}", tint(kind.info().category))).child(icon(icon_of(kind)))
}

/// Whether a kind has instances that come and go, shown as bricks.
pub(crate) fn has_bricks(kind: Kind) -> bool {
    match kind {
        Kind::Service | Kind::Worker | Kind::NodePool | Kind::SearchIndex | Kind::QuorumStore => true,
        Kind::Clients
        | Kind::Cdn
        | Kind::LoadBalancer
        | Kind::Cache
        | Kind::Database
        | Kind::NosqlTable
        | Kind::ObjectStore
        | Kind::VectorStore
        | Kind::Queue
        | Kind::Topic
        | Kind::Stream
        | Kind::Job
        | Kind::Autoscaler => false,
    }
}

/// As many messages as it keeps, where that is limited: how full it is stands on the card.
pub(crate) fn capacity(settings: &Settings) -> Option<u32> {
    match settings {
        Settings::Queue(config) => config.capacity,
        _ => None,
    }
}

/// Whether a kind keeps something that can be forgotten.
pub(crate) fn can_flush(kind: Kind) -> bool {
    matches!(kind, Kind::Cache | Kind::Cdn | Kind::Queue | Kind::Topic | Kind::Stream)
}

/// What the small line on a card draws: what waits, what is desired, or what comes in.
pub(crate) fn spark_of(kind: Kind) -> fn(&ComponentRow) -> f64 {
    match kind.info().ports.out {
        Out::Messages | Out::Control => |row| row.figure_0,
        Out::Calls | Out::Nothing => |row| row.arrivals_per_s,
    }
}

/// The two figures on a component's card.
pub(crate) fn card_figures(component: &Component, row: &ComponentRow) -> (String, String) {
    let flow = say::rate(row.arrivals_per_s);
    match &component.settings {
        Settings::Clients(_) | Settings::Service(_) => (flow, format!("p99 {}", say::secs(row.p99_s))),
        Settings::Cdn(_) | Settings::Cache(_) => (format!("{} hits", say::share(row.figure_0)), flow),
        Settings::LoadBalancer(_) => (flow, format!("{} up", say::count(row.figure_0))),
        Settings::NosqlTable(_) | Settings::ObjectStore(_) => {
            (flow, format!("{} throttled", say::rate(zero_if_absent(row.figure_0))))
        }
        Settings::SearchIndex(_) => (flow, format!("{} rejected", say::rate(zero_if_absent(row.figure_0)))),
        Settings::QuorumStore(_) => (flow, format!("{} stale", say::share(row.figure_0))),
        Settings::Worker(_) => (flow, format!("{} at once", say::count(row.figure_0))),
        Settings::Queue(_) => {
            let oldest = || format!("oldest {}", say::secs(row.figure_1));
            let right = held(component, row).map_or_else(oldest, |held| format!("{} held", say::count(held)));
            (format!("{} waiting", say::count(row.figure_0)), right)
        }
        Settings::Job(_) => {
            (format!("{} left", say::count(row.figure_0)), format!("{} done", say::rate(row.figure_1)))
        }
        Settings::NodePool(_) => (
            format!("{} ready", say::count(row.ready)),
            format!("{} without a place", say::count(row.figure_0)),
        ),
        Settings::Topic(_) => (flow, format!("{} undelivered", say::count(row.figure_1))),
        Settings::Stream(_) => {
            (format!("{} lag", say::count(row.figure_0)), format!("{} behind", say::secs(row.figure_1)))
        }
        Settings::Autoscaler(_) => {
            let of = if row.figure_1 >= 10.0 { "" } else { "of " };
            (
                format!("desired {}", say::count(row.figure_0)),
                format!("{} {of}target", say::share(row.figure_1)),
            )
        }
        Settings::VectorStore(_) => (flow, format!("{} in memory", say::share(row.figure_0))),
        Settings::Database(config) => {
            (flow, format!("pool {:.0}/{}", zero_if_absent(row.figure_0), config.connections))
        }
    }
}

fn zero_if_absent(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}

/// The kind's own figures with their labels.
pub(crate) fn own_figures(kind: Kind, row: &ComponentRow) -> Vec<(&'static str, String)> {
    kind.figures()
        .iter()
        .zip(row.figures())
        .map(|(figure, x)| (figure.label, figure_text(figure, x)))
        .collect()
}

pub(crate) fn figure_text(figure: &Figure, x: f64) -> String {
    match figure.unit {
        FigureUnit::Share => say::share(x),
        FigureUnit::Count | FigureUnit::PerSecond => say::count(x),
        FigureUnit::Bytes => say::bytes(x),
        FigureUnit::Seconds => say::secs(x),
    }
}

/// How many instances there are, and how many there shall be: `2 → 5`.
pub(crate) fn instances(row: &ComponentRow) -> String {
    let (now, wanted) = (row.ready + row.draining, wanted(row));
    if (now - wanted).abs() < 0.5 { format!("{now:.0}") } else { format!("{now:.0} → {wanted:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_link_says_how_many_there_are_and_shall_be() {
        let row = |ready, starting, draining, down| ComponentRow {
            ready,
            starting,
            draining,
            down,
            ..ComponentRow::default()
        };
        assert_eq!(instances(&row(4.0, 0.0, 0.0, 0.0)), "4");
        assert_eq!(instances(&row(2.0, 3.0, 0.0, 0.0)), "2 → 5");
        assert_eq!(instances(&row(2.0, 0.0, 3.0, 0.0)), "5 → 2");
        assert_eq!(instances(&row(1.0, 0.0, 0.0, 1.0)), "1 → 2");
    }
}
