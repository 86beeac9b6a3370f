//! What can happen to the page, and what it asks of the world in return.

use super::tool::Pointer;
use super::{Dialog, Screen, Target, Theme};
use crate::geometry::{Area, Heading};
use std::rc::Rc;
use tenfold::components::Kind;
use tenfold::edit::Edit;
use tenfold::measure::Frame;
use tenfold::model::{FieldPath, Model, Point};
use tenfold_engine::protocol::{News, Order};

/// Something that happened: a visitor did it, or the worker said it.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// The page has opened; what it found where.
    Boot(Box<Boot>),
    /// Changes the model. Edits of one gesture are one step of undo.
    Edit {
        edit: Edit,
        gesture: Option<u64>,
    },
    /// Changes the field at a path of the model; a refusal is shown there.
    Field {
        edit: Edit,
        at: FieldPath,
        gesture: Option<u64>,
    },
    Undo,
    Redo,
    /// Adds a component: where it was dropped, or where there is room.
    Add {
        kind: Kind,
        at: Option<Point>,
    },
    /// Links two components.
    Connect {
        from: String,
        to: String,
    },
    Delete,
    Duplicate,
    /// The selection goes to the clipboard, and with `cut` out of the model.
    Copy {
        cut: bool,
    },
    Paste(String),
    LayOut,
    /// Moves the selection by the keyboard.
    Nudge {
        by: Point,
    },

    Select {
        target: Option<Target>,
        add: bool,
    },
    SelectAll,
    /// The keyboard's focus is on this component.
    Focused(Option<String>),
    /// The keyboard walks to the neighbour.
    Walk(Heading),
    /// Starts to connect from this component, or the focused one.
    StartWire(Option<String>),
    /// Confirms what the keyboard is about: the connection, or opens the inspector.
    Confirm,
    /// Leaves whatever is under way.
    Escape,
    /// Renames in place.
    Rename(Option<String>),
    Pointer(Pointer),
    Wheel {
        at: Point,
        dx: f64,
        dy: f64,
        zoom: bool,
    },
    Zoom(f64),
    /// Zoom to life size.
    ZoomReset,
    Fit,
    /// The space bar is held: dragging pans.
    Space(bool),
    /// The canvas has this size.
    Resized(f64, f64),
    Screen(Screen),
    /// A component is being dragged over the canvas: which, and where (world).
    DragOver(Option<(Kind, Point)>),

    ToggleRun,
    Step,
    Reset,
    Speed(f64),
    /// Goes to this simulated second of what was lived through.
    Travel(f64),
    /// Forgets what was lived through after the moment shown.
    Fork,
    News {
        news: News,
        numbers: Vec<f64>,
    },
    /// The worker could not be started, or died.
    EngineDied(String),
    /// The same of an engine that helps with a report.
    HelperNews {
        helper: usize,
        said: Result<News, String>,
    },
    /// How many runs a report shall be of.
    Runs(u32),
    RunToEnd,
    CancelReport,

    New,
    OpenText {
        text: String,
        from: String,
    },
    OpenPreset(&'static str),
    /// The built-in models have come, or why they have not, in words.
    Examples(Result<String, String>),
    OpenSaved {
        id: String,
        text: String,
    },
    /// The model's text that a link holds; or why it cannot be read, in words.
    OpenLink(Result<String, String>),
    /// The open model as the part of a link after the page's address; or why there is none, in words.
    Packed(Result<String, String>),
    SaveFile,
    DownloadReport {
        csv: bool,
    },
    /// The list of saved models, or why there is none.
    Listed(Result<Vec<Saved>, String>),
    /// Asks the shelf for one of my models, or to forget it.
    Fetch(String),
    Forget(String),

    Open(Dialog),
    CloseDialog,
    Theme(Theme),
    /// Shows or hides the palette and the inspector (they are drawers on small screens).
    Palette(bool),
    Inspector(bool),
    /// Shows or folds what theory says of a component.
    Theory(bool),
    Outline(bool),
    Search(String),
    /// Brings the field at this path into view.
    GoTo(FieldPath),
    ClearProblems,
    Say(Tone, String),
    DismissToast(u64),
}

/// What was found when the page opened.
#[derive(Debug, Clone)]
pub(crate) struct Boot {
    /// The model's text in the address, if it holds one; or why it cannot be read, in words.
    pub(crate) link: Option<Result<String, String>>,
    /// The model that was open last: its id and text.
    pub(crate) saved: Option<(String, String)>,
    /// The built-in model that was open last.
    pub(crate) preset: Option<&'static str>,
    /// The built-in models, if they were fetched for that one; or why they have not come, in words.
    pub(crate) examples: Option<Result<String, String>>,
    /// A number nobody else has.
    pub(crate) fresh: u64,
    pub(crate) theme: Theme,
    pub(crate) screen: Screen,
    /// Why nothing can be kept, if so.
    pub(crate) storage_denied: Option<String>,
}

/// One of my models.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Saved {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Milliseconds since 1970.
    pub(crate) at_ms: f64,
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Bad,
}

/// What only the shell can do.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    /// Sends an order to the engine.
    Post(Order),
    /// Starts more engines for a report, up to so many; they are numbered from 1.
    Help(u32),
    /// Sends one of them an order.
    PostHelper(usize, Order),
    /// Ends them.
    Dismiss,
    /// Ends the worker and starts a fresh one.
    FreshWorker,
    /// A frame for the charts and the canvas.
    Frame(Rc<Frame>),
    /// Marks on the charts.
    ClearCharts,
    MarkEdit,
    /// Windows after this second are no longer what came.
    CutCharts(f64),
    /// What the canvas shows is of another time.
    ForgetFigures,
    /// The last frame again, on other cards.
    Repaint,
    /// Something worth hearing for those who do not see the canvas.
    Announce(String),
    /// The camera moved.
    Camera,
    /// Cards stand here for now; with the lines they line up with.
    Drag {
        places: Vec<(String, Point)>,
        guides: (Option<f64>, Option<f64>),
    },
    /// All cards stand where the model says.
    Settle,
    /// The box of a box selection, in screen units.
    Marquee(Option<Area>),
    /// A connection under way: from, to (world), whether it would be taken.
    Wire(Option<(Point, Point, bool)>),
    /// The link that a dropped component would go into.
    Splice(Option<String>),
    /// Moves the keyboard's focus to the element with this id.
    Focus(String),
    /// Keeps the model soon.
    Save,
    /// Keeps a model now, before another takes its place.
    Keep {
        id: String,
        title: String,
        text: String,
    },
    /// Keeps what is open, so that a reload finds it.
    Remember(String),
    List,
    Fetch(String),
    /// Fetches the built-in models.
    FetchExamples,
    Forget(String),
    Theme(Theme),
    Download {
        name: String,
        mime: &'static str,
        text: String,
    },
    ToClipboard(String),
    /// Makes a link of a model's text.
    Pack(String),
    /// Takes the model out of the address.
    ClearHash,
    /// The title of the page.
    Title(String),
    /// Takes a toast away after a while.
    Expire(u64),
}

/// A model on its way in, with where it came from.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) model: Model,
    pub(crate) id: Option<String>,
}
