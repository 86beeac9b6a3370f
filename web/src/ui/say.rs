//! Figures in words, short enough for a card.

use tenfold::measure::text::{short_count, short_secs, short_usd};

/// What is shown where there is no figure.
pub(crate) const NONE: &str = "–";

/// `2.1k/s`.
pub(crate) fn rate(per_s: f64) -> String {
    if per_s.is_finite() { format!("{}/s", count(per_s)) } else { NONE.into() }
}

/// `412`, `2.1k`; below ten with one digit, so that it does not tremble.
pub(crate) fn count(x: f64) -> String {
    match x.abs() {
        a if !a.is_finite() => NONE.into(),
        a if a >= 1e4 => short_count(libm::round(x / 100.0) * 100.0),
        a if a >= 1e3 => short_count(libm::round(x / 10.0) * 10.0),
        a if a >= 10.0 => format!("{x:.0}"),
        // No minus before a nought, and no digit after it.
        a if a < 0.05 => "0".into(),
        _ => format!("{x:.1}").trim_end_matches(".0").to_owned(),
    }
}

/// `1.9 s`, `41 ms`.
pub(crate) fn secs(s: f64) -> String {
    if !s.is_finite() {
        return NONE.into();
    }
    // Two digits are what can be read while it changes.
    let digits = if s > 0.0 { libm::floor(libm::log10(s)) } else { 0.0 };
    let unit = libm::pow(10.0, digits - 1.0);
    short_secs(libm::round(s / unit) * unit)
}

/// `$1.31`.
pub(crate) fn usd(x: f64) -> String {
    if x.is_finite() { short_usd(x) } else { NONE.into() }
}

/// `80 %`; from ten on, how many times.
pub(crate) fn share(x: f64) -> String {
    match x {
        x if !x.is_finite() => NONE.into(),
        x if x >= 10.0 => format!("{}×", count(x)),
        x => format!("{:.0} %", x * 100.0),
    }
}

/// `1.2 GB`.
pub(crate) fn bytes(x: f64) -> String {
    match x {
        x if !x.is_finite() => NONE.into(),
        x if x >= 1e12 => format!("{:.1} TB", x / 1e12),
        x if x >= 1e9 => format!("{:.1} GB", x / 1e9),
        x if x >= 1e6 => format!("{:.0} MB", x / 1e6),
        x if x >= 1e3 => format!("{:.0} kB", x / 1e3),
        x => format!("{x:.0} B"),
    }
}

/// Simulated time as a clock: `0:04:31`, with days when there are some.
pub(crate) fn clock(s: f64) -> String {
    let whole = s.max(0.0) as u64;
    let (days, rest) = (whole / 86_400, whole % 86_400);
    let time = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days > 0 { format!("{days}d {time}") } else { time }
}

/// `10×`, `0.5×`.
pub(crate) fn times(x: f64) -> String {
    let text = match x {
        x if x >= 100.0 => format!("{x:.0}"),
        x if x >= 10.0 => format!("{x:.1}"),
        x => format!("{x:.2}"),
    };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}×")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_absent_ones_are_a_dash() {
        assert_eq!(rate(2134.0), "2.13k/s");
        assert_eq!(rate(f64::NAN), NONE);
        assert_eq!((share(0.871), share(402.0)), ("87 %".into(), "402×".into()));
        assert_eq!(secs(0.04134), "41 ms");
        assert_eq!(secs(1.913), "1.9 s");
        assert_eq!((count(0.25), count(-0.0)), ("0.2".into(), "0".into()));
        assert_eq!(clock(16.0 * 3600.0 + 31.0 * 60.0 + 8.4), "16:31:08");
        assert_eq!(clock(90_000.0), "1d 01:00:00");
        assert_eq!((times(2.9), times(1.0), times(250.0)), ("2.9×".into(), "1×".into(), "250×".into()));
    }
}
