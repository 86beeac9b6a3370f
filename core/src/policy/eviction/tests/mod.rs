//! Every policy against the plainest way to write it, against small traces worked by hand, and against known hit ratios.

mod agreement;
mod plain;
mod ratios;
mod traces;

use super::Policy;

/// All of them.
const ALL: [Policy; 10] = [
    Policy::Lru,
    Policy::Fifo,
    Policy::Random,
    Policy::Lfu,
    Policy::Clock,
    Policy::Sieve,
    Policy::S3Fifo,
    Policy::WTinyLfu,
    Policy::RedisLru,
    Policy::RedisLfu,
];
