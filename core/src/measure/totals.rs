//! Counts that add up over a run, kept so that every span of it is a difference of two snapshots.
//!
//! Everything here is a whole number: counts, nanoseconds × count, billionths of a cent. So a figure does not depend on
//! how the run was sliced.

use super::carried::{Carried, Carrier, carried};
use super::reason::Reason;
use std::ops::{AddAssign, Sub};

/// Declares a struct of whole numbers that can be subtracted.
macro_rules! totals {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) struct $name { $($(#[$field_meta])* pub(crate) $field: $type,)* }
        impl Sub for $name {
            type Output = $name;
            fn sub(self, before: $name) -> $name {
                $name { $($field: self.$field - before.$field,)* }
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: $name) {
                $(self.$field += other.$field;)*
            }
        }
        carried! { $name { $($field),* } }
    };
}

/// Counters that a component may use for figures of its own.
pub(crate) const TALLIES: usize = 8;

/// A component's own counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tallies(pub(crate) [u64; TALLIES]);

impl Sub for Tallies {
    type Output = Tallies;
    fn sub(self, before: Tallies) -> Tallies {
        Tallies(std::array::from_fn(|i| self.0[i] - before.0[i]))
    }
}

impl AddAssign for Tallies {
    fn add_assign(&mut self, other: Tallies) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, one)| *mine += one);
    }
}

totals! {
    /// What a station has seen.
    StationTotals {
        arrivals: u64,
        started: u64,
        refused: u64,
        /// Servers busy × nanoseconds.
        busy_ns: u128,
        /// Servers there × nanoseconds, at the stations that have a limit.
        servers_ns: u128,
        /// Stations without a limit × nanoseconds.
        unlimited_ns: u128,
        /// Calls waiting × nanoseconds.
        queue_ns: u128,
    }
}

totals! {
    /// What a component has seen.
    ComponentTotals {
        arrivals: u64,
        completions: u64,
        failures: u64,
        /// Work that ended after its caller had given up.
        wasted: u64,
        /// Calls inside × nanoseconds.
        in_flight_ns: u128,
        /// Instances billed × nanoseconds.
        instance_ns: u128,
        /// Spent, in 1e-12 US dollars.
        cost_pico_usd: u128,
        requests_billed: u64,
        bytes_billed: u64,
        /// Windows that closed, and those at whose end one of its servers had been full for long while others may have idled.
        windows: u64,
        full_windows: u64,
        tallies: Tallies,
    }
}

totals! {
    /// What a link has seen.
    WireTotals {
        sent: u64,
        answered: u64,
        failed: u64,
    }
}

totals! {
    /// What a class of requests has seen.
    ClassTotals {
        offered: u64,
        finished: u64,
        late: u64,
        failed: u64,
        reasons: Reasons,
    }
}

/// Failures by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reasons(pub(crate) [u64; Reason::ALL.len()]);

impl Sub for Reasons {
    type Output = Reasons;
    fn sub(self, before: Reasons) -> Reasons {
        Reasons(std::array::from_fn(|i| self.0[i] - before.0[i]))
    }
}

impl AddAssign for Reasons {
    fn add_assign(&mut self, other: Reasons) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, one)| *mine += one);
    }
}

carried! { Tallies { 0 } Reasons { 0 } }

/// Totals with the snapshots from which windows and the measured part are told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted<T> {
    /// Since the run began.
    pub(crate) all: T,
    at_window: T,
    at_warm_up: T,
}

impl<T: AddAssign> Counted<T> {
    /// Adds what another run has counted; windows of several runs mean nothing.
    pub(crate) fn pool(&mut self, other: Counted<T>) {
        self.all += other.all;
        self.at_warm_up += other.at_warm_up;
    }
}

impl<T: Copy + Sub<Output = T>> Counted<T> {
    /// Since the last window was closed.
    pub(crate) fn window(&self) -> T {
        self.all - self.at_window
    }
    /// Since the end of the warm-up.
    pub(crate) fn measured(&self) -> T {
        self.all - self.at_warm_up
    }
    /// Before the end of the warm-up.
    pub(crate) fn warm_up(&self) -> T {
        self.at_warm_up
    }
    pub(crate) fn close_window(&mut self) {
        self.at_window = self.all;
    }
    pub(crate) fn begin_measuring(&mut self) {
        self.at_warm_up = self.all;
    }
}

/// The warm-up and what came after it; windows mean nothing elsewhere.
impl<T: Carried + Copy + AddAssign + Sub<Output = T>> Carried for Counted<T> {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let mut measured = self.measured();
        self.at_warm_up.carry(by)?;
        measured.carry(by)?;
        self.all = self.at_warm_up;
        self.all += measured;
        Some(())
    }
}

/// How many of the units that cost is counted in make a US dollar.
pub(super) const PICO: f64 = 1e12;

impl ComponentTotals {
    /// US dollars per hour over `secs` seconds.
    pub(crate) fn usd_per_hour(&self, secs: f64) -> f64 {
        if secs > 0.0 { self.cost_pico_usd as f64 / PICO / secs * 3600.0 } else { 0.0 }
    }
}
