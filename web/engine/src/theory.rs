//! What theory makes of the component that the page looks at.

use crate::protocol::Theory;
use tenfold::Simulation;
use tenfold::theory::beside::{Prediction, Quantity, predict};

/// A prediction that took hit ratios from the run is made anew after so many frames: two seconds.
const FRAMES_KEPT: u32 = 40;

/// The component that is watched, and the predictions for the model as it is.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    id: String,
    predictions: Vec<Prediction>,
    frames: u32,
}

impl Watched {
    /// Watches another component; none with an empty id.
    pub(crate) fn look_at(&mut self, id: &str) {
        id.clone_into(&mut self.id);
    }

    /// The model has changed.
    pub(crate) fn forget(&mut self) {
        self.predictions.clear();
    }

    /// What theory says of the component now; `None` when none is watched.
    pub(crate) fn theory(&mut self, run: &Simulation) -> Option<Theory> {
        let (component, measured) = run.component_figures(&self.id)?;
        self.frames += 1;
        if self.frames >= FRAMES_KEPT && self.predictions.iter().any(|p| p.from_run) {
            self.forget();
        }
        if self.predictions.is_empty() {
            self.frames = 0;
            self.predictions = predict(run.model(), &|id| hit_ratio(run, id));
        }
        let said = self.predictions.iter().find(|p| p.component == self.id)?;
        let beside = said.beside(Some((&component, measured.secs())));
        let mut lines = Vec::new();
        beside.lines.iter().for_each(|line| line.write(&mut lines));
        Some(Theory { component: beside.component, formula: beside.formula, lines, remarks: beside.remarks })
    }
}

fn hit_ratio(run: &Simulation, id: &str) -> Option<f64> {
    let (component, measured) = run.component_figures(id)?;
    let hits = Quantity::HitRatio.measured(&component, measured.secs());
    hits.is_finite().then_some(hits)
}
