//! What is to be thought of a run: is there a steady state, was it run long enough, were failures seen often enough?

use super::reporting::Tallied;
use super::simulation::Simulation;
use super::watch::{SATURATED, busiest, sum_classes, utilisation};
use crate::components::{Settings, clients::Load};
use crate::measure::cells::{Cell, StationCell};
use crate::measure::certainty::{Judgement, TimesIntervals, Word};
use crate::measure::intervals::{CASES_MIN, Sample};
use crate::measure::report::Report;
use crate::measure::text::round_time;
use crate::measure::totals::ClassTotals;
use crate::model::{Model, Objective};
use crate::statistics::{Batches, CONFIDENCE, Interval, Pair, RELATED, ratio, share_bounds, von_neumann};
use crate::units::Span;

/// A queue that grows for all that chance does, or an overload, is told wrongly once in a thousand runs.
const SURE: f64 = 0.998;
/// A queue that has grown by fewer calls than this has not grown.
const GROWN_MIN: f64 = 10.0;
/// Half an interval's width over its figure, from which on a run is too short: the intervals of a mean that is known no better, or of a 99th percentile, contain
/// the truth less often than they say (measured with M/M/1 at 80 %: 90 % instead of 95).
const WIDE: [f64; 2] = [0.10, 0.20];
/// Where the mean is known better than this although its batches are related, a longer run would tell nobody more: a large cache that goes on filling
/// for hours moves the mean by less.
const NARROW: f64 = 0.02;
/// How related neighbouring batches may be on average without being called too short.
const RELATED_WELL: f64 = 0.2;
/// The windows of a run that is long enough to be cut into batches, with some to spare.
const WINDOWS_WANTED: u64 = 40;

/// The share of windows in which one server must have been full. It is found to be only after some windows, so not all of them.
const FULL: f64 = 0.9;

/// Whether a component has a station without a server free, or a server of its own without, as a hot shard is.
fn is_full(component: usize, seen: &Tallied) -> bool {
    let gauge = &seen.components()[component];
    let used = busiest(&gauge.stations, |station| utilisation(station, true));
    let windows = gauge.totals.measured();
    used.is_some_and(|(_, used)| used >= SATURATED)
        || windows.full_windows as f64 > FULL * windows.windows.max(1) as f64
}

impl Simulation {
    /// Why the run has no steady state by what is to happen in it; `None` where it may have one.
    pub(super) fn transient(&self) -> Option<String> {
        let so_far = self.now().since(crate::units::SimTime::ZERO);
        // Measured afresh after its edits, it may be steady since the last.
        if self.watch.edited && !self.watch.afresh_after_edits {
            return Some("it was changed while it ran".to_owned());
        }
        if self.model.timeline.iter().any(|entry| entry.at < so_far) {
            return Some("its timeline has happened in it".to_owned());
        }
        changing_load(&self.model, so_far).map(|(id, what)| format!("the load of {id} {what}"))
    }

    /// The component whose load exceeds its capacity so that a queue grows without end.
    pub(super) fn unstable(&self, seen: &Tallied, sample: &Sample<'_>) -> Option<String> {
        let mut worst: Option<(f64, Waiting)> = None;
        let mut look = |waiting: Waiting, growth: &dyn Fn(&Cell) -> i64| {
            let batches = sample.pairs(&|cell| Pair { sum: growth(cell) as f64, weight: 1.0 });
            // By how much a batch lets it grow, whatever chance does.
            let Some(growth) = ratio(&batches, Batches::Independent, SURE) else { return };
            let total = growth.value * batches.len() as f64;
            if growth.value > growth.half_width
                && total >= GROWN_MIN
                && worst.is_none_or(|(most, ..)| total > most)
            {
                worst = Some((total, waiting));
            }
        };
        self.each_station(seen, |component, station, first| {
            look(Waiting::At(component, station), &|cell| at(cell, first).growth);
        });
        for (place, wire) in self.pooled(seen).enumerate() {
            look(Waiting::Over(wire), &|cell| cell.pools.get(place).map_or(0, |pool| pool.growth));
        }
        let held_up = match worst?.1 {
            Waiting::At(component, station) => self.bottleneck(component, station, seen),
            Waiting::Over(wire) => self.beyond(usize::from(self.core.wires[wire].from), seen),
        };
        Some(self.core.ids[held_up].clone())
    }

    /// The links that have or had a pool, in the order of their cells.
    fn pooled(&self, seen: &Tallied) -> impl Iterator<Item = usize> + use<> {
        let links = seen.gauges().links.iter().enumerate();
        links.filter(|(_, link)| link.pool.is_some()).map(|(wire, _)| wire).collect::<Vec<_>>().into_iter()
    }

