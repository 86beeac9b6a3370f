//! The result page: a run from its start to the model's duration.

use super::super::icons::icon;
use super::super::{Dispatch, on, say};
use crate::state::{Action, Report, State};
use serde_json::Value as Json;
use yew::{Html, html};

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    match &state.run.report {
        Report::None => html! {
            <div class="modal-actions"><button class="button primary" data-testid="report-start" onclick={on(dispatch, Action::RunToEnd)}>{ "Run" }</button></div>
        },
        Report::Running(share) => html! {
            <>
                <p key="what">{ format!("Running {} from the start, as fast as it goes; the live run waits.", state.model.head.duration) }</p>
                <progress key="bar" max="1" value={share.to_string()} aria-label="Progress" data-testid="report-progress"></progress>
                <div key="actions" class="modal-actions"><span class="muted">{ say::share(*share) }</span><button class="button" data-testid="report-cancel" onclick={on(dispatch, Action::CancelReport)}>{ "Stop" }</button></div>
            </>
        },
        Report::Done { json, table, .. } => done(state, dispatch, json, table),
    }
}

fn done(state: &State, dispatch: &Dispatch, json: &str, table: &str) -> Html {
    let report: Json = serde_json::from_str(json).unwrap_or_default();
    html! {
        <div data-testid="report">
            { headline(&report) }
            { components(state, &report) }
            <details class="help plain"><summary>{ "As the command prints it" }</summary><pre class="report-table" tabindex="0">{ table.to_owned() }</pre></details>
            <div class="modal-actions">
                <span class="muted">{ run_words(&report) }</span>
                <button class="button" data-testid="report-csv" onclick={on(dispatch, Action::DownloadReport { csv: true })}>{ icon("download") }<span>{ "CSV" }</span></button>
                <button class="button primary" data-testid="report-json" onclick={on(dispatch, Action::DownloadReport { csv: false })}>{ icon("download") }<span>{ "JSON" }</span></button>
            </div>
        </div>
    }
}

fn number(report: &Json, path: &str) -> f64 {
    report.pointer(path).and_then(Json::as_f64).unwrap_or(f64::NAN)
}

fn run_words(report: &Json) -> String {
    let seed = report.get("seed").map(Json::to_string).unwrap_or_default();
    let version = report.get("tenfold").and_then(Json::as_str).unwrap_or_default();
    let (measured, warm_up) = (number(report, "/measured_s"), number(report, "/warm_up_s"));
    format!(
        "Seed {seed}, measured {} after {} of warm-up, Tenfold {version}.",
        say::secs(measured),
        say::secs(warm_up)
    )
}

fn headline(report: &Json) -> Html {
    let tiles = [
        ("Throughput", say::rate(number(report, "/throughput_per_s"))),
        ("Good", say::rate(number(report, "/goodput_per_s"))),
        ("Failed", say::count(number(report, "/requests/failed"))),
        ("Mean", say::secs(number(report, "/latency_s/mean"))),
        ("p50", say::secs(number(report, "/latency_s/p50"))),
        ("p95", say::secs(number(report, "/latency_s/p95"))),
        ("p99", say::secs(number(report, "/latency_s/p99"))),
        ("Cost per hour", say::usd(number(report, "/cost/per_hour_usd"))),
        ("per million good", say::usd(number(report, "/cost/per_million_good_usd"))),
    ];
    html! {
        <div class="tiles report-tiles">
            { for tiles.into_iter().map(|(label, text)| html! {
                <div key={label} class="figure-tile"><span class="tile-label">{ label }</span><span class="tile-value">{ text }</span></div>
            }) }
        </div>
    }
}

fn components(state: &State, report: &Json) -> Html {
    let Some(components) = report.get("components").and_then(Json::as_object) else { return html! {} };
    let in_order = state.model.components.iter().filter_map(|c| Some((c, components.get(&c.id)?)));
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label="Components">
            <table class="table">
                <thead><tr><th scope="col">{ "Component" }</th><th scope="col" class="number">{ "arrivals" }</th><th scope="col" class="number">{ "busy" }</th>
                    <th scope="col" class="number">{ "waiting" }</th><th scope="col" class="number">{ "p50" }</th><th scope="col" class="number">{ "p99" }</th><th scope="col" class="number">{ "per hour" }</th></tr></thead>
                <tbody>
                    { for in_order.map(|(component, c)| html! {
                        <tr key={component.id.clone()}>
                            <th scope="row">{ &component.name }</th>
                            <td class="number">{ say::count(number(c, "/arrivals")) }</td>
                            <td class="number">{ say::share(number(c, "/utilisation")) }</td>
                            <td class="number">{ say::count(number(c, "/queue_mean")) }</td>
                            <td class="number">{ say::secs(number(c, "/sojourn_s/p50")) }</td>
                            <td class="number">{ say::secs(number(c, "/sojourn_s/p99")) }</td>
                            <td class="number">{ say::usd(number(c, "/cost_per_hour_usd")) }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
