//! What a cache keeps and what it lets go.
//!
//! A [`Store`] keeps entries by key within limits; a [`Policy`] says which goes when one has to. To compare policies, feed each the same keys:
//!
//! ```
//! use tenfold::policy::eviction::{Policy, Store};
//! let hits = [Policy::Lru, Policy::Sieve].map(|policy| {
//!     let mut cache = Store::<()>::new(policy, Some(3), None, 1);
//!     // Every fourth request is for one key, which is asked for twice at the start; the others come once.
//!     let keys = (0..300_u64).map(|i| if i % 4 == 0 { 0 } else { i });
//!     std::iter::once(0).chain(keys).filter(|key| cache.access(*key, 0).hit).count()
//! });
//! assert_eq!(hits, [1, 75]);
//! ```

mod chance;
mod clock;
mod fifo;
mod ghosts;
mod index;
mod lfu;
mod lru;
mod order;
mod pages;
mod part;
mod queue;
mod random;
mod redis;
mod s3_fifo;
mod shelf;
mod sieve;
mod sketch;
mod store;
mod table;
mod w_tiny_lfu;

#[cfg(test)]
mod tests;

pub use store::{Access, Found, Lookup, Store};

use crate::choices;

choices! {
    /// Which entry goes when one has to.
    ///
    /// Where a policy divides the store (S3-FIFO, W-TinyLFU), a part is too large when it is above its share of the limit on entries or of that on
    /// bytes; with one limit alone it is this one that is shared.
    ///
    /// | policy | source |
    /// |---|---|
    /// | CLOCK | Corbató, A Paging Experiment with the Multics System, 1968; one bit, clear for a new entry |
    /// | SIEVE | Zhang et al., SIEVE is Simpler than LRU, NSDI 2024 |
    /// | S3-FIFO | Yang et al., FIFO Queues are All You Need for Cache Eviction, SOSP 2023, with libCacheSim's two uses to be proven: small queue 10 %, ghosts for 90 % of the entries. What is larger than the small queue is let in all the same |
    /// | W-TinyLFU | Einziger, Friedman and Manes, TinyLFU, 2017, as in Caffeine: window 1 %, 80 % of the rest protected. The window keeps its size; Caffeine's changes with the hits |
    /// | Redis LRU, LFU | Redis' `evict.c`: 5 samples, a pool of 16, a clock of seconds in 24 bits; counts of 8 bits that start at 5, log factor 10, one less a minute |
    ///
    /// ```
    /// use tenfold::policy::eviction::Policy;
    /// assert_eq!((Policy::S3Fifo.word(), Policy::CHOICES.len()), ("s3-fifo", 10));
    /// ```
    Policy {
        /// The one not used for longest.
        Lru = "lru", "LRU";
        /// The oldest, used or not.
        Fifo = "fifo", "FIFO";
        /// Any, with equal chance.
        Random = "random", "Random";
        /// The one used least often since it came; of several the one not used for longest. Nothing ages.
        Lfu = "lfu", "LFU";
        /// The oldest, but one used meanwhile gets another round.
        Clock = "clock", "CLOCK";
        /// A hand goes from old to new, spares what was used meanwhile and takes the first that was not.
        Sieve = "sieve", "SIEVE";
        /// New ones go soon unless used twice, or back soon after they went.
        S3Fifo = "s3-fifo", "S3-FIFO";
        /// The less popular one: what leaves a small window, or what was not used for longest.
        WTinyLfu = "w-tinylfu", "W-TinyLFU";
        /// Of a few drawn by chance the one not used for longest, to the second, as Redis does it.
        RedisLru = "redis-lru", "Redis LRU";
        /// Of a few drawn by chance the one used least often, roughly, as Redis does it.
        RedisLfu = "redis-lfu", "Redis LFU";
    }
}
