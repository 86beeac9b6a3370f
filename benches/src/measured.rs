//! One run of a workload, and several together.

use crate::workload::Workload;
use std::hint::black_box;
use tenfold::Simulation;
use tenfold::measure::Report;
use tenfold::model::{Model, ModelError};
use tenfold::units::{SimTime, Span};

/// Looks at a run: at the requests in flight, and at a frame as the page would show it.
const LOOKS: u64 = 50;

/// What one run gave. Its warm-up is over before the clock starts.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Model events: arrivals, ends of service, timeouts. A hop that takes no time is an arrival all the same.
    pub events: u64,
    /// Client requests answered.
    pub requests: u64,
    /// Seconds by the clock, without those of the frames.
    pub secs: f64,
    /// Seconds that a frame takes, the numbers of all charts and cards, on average.
    pub secs_per_frame: f64,
    /// Bytes of calls and requests in flight over the client requests in flight, on average; `None` when none was seen.
    pub bytes_per_request: Option<f64>,
    /// Calls in flight over the client requests in flight, on average; a request of W2 is several nested calls.
    pub calls_per_request: Option<f64>,
    /// Bytes of a call in flight, without its share of the request; `None` when none was seen.
    pub bytes_per_call: Option<f64>,
    /// The whole report.
    pub report: Report,
}

impl Measured {
    /// Warms `workload` up and measures about `requests` of it. `clock` gives seconds since any instant.
    ///
    /// # Errors
    /// Every problem of the model.
    pub fn run(
        workload: &Workload,
        requests: u64,
        clock: &mut dyn FnMut() -> f64,
    ) -> Result<Measured, Vec<ModelError>> {
        let model = workload.model();
        let all = workload.check().map_or(requests, |check| check.requests);
        let whole = model.head.duration.secs() - model.head.warm_up.unwrap_or(Span::ZERO).secs();
        let span = Span::from_secs_f64(whole * requests as f64 / all as f64);
        Measured::run_model(&model, span, clock, &mut |advance| advance())
    }

    /// Warms `model` up and measures `span` of simulated time. What `around` does before and after it calls its argument is not timed.
    ///
    /// # Errors
    /// Every problem of the model.
    pub fn run_model(
        model: &Model,
        span: Span,
        clock: &mut dyn FnMut() -> f64,
        around: &mut dyn FnMut(&mut dyn FnMut()),
    ) -> Result<Measured, Vec<ModelError>> {
        let mut run = Simulation::new(model)?;
        let begin = SimTime::ZERO + model.head.warm_up.unwrap_or(Span::ZERO);
        run.run_until(begin);
        let (events, finished) = (run.events(), run.report().whole_run.finished);
        let (mut secs, mut frame_secs) = (0.0, 0.0);
        let (mut calls, mut call_bytes, mut bytes, mut in_flight) = (0, 0, 0, 0);
        run.frame();
        for look in 1..=LOOKS {
            let until = begin
                + Span::from_nanos((u128::from(span.nanos()) * u128::from(look) / u128::from(LOOKS)) as u64);
            around(&mut || {
                let begun = clock();
                run.run_until(until);
                secs += clock() - begun;
            });
            let begun = clock();
            black_box(run.frame().numbers());
            frame_secs += clock() - begun;
            let now = run.in_flight();
            calls += now.calls;
            call_bytes += now.call_bytes;
            bytes += now.call_bytes + now.request_bytes;
            in_flight += now.requests;
        }
        let report = run.report();
        let per_request = |sum: usize| (in_flight > 0).then(|| sum as f64 / in_flight as f64);
        Ok(Measured {
            events: run.events() - events,
            requests: report.whole_run.finished - finished,
            secs,
            secs_per_frame: frame_secs / LOOKS as f64,
            bytes_per_request: per_request(bytes),
            calls_per_request: per_request(calls),
            bytes_per_call: (calls > 0).then(|| call_bytes as f64 / calls as f64),
            report,
        })
    }

    /// Events per second.
    pub fn events_per_s(&self) -> f64 {
        self.events as f64 / self.secs
    }
    /// Client requests answered per second.
    pub fn requests_per_s(&self) -> f64 {
        self.requests as f64 / self.secs
    }
    /// Nanoseconds per event.
    pub fn ns_per_event(&self) -> f64 {
        self.secs / self.events as f64 * 1e9
    }
    /// What is wrong with the result, if anything.
    pub fn problem(&self, workload: &Workload) -> Option<String> {
        workload.check()?.problem(self.requests, &self.report)
    }
    /// The hit ratios of caches and CDNs, by component.
    pub fn hit_ratios(&self) -> Vec<(&str, f64)> {
        let of = |figures: &[(String, Option<f64>)]| {
            figures.iter().find(|(key, _)| key == "hit_ratio").and_then(|(_, x)| *x)
        };
        let ratios = self.report.components.iter().filter_map(|(id, c)| Some((id.as_str(), of(&c.figures)?)));
        ratios.collect()
    }
}

/// The least, the middle and the most of several runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The middle one; of an even number, the lower of the two in the middle.
    pub median: f64,
    /// The most.
    pub max: f64,
}

impl Spread {
    /// Of `values`; `None` when there is none.
    ///
    /// ```
    /// use tenfold_bench::Spread;
    /// assert_eq!(Spread::of(vec![3.0, 1.0, 2.0]), Some(Spread { min: 1.0, median: 2.0, max: 3.0 }));
    /// ```
    pub fn of(mut values: Vec<f64>) -> Option<Spread> {
        values.sort_by(f64::total_cmp);
        let median = *values.get(values.len().checked_sub(1)? / 2)?;
        Some(Spread { min: values[0], median, max: values[values.len() - 1] })
    }
}
