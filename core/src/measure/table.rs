//! The report as a table for people.

use super::certainty::{Method, WarmUpBy};
use super::report::{Component, Report};
use super::text::{short_count, short_secs, short_usd, two_digits};
use crate::statistics::Interval;
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

/// A figure and how far off it may be to its worse side, where that is known: `50 ms ± 2.1 %`.
fn sure(figure: Option<f64>, interval: Option<Interval>, text: impl Fn(f64) -> String) -> String {
    let Some(figure) = figure else { return ABSENT.to_owned() };
    let worse = interval.map(|ends| (ends.high - figure).max(figure - ends.low) / figure);
    match worse.filter(|worse| worse.is_finite()) {
        Some(worse) => format!("{} ± {} %", text(figure), two_digits(worse * 100.0)),
        None => text(figure),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        self.write_run(f)?;
        writeln!(f)?;
        self.write_requests(f)?;
        let (t, i) = (&self.latency_s, &self.latency_interval_s);
        let times = [(t.mean, i.mean), (t.p50, i.p50), (t.p95, i.p95), (t.p99, i.p99), (t.p999, i.p999)];
        let [mean, p50, p95, p99, p999] = times.map(|(time, interval)| sure(time, interval, short_secs));
        let max = secs(t.max);
        writeln!(f, "latency     mean {mean}, p50 {p50}, p95 {p95}, p99 {p99}, p99.9 {p999}, max {max}")?;
        let cost = &self.cost;
        let per_million = sure(cost.per_million_good_usd, cost.per_million_good_interval_usd, short_usd);
        let per_hour = sure(cost.per_hour_usd, cost.per_hour_interval_usd, short_usd);
        writeln!(f, "cost        {per_hour} per hour, {per_million} per million good requests")?;
        for verdict in &self.objectives {
            writeln!(f, "objective   {}: {}", verdict.objective, if verdict.met { "met" } else { "missed" })?;
        }
        self.write_statistics(f)?;
        writeln!(f)?;
        self.write_components(f)?;
        self.write_pools(f)
    }
}

impl Report {
    fn write_run(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (simulated, measured) = (short_secs(self.simulated_s), short_secs(self.measured_s));
        let warm_up = short_secs(self.warm_up_s);
        let runs = self.statistics.replications;
        if runs > 1 {
            write!(f, "{runs} replications, in all ")?;
        }
        let found = match self.statistics.warm_up.how {
            WarmUpBy::Given => "",
            WarmUpBy::Mser5 => ", found by MSER-5",
            WarmUpBy::NotFound => ", for MSER-5 has not found its end",
        };
        let seed = self.seed;
        writeln!(
            f,
            "{simulated} simulated, {measured} of it measured after {warm_up} of warm-up{found}; seed {seed}"
        )
    }

    fn write_statistics(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = &self.statistics;
        let (sure, batches) = (s.confidence * 100.0, s.batches);
        match s.method {
            Method::BatchMeans => {
                let each = short_secs(s.batch_s.unwrap_or_default());
                writeln!(f, "certainty   {sure} % by batch means, {batches} batches of {each}")?;
            }
            Method::Replications => writeln!(f, "certainty   {sure} % across {batches} replications")?,
            Method::None => {}
        }
        s.verdicts.iter().try_for_each(|judgement| writeln!(f, "verdict     {}", judgement.text))
    }

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
        if let (Some(share), Some(ends)) = (self.failed_share, self.failed_share_interval) {
            let [share, low, high] = [share, ends.low, ends.high].map(|x| short_count(x * 100.0));
            writeln!(f, "            {share} % failed, between {low} and {high} %")?;
        }
        let per_s = |rate: f64| format!("{}/s", short_count(rate));
        let all = sure(self.throughput_per_s, self.throughput_interval_per_s, per_s);
        let good = sure(self.goodput_per_s, self.goodput_interval_per_s, per_s);
        writeln!(f, "throughput  {all}, good {good}")
    }

    fn write_components(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header =
            ["component", "kind", "in/s", "failed", "busy", "of", "queue", "p50", "p99", "own p99", "$/h"];
        let rows = self.components.iter().map(|(id, component)| self.row(id, component));
        let rows: Vec<[String; COLUMNS]> = std::iter::once(header.map(str::to_owned)).chain(rows).collect();
        write_table(&rows, f)
    }

    fn write_pools(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pools = self.links.iter().filter_map(|(id, link)| Some((id, link.pool.as_ref()?)));
        for (at, (id, pool)) in pools.enumerate() {
            if at == 0 {
                writeln!(f)?;
            }
            let (used, waiting) = (share(pool.utilisation), short_count(pool.queue_mean));
            let (mean, p99) = (secs(pool.wait_s.mean), secs(pool.wait_s.p99));
            writeln!(f, "pool        {id}: {used} in use, {waiting} waiting, wait mean {mean}, p99 {p99}")?;
        }
        Ok(())
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
            sure(c.sojourn_s.p99, c.sojourn_interval_s.p99, short_secs),
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
