//! Student's t: how far the mean of a few replications may lie from the truth, in standard errors.

/// Share of Student's distribution with `freedom` degrees of freedom that lies further from 0 than `t`, on both sides together.
///
/// Exact for whole degrees of freedom, by the finite sums of Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.7.3 and 26.7.4. At
/// least 1 degree is taken.
///
/// ```
/// use tenfold_validation::student::share_beyond;
/// // From any table: t(0.975, 10) = 2.228, t(0.9995, 9) = 4.781.
/// assert!((share_beyond(2.228, 10) - 0.05).abs() < 1e-4);
/// assert!((share_beyond(4.781, 9) - 0.001).abs() < 1e-5);
/// ```
pub fn share_beyond(t: f64, freedom: u32) -> f64 {
    let freedom = freedom.max(1);
    let angle = libm::atan(t.abs() / f64::from(freedom).sqrt());
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let odd = freedom % 2 == 1;
    // Terms cos^(k)·(2·4·…)/(3·5·…) for odd degrees, (1·3·…)/(2·4·…) for even ones.
    let (mut term, mut k) = if odd { (cosine, 1) } else { (1.0, 0) };
    let mut sum = if freedom == 1 { 0.0 } else { term };
    while k + 4 <= freedom {
        term *= cosine * cosine * f64::from(k + 1) / f64::from(k + 2);
        sum += term;
        k += 2;
    }
    let inside = if odd { 2.0 / std::f64::consts::PI * (angle + sine * sum) } else { sine * sum };
    (1.0 - inside).clamp(0.0, 1.0)
}

/// The t beyond which, on both sides together, a share `beyond` of Student's distribution with `freedom` degrees of freedom lies.
///
/// `beyond` from 10⁻⁹ to below 1; outside of it the nearest is taken.
///
/// ```
/// use tenfold_validation::student::t_beyond;
/// assert!((t_beyond(0.05, 19) - 2.093).abs() < 1e-3);
/// assert!((t_beyond(0.01, 1) - 63.66).abs() < 0.01);
/// ```
pub fn t_beyond(beyond: f64, freedom: u32) -> f64 {
    let beyond = beyond.clamp(1e-9, 1.0);
    let (mut low, mut high) = (0.0_f64, 1e10_f64);
    // The logarithm is halved first, then the last digits.
    for _ in 0..200 {
        let middle = if high > 2.0 * low + 2.0 { (low * high).sqrt().max(1.0) } else { 0.5 * (low + high) };
        if share_beyond(middle, freedom) > beyond {
            low = middle
        } else {
            high = middle
        }
        if high - low <= 1e-12 * high {
            break;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_met_for_odd_and_even_degrees_of_freedom() {
        // Two-sided 5 % and 0.1 %, from any table.
        for (freedom, five, tenth) in [
            (1, 12.706, 636.62),
            (2, 4.303, 31.599),
            (3, 3.182, 12.924),
            (4, 2.776, 8.610),
            (19, 2.093, 3.883),
            (60, 2.000, 3.460),
        ] {
            assert!((t_beyond(0.05, freedom) - five).abs() < 6e-4, "{freedom}: {}", t_beyond(0.05, freedom));
            let t = t_beyond(0.001, freedom);
            assert!((t / tenth - 1.0).abs() < 2e-4, "{freedom}: {t}");
        }
    }
}
