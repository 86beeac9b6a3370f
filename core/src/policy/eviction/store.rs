//! Entries by key within limits, under any policy.

use super::Policy;
use super::clock::Clock;
use super::fifo::Fifo;
use super::lfu::Lfu;
use super::lru::Lru;
use super::order::{Limits, Order};
use super::pages::{Paged, Whole};
use super::random::Random;
use super::redis::{RedisLfu, RedisLru};
use super::s3_fifo::S3Fifo;
use super::shelf::Shelf;
use super::sieve::Sieve;
use super::w_tiny_lfu::WTinyLfu;
use std::fmt::Debug;

/// What is kept of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<V = ()> {
    /// What was kept with it.
    pub value: V,
    /// When it is stale, as it was given.
    pub expires: u64,
}

/// What became of a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<V = ()> {
    /// The key is there and fresh; this counts as a use.
    Hit(Found<V>),
    /// The key was there but past its time; it is gone now.
    Expired,
    /// The key is not there.
    Miss,
}

/// What became of an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Whether the key was there.
    pub hit: bool,
    /// Entries evicted for it.
    pub evicted: u64,
}

/// Keeps keys within a number of entries, a number of bytes, or both; the policy says which go.
///
/// Look-ups and insertions take constant time, on average where a policy sweeps. Times are any counter that does not go back, and an entry is stale from
/// the instant it expires; Redis' policies take them for nanoseconds. Policies that need chance have their own, the same for the same seed on every
/// platform. Copies share memory after [`Store::share`].
///
/// ```
/// use tenfold::policy::eviction::{Lookup, Policy, Store};
/// let mut cache = Store::new(Policy::Lru, Some(2), None, 0);
/// cache.insert(1, 10, u64::MAX, 'a');
/// cache.insert(2, 10, u64::MAX, 'b');
/// assert!(matches!(cache.look_up(1, 0), Lookup::Hit(found) if found.value == 'a')); // 2 is now the least recently used
/// assert_eq!(cache.insert(3, 10, u64::MAX, 'c'), 1); // one entry was evicted
/// assert_eq!(cache.look_up(2, 0), Lookup::Miss);
/// ```
#[derive(Debug, Clone)]
pub struct Store<V: Copy + Default + Debug = ()> {
    limits: Limits,
    seed: u64,
    kept: Kept<V>,
}

/// One shelf for each policy, so that which one it is is asked once for every operation.
#[derive(Debug, Clone)]
enum Kept<V: Copy + Debug> {
    Lru(Form<Lru, V>),
    Fifo(Form<Fifo, V>),
    Random(Form<Random, V>),
    Lfu(Form<Lfu, V>),
    Clock(Form<Clock, V>),
    Sieve(Form<Sieve, V>),
    S3Fifo(Form<S3Fifo, V>),
    WTinyLfu(Form<WTinyLfu, V>),
    RedisLru(Form<RedisLru, V>),
    RedisLfu(Form<RedisLfu, V>),
}

/// In one piece, as long as nobody asks for copies that share: so that a run in which nobody goes back pays nothing for it.
#[derive(Debug, Clone)]
enum Form<O: Order, V: Copy + Debug> {
    Whole(Shelf<O, V, Whole>),
    Paged(Shelf<O, V, Paged>),
}

impl<O: Order, V: Copy + Debug> Form<O, V> {
    fn new(limits: Limits, seed: u64) -> Self {
        Form::Whole(Shelf::new(limits, seed))
    }

    fn share(&mut self) {
        if let Form::Whole(shelf) = self {
            *self = Form::Paged(shelf.paged());
        }
        if let Form::Paged(shelf) = self {
            shelf.share();
        }
    }

    fn held_bytes(&self, other: Option<&Self>) -> usize {
        match (self, other) {
            (Form::Whole(shelf), _) => shelf.held_bytes(),
            (Form::Paged(shelf), Some(Form::Paged(other))) => shelf.held_bytes(Some(other)),
            (Form::Paged(shelf), _) => shelf.held_bytes(None),
        }
    }
}

/// Does the same under any policy.
macro_rules! any {
    ($kept:expr, $form:ident => $act:expr) => {
        match $kept {
            Kept::Lru($form) => $act,
            Kept::Fifo($form) => $act,
            Kept::Random($form) => $act,
            Kept::Lfu($form) => $act,
            Kept::Clock($form) => $act,
            Kept::Sieve($form) => $act,
            Kept::S3Fifo($form) => $act,
            Kept::WTinyLfu($form) => $act,
            Kept::RedisLru($form) => $act,
            Kept::RedisLfu($form) => $act,
        }
    };
}

