//! What a component kind must be able to do. There are no default bodies: forgetting one is a compile error.

use super::info::Info;
use crate::engine::context::{Answer, Ctx, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::measure::totals::ComponentTotals;
use crate::measure::{FIGURES_MAX, Figure};
use crate::model::{Check, Field, FieldPath};
use crate::units::{SimTime, Span};
use std::fmt::Debug;

/// A component kind: its settings and its behaviour.
///
/// A call comes in by [`Component::on_call`] and must leave by `ctx.reply` or `ctx.fail`, exactly once. In between it may wait at stations
/// ([`Component::on_served`] follows `ctx.serve`) and make calls of its own ([`Component::on_reply`] follows each).
pub(crate) trait Component: Sized + Clone + Debug {
    /// Its settings.
    type Config: 'static + Clone + Default + PartialEq + Debug;

    /// Name, summary, family, ports.
    const INFO: Info;
    /// Its stations, by name; a station's tag is its index here.
    const STATIONS: &'static [&'static str];
    /// The figures only this kind has, at most nine.
    const FIGURES: &'static [Figure];
    /// What its settings look like.
    const FIELDS: &'static [Field<Self::Config>];

    /// One line on what is set, for the card on the canvas.
    fn describe(config: &Self::Config) -> String;
    /// Checks rules across several settings. A field whose value was refused has its default here, which breaks no rule by itself; of what
    /// several break, [`Check::together`] tells if none of them was refused.
    fn check(config: &Self::Config, at: &FieldPath, check: &mut Check);

    /// Comes to life.
    fn new(config: &Self::Config, ctx: &mut Ctx<'_>) -> Self;
    /// Takes other settings while it runs; what is under way goes on.
    fn configure(&mut self, config: &Self::Config, ctx: &mut Ctx<'_>);
    /// A call arrives.
    fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>);
    /// The service begun by `ctx.serve` is over.
    fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>);
    /// A call that this component made has ended.
    fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>);
    /// A timer goes off.
    fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>);
    /// A call is taken out of whatever it is in; the engine ends it afterwards.
    fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>);
    /// An instance became ready, drains or is gone.
    fn on_instance(&mut self, instance: u32, news: InstanceNews, ctx: &mut Ctx<'_>);
    /// Something is new at the ends of its links. Told to those alone who must know.
    fn on_callees(&mut self, news: Callees, ctx: &mut Ctx<'_>);
    /// Forgets all it keeps for later, if it keeps anything.
    fn on_flush(&mut self, ctx: &mut Ctx<'_>);
    /// So many of its instances cannot reach the others any more; with 0 all can again.
    fn on_partition(&mut self, minority: u32, ctx: &mut Ctx<'_>);

    /// A window ends now: whether one of several servers, that others cannot stand in for, has had nobody free and calls waiting for long, as a hot
    /// shard among idle ones does.
    fn has_full_server(&mut self, now: SimTime) -> bool;
    /// Shares what can be very large with the copies to come, if it has such: a copy is then a matter of microseconds.
    fn share(&mut self);
    /// Bytes that a copy holds beyond its own size, without what `other`, another state of it, holds as well.
    fn held_bytes(&self, other: Option<&Self>) -> usize;
    /// Whether what it keeps adds up with `all` that it has counted; says what does not.
    fn adds_up(&self, _all: &ComponentTotals) -> Result<(), String> {
        Ok(())
    }
    /// The kind's own figures over `seen`, which took `secs` seconds; absent ones are not-a-number.
    fn figures(&self, seen: &ComponentTotals, secs: f64) -> Figures;
}

/// For how long one server has been found full at the end of every window.
///
/// A queue now and then is no news, and of many servers one has a queue at most times: only the same one, again and again, is overloaded.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FullFor {
    since: SimTime,
    windows: u32,
}

impl FullFor {
    /// As many windows in a row, and as long, as a server must be found full.
    const WINDOWS: u32 = 20;
    const LONG: Span = Span::from_secs(10);

    /// Notes what a window's end finds; whether the server has been full for long.
    pub(crate) fn note(&mut self, full: bool, now: SimTime) -> bool {
        if !full {
            *self = FullFor::default();
            return false;
        }
        if self.windows == 0 {
            self.since = now;
        }
        self.windows = self.windows.saturating_add(1);
        self.windows >= Self::WINDOWS && now.since(self.since) >= Self::LONG
    }
}

/// A share of counts; not-a-number when there is nothing to take a share of.
pub(crate) fn share(part: u64, rest: u64) -> f64 {
    let all = part + rest;
    if all == 0 { f64::NAN } else { part as f64 / all as f64 }
}

/// A kind's own figures, absent ones after those it has.
pub(crate) type Figures = [f64; FIGURES_MAX];

/// These figures, and no more.
pub(crate) fn figures<const N: usize>(own: [f64; N]) -> Figures {
    std::array::from_fn(|at| own.get(at).copied().unwrap_or(NO_FIGURE))
}

/// No figure.
pub(crate) const NO_FIGURE: f64 = f64::NAN;
