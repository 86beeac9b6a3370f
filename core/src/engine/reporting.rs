//! The figures of the measured part of a run, or of several runs pooled.

use super::core::ClassInfo;
use super::simulation::Simulation;
use super::watch::{busiest, merged, sum_classes, utilisation};
use crate::components::Kind;
use crate::measure::carried::{Carried, Carrier, carried};
use crate::measure::cells::Gauges;
use crate::measure::certainty::{Method, Statistics, TimesIntervals, WarmUp, WarmUpBy};
use crate::measure::gauge::{ClassGauge, ComponentGauge, StationGauge, WireGauge};
use crate::measure::intervals::{Durations, Sample};
use crate::measure::report::{self, Report};
use crate::measure::totals::ClassTotals;
use crate::model::by_name;
use crate::statistics::{Batches, CONFIDENCE, Pair, mser5};
use crate::units::{SimTime, Span};

/// The gauges of a run, or of several added up, apart from the run.
#[derive(Debug, Clone, Default)]
pub(super) struct Tallied {
    components: Vec<ComponentGauge>,
    links: Vec<WireGauge>,
    links_in_flight: Vec<u64>,
    classes: Vec<ClassGauge>,
    simulated: Span,
    measured: Span,
    events: u64,
    pub(super) runs: u64,
}

/// Where a component is: its index, its kind, and its first station among those of all.
pub(super) struct Place {
    pub(super) ix: usize,
    pub(super) kind: Option<Kind>,
    pub(super) first: usize,
}

carried! { Tallied { components, links, links_in_flight, classes, simulated, measured, events, runs } }

impl Carried for Span {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let mut ns = self.nanos();
        ns.carry(by)?;
        *self = Span::from_nanos(ns);
        Some(())
    }
}

impl Tallied {
    /// Whether `other` can be what another run of the same model has seen: as many of everything, and requests that were sent before they ended.
    pub(super) fn is_like(&self, other: &Tallied) -> bool {
        let stations =
            |all: &Tallied| all.components.iter().map(|one| one.stations.len()).collect::<Vec<_>>();
        let pools = |all: &Tallied| all.links.iter().map(|one| one.pool.is_some()).collect::<Vec<_>>();
        let fits = |seen: ClassTotals| {
            seen.late <= seen.finished && seen.finished.saturating_add(seen.failed) <= seen.offered
        };
        let adds_up = |class: &ClassGauge| {
            let (all, before, seen) = (class.totals.all, class.totals.warm_up(), class.totals.measured());
            fits(all) && fits(before) && seen.late <= seen.finished
        };
        stations(self) == stations(other)
            && pools(self) == pools(other)
            && self.links_in_flight.len() == other.links_in_flight.len()
            && self.classes.len() == other.classes.len()
            && other.classes.iter().all(adds_up)
            && other.runs == 1
    }

    /// Adds what another run of the same model has seen.
    pub(super) fn pool(&mut self, other: &Tallied) {
        self.components.iter_mut().zip(&other.components).for_each(|(mine, one)| mine.pool(one));
        self.links.iter_mut().zip(&other.links).for_each(|(mine, one)| mine.pool(one));
        self.links_in_flight.iter_mut().zip(&other.links_in_flight).for_each(|(mine, one)| *mine += one);
        self.classes.iter_mut().zip(&other.classes).for_each(|(mine, one)| mine.pool(one));
        self.simulated += other.simulated;
        self.measured += other.measured;
        self.events += other.events;
        self.runs += other.runs;
    }

    pub(super) fn gauges(&self) -> Gauges<'_> {
        Gauges { components: &self.components, links: &self.links, classes: &self.classes }
    }
    pub(super) fn components(&self) -> &[ComponentGauge] {
        &self.components
    }
    pub(super) fn classes(&self) -> &[ClassGauge] {
        &self.classes
    }
    pub(super) fn measured(&self) -> Span {
        self.measured
    }
    pub(super) fn simulated(&self) -> Span {
        self.simulated
    }

    /// A rate per second of the measured part; `None` when nothing was measured.
    fn per_s(&self, count: u64) -> Option<f64> {
        (self.measured > Span::ZERO).then(|| count as f64 / self.measured.secs())
    }
}

impl Simulation {
    /// The figures of the measured part of the run so far: after the warm-up, up to now.
    ///
    /// Before the warm-up is over the whole run so far counts as measured, and `warm_up_s` is zero.
    pub fn report(&self) -> Report {
        self.report_of(&self.tallied(), Sample::of_run(self.watch.cells.closed()))
    }

