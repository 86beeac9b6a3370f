//! Laws as functions of a draw: the same bits give the same duration on every platform.
//!
//! Only `+ - * /`, square roots and the `libm` crate are used; the result is rounded once into whole nanoseconds.

use super::chance::Draw;
use super::ziggurat::{exponential, normal};
use crate::model::{Law, Outcomes};
use crate::units::Span;
use std::sync::Arc;

/// A [`Law`] made ready for drawing: parameters that cost something to compute are computed once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sampler {
    Constant(Span),
    Uniform {
        low_s: f64,
        width_s: f64,
    },
    Exponential {
        mean_s: f64,
    },
    Gamma {
        shape: f64,
        scale_s: f64,
    },
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    Hyperexponential {
        chance: f64,
        mean_s: [f64; 2],
    },
    BoundedPareto {
        low_s: f64,
        alpha: f64,
        tail: f64,
    },
    /// Durations in seconds, each with the sum of the weights up to it.
    Empirical(Arc<[(f64, f64)]>),
}

impl Sampler {
    pub(crate) fn new(law: &Law) -> Sampler {
        if let Some(span) = law.fixed() {
            return Sampler::Constant(span);
        }
        let mean_s = law.mean().secs();
        match *law {
            Law::Constant { mean } => Sampler::Constant(mean),
            Law::Uniform { low, high } => {
                Sampler::Uniform { low_s: low.secs(), width_s: high.secs() - low.secs() }
            }
            Law::Exponential { .. } => Sampler::Exponential { mean_s },
            Law::Erlang { stages, .. } => {
                let shape = f64::from(stages);
                Sampler::Gamma { shape, scale_s: mean_s / shape }
            }
            Law::Gamma { cv, .. } => Sampler::Gamma { shape: 1.0 / (cv * cv), scale_s: mean_s * cv * cv },
            Law::Lognormal { cv, .. } => lognormal(mean_s, cv),
            Law::Hyperexponential { cv, .. } => {
                let c2 = cv * cv;
                let chance = 0.5 * (1.0 + ((c2 - 1.0) / (c2 + 1.0)).sqrt());
                Sampler::Hyperexponential {
                    chance,
                    mean_s: [mean_s / (2.0 * chance), mean_s / (2.0 * (1.0 - chance))],
                }
            }
            Law::BoundedPareto { alpha, ratio, .. } => bounded_pareto(mean_s, alpha, ratio),
            Law::Empirical { ref values } => empirical(values),
        }
    }

    /// The duration that belongs to `draw`.
    #[inline]
    pub(crate) fn span(&self, draw: Draw) -> Span {
        match self {
            Sampler::Constant(span) => *span,
            // Most laws are this one.
            Sampler::Exponential { mean_s } => Span::from_secs_f64(mean_s * exponential(draw)),
            _ => Span::from_secs_f64(self.secs(draw)),
        }
    }

    /// The duration in seconds, before rounding.
    fn secs(&self, draw: Draw) -> f64 {
        match *self {
            Sampler::Constant(span) => span.secs(),
            Sampler::Uniform { low_s, width_s } => low_s + width_s * draw.unit(),
            Sampler::Exponential { mean_s } => mean_s * exponential(draw),
            Sampler::Gamma { shape, scale_s } => scale_s * gamma(shape, draw),
            Sampler::Lognormal { mu, sigma } => libm::exp(mu + sigma * normal(draw)),
            Sampler::Hyperexponential { chance, mean_s } => {
                let mean_s = if draw.unit() < chance { mean_s[0] } else { mean_s[1] };
                mean_s * exponential(draw.next())
            }
            Sampler::BoundedPareto { low_s, alpha, tail } => {
                low_s * libm::pow(1.0 - draw.unit() * tail, -1.0 / alpha)
            }
            Sampler::Empirical(ref table) => {
                let total = table.last().map_or(0.0, |(_, upto)| *upto);
                let at = table.partition_point(|(_, upto)| *upto <= draw.unit() * total);
                table.get(at).or(table.last()).map_or(0.0, |(secs, _)| *secs)
            }
        }
    }
}

fn empirical(values: &Outcomes) -> Sampler {
    let mut upto = 0.0;
    let mut table = Vec::with_capacity(values.all().len());
    for (span, weight) in values.all().iter().filter(|(_, weight)| *weight > 0.0) {
        upto += weight;
        table.push((span.secs(), upto));
    }
    Sampler::Empirical(table.into())
}

