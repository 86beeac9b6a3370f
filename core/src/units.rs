//! Quantities with their unit in the type, and how people write them.
//!
//! | type | holds | written as |
//! |---|---|---|
//! | [`SimTime`] | an instant, whole nanoseconds since the run began | – |
//! | [`Span`] | a duration, whole nanoseconds | `"250ms"`, `"10m"`, `"1h30m"` |
//! | [`PerSecond`] | a rate | `"1200/s"`, `"90/min"` |
//! | [`Bytes`] | a size | `"4KiB"`, `"10GB"` |
//!
//! Parsing and printing round-trip: what [`fmt::Display`] prints, [`FromStr`] reads back to the same value.

use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::str::FromStr;

/// Nanoseconds in a second.
pub const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// An instant of simulated time: whole nanoseconds since the run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SimTime(u64);

impl SimTime {
    /// The instant a run begins.
    pub const ZERO: SimTime = SimTime(0);
    /// The last instant that can be told apart, some 584 years on.
    pub const MAX: SimTime = SimTime(u64::MAX);

    /// The instant `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        SimTime(nanos)
    }
    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }
    /// Seconds since the start.
    pub fn secs(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }
    /// Time from `earlier` to here; zero when `earlier` is not earlier.
    pub const fn since(self, earlier: SimTime) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for SimTime {
    type Output = SimTime;
    /// Stops at [`SimTime::MAX`] instead of wrapping.
    fn add(self, span: Span) -> SimTime {
        SimTime(self.0.saturating_add(span.0))
    }
}

/// A duration of simulated time in whole nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest span, some 584 years.
    pub const MAX: Span = Span(u64::MAX);

    /// `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Span(nanos)
    }
    /// `micros` microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Span(micros * 1_000)
    }
    /// `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Span(millis * 1_000_000)
    }
    /// `secs` seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Span(secs * NANOS_PER_SECOND)
    }
    /// The only door from floating point to time: rounds to the nearest nanosecond.
    ///
    /// Negative and not-a-number become zero, too large becomes [`Span::MAX`].
    pub fn from_secs_f64(secs: f64) -> Self {
        // `as` saturates and maps NaN to zero; `floor(x + 0.5)` is exact IEEE on every platform.
        Span((secs * NANOS_PER_SECOND as f64 + 0.5) as u64)
    }
    /// Nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.0
    }
    /// Seconds.
    pub fn secs(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }
    /// Half the span, rounded down.
    pub const fn half(self) -> Span {
        Span(self.0 / 2)
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}
impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}
impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}
impl Mul<u64> for Span {
    type Output = Span;
    fn mul(self, times: u64) -> Span {
        Span(self.0.saturating_mul(times))
    }
}
impl Div<u64> for Span {
    type Output = Span;
    fn div(self, parts: u64) -> Span {
        Span(self.0 / parts.max(1))
    }
}

/// A rate: so many per second. Never negative, never infinite.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct PerSecond(f64);

impl PerSecond {
    /// `rate` per second; not-a-number, negative and infinite become zero.
    pub fn new(rate: f64) -> Self {
        PerSecond(if rate.is_finite() && rate > 0.0 { rate } else { 0.0 })
    }
    /// How many per second.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// A size in bytes. `kB`, `MB`, `GB` are powers of 1000; `KiB`, `MiB`, `GiB` powers of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Bytes(u64);

impl Bytes {
    /// `count` bytes.
    pub const fn new(count: u64) -> Self {
        Bytes(count)
    }
    /// How many bytes.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A text that is no quantity of the expected unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}")]
pub struct ParseQuantityError {
    /// What was found.
    pub found: String,
    /// What would be legal, with an example.
    pub expected: &'static str,
}

/// A unit's name and its size in the base unit.
type UnitTable = &'static [(&'static str, f64)];

const SPAN_UNITS: UnitTable = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("min", 60e9),
    ("m", 60e9),
    ("h", 3600e9),
    ("d", 86_400e9),
];
const RATE_UNITS: UnitTable =
    &[("/s", 1.0), ("/min", 1.0 / 60.0), ("/m", 1.0 / 60.0), ("/h", 1.0 / 3600.0), ("/d", 1.0 / 86_400.0)];
const BYTE_UNITS: UnitTable = &[
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("PB", 1e15),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("PiB", 1_125_899_906_842_624.0),
];

/// Reads one `number unit` off the front of `text`; what is left comes back as well.
fn take_quantity(text: &str, units: UnitTable) -> Option<(f64, &str)> {
    let digits =
        text.find(|c: char| !matches!(c, '0'..='9' | '.' | 'e' | 'E' | '+' | '-')).unwrap_or(text.len());
    let number = crate::number::read(&text[..digits])?;
    let rest = text[digits..].trim_start();
    let name_len = rest.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(rest.len());
    let (_, size) = units.iter().find(|(name, _)| *name == &rest[..name_len])?;
    // A multiplication keeps decimal fractions exact where the unit is a whole multiple of the base.
    let value = number * size;
    (value.is_finite() && value >= 0.0).then_some((value, rest[name_len..].trim_start()))
}

