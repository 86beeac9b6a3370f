//! What is true now, in one sentence: objectives met or missed, and what is busiest.

use super::health::Health;
use std::collections::VecDeque;
use tenfold::components::Kind;
use tenfold::measure::text::{short_count, short_secs, short_usd};
use tenfold::measure::{ComponentRow, Frame, Topology, WindowRow};
use tenfold::model::{Component, Model, Objective};

/// As many windows as the verdict looks back on; one alone would flicker.
pub(crate) const WINDOWS: usize = 20;

/// How good the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Waiting,
    Good,
    Warm,
    Hurts,
}

/// The sentence above the charts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) mood: Mood,
    /// The news itself.
    pub(crate) headline: String,
    /// What goes with it.
    pub(crate) detail: String,
    /// The component it speaks of, if any.
    pub(crate) about: Option<String>,
}

/// The figures of the last windows together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Recent {
    pub(crate) offered: f64,
    pub(crate) finished: f64,
    pub(crate) good: f64,
    pub(crate) failed: f64,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) cost: f64,
    pub(crate) per_million: f64,
}

impl Recent {
    /// Means of the flows and medians of the percentiles over `windows`.
    pub(crate) fn over(windows: &VecDeque<WindowRow>) -> Option<Recent> {
        let last = windows.back()?;
        let mean = |get: fn(&WindowRow) -> f64| windows.iter().map(get).sum::<f64>() / windows.len() as f64;
        let median = |get: fn(&WindowRow) -> f64| {
            let mut all: Vec<f64> = Vec::new();
            for x in windows.iter().map(get).filter(|x| x.is_finite()) {
                all.insert(all.partition_point(|less| *less < x), x);
            }
            all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Some(Recent {
            offered: mean(|w| w.offered_per_s),
            finished: mean(|w| w.finished_per_s),
            good: mean(|w| w.good_per_s),
            failed: mean(|w| w.failed_per_s),
            p50: median(|w| w.p50_s),
            p95: median(|w| w.p95_s),
            p99: median(|w| w.p99_s),
            p999: median(|w| w.p999_s),
            cost: last.cost_per_hour_usd,
            per_million: median(|w| w.cost_per_million_good_usd),
        })
    }

    /// The share of requests answered well.
    pub(crate) fn availability(&self) -> f64 {
        let ended = self.finished + self.failed;
        if ended > 0.0 { self.good / ended } else { f64::NAN }
    }
}

/// What holds for `model` by the last frames.
pub(crate) fn verdict(model: &Model, topology: &Topology, frame: &Frame, recent: Option<Recent>) -> Verdict {
    let Some(recent) = recent else { return waiting("Waiting for the first figures.") };
    let busiest = busiest(topology, frame);
    let hurting: Vec<String> = topology
        .components
        .iter()
        .zip(&frame.components)
        .filter(|(_, row)| matches!(Health::of(row), Health::Saturated | Health::Down))
        .map(|(id, row)| trouble(model, id, row))
        .collect();
    let checked: Vec<(bool, String)> = model.objectives.iter().filter_map(|o| judge(o, &recent)).collect();
    let missed: Vec<&str> = checked.iter().filter(|(met, _)| !met).map(|(_, words)| words.as_str()).collect();
    let about = busiest.map(|(id, _)| id.to_owned());
    let busy = busiest.map(|(id, row)| busy_words(model, id, row)).unwrap_or_default();
    if recent.offered <= 0.0 && recent.finished <= 0.0 {
        return Verdict {
            about: None,
            ..waiting("No requests arrive. Add clients, connect them, or raise the load.")
        };
    }
    if let Some(idle) = calls_nobody(model) {
        let detail = "Connect it to whoever shall answer.".to_owned();
        return Verdict {
            mood: Mood::Warm,
            headline: format!("{} calls nobody", idle.name),
            detail,
            about: Some(idle.id.clone()),
        };
    }
    let lost = lost_words(model, &recent);
    let missed: Vec<&str> = missed.into_iter().chain(lost.as_deref()).collect();
    if !hurting.is_empty() || !missed.is_empty() {
        let few = some_of(&hurting);
        let headline = if missed.is_empty() { few.clone() } else { missed.join(", ") };
        let detail = if missed.is_empty() || hurting.is_empty() { busy } else { format!("{few}.") };
        return Verdict { mood: Mood::Hurts, headline, detail, about };
    }
    let warm = busiest.is_some_and(|(_, row)| Health::of(row) == Health::Warm);
    let headline = match checked.len() {
        0 => "No objectives are set".to_owned(),
        1 => "The objective is met".to_owned(),
        n => format!("All {n} objectives are met"),
    };
    Verdict { mood: if warm { Mood::Warm } else { Mood::Good }, headline, detail: busy, about }
}

/// A verdict that says only that there is none yet.
pub(crate) fn waiting(words: &str) -> Verdict {
    Verdict { mood: Mood::Waiting, headline: words.to_owned(), detail: String::new(), about: None }
}

/// Whoever sends requests that go nowhere: they would all count as answered.
fn calls_nobody(model: &Model) -> Option<&Component> {
    let mut senders =
        model.components.iter().filter(|c| matches!(c.settings.kind(), Kind::Clients | Kind::Job));
    senders.find(|c| model.links.iter().all(|link| link.from != c.id))
}

/// As many as can be read at a glance.
fn some_of(all: &[String]) -> String {
    const NAMED_MAX: usize = 2;
    let more = all.len().saturating_sub(NAMED_MAX);
    let named = all[..all.len() - more].join(", ");
    if more > 0 { format!("{named}; {more} more") } else { named }
}

/// Failures are bad news also where no availability is asked for.
fn lost_words(model: &Model, recent: &Recent) -> Option<String> {
    let asked = model.objectives.iter().any(|o| matches!(o, Objective::Availability { .. }));
    let lost = recent.failed / (recent.failed + recent.finished);
    (!asked && lost > 0.01).then(|| format!("{} % of the requests fail", percent(lost)))
}

fn busiest<'a>(topology: &'a Topology, frame: &'a Frame) -> Option<(&'a str, &'a ComponentRow)> {
    let rows = topology.components.iter().map(String::as_str).zip(&frame.components);
    rows.filter(|(_, row)| row.utilisation.is_finite())
        .max_by(|a, b| a.1.utilisation.total_cmp(&b.1.utilisation))
}

