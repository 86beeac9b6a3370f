//! The built-in models, shared by the page, the documentation, the tests and the benchmarks.

use crate::model::Model;

/// A built-in model.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Its name in links and on the command line.
    pub slug: &'static str,
    /// Its file.
    pub json: &'static str,
}

/// Every built-in model. The page brings only the first and fetches the others, so it must not name this list.
pub const ALL: &[Preset] = &[
    Preset { slug: "classic-chain", json: include_str!("classic-chain.json") },
    Preset { slug: "flash-crowd", json: include_str!("flash-crowd.json") },
    Preset { slug: "cache-flush", json: include_str!("cache-flush.json") },
    Preset { slug: "metastable-flush", json: include_str!("metastable-flush.json") },
    Preset { slug: "stampede", json: include_str!("stampede.json") },
    Preset { slug: "eviction-policies", json: include_str!("eviction-policies.json") },
    Preset { slug: "instance-crash", json: include_str!("instance-crash.json") },
    Preset { slug: "power-of-two", json: include_str!("power-of-two.json") },
    Preset { slug: "closed-loop", json: include_str!("closed-loop.json") },
    Preset { slug: "replica-lag", json: include_str!("replica-lag.json") },
    Preset { slug: "cold-failover", json: include_str!("cold-failover.json") },
    Preset { slug: "hot-row", json: include_str!("hot-row.json") },
    Preset { slug: "hot-shard", json: include_str!("hot-shard.json") },
    Preset { slug: "scatter-gather", json: include_str!("scatter-gather.json") },
    Preset { slug: "working-set", json: include_str!("working-set.json") },
    Preset { slug: "table-growth", json: include_str!("table-growth.json") },
    Preset { slug: "pool-exhaustion", json: include_str!("pool-exhaustion.json") },
    Preset { slug: "two-connections", json: include_str!("two-connections.json") },
    Preset { slug: "queue-back-pressure", json: include_str!("queue-back-pressure.json") },
    Preset { slug: "drop-or-block", json: include_str!("drop-or-block.json") },
    Preset { slug: "poison-message", json: include_str!("poison-message.json") },
    Preset { slug: "visibility-too-short", json: include_str!("visibility-too-short.json") },
    Preset { slug: "mm1", json: include_str!("mm1.json") },
    Preset { slug: "hot-partition", json: include_str!("hot-partition.json") },
    Preset { slug: "slow-nodes", json: include_str!("slow-nodes.json") },
    Preset { slug: "carbon-batch", json: include_str!("carbon-batch.json") },
    Preset { slug: "cap-both-ways", json: include_str!("cap-both-ways.json") },
    Preset { slug: "order-created", json: include_str!("order-created.json") },
    Preset { slug: "stream-lag", json: include_str!("stream-lag.json") },
    Preset { slug: "hot-stream-partition", json: include_str!("hot-stream-partition.json") },
];

/// The one the page opens with.
pub const FIRST: Preset = ALL[0];

/// The names of all, without their files.
pub const SLUGS: [&str; ALL.len()] = {
    let mut slugs = [""; ALL.len()];
    let mut at = 0;
    while at < ALL.len() {
        slugs[at] = ALL[at].slug;
        at += 1;
    }
    slugs
};

impl Preset {
    /// The model, read from its file.
    pub fn model(&self) -> Model {
        // The files are part of the program, and a test reads each of them.
        Model::from_json(self.json).unwrap_or_default()
    }
}

/// The built-in model called `slug`.
pub fn by_slug(slug: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_model_is_read_without_a_problem_and_written_back_to_the_same() {
        for preset in ALL {
            let model =
                Model::from_json(preset.json).unwrap_or_else(|errors| panic!("{}: {errors:#?}", preset.slug));
            assert_eq!(Model::from_json(&model.to_json()), Ok(model), "{}", preset.slug);
        }
    }
}
