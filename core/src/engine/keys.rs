//! Popularity of keys: Zipf's law over any number of them, without a table.

use super::chance::Draw;

/// Draws ranks 1 to n with probability proportional to rank^-skew, by rejection-inversion (Hörmann and Derflinger 1996), which holds
/// for every skew from 0 up. About one draw in fifty is rejected; it goes on with the same key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Zipf {
    n: f64,
    skew: f64,
    /// The integral of the hat at its two ends, and the width in which rank 1 is accepted at once.
    low: f64,
    high: f64,
    sure: f64,
}

impl Zipf {
    pub(crate) fn new(n: u64, skew: f64) -> Self {
        let n = n.max(1) as f64;
        let mut zipf = Zipf { n, skew, low: 0.0, high: 0.0, sure: 0.0 };
        zipf.low = zipf.integral(1.5) - 1.0;
        zipf.high = zipf.integral(n + 0.5);
        zipf.sure = 2.0 - zipf.inverse(zipf.integral(2.5) - zipf.density(2.0));
        zipf
    }

    /// The rank that belongs to `draw`.
    pub(crate) fn rank(&self, draw: Draw) -> u64 {
        if self.skew <= 0.0 {
            return (draw.unit() * self.n) as u64 + 1;
        }
        let mut draw = draw;
        loop {
            let u = self.high + draw.unit() * (self.low - self.high);
            let x = self.inverse(u);
            let rank = libm::floor(x + 0.5).clamp(1.0, self.n);
            if rank - x <= self.sure || u >= self.integral(rank + 0.5) - self.density(rank) {
                return rank as u64;
            }
            draw = draw.next();
        }
    }

    fn density(&self, x: f64) -> f64 {
        libm::exp(-self.skew * libm::log(x))
    }

    /// The integral of x^-skew, zero at 1.
    fn integral(&self, x: f64) -> f64 {
        let log = libm::log(x);
        growth((1.0 - self.skew) * log) * log
    }

    fn inverse(&self, y: f64) -> f64 {
        let t = (y * (1.0 - self.skew)).max(-1.0);
        libm::exp(log_growth(t) * y)
    }
}

/// (eˣ − 1) / x, exact at 0.
fn growth(x: f64) -> f64 {
    if x.abs() > 1e-8 { libm::expm1(x) / x } else { 1.0 + x * 0.5 * (1.0 + x / 3.0) }
}

/// ln(1 + x) / x, exact at 0.
fn log_growth(x: f64) -> f64 {
    if x.abs() > 1e-8 { libm::log1p(x) / x } else { 1.0 - x * (0.5 - x * (1.0 / 3.0 - 0.25 * x)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::chance::{Purpose, Stream, mix};

    /// Shares of traffic computed from the sums; see the table "share of traffic" of any text on Zipf's law.
    #[test]
    fn ranks_have_the_shares_of_zipfs_law() {
        for (n, skew) in
            [(10_000_u64, 0.8), (10_000, 0.99), (10_000, 1.0), (1000, 1.2), (1000, 0.0), (1, 0.99)]
        {
            let weight = |k: u64| libm::pow(k as f64, -skew);
            let total: f64 = (1..=n).map(weight).sum();
            let zipf = Zipf::new(n, skew);
            let stream = Stream::new(5, "keys", Purpose::Key);
            let draws = 200_000_u64;
            let ranks: Vec<u64> = (0..draws).map(|i| zipf.rank(stream.draw(mix(i)))).collect();
            assert!(ranks.iter().all(|r| (1..=n).contains(r)));
            for top in [1, 10, n / 5] {
                let expected = (1..=top.min(n)).map(weight).sum::<f64>() / total;
                let seen = ranks.iter().filter(|r| **r <= top).count() as f64 / draws as f64;
                let error = (expected * (1.0 - expected) / draws as f64).sqrt();
                assert!(
                    (seen - expected).abs() <= 4.0 * error + 1e-12,
                    "n {n}, skew {skew}, top {top}: {seen} for {expected}"
                );
            }
        }
    }
}