/// Does the same under any policy, in one piece or in pages.
macro_rules! either {
    ($kept:expr, $shelf:ident => $act:expr) => {
        any!($kept, form => match form {
            Form::Whole($shelf) => $act,
            Form::Paged($shelf) => $act,
        })
    };
}

impl<V: Copy + Debug> Kept<V> {
    fn new(policy: Policy, limits: Limits, seed: u64) -> Self {
        match policy {
            Policy::Lru => Kept::Lru(Form::new(limits, seed)),
            Policy::Fifo => Kept::Fifo(Form::new(limits, seed)),
            Policy::Random => Kept::Random(Form::new(limits, seed)),
            Policy::Lfu => Kept::Lfu(Form::new(limits, seed)),
            Policy::Clock => Kept::Clock(Form::new(limits, seed)),
            Policy::Sieve => Kept::Sieve(Form::new(limits, seed)),
            Policy::S3Fifo => Kept::S3Fifo(Form::new(limits, seed)),
            Policy::WTinyLfu => Kept::WTinyLfu(Form::new(limits, seed)),
            Policy::RedisLru => Kept::RedisLru(Form::new(limits, seed)),
            Policy::RedisLfu => Kept::RedisLfu(Form::new(limits, seed)),
        }
    }

    fn policy(&self) -> Policy {
        match self {
            Kept::Lru(_) => Policy::Lru,
            Kept::Fifo(_) => Policy::Fifo,
            Kept::Random(_) => Policy::Random,
            Kept::Lfu(_) => Policy::Lfu,
            Kept::Clock(_) => Policy::Clock,
            Kept::Sieve(_) => Policy::Sieve,
            Kept::S3Fifo(_) => Policy::S3Fifo,
            Kept::WTinyLfu(_) => Policy::WTinyLfu,
            Kept::RedisLru(_) => Policy::RedisLru,
            Kept::RedisLfu(_) => Policy::RedisLfu,
        }
    }
}

impl<V: Copy + Default + Debug> Store<V> {
    /// An empty store; a limit of `None` is none.
    pub fn new(policy: Policy, entries_max: Option<u64>, bytes_max: Option<u64>, seed: u64) -> Self {
        let limits = Limits::new(entries_max, bytes_max);
        Store { limits, seed, kept: Kept::new(policy, limits, seed) }
    }

    /// The policy in force.
    pub fn policy(&self) -> Policy {
        self.kept.policy()
    }
    /// Entries kept.
    pub fn len(&self) -> usize {
        either!(&self.kept, shelf => shelf.len())
    }
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether its limits let it keep anything at all.
    pub fn may_keep(&self) -> bool {
        self.limits.entries > 0 && self.limits.bytes > 0
    }
    /// Bytes kept.
    pub fn bytes(&self) -> u64 {
        either!(&self.kept, shelf => shelf.bytes())
    }

    /// Looks `key` up at time `now`; a hit is a use.
    pub fn look_up(&mut self, key: u64, now: u64) -> Lookup<V> {
        either!(&mut self.kept, shelf => shelf.look_up(key, now))
    }

    /// What is kept of `key`, stale or not. This is no use.
    pub fn peek(&self, key: u64) -> Option<Found<V>> {
        let found = either!(&self.kept, shelf => shelf.peek(key).map(|entry| (entry.value, entry.expires)));
        found.map(|(value, expires)| Found { value, expires })
    }

