//! Exponential and normal draws without a logarithm: the ziggurat of Marsaglia and Tsang (2000), with a key in place of a generator.
//!
//! The area under a falling density is covered by 256 layers of equal area, so a layer is drawn by eight bits and a point in it by
//! 52 others. In 98 of 100 draws the point lies under the density for certain and is the answer; otherwise one more draw of the
//! same key decides, or the whole is tried again with it. Same bits, same answer, on every platform.

use super::chance::Draw;
use std::sync::LazyLock;

const LAYERS: usize = 256;

/// Where the layers end, and the density there.
#[derive(Debug)]
struct Ziggurat {
    /// Right ends, widest first; entry 0 is the width a layer of the bottom's area would have, its tail included.
    ends: [f64; LAYERS + 1],
    /// The density at each.
    heights: [f64; LAYERS + 1],
}

impl Ziggurat {
    /// The layers of `density`, whose inverse is `inverse`, with the tail from `start` of area `tail` in the bottom one.
    fn new(start: f64, tail: f64, density: impl Fn(f64) -> f64, inverse: impl Fn(f64) -> f64) -> Ziggurat {
        let area = start * density(start) + tail;
        let mut ends = [0.0; LAYERS + 1];
        ends[0] = area / density(start);
        ends[1] = start;
        for at in 2..LAYERS {
            ends[at] = inverse(area / ends[at - 1] + density(ends[at - 1]));
        }
        Ziggurat { ends, heights: ends.map(density) }
    }

    /// A point of the density over the numbers from 0 up; `tail` draws one beyond the bottom layer.
    #[inline]
    fn point(&self, draw: Draw, density: impl Fn(f64) -> f64, tail: impl FnOnce(Draw) -> f64) -> f64 {
        let layer = (draw.bits() % LAYERS as u64) as usize;
        let x = draw.unit() * self.ends[layer];
        if x < self.ends[layer + 1] { x } else { self.point_at_the_edge(draw, density, tail) }
    }

    /// The same for a draw whose point may lie above the density.
    #[cold]
    #[inline(never)]
    fn point_at_the_edge(
        &self,
        draw: Draw,
        density: impl Fn(f64) -> f64,
        tail: impl FnOnce(Draw) -> f64,
    ) -> f64 {
        let mut draw = draw;
        loop {
            let layer = (draw.bits() % LAYERS as u64) as usize;
            let x = draw.unit() * self.ends[layer];
            if x < self.ends[layer + 1] {
                return x;
            }
            draw = draw.next();
            if layer == 0 {
                return tail(draw);
            }
            let (low, high) = (self.heights[layer], self.heights[layer + 1]);
            if low + draw.unit() * (high - low) < density(x) {
                return x;
            }
            draw = draw.next();
        }
    }
}

/// The bottom layers of 256 end here: the solution of the condition that the last one ends at 0.
const EXPONENTIAL_START: f64 = 7.697_117_470_131_05;
const NORMAL_START: f64 = 3.654_152_885_361_009;

static EXPONENTIAL: LazyLock<Ziggurat> = LazyLock::new(|| {
    let tail = libm::exp(-EXPONENTIAL_START);
    Ziggurat::new(EXPONENTIAL_START, tail, |x| libm::exp(-x), |y| -libm::log(y))
});

static NORMAL: LazyLock<Ziggurat> = LazyLock::new(|| {
    let tail = (std::f64::consts::PI / 2.0).sqrt() * libm::erfc(NORMAL_START / std::f64::consts::SQRT_2);
    Ziggurat::new(NORMAL_START, tail, bell, |y| (-2.0 * libm::log(y)).sqrt())
});

fn bell(x: f64) -> f64 {
    libm::exp(-0.5 * x * x)
}

/// Standard exponential.
pub(crate) fn exponential(draw: Draw) -> f64 {
    // The tail of an exponential is one again.
    let tail = |draw: Draw| EXPONENTIAL_START - libm::log(draw.unit());
    EXPONENTIAL.point(draw, |x| libm::exp(-x), tail)
}

/// Standard normal.
pub(crate) fn normal(draw: Draw) -> f64 {
    let size = NORMAL.point(draw, bell, normal_tail);
    // The ninth bit is in no other use.
    if draw.bits() & LAYERS as u64 == 0 { size } else { -size }
}

/// A normal beyond the bottom layer (Marsaglia 1964).
#[cold]
fn normal_tail(draw: Draw) -> f64 {
    let mut draw = draw;
    loop {
        let x = -libm::log(draw.unit()) / NORMAL_START;
        draw = draw.next();
        if -2.0 * libm::log(draw.unit()) > x * x {
            return NORMAL_START + x;
        }
        draw = draw.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::chance::{Purpose, Stream, mix};

    /// The area of the layers fits: the last one ends where the density is highest.
    #[test]
    fn the_layers_close() {
        for (ziggurat, density) in [(&*EXPONENTIAL, (|x| libm::exp(-x)) as fn(f64) -> f64), (&*NORMAL, bell)]
        {
            let area = ziggurat.ends[0] * density(ziggurat.ends[1]);
            let top = ziggurat.ends[255] * (1.0 - density(ziggurat.ends[255]));
            assert!((top / area - 1.0).abs() < 1e-9, "{top} for {area}");
        }
    }

    /// Shares of draws beyond points in the middle, at the layers' edges and in the tail against the exact ones.
    #[test]
    fn shares_beyond_any_point_are_those_of_the_law() {
        let n = 4_000_000_u64;
        let stream = Stream::new(7, "ziggurat", Purpose::Work);
        let points = [0.02, 0.3, 1.0, 2.0, 3.0, 3.6, 3.66, 4.2, 7.0, 7.69, 7.7, 9.0];
        let (mut times, mut sizes, mut above) = ([0_u64; 12], [0_u64; 12], 0_u64);
        for i in 0..n {
            let draw = stream.draw(mix(i));
            let (time, value) = (exponential(draw), normal(draw));
            above += u64::from(value > 0.0);
            for (at, point) in points.iter().enumerate() {
                times[at] += u64::from(time > *point);
                sizes[at] += u64::from(value.abs() > *point);
            }
        }
        let check = |seen: u64, share: f64, what: &str| {
            let error = (share * (1.0 - share) / n as f64).sqrt();
            let off = seen as f64 / n as f64 - share;
            assert!(off.abs() <= 4.5 * error + 0.5 / n as f64, "{what}: {off} is {} errors", off / error);
        };
        check(above, 0.5, "normals above 0");
        for (at, point) in points.iter().enumerate() {
            check(times[at], libm::exp(-point), &format!("exponentials beyond {point}"));
            check(
                sizes[at],
                libm::erfc(point / std::f64::consts::SQRT_2),
                &format!("normals beyond {point}"),
            );
        }
    }
}