    pub(super) fn tallied(&self) -> Tallied {
        // A report only reads, so it is a copy of the gauges that is brought up to now.
        let mut components = self.core.gauges.clone();
        components.iter_mut().for_each(|gauge| gauge.settle_all(self.now()));
        let mut links = self.core.wire_gauges.clone();
        links.iter_mut().for_each(|gauge| gauge.settle(self.now()));
        let warm_up = if self.watch.measuring { self.watch.warm_up } else { SimTime::ZERO };
        Tallied {
            components,
            links,
            links_in_flight: self.core.wires.iter().map(|wire| wire.in_flight).collect(),
            classes: self.core.class_gauges.clone(),
            simulated: self.now().since(SimTime::ZERO),
            measured: self.now().since(warm_up),
            events: self.core.events,
            runs: 1,
        }
    }

    /// The report without its components, links and classes: what is known of all requests together, and the verdicts. Far quicker than the whole.
    pub fn brief_report(&self) -> Report {
        self.judged(&self.tallied(), Sample::of_run(self.watch.cells.closed())).0
    }

    /// The report of `seen`, with intervals from the batches of `all`, unless there is a reason for none.
    pub(super) fn report_of(&self, seen: &Tallied, all: Sample<'_>) -> Report {
        let (mut report, sample) = self.judged(seen, all);
        // What is looked up for each: with thousands of components, to look through all of them for each takes longest.
        let kinds = by_name(&mut self.model.components.iter().map(|c| c.id.as_str()));
        let firsts = self.core.gauges.iter().scan(0, |stations, gauge| {
            let first = *stations;
            *stations += gauge.stations.len();
            Some(first)
        });
        let firsts: Vec<usize> = firsts.collect();
        let of_component = |ix: &usize| {
            let id = &self.core.ids[*ix];
            let kind = kinds.get(id.as_str()).map(|place| self.model.components[*place].settings.kind());
            let at = Place { ix: *ix, kind, first: firsts[*ix] };
            (id.clone(), self.report_of_component(at, &seen.components[*ix], seen.measured, &sample))
        };
        report.components = self.watch.shown.iter().map(of_component).collect();
        let of_link = |ix: &usize| {
            let mut link = link_report(*ix, seen.links_in_flight[*ix], &seen.links[*ix], &sample);
            let pool = self.core.pool_gauge(*ix, &seen.links[*ix]);
            link.pool = pool.map(|pool| station_report(pool, seen.measured));
            (self.core.wires[*ix].id.clone(), link)
        };
        report.links = self.watch.shown_links.iter().map(of_link).collect();
        let classes = self.core.classes.iter().zip(&seen.classes).enumerate();
        report.classes = classes
            .map(|(ix, (class, gauge))| (class.id.clone(), class_report(ix, class, gauge, &sample)))
            .collect();
        report
    }

