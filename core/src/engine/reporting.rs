//! The figures of the measured part of a run.

use super::core::{ClassInfo, Wire};
use super::simulation::Simulation;
use super::watch::{busiest, merged, sum_classes, utilisation};
use crate::measure::gauge::{ClassGauge, ComponentGauge, StationGauge, WireGauge};
use crate::measure::report::{self, Report};
use crate::units::{SimTime, Span};

impl Simulation {
    /// The figures of the measured part of the run so far: after the warm-up, up to now.
    ///
    /// Before the warm-up is over the whole run so far counts as measured, and `warm_up_s` is zero.
    pub fn report(&self) -> Report {
        // A report only reads, so it is a copy of the gauges that is brought up to now.
        let mut gauges = self.core.gauges.clone();
        gauges.iter_mut().for_each(|gauge| gauge.settle_all(self.now()));
        let warm_up = if self.watch.measuring { self.watch.warm_up } else { SimTime::ZERO };
        let measured = self.now().since(warm_up);
        let mut report = self.report_of_requests(&gauges, warm_up.since(SimTime::ZERO), measured);
        report.components = self
            .watch
            .shown
            .iter()
            .map(|ix| (self.core.ids[*ix].clone(), self.report_of_component(*ix, &gauges[*ix], measured)))
            .collect();
        report.links = self
            .watch
            .shown_links
            .iter()
            .map(|ix| (&self.core.wires[*ix], &self.core.wire_gauges[*ix]))
            .map(|(wire, gauge)| (wire.id.clone(), link_report(wire, gauge)))
            .collect();
        report.classes = self
            .core
            .classes
            .iter()
            .zip(&self.core.class_gauges)
            .map(|(class, gauge)| (class.id.clone(), class_report(class, gauge)))
            .collect();
        report
    }

    fn report_of_requests(&self, gauges: &[ComponentGauge], warm_up: Span, measured: Span) -> Report {
        let secs = measured.secs();
        let classes = &self.core.class_gauges;
        let seen = sum_classes(classes, |class| class.totals.measured());
        let before = sum_classes(classes, |class| class.totals.warm_up());
        let all = sum_classes(classes, |class| class.totals.all);
        let good = seen.finished - seen.late;
        let latency = merged(classes.iter().map(|class| class.latency.measured()).collect::<Vec<_>>().iter());
        let failures =
            merged(classes.iter().map(|class| class.failure_latency.measured()).collect::<Vec<_>>().iter());
        let pico: u128 = gauges.iter().map(|gauge| gauge.totals.measured().cost_pico_usd).sum();
        let usd = pico as f64 / 1e12;
        let per_s = |n: u64| if secs > 0.0 { n as f64 / secs } else { 0.0 };
        Report {
            tenfold: env!("CARGO_PKG_VERSION"),
            title: self.model.head.title.clone(),
            seed: self.core.seed,
            generator: Simulation::generator(),
            simulated_s: self.now().secs(),
            warm_up_s: warm_up.secs(),
            measured_s: secs,
            events: self.core.events,
            requests: report::Requests {
                carried_in: before.offered - before.finished - before.failed,
                offered: seen.offered,
                finished: seen.finished,
                good,
                late: seen.late,
                failed: seen.failed,
                in_flight: all.offered - all.finished - all.failed,
            },
            whole_run: report::WholeRun { offered: all.offered, finished: all.finished, failed: all.failed },
            failures: report::reasons(&seen.reasons),
            throughput_per_s: per_s(seen.finished),
            goodput_per_s: per_s(good),
            latency_s: report::Times::of(&latency),
            failure_latency_s: report::Times::of(&failures),
            cost: report::Cost {
                per_hour_usd: if secs > 0.0 { usd / secs * 3600.0 } else { 0.0 },
                per_million_good_usd: (good > 0).then(|| usd / good as f64 * 1e6),
            },
            objectives: Vec::new(),
            components: Vec::new(),
            links: Vec::new(),
            classes: Vec::new(),
        }
        .judged(&self.model.objectives, &latency)
    }

    pub(super) fn report_of_component(
        &self,
        ix: usize,
        gauge: &ComponentGauge,
        measured: Span,
    ) -> report::Component {
        let secs = measured.secs();
        let kind =
            self.model.components.iter().find(|c| c.id == self.core.ids[ix]).map(|c| c.settings.kind());
        let seen = gauge.totals.measured();
        let names = kind.map_or(&[][..], |kind| kind.stations());
        let figures = self.components[ix].figures(&seen, secs);
        let busiest = busiest(&gauge.stations, |station| utilisation(station, true));
        let stations: Vec<(String, report::Station)> = names
            .iter()
            .zip(&gauge.stations)
            .map(|(name, station)| ((*name).to_owned(), station_report(station, measured)))
            .collect();
        let head = busiest.map(|(at, _)| &stations[at]);
        report::Component {
            kind: kind.map_or("", |kind| kind.info().word),
            arrivals: seen.arrivals,
            completions: seen.completions,
            failures: seen.failures,
            wasted: seen.wasted,
            busiest: head.map(|station| station.0.clone()),
            utilisation: head.and_then(|station| station.1.utilisation),
            in_flight_mean: over(seen.in_flight_ns, measured),
            queue_mean: stations.iter().fold(0.0, |sum, station| sum + station.1.queue_mean),
            wait_s: head.map_or_else(report::Times::default, |station| station.1.wait_s),
            sojourn_s: report::Times::of(&gauge.sojourn.measured()),
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

fn over(integral: u128, measured: Span) -> f64 {
    if measured == Span::ZERO { 0.0 } else { integral as f64 / measured.nanos() as f64 }
}

fn station_report(station: &StationGauge, measured: Span) -> report::Station {
    let seen = station.totals.measured();
    report::Station {
        servers_mean: (station.unlimited == 0).then(|| over(seen.servers_ns, measured)),
        utilisation: utilisation(station, true),
        busy_mean: over(seen.busy_ns, measured),
        queue_mean: over(seen.queue_ns, measured),
        arrivals: seen.arrivals,
        refused: seen.refused,
        wait_s: report::Times::of(&station.wait.measured()),
    }
}

fn link_report(wire: &Wire, gauge: &WireGauge) -> report::Link {
    let seen = gauge.totals.measured();
    report::Link {
        sent: seen.sent,
        answered: seen.answered,
        failed: seen.failed,
        in_flight: wire.in_flight,
        latency_s: report::Times::of(&gauge.latency.measured()),
    }
}

fn class_report(class: &ClassInfo, gauge: &ClassGauge) -> report::Class {
    let seen = gauge.totals.measured();
    report::Class {
        operation: if class.writes { "write" } else { "read" },
        offered: seen.offered,
        finished: seen.finished,
        good: seen.finished - seen.late,
        late: seen.late,
        failed: seen.failed,
        failures: report::reasons(&seen.reasons),
        latency_s: report::Times::of(&gauge.latency.measured()),
    }
}
