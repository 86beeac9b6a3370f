//! The result page: a run from its start to the model's duration.

use super::super::el::{El, component, el, segment, segmented, side_by_side};
use super::super::icons::icon;
use super::super::{Dispatch, on, say};
use super::words::{number as figure, row_head, table};
use crate::charts::{ReportChart, ReportProps};
use crate::shell::page;
use crate::state::{Action, Report, State, capital};
use serde_json::Value as Json;
use std::rc::Rc;
use tenfold::measure::text::{short_count, two_digits};
use tenfold::model::{Component, in_line};
use yew::Html;

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    match &state.run.report {
        Report::None => choice(state, dispatch),
        Report::Running(share) => {
            let duration = &state.model.head.duration;
            let what = match &state.run.crew {
                Some(crew) => format!(
                    "Running {duration} from the start with {} seeds, {} at a time; the live run waits.",
                    state.run.runs,
                    crew.at_once()
                ),
                None => format!("Running {duration} from the start, as fast as it goes; the live run waits."),
            };
            let bar = el("progress").attr("max", "1").attr("value", share.to_string());
            let stop = button(dispatch, "button", "report-cancel", Action::CancelReport).child("Stop");
            let actions = el("div").class("modal-actions");
            side_by_side(vec![
                el("p").child(what),
                bar.label("Progress").testid("report-progress"),
                actions.child(el("span").class("muted").child(say::share(*share))).child(stop),
            ])
        }
        Report::Done { json, table, csv } => done(state, dispatch, json, table, csv).into(),
    }
}

/// What will be run, and how often.
fn choice(state: &State, dispatch: &Dispatch) -> Html {
    const RUNS: [(u32, &str); 5] = [(1, "1"), (5, "5"), (10, "10"), (20, "20"), (50, "50")];
    let what = format!(
        "{} from the start, as fast as it goes; the live run waits meanwhile.",
        state.model.head.duration
    );
    let why = if state.run.runs > 1 {
        "How much runs with other seeds differ tells how sure each figure is, steady or not."
    } else {
        "How sure each figure is, one run tells only if it is steady."
    };
    let run = |(runs, words): (u32, &'static str)| {
        let choose = on(dispatch, Action::Runs(runs));
        segment(words, runs == state.run.runs, choose).testid(format!("runs-{runs}"))
    };
    let runs = segmented("How many runs").children(RUNS.map(run));
    let start = button(dispatch, "button primary", "report-start", Action::RunToEnd).child("Run");
    side_by_side(vec![
        el("p").child(what),
        el("div").class("runs").child(el("span").child("How many runs")).child(runs),
        el("p").class("muted runs-why").child(why),
        el("div").class("modal-actions").child(start),
    ])
}

fn button(dispatch: &Dispatch, class: &'static str, testid: &'static str, action: Action) -> El {
    el("button").class(class).testid(testid).on("click", on(dispatch, action))
}

fn done(state: &State, dispatch: &Dispatch, json: &str, table: &str, csv: &Rc<str>) -> El {
    let report: Json = serde_json::from_str(json).unwrap_or_default();
    let download = |class, testid, words: &'static str, csv| {
        let button = button(dispatch, class, testid, Action::DownloadReport { csv });
        button.child(icon("download")).child(el("span").child(words))
    };
    let chart = ReportProps {
        csv: csv.clone(),
        objectives: state.model.objectives.clone(),
        theme: page::seen_theme(state.theme),
    };
    let text = el("pre").class("report-table").attr("tabindex", "0").child(table.to_owned());
    let printed = el("details").class("help plain").child(el("summary").child("As the command prints it"));
    el("div")
        .testid("report")
        .child(verdicts(&report))
        .child(headline(&report))
        .child(component::<ReportChart>(chart))
        .child(components(state, &report))
        .child(printed.child(text))
        .child(
            el("div")
                .class("modal-actions")
                .child(el("span").class("muted").child(run_words(&report)))
                .child(download("button", "report-csv", "CSV", true))
                .child(download("button primary", "report-json", "JSON", false)),
        )
}

fn number(report: &Json, path: &str) -> f64 {
    report.pointer(path).and_then(Json::as_f64).unwrap_or(f64::NAN)
}

fn run_words(report: &Json) -> String {
    let seed = report.get("seed").map(in_line).unwrap_or_default();
    let version = report.get("tenfold").and_then(Json::as_str).unwrap_or_default();
    let (measured, warm_up) = (number(report, "/measured_s"), number(report, "/warm_up_s"));
    let (batches, runs) = (number(report, "/statistics/batches"), number(report, "/statistics/replications"));
    let how = if batches <= 0.0 {
        ""
    } else if runs > 1.0 {
        " ± at 95 % confidence, across the runs. The charts are the first run's."
    } else {
        " ± at 95 % confidence, by batch means."
    };
    let runs =
        if runs > 1.0 { format!("{runs} runs, seed {seed} and others") } else { format!("Seed {seed}") };
    format!(
        "{runs}, measured {} after {} of warm-up, Tenfold {version}.{how}",
        say::secs(measured),
        say::secs(warm_up)
    )
}

