//! Each autoscaler against the tables and worked examples of its original. Names of tests and rows are those of the source.

mod aws;
mod cluster;
mod guards;
mod hpa;
mod hpa_behaviour;
mod keda;
mod kpa;
mod vertical;

use super::Fault;
use crate::units::{SimTime, Span};

fn at(secs: u64) -> SimTime {
    SimTime::ZERO + Span::from_secs(secs)
}

/// Fields with faults, in order.
fn fields(faults: &[Fault]) -> Vec<&'static str> {
    for fault in faults {
        assert!(fault.to_string().starts_with(fault.field) && fault.problem.len() > 10, "{fault}");
    }
    faults.iter().map(|fault| fault.field).collect()
}
