//! The three charts and the curves in them: names, units, where the number comes from and how it is written.

use super::store::Column;
use tenfold::measure::text::{short_count, short_secs, short_usd};

/// One of the three charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chart {
    /// Requests per second: offered, good, failed.
    Throughput,
    /// Latency percentiles.
    Latency,
    /// US dollars, per hour or per million good requests.
    Cost,
}

/// One curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Series {
    /// Requests that clients meant to send.
    Offered,
    /// Requests answered ok inside their deadline.
    Good,
    /// Requests that failed.
    Failed,
    /// Median latency.
    P50,
    /// 95th percentile.
    P95,
    /// 99th percentile.
    P99,
    /// US dollars per hour.
    PerHour,
    /// US dollars per million good requests.
    PerMillion,
}

impl Chart {
    /// All charts, in the order they stand.
    pub(crate) const ALL: [Chart; 3] = [Chart::Throughput, Chart::Latency, Chart::Cost];

    /// Its name in ids and test hooks.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Chart::Throughput => "throughput",
            Chart::Latency => "latency",
            Chart::Cost => "cost",
        }
    }

    /// Its name on the page.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Chart::Throughput => "Throughput",
            Chart::Latency => "Latency",
            Chart::Cost => "Cost",
        }
    }

    /// Its curves, in the order of the legend; later ones are drawn above earlier ones.
    pub(crate) const fn series(self) -> &'static [Series] {
        match self {
            Chart::Throughput => &[Series::Offered, Series::Good, Series::Failed],
            Chart::Latency => &[Series::P50, Series::P95, Series::P99],
            Chart::Cost => &[Series::PerHour, Series::PerMillion],
        }
    }
}

impl Series {
    /// All curves, in the order of the table's columns.
    pub(crate) const ALL: [Series; 8] = [
        Series::Offered,
        Series::Good,
        Series::Failed,
        Series::P50,
        Series::P95,
        Series::P99,
        Series::PerHour,
        Series::PerMillion,
    ];

    /// Its place in [`Series::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Its name in ids, style classes and test hooks (`legend-p99`).
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Series::Offered => "offered",
            Series::Good => "good",
            Series::Failed => "failed",
            Series::P50 => "p50",
            Series::P95 => "p95",
            Series::P99 => "p99",
            Series::PerHour => "cost-hour",
            Series::PerMillion => "cost-million",
        }
    }

    /// Its name in the legend.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Series::PerHour => "per hour",
            Series::PerMillion => "per 1M good",
            other => other.key(),
        }
    }

    /// What the number is, in full: the legend's hint and the table's heading.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Series::Offered => "Offered: requests that clients meant to send, per second",
            Series::Good => "Good: requests answered ok inside their deadline, per second",
            Series::Failed => "Failed requests, per second",
            Series::P50 => "Median latency of the successes",
            Series::P95 => "95th percentile of the latency of the successes",
            Series::P99 => "99th percentile of the latency of the successes",
            Series::PerHour => "US dollars per hour",
            Series::PerMillion => "US dollars per million good requests",
        }
    }

    /// The name of its column in an exported file, with the unit last.
    pub(crate) const fn column_name(self) -> &'static str {
        match self {
            Series::Offered => "offered_per_s",
            Series::Good => "good_per_s",
            Series::Failed => "failed_per_s",
            Series::P50 => "p50_s",
            Series::P95 => "p95_s",
            Series::P99 => "p99_s",
            Series::PerHour => "cost_per_hour_usd",
            Series::PerMillion => "cost_per_million_good_usd",
        }
    }

    /// Where the number stands in a window.
    pub(crate) fn column(self) -> Column {
        match self {
            Series::Offered => |row| row.offered_per_s,
            Series::Good => |row| row.good_per_s,
            Series::Failed => |row| row.failed_per_s,
            Series::P50 => |row| row.p50_s,
            Series::P95 => |row| row.p95_s,
            Series::P99 => |row| row.p99_s,
            Series::PerHour => |row| row.cost_per_hour_usd,
            Series::PerMillion => |row| row.cost_per_million_good_usd,
        }
    }

    /// The number as people read it, with its unit where the chart's title does not say it; a dash for none.
    pub(crate) fn text(self, value: f64) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        match self {
            Series::Offered | Series::Good | Series::Failed => short_count(value),
            Series::P50 | Series::P95 | Series::P99 => short_secs(value),
            Series::PerHour | Series::PerMillion => short_usd(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::measure::WindowRow;

    #[test]
    fn the_order_of_the_series_is_their_index() {
        for (index, series) in Series::ALL.into_iter().enumerate() {
            assert_eq!(series.index(), index);
        }
        let listed: Vec<Series> = Chart::ALL.iter().flat_map(|c| c.series()).copied().collect();
        assert_eq!(listed, Series::ALL);
    }

    #[test]
    fn each_column_name_is_a_column_of_the_window_and_picks_it() {
        let numbers: Vec<f64> = (0..WindowRow::WIDTH).map(|n| n as f64).collect();
        let row = WindowRow::read(&numbers);
        for series in Series::ALL {
            let index = WindowRow::COLUMNS.iter().position(|c| *c == series.column_name());
            assert_eq!(index, Some((series.column())(&row) as usize), "{series:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_a_dash() {
        assert_eq!(Series::P99.text(f64::NAN), "–");
        assert_eq!(Series::P99.text(1.9), "1.9 s");
        assert_eq!(Series::PerHour.text(2.958), "$2.96");
    }
}