/// The verdicts on the run, each a line.
fn verdicts(report: &Json) -> Option<El> {
    let verdicts = report.pointer("/statistics/verdicts")?.as_array()?;
    let line = |verdict: &Json| {
        let kind = verdict.get("verdict").and_then(Json::as_str).unwrap_or_default();
        let bad = !matches!(kind, "converged" | "transient");
        let mood = el("div").class("report-verdict").attr("data-mood", if bad { "hurts" } else { "good" });
        let text = verdict.get("text").and_then(Json::as_str).unwrap_or_default();
        let words = el("span").child(capital(text) + ".");
        mood.child(icon(if bad { "warning" } else { "check" })).child(words)
    };
    Some(el("div").testid("report-verdicts").children(verdicts.iter().map(line)))
}

/// A figure's label, its place in the report, that of its interval, which stands beside it, and how it is written.
type Headline = (&'static str, &'static str, &'static str, fn(f64) -> String);

const HEADLINE: [Headline; 9] = [
    ("Throughput", "/throughput_per_s", "/throughput_interval_per_s", say::rate),
    ("Good", "/goodput_per_s", "/goodput_interval_per_s", say::rate),
    ("Failed", "/failed_share", "/failed_share_interval", percent),
    ("Mean", "/latency_s/mean", "/latency_interval_s/mean", say::secs),
    ("p50", "/latency_s/p50", "/latency_interval_s/p50", say::secs),
    ("p95", "/latency_s/p95", "/latency_interval_s/p95", say::secs),
    ("p99", "/latency_s/p99", "/latency_interval_s/p99", say::secs),
    ("Cost per hour", "/cost/per_hour_usd", "/cost/per_hour_interval_usd", say::usd),
    ("per million good", "/cost/per_million_good_usd", "/cost/per_million_good_interval_usd", say::usd),
];

/// Failures are often a small part of a per cent.
fn percent(share: f64) -> String {
    if share.is_finite() { format!("{} %", short_count(share * 100.0)) } else { say::NONE.into() }
}

/// How far off a figure may be, by the interval at a place in the report.
fn sure(report: &Json, figure: f64, interval: &str, words: fn(f64) -> String) -> String {
    let [low, high] = ["low", "high"].map(|end| number(report, &format!("{interval}/{end}")));
    let worse = (high - figure).max(figure - low) / figure;
    if worse.is_finite() {
        format!("± {} %", two_digits(worse * 100.0))
    } else if high > 0.0 {
        format!("at most {}", words(high))
    } else {
        String::new()
    }
}

fn headline(report: &Json) -> El {
    let tile = |(label, at, interval, words): (&'static str, &str, &str, fn(f64) -> String)| {
        let figure = number(report, at);
        let sure = sure(report, figure, interval, words);
        let tile = el("div").class("figure-tile").child(el("span").class("tile-label").child(label));
        tile.child(el("span").class("tile-value").child(words(figure)))
            .child(el("span").class("tile-label").testid("sure").child(sure))
    };
    el("div").class("tiles report-tiles").children(HEADLINE.into_iter().map(tile))
}

fn components(state: &State, report: &Json) -> Option<El> {
    let components = report.get("components").and_then(Json::as_object)?;
    let row = |component: &Component| {
        let c = components.get(&component.id)?;
        let p99 = number(c, "/sojourn_s/p99");
        let sure_p99 = " ".to_owned() + &sure(c, p99, "/sojourn_interval_s/p99", say::secs);
        let row = row_head(&component.name)
            .child(figure(say::count(number(c, "/arrivals"))))
            .child(figure(say::share(number(c, "/utilisation"))))
            .child(figure(say::count(number(c, "/queue_mean"))))
            .child(figure(say::secs(number(c, "/sojourn_s/p50"))))
            .child(figure(say::secs(p99)).child(el("span").class("muted").child(sure_p99)))
            .child(figure(say::usd(number(c, "/cost_per_hour_usd"))));
        Some(row)
    };
    let columns = ["arrivals", "busy", "waiting", "p50", "p99", "per hour"].map(|name| (name, true));
    let columns = [&[("Component", false)], &columns[..]].concat();
    let rows = state.model.components.iter().filter_map(row).collect();
    Some(table("Components", &columns, rows))
}
