//! The only types that cross between the page and the engine.
//!
//! A message is a plain object made by serde; a frame's numbers travel beside it as one transferred `Float64Array`
//! (laid out by [`tenfold::measure::Frame::numbers`]). Every message names its run, so that a late reply of a run that
//! was stopped can be dropped. None names its version: the worker loads the very files the page was loaded from.

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use tenfold::measure::{Notice, Topology};

/// Names one run of the engine; a new one for every start.
pub type RunId = u32;

/// A message from the page to the engine, as it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Which run it is about.
    pub run: RunId,
    /// What to do.
    pub what: ToEngine,
}

/// What the page can ask of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// Start a run of this model; any earlier run ends.
    Start {
        /// The model's file.
        model: String,
        /// Simulated seconds per second; 0 for as fast as it goes.
        speed: f64,
        /// Whether to wait for [`ToEngine::Resume`] first.
        paused: bool,
    },
    /// Another speed, in simulated seconds per second; 0 for as fast as it goes.
    Speed(f64),
    /// Stand still.
    Pause,
    /// Go on.
    Resume,
    /// Advance by one window, then stand still.
    Step,
    /// Apply an edit now. What is on record after this moment is forgotten.
    Apply {
        /// A [`tenfold::edit::Edit`] as JSON.
        edit: String,
        /// How many edits were in force where it was made: it acts where exactly these are.
        after: usize,
    },
    /// Go to a time on record, and stand still there. Another such order may come before this one is done.
    Rewind {
        /// Simulated seconds.
        to_s: f64,
        /// Comes back as [`FrameHead::arrived`].
        number: u32,
    },
    /// Forget what is on record after this moment.
    Fork,
    /// The frame before was taken in; the next one may come.
    FrameTaken,
    /// Frames shall say what theory makes of this component; of none with an empty id.
    Watch(String),
    /// Run on its own, from the start to the model's duration, and report; with more than one run they differ in their seeds, and are pooled. The live run waits
    /// meanwhile.
    /// Only the first, number 0, is begun; the others are ordered one by one, here or of other engines.
    Report(u32),
    /// Make the run of this number: of the report under way, or of the model that was started.
    Replicate(u32),
    /// Take another engine's run into the report under way.
    Pool(Seen),
    /// Stop the report that is under way.
    CancelReport,
}

/// A run that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Its number.
    pub number: u32,
    /// What it has seen, by [`tenfold::Replications::bytes_of`]; nothing where the engine that made it is the one that reports.
    pub bytes: Bytes,
}

/// Bytes that travel as they are, not number by number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_byte_buf(Taken)
    }
}

struct Taken;

impl Visitor<'_> for Taken {
    type Value = Bytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
        Ok(Bytes(bytes))
    }
}

/// A message from the engine to the page, as it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct News {
    /// Which run it is about.
    pub run: RunId,
    /// What happened.
    pub what: FromEngine,
}

/// What the engine tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// The engine has loaded and listens; orders sent earlier are lost.
    Ready,
    /// Closed windows and the state of everything; its numbers come beside it.
    Frame(FrameHead),
    /// The model was refused, and nothing runs: every problem in words.
    ModelRefused(String),
    /// An edit was refused, and the run goes on as it was: every problem in words.
    EditRefused(String),
    /// A report of several runs has begun: the file of the model they are of, for engines that help.
    ReportBegun(String),
    /// How far the run that is made for a report has come, from 0 to 1.
    ReportProgress(f64),
    /// A run for a report of several is over.
    Replicated(Seen),
    /// There will be no report: why.
    ReportFailed(String),
    /// The report of a whole run, or of all of them.
    Report {
        /// As JSON, the same bytes that the command prints.
        json: String,
        /// The same figures for people.
        table: String,
        /// The chart windows of the whole run as CSV.
        csv: String,
    },
    /// The engine failed and must be started anew: what it said.
    Failed(String),
}

/// What a frame carries besides its numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameHead {
    /// Simulated time now, seconds.
    pub now_s: f64,
    /// The earliest and the latest time that can be gone to, seconds; the latest is now unless the run has gone back.
    pub reach_s: f64,
    /// See there.
    pub latest_s: f64,
    /// How many edits are in force, the undone ones included: each order that applied one counts.
    pub edits: usize,
    /// The number of the last [`ToEngine::Rewind`] that was carried out; 0 for none.
    pub arrived: u32,
    /// Simulated seconds per second, as achieved lately; 0 while it stands still.
    pub speed: f64,
    /// The ids the rows belong to; only when they have changed since the last frame.
    pub topology: Option<Topology>,
    /// Notices since the last frame.
    pub notices: Vec<Notice>,
    /// What theory makes of the component that is watched.
    pub theory: Option<Theory>,
    /// What the run is by its statistics; only when that has changed since the last frame.
    pub standing: Option<Standing>,
}

/// What a live run is by its statistics since it began or was last changed, in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing(pub String);

impl Standing {
    /// How a steady run's words end.
    pub const STEADY: &str = "steady";

    /// Whether it is steady, and known well.
    pub fn is_steady(&self) -> bool {
        self.0.ends_with(Standing::STEADY)
    }
}

/// What theory predicts of a component, beside what was measured since the last change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Theory {
    /// The component's id.
    pub component: String,
    /// The formula; empty where none is used.
    pub formula: String,
    /// Lines of [`tenfold::theory::beside::Line`], four numbers each.
    pub lines: Vec<f64>,
    /// In sentences: which assumptions fail, and what else is to be known.
    pub remarks: Vec<String>,
}