    /// The figures of all requests and the verdicts, and the batches that intervals come from.
    fn judged<'a>(&self, seen: &Tallied, all: Sample<'a>) -> (Report, Sample<'a>) {
        let transient = self.transient();
        let bottleneck = if transient.is_none() { self.unstable(seen, &all) } else { None };
        let steady = transient.is_none() && bottleneck.is_none();
        let sample = if steady || all.of == Batches::Independent { all } else { Sample::NONE };
        let mut report = self.report_of_requests(seen, &sample);
        report.statistics.verdicts = self.verdicts(seen, &sample, &report, transient, bottleneck);
        (report, sample)
    }

    fn report_of_requests(&self, run: &Tallied, sample: &Sample<'_>) -> Report {
        let classes = &run.classes;
        let seen = sum_classes(classes, |class| class.totals.measured());
        let before = sum_classes(classes, |class| class.totals.warm_up());
        let all = sum_classes(classes, |class| class.totals.all);
        let good = seen.finished - seen.late;
        let latency = merged(classes.iter().map(|class| class.latency.measured()).collect::<Vec<_>>().iter());
        let failures =
            merged(classes.iter().map(|class| class.failure_latency.measured()).collect::<Vec<_>>().iter());
        let ended = seen.finished + seen.failed;
        let (throughput, goodput) = (run.per_s(seen.finished), run.per_s(good));
        Report {
            tenfold: env!("CARGO_PKG_VERSION"),
            title: self.model.head.title.clone(),
            seed: self.core.seed,
            generator: Simulation::generator(),
            simulated_s: run.simulated.secs(),
            warm_up_s: (run.simulated - run.measured).secs(),
            measured_s: run.measured.secs(),
            events: run.events,
            statistics: self.statistics(run, sample),
            requests: requests(&before, &seen, &all),
            whole_run: report::WholeRun { offered: all.offered, finished: all.finished, failed: all.failed },
            failures: report::reasons(&seen.reasons),
            failed_share: (ended > 0).then(|| seen.failed as f64 / ended as f64),
            failed_share_interval: sample.share(seen.failed, ended, &|cell| {
                let failed = count(cell.classes.iter().map(|class| class.failed));
                Pair { sum: failed, weight: failed + count(cell.classes.iter().map(|class| class.finished)) }
            }),
            throughput_per_s: throughput,
            throughput_interval_per_s: throughput.and_then(|rate| {
                sample.around(rate, &|cell| Pair {
                    sum: count(cell.classes.iter().map(|class| class.finished)),
                    weight: cell.ns as f64 / 1e9,
                })
            }),
            goodput_per_s: goodput,
            goodput_interval_per_s: goodput.and_then(|rate| {
                sample.around(rate, &|cell| Pair {
                    sum: count(cell.classes.iter().map(|class| class.finished - class.late)),
                    weight: cell.ns as f64 / 1e9,
                })
            }),
            latency_s: report::Times::of(&latency),
            latency_interval_s: sample.times(Durations::Requests, &latency),
            failure_latency_s: report::Times::of(&failures),
            cost: cost(run, good, sample),
            objectives: Vec::new(),
            components: Vec::new(),
            links: Vec::new(),
            classes: Vec::new(),
        }
        .judged(&self.model.objectives, &latency)
    }

    fn statistics(&self, run: &Tallied, sample: &Sample<'_>) -> Statistics {
        let (course, windows) = self.watch.cells.course();
        let point_s = f64::from(windows) * self.model.head.window.secs();
        let how = match (self.model.head.warm_up, self.watch.measuring) {
            (Some(_), _) => WarmUpBy::Given,
            (None, true) => WarmUpBy::Mser5,
            (None, false) => WarmUpBy::NotFound,
        };
        let method = match sample.of {
            _ if sample.count() < 2 => Method::None,
            Batches::Independent => Method::Replications,
            Batches::OfOneRun => Method::BatchMeans,
        };
        Statistics {
            method,
            confidence: CONFIDENCE,
            replications: run.runs,
            batches: if method == Method::None { 0 } else { sample.count() as u64 },
            batch_s: sample.batch_s().filter(|_| method != Method::None),
            warm_up: WarmUp { how, settled_s: mser5(course).map(|cut| cut as f64 * point_s) },
            verdicts: Vec::new(),
        }
    }

    pub(super) fn report_of_component(
        &self,
        Place { ix, kind, first }: Place,
        gauge: &ComponentGauge,
        measured: Span,
        sample: &Sample<'_>,
    ) -> report::Component {
        let secs = measured.secs();
        let seen = gauge.totals.measured();
        let names = kind.map_or(&[][..], |kind| kind.stations());
        let figures = self.components[ix].figures(&seen, secs);
        let busiest = busiest(&gauge.stations, |station| utilisation(station, true));
        let stations: Vec<(String, report::Station)> = names
            .iter()
            .zip(&gauge.stations)
            .map(|(name, station)| ((*name).to_owned(), station_report(station, measured)))
            .collect();
        let head = busiest.map(|(at, _)| stations[at].clone());
        // What a component could have and does not is no news.
        let there = |station: &StationGauge| {
            let all = &station.totals.all;
            all.arrivals > 0 || all.servers_ns > 0 || all.unlimited_ns > 0
        };
        let queue_mean = stations.iter().fold(0.0, |sum, station| sum + station.1.queue_mean);
        let mut shown = gauge.stations.iter().map(there);
        let stations = stations.into_iter().filter(|_| shown.next().unwrap_or(true)).collect();
        let sojourn = gauge.sojourn.measured();
        report::Component {
            kind: kind.map_or("", |kind| kind.info().word),
            arrivals: seen.arrivals,
            completions: seen.completions,
            failures: seen.failures,
            wasted: seen.wasted,
            busiest: head.as_ref().map(|station| station.0.clone()),
            utilisation: head.as_ref().and_then(|station| station.1.utilisation),
            utilisation_interval: busiest.and_then(|(at, used)| {
                sample.around(used, &|cell| {
                    let seen = cell.stations.get(first + at).copied().unwrap_or_default();
                    Pair { sum: seen.busy_ns as f64, weight: seen.servers_ns as f64 }
                })
            }),
            in_flight_mean: over(seen.in_flight_ns, measured),
            queue_mean,
            wait_s: head.map_or_else(report::Times::default, |station| station.1.wait_s),
            sojourn_s: report::Times::of(&sojourn),
            sojourn_interval_s: TimesIntervals {
                // Known of all, also where there are too many to keep their histograms.
                mean: sojourn.mean_s().and_then(|mean| {
                    sample.around(mean, &|cell| {
                        let seen = cell.components.get(ix).copied().unwrap_or_default();
                        Pair { sum: seen.sojourn_ns as f64 / 1e9, weight: seen.answered as f64 }
                    })
                }),
                ..sample.times(Durations::Component(ix), &sojourn)
            },
            own_s: report::Times::of(&gauge.own.measured()),
            stations,
            instances_mean: over(seen.instance_ns, measured),
            cost_per_hour_usd: seen.usd_per_hour(secs),
            figures: kind
                .map_or(&[][..], |kind| kind.figures())
                .iter()
                .zip(figures)
                .map(|(figure, value)| (figure.key.to_owned(), value.is_finite().then_some(value)))
                .collect(),
        }
    }
}

