//! Laws as functions of a draw: the same bits give the same duration on every platform.
//!
//! Only `+ - * /`, square roots and the `libm` crate are used; the result is rounded once into whole nanoseconds.

use super::chance::Draw;
use crate::model::Law;
use crate::units::Span;

/// A [`Law`] made ready for drawing: parameters that cost something to compute are computed once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sampler {
    Constant(Span),
    Uniform { low_s: f64, width_s: f64 },
    Exponential { mean_s: f64 },
    Gamma { shape: f64, scale_s: f64 },
    Lognormal { mu: f64, sigma: f64 },
    Hyperexponential { chance: f64, mean_s: [f64; 2] },
    BoundedPareto { low_s: f64, alpha: f64, tail: f64 },
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
        }
    }

    /// The duration that belongs to `draw`.
    pub(crate) fn span(&self, draw: Draw) -> Span {
        if let Sampler::Constant(span) = self { *span } else { Span::from_secs_f64(self.secs(draw)) }
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
        }
    }
}

fn lognormal(mean_s: f64, cv: f64) -> Sampler {
    let sigma2 = libm::log(1.0 + cv * cv);
    Sampler::Lognormal { mu: libm::log(mean_s) - 0.5 * sigma2, sigma: sigma2.sqrt() }
}

/// A positive size with this mean and coefficient of variation, lognormal; a pure function of `draw`.
pub(crate) fn lognormal_size(mean: f64, cv: f64, draw: Draw) -> f64 {
    if cv <= 0.0 || mean <= 0.0 { mean } else { lognormal(mean, cv).secs(draw) }
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

/// Standard exponential by inversion.
pub(crate) fn exponential(draw: Draw) -> f64 {
    -libm::log(draw.unit())
}

/// Standard normal by inversion: Wichura's algorithm AS 241 (PPND16), relative error about 1e-16.
pub(crate) fn normal(draw: Draw) -> f64 {
    let q = draw.unit() - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let p = if q < 0.0 { draw.unit() } else { 1.0 - draw.unit() };
    let r = (-libm::log(p)).sqrt();
    let x = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &TAIL) };
    if q < 0.0 { -x } else { x }
}

/// The quotient of two polynomials, coefficients from the constant up.
fn ratio(x: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let horner = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    horner(above) / horner(below)
}

#[expect(clippy::excessive_precision, reason = "the published coefficients, digit for digit")]
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_608_0,
        1.331_416_678_917_843_774_5e2,
        1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4,
        4.592_195_393_154_987_145_7e4,
        6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4,
        2.509_080_928_730_122_672_7e3,
    ],
    [
        1.0,
        4.231_333_070_160_091_125_2e1,
        6.871_870_074_920_579_082_8e2,
        5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4,
        3.930_789_580_009_271_061_0e4,
        2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ],
];
#[expect(clippy::excessive_precision, reason = "the published coefficients, digit for digit")]
const MIDDLE: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_90,
        5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_40e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_40,
        6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];
#[expect(clippy::excessive_precision, reason = "the published coefficients, digit for digit")]
const TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103_777_20,
        5.463_784_911_164_114_369_90,
        1.784_826_539_917_291_335_80,
        2.965_605_718_285_048_912_30e-1,
        2.653_218_952_657_612_309_30e-2,
        1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_90e-1,
        1.369_298_809_227_358_053_10e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4,
        1.846_318_317_510_054_681_80e-5,
        1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

/// Standard gamma of any shape: Marsaglia and Tsang (2000); its rare rejections go on with the same key.
fn gamma(shape: f64, draw: Draw) -> f64 {
    if shape < 1.0 {
        // Their boost for small shapes: one extra uniform.
        let boost = libm::pow(draw.unit(), 1.0 / shape);
        return boost * gamma(shape + 1.0, draw.next());
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    let mut draw = draw;
    loop {
        let x = normal(draw);
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

    /// Fixed vectors: a change of any of them changes every recorded run. All but the two gammas were computed independently, from the
    /// formulas, in another language.
    #[test]
    fn the_same_bits_give_the_same_values() {
        let draw = Draw::of(0x0123_4567_89AB_CDEF);
        let mean = Span::from_secs(1);
        let ns = |law: Law| Sampler::new(&law).span(draw).nanos();
        let seen = [
            ns(Law::Exponential { mean }),
            ns(Law::Gamma { mean, cv: 0.5 }),
            ns(Law::Gamma { mean, cv: 2.0 }),
            ns(Law::Lognormal { mean, cv: 1.0 }),
            ns(Law::Hyperexponential { mean, cv: 2.0 }),
            ns(Law::BoundedPareto { mean, alpha: 1.5, ratio: 1000.0 }),
        ];
        println!("{seen:?}");
        assert_eq!(seen, [5_416_100_402, 148_030_397, 0, 80_075_549, 1_396_472_481, 345_231_226]);
    }

    #[test]
    fn the_normal_inverse_hits_published_quantiles() {
        // Φ⁻¹(0.975) and Φ⁻¹(0.001), to the digits of any table.
        let at = |p: f64| normal(Draw::of(((p * (1_u64 << 52) as f64) as u64) << 12));
        assert!((at(0.975) - 1.959_963_985).abs() < 1e-8);
        assert!((at(0.001) + 3.090_232_306).abs() < 1e-8);
        assert!(at(0.5).abs() < 1e-9);
    }
}
