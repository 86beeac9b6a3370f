//! Which node a key belongs to, such that few keys move when nodes come and go.
//!
//! | scheme | a look-up | balance | keys that move when a node is added to n |
//! |---|---|---|---|
//! | [`modulo`] | constant | as even as keys can be | n/(n+1) |
//! | [`Ring`] | logarithmic | a node's share varies by about 1/√vnodes | 1/(n+1) on average |
//! | [`Maglev`] | constant | even to one slot | 1/(n+1) and some that need not |
//! | [`jump`] | logarithmic | as even as keys can be | 1/(n+1), but only the last node can go |
//! | [`rendezvous`] | by node | as even as keys can be | 1/(n+1) |
//!
//! All of them balance keys, not load: a key asked for by half of all requests makes its node serve half of them, whatever the scheme.
//!
//! ```
//! use tenfold::policy::hashing::{jump, modulo, moved_share};
//! // From ten nodes to eleven.
//! let by_modulo = moved_share(10_000, |key| modulo(key, 10), |key| modulo(key, 11));
//! let by_jump = moved_share(10_000, |key| jump(key, 10), |key| jump(key, 11));
//! assert!((by_modulo - 10.0 / 11.0).abs() < 0.02 && (by_jump - 1.0 / 11.0).abs() < 0.02);
//! ```

mod maglev;
mod ring;

pub use maglev::Maglev;
pub use ring::Ring;

use crate::engine::chance::{STEP, mix};

/// Where a key lies among all 64-bit numbers; keys that follow one another lie anywhere.
fn place(key: u64) -> u64 {
    mix(key.wrapping_add(STEP))
}

/// The `draw`-th number that belongs to a node: they have nothing to do with those of keys and of other nodes.
fn draw(node: u32, draw: u32) -> u64 {
    mix(!mix(u64::from(node).wrapping_add(STEP)).wrapping_add(u64::from(draw).wrapping_mul(STEP)))
}

/// The key's hash modulo the number of nodes: the plain way. `None` without nodes.
///
/// ```
/// use tenfold::policy::hashing::modulo;
/// assert!(modulo(17, 3).is_some_and(|node| node < 3));
/// assert_eq!(modulo(17, 0), None);
/// ```
pub fn modulo(key: u64, nodes: u32) -> Option<u32> {
    place(key).checked_rem(u64::from(nodes)).map(|node| node as u32)
}

/// Jump consistent hash: no memory, and even. Nodes are 0 to `nodes` − 1; only the last can be taken away. `None` without nodes.
///
/// Source: Lamping and Veach, A Fast, Minimal Memory, Consistent Hash Algorithm, 2014.
///
/// ```
/// use tenfold::policy::hashing::jump;
/// // With one node more a key stays or goes to the new one.
/// assert!((0..1_000).all(|key| jump(key, 9) == jump(key, 8) || jump(key, 9) == Some(8)));
/// ```
pub fn jump(key: u64, nodes: u32) -> Option<u32> {
    let mut state = place(key);
    let (mut node, mut next) = (None, 0_u64);
    while next < u64::from(nodes) {
        node = Some(next as u32);
        state = state.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        // From so many nodes on the key is elsewhere: the next jump. Divisions and products are rounded alike on every platform.
        let chance = ((state >> 33) + 1) as f64 / (1_u64 << 31) as f64;
        next = ((next + 1) as f64 / chance) as u64;
    }
    node
}

/// Rendezvous, or highest random weight: the node whose hash with the key is highest. `None` without nodes.
///
/// Source: Thaler and Ravishankar, A Name-Based Mapping Scheme for Rendezvous, 1996.
///
/// ```
/// use tenfold::policy::hashing::rendezvous;
/// let node = rendezvous(5, &[1, 2, 3]).unwrap();
/// // Without one of the others the key stays.
/// let others = [1, 2, 3].into_iter().filter(|other| *other != node).next().unwrap();
/// let rest: Vec<u32> = [1, 2, 3].into_iter().filter(|other| *other != others).collect();
/// assert_eq!(rendezvous(5, &rest), Some(node));
/// ```
pub fn rendezvous(key: u64, nodes: &[u32]) -> Option<u32> {
    nodes.iter().copied().max_by_key(|node| (mix(place(key) ^ draw(*node, 0)), *node))
}

/// Share of the keys 0 to `keys` − 1 that are elsewhere `after` than `before`, from 0 to 1; 0 without keys.
///
/// For two rings [`Ring::moved_share`] tells it exactly.
///
/// ```
/// use tenfold::policy::hashing::moved_share;
/// assert_eq!(moved_share(4, |key| Some(key as u32), |key| Some(key as u32 / 2)), 0.75);
/// ```
pub fn moved_share(
    keys: u64,
    before: impl Fn(u64) -> Option<u32>,
    after: impl Fn(u64) -> Option<u32>,
) -> f64 {
    (0..keys).filter(|key| before(*key) != after(*key)).count() as f64 / keys.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: u64 = 100_000;

    /// By node: how many of the keys it has.
    fn counts(nodes: usize, node_of: impl Fn(u64) -> Option<u32>) -> Vec<u64> {
        let mut counts = vec![0; nodes];
        (0..KEYS).for_each(|key| counts[node_of(key).unwrap() as usize] += 1);
        counts
    }

    #[test]
    fn modulo_jump_and_rendezvous_are_as_even_as_chance() {
        let nodes: Vec<u32> = (0..10).collect();
        let schemes: [&dyn Fn(u64) -> Option<u32>; 3] =
            [&|key| modulo(key, 10), &|key| jump(key, 10), &|key| rendezvous(key, &nodes)];
        for node_of in schemes {
            // Chi-square with 9 degrees of freedom: above 27.9 once in a thousand.
            let expected = KEYS as f64 / 10.0;
            let square = |n: u64| (n as f64 - expected) * (n as f64 - expected) / expected;
            assert!(counts(10, node_of).into_iter().map(square).sum::<f64>() < 27.9);
        }
    }

    #[test]
    fn a_node_more_moves_what_it_must_and_by_modulo_nearly_everything() {
        for n in [1_u32, 4, 10] {
            let nodes: Vec<u32> = (0..=n).collect();
            let all = f64::from(n) + 1.0;
            let error = 4.0 * (1.0 / KEYS as f64).sqrt();
            let close = |share: f64, expected: f64| (share - expected).abs() < error;
            assert!(close(
                moved_share(KEYS, |key| modulo(key, n), |key| modulo(key, n + 1)),
                f64::from(n) / all
            ));
            assert!(close(moved_share(KEYS, |key| jump(key, n), |key| jump(key, n + 1)), 1.0 / all));
            let before = |key| rendezvous(key, &nodes[..n as usize]);
            assert!(close(moved_share(KEYS, before, |key| rendezvous(key, &nodes)), 1.0 / all));
            assert!((0..1_000).all(|key| [before(key), Some(n)].contains(&rendezvous(key, &nodes))));
        }
    }

    #[test]
    fn without_nodes_no_key_is_anywhere() {
        assert_eq!((modulo(3, 0), jump(3, 0), rendezvous(3, &[])), (None, None, None));
        assert!(moved_share(0, |_| None, |_| Some(1)) <= 0.0);
    }
}
