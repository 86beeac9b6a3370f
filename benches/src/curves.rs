//! How the cost of an event grows with what a model has much of.

use crate::measured::Measured;
use tenfold::components::{cache, clients, load_balancer, service};
use tenfold::model::{Class, Law, Link, Model, ModelError};
use tenfold::policy::balance::Policy;
use tenfold::units::{PerSecond, Span};

/// A row of models that differ in the number of one thing.
#[derive(Debug, Clone, Copy)]
pub struct Curve {
    /// Its name on the command line.
    pub slug: &'static str,
    /// What there is more and more of.
    pub what: &'static str,
    /// What the models are.
    pub about: &'static str,
    /// How many of it.
    pub sizes: &'static [u32],
    model: fn(u32) -> Model,
    /// Requests answered before the clock starts, by size: what is to be full must be full by then.
    warm_up: fn(u32) -> f64,
}

/// Every curve.
pub const CURVES: &[Curve] = &[
    Curve {
        slug: "components",
        what: "components",
        about: "pairs of clients and an M/M/1 server, each with its own 80 requests a second",
        sizes: &[10, 100, 1_000, 10_000],
        model: pairs,
        warm_up: |n| 100.0 * f64::from(n),
    },
    Curve {
        slug: "in-flight",
        what: "requests in flight",
        about: "one component without a limit in which a request stays an exponential second",
        sizes: &[100, 1_000, 10_000, 100_000, 1_000_000],
        model: crowd,
        // The number in flight comes within 1 % of its mean in five mean stays.
        warm_up: |n| 5.0 * f64::from(n),
    },
    Curve {
        slug: "random",
        what: "instances, chosen at random",
        about: "M/M/1 servers busy 90 % of the time behind one balancer",
        sizes: INSTANCES,
        model: |n| fleet(n, Policy::Random),
        warm_up: settled,
    },
    Curve {
        slug: "power-of-two",
        what: "instances, the better of two",
        about: "M/M/1 servers busy 90 % of the time behind one balancer",
        sizes: INSTANCES,
        model: |n| fleet(n, Policy::PowerOfTwo),
        warm_up: settled,
    },
    Curve {
        slug: "least-outstanding",
        what: "instances, the least busy",
        about: "M/M/1 servers busy 90 % of the time behind one balancer",
        sizes: INSTANCES,
        model: |n| fleet(n, Policy::LeastOutstanding),
        warm_up: settled,
    },
    Curve {
        slug: "cache",
        what: "cache entries",
        about: "a full cache asked for twice as many keys, all as popular: half of all look-ups miss and evict",
        sizes: &[1_000, 10_000, 100_000, 1_000_000, 10_000_000],
        model: library,
        // To fill a cache from twice as many keys takes 2 ln 2 look-ups an entry.
        warm_up: |n| 2.0 * f64::from(n) + 1e4,
    },
];

const INSTANCES: &[u32] = &[1, 10, 100, 1_000, 10_000];

fn settled(instances: u32) -> f64 {
    20.0 * f64::from(instances) + 1e4
}

impl Curve {
    /// Measures about `requests` of the model with `size` of it.
    ///
    /// # Errors
    /// Every problem of the model; there is none.
    pub fn point(
        &self,
        size: u32,
        requests: u64,
        clock: &mut dyn FnMut() -> f64,
    ) -> Result<Measured, Vec<ModelError>> {
        let mut model = (self.model)(size);
        let rate: f64 = model.components.iter().map(|component| steady_rate(&component.settings)).sum();
        model.head.warm_up = Some(Span::from_secs_f64((self.warm_up)(size) / rate));
        // A window for every few requests of each component, as in life: closing one costs as much as there are components.
        model.head.window = Span::from_millis(500);
        let span = Span::from_secs_f64(requests as f64 / rate);
        Measured::run_model(&model, span, clock, &mut |advance| advance())
    }
}

fn steady_rate(settings: &tenfold::components::Settings) -> f64 {
    match settings {
        tenfold::components::Settings::Clients(clients::Config {
            load: clients::Load::Steady { rate },
            ..
        }) => rate.get(),
        _ => 0.0,
    }
}

fn sending(rate: f64) -> clients::Config {
    clients::Config {
        load: clients::Load::Steady { rate: PerSecond::new(rate) },
        ..clients::Config::default()
    }
}

fn servers(instances: u32, mean: Span) -> service::Config {
    let (cores, workers, backlog) = (Some(1), None, None);
    service::Config {
        instances,
        cores,
        workers,
        backlog,
        work: Law::exponential(mean),
        ..service::Config::default()
    }
}

/// Links that cost nothing.
fn linked(mut model: Model, ids: &[&str]) -> Model {
    for pair in ids.windows(2) {
        let rtt = Law::constant(Span::ZERO);
        model.links.push(Link { rtt, timeout: None, ..Link::between(pair[0], pair[1]) });
    }
    model
}

fn pairs(components: u32) -> Model {
    (0..components / 2).fold(Model::new("pairs"), |model, at| {
        let (from, to) = (format!("clients-{at}"), format!("server-{at}"));
        let model = model.with(&from, sending(80.0)).with(&to, servers(1, Span::from_millis(10)));
        linked(model, &[&from, &to])
    })
}

fn crowd(in_flight: u32) -> Model {
    let stay = Law::exponential(Span::from_secs(1));
    let place = cache::Config { threads: None, entries: Some(0), hit_time: stay, ..cache::Config::default() };
    linked(Model::new("crowd").with("in", sending(f64::from(in_flight))).with("stay", place), &["in", "stay"])
}

fn fleet(instances: u32, policy: Policy) -> Model {
    let balancer = load_balancer::Config { policy, proxy_time: Law::constant(Span::ZERO), hold: None };
    let model = Model::new("fleet")
        .with("in", sending(90.0 * f64::from(instances)))
        .with("balancer", balancer)
        .with("server", servers(instances, Span::from_millis(10)));
    linked(model, &["in", "balancer", "server"])
}

fn library(entries: u32) -> Model {
    let shelf = cache::Config {
        threads: None,
        entries: Some(u64::from(entries)),
        hit_time: Law::constant(Span::from_millis(1)),
        ..cache::Config::default()
    };
    let mut model =
        linked(Model::new("library").with("in", sending(10_000.0)).with("shelf", shelf), &["in", "shelf"]);
    model.classes = vec![Class { keys: 2 * u64::from(entries), skew: 0.0, ..Class::default() }];
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_of_every_curve_is_a_legal_model() {
        for curve in CURVES {
            for size in curve.sizes.iter().filter(|size| **size <= 1_000) {
                let mut ticks = 0.0;
                let seen = curve.point(*size, 1_000, &mut || {
                    ticks += 1.0;
                    ticks
                });
                let seen = seen.unwrap_or_else(|errors| panic!("{} {size}: {errors:#?}", curve.slug));
                assert!(seen.requests > 100, "{} {size}: {} requests", curve.slug, seen.requests);
            }
        }
    }
}
