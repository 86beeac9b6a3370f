//! Least recently used.

use super::chain::{Paged, Whole};

/// What became of a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// The key is there and fresh; it is now the most recently used.
    Hit,
    /// The key was there but past its time; it is gone now.
    Expired,
    /// The key is not there.
    Miss,
}

/// Keeps the most recently used keys within a number of entries, a number of bytes, or both.
///
/// Look-ups and insertions take constant time. Times are any counter that does not go back; an entry is stale from the instant it expires.
/// Copies share memory after [`Lru::share`].
///
/// ```
/// use tenfold::policy::eviction::{Lookup, Lru};
/// let mut cache = Lru::new(Some(2), None);
/// cache.insert(1, 10, u64::MAX);
/// cache.insert(2, 10, u64::MAX);
/// assert_eq!(cache.look_up(1, 0), Lookup::Hit); // 2 is now the least recently used
/// assert_eq!(cache.insert(3, 10, u64::MAX), 1); // one entry was evicted
/// assert_eq!(cache.look_up(2, 0), Lookup::Miss);
/// ```
#[derive(Debug, Clone)]
pub struct Lru(Kept);

/// In one piece, as long as nobody asks for copies that share: so that a run in which nobody goes back pays nothing for it. The
/// difference is made once for every operation, not at every access.
#[derive(Debug, Clone)]
enum Kept {
    Whole(Whole),
    Paged(Paged),
}

/// Does the same with either.
macro_rules! either {
    ($lru:expr, $kept:ident => $act:expr) => {
        match $lru {
            Kept::Whole($kept) => $act,
            Kept::Paged($kept) => $act,
        }
    };
}

impl Lru {
    /// An empty cache; a limit of `None` is none.
    pub fn new(entries_max: Option<u64>, bytes_max: Option<u64>) -> Self {
        Lru(Kept::Whole(Whole::new(entries_max.unwrap_or(u64::MAX), bytes_max.unwrap_or(u64::MAX))))
    }

    /// Entries kept.
    pub fn len(&self) -> usize {
        either!(&self.0, kept => kept.len())
    }
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether its limits let it keep anything at all.
    pub fn may_keep(&self) -> bool {
        either!(&self.0, kept => kept.may_keep())
    }
    /// Bytes kept.
    pub fn bytes(&self) -> u64 {
        either!(&self.0, kept => kept.bytes())
    }

    /// Looks `key` up at time `now`.
    pub fn look_up(&mut self, key: u64, now: u64) -> Lookup {
        either!(&mut self.0, kept => kept.look_up(key, now))
    }

    /// Keeps `key`, which takes `bytes`, until `expires`; gives how many others were evicted for it.
    ///
    /// A key that alone exceeds a limit is not kept.
    pub fn insert(&mut self, key: u64, bytes: u64, expires: u64) -> u64 {
        either!(&mut self.0, kept => kept.insert(key, bytes, expires))
    }

    /// Forgets `key`; tells whether it was there.
    pub fn remove(&mut self, key: u64) -> bool {
        either!(&mut self.0, kept => kept.remove(key))
    }

    /// Other limits from now on; gives how many entries had to go.
    pub fn set_limits(&mut self, entries_max: Option<u64>, bytes_max: Option<u64>) -> u64 {
        let (entries_max, bytes_max) = (entries_max.unwrap_or(u64::MAX), bytes_max.unwrap_or(u64::MAX));
        either!(&mut self.0, kept => kept.set_limits(entries_max, bytes_max))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        either!(&mut self.0, kept => kept.clear())
    }

