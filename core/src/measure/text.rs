//! Numbers as people read them.

/// `1234567` as `1.23M`: three digits and a suffix.
pub fn short_count(x: f64) -> String {
    let (scaled, suffix) = match x.abs() {
        a if a >= 1e9 => (x / 1e9, "G"),
        a if a >= 1e6 => (x / 1e6, "M"),
        a if a >= 1e3 => (x / 1e3, "k"),
        _ => (x, ""),
    };
    format!("{}{suffix}", three_digits(scaled))
}

/// Seconds in the unit that suits: `1.9 s`, `41 ms`, `350 µs`.
pub fn short_secs(secs: f64) -> String {
    let (scaled, unit) = match secs.abs() {
        a if a >= 120.0 * 60.0 => (secs / 3600.0, "h"),
        a if a >= 120.0 => (secs / 60.0, "min"),
        a if a >= 1.0 => (secs, "s"),
        a if a >= 1e-3 => (secs * 1e3, "ms"),
        0.0 => (0.0, "s"),
        _ => (secs * 1e6, "µs"),
    };
    format!("{} {unit}", three_digits(scaled))
}

/// US dollars: `$1.31`, `$0.0042`, `$1.2k`.
pub fn short_usd(usd: f64) -> String {
    match usd.abs() {
        a if a >= 1000.0 => format!("${}", short_count(usd)),
        a if a >= 0.1 || a <= 0.0 => format!("${usd:.2}"),
        _ => format!("${}", three_digits(usd)),
    }
}

/// At most three significant digits, without trailing zeros.
fn three_digits(x: f64) -> String {
    let decimals = match x.abs() {
        a if a >= 100.0 => 0,
        a if a >= 10.0 => 1,
        a if a >= 1.0 => 2,
        a if a >= 0.1 => 3,
        a if a >= 0.01 => 4,
        _ => 6,
    };
    let text = format!("{x:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_keep_three_digits() {
        assert_eq!(short_count(3512.0), "3.51k");
        assert_eq!(short_count(12.0), "12");
        assert_eq!(short_secs(0.0413), "41.3 ms");
        assert_eq!(short_secs(1.9), "1.9 s");
        assert_eq!(short_usd(1.309), "$1.31");
        assert_eq!(short_usd(0.0), "$0.00");
    }
}
