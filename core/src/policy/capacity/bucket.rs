//! A token bucket in whole numbers: nothing drifts, however long it runs.

const SECOND_NS: u64 = 1_000_000_000;

/// Fills at a rate up to a depth; what is used is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Millionths of a unit a second.
    rate: u64,
    /// Millionths of a unit it holds at most.
    depth: i64,
    /// Millionths of a unit; below zero after something larger than the depth.
    level: i64,
    /// What has come in but does not make a millionth yet, in 1e-9 of it.
    rest: u64,
    /// Filled up to this instant, nanoseconds.
    at: u64,
}

/// No bucket is deeper: sums of two fit with room to spare.
const DEPTH_MAX: u64 = 1 << 61;

impl Bucket {
    /// A full bucket that fills at `rate` millionths of a unit a second and holds `seconds` of it.
    pub fn full(rate: u64, seconds: u64, now_ns: u64) -> Self {
        let mut bucket = Bucket { rate: 0, depth: 0, level: 0, rest: 0, at: now_ns };
        bucket.set_rate(rate, seconds, now_ns);
        bucket.level = bucket.depth;
        bucket
    }

    /// Another rate and depth from now on. What is in it stays, as far as it fits.
    pub fn set_rate(&mut self, rate: u64, seconds: u64, now_ns: u64) {
        self.fill(now_ns);
        self.rate = rate;
        self.depth = rate.saturating_mul(seconds).min(DEPTH_MAX) as i64;
        self.level = self.level.min(self.depth);
    }

    /// Keeps `part` of every `whole` in it.
    pub(super) fn keep(&mut self, part: u32, whole: u32) {
        self.level = (i128::from(self.level) * i128::from(part) / i128::from(whole.max(1))) as i64;
    }

    /// Takes everything out.
    pub fn drain(&mut self) {
        (self.level, self.rest) = (self.level.min(0), 0);
    }

    fn fill(&mut self, now_ns: u64) {
        let elapsed = now_ns.saturating_sub(self.at);
        if elapsed == 0 {
            return;
        }
        self.at = now_ns;
        let came = u128::from(elapsed) * u128::from(self.rate) + u128::from(self.rest);
        let missing = (self.depth - self.level) as u128;
        let whole = came / u128::from(SECOND_NS);
        if whole >= missing {
            (self.level, self.rest) = (self.depth, 0);
        } else {
            (self.level, self.rest) = (self.level + whole as i64, (came % u128::from(SECOND_NS)) as u64);
        }
    }

    /// Whether `cost` millionths may be taken now. Something larger than the depth may when the bucket is full; what follows then waits
    /// until that has been made good.
    pub fn covers(&mut self, cost: u64, now_ns: u64) -> bool {
        self.fill(now_ns);
        self.depth > 0 && self.level >= self.depth.min(cost.min(DEPTH_MAX) as i64)
    }

    /// Takes `cost` millionths out, after [`Bucket::covers`].
    pub fn take(&mut self, cost: u64) {
        self.level -= cost.min(DEPTH_MAX) as i64;
    }

    /// Takes `cost` millionths out whether they are there or not. No more than one depth is owed.
    pub fn take_or_owe(&mut self, cost: u64, now_ns: u64) {
        self.fill(now_ns);
        self.level = (self.level - cost.min(DEPTH_MAX) as i64).max(self.level.min(-self.depth));
    }

    /// Takes `cost` millionths out if they may be taken now.
    pub fn admit(&mut self, cost: u64, now_ns: u64) -> bool {
        let covered = self.covers(cost, now_ns);
        if covered {
            self.take(cost);
        }
        covered
    }
}