fn parse_sum(text: &str, units: UnitTable, expected: &'static str) -> Result<f64, ParseQuantityError> {
    let bad = || ParseQuantityError { found: text.to_owned(), expected };
    let mut rest = text.trim();
    let mut sum = 0.0;
    loop {
        let (value, left) = take_quantity(rest, units).ok_or_else(bad)?;
        sum += value;
        if left.is_empty() {
            return Ok(sum);
        }
        rest = left;
    }
}

impl FromStr for Span {
    type Err = ParseQuantityError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "a duration such as \"250ms\", \"10s\", \"5m\" or \"1h30m\"";
        let nanos = parse_sum(text, SPAN_UNITS, EXPECTED)?;
        Ok(Span(libm::round(nanos) as u64))
    }
}
impl FromStr for PerSecond {
    type Err = ParseQuantityError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_sum(text, RATE_UNITS, "a rate such as \"1200/s\" or \"90/min\"").map(PerSecond::new)
    }
}
impl FromStr for Bytes {
    type Err = ParseQuantityError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = parse_sum(text, BYTE_UNITS, "a size such as \"512B\", \"4KiB\" or \"10GB\"")?;
        Ok(Bytes(libm::round(bytes) as u64))
    }
}

/// Prints `value` in the largest of `units` in which it is at least one and comes back exactly.
fn print_exact(value: u64, units: &[(&str, u64)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (name, size) in units {
        if value >= *size && *size > 0 {
            let number = value as f64 / *size as f64;
            let back = libm::round(number * *size as f64) as u64;
            let text = number.to_string();
            if back == value && text.len() <= 9 {
                return write!(f, "{text}{name}");
            }
        }
    }
    let (name, _) = units[units.len() - 1];
    write!(f, "{value}{name}")
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let units = [
            ("d", 86_400 * NANOS_PER_SECOND),
            ("h", 3600 * NANOS_PER_SECOND),
            ("m", 60 * NANOS_PER_SECOND),
            ("s", NANOS_PER_SECOND),
            ("ms", 1_000_000),
            ("us", 1_000),
            ("ns", 1),
        ];
        print_exact(self.0, &units, f)
    }
}
impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}
impl fmt::Display for PerSecond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", self.0)
    }
}
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const K: u64 = 1000;
        let units = [
            ("PB", K * K * K * K * K),
            ("TB", K * K * K * K),
            ("TiB", 1 << 40),
            ("GB", K * K * K),
            ("GiB", 1 << 30),
            ("MB", K * K),
            ("MiB", 1 << 20),
            ("kB", K),
            ("KiB", 1 << 10),
            ("B", 1),
        ];
        // The unit that gives the shortest number: 4096 is 4KiB, 4000 is 4kB.
        let shortest = units
            .iter()
            .filter(|(_, size)| self.0 >= *size && self.0.is_multiple_of(*size))
            .min_by_key(|(_, size)| (self.0 / size).to_string().len());
        match shortest {
            Some((name, size)) => write!(f, "{}{name}", self.0 / size),
            None => write!(f, "{}B", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        for (text, nanos) in [
            ("250ms", 250_000_000),
            ("10m", 600_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("0.5 s", 500_000_000),
            ("1e-3s", 1_000_000),
            ("0s", 0),
            ("7us", 7_000),
        ] {
            assert_eq!(text.parse::<Span>(), Ok(Span(nanos)), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_an_example_of_what_is_legal() {
        for text in ["", "ms", "-5ms", "5", "5 parsecs", "NaNs", "infs", "1e400s", "5ms later"] {
            let error = text.parse::<Span>().unwrap_err();
            assert!(error.to_string().contains("250ms"), "{error}");
        }
    }

    #[test]
    fn what_is_printed_reads_back_to_the_same_value() {
        let mut x: u64 = 1;
        for _ in 0..2_000 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let nanos = x >> (x % 50 + 11);
            assert_eq!(Span(nanos).to_string().parse::<Span>(), Ok(Span(nanos)));
            assert_eq!(Bytes(nanos).to_string().parse::<Bytes>(), Ok(Bytes(nanos)));
            let rate = PerSecond::new(nanos as f64 / 1000.0);
            assert_eq!(rate.to_string().parse::<PerSecond>(), Ok(rate));
        }
        assert_eq!(Span::from_millis(1500).to_string(), "1.5s");
        assert_eq!(Bytes(4096).to_string(), "4KiB");
    }
}
