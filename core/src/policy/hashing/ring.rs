//! A ring of hashes on which every node has many places.

use super::{draw, place};

/// Consistent hashing: a key belongs to the node whose place on the ring is at the key's hash or next after it.
///
/// A node's share of the keys varies, with a relative standard deviation of √((n − 1)/(n v + 1)) for n nodes of v places each; 100 to 200 are usual. A
/// look-up takes logarithmic time, and memory is 16 bytes for every place. The order in which nodes were added does not matter.
///
/// Source: Karger et al., Consistent Hashing and Random Trees, 1997; with places as in ketama.
///
/// ```
/// use tenfold::policy::hashing::Ring;
/// let mut ring = Ring::new(160);
/// (0..10).for_each(|node| ring.add(node));
/// let mut more = ring.clone();
/// more.add(10);
/// // About one key in eleven moves, and it moves to the new node.
/// assert!((ring.moved_share(&more) - 1.0 / 11.0).abs() < 0.02);
/// assert!((0..1_000).all(|key| [ring.node_of(key), Some(10)].contains(&more.node_of(key))));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    vnodes: u32,
    /// Places and their nodes, in order.
    places: Vec<(u64, u32)>,
}

impl Ring {
    /// An empty ring on which every node gets so many places; none is taken for one.
    pub fn new(vnodes: u32) -> Self {
        Ring { vnodes: vnodes.max(1), places: Vec::new() }
    }

    /// Adds a node; one that is there already stays as it is.
    pub fn add(&mut self, node: u32) {
        self.remove(node);
        self.places.extend((0..self.vnodes).map(|i| (draw(node, i), node)));
        self.places.sort_unstable();
    }

    /// Takes a node away; tells whether it was there.
    pub fn remove(&mut self, node: u32) -> bool {
        let before = self.places.len();
        self.places.retain(|(_, other)| *other != node);
        self.places.len() < before
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.places.len() / self.vnodes as usize
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The node that `key` belongs to; `None` without nodes.
    pub fn node_of(&self, key: u64) -> Option<u32> {
        self.node_at(place(key))
    }

    fn node_at(&self, hash: u64) -> Option<u32> {
        self.places.get(self.first_from(hash)).map(|(_, node)| *node)
    }

    /// Index of the first place at `hash` or after it; beyond the last place the ring begins anew.
    fn first_from(&self, hash: u64) -> usize {
        let at = self.places.partition_point(|(other, _)| *other < hash);
        if at == self.places.len() { 0 } else { at }
    }

    /// Every node once, in the order in which they follow `key` on the ring: the node it belongs to, then those for its replicas.
    ///
    /// ```
    /// use tenfold::policy::hashing::Ring;
    /// let mut ring = Ring::new(16);
    /// [4, 5, 6].into_iter().for_each(|node| ring.add(node));
    /// let replicas: Vec<u32> = ring.successors(17).take(2).collect();
    /// assert_eq!(Some(replicas[0]), ring.node_of(17));
    /// assert_ne!(replicas[0], replicas[1]);
    /// // When its node goes, the key belongs to the next one.
    /// ring.remove(replicas[0]);
    /// assert_eq!(ring.node_of(17), Some(replicas[1]));
    /// ```
    pub fn successors(&self, key: u64) -> impl Iterator<Item = u32> + '_ {
        let (before, from) = self.places.split_at(self.first_from(place(key)));
        let mut seen = Vec::new();
        let fresh = move |node: &u32| {
            let fresh = !seen.contains(node);
            if fresh {
                seen.push(*node);
            }
            fresh
        };
        // Once all were seen there is no need to go round to the end.
        from.iter().chain(before).map(|(_, node)| *node).filter(fresh).take(self.len())
    }

    /// Exact share of all hashes that belong to `node`, from 0 to 1.
    pub fn share(&self, node: u32) -> f64 {
        share_where(&self.places, |hash| self.node_at(hash) == Some(node))
    }

    /// Exact share of all hashes that are elsewhere on `other`, from 0 to 1: the keys to be moved. With a node more it is 1/(n + 1) on average.
    pub fn moved_share(&self, other: &Ring) -> f64 {
        let mut both = [&self.places[..], &other.places].concat();
        both.sort();
        share_where(&both, |hash| self.node_at(hash) != other.node_at(hash))
    }
}

