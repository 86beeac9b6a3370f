//! The report as a table for people.

use super::report::{Component, Report};
use super::text::{short_count, short_secs, short_usd};
use std::fmt;

/// What stands for a figure that is not there.
const ABSENT: &str = "–";
/// Columns of the table of components.
const COLUMNS: usize = 11;

fn secs(x: Option<f64>) -> String {
    x.map_or(ABSENT.to_owned(), short_secs)
}

fn share(x: Option<f64>) -> String {
    x.map_or(ABSENT.to_owned(), |x| format!("{:.1} %", x * 100.0))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (simulated, measured) = (short_secs(self.simulated_s), short_secs(self.measured_s));
        let warm_up = short_secs(self.warm_up_s);
        writeln!(f, "{}", self.title)?;
        writeln!(
            f,
            "{simulated} simulated, {measured} of it measured after {warm_up} of warm-up; seed {}",
            self.seed
        )?;
        writeln!(f)?;
        self.write_requests(f)?;
        let t = &self.latency_s;
        let times = [t.mean, t.p50, t.p95, t.p99, t.p999, t.max].map(secs);
        let [mean, p50, p95, p99, p999, max] = &times;
        writeln!(f, "latency     mean {mean}, p50 {p50}, p95 {p95}, p99 {p99}, p99.9 {p999}, max {max}")?;
        let per_million = self.cost.per_million_good_usd.map_or(ABSENT.to_owned(), short_usd);
        let per_hour = short_usd(self.cost.per_hour_usd);
        writeln!(f, "cost        {per_hour} per hour, {per_million} per million good requests")?;
        for verdict in &self.objectives {
            writeln!(f, "objective   {}: {}", verdict.objective, if verdict.met { "met" } else { "missed" })?;
        }
        writeln!(f)?;
        self.write_components(f)
    }
}

impl Report {
    fn write_requests(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let r = &self.requests;
        let (offered, good, late, failed, in_flight) = (r.offered, r.good, r.late, r.failed, r.in_flight);
        writeln!(
            f,
            "requests    {offered} offered, {good} good, {late} late, {failed} failed, {in_flight} in flight"
        )?;
        for (reason, count) in &self.failures {
            writeln!(f, "            {count} {}", reason.replace('_', " "))?;
        }
        let (all, good) = (short_count(self.throughput_per_s), short_count(self.goodput_per_s));
        writeln!(f, "throughput  {all}/s, good {good}/s")
    }

    fn write_components(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header =
            ["component", "kind", "in/s", "failed", "busy", "of", "queue", "p50", "p99", "own p99", "$/h"];
        let rows = self.components.iter().map(|(id, component)| self.row(id, component));
        let rows: Vec<[String; COLUMNS]> = std::iter::once(header.map(str::to_owned)).chain(rows).collect();
        write_table(&rows, f)
    }

    fn row(&self, id: &str, c: &Component) -> [String; COLUMNS] {
        let per_s = if self.measured_s > 0.0 {
            short_count(c.arrivals as f64 / self.measured_s)
        } else {
            ABSENT.to_owned()
        };
        [
            id.to_owned(),
            c.kind.to_owned(),
            per_s,
            c.failures.to_string(),
            share(c.utilisation),
            c.busiest.clone().unwrap_or_default(),
            short_count(c.queue_mean),
            secs(c.sojourn_s.p50),
            secs(c.sojourn_s.p99),
            secs(c.own_s.p99),
            format!("{:.2}", c.cost_per_hour_usd),
        ]
    }
}

/// Columns aligned: words to the left, numbers to the right.
fn write_table(rows: &[[String; COLUMNS]], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            let gap = if column == 0 { "" } else { "  " };
            let words = matches!(column, 0 | 1 | 5);
            if words { write!(f, "{gap}{cell:<width$}")? } else { write!(f, "{gap}{cell:>width$}")? }
        }
        writeln!(f)?;
    }
    Ok(())
}