fn count(of: impl Iterator<Item = u64>) -> f64 {
    of.sum::<u64>() as f64
}

fn over(integral: u128, measured: Span) -> f64 {
    if measured == Span::ZERO { 0.0 } else { integral as f64 / measured.nanos() as f64 }
}

fn requests(before: &ClassTotals, seen: &ClassTotals, all: &ClassTotals) -> report::Requests {
    report::Requests {
        carried_in: before.offered - before.finished - before.failed,
        offered: seen.offered,
        finished: seen.finished,
        good: seen.finished - seen.late,
        late: seen.late,
        failed: seen.failed,
        in_flight: all.offered - all.finished - all.failed,
    }
}

fn cost(run: &Tallied, good: u64, sample: &Sample<'_>) -> report::Cost {
    let pico: u128 = run.components.iter().map(|gauge| gauge.totals.measured().cost_pico_usd).sum();
    let usd = pico as f64 / 1e12;
    let per_hour = (run.measured > Span::ZERO).then(|| usd / run.measured.secs() * 3600.0);
    let per_million = (good > 0).then(|| usd / good as f64 * 1e6);
    report::Cost {
        per_hour_usd: per_hour,
        per_hour_interval_usd: per_hour.and_then(|figure| {
            sample.around(figure, &|cell| Pair {
                sum: cell.cost_pico_usd as f64 / 1e12,
                weight: cell.ns as f64 / 3600e9,
            })
        }),
        per_million_good_usd: per_million,
        per_million_good_interval_usd: per_million.and_then(|figure| {
            sample.around(figure, &|cell| Pair {
                sum: cell.cost_pico_usd as f64 / 1e12,
                weight: count(cell.classes.iter().map(|class| class.finished - class.late)) / 1e6,
            })
        }),
    }
}

fn station_report(station: &StationGauge, measured: Span) -> report::Station {
    let seen = station.totals.measured();
    report::Station {
        servers_mean: station.had_limit(&seen).then(|| over(seen.servers_ns, measured)),
        utilisation: utilisation(station, true),
        busy_mean: over(seen.busy_ns, measured),
        queue_mean: over(seen.queue_ns, measured),
        arrivals: seen.arrivals,
        refused: seen.refused,
        wait_s: report::Times::of(&station.wait.measured()),
    }
}

fn link_report(ix: usize, in_flight: u64, gauge: &WireGauge, sample: &Sample<'_>) -> report::Link {
    let seen = gauge.totals.measured();
    let latency = gauge.latency.measured();
    report::Link {
        sent: seen.sent,
        answered: seen.answered,
        failed: seen.failed,
        in_flight,
        latency_s: report::Times::of(&latency),
        latency_interval_s: sample.times(Durations::Link(ix), &latency),
        pool: None,
    }
}

fn class_report(ix: usize, class: &ClassInfo, gauge: &ClassGauge, sample: &Sample<'_>) -> report::Class {
    let seen = gauge.totals.measured();
    let latency = gauge.latency.measured();
    report::Class {
        operation: if class.writes { "write" } else { "read" },
        offered: seen.offered,
        finished: seen.finished,
        good: seen.finished - seen.late,
        late: seen.late,
        failed: seen.failed,
        failures: report::reasons(&seen.reasons),
        latency_s: report::Times::of(&latency),
        latency_interval_s: sample.times(Durations::Class(ix), &latency),
    }
}
