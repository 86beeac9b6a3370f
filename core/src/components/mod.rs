//! The component kinds, one file each, and the list of them.
//!
//! A new kind is a file here, a line `pub mod` and a line in the list below; the compiler asks for the rest.

mod arrivals;
pub mod autoscaler;
pub mod cache;
pub mod cdn;
pub mod clients;
pub(crate) mod contract;
pub mod database;
pub mod info;
pub mod job;
mod kept;
mod load;
pub mod load_balancer;
pub mod node_pool;
pub mod nosql_table;
pub mod object_store;
pub mod queue;
pub mod quorum_store;
pub mod search_index;
pub mod service;
mod shared_map;
pub mod stream;
pub mod topic;
pub mod vector_store;
mod waiting;
pub mod worker;

pub use info::{Category, Info, Out, Ports};

use crate::engine::context::{Answer, Ctx, TimerTag};
use crate::engine::fleet::{Callees, InstanceNews};
use crate::measure::Figure;
use crate::measure::totals::ComponentTotals;
use crate::model::{Check, FieldInfo, FieldPath, add_changed};
use crate::prices::{Machine, PriceBook};
use crate::units::SimTime;
use contract::Component;
use serde_json::{Map, Value as Json};

/// Generates [`Kind`] and [`Settings`] from the list of kinds.
macro_rules! components {
    ($($module:ident::$kind:ident),* $(,)?) => {
        /// A component kind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = concat!("See [`", stringify!($module), "`].")] $kind),*
        }

        impl Kind {
            /// Every kind, in the order of the palette.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// Name, summary, family and ports.
            pub const fn info(self) -> &'static Info {
                match self { $(Kind::$kind => &<$module::$kind as Component>::INFO),* }
            }
            /// The settings a new component of this kind starts with.
            pub fn defaults(self) -> Settings {
                match self { $(Kind::$kind => Settings::$kind($module::Config::default())),* }
            }
            /// The places where calls wait for a server, by name.
            pub const fn stations(self) -> &'static [&'static str] {
                match self { $(Kind::$kind => <$module::$kind as Component>::STATIONS),* }
            }
            /// The figures that only this kind has; the first two stand on its card.
            pub const fn figures(self) -> &'static [Figure] {
                match self { $(Kind::$kind => <$module::$kind as Component>::FIGURES),* }
            }
            /// What its settings look like, in the order of the inspector.
            pub fn fields(self) -> Vec<&'static FieldInfo> {
                match self { $(Kind::$kind => <$module::$kind as Component>::FIELDS.iter().map(|f| &f.info).collect()),* }
            }
        }

        /// The settings of a component.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "there is one for each component of a model, and none on the way of a call")]
        pub enum Settings {
            $(#[doc = concat!("Settings of a [`", stringify!($module), "`].")] $kind($module::Config)),*
        }

        impl Settings {
            /// Which kind of component these are for.
            pub const fn kind(&self) -> Kind {
                match self { $(Settings::$kind(_) => Kind::$kind),* }
            }
            /// One line on what is set, for the card on the canvas: `8 × 4 cores`.
            pub fn describe(&self) -> String {
                match self { $(Settings::$kind(config) => <$module::$kind as Component>::describe(config)),* }
            }
            /// The value of a field as the file writes it; `None` when there is no such field.
            pub fn get(&self, key: &str) -> Option<Json> {
                match self {
                    $(Settings::$kind(config) => {
                        let field = <$module::$kind as Component>::FIELDS.iter().find(|f| f.info.key == key)?;
                        Some((field.get)(config))
                    })*
                }
            }
            /// Sets the fields in `record`; every fault goes into `check`. `others` are keys of somebody else.
            pub(crate) fn decode(&mut self, record: &Map<String, Json>, others: &[&str], at: &FieldPath, check: &mut Check) {
                match self {
                    $(Settings::$kind(config) => {
                        check.fields(record, others, at, <$module::$kind as Component>::FIELDS, config);
                        <$module::$kind as Component>::check(config, at, check);
                    })*
                }
            }
            /// Adds the fields that differ from their default, as the file writes them.
            pub(crate) fn add_changed(&self, json: &mut Map<String, Json>) {
                match self {
                    $(Settings::$kind(config) => {
                        add_changed(json, <$module::$kind as Component>::FIELDS, config, &Default::default());
                    })*
                }
            }
        }

        /// A component while it runs.
        #[derive(Debug, Clone)]
        pub(crate) enum State {
            $($kind(Box<$module::$kind>)),*
        }

        /// Every event goes to its component by one `match`.
        impl State {
            pub(crate) fn new(settings: &Settings, ctx: &mut Ctx<'_>) -> State {
                match settings { $(Settings::$kind(config) => State::$kind(Box::new(Component::new(config, ctx)))),* }
            }
            /// Takes other settings; of another kind they are not.
            pub(crate) fn configure(&mut self, settings: &Settings, ctx: &mut Ctx<'_>) {
                match (self, settings) {
                    $((State::$kind(state), Settings::$kind(config)) => state.configure(config, ctx),)*
                    _ => {}
                }
            }
            /// What the links are that start at it.
            pub(crate) const fn out(&self) -> Out {
                match self { $(State::$kind(_) => <$module::$kind as Component>::INFO.ports.out),* }
            }
            /// Whether it must know when the instances at the ends of its links come and go.
            pub(crate) const fn watches_its_ends(&self) -> bool {
                matches!(self.out(), Out::Messages | Out::Control) || matches!(self, State::LoadBalancer(_))
            }
            pub(crate) fn on_call(&mut self, call: u32, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_call(call, ctx)),* }
            }
            pub(crate) fn on_served(&mut self, call: u32, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_served(call, ctx)),* }
            }
            pub(crate) fn on_reply(&mut self, answer: Answer, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_reply(answer, ctx)),* }
            }
            pub(crate) fn on_timer(&mut self, tag: TimerTag, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_timer(tag, ctx)),* }
            }
            pub(crate) fn on_cancel(&mut self, call: u32, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_cancel(call, ctx)),* }
            }
            pub(crate) fn on_instance(&mut self, instance: u32, news: InstanceNews, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_instance(instance, news, ctx)),* }
            }
            pub(crate) fn on_callees(&mut self, news: Callees, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_callees(news, ctx)),* }
            }
            pub(crate) fn on_flush(&mut self, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_flush(ctx)),* }
            }
            pub(crate) fn has_full_server(&mut self, now: SimTime) -> bool {
                match self { $(State::$kind(state) => state.has_full_server(now)),* }
            }
            pub(crate) fn on_partition(&mut self, minority: u32, ctx: &mut Ctx<'_>) {
                match self { $(State::$kind(state) => state.on_partition(minority, ctx)),* }
            }
            pub(crate) fn share(&mut self) {
                match self { $(State::$kind(state) => state.share()),* }
            }
            /// See [`Component::held_bytes`]; a component of another kind holds nothing in common.
            pub(crate) fn held_bytes(&self, other: Option<&State>) -> usize {
                match self {
                    $(State::$kind(state) => {
                        let other = match other { Some(State::$kind(other)) => Some(&**other), _ => None };
                        size_of_val(&**state) + state.held_bytes(other)
                    })*
                }
            }
            pub(crate) fn adds_up(&self, all: &ComponentTotals) -> Result<(), String> {
                match self { $(State::$kind(state) => state.adds_up(all)),* }
            }
            pub(crate) fn figures(&self, seen: &ComponentTotals, secs: f64) -> contract::Figures {
                match self { $(State::$kind(state) => state.figures(seen, secs)),* }
            }
        }

        $(impl From<$module::Config> for Settings {
            fn from(config: $module::Config) -> Self { Settings::$kind(config) }
        })*
    };
}

