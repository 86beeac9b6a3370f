//! One component's figures while it runs, and measuring afresh: what a page needs to show theory beside them.

use super::reporting::Place;
use super::simulation::Simulation;
use crate::measure::intervals::Sample;
use crate::measure::report::Component;
use crate::units::{SimTime, Span};

impl Simulation {
    /// The figures of one component over the measured part so far, as they would stand in [`Simulation::report`] but without intervals, and
    /// how long that part is.
    ///
    /// `None` when no component of the model is called `id`. Far quicker than a whole report.
    pub fn component_figures(&self, id: &str) -> Option<(Component, Span)> {
        let ix = usize::from(self.index(id)?);
        let mut gauge = self.core.gauges[ix].clone();
        gauge.settle_all(self.now());
        let begun = if self.watch.measuring { self.watch.warm_up } else { SimTime::ZERO };
        let measured = self.now().since(begun);
        let kind = self.model.component(id).map(|component| component.settings.kind());
        // Where its stations stand is asked for intervals alone, and there are none.
        let place = Place { ix, kind, first: 0 };
        Some((self.report_of_component(place, &gauge, measured, &Sample::NONE), measured))
    }

    /// Begins the measured part again with the next window: after a change, what was measured before says nothing of what is now.
    ///
    /// Only figures of the measured part are another's thereafter; what happens is the same.
    pub fn measure_afresh(&mut self) {
        self.watch.afresh = true;
    }

    /// From now on [`Simulation::measure_afresh`] follows every edit that changes what happens; also where a copy repeats it.
    pub fn measure_afresh_after_edits(&mut self) {
        self.watch.afresh_after_edits = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::certainty::TimesIntervals;
    use crate::presets;

    #[test]
    fn a_components_figures_are_those_of_the_report_and_can_be_taken_afresh() {
        let model = presets::by_slug("mm1").unwrap().model();
        let mut run = Simulation::new(&model).unwrap();
        run.run_for(Span::from_millis(200_300));
        let (figures, measured) = run.component_figures("server").unwrap();
        let report = run.report();
        let reported = report.component("server").unwrap();
        assert_eq!(
            figures,
            Component {
                utilisation_interval: None,
                sojourn_interval_s: TimesIntervals::default(),
                ..reported.clone()
            }
        );
        assert!((measured.secs() - report.measured_s).abs() < 1e-9);
        assert!(run.component_figures("nobody").is_none());

        let mut same = run.clone();
        run.measure_afresh();
        run.run_for(Span::from_millis(10_000));
        same.run_for(Span::from_millis(10_000));
        let (figures, measured) = run.component_figures("server").unwrap();
        // From the end of the window under way, at 201 s.
        assert_eq!(measured, Span::from_millis(9_300));
        assert!((run.report().measured_s - 9.3).abs() < 1e-12);
        let before = same.component_figures("server").unwrap().0.arrivals;
        assert!(figures.arrivals < before && figures.arrivals > 400, "{} of {before}", figures.arrivals);
        assert_eq!(run.report().whole_run, same.report().whole_run);
        assert_eq!(run.conservation(), Ok(()));
    }
}
