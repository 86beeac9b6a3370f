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

/// Which ends of a link a component kind may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// Calls may come in.
    pub calls_in: bool,
    /// Calls may go out.
    pub calls_out: bool,
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