components! {
    clients::Clients,
    cdn::Cdn,
    load_balancer::LoadBalancer,
    service::Service,
    worker::Worker,
    cache::Cache,
    database::Database,
    nosql_table::NosqlTable,
    quorum_store::QuorumStore,
    object_store::ObjectStore,
    search_index::SearchIndex,
    vector_store::VectorStore,
    queue::Queue,
    job::Job,
    autoscaler::Autoscaler,
    node_pool::NodePool,
    topic::Topic,
    stream::Stream,
}

impl Settings {
    /// The same with so many cores for each instance, at the price of as large a part of its machine; `None` where they cannot be set.
    pub(crate) fn resized(&self, cores: u32, prices: PriceBook) -> Option<Settings> {
        let usd = |machine: Machine, set: Option<f64>, had: u32| {
            Some(set.unwrap_or(prices.machine(machine).usd) * f64::from(cores) / f64::from(had))
        };
        match self {
            Settings::Service(config) => Some(Settings::Service(service::Config {
                cores: Some(cores),
                usd_per_hour: usd(config.machine, config.usd_per_hour, config.cores()),
                ..config.clone()
            })),
            Settings::Worker(config) => Some(Settings::Worker(worker::Config {
                cores: Some(cores),
                usd_per_hour: usd(
                    config.machine,
                    config.usd_per_hour,
                    config.cores.unwrap_or(config.machine.cores()),
                ),
                ..config.clone()
            })),
            _ => None,
        }
    }
    /// Whether it is a cache that its callers ask and fill themselves.
    pub(crate) fn is_beside_its_callers(&self) -> bool {
        matches!(self, Settings::Cache(config) if config.pattern == cache::Pattern::Aside)
    }
}

impl Kind {
    /// The kind named `word` in a file.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.info().word == word)
    }
}
