//! What a component is to formulas, by its settings.

use super::flow::Scene;
use super::queue::{Queue, Rule};
use super::work::Work;
use crate::components::service::{Discipline, WhenFull};
use crate::components::{Settings, cache, database, service, vector_store};
use crate::policy::eviction::Policy;
use crate::theory::catalogue::Limits;

/// A component as formulas see it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) stage: Stage,
    pub(super) instances: u32,
    /// Workers that requests hold while they wait for others; `None` for no limit, or where nobody is called.
    pub(super) held: Option<u32>,
    /// How long a request waits at most, in seconds; infinite for ever.
    pub(super) patience_s: f64,
    /// What it keeps, if it is a cache.
    pub(super) keeps: Option<Limits>,
    /// What no formula here knows of.
    pub(super) beyond: Option<&'static str>,
}

/// Where the time goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stage {
    /// Everybody at once.
    Delay(Work),
    Servers(Queue),
}

impl Plan {
    pub(super) fn delay(work: Work) -> Plan {
        let stage = Stage::Delay(work);
        Plan { stage, instances: 1, held: None, patience_s: f64::INFINITY, keeps: None, beyond: None }
    }

    fn servers(queue: Queue) -> Plan {
        // Work that takes no time keeps no server busy.
        let stage = if queue.work.mean_s > 0.0 { Stage::Servers(queue) } else { Stage::Delay(queue.work) };
        Plan { stage, ..Plan::delay(queue.work) }
    }

    /// The plan of a component of which a share `writes` of the calls are writes.
    pub(super) fn of(scene: &Scene<'_>, component: usize, writes: f64) -> Plan {
        let absent = scene.classes.iter().any(|class| class.absent > 0.0);
        match &scene.model.components[component].settings {
            Settings::Clients(_) => Plan::delay(Work::NONE),
            Settings::Cdn(config) => {
                let limits = Limits {
                    entries: None,
                    bytes: Some(config.capacity.get() as f64),
                    ttl_s: config.ttl.map(|ttl| ttl.secs()),
                };
                let beyond = absent.then_some(ABSENT);
                Plan { keeps: Some(limits), beyond, ..Plan::delay(Work::of(&config.hit_time)) }
            }
            Settings::LoadBalancer(config) => Plan::delay(Work::of(&config.proxy_time)),
            Settings::Service(config) => of_service(config, scene.hops[component].is_empty()),
            Settings::Cache(config) => of_cache(config, absent),
            Settings::Database(config) => of_database(config, writes),
            Settings::NosqlTable(_) | Settings::ObjectStore(_) => Plan {
                beyond: Some("It refuses what is over its limits: no formula here knows of that."),
                ..Plan::delay(Work::NONE)
            },
            Settings::SearchIndex(config) => {
                let beyond = Some("It waits for the slowest of its shards: no formula here knows of that.");
                Plan { instances: config.nodes, beyond, ..Plan::delay(Work::NONE) }
            }
            Settings::QuorumStore(config) => {
                let beyond =
                    Some("It waits for so many of its replicas: no formula here knows of their queues.");
                Plan { instances: config.nodes, beyond, ..Plan::delay(Work::NONE) }
            }
            Settings::VectorStore(config) => of_vector_store(config, writes),
            Settings::Queue(_) => Plan {
                beyond: Some("It gives messages to whoever has a hand free: no formula here knows of that."),
                ..Plan::delay(Work::NONE)
            },
            Settings::Autoscaler(_) | Settings::NodePool(_) | Settings::Job(_) => Plan::delay(Work::NONE),
            Settings::Topic(_) => Plan {
                beyond: Some("It gives copies to everyone who subscribes: no formula here knows of that."),
                ..Plan::delay(Work::NONE)
            },
            Settings::Stream(_) => Plan {
                beyond: Some("Its partitions are read one record at a time: no formula here knows of that."),
                ..Plan::delay(Work::NONE)
            },
            Settings::Worker(_) => Plan {
                beyond: Some("Messages come to it when it has a hand free: no formula here knows of that."),
                ..Plan::delay(Work::NONE)
            },
        }
    }
}

