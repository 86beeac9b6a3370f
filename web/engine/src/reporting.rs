//! A report: one run from the start to the model's duration, or several with seeds of their own, pooled.

use crate::protocol::{Bytes, FromEngine, Seen};
use crate::runner::{EVENTS_PER_LOOK, in_words, windows_csv};
use tenfold::measure::WindowRow;
use tenfold::model::Model;
use tenfold::units::SimTime;
use tenfold::{Advance, NotPooled, Replications, Simulation};

/// How often it is told how far a run has come.
const TOLD_EVERY_MS: f64 = 100.0;

/// A report under way.
#[derive(Debug)]
pub(crate) struct Reporting {
    model: Model,
    /// How many runs there are to be; 0 where another engine makes the report.
    runs: u32,
    /// The numbers of those still to be made here.
    pub(crate) todo: Vec<u32>,
    run: Option<Run>,
    /// Number 0, once it is over.
    first: Option<Run>,
    /// The others that are over.
    others: Vec<Seen>,
    told_ms: f64,
}

#[derive(Debug)]
struct Run {
    number: u32,
    simulation: Simulation,
    windows: Vec<WindowRow>,
}

impl Reporting {
    /// A report that is made here, of so many runs.
    pub(crate) fn new(model: Model, runs: u32) -> Reporting {
        let told_ms = f64::NEG_INFINITY;
        Reporting { model, runs, todo: vec![0], run: None, first: None, others: Vec::new(), told_ms }
    }

    /// Runs for a report that another engine makes.
    pub(crate) fn of_another(model: Model) -> Reporting {
        Reporting { todo: Vec::new(), ..Reporting::new(model, 0) }
    }

    /// Takes in a run that another engine has made.
    pub(crate) fn take(&mut self, seen: Seen) {
        let at = self.others.partition_point(|before| before.number < seen.number);
        self.others.insert(at, seen);
    }

    /// Whether there is something to do here, not only to wait for others.
    pub(crate) fn has_work(&self) -> bool {
        self.run.is_some() || !self.todo.is_empty() || self.is_complete()
    }

    fn is_complete(&self) -> bool {
        self.first.is_some() && self.others.len() + 1 >= self.runs as usize
    }

    /// Works until `clock_ms` passes `until_ms`; gives what there is to tell.
    pub(crate) fn work(&mut self, clock_ms: &impl Fn() -> f64, until_ms: f64) -> Option<FromEngine> {
        if self.is_complete() {
            let run = self.first.take()?;
            let csv = windows_csv(&run.windows);
            let report = self.report(run.simulation, csv);
            return Some(report.unwrap_or_else(|why| FromEngine::ReportFailed(why.to_string())));
        }
        if self.run.is_none() && !self.todo.is_empty() {
            let number = self.todo.remove(0);
            match Simulation::new(&Replications::model(&self.model, u64::from(number))) {
                Ok(simulation) => self.run = Some(Run { number, simulation, windows: Vec::new() }),
                Err(errors) => return Some(FromEngine::ReportFailed(in_words(&errors))),
            }
        }
        let run = self.run.as_mut()?;
        let end = SimTime::ZERO + self.model.head.duration;
        if run.work(end, clock_ms, until_ms) {
            return self.over();
        }
        let (now, come) = (clock_ms(), run.simulation.now().secs() / end.secs());
        (now - self.told_ms >= TOLD_EVERY_MS).then(|| {
            self.told_ms = now;
            FromEngine::ReportProgress(come)
        })
    }

    /// The run that was made is over.
    fn over(&mut self) -> Option<FromEngine> {
        let run = self.run.take()?;
        let number = run.number;
        let mut bytes = Bytes::default();
        if number > 0 || self.runs == 0 {
            bytes.0 = Replications::bytes_of(&run.simulation);
        } else {
            self.first = Some(run);
        }
        let mut seen = Seen { number, bytes };
        if self.runs > 0 && number > 0 {
            let bytes = std::mem::take(&mut seen.bytes);
            self.take(Seen { number, bytes });
        }
        (self.runs != 1).then_some(FromEngine::Replicated(seen))
    }

    fn report(&mut self, first: Simulation, csv: String) -> Result<FromEngine, NotPooled> {
        let report = if self.runs == 1 {
            first.report()
        } else {
            let mut pool = Replications::of(first);
            self.others.iter().try_for_each(|seen| pool.add_bytes(&seen.bytes.0))?;
            pool.report()
        };
        Ok(FromEngine::Report { json: report.to_json(), table: report.to_string(), csv })
    }
}

impl Run {
    /// Whether the end has come.
    fn work(&mut self, end: SimTime, clock_ms: &impl Fn() -> f64, until_ms: f64) -> bool {
        loop {
            let advance = self.simulation.advance(end, EVENTS_PER_LOOK);
            self.windows.append(&mut self.simulation.frame().windows);
            if advance != Advance::Paused {
                return true;
            }
            if clock_ms() >= until_ms {
                return false;
            }
        }
    }
}
