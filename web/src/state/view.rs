//! What is looked at: camera, selection, focus, what is open. Never undone.

use crate::geometry::Camera;

/// Something on the canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Component(String),
    Link(String),
}

impl Target {
    /// Its id in the model.
    pub(crate) fn id(&self) -> &str {
        match self {
            Target::Component(id) | Target::Link(id) => id,
        }
    }
}

/// A connection that waits for its other end (click–click, or by the keyboard).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wiring {
    pub(crate) from: String,
    /// Whether it starts at the port calls leave from.
    pub(crate) out: bool,
    /// What the keyboard proposes as the other end.
    pub(crate) over: Option<String>,
    pub(crate) by_keyboard: bool,
}

/// How wide the screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    Wide,
    Tablet,
    Phone,
}

impl Screen {
    /// Palette and inspector lie over the canvas.
    pub(crate) fn is_narrow(self) -> bool {
        self != Screen::Wide
    }
    /// How much of the canvas lies under the buttons at its lower edge.
    pub(super) fn foot(self) -> f64 {
        if self.is_narrow() { 72.0 } else { 0.0 }
    }
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Screen::Wide => "wide",
            Screen::Tablet => "tablet",
            Screen::Phone => "phone",
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
    pub(crate) fn from_word(word: &str) -> Theme {
        Theme::ALL.into_iter().find(|t| t.word() == word).unwrap_or(Theme::System)
    }
}

/// A dialog over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialog {
    Examples,
    MyModels,
    Share,
    Help,
    Prices,
    Report,
    Problems,
    Events,
}

/// Camera, selection, focus, what is open.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) camera: Camera,
    /// Size of the canvas in pixels; zero until known.
    pub(crate) size: (f64, f64),
    /// The camera follows the model's size until the visitor moves it.
    pub(crate) fitted: bool,
    /// In the order in which it was made.
    pub(crate) selection: Vec<Target>,
    /// The component that has the keyboard.
    pub(crate) focus: Option<String>,
    pub(crate) wiring: Option<Wiring>,
    pub(crate) renaming: Option<String>,
    pub(crate) palette_open: bool,
    pub(crate) inspector_open: bool,
    pub(crate) theory_open: bool,
    pub(crate) outline: bool,
    pub(crate) search: String,
    pub(crate) screen: Screen,
    /// The space bar is held: dragging moves the view.
    pub(crate) space: bool,
    /// Something was dragged while it was held.
    pub(crate) space_used: bool,
}

impl Default for View {
    fn default() -> Self {
        View {
            camera: Camera { x: 40.0, y: 40.0, zoom: 1.0 },
            size: (0.0, 0.0),
            fitted: true,
            selection: Vec::new(),
            focus: None,
            wiring: None,
            renaming: None,
            palette_open: false,
            inspector_open: false,
            theory_open: false,
            outline: false,
            search: String::new(),
            screen: Screen::Wide,
            space: false,
            space_used: false,
        }
    }
}

impl View {
    /// Selects only `target`, or nothing.
    pub(crate) fn select(&mut self, target: Option<Target>) {
        self.selection = target.into_iter().collect();
    }
    /// Adds `target` to the selection, or takes it out.
    pub(crate) fn toggle(&mut self, target: Target) {
        match self.selection.iter().position(|t| *t == target) {
            Some(at) => drop(self.selection.remove(at)),
            None => self.selection.push(target),
        }
    }
    /// The ids of the selected components.
    pub(crate) fn components(&self) -> impl Iterator<Item = &str> {
        self.selection.iter().filter_map(|t| match t {
            Target::Component(id) => Some(id.as_str()),
            Target::Link(_) => None,
        })
    }
    /// The ids of the selected links.
    pub(crate) fn links(&self) -> impl Iterator<Item = &str> {
        self.selection.iter().filter_map(|t| match t {
            Target::Link(id) => Some(id.as_str()),
            Target::Component(_) => None,
        })
    }
}