/// Workers are held while others answer; where nobody is called, they are a bound on who is inside.
fn of_service(config: &service::Config, calls_nobody: bool) -> Plan {
    let cores = config.cores();
    let workers = config.workers.filter(|_| calls_nobody);
    let servers = workers.map_or(cores, |workers| workers.min(cores));
    let behind = match config.workers {
        // Unlimited workers: the backlog is in front of the cores.
        None => Some(cores),
        Some(_) => workers,
    };
    let places = behind.zip(config.backlog).map(|(inside, backlog)| inside.saturating_add(backlog));
    let (rule, work) = (Rule::of(config.discipline), Work::of(&config.work));
    let plan = match (config.discipline, workers) {
        (Discipline::Delay, None) => Plan::delay(work),
        (Discipline::Delay, Some(workers)) => {
            Plan::servers(Queue { servers: workers, cores: workers, places, rule, work })
        }
        _ => Plan::servers(Queue { servers, cores, places, rule, work }),
    };
    let held = config.workers.filter(|_| !calls_nobody);
    let beyond = if config.patience.is_some() {
        Some("Requests leave when they have waited too long: no formula here knows of that.")
    } else if config.backlog.is_some() && config.when_full != WhenFull::DropNewest {
        Some("A full backlog does not turn the newest away: no formula here knows of that.")
    } else {
        None
    };
    Plan { instances: config.instances, held, beyond, ..plan }
}

const ABSENT: &str = "Some keys do not exist, which is kept for another time: no formula here knows of that.";

fn of_cache(config: &cache::Config, absent: bool) -> Plan {
    let work = Work::of(&config.hit_time);
    let plan = match config.threads {
        None => Plan::delay(work),
        Some(threads) => {
            let rule = Rule::InTurn;
            Plan::servers(Queue { servers: threads, cores: threads, places: None, rule, work })
        }
    };
    let limits = Limits {
        entries: config.entries.map(|n| n as f64),
        bytes: config.bytes.map(|bytes| bytes.get() as f64),
        ttl_s: config.ttl.map(|ttl| ttl.secs()),
    };
    let beyond = if config.pattern == cache::Pattern::Aside {
        Some("Its callers ask it and fill it themselves: no formula here knows of that.")
    } else if config.eviction != Policy::Lru {
        Some("It does not evict what was not used for longest: no formula here knows of that.")
    } else if config.nodes > 1 {
        Some("Its nodes have each their own share of the keys: no formula here knows of that.")
    } else if !config.keeps_plainly() {
        Some("Loads, times or writes have rules of their own: no formula here knows of them.")
    } else {
        absent.then_some(ABSENT)
    };
    Plan { keeps: Some(limits), beyond, ..plan }
}

/// A query holds a connection while it waits for a core and is served, so connections below the cores bound what works at once.
fn of_database(config: &database::Config, writes: f64) -> Plan {
    let cores = config.cores();
    let work = Work::mixed(Work::of(&config.write_work), Work::of(&config.read_work), writes);
    let queue = Queue {
        servers: cores.min(config.connections),
        cores,
        places: None,
        rule: Rule::of(config.discipline),
        work,
    };
    let beyond = (!config.is_plain())
        .then_some("Shards, replicas, locks, memory or scans are in the way: no formula here knows of them.");
    Plan { patience_s: config.connection_wait.secs(), beyond, ..Plan::servers(queue) }
}

/// Queries and inserts share the cores. What must be read from disk waits there as well, and formulas here know of one queue.
fn of_vector_store(config: &vector_store::Config, writes: f64) -> Plan {
    let [query, insert] = config.core_time().map(|law| Work::of(&law));
    let cores = config.machine.cores();
    let work = Work::mixed(insert, query, writes);
    let queue = Queue { servers: cores, cores, places: None, rule: Rule::InTurn, work };
    let beyond = (config.in_memory() < 1.0)
        .then_some("What is not in memory is read from disk: no formula here knows of that.");
    Plan { beyond, ..Plan::servers(queue) }
}
