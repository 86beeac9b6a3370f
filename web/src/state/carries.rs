//! What goes over a link: its start decides that.

use tenfold::components::Out;
use tenfold::measure::ComponentRow;
use tenfold::model::{Link, Model, When};

/// What goes over a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carries {
    Calls,
    Messages,
    /// Messages that nobody could work on.
    DeadLetters,
    /// How many instances there should be.
    Control,
}

impl Carries {
    pub(crate) fn of(model: &Model, link: &Link) -> Carries {
        match model.component(&link.from).map(|from| from.settings.kind().info().ports.out) {
            Some(Out::Control) => Carries::Control,
            Some(Out::Messages) if link.when == When::Failed => Carries::DeadLetters,
            Some(Out::Messages) => Carries::Messages,
            _ => Carries::Calls,
        }
    }

    /// In the page's markup and styles.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Carries::Calls => "calls",
            Carries::Messages => "messages",
            Carries::DeadLetters => "dead",
            Carries::Control => "control",
        }
    }

    /// On the screen.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Carries::Calls => "Link",
            Carries::Messages => "Messages",
            Carries::DeadLetters => "Dead letters",
            Carries::Control => "Control",
        }
    }
}

/// How many instances of a component there shall be.
pub(crate) fn wanted(row: &ComponentRow) -> f64 {
    row.ready + row.starting + row.down
}
