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

/// About so long, rounded up to two digits: `45 s`, `17 min`, `2.5 h`, `11 days`.
pub fn round_time(secs: f64) -> String {
    let (scaled, unit) = match secs {
        s if s <= 90.0 => (s, "s"),
        s if s <= 90.0 * 60.0 => (s / 60.0, "min"),
        s if s <= 36.0 * 3600.0 => (s / 3600.0, "h"),
        s => (s / 86_400.0, "days"),
    };
    let step = match scaled {
        a if a >= 1000.0 => 100.0,
        a if a >= 100.0 => 10.0,
        a if a >= 10.0 => 1.0,
        _ => 0.1,
    };
    format!("{} {unit}", three_digits(libm::ceil(scaled / step - 1e-9) * step))
}

/// US dollars: `$1.31`, `$0.0042`, `$1.2k`.
pub fn short_usd(usd: f64) -> String {
    match usd.abs() {
        a if a >= 1000.0 => format!("${}", short_count(usd)),
        a if a >= 0.1 || a <= 0.0 => format!("${usd:.2}"),
        _ => format!("${}", three_digits(usd)),
    }
}

/// How sure something is, in two digits rounded up, so that it never looks surer than it is: `9.5`, `0.38`, `120`.
pub fn two_digits(x: f64) -> String {
    if x <= 0.0 {
        return "0".to_owned();
    }
    let mut step = 1.0;
    while x < 10.0 * step && step > 1e-6 {
        step /= 10.0;
    }
    three_digits(libm::ceil(x / step - 1e-9) * step)
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
        assert_eq!(
            [45.0, 91.0, 5_000.0, 9_000.0, 8.64e5].map(round_time),
            ["45 s", "1.6 min", "84 min", "2.5 h", "10 days"]
        );
        assert_eq!([9.42, 10.2, 0.375, 0.0, 123.4].map(two_digits), ["9.5", "11", "0.38", "0", "124"]);
        assert_eq!(short_usd(1.309), "$1.31");
        assert_eq!(short_usd(0.0), "$0.00");
    }
}
