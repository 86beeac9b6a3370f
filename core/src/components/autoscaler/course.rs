//! How well an autoscaler does, as the report tells it.

use super::observe::Sample;
use crate::engine::context::Ctx;
use crate::units::SimTime;

/// How well it goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    /// The metric over its target, when it was last seen.
    pub(super) ratio: f64,
    pub(super) desired: u32,
    /// Since when the metric is above its target.
    above_since: Option<SimTime>,
    /// The most that there were beyond what was needed, since it last had to go up.
    excess: Option<u32>,
    /// Whether it went up last.
    went_up: Option<bool>,
    pub(super) capped: bool,
}

/// The component's own counters.
pub(super) const ABOVE_NS: usize = 0;
pub(super) const OVER_NS: usize = 1;
pub(super) const FLAPS: usize = 2;
pub(super) const EPISODES: usize = 3;
pub(super) const EPISODE_NS: usize = 4;
pub(super) const OVERSHOOTS: usize = 5;
pub(super) const OVERSHOOT: usize = 6;
pub(super) const CAPPED_NS: usize = 7;

/// A metric is above its target from here on: the tolerance that Kubernetes has.
const ABOVE: f64 = 1.1;

impl Course {
    /// That of so many instances, of which nothing has been seen yet.
    pub(super) fn of(desired: u32) -> Self {
        Course { desired, ..Course::default() }
    }

    /// Counts the time since the last look as what it looks like now.
    pub(super) fn follow(&mut self, sample: &Sample, ratio: Option<f64>, ctx: &mut Ctx<'_>) {
        if self.capped {
            ctx.tally(CAPPED_NS, sample.over.nanos());
        }
        let Some(ratio) = ratio else { return };
        self.ratio = ratio;
        let needed = libm::ceil(ratio * f64::from(sample.ready)) as u32;
        let excess = sample.ready.saturating_sub(needed.max(1));
        ctx.tally(OVER_NS, u64::from(excess) * sample.over.nanos());
        let is_above = ratio > ABOVE;
        if is_above {
            ctx.tally(ABOVE_NS, sample.over.nanos());
            self.above_since.get_or_insert(SimTime::from_nanos(sample.at.nanos() - sample.over.nanos()));
        } else if let Some(since) = self.above_since.take() {
            ctx.tally(EPISODES, 1);
            ctx.tally(EPISODE_NS, sample.at.since(since).nanos());
            self.excess = Some(0);
        }
        self.excess = self.excess.map(|most| most.max(excess));
    }

    /// Counts a decision.
    pub(super) fn change(&mut self, before: u32, desired: u32, ctx: &mut Ctx<'_>) {
        self.desired = desired;
        if desired == before {
            return;
        }
        let up = desired > before;
        let flaps = self.went_up.replace(up).is_some_and(|last| last != up);
        ctx.tally(FLAPS, u64::from(flaps));
        if !up && let Some(excess) = self.excess.take() {
            ctx.tally(OVERSHOOTS, 1);
            ctx.tally(OVERSHOOT, u64::from(excess));
        }
    }
}
