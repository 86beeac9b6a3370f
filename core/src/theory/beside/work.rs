//! The work of a request, as far as formulas ask: its mean, its spread, and whether it is exponential.

use crate::model::Law;

/// The law of a request's work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Work {
    pub(super) mean_s: f64,
    /// Coefficient of variation.
    pub(super) cv: f64,
    pub(super) exponential: bool,
    /// For a remark: `lognormal`.
    pub(super) word: &'static str,
}

impl Work {
    /// Nothing to do.
    pub(super) const NONE: Work = Work { mean_s: 0.0, cv: 0.0, exponential: false, word: "constant" };

    pub(super) fn of(law: &Law) -> Work {
        let mean_s = law.mean().secs();
        let (cv, word) = match *law {
            _ if law.fixed().is_some() => (0.0, "constant"),
            Law::Constant { .. } => (0.0, "constant"),
            Law::Uniform { low, high } => ((high.secs() - low.secs()) / mean_s / 12.0_f64.sqrt(), "uniform"),
            Law::Exponential { .. } => (1.0, "exponential"),
            Law::Erlang { stages, .. } => (1.0 / f64::from(stages).sqrt(), "Erlang"),
            Law::Gamma { cv, .. } => (cv, "gamma"),
            Law::Lognormal { cv, .. } => (cv, "lognormal"),
            Law::Empirical { ref values } => (values.cv(), "empirical"),
            Law::Hyperexponential { cv, .. } => (cv, "hyperexponential"),
            Law::BoundedPareto { alpha, ratio, .. } => {
                let square = pareto_moment(alpha, ratio, 1.0);
                ((pareto_moment(alpha, ratio, 2.0) / (square * square) - 1.0).max(0.0).sqrt(), "Pareto")
            }
        };
        // One stage, or two phases alike, are the exponential itself.
        let exponential = match *law {
            Law::Exponential { .. } => mean_s > 0.0,
            Law::Erlang { stages, .. } => stages == 1 && mean_s > 0.0,
            _ => false,
        };
        Work { mean_s, cv, exponential, word }
    }

    /// Either work, by chance: `share` of the requests have `a`, the rest `b`.
    pub(super) fn mixed(a: Work, b: Work, share: f64) -> Work {
        if share >= 1.0 || a == b {
            return a;
        }
        if share <= 0.0 {
            return b;
        }
        let square = |w: Work| w.mean_s * w.mean_s * (1.0 + w.cv * w.cv);
        let mean_s = share * a.mean_s + (1.0 - share) * b.mean_s;
        let second = share * square(a) + (1.0 - share) * square(b);
        let cv = (second / (mean_s * mean_s) - 1.0).max(0.0).sqrt();
        Work { mean_s, cv, exponential: false, word: "mixed" }
    }
}

/// The j-th moment of Pareto's law cut off at 1 and `ratio`.
fn pareto_moment(alpha: f64, ratio: f64, j: f64) -> f64 {
    let tail = 1.0 - libm::pow(ratio, -alpha);
    let rest = alpha - j;
    // The formula has a removable hole where alpha is the moment's order.
    if rest.abs() < 1e-9 {
        return alpha * libm::log(ratio) / tail;
    }
    alpha / rest * (1.0 - libm::pow(ratio, -rest)) / tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::chance::{Purpose, Stream, mix};
    use crate::engine::sampler::Sampler;
    use crate::units::Span;

    #[test]
    fn mean_and_spread_are_those_of_what_is_drawn() {
        let (mean, ms) = (Span::from_millis(10), Span::from_millis);
        for law in [
            Law::Constant { mean },
            Law::Uniform { low: ms(5), high: ms(20) },
            Law::Exponential { mean },
            Law::Erlang { mean, stages: 4 },
            Law::Gamma { mean, cv: 0.7 },
            Law::Lognormal { mean, cv: 1.0 },
            Law::Hyperexponential { mean, cv: 2.0 },
            Law::BoundedPareto { mean, alpha: 2.5, ratio: 100.0 },
            Law::BoundedPareto { mean, alpha: 2.0, ratio: 30.0 },
        ] {
            let (sampler, stream) = (Sampler::new(&law), Stream::new(3, "work", Purpose::Work));
            let draws = 400_000_u64;
            let (mut sum, mut square) = (0.0, 0.0);
            for i in 0..draws {
                let x = sampler.span(stream.draw(mix(i))).secs();
                sum += x;
                square += x * x;
            }
            let seen_mean = sum / draws as f64;
            let seen_cv = (square / draws as f64 / (seen_mean * seen_mean) - 1.0).max(0.0).sqrt();
            let work = Work::of(&law);
            assert!((work.mean_s / seen_mean - 1.0).abs() < 0.01, "{law:?}: {work:?}, seen {seen_mean}");
            assert!(
                (work.cv - seen_cv).abs() < 0.03 * work.cv.max(0.01),
                "{law:?}: {work:?}, seen {seen_cv}"
            );
        }
    }

    #[test]
    fn a_mixture_of_two_exponentials_is_hyperexponential() {
        let exponential = |ms| Work::of(&Law::exponential(Span::from_millis(ms)));
        let work = Work::mixed(exponential(4), exponential(8), 0.75);
        assert!((work.mean_s - 0.005).abs() < 1e-12 && !work.exponential);
        // Second moment 2 (¾ 4² + ¼ 8²) = 56 of squared milliseconds, over 5² less 1.
        assert!((work.cv * work.cv - (56.0 / 25.0 - 1.0)).abs() < 1e-12);
        assert_eq!(Work::mixed(exponential(4), exponential(4), 0.5), exponential(4));
    }
}
