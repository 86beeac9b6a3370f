//! The numbers of the charts as a table, for reading aloud, for copying and for those who want the figure.

use super::series::{Chart, Series};
use super::store::Store;
use super::ticks;
use tenfold::measure::WindowRow;
use yew::{Html, html};

/// Rows of the table.
const ROWS_MAX: usize = 40;

/// The latest windows of the stretch shown, newest first.
pub(crate) fn rows(store: &Store, [from_s, to_s]: [f64; 2]) -> Vec<WindowRow> {
    store.windows(from_s, to_s).rev().take(ROWS_MAX).copied().collect()
}

/// The table.
pub(crate) fn table(rows: &[WindowRow]) -> Html {
    let group = |chart: &Chart| {
        let unit = match chart {
            Chart::Throughput => ", requests per second",
            Chart::Latency | Chart::Cost => "",
        };
        html! { <th scope="colgroup" colspan={chart.series().len().to_string()}>{ chart.title() }{ unit }</th> }
    };
    let head = |series: &Series| html! { <th scope="col" title={series.help()}>{ series.label() }</th> };
    html! {
        <div class="charts-table" tabindex="0" role="region" aria-label="Numbers of the charts">
            <table data-testid="chart-table">
                <caption>{ "The latest windows, newest first" }</caption>
                <thead>
                    <tr><th scope="col" rowspan="2">{ "Simulated time" }</th>{ for Chart::ALL.iter().map(group) }</tr>
                    <tr>{ for Series::ALL.iter().map(head) }</tr>
                </thead>
                <tbody>{ for rows.iter().map(line) }</tbody>
            </table>
        </div>
    }
}

fn line(row: &WindowRow) -> Html {
    let cell = |series: &Series| html! { <td>{ series.text((series.column())(row)) }</td> };
    let step = if row.at_s.fract().abs() < 1e-9 { 1.0 } else { 0.1 };
    html! {
        <tr key={row.at_s.to_string()}>
            <th scope="row">{ ticks::clock(row.at_s, step) }</th>
            { for Series::ALL.iter().map(cell) }
        </tr>
    }
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