/// Share of the ring for which `holds`: it is asked at every place, for all hashes since the place before.
fn share_where(places: &[(u64, u32)], holds: impl Fn(u64) -> bool) -> f64 {
    let Some(&(mut before, _)) = places.last() else { return 0.0 };
    // A single place has the whole ring, which is no distance from itself.
    if places.iter().all(|(at, _)| *at == before) {
        return if holds(before) { 1.0 } else { 0.0 };
    }
    let mut hashes = 0.0;
    for (at, _) in places {
        if holds(*at) {
            hashes += at.wrapping_sub(before) as f64;
        }
        before = *at;
    }
    hashes / (u64::MAX as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(vnodes: u32, nodes: std::ops::Range<u32>) -> Ring {
        let mut ring = Ring::new(vnodes);
        nodes.for_each(|node| ring.add(node));
        ring
    }

    #[test]
    fn shares_vary_by_the_formula_for_the_number_of_places() {
        // Places of a node, rings looked at, mean of the largest share by simulation.
        for (vnodes, rings, largest) in
            [(1, 600, 2.97), (10, 300, 1.54), (100, 100, 1.16), (160, 100, 1.13), (1_000, 60, 1.05)]
        {
            let (mut squares, mut tops) = (0.0, 0.0);
            for at in 0..rings {
                let ring = ring(vnodes, at * 10..at * 10 + 10);
                let shares: Vec<f64> = (at * 10..at * 10 + 10).map(|node| ring.share(node) * 10.0).collect();
                assert!((shares.iter().sum::<f64>() - 10.0).abs() < 1e-9);
                squares += shares.iter().map(|share| (share - 1.0) * (share - 1.0)).sum::<f64>() / 10.0;
                tops += shares.into_iter().fold(0.0, f64::max);
            }
            let expected = (9.0 / (10.0 * f64::from(vnodes) + 1.0)).sqrt();
            let deviation = (squares / f64::from(rings)).sqrt();
            assert!((deviation / expected - 1.0).abs() < 0.1, "{vnodes}: {deviation} for {expected}");
            let top = tops / f64::from(rings);
            assert!((top / largest - 1.0).abs() < 0.1, "{vnodes}: {top} for {largest}");
        }
    }

    #[test]
    fn a_node_more_moves_one_key_in_n_plus_one_and_back_again() {
        for n in [1, 4, 10] {
            let rings = 100;
            let mut moved = 0.0;
            for at in 0..rings {
                let before = ring(160, at * 20..at * 20 + n);
                let mut after = before.clone();
                after.add(at * 20 + n);
                assert_eq!(after.len() as u32, n + 1);
                assert!((before.moved_share(&after) - after.share(at * 20 + n)).abs() < 1e-12);
                moved += before.moved_share(&after);
                assert!(after.remove(at * 20 + n) && !after.remove(at * 20 + n));
                assert_eq!(after, before);
            }
            let share = moved / f64::from(rings) * (f64::from(n) + 1.0);
            assert!((share - 1.0).abs() < 0.1, "{n}: {share}");
        }
    }

    #[test]
    fn exact_shares_are_those_of_many_keys() {
        let (a, b) = (ring(10, 0..5), ring(10, 2..7));
        let keys = 200_000;
        let counted = crate::policy::hashing::moved_share(keys, |key| a.node_of(key), |key| b.node_of(key));
        assert!((a.moved_share(&b) - counted).abs() < 4.0 * (0.25 / keys as f64).sqrt());
        let of_three = (0..keys).filter(|key| a.node_of(*key) == Some(3)).count() as f64 / keys as f64;
        assert!((a.share(3) - of_three).abs() < 4.0 * (0.25 / keys as f64).sqrt());
    }

    #[test]
    fn successors_are_all_nodes_once_and_each_is_who_comes_when_those_before_have_gone() {
        let ring = ring(8, 0..6);
        for key in 0..200 {
            let nodes: Vec<u32> = ring.successors(key).collect();
            let mut sorted = nodes.clone();
            sorted.sort();
            assert_eq!(sorted, [0, 1, 2, 3, 4, 5]);
            let mut left = ring.clone();
            for node in nodes {
                assert_eq!(left.node_of(key), Some(node));
                left.remove(node);
            }
            assert_eq!(left.node_of(key), None);
        }
    }

    #[test]
    fn rings_of_one_node_and_of_none_have_all_keys_and_none() {
        let (none, one) = (Ring::new(0), ring(0, 7..8));
        assert!(none.is_empty() && none.node_of(1).is_none() && none.successors(1).next().is_none());
        assert_eq!((one.len(), one.node_of(1), one.share(7), none.share(7)), (1, Some(7), 1.0, 0.0));
        assert_eq!((none.moved_share(&one), none.moved_share(&none)), (1.0, 0.0));
    }
}
