//! Least recently used.

use super::table::Index;

const END: u32 = u32::MAX;

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

#[derive(Debug, Clone)]
struct Entry {
    key: u64,
    bytes: u64,
    expires: u64,
    newer: u32,
    older: u32,
}

/// Keeps the most recently used keys within a number of entries, a number of bytes, or both.
///
/// Look-ups and insertions take constant time. Times are any counter that does not go back; an entry is stale from the instant it expires.
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
pub struct Lru {
    entries_max: u64,
    bytes_max: u64,
    index: Index,
    entries: Vec<Entry>,
    free: Vec<u32>,
    newest: u32,
    oldest: u32,
    bytes: u64,
}

impl Lru {
    /// An empty cache; a limit of `None` is none.
    pub fn new(entries_max: Option<u64>, bytes_max: Option<u64>) -> Self {
        Lru {
            entries_max: entries_max.unwrap_or(u64::MAX),
            bytes_max: bytes_max.unwrap_or(u64::MAX),
            index: Index::default(),
            entries: Vec::new(),
            free: Vec::new(),
            newest: END,
            oldest: END,
            bytes: 0,
        }
    }

    /// Entries kept.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether its limits let it keep anything at all.
    pub fn may_keep(&self) -> bool {
        self.entries_max > 0 && self.bytes_max > 0
    }
    /// Bytes kept.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Looks `key` up at time `now`.
    pub fn look_up(&mut self, key: u64, now: u64) -> Lookup {
        let Some(slot) = self.find(key) else { return Lookup::Miss };
        if self.entries[slot as usize].expires <= now {
            self.drop_slot(slot);
            return Lookup::Expired;
        }
        if self.newest != slot {
            self.unlink(slot);
            self.link_newest(slot);
        }
        Lookup::Hit
    }

    /// Keeps `key`, which takes `bytes`, until `expires`; gives how many others were evicted for it.
    ///
    /// A key that alone exceeds a limit is not kept.
    pub fn insert(&mut self, key: u64, bytes: u64, expires: u64) -> u64 {
        if let Some(slot) = self.find(key) {
            self.drop_slot(slot);
        }
        if bytes > self.bytes_max || self.entries_max == 0 {
            return 0;
        }
        let evicted = self.make_room(self.entries_max - 1, self.bytes_max - bytes);
        let entry = Entry { key, bytes, expires, newer: END, older: END };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.entries[slot as usize] = entry;
                slot
            }
            None => {
                self.entries.push(entry);
                (self.entries.len() - 1) as u32
            }
        };
        self.index.insert(key, slot, |s| self.entries[s as usize].key);
        self.bytes += bytes;
        self.link_newest(slot);
        evicted
    }

    /// Forgets `key`; tells whether it was there.
    pub fn remove(&mut self, key: u64) -> bool {
        let slot = self.find(key);
        if let Some(slot) = slot {
            self.drop_slot(slot);
        }
        slot.is_some()
    }

    /// Other limits from now on; gives how many entries had to go.
    pub fn set_limits(&mut self, entries_max: Option<u64>, bytes_max: Option<u64>) -> u64 {
        self.entries_max = entries_max.unwrap_or(u64::MAX);
        self.bytes_max = bytes_max.unwrap_or(u64::MAX);
        self.make_room(self.entries_max, self.bytes_max)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.index.clear();
        self.entries.clear();
        self.free.clear();
        (self.newest, self.oldest, self.bytes) = (END, END, 0);
    }

    fn make_room(&mut self, entries: u64, bytes: u64) -> u64 {
        let mut evicted = 0;
        while self.oldest != END && (self.len() as u64 > entries || self.bytes > bytes) {
            self.drop_slot(self.oldest);
            evicted += 1;
        }
        evicted
    }

    fn find(&self, key: u64) -> Option<u32> {
        self.index.find(key, |slot| self.entries[slot as usize].key)
    }

    fn drop_slot(&mut self, slot: u32) {
        let (key, bytes) = (self.entries[slot as usize].key, self.entries[slot as usize].bytes);
        self.index.remove(key, |s| self.entries[s as usize].key);
        self.unlink(slot);
        self.bytes -= bytes;
        self.free.push(slot);
    }

    fn unlink(&mut self, slot: u32) {
        let Entry { newer, older, .. } = self.entries[slot as usize];
        if newer == END {
            self.newest = older
        } else {
            self.entries[newer as usize].older = older
        }
        if older == END { self.oldest = newer } else { self.entries[older as usize].newer = newer }
    }

    fn link_newest(&mut self, slot: u32) {
        let before = self.newest;
        let entry = &mut self.entries[slot as usize];
        (entry.newer, entry.older) = (END, before);
        if before == END {
            self.oldest = slot
        } else {
            self.entries[before as usize].newer = slot
        }
        self.newest = slot;
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
            assert_eq!(lru.len(), plain.list.len());
            assert_eq!(lru.bytes(), plain.list.iter().map(|e| e.1).sum::<u64>());
        }
    }
}
