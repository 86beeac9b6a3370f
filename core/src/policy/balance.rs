//! Choosing one of several servers.

use crate::choices;

choices! {
    /// How a balancer chooses.
    Policy {
        /// One after the other.
        RoundRobin = "round-robin", "Round robin";
        /// Any, with equal chance.
        Random = "random", "Random";
        /// The one with the fewest outstanding requests of this balancer; ties by chance.
        LeastOutstanding = "least-outstanding", "Least outstanding";
        /// The less busy of two drawn by chance.
        PowerOfTwo = "power-of-two", "Power of two";
    }
}
