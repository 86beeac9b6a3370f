//! The words for how requests wait at a service, and where they go on.

use crate::choices;

choices! {
    /// How requests share the cores of an instance.
    Discipline {
        /// First in, first out: a core works on one request until it is done.
        Fifo = "fifo", "FIFO";
        /// Processor sharing: all requests progress at once, each at an equal share.
        Shared = "shared", "Shared";
        /// Last in, first out: who came last is next; nobody is interrupted.
        Lifo = "lifo", "LIFO";
        /// The class of the greatest priority is next; nobody is interrupted.
        Priority = "priority", "Priority";
        /// A request of greater priority takes the core of a lesser one, which goes on later where it was.
        Preemptive = "preemptive", "Priority, interrupts";
        /// No limit of cores: nobody waits, as for time that passes elsewhere.
        Delay = "delay", "No waiting";
    }
}

choices! {
    /// What happens to a request that finds the backlog full.
    WhenFull {
        /// It is refused.
        DropNewest = "drop-newest", "Refuse it";
        /// The one that has waited longest, of the least priority, is refused in its place.
        DropOldest = "drop-oldest", "Refuse the oldest";
        /// It waits outside, first come first served, until there is room: the caller is held up.
        Block = "block", "Hold the caller";
    }
}

choices! {
    /// Over which of its links a request goes on.
    Routing {
        /// Over all of them, as often and in the order they say.
        All = "all", "All links";
        /// Over one of them: their calls per request are the chances, and what is missing to 1 goes nowhere.
        One = "one", "One of them";
    }
}
