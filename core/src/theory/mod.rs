//! Closed forms of queueing theory, to be shown beside what a run measures and to judge it by.
//!
//! Every function is pure, knows nothing of the engine, and gives the same bytes on every platform. None panics and none runs for ever: where a
//! formula does not hold, [`NoAnswer`] says which of its assumptions fails.
//!
//! | you ask | module |
//! |---|---|
//! | how long is the wait at one server, first come first served or shared? | [`single`] |
//! | … if arrivals come evenly, or in bursts? | [`renewal`] |
//! | … last come first served? | [`lifo`] |
//! | how long is the wait at one server, first come first served or shared? | [`single`]; with constant service, [`constant`] |
//! | … at several servers with one queue? what do Erlang B and C say? | [`multi`] |
//! | … if the queue is bounded? how many are turned away? | [`finite`] |
//! | … if those who wait give up? | [`patience`] |
//! | … if some go before others? | [`priority`] |
//! | what does a whole network do, with a stream of requests or a fixed number of users? | [`network`] |
//! | how slow is the slowest of n? | [`parallel`] |
//! | what does the balancer's policy make of it? | [`balance`] |
//! | how much do more servers bring if they disturb each other? | [`scaling`] |
//! | how often does a cache have it? | [`cache`], and [`catalogue`] for very many objects |
//!
//! # Vocabulary
//!
//! | name | meaning |
//! |---|---|
//! | `arrivals_per_s` | λ, mean arrivals a second; a Poisson stream unless the function says otherwise. 0 to 10¹² |
//! | `service_s` | mean time one request keeps a server busy, in seconds; exponential unless the function says otherwise. 10⁻¹² to 10¹² |
//! | `servers` | c, alike, sharing one queue, first come first served. At least 1 |
//! | `offered_load` | λ × `service_s`, in erlangs: the mean number of servers the stream would keep busy |
//! | utilisation | offered load over servers |
//! | `cv` | coefficient of variation, standard deviation over mean: 0 constant, 1 exponential |
//! | wait | from arrival to the start of service; sojourn: to its end; both in seconds |
//! | `quantile` | a share from 0 to below 1: 0.99 asks for the time that 99 % do not exceed |
//!
//! All figures are of the steady state, which a run approaches the slower the nearer utilisation is to 1.
//!
//! ```
//! use tenfold::theory::multi;
//! // 320 requests a second at four servers that take 10 ms each: 80 % busy.
//! let p99_s = multi::sojourn_quantile_s(320.0, 0.010, 4, 0.99).unwrap();
//! assert!((p99_s - 0.0689).abs() < 1e-4);
//! // At 400 there is no steady state to speak of.
//! let refused = multi::sojourn_quantile_s(400.0, 0.010, 4, 0.99).unwrap_err();
//! assert_eq!(refused.to_string(), "utilisation is 1, not below 1: the queue grows without end");
//! ```

pub mod balance;
pub mod beside;
pub mod cache;
pub mod catalogue;
pub mod constant;
pub mod finite;
pub mod lifo;
pub mod multi;
pub mod network;
pub mod parallel;
pub mod patience;
pub mod priority;
pub mod renewal;
pub mod scaling;
pub mod single;

/// Why a formula gives no number: the assumption that fails.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// An argument lies outside what the formula is about.
    #[error("{name} is {found}, but must be {wanted}")]
    Argument {
        /// The argument's name.
        name: &'static str,
        /// Its value.
        found: f64,
        /// What would be right.
        wanted: &'static str,
    },
    /// More work arrives than can be done.
    #[error("utilisation is {utilisation}, not below 1: the queue grows without end")]
    Overload {
        /// Offered load over servers, at the worst place.
        utilisation: f64,
    },
    /// Some requests of a network go round for ever.
    #[error("some stations pass everything on among themselves: whoever enters never leaves")]
    NobodyLeaves,
    /// The curve has no such point.
    #[error("{0}")]
    NoSuchPoint(&'static str),
    /// The answer would take too long to compute.
    #[error("{what} is {found}, more than the {most} that are computed")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: f64,
        /// How much is computed.
        most: f64,
    },
}

/// What a formula gives.
type Answer<T = f64> = Result<T, NoAnswer>;

/// Rates and times beyond this are taken for mistakes; it keeps every product finite.
const MOST: f64 = 1e12;

fn argument(name: &'static str, found: f64, wanted: &'static str, holds: bool) -> Answer {
    // A comparison with NaN is false, so NaN never holds.
    if holds { Ok(found) } else { Err(NoAnswer::Argument { name, found, wanted }) }
}

/// A rate or a load: finite, not negative.
fn at_least_zero(name: &'static str, value: f64) -> Answer {
    argument(name, value, "from 0 to 1e12", (0.0..=MOST).contains(&value))
}

