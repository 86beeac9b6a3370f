//! The same model with other seeds, pooled.

use super::chance::mix;
use super::reporting::Tallied;
use super::simulation::Simulation;
use crate::measure::Report;
use crate::measure::carried::{Carrier, carried};
use crate::measure::cells::Cell;
use crate::measure::intervals::Sample;
use crate::model::Model;
use std::sync::Arc;

/// Runs of one model that differ in their seed alone, pooled into one report.
///
/// Counts, times and histograms are added up, so a percentile is that of all requests of all runs, never an average of percentiles. The intervals come
/// from how much the runs differ, so they hold for runs without a steady state as well: ramps, daily waves, timelines. Runs are pooled in the order in which they are
/// added; run them wherever and whenever, add them in the order of their numbers, and the report has the same bytes.
///
/// ```
/// use tenfold::{Replications, Simulation, presets, units::SimTime, units::Span};
/// let model = presets::by_slug("mm1").unwrap().model();
/// let run = |number| {
///     let mut run = Simulation::new(&Replications::model(&model, number)).unwrap();
///     run.run_until(SimTime::ZERO + Span::from_secs(300));
///     run
/// };
/// let mut pool = Replications::of(run(0));
/// (1..10).for_each(|number| pool.add(&run(number)).unwrap());
/// let report = pool.report();
/// assert_eq!(report.statistics.replications, 10);
/// // 10 ms of work at 80 % utilisation: 50 ms.
/// assert!(report.latency_interval_s.mean.unwrap().contains(0.050));
/// ```
#[derive(Debug, Clone)]
pub struct Replications {
    first: Simulation,
    pooled: Tallied,
    /// One for each run.
    cells: Vec<Arc<Cell>>,
}

/// Two runs that cannot be pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only runs of one model can be pooled: they may differ in nothing but their seed")]
pub struct DifferentModel;

/// Bytes that no run is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPooled {
    /// They are not what [`Replications::bytes_of`] gives.
    #[error("these are not the bytes of a run, or not all of them")]
    NoRun,
    /// Another model's, or another version's.
    #[error("{DifferentModel}")]
    DifferentModel,
    /// There are as many runs as can be added up without a doubt.
    #[error("no more than {RUNS_MAX} runs can be pooled from bytes")]
    TooMany,
}

/// So many runs add up without overflow, whatever their bytes say.
const RUNS_MAX: usize = 100;

/// A run without all that only going on takes.
#[derive(Debug, Default)]
struct Luggage {
    /// What the run is of, but for its seed.
    of: Vec<u8>,
    edited: bool,
    tallied: Tallied,
    cell: Cell,
}

carried! { Luggage { of, edited, tallied, cell } }

/// The increment of splitmix64.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
/// Seeds are at most 2⁵³, so that they are exact in JSON.
const SEED_BITS: u32 = 53;

impl Replications {
    /// The seed of replication `number` of a model whose seed is `seed`: the model's own for number 0, and then the upper 53 bits of what the generator
    /// splitmix64, started at `seed`, gives as its value `number`.
    pub fn seed(seed: u64, number: u64) -> u64 {
        if number == 0 {
            seed
        } else {
            mix(seed.wrapping_add(number.wrapping_mul(STEP))) >> (u64::BITS - SEED_BITS)
        }
    }

    /// The model with the seed of replication `number`.
    pub fn model(model: &Model, number: u64) -> Model {
        let mut other = model.clone();
        other.head.seed = Replications::seed(model.head.seed, number);
        other
    }

    /// A pool of one run.
    pub fn of(first: Simulation) -> Replications {
        let pooled = first.tallied();
        let cells = vec![first.whole_cell(&pooled)];
        Replications { first, pooled, cells }
    }

    /// Adds another run of the same model.
    ///
    /// # Errors
    /// When its model differs in more than the seed. The pool is as it was then.
    pub fn add(&mut self, run: &Simulation) -> Result<(), DifferentModel> {
        let mut model = run.model().clone();
        model.head.seed = self.first.model().head.seed;
        if model != *self.first.model() || run.core.ids != self.first.core.ids {
            return Err(DifferentModel);
        }
        let tallied = run.tallied();
        self.cells.push(run.whole_cell(&tallied));
        self.pooled.pool(&tallied);
        self.first.watch.edited |= run.watch.edited;
        Ok(())
    }

    /// What [`Replications::add_bytes`] needs of a run, to be pooled where the run is not: in another thread or worker. A few KiB for each component.
    ///
    /// ```
    /// use tenfold::{Replications, Simulation, presets, units::Span};
    /// let model = presets::by_slug("mm1").unwrap().model();
    /// let [first, second] = [0, 1].map(|number| {
    ///     let mut run = Simulation::new(&Replications::model(&model, number)).unwrap();
    ///     run.run_for(Span::from_secs(60));
    ///     run
    /// });
    /// let mut pool = Replications::of(first);
    /// let mut other = pool.clone();
    /// pool.add(&second).unwrap();
    /// other.add_bytes(&Replications::bytes_of(&second)).unwrap();
    /// assert_eq!(pool.report(), other.report());
    /// assert!(other.add_bytes(&[1, 2, 3]).is_err());
    /// ```
    pub fn bytes_of(run: &Simulation) -> Vec<u8> {
        let tallied = run.tallied();
        let cell = Cell::clone(&run.whole_cell(&tallied));
        let edited = run.watch.edited;
        Carrier::write(&mut Luggage { of: run.identity(), edited, tallied, cell })
    }

    /// Adds another run of the same model by its bytes; the same as [`Replications::add`].
    ///
    /// # Errors
    /// When they are not what [`Replications::bytes_of`] gives for such a run. The pool is as it was then.
    pub fn add_bytes(&mut self, bytes: &[u8]) -> Result<(), NotPooled> {
        let run: Luggage = Carrier::read(bytes).ok_or(NotPooled::NoRun)?;
        if run.of != self.first.identity() {
            return Err(NotPooled::DifferentModel);
        }
        if !self.pooled.is_like(&run.tallied) {
            return Err(NotPooled::NoRun);
        }
        if self.count() >= RUNS_MAX {
            return Err(NotPooled::TooMany);
        }
        self.cells.push(Arc::new(run.cell));
        self.pooled.pool(&run.tallied);
        self.first.watch.edited |= run.edited;
        Ok(())
    }

    /// Runs pooled so far; at least one.
    pub fn count(&self) -> usize {
        self.cells.len()
    }

    /// The figures of all runs, with intervals across them from the second run on. Its seed is the first run's, and its times are sums over the runs.
    pub fn report(&self) -> Report {
        self.first.report_of(&self.pooled, Sample::of_replications(&self.cells))
    }
}

impl Simulation {
    /// What runs that can be pooled have in common.
    fn identity(&self) -> Vec<u8> {
        let mut model = self.model().clone();
        model.head.seed = 0;
        let parts = [env!("CARGO_PKG_VERSION"), &model.to_json(), &self.core.ids.join("\n")];
        parts.join("\n").into_bytes()
    }

    /// All that was measured, in one cell.
    fn whole_cell(&self, tallied: &Tallied) -> Arc<Cell> {
        let rest = self.now().since(self.watch.window_begin).nanos();
        Arc::new(self.watch.cells.whole(rest, tallied.gauges()))
    }
}