    /// Shares what is kept with the clones to come: a clone then takes as long as a list of pages, one for some hundred entries,
    /// and of two that run on each copies only the pages that it writes to. Without it a clone is a copy of everything.
    ///
    /// ```
    /// use tenfold::policy::eviction::{Lookup, Lru};
    /// let mut cache = Lru::new(Some(1_000_000), None);
    /// (0..1_000_000).for_each(|key| { cache.insert(key, 1, u64::MAX); });
    /// cache.share();
    /// let mut copy = cache.clone();
    /// assert_eq!(copy.look_up(17, 0), Lookup::Hit);
    /// assert!(copy.held_bytes(None) > 32_000_000);
    /// assert!(copy.held_bytes(Some(&cache)) < 300_000);
    /// ```
    pub fn share(&mut self) {
        if let Kept::Whole(kept) = &self.0 {
            self.0 = Kept::Paged(kept.paged());
        }
        if let Kept::Paged(kept) = &mut self.0 {
            kept.share();
        }
    }

    /// Bytes of memory that this takes besides its own size. What it shares with `other`, another state of it, does not count.
    pub fn held_bytes(&self, other: Option<&Lru>) -> usize {
        match (&self.0, other.map(|other| &other.0)) {
            (Kept::Whole(kept), _) => kept.held_bytes(),
            (Kept::Paged(kept), Some(Kept::Paged(other))) => kept.held_bytes(Some(other)),
            (Kept::Paged(kept), _) => kept.held_bytes(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plainest LRU one could write: a list, newest first.
    struct Plain {
        entries_max: usize,
        bytes_max: u64,
        list: Vec<(u64, u64, u64)>,
    }

    impl Plain {
        fn look_up(&mut self, key: u64, now: u64) -> Lookup {
            let Some(at) = self.list.iter().position(|e| e.0 == key) else { return Lookup::Miss };
            let entry = self.list.remove(at);
            if entry.2 <= now {
                return Lookup::Expired;
            }
            self.list.insert(0, entry);
            Lookup::Hit
        }
        fn insert(&mut self, key: u64, bytes: u64, expires: u64) -> u64 {
            self.list.retain(|e| e.0 != key);
            if bytes > self.bytes_max {
                return 0;
            }
            self.list.insert(0, (key, bytes, expires));
            let before = self.list.len();
            while self.list.len() > self.entries_max
                || self.list.iter().map(|e| e.1).sum::<u64>() > self.bytes_max
            {
                self.list.pop();
            }
            (before - self.list.len()) as u64
        }
    }

    #[test]
    fn it_does_step_for_step_what_a_plain_list_does() {
        does_what_a_plain_list_does(|_, _| {});
    }

    #[test]
    fn it_does_so_in_pages_that_copies_share_and_the_copies_stay_as_they_were() {
        let mut copies: Vec<(Lru, Vec<u64>)> = Vec::new();
        let keys = |lru: &Lru| {
            let mut copy = lru.clone();
            (0..90).filter(|key| copy.look_up(*key, 0) != Lookup::Miss).collect::<Vec<u64>>()
        };
        does_what_a_plain_list_does(|now, lru| {
            if now % 997 == 0 {
                lru.share();
                copies.push((lru.clone(), keys(lru)));
            }
        });
        assert!(copies.len() > 50 && copies.iter().all(|(copy, kept)| keys(copy) == *kept));
    }

    fn does_what_a_plain_list_does(mut meanwhile: impl FnMut(u64, &mut Lru)) {
        let mut lru = Lru::new(Some(40), Some(900));
        let mut plain = Plain { entries_max: 40, bytes_max: 900, list: Vec::new() };
        let mut x = 7_u64;
        for now in 0..60_000 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = (x >> 33) % 90;
            match (x >> 20) % 4 {
                0 => {
                    let (bytes, expires) = ((x >> 40) % 60, now + (x >> 45) % 500);
                    assert_eq!(lru.insert(key, bytes, expires), plain.insert(key, bytes, expires));
                }
                1 if x & 7 == 0 => {
                    let there = plain.list.iter().any(|e| e.0 == key);
                    plain.list.retain(|e| e.0 != key);
                    assert_eq!(lru.remove(key), there);
                }
                _ => assert_eq!(lru.look_up(key, now), plain.look_up(key, now)),
            }
            meanwhile(now, &mut lru);
            assert_eq!(lru.len(), plain.list.len());
            assert_eq!(lru.bytes(), plain.list.iter().map(|e| e.1).sum::<u64>());
        }
    }
}
