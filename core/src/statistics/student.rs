//! Student's t: how far a mean of few values may be off.

/// The half-width `t` for which a Student variable with `freedom` degrees of freedom lies within ±t with probability `confidence`.
///
/// Exact to about ten digits: the distribution function of whole degrees of freedom is a finite sum (Abramowitz and Stegun, *Handbook of
/// Mathematical Functions*, 26.7.3 and 26.7.4), and its inverse is found by halving. From 2,000 degrees of freedom on, the
/// expansion in 1/freedom (26.7.5) is as exact.
///
/// `None` without any degree of freedom, or for a confidence that does not lie between 0 and 1, both excluded.
///
/// ```
/// use tenfold::statistics::student_t;
/// // From any table: 95 % two-sided, 9 degrees of freedom.
/// assert!((student_t(0.95, 9).unwrap() - 2.262_157_163).abs() < 1e-9);
/// ```
pub fn student_t(confidence: f64, freedom: u32) -> Option<f64> {
    if freedom == 0 || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    if freedom >= 2_000 {
        return Some(expanded(normal_t(confidence), f64::from(freedom)));
    }
    // With t = √freedom · tan θ the sums are in sin θ, which lies between 0 and 1.
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if within(middle, freedom) < confidence { low = middle } else { high = middle }
    }
    let sine: f64 = 0.5 * (low + high);
    Some(f64::from(freedom).sqrt() * sine / ((1.0 - sine) * (1.0 + sine)).sqrt())
}

/// The probability of lying within ±t, by the sine of atan(t/√freedom).
fn within(sine: f64, freedom: u32) -> f64 {
    let cosine_squared = (1.0 - sine) * (1.0 + sine);
    let odd = freedom % 2 == 1;
    // Odd: 1, 2/3, 2·4/(3·5) …; even: 1, 1/2, 1·3/(2·4) …; each times another cos².
    let mut term = if odd { cosine_squared.sqrt() } else { 1.0 };
    let mut sum = 0.0;
    let first = if odd { 3 } else { 2 };
    for next in (first..=freedom).step_by(2) {
        sum += term;
        term *= cosine_squared * f64::from(next - 1) / f64::from(next);
    }
    if odd { (libm::asin(sine) + sine * sum) / std::f64::consts::FRAC_PI_2 } else { sine * sum }
}

/// The same for a normal variable, by halving its distribution function.
fn normal_t(confidence: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        // The tail keeps its digits where the body is nearly 1.
        if libm::erfc(middle / std::f64::consts::SQRT_2) > 1.0 - confidence {
            low = middle
        } else {
            high = middle
        }
    }
    0.5 * (low + high)
}

/// Abramowitz and Stegun 26.7.5.
fn expanded(z: f64, n: f64) -> f64 {
    let z2 = z * z;
    let one = z * (z2 + 1.0) / 4.0;
    let two = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let three = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    z + (one + (two + three / n) / n) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(confidence: f64, freedom: u32, truth: f64) {
        let found = student_t(confidence, freedom).expect("it is defined");
        assert!((found / truth - 1.0).abs() < 2e-10, "{freedom} at {confidence}: {found}, not {truth}");
    }

    #[test]
    fn one_and_two_degrees_of_freedom_have_closed_forms() {
        for p in [0.01, 0.5, 0.9, 0.95, 0.99, 0.999] {
            close(p, 1, libm::tan(std::f64::consts::FRAC_PI_2 * p));
            close(p, 2, p * (2.0 / (1.0 - p * p)).sqrt());
            // Four: the root of a cubic, by cosines (Shaw 2006, equation 36).
            let a = (1.0 - p * p).sqrt();
            let q = libm::cos(libm::acos(a) / 3.0) / a;
            close(p, 4, 2.0 * (q - 1.0).sqrt());
        }
    }

    #[test]
    fn the_published_table_is_hit_to_all_its_digits() {
        // NIST/SEMATECH e-Handbook, table 1.3.6.7.2, 0.975 and 0.999 one-sided; three digits.
        for (freedom, p95, p998) in [
            (3, 3.182, 10.214),
            (5, 2.571, 5.894),
            (7, 2.365, 4.785),
            (10, 2.228, 4.144),
            (15, 2.131, 3.733),
            (19, 2.093, 3.579),
            (20, 2.086, 3.552),
            (29, 2.045, 3.396),
            (40, 2.021, 3.307),
            (63, 1.998, 3.225),
            (100, 1.984, 3.174),
        ] {
            let rounded = |p| (student_t(p, freedom).expect("it is defined") * 1e3).round() / 1e3;
            assert!((rounded(0.95) - p95).abs() < 1e-9, "{freedom}: {}", rounded(0.95));
            assert!((rounded(0.998) - p998).abs() < 1.1e-3, "{freedom}: {}", rounded(0.998));
        }
    }

    #[test]
    fn many_degrees_of_freedom_are_the_normal_distribution_and_nothing_jumps() {
        // The normal distribution to ten digits.
        assert!((normal_t(0.95) - 1.959_963_984_540).abs() < 1e-11);
        assert!((normal_t(0.998) - 3.090_232_306_168).abs() < 1e-11);
        for p in [0.5, 0.95, 0.998] {
            close(p, 1_999, expanded(normal_t(p), 1_999.0));
            let falls = [1_998, 1_999, 2_000, 2_001].map(|n| student_t(p, n).expect("it is defined"));
            assert!(falls.is_sorted_by(|a, b| a > b), "{falls:?}");
        }
    }

    #[test]
    fn nonsense_has_no_answer() {
        assert_eq!(student_t(0.95, 0), None);
        for p in [0.0, 1.0, -1.0, 2.0, f64::NAN] {
            assert_eq!(student_t(p, 5), None);
        }
    }
}