    /// The component that has more to do than it can, and turns the rest away.
    fn overloaded(&self, seen: &Tallied, sample: &Sample<'_>) -> Option<(String, f64)> {
        let mut worst: Option<(f64, usize, usize, f64)> = None;
        self.each_station(seen, |component, station, first| {
            let totals = seen.components()[component].stations[station].totals.measured();
            let demand_ns = totals.busy_ns as f64 / totals.started as f64;
            let offered = sample.pairs(&|cell| {
                let seen = at(cell, first);
                Pair { sum: seen.arrivals as f64 * demand_ns, weight: seen.servers_ns as f64 }
            });
            let Some(offered) = ratio(&offered, sample.of, SURE) else { return };
            let turned_away = 1.0 - totals.started as f64 / totals.arrivals as f64;
            let sure = offered.value - offered.half_width > 1.0 && turned_away > 0.0;
            if sure && worst.is_none_or(|(most, ..)| offered.value > most) {
                worst = Some((offered.value, component, station, turned_away));
            }
        });
        let (_, component, station, turned_away) = worst?;
        Some((self.core.ids[self.bottleneck(component, station, seen)].clone(), turned_away))
    }

    /// Calls `look` with each station that had a limit all the time: its component, its place there and its place among all.
    fn each_station(&self, seen: &Tallied, mut look: impl FnMut(usize, usize, usize)) {
        let mut first = 0;
        for (component, gauge) in seen.components().iter().enumerate() {
            for (station, known) in gauge.stations.iter().enumerate() {
                if known.had_limit(&known.totals.measured()) && !self.core.gone[component] {
                    look(component, station, first + station);
                }
            }
            first += gauge.stations.len();
        }
    }

    /// Where the calls that wait at `station` are held up: here, or, when they hold their servers while they wait for somebody further down who
    /// has no server free, there.
    fn bottleneck(&self, component: usize, station: usize, seen: &Tallied) -> usize {
        let deeper = &seen.components()[component].stations[station + 1..];
        if deeper.iter().any(|station| utilisation(station, true) >= Some(SATURATED)) {
            return component;
        }
        self.beyond(component, seen)
    }

    /// The last of those that hold each other up from a component on: it, or somebody further down who has no server free.
    fn beyond(&self, component: usize, seen: &Tallied) -> usize {
        let (mut here, mut known) = (component, vec![component]);
        loop {
            let callees =
                self.core.routes[here].all.iter().map(|wire| usize::from(self.core.wires[*wire as usize].to));
            let full = callees.filter(|callee| !known.contains(callee)).find(|callee| is_full(*callee, seen));
            let Some(next) = full else { return here };
            known.push(next);
            here = next;
        }
    }

    /// The verdicts on the run, the weightiest first.
    pub(super) fn verdicts(
        &self,
        seen: &Tallied,
        sample: &Sample<'_>,
        report: &Report,
        transient: Option<String>,
        bottleneck: Option<String>,
    ) -> Vec<Judgement> {
        let totals = sum_classes(seen.classes(), |class| class.totals.measured());
        let (mut verdicts, mut wanted_s) = (Vec::new(), None);
        let mut say = |verdict, about: Option<String>, text| {
            verdicts.push(Judgement { verdict, about, text, more_s: None });
        };
        if seen.measured() == Span::ZERO {
            say(
                Word::NothingMeasured,
                None,
                "nothing measured: the measured part of the run is empty".to_owned(),
            );
            return verdicts;
        }
        let steady = transient.is_none() && bottleneck.is_none();
        if let Some(id) = bottleneck {
            let text = format!("unstable: load exceeds capacity at {id}");
            say(Word::Unstable, Some(id), text);
        } else if let Some((id, share)) = self.overloaded(seen, sample).filter(|_| steady) {
            let turned = share * 100.0;
            let text = format!(
                "overloaded: load exceeds capacity at {id}, and {turned:.1} % is turned away or gives up"
            );
            say(Word::Overloaded, Some(id), text);
        }
        if let Some(why) = transient {
            let rest = if sample.of == Batches::Independent {
                ""
            } else {
                ", and intervals only across replications"
            };
            say(
                Word::Transient,
                None,
                format!("transient: {why}; there is no steady state to tell of{rest}"),
            );
        }
        if totals.finished == 0 {
            let text = format!("nothing measured: no request was answered ok, and {} failed", totals.failed);
            say(Word::NothingMeasured, None, text);
        } else if let Some((text, more_s)) = self.too_short(seen, sample, report).filter(|_| steady) {
            wanted_s = more_s;
            say(Word::NotConverged, None, text);
        }
        let asked = self.model.objectives.iter().find_map(|objective| match objective {
            Objective::Availability { at_least } => Some(*at_least),
            _ => None,
        });
        if sample.count() > 1 && too_few_failures(&totals, asked) {
            say(Word::TooFewFailures, None, "too few failures to tell".to_owned());
        }
        for judgement in &mut verdicts {
            judgement.more_s = wanted_s.filter(|_| judgement.verdict == Word::NotConverged);
        }
        if verdicts.iter().all(|judgement| judgement.verdict == Word::Overloaded) {
            let text = "converged: the figures are as sure as their intervals say".to_owned();
            verdicts.push(Judgement { verdict: Word::Converged, about: None, text, more_s: None });
        }
        verdicts
    }

