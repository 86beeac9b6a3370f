//! A table of slots that nodes claim in turns.

use super::{draw, place};

/// Maglev's hashing: a key's hash, modulo the size of the table, is a slot, and every slot has a node.
///
/// Each node has an order of its own in which it wants slots; they take turns and claim the next one that is free. So shares differ by one slot at most,
/// and when a node comes or goes most slots keep their node, though more change than on a [`Ring`](super::Ring). A look-up takes constant time, and memory
/// is 256 KiB. A table is made once for a set of nodes.
///
/// Source: Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016.
///
/// ```
/// use tenfold::policy::hashing::Maglev;
/// let (three, two) = (Maglev::new(&[4, 5, 6]), Maglev::new(&[4, 5]));
/// let stayed = (0..1_000).filter(|key| three.node_of(*key) == two.node_of(*key)).count();
/// assert!(stayed > 500);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maglev {
    /// By slot: its node. Empty without nodes.
    slots: Vec<u32>,
}

impl Maglev {
    /// Slots of a table: a prime, so that every step through it comes to all of them.
    pub const SLOTS: u32 = 65_537;

    /// A table for these nodes, each named once. Of more nodes than slots the last get none.
    pub fn new(nodes: &[u32]) -> Self {
        const FREE: u64 = u64::MAX;
        let size = u64::from(Maglev::SLOTS);
        // By node: the slot it wants next, and the step to the one after.
        let mut wants: Vec<(u64, u64)> =
            nodes.iter().map(|node| (draw(*node, 0) % size, draw(*node, 1) % (size - 1) + 1)).collect();
        let mut slots = vec![FREE; if nodes.is_empty() { 0 } else { size as usize }];
        let mut free = slots.len();
        for at in (0..nodes.len()).cycle() {
            if free == 0 {
                break;
            }
            let (next, step) = &mut wants[at];
            while slots[*next as usize] != FREE {
                *next = (*next + *step) % size;
            }
            slots[*next as usize] = u64::from(nodes[at]);
            free -= 1;
        }
        Maglev { slots: slots.into_iter().map(|node| node as u32).collect() }
    }

    /// The node that `key` belongs to; `None` without nodes.
    pub fn node_of(&self, key: u64) -> Option<u32> {
        self.slots.get((place(key) % u64::from(Maglev::SLOTS)) as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_differ_by_one_slot_at_most() {
        for n in [1, 2, 7, 100] {
            let nodes: Vec<u32> = (5..5 + n).collect();
            let slots = Maglev::new(&nodes).slots;
            let counts = nodes.iter().map(|node| slots.iter().filter(|slot| *slot == node).count());
            let (least, most) = (counts.clone().min().unwrap(), counts.max().unwrap());
            assert!(most - least <= 1 && least as u32 == Maglev::SLOTS / n, "{n}: {least} to {most}");
        }
        assert_eq!(Maglev::new(&[]).node_of(3), None);
    }

    #[test]
    fn most_keys_stay_when_a_node_goes_but_more_move_than_must() {
        let nodes: Vec<u32> = (0..10).collect();
        let before = Maglev::new(&nodes);
        for gone in 0..10 {
            let rest: Vec<u32> = nodes.iter().copied().filter(|node| *node != gone).collect();
            let after = Maglev::new(&rest);
            let moved = before.slots.iter().zip(&after.slots).filter(|(a, b)| a != b).count() as f64;
            let share = moved / f64::from(Maglev::SLOTS);
            // A tenth must. In the paper's figures, and Envoy's, about twice that does.
            assert!(share > 0.1 && share < 0.3, "{share}");
        }
    }
}