fn lognormal(mean_s: f64, cv: f64) -> Sampler {
    let sigma2 = libm::log(1.0 + cv * cv);
    Sampler::Lognormal { mu: libm::log(mean_s) - 0.5 * sigma2, sigma: sigma2.sqrt() }
}

/// Bytes of a certain mean and coefficient of variation, lognormal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sizes {
    Same(u64),
    Vary(Sampler),
}

impl Sizes {
    pub(crate) fn new(mean: u64, cv: f64) -> Sizes {
        if cv <= 0.0 || mean == 0 { Sizes::Same(mean) } else { Sizes::Vary(lognormal(mean as f64, cv)) }
    }
    /// The size that belongs to `draw`.
    pub(crate) fn bytes(&self, draw: Draw) -> u64 {
        match self {
            Sizes::Same(bytes) => *bytes,
            Sizes::Vary(law) => law.secs(draw) as u64,
        }
    }
}

/// Bounded Pareto on [L, L·ratio] with L chosen for the mean; `tail` is 1 − (L/H)^alpha.
fn bounded_pareto(mean_s: f64, alpha: f64, ratio: f64) -> Sampler {
    let tail = 1.0 - libm::pow(ratio, -alpha);
    // Mean for L = 1; the formula has a removable hole at alpha = 1.
    let unit_mean = if (alpha - 1.0).abs() < 1e-9 {
        libm::log(ratio) / tail
    } else {
        alpha / (alpha - 1.0) * (1.0 - libm::pow(ratio, 1.0 - alpha)) / tail
    };
    Sampler::BoundedPareto { low_s: mean_s / unit_mean, alpha, tail }
}

/// Standard gamma of any shape: Marsaglia and Tsang (2000); its rare rejections go on with the same key.
pub(crate) fn gamma(shape: f64, draw: Draw) -> f64 {
    if shape < 1.0 {
        // Their boost for small shapes: one extra uniform.
        let boost = libm::pow(draw.unit(), 1.0 / shape);
        return boost * gamma(shape + 1.0, draw.next());
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    let mut draw = draw;
    loop {
        let x = normal(draw.apart());
        draw = draw.next();
        let v = 1.0 + c * x;
        if v > 0.0 {
            let v = v * v * v;
            if libm::log(draw.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return d * v;
            }
        }
        draw = draw.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::chance::{Purpose, Stream, mix};

    /// Every law must have the mean and the coefficient of variation it was asked for.
    #[test]
    fn laws_have_the_mean_and_spread_they_are_asked_for() {
        let mean = Span::from_millis(10);
        let cases = [
            (Law::Exponential { mean }, 1.0),
            (Law::Erlang { mean, stages: 4 }, 0.5),
            (Law::Gamma { mean, cv: 0.5 }, 0.5),
            (Law::Gamma { mean, cv: 2.0 }, 2.0),
            (Law::Lognormal { mean, cv: 1.0 }, 1.0),
            (Law::Hyperexponential { mean, cv: 3.0 }, 3.0),
            // CV from the moments in the bounded Pareto's formula for alpha 1.5, ratio 1000.
            (Law::BoundedPareto { mean, alpha: 1.5, ratio: 1000.0 }, 3.143),
            (Law::Uniform { low: Span::ZERO, high: Span::from_millis(20) }, 1.0 / 3.0_f64.sqrt()),
            // 5 ms nine times in ten and 55 ms else: variance 0.09 × 50².
            (Law::Empirical { values: "5ms 9, 55ms".parse().expect("it is a table") }, 1.5),
        ];
        let n = 400_000_u64;
        for (law, cv) in cases {
            let sampler = Sampler::new(&law);
            let stream = Stream::new(11, "law", Purpose::Work);
            let (mut sum, mut squares) = (0.0, 0.0);
            for i in 0..n {
                let x = sampler.secs(stream.draw(mix(i))) / mean.secs();
                sum += x;
                squares += x * x;
            }
            let seen = sum / n as f64;
            let seen_cv = (squares / n as f64 - seen * seen).sqrt() / seen;
            assert!((seen - 1.0).abs() < 4.0 * cv / (n as f64).sqrt(), "{law:?}: mean {seen}");
            assert!((seen_cv / cv - 1.0).abs() < 0.05, "{law:?}: cv {seen_cv}, asked for {cv}");
        }
    }
}
