//! Running a scenario and judging what it gave.

use crate::{Scenario, Unit};
use tenfold::Simulation;
use tenfold::measure::Report;
use tenfold::model::Model;
use tenfold::statistics::student_t;
use tenfold::units::SimTime;

/// Independent runs of each scenario.
pub const REPLICATIONS: u64 = 20;

/// The chance that a simulation without fault fails somewhere, had its seeds been drawn anew; with the fixed ones it fails always or never.
pub const FAMILY_WISE_ERROR: f64 = 0.01;

/// A standard error above this share of the truth proves too little.
const ERROR_MAX: f64 = 0.02;

/// What was measured of a figure, beside its truth.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The scenario's part of the report.
    pub group: &'static str,
    /// The scenario's name.
    pub scenario: String,
    /// The figure.
    pub what: String,
    /// What it is a number of.
    pub unit: Unit,
    /// The true value.
    pub truth: f64,
    /// The mean over the replications.
    pub measured: f64,
    /// Its standard error.
    pub error: f64,
    /// Half the width of the 95 % interval, by Student's t.
    pub half_width: f64,
    /// How far the truth may be off itself, relative to it.
    pub slack: f64,
    /// Why the truth is only approximate.
    pub approximate: Option<&'static str>,
    /// Standard errors that are allowed.
    pub bound: f64,
}

impl Outcome {
    /// Measured less true, in standard errors; 0 where both agree and nothing varies.
    pub fn deviation(&self) -> f64 {
        let off = self.measured - self.truth;
        if off.abs() <= 1e-9 * self.truth.abs() { 0.0 } else { off / self.error }
    }

    /// Whether the standard error is small enough for the test to mean something.
    pub fn is_sharp(&self) -> bool {
        self.error <= ERROR_MAX * self.truth.abs()
    }

    /// Whether it lies where it should.
    pub fn agrees(&self) -> bool {
        let off = (self.measured - self.truth).abs();
        off <= (self.slack + 1e-9) * self.truth.abs() + self.bound * self.error
    }

    /// Whether the test is passed.
    pub fn passes(&self) -> bool {
        self.agrees() && self.is_sharp()
    }
}

/// Standard errors within which each of `tests` figures must lie, so that all of them do with the chance 1 − [`FAMILY_WISE_ERROR`] at least: Student's t
/// for the number of replications, with Bonferroni's correction, which holds whatever the figures have to do with each other.
pub fn bound(tests: usize) -> f64 {
    standard_errors(1.0 - FAMILY_WISE_ERROR / tests.max(1) as f64)
}

/// Half the width of the interval of that confidence around the mean of all replications.
fn standard_errors(confidence: f64) -> f64 {
    // Without an answer nothing would lie within it.
    student_t(confidence, REPLICATIONS as u32 - 1).unwrap_or(f64::NAN)
}

/// A number of its own for each name (FNV-1a), so that scenarios are independent of each other and of their order.
fn first_seed(name: &str) -> u64 {
    let fnv = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01B3);
    name.bytes().fold(0xCBF2_9CE4_8422_2325, fnv) >> 16
}

impl Scenario {
    /// Runs every replication and judges each figure.
    ///
    /// # Errors
    /// What is wrong with the model, or with the run: a figure without a value, requests that are not accounted for.
    pub fn run(&self) -> Result<Vec<Outcome>, String> {
        let model = Model::from_value(&self.model).map_err(|errors| {
            errors.iter().map(|error| format!("{}: {error}", self.name)).collect::<Vec<_>>().join("\n")
        })?;
        let mut seen = vec![Vec::new(); self.figures.len()];
        for replication in 0..REPLICATIONS {
            let report = self.replicate(&model, first_seed(&self.name) + replication)?;
            for (values, figure) in seen.iter_mut().zip(&self.figures) {
                let value = figure.of(&report);
                values.push(
                    value.ok_or_else(|| format!("{}: nothing was measured of {}", self.name, figure.what))?,
                );
            }
        }
        self.figures.iter().zip(&seen).map(|(figure, values)| self.judge(figure, values)).collect()
    }

    fn replicate(&self, model: &Model, seed: u64) -> Result<Report, String> {
        let mut model = model.clone();
        model.head.seed = seed;
        let told = |what: &dyn std::fmt::Display| format!("{}, seed {seed}: {what}", self.name);
        let mut run = Simulation::new(&model).map_err(|errors| told(&format!("{errors:?}")))?;
        run.run_until(SimTime::ZERO + model.head.duration);
        run.conservation().map_err(|error| told(&error))?;
        Ok(run.report())
    }

    fn judge(&self, figure: &crate::Figure, values: &[f64]) -> Result<Outcome, String> {
        let truth =
            figure.truth.clone().map_err(|error| format!("{}, {}: {error}", self.name, figure.what))?;
        let n = values.len() as f64;
        let measured = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - measured) * (x - measured)).sum::<f64>() / (n - 1.0);
        let error = (variance / n).sqrt();
        Ok(Outcome {
            group: self.group,
            scenario: self.name.clone(),
            what: figure.what.clone(),
            unit: figure.unit,
            truth,
            measured,
            error,
            half_width: error * standard_errors(0.95),
            slack: figure.slack,
            approximate: figure.approximate,
            bound: bound(crate::count()),
        })
    }
}
