//! An alarm: one timer, for whatever is due first.

use super::context::{Ctx, TimerTag};
use crate::units::SimTime;

/// When the timer goes off, and which it is, while it is set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Alarm(Option<(SimTime, u32)>);

impl Alarm {
    /// Goes off at `due`, or before if it was set for an earlier time.
    pub(crate) fn set(&mut self, due: SimTime, tag: TimerTag, ctx: &mut Ctx<'_>) {
        if let Some((at, timer)) = self.0 {
            if at <= due {
                return;
            }
            ctx.cancel_timer(timer);
        }
        self.0 = Some((due, ctx.timer(due, tag)));
    }

    /// What was due by now has been told: it is set no more, unless for later.
    pub(crate) fn rang(&mut self, now: SimTime) {
        self.0 = self.0.filter(|(at, _)| *at > now);
    }

    /// It goes off no more.
    pub(crate) fn stop(&mut self, ctx: &mut Ctx<'_>) {
        if let Some((_, timer)) = self.0.take() {
            ctx.cancel_timer(timer);
        }
    }
}