    /// The value of `key`, stale or not, to be changed. This is no use.
    ///
    /// ```
    /// use tenfold::policy::eviction::{Policy, Store};
    /// let mut pages = Store::new(Policy::Clock, Some(10), None, 0);
    /// pages.insert(7, 8_192, u64::MAX, false);
    /// *pages.get_mut(7).unwrap() = true; // dirty from now on
    /// assert!(pages.peek(7).unwrap().value);
    /// ```
    pub fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        either!(&mut self.kept, shelf => shelf.peek_mut(key).map(|entry| &mut entry.value))
    }

    /// Another time at which `key` is stale; tells whether it is there. This is no use.
    pub fn set_expires(&mut self, key: u64, expires: u64) -> bool {
        let there = either!(&mut self.kept, shelf => shelf.peek_mut(key).map(|entry| &mut entry.expires));
        there.map(|at| *at = expires).is_some()
    }

    /// Keeps `key`, which takes `bytes`, until `expires`; gives how many others were evicted for it.
    ///
    /// A key that is there already is forgotten first: it enters anew. A key that alone exceeds a limit is not kept. Under W-TinyLFU the key itself may be
    /// among the evicted, if it is larger than the window.
    pub fn insert(&mut self, key: u64, bytes: u64, expires: u64, value: V) -> u64 {
        either!(&mut self.kept, shelf => shelf.insert(key, bytes, expires, value))
    }

    /// Looks `key` up at time `now` and keeps it if it is not there, as one byte that is never stale: all that a comparison of policies needs.
    ///
    /// ```
    /// use tenfold::policy::eviction::{Access, Policy, Store};
    /// let mut cache = Store::<()>::new(Policy::Fifo, Some(2), None, 0);
    /// let seen = [1, 2, 1, 3, 1].map(|key| cache.access(key, 0));
    /// assert_eq!(seen[2], Access { hit: true, evicted: 0 });
    /// assert_eq!(seen[3], Access { hit: false, evicted: 1 });
    /// assert_eq!(seen[4], Access { hit: false, evicted: 1 });
    /// ```
    pub fn access(&mut self, key: u64, now: u64) -> Access {
        match self.look_up(key, now) {
            Lookup::Hit(_) => Access { hit: true, evicted: 0 },
            Lookup::Expired | Lookup::Miss => {
                Access { hit: false, evicted: self.insert(key, 1, u64::MAX, V::default()) }
            }
        }
    }

    /// Forgets `key`; tells whether it was there.
    pub fn remove(&mut self, key: u64) -> bool {
        either!(&mut self.kept, shelf => shelf.remove(key))
    }

    /// Other limits from now on; gives how many entries had to go.
    pub fn set_limits(&mut self, entries_max: Option<u64>, bytes_max: Option<u64>) -> u64 {
        self.limits = Limits::new(entries_max, bytes_max);
        either!(&mut self.kept, shelf => shelf.set_limits(self.limits))
    }

    /// Another policy from now on. All entries stay: they enter under the new policy one after the other, roughly those first that would have gone
    /// first, so that recency survives among the policies that go by it. Counts, ghosts and what else the old policy knew are forgotten; Redis' policies
    /// take `now` for the time at which all were used last.
    ///
    /// ```
    /// use tenfold::policy::eviction::{Policy, Store};
    /// let mut cache = Store::new(Policy::Lru, Some(2), None, 0);
    /// [1, 2, 1].map(|key| cache.access(key, 0));
    /// cache.set_policy(Policy::Sieve, 0);
    /// cache.access(3, 0);
    /// assert!(cache.peek(1).is_some() && cache.peek(2) == None::<tenfold::policy::eviction::Found>);
    /// ```
    pub fn set_policy(&mut self, policy: Policy, now: u64) {
        if policy == self.policy() {
            return;
        }
        let mut entries = Vec::with_capacity(self.len());
        either!(&self.kept, shelf => shelf.each(|entry| entries.push((entry.key, entry.bytes, entry.expires, entry.value))));
        let in_pages = any!(&self.kept, form => matches!(form, Form::Paged(_)));
        self.clear_for(policy);
        either!(&mut self.kept, shelf => shelf.tick(now));
        for (key, bytes, expires, value) in entries {
            self.insert(key, bytes, expires, value);
        }
        if in_pages {
            self.share();
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.clear_for(self.policy());
    }

    fn clear_for(&mut self, policy: Policy) {
        self.kept = Kept::new(policy, self.limits, self.seed);
    }

    /// Shares what is kept with the clones to come: a clone then takes as long as a list of pages, one for some hundred entries,
    /// and of two that run on each copies only the pages that it writes to. Without it a clone is a copy of everything.
    ///
    /// ```
    /// use tenfold::policy::eviction::{Lookup, Policy, Store};
    /// let mut cache = Store::new(Policy::Lru, Some(1_000_000), None, 0);
    /// (0..1_000_000).for_each(|key| { cache.insert(key, 1, u64::MAX, ()); });
    /// cache.share();
    /// let mut copy = cache.clone();
    /// assert!(matches!(copy.look_up(17, 0), Lookup::Hit(_)));
    /// assert!(copy.held_bytes(None) > 32_000_000);
    /// assert!(copy.held_bytes(Some(&cache)) < 300_000);
    /// ```
    pub fn share(&mut self) {
        any!(&mut self.kept, form => form.share());
    }

    /// Bytes of memory that this takes besides its own size. What it shares with `other`, another state of it, does not count.
    pub fn held_bytes(&self, other: Option<&Store<V>>) -> usize {
        macro_rules! beside {
            ($($name:ident)*) => {
                match (&self.kept, other.map(|other| &other.kept)) {
                    $((Kept::$name(form), Some(Kept::$name(other))) => form.held_bytes(Some(other)),)*
                    (kept, _) => any!(kept, form => form.held_bytes(None)),
                }
            };
        }
        beside!(Lru Fifo Random Lfu Clock Sieve S3Fifo WTinyLfu RedisLru RedisLfu)
    }
}
