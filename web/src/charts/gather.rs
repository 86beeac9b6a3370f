//! Gathers what belongs into a chart: its curves, their ghosts, its limits, and the range that must be in sight.

use super::curve::Curve;
use super::series::{Chart, Series};
use super::store::Store;
use super::view::View;
use tenfold::measure::text::{short_secs, short_usd};
use tenfold::model::Objective;

/// An objective this many times above the greatest value still belongs in a linear chart.
const IN_SIGHT_LINEAR: f64 = 1.7;
/// The same for a logarithmic chart.
const IN_SIGHT_LOG: f64 = 12.0;

/// The curves that show, in seconds and values.
pub(super) fn traced(
    chart: Chart,
    store: &Store,
    view: &View,
    range: [f64; 2],
    column_s: f64,
) -> Vec<(Series, Curve)> {
    let shown = chart.series().iter().copied().filter(|series| view.shows(*series));
    let trace = |series: Series| Curve::trace(store.samples(series.column(), range[0], range[1]), column_s);
    shown.map(|series| (series, shaped(series, trace(series)))).collect()
}

/// The curves of the time before the last edit, moved onto the same-length time after it: the newest window
/// stands above the last one before the edit.
pub(super) fn haunting(
    chart: Chart,
    store: &Store,
    view: &View,
    range: [f64; 2],
    column_s: f64,
) -> Vec<(Series, Curve)> {
    let (Some(edit), Some(first), Some(last)) = (store.edit_s(), store.first_s(), store.last_s()) else {
        return Vec::new();
    };
    // As long as there is since the edit (up to the right edge of a view that stands still), as far as there is
    // anything before it, and never more than a view.
    let since = last.min(range[1]) - edit;
    let length = since.min(edit - first).min(view.span.seconds().unwrap_or(f64::INFINITY));
    let (from, to) = (range[0].max(edit), range[1].min(edit + length));
    if length <= 0.0 || to <= from {
        return Vec::new();
    }
    let shown = chart.series().iter().copied().filter(|s| view.shows(*s) && *s != Series::Offered);
    let trace = |series: Series| {
        let samples = store.samples(series.column(), from - length, to - length);
        let inside = samples.filter(|s| s.at_s >= from - length && s.at_s <= to - length);
        Curve::trace(inside, column_s).shifted(length)
    };
    shown.map(|series| (series, shaped(series, trace(series)))).collect()
}

/// Failures show only where there are any; a line along the axis would say nothing.
fn shaped(series: Series, curve: Curve) -> Curve {
    if series == Series::Failed { curve.without_zeros() } else { curve }
}

/// The objectives that have a line in this chart.
pub(super) fn limits<'a>(
    chart: Chart,
    view: &'a View,
    objectives: &'a [Objective],
) -> impl Iterator<Item = (f64, String)> + 'a {
    objectives.iter().filter_map(move |objective| match objective {
        Objective::Latency { percentile, within } if chart == Chart::Latency => {
            let secs = within.secs();
            Some((secs, format!("objective p{percentile} {}", short_secs(secs))))
        }
        Objective::Budget { usd_per_hour } if chart == Chart::Cost && view.shows(Series::PerHour) => {
            Some((*usd_per_hour, format!("budget {} per hour", short_usd(*usd_per_hour))))
        }
        _ => None,
    })
}

/// Least and greatest value that must be in sight.
pub(super) fn extent<'a>(
    curves: impl Iterator<Item = &'a (Series, Curve)>,
    [from, to]: [f64; 2],
    limits: &[(f64, String)],
    log: bool,
) -> [f64; 2] {
    let all = curves.filter_map(|(_, curve)| curve.extent(from, to, log));
    let seen = all.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    let Some([mut lo, mut hi]) = seen else {
        let highest = limits.iter().map(|(limit, _)| *limit).fold(f64::NAN, f64::max);
        return [highest / 10.0, highest];
    };
    let reach = if log { IN_SIGHT_LOG } else { IN_SIGHT_LINEAR };
    let highest = hi;
    for (limit, _) in limits.iter().filter(|(limit, _)| *limit <= highest * reach) {
        // Room above the line for its label.
        hi = hi.max(*limit * if log { 1.2 } else { 1.06 });
        lo = lo.min(*limit);
    }
    [lo, hi]
}
