//! Numbers as people write them.

/// Reads a decimal number: `12`, `-0.5`, `.5`, `1e-3`; `None` for anything else, and for what no float can hold.
///
/// What a float prints reads back to the same float. The standard library's reader does that for texts of any length, and for
/// its sake carries a table of 10 KiB, a thirtieth of all that a visitor of the page loads.
pub fn read(text: &str) -> Option<f64> {
    let negative = text.starts_with('-');
    let size = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, power) = digits_and_power(size)?;
    let ten_to = |power: u32| libm::pow(10.0, f64::from(power));
    let rough = match power {
        0.. => digits as f64 * ten_to(power.unsigned_abs()),
        _ => digits as f64 / ten_to(power.unsigned_abs()),
    };
    // Up to 15 digits this is exact. Beyond, it was rounded more than once and may be a step or two beside what was printed.
    let (above, below) = (rough.next_up(), rough.next_down());
    let near = [rough, above, below, above.next_up(), below.next_down()];
    let exact = near.into_iter().find(|x| x.to_string() == size).unwrap_or(rough);
    exact.is_finite().then_some(if negative { -exact } else { exact })
}

/// A number without a sign as digits × 10 to a power. Of very many digits the first are kept: a float has no more than 17.
fn digits_and_power(text: &str) -> Option<(u64, i32)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut digits = 0;
    let mut power = exponent.parse::<i32>().ok()?.saturating_sub(fraction.len() as i32);
    for c in whole.chars().chain(fraction.chars()) {
        let digit = u64::from(c.to_digit(10)?);
        if digits < 10_u64.pow(18) {
            digits = digits * 10 + digit;
        } else {
            power = power.saturating_add(1);
        }
    }
    Some((digits, power))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bits of floats all over their range, some with few digits and some with as many as there are.
    fn samples() -> impl Iterator<Item = f64> {
        let mut x: u64 = 1;
        (0..20_000).map(move |i| {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match i % 3 {
                0 => f64::from_bits(x & !(1 << 62) | (1 << 61)).abs(),
                1 => (x >> 11) as f64 / libm::pow(10.0, (x % 40) as f64),
                _ => (x >> 40) as f64 / 60.0,
            }
        })
    }

    #[test]
    fn what_a_float_prints_reads_back_to_the_same_float() {
        for x in samples().filter(|x| x.is_finite()) {
            assert_eq!(read(&x.to_string()).map(f64::to_bits), Some(x.to_bits()), "{x}");
            assert_eq!(read(&(-x).to_string()).map(f64::to_bits), Some((-x).to_bits()), "-{x}");
        }
    }

    #[test]
    fn it_reads_what_the_standard_library_reads() {
        for text in [
            "0",
            "-0",
            "5",
            "+5",
            "007",
            ".5",
            "-.5",
            "5.",
            "1e3",
            "1E+3",
            "1.5e-3",
            "0.1",
            "123456789012345",
            "1e22",
            "25e-2",
            "0e-400",
            "1e-400",
            "100000000000000000000",
        ] {
            assert_eq!(read(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_large_for_one_is_refused() {
        for text in [
            "",
            "+",
            "-",
            ".",
            "e5",
            ".e5",
            "1e",
            "1e+",
            "1.2.3",
            "1_000",
            "1,000",
            "--1",
            "+-1",
            " 1",
            "1 ",
            "0x10",
            "inf",
            "-infinity",
            "NaN",
            "1e400",
            "1e99999999999",
            "٣",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
