//! The workloads: model files that anyone can run, look at and change.

use crate::check::Check;
use tenfold::model::Model;

/// A model whose results are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// Its name on the command line.
    pub slug: &'static str,
    /// Its file.
    pub json: &'static str,
}

impl Workload {
    /// Every workload, the plainest first.
    pub const ALL: &[Workload] = &[
        Workload { slug: "w1", json: include_str!("../workloads/w1.json") },
        Workload { slug: "w2", json: include_str!("../workloads/w2.json") },
        Workload { slug: "w2-timeouts", json: include_str!("../workloads/w2-timeouts.json") },
        Workload { slug: "w2-keys", json: include_str!("../workloads/w2-keys.json") },
        Workload { slug: "w3", json: include_str!("../workloads/w3.json") },
        Workload { slug: "chain", json: include_str!("../workloads/chain.json") },
    ];

    /// The workload called `slug`.
    pub fn by_slug(slug: &str) -> Option<&'static Workload> {
        Workload::ALL.iter().find(|workload| workload.slug == slug)
    }

    /// The model, read from its file.
    pub fn model(&self) -> Model {
        // The files are part of the program, and a test reads each of them.
        Model::from_json(self.json).unwrap_or_default()
    }

    /// What it must give, as the file's notes say.
    pub fn check(&self) -> Option<Check> {
        Check::in_notes(&self.model().head.notes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_is_a_legal_model_that_says_what_it_must_give() {
        for workload in Workload::ALL {
            let read = Model::from_json(workload.json);
            assert!(read.is_ok(), "{}: {:#?}", workload.slug, read.err());
            assert!(workload.check().is_some(), "{}", workload.slug);
        }
    }
}
