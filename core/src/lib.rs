//! Simulates software architectures request by request: what breaks first, what does it cost, what should I change?
//!
//! A [`Model`](model::Model) is components (clients, CDN, load balancer, service, cache, database), the links between them, classes of requests and a
//! timeline. A [`Simulation`] runs it: every request is simulated, a cache's hit rate comes out of keys, capacity and eviction, a percentile is measured.
//!
//! ```
//! use tenfold::components::{clients, database, service};
//! use tenfold::model::Model;
//! use tenfold::units::{PerSecond, Span};
//! use tenfold::{Simulation, edit::Edit};
//!
//! let rate = PerSecond::new(200.0);
//! let model = Model::new("shop")
//!     .with("users", clients::Config { load: clients::Load::Steady { rate }, ..Default::default() })
//!     .with("app", service::Config { instances: 4, ..Default::default() })
//!     .with("db", database::Config::default())
//!     .chain(&["users", "app", "db"]);
//!
//! let mut run = Simulation::new(&model).unwrap();
//! run.run_for(Span::from_secs(30));
//! // The load doubles while it runs.
//! run.apply(&Edit::Set { field: "load".into(), value: 2.into() }).unwrap();
//! run.run_for(Span::from_secs(60));
//! let report = run.report();
//! assert!(report.latency_s.p99.unwrap() < 0.5);
//! assert!(report.component("db").unwrap().utilisation.unwrap() < 0.9);
//! ```
//!
//! # Where things are
//!
//! | module | what it is for |
//! |---|---|
//! | [`model`] | what the user describes; one JSON file, every problem told at once |
//! | [`components`] | the kinds of component with their settings |
//! | [`edit`] | changes of a model, also while it runs, each with its inverse |
//! | [`measure`] | frames of a running simulation, histograms, the report |
//! | [`number`] | numbers as people write them |
//! | [`policy`] | balancing, eviction, consistent hashing, scaling, usable alone |
//! | [`presets`] | the built-in models |
//! | [`prices`] | list prices with their dates and sources |
//! | [`statistics`] | warm-up, batches and confidence intervals: how sure a figure is |
//! | [`theory`] | closed forms of queueing theory, to judge a run by |
//! | [`units`] | durations, rates and sizes with the unit in the type |
//!
//! # What holds
//!
//! 1. The same version, model, seed and edits give the same bytes of report on every platform, however the run is sliced.
//! 2. Time is whole nanoseconds; events at one instant happen in the order they were scheduled; an edit at an instant acts before them.
//! 3. A draw that belongs to a request depends on the seed, the component's id, the purpose and the request alone: two designs compared on one
//!    seed meet the same traffic with the same demands.
//! 4. Every request that enters is accounted for: carried in + offered = finished + failed + in flight.
//! 5. Nothing that a user can write makes it panic; a refused edit changes nothing.
//! 6. A [`Simulation`] is plain data, `Clone + Send`: a clone is a checkpoint. A [`History`] keeps some of them, goes back and forks.
//!
//! The crate has no clock, no files, no threads and no features to choose.

pub mod components;
pub mod edit;
mod engine;
pub mod measure;
pub mod model;
pub mod number;
pub mod policy;
pub mod presets;
pub mod prices;
pub mod statistics;
pub mod theory;
pub mod units;

pub use engine::{Advance, DifferentModel, History, InFlight, NotPooled, Replications, Simulation};