fn name<'a>(model: &'a Model, id: &'a str) -> &'a str {
    model.component(id).map_or(id, |c| c.name.as_str())
}

/// The station a row calls its busiest.
pub(crate) fn station(model: &Model, id: &str, row: &ComponentRow) -> Option<&'static str> {
    let stations = model.component(id)?.settings.kind().stations();
    stations.get(row.busiest as usize).copied()
}

fn busy_words(model: &Model, id: &str, row: &ComponentRow) -> String {
    let station = station(model, id, row).map_or(String::new(), |s| format!("{s} "));
    format!("Busiest: {}, {station}{} %.", name(model, id), percent(row.utilisation))
}

fn trouble(model: &Model, id: &str, row: &ComponentRow) -> String {
    let name = name(model, id);
    if Health::of(row) == Health::Down {
        return format!("{name} is down");
    }
    let station = station(model, id, row).map_or(String::new(), |s| format!(" ({s})"));
    let waiting = super::health::who_waits(model.component(id), row, |n| short_count(libm::round(n)));
    format!("{name}{station} saturated, {waiting}")
}

/// A share as whole per cents.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0}", (share * 100.0).clamp(0.0, 999.0))
}

/// Whether an objective is met, with the words for it when it is not.
fn judge(objective: &Objective, recent: &Recent) -> Option<(bool, String)> {
    match objective {
        Objective::Latency { percentile, within } => {
            let known = [(50.0, recent.p50), (95.0, recent.p95), (99.0, recent.p99), (99.9, recent.p999)];
            let (_, seen) = known.into_iter().find(|(p, _)| (p - percentile).abs() < 1e-9)?;
            let limit = within.secs();
            let words = format!("p{percentile} {} misses {}", short_secs(seen), short_secs(limit));
            seen.is_finite().then_some((seen <= limit, words))
        }
        Objective::Availability { at_least } => {
            let seen = recent.availability();
            // A hair below 100 % must not be told as 100 %.
            let shown = libm::floor(seen * 10_000.0) / 100.0;
            let words = format!("availability {shown} % misses {} %", libm::round(at_least * 1e6) / 1e4);
            seen.is_finite().then_some((seen >= *at_least, words))
        }
        Objective::Budget { usd_per_hour } => {
            let words =
                format!("{}/h is over the budget of {}/h", short_usd(recent.cost), short_usd(*usd_per_hour));
            recent.cost.is_finite().then_some((recent.cost <= *usd_per_hour, words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::presets;

    fn frame(app: ComponentRow) -> (Model, Topology, Frame) {
        let model = presets::ALL[0].model();
        let components: Vec<String> = model.components.iter().map(|c| c.id.clone()).collect();
        let quiet =
            ComponentRow { utilisation: 0.2, ready: 1.0, arrivals_per_s: 10.0, ..ComponentRow::default() };
        let rows = components.iter().map(|id| if id == "app" { app } else { quiet }).collect();
        let frame = Frame { components: rows, ..Frame::default() };
        (model, Topology { components, links: Vec::new() }, frame)
    }

    fn recent(p99: f64, failed: f64) -> Option<Recent> {
        let row = WindowRow {
            offered_per_s: 100.0,
            finished_per_s: 100.0 - failed,
            good_per_s: 100.0 - failed,
            failed_per_s: failed,
            p50_s: 0.01,
            p95_s: 0.05,
            p99_s: p99,
            p999_s: 2.0,
            cost_per_hour_usd: 1.5,
            ..WindowRow::default()
        };
        Recent::over(&VecDeque::from(vec![row; 3]))
    }

    #[test]
    fn when_all_is_well_it_says_so_and_names_the_busiest_with_its_station() {
        let row = ComponentRow {
            utilisation: 0.62,
            busiest: 1.0,
            ready: 4.0,
            arrivals_per_s: 9.0,
            ..ComponentRow::default()
        };
        let (model, topology, frame) = frame(row);
        let verdict = verdict(&model, &topology, &frame, recent(0.041, 0.0));
        assert_eq!(verdict.mood, Mood::Good);
        assert_eq!(verdict.headline, "All 3 objectives are met");
        assert_eq!(verdict.detail, "Busiest: App servers, cores 62 %.");
    }

    #[test]
    fn of_many_that_hurt_the_first_are_named_and_the_others_counted() {
        let all = ["A", "B", "C", "D"].map(str::to_owned);
        assert_eq!([some_of(&all[..2]), some_of(&all)], ["A, B", "A, B; 2 more"]);
    }

    #[test]
    fn clients_without_a_link_are_told_of() {
        let (mut model, topology, frame) = frame(ComponentRow::default());
        model.links.clear();
        let verdict = verdict(&model, &topology, &frame, recent(0.041, 0.0));
        assert_eq!((verdict.mood, verdict.headline.as_str()), (Mood::Warm, "Shoppers calls nobody"));
    }

    #[test]
    fn misses_and_saturation_are_named_with_their_figures() {
        let row = ComponentRow {
            utilisation: 1.0,
            busiest: 1.0,
            saturated: 1.0,
            queue: 412.0,
            ready: 4.0,
            ..ComponentRow::default()
        };
        let (model, topology, frame) = frame(row);
        let verdict = verdict(&model, &topology, &frame, recent(1.9, 2.0));
        assert_eq!(verdict.mood, Mood::Hurts);
        assert!(verdict.headline.contains("p99 1.9 s misses 300 ms"), "{}", verdict.headline);
        assert!(verdict.headline.contains("availability 98 % misses 99.9 %"), "{}", verdict.headline);
        assert_eq!(verdict.detail, "App servers (cores) saturated, 412 waiting.");
    }
}
