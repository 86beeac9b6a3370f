//! Predicted beside measured: which formula a component of a model matches, what it predicts, and where none applies, which assumption fails.
//!
//! [`predict`] needs the model alone. Rates follow from it by balance of flow: the clients' loads, shared out by classes, calls per request, balancers and hit
//! ratios. Only a hit ratio that no formula gives (behind another cache, say) is taken from the run, and a remark says so. What is predicted is the steady
//! state of the model as it stands, all instances up.
//!
//! A figure is [exact](Standing::Exact) when every assumption of its formula holds: Poisson arrivals at the clients and hence (Burke, The Output of a Queuing
//! System, 1956; Mirasol, The Output of an M/G/∞ Queuing System is Poisson, 1963; Kelly, Reversibility and Stochastic Networks, 1979) behind delays and stations with
//! exponential work or shared cores, work drawn anew at every visit, workers,
//! connections and backlogs that (all but) never run out. Otherwise it is an approximation, and the remarks say why.
//!
//! ```
//! use tenfold::Simulation;
//! use tenfold::presets;
//! use tenfold::theory::beside::{Quantity, Standing, beside};
//!
//! let model = presets::by_slug("mm1").unwrap().model();
//! let mut run = Simulation::new(&model).unwrap();
//! run.run_for(tenfold::units::Span::from_secs(1200));
//! let report = run.report();
//! let server = &beside(&model, &report)[1];
//! assert_eq!(server.formula, "M/M/1");
//! let wait = server.lines.iter().find(|line| line.quantity == Quantity::Wait).unwrap();
//! assert_eq!(wait.standing, Standing::Exact);
//! assert!((wait.predicted - 0.040).abs() < 1e-12);
//! assert!((wait.measured.unwrap() - 0.040).abs() < 0.010);
//! ```

mod answers;
mod chain;
mod flow;
mod kept;
mod lines;
mod plan;
mod quantity;
mod queue;
mod stream;
mod users;
mod words;
mod work;

pub use lines::{Beside, Line};
pub use quantity::Quantity;

use crate::measure::report::{Component, Report};
use crate::model::{Model, by_name};
use serde::Serialize;

/// How far a predicted figure is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Every assumption of the formula holds.
    #[default]
    Exact,
    /// Some assumption fails, or the formula itself is an approximation.
    Approximate,
    /// The truth is above: a bound, or an approximation of one.
    AtLeast,
}

impl Standing {
    /// What stands before the figure on the screen: nothing, `≥` or `≈`.
    pub const fn sign(self) -> &'static str {
        match self {
            Standing::Exact => "",
            Standing::AtLeast => "≥ ",
            Standing::Approximate => "≈ ",
        }
    }

    fn unless(certain: bool) -> Standing {
        if certain { Standing::Exact } else { Standing::Approximate }
    }
}

/// A predicted figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// What it is.
    pub quantity: Quantity,
    /// Its value, in the quantity's unit.
    pub value: f64,
    /// How far it is to be trusted.
    pub standing: Standing,
}

/// What theory says of a component.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prediction {
    /// Its id.
    pub component: String,
    /// The formula, as `M/M/4`; empty where none is used.
    pub formula: String,
    /// In the order of [`Quantity::ALL`].
    pub figures: Vec<Predicted>,
    /// In sentences: which assumptions fail, and what else is to be known.
    pub remarks: Vec<String>,
    /// Whether a hit ratio measured in the run was needed.
    pub from_run: bool,
}

impl Prediction {
    /// The figure for a quantity.
    pub fn figure(&self, quantity: Quantity) -> Option<Predicted> {
        self.figures.iter().copied().find(|figure| figure.quantity == quantity)
    }

    /// The prediction beside what was measured of the component in so many seconds.
    pub fn beside(&self, measured: Option<(&Component, f64)>) -> Beside {
        let line = |figure: &Predicted| {
            let seen = measured.map(|(component, secs)| figure.quantity.measured(component, secs));
            Line::new(*figure, seen.unwrap_or(f64::NAN))
        };
        Beside {
            component: self.component.clone(),
            formula: self.formula.clone(),
            lines: self.figures.iter().map(line).collect(),
            remarks: self.remarks.clone(),
        }
    }

    fn put(&mut self, quantity: Quantity, value: f64, standing: Standing) {
        if value.is_finite() {
            self.figures.push(Predicted { quantity, value, standing });
        }
    }

    fn say(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// All figures become approximations.
    fn doubt(&mut self, remark: impl Into<String>) {
        self.say(remark);
        self.figures.iter_mut().for_each(|figure| figure.standing = Standing::Approximate);
    }
}

/// What theory says of each component of a legal `model`, in the model's order.
///
/// `seen_hit_ratio` tells a hit ratio that was measured, by the id of the cache or CDN; it is asked only where no formula gives one. Takes some milliseconds, most of
/// them for caches of many objects and for many users.
///
/// ```
/// use tenfold::theory::beside::{Quantity, predict};
/// let model = tenfold::presets::by_slug("classic-chain").unwrap().model();
/// let chain = predict(&model, &|_| None);
/// // The edge is no mystery; behind it, arrivals are no Poisson stream.
/// assert!(chain[1].figure(Quantity::HitRatio).is_some());
/// assert!(chain[3].remarks.iter().any(|words| words.contains("not Poisson")));
/// ```
pub fn predict(model: &Model, seen_hit_ratio: &dyn Fn(&str) -> Option<f64>) -> Vec<Prediction> {
    let mut all = chain::predictions(model, seen_hit_ratio);
    for one in &mut all {
        // A few figures each: put in their order one by one, which needs no sort.
        let mut ordered: Vec<Predicted> = Vec::with_capacity(one.figures.len());
        for figure in &one.figures {
            let at = ordered.partition_point(|f| f.quantity as u8 <= figure.quantity as u8);
            ordered.insert(at, *figure);
        }
        one.figures = ordered;
    }
    all
}

/// What theory says of each component of `model` beside what `report`, of a run of that model, measured.
pub fn beside(model: &Model, report: &Report) -> Vec<Beside> {
    let places = by_name(&mut report.components.iter().map(|(id, _)| id.as_str()));
    let seen = |id: &str| places.get(id).map(|place| (&report.components[*place].1, report.measured_s));
    let hits = |id: &str| {
        let (component, measured_s) = seen(id)?;
        let hits = Quantity::HitRatio.measured(component, measured_s);
        hits.is_finite().then_some(hits)
    };
    predict(model, &hits).into_iter().map(|said| said.beside(seen(&said.component))).collect()
}

#[cfg(test)]
mod tests;
