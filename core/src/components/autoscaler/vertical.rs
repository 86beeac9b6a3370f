//! Kubernetes’ VPA in a simulation: what each instance uses, and the cores it should have.

use super::mind::{Verdict, milli};
use super::observe::Sample;
use super::settings::Algorithm;
use crate::policy::scaling::vertical::{self, advise};

/// The VPA.
#[derive(Debug, Clone, Default)]
pub(super) struct Vertical {
    settings: vertical::Settings,
    history: vertical::History,
    /// Fewest and most cores.
    cores: (u32, u32),
}

impl Vertical {
    pub(super) fn of(algorithm: &Algorithm) -> Self {
        let Algorithm::Vertical { percentile, margin, half_life, min_cores, max_cores, .. } = algorithm
        else {
            return Vertical::default();
        };
        let mut settings =
            vertical::Settings { margin: *margin, half_life: *half_life, ..vertical::Settings::default() };
        settings.cpu.target = *percentile;
        Vertical { settings, history: vertical::History::default(), cores: (*min_cores, *max_cores) }
    }

    /// How many cores each should have, and why; `None` when what they have will do.
    pub(super) fn resize(&mut self, sample: &Sample) -> Option<Verdict> {
        let (least, most) = self.cores;
        let each = (sample.cores as f64 / f64::from(sample.ready)).max(1.0);
        self.history.cpu(sample.at, milli(sample.cpu? * each), &self.settings);
        let advice = advise(&self.settings, &self.history)?.cpu;
        let has = each as u32;
        let wanted = (advice.target.div_ceil(1000) as u32).clamp(least, most);
        let will_do =
            advice.verdict(milli(each)) == vertical::Verdict::Within && (least..=most).contains(&has);
        (!will_do && wanted != has).then(|| (wanted, format!("of CPU {advice}, in thousandths of a core")))
    }
}
