//! The numbers of the charts as a table, for reading aloud, for copying and for those who want the figure.

use super::series::{Chart, Series};
use super::store::Store;
use super::ticks;
use crate::ui::el::{El, el};
use tenfold::measure::WindowRow;

/// Rows of the table.
const ROWS_MAX: usize = 40;

/// The latest windows of the stretch shown, newest first.
pub(crate) fn rows(store: &Store, [from_s, to_s]: [f64; 2]) -> Vec<WindowRow> {
    store.windows(from_s, to_s).rev().take(ROWS_MAX).copied().collect()
}

/// The table.
pub(crate) fn table(rows: &[WindowRow]) -> El {
    let group = |chart: Chart| {
        let unit = if chart == Chart::Throughput { ", requests per second" } else { "" };
        let columns = chart.series().len().to_string();
        head("colgroup").attr("colspan", columns).child(chart.title()).child(unit)
    };
    let column = |series: Series| head("col").title(series.help()).child(series.label());
    let groups = el("tr").child(head("col").attr("rowspan", "2").child("Simulated time"));
    let columns = el("tr").children(Series::ALL.map(column));
    let table = el("table")
        .testid("chart-table")
        .child(el("caption").child("The latest windows, newest first"))
        .child(el("thead").child(groups.children(Chart::ALL.map(group))).child(columns))
        .child(el("tbody").children(rows.iter().map(line)));
    let scroll = el("div").class("charts-table").attr("tabindex", "0").attr("role", "region");
    scroll.label("Numbers of the charts").child(table)
}

fn head(scope: &'static str) -> El {
    el("th").attr("scope", scope)
}

fn line(row: &WindowRow) -> El {
    let cell = |series: Series| el("td").child(series.text((series.column())(row)));
    let step = if row.at_s.fract().abs() < 1e-9 { 1.0 } else { 0.1 };
    let time = head("row").child(ticks::clock(row.at_s, step));
    el("tr").key(row.at_s.to_string()).child(time).children(Series::ALL.map(cell))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::measure::Frame;

    #[test]
    fn the_table_lists_the_latest_windows_of_the_stretch() {
        let mut store = Store::new();
        let windows = (1..=100).map(|n| WindowRow { at_s: f64::from(n), ..WindowRow::default() }).collect();
        store.push(&Frame { windows, ..Frame::default() });
        let listed = rows(&store, [10.0, 90.0]);
        assert_eq!(listed.len(), ROWS_MAX);
        assert!((listed[0].at_s - 90.0).abs() < 1e-9 && listed[1].at_s < listed[0].at_s);
    }
}