    /// Says by how much longer the run should be, when it is too short.
    fn too_short(
        &self,
        seen: &Tallied,
        sample: &Sample<'_>,
        report: &Report,
    ) -> Option<(String, Option<f64>)> {
        let replicated = sample.of == Batches::Independent;
        let mut times: f64 = 0.0;
        if !replicated && (sample.count() < 2 || !self.watch.measuring) {
            let window = self.model.head.window;
            times = 2.0_f64.max((window * WINDOWS_WANTED).secs() / seen.measured().secs());
        }
        let off = sample.pairs(&|cell| mean_pair(cell, report));
        let (related, deviations) = von_neumann(&off.iter().map(|pair| pair.sum).collect::<Vec<_>>());
        let [mean, _] = widths(report);
        if !replicated && deviations > RELATED && mean.is_none_or(|width| width > NARROW) {
            times = times.max(related / RELATED_WELL);
        }
        for (width, wide) in widths(report).into_iter().zip(WIDE) {
            match width {
                Some(width) if width > wide => times = times.max((width / wide) * (width / wide)),
                // Too few to have an interval at all: nobody knows by how much.
                None if sample.count() > 1 => times = times.max(4.0),
                _ => {}
            }
        }
        if times <= 0.0 {
            return None;
        }
        let times = times.clamp(1.25, 10_000.0);
        Some(if replicated || seen.runs > 1 {
            let runs = libm::ceil(seen.runs as f64 * times);
            (format!("not converged: run longer, about {runs} replications"), None)
        } else {
            let left_out = seen.simulated() - seen.measured();
            let time = left_out.secs() + seen.measured().secs() * times;
            let more = time - seen.simulated().secs();
            (format!("not converged: run longer, about {}", round_time(time)), Some(more))
        })
    }
}

/// Where calls wait.
#[derive(Debug, Clone, Copy)]
enum Waiting {
    /// At this station of this component.
    At(usize, usize),
    /// For a connection of this link.
    Over(usize),
}

/// By how much a batch's latencies are more than their number lets expect.
fn mean_pair(cell: &Cell, report: &Report) -> Pair {
    let mean = report.latency_s.mean.unwrap_or(0.0);
    let of = |class: &crate::measure::cells::ClassCell| {
        class.latency.sum_ns as f64 / 1e9 - mean * class.latency.count as f64
    };
    Pair { sum: cell.classes.iter().map(of).sum(), weight: 1.0 }
}

/// How wide the intervals of mean and 99th percentile are.
fn widths(report: &Report) -> [Option<f64>; 2] {
    let TimesIntervals { mean, p99, .. } = report.latency_interval_s;
    let of = |interval: Option<Interval>, figure: Option<f64>| interval?.relative(figure?);
    [of(mean, report.latency_s.mean), of(p99, report.latency_s.p99)]
}

fn at(cell: &Cell, station: usize) -> StationCell {
    cell.stations.get(station).copied().unwrap_or_default()
}

/// Whether the share of failures is hardly known: a few were seen, or an objective may be met or missed for all that is known.
fn too_few_failures(seen: &ClassTotals, asked: Option<f64>) -> bool {
    let ended = seen.finished + seen.failed;
    let bad = seen.failed + seen.late;
    // Bounds take as long as there are cases, and what was seen so often is known.
    let open = bad < 10 * CASES_MIN
        && asked
            .zip(share_bounds(bad.min(ended), ended, CONFIDENCE))
            .is_some_and(|(asked, bounds)| bounds.contains(1.0 - asked));
    (1..CASES_MIN).contains(&seen.failed) || open
}

/// The clients whose load is to change before `so_far`, and how.
fn changing_load(model: &Model, so_far: Span) -> Option<(&str, &'static str)> {
    model.components.iter().find_map(|component| {
        let Settings::Clients(clients) = &component.settings else { return None };
        let what = match &clients.load {
            Load::Steady { .. } | Load::Closed { .. } => return None,
            Load::Ramp { start, from, to, .. } if *start < so_far && from != to => "is a ramp",
            Load::Step { at, from, to } if *at < so_far && from != to => "is a step",
            Load::Spike { at, base, peak, .. } if *at < so_far && base != peak => "is a spike",
            Load::Diurnal { swing, .. } if *swing > 0.0 => "is a daily wave",
            Load::Ramp { .. } | Load::Step { .. } | Load::Spike { .. } | Load::Diurnal { .. } => return None,
        };
        Some((component.id.as_str(), what))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_too_few_to_tell_only_while_they_are_few() {
        let ended = |failed| ClassTotals { finished: 1_000, failed, ..ClassTotals::default() };
        assert!(!too_few_failures(&ended(0), None) && too_few_failures(&ended(1), None));
        // 50 of 1,050 may well be 5 %, and may not be 50 %.
        assert!(too_few_failures(&ended(50), Some(0.95)) && !too_few_failures(&ended(50), Some(0.5)));
        // Bounds of so many would never be found.
        assert!(!too_few_failures(&ended(1_000_000_000_000), Some(0.95)));
    }
}