/// A time that divides: finite and positive.
fn positive(name: &'static str, value: f64) -> Answer {
    argument(name, value, "from 1e-12 to 1e12", (1.0 / MOST..=MOST).contains(&value))
}

fn at_least_one(name: &'static str, value: u32) -> Answer {
    argument(name, f64::from(value), "at least 1", value >= 1)
}

fn quantile_below_one(value: f64) -> Answer {
    argument("quantile", value, "from 0 to below 1", (0.0..1.0).contains(&value))
}

fn coefficient_of_variation(value: f64) -> Answer {
    argument("cv", value, "from 0 to 1e6", (0.0..=1e6).contains(&value))
}

/// Utilisation of `servers`, if it is below 1.
fn stable(offered_load: f64, servers: f64) -> Answer {
    let utilisation = offered_load / servers;
    if utilisation < 1.0 { Ok(utilisation) } else { Err(NoAnswer::Overload { utilisation }) }
}

/// Checks the stream and its demand; gives the offered load in erlangs.
fn offered(arrivals_per_s: f64, service_s: f64) -> Answer {
    Ok(at_least_zero("arrivals_per_s", arrivals_per_s)? * positive("service_s", service_s)?)
}

/// Where `is_past` turns from false to true between 0 and the largest number, or none where it never does.
fn first_time(is_past: impl Fn(f64) -> bool) -> Option<f64> {
    let mut high = 1.0;
    while !is_past(high) {
        high *= 16.0;
        if high >= f64::MAX {
            return None;
        }
    }
    let mut low = 0.0;
    // Each step halves: 200 of them lead from 1 to 10⁻⁶⁰, and most searches end by their precision.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if high - low <= 1e-15 * high {
            break;
        }
        if is_past(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod check {
    //! What the modules' tests share: comparisons, rubbish to feed, and birth–death chains solved state by state.

    /// Values every function must answer somehow.
    pub(super) const RUBBISH: [f64; 12] = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        -1.0,
        -0.0,
        0.0,
        1e-320,
        1e-9,
        0.999_999_999,
        1.0,
        1e12,
        f64::MAX,
    ];
    pub(super) const COUNTS: [u32; 5] = [0, 1, 3, 100_000, u32::MAX];

    #[track_caller]
    pub(super) fn close(found: f64, wanted: f64, relative: f64) {
        assert!((found - wanted).abs() <= relative * wanted.abs().max(1e-300), "{found} instead of {wanted}");
    }

    /// Whatever is answered is a number.
    #[track_caller]
    pub(super) fn sane(answer: super::Answer) {
        if let Ok(x) = answer {
            assert!(x.is_finite() && x >= 0.0, "{x}");
        }
    }

    /// The steady state of a birth–death chain with `states` states, scaled on the way so that nothing overflows.
    pub(super) fn chain(
        states: usize,
        birth: impl Fn(usize) -> f64,
        death: impl Fn(usize) -> f64,
    ) -> Vec<f64> {
        let mut p = vec![1.0];
        for n in 1..states {
            p.push(p[n - 1] * birth(n - 1) / death(n));
            if p[n] > 1e200 {
                p.iter_mut().for_each(|x| *x *= 1e-200);
            }
        }
        let sum: f64 = p.iter().sum();
        p.iter().map(|x| x / sum).collect()
    }

    #[test]
    fn a_refusal_says_what_was_found_and_what_would_be_right() {
        let refusal = |answer: super::Answer| answer.unwrap_err().to_string();
        assert_eq!(
            refusal(super::single::mean_wait_s(f64::NAN, 1.0)),
            "arrivals_per_s is NaN, but must be from 0 to 1e12"
        );
        assert_eq!(refusal(super::multi::erlang_b(1.0, 0)), "servers is 0, but must be at least 1");
        assert_eq!(
            refusal(super::single::mean_wait_s(150.0, 0.010)),
            "utilisation is 1.5, not below 1: the queue grows without end"
        );
    }

    #[test]
    fn the_chain_solver_knows_the_geometric_law() {
        let p = chain(400, |_| 0.5, |_| 1.0);
        close(p[3], 0.0625, 1e-12);
    }

    #[test]
    fn a_search_finds_the_turn_and_says_when_there_is_none() {
        close(super::first_time(|t| t * t >= 2.0).unwrap(), std::f64::consts::SQRT_2, 1e-14);
        close(super::first_time(|t| t >= 1e-30).unwrap(), 1e-30, 1e-14);
        close(super::first_time(|t| t >= 1e30).unwrap(), 1e30, 1e-14);
        assert!(super::first_time(|_| true).unwrap() < 1e-50);
        assert_eq!(super::first_time(|_| false), None);
    }
}
