//! What a component kind tells about itself to people.

use crate::choices;

choices! {
    /// The family of a component kind; tints its icon and orders the palette.
    Category {
        /// Where load comes from.
        Traffic = "traffic", "Traffic";
        /// What stands before the servers.
        Edge = "edge", "Edge";
        /// What does the work.
        Compute = "compute", "Compute";
        /// What keeps the data.
        Data = "data", "Data";
        /// What carries messages.
        Messaging = "messaging", "Messaging";
        /// What changes other components.
        Control = "control", "Control";
    }
}

/// What the links are that start at a component: a link is what the component at its start makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    /// None may start here.
    Nothing,
    /// It calls the component at the other end.
    Calls,
    /// It gives its messages to the component at the other end.
    Messages,
    /// It sets how many instances the component at the other end has.
    Control,
}

impl Out {
    /// Whether links may start here.
    pub const fn is_open(self) -> bool {
        !matches!(self, Out::Nothing)
    }
}

/// Which ends of a link a component kind may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// Calls and messages may come in.
    pub calls_in: bool,
    /// What goes out.
    pub out: Out,
    /// Its number of instances may be set by others.
    pub scales: bool,
}

impl Ports {
    /// Whether a link may lead from a component with these ports to one with those of `to`.
    pub const fn may_lead(self, to: Ports) -> bool {
        match self.out {
            Out::Nothing => false,
            Out::Calls | Out::Messages => to.calls_in,
            Out::Control => to.scales,
        }
    }
}

/// A component kind's name and nature.
#[derive(Debug, Clone, Copy)]
pub struct Info {
    /// In the file; also the name of its icon.
    pub word: &'static str,
    /// On the screen.
    pub label: &'static str,
    /// One line: what it is for.
    pub summary: &'static str,
    /// Its family.
    pub category: Category,
    /// Its ends of links.
    pub ports: Ports,
}
