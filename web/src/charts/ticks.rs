//! Where an axis has its ticks, and how instants are written.

/// Steps of a time axis, seconds, each a length people count in.
const TIME_STEPS: [f64; 29] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0,
    300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0,
    604_800.0,
];

/// The least of 1, 2 and 5 times a power of ten that is not below `x` (which is positive).
pub(crate) fn nice_above(x: f64) -> f64 {
    let decade = libm::pow(10.0, libm::floor(libm::log10(x)));
    let lead = x / decade;
    // The margin forgives the last bit of a logarithm: 1000 must not become 2000.
    let nice = [1.0, 2.0, 5.0].into_iter().find(|n| lead <= n * (1.0 + 1e-9)).unwrap_or(10.0);
    nice * decade
}

/// The greatest of 1, 2 and 5 times a power of ten that is not above `x` (which is positive).
pub(crate) fn nice_below(x: f64) -> f64 {
    let decade = libm::pow(10.0, libm::floor(libm::log10(x) + 1e-12));
    let lead = x / decade;
    let nice = [5.0, 2.0].into_iter().find(|n| lead >= n * (1.0 - 1e-9)).unwrap_or(1.0);
    nice * decade
}

/// Ticks from 0 to the first one at or above `max`, about `want` steps of a nice length.
pub(crate) fn linear(max: f64, want: usize) -> Vec<f64> {
    let max = if max.is_finite() && max > 0.0 { max } else { 1.0 };
    let wide = nice_above(max / want.max(1) as f64);
    let narrow = nice_below(wide / 1.5);
    let steps_of = |step: f64| libm::ceil(max / step - 1e-9).max(1.0) as usize;
    // One tick more than wanted, rather than an axis that is half empty.
    let half_empty = max < 0.72 * wide * steps_of(wide) as f64;
    let step = if half_empty && steps_of(narrow) <= want + 1 { narrow } else { wide };
    let steps = steps_of(step);
    (0..=steps).map(|n| n as f64 * step).collect()
}

/// Ticks of a logarithmic axis from `lo` to `hi`: 1-2-5 when there is room for all of them, else decades, and
/// the two ends where they are not too near to one.
pub(crate) fn log(lo: f64, hi: f64, want: usize) -> Vec<f64> {
    let mut all = Vec::new();
    let mut tick = nice_above(lo);
    while tick <= hi * (1.0 + 1e-9) && all.len() < 100 {
        all.push(tick);
        tick = nice_above(tick * 1.5);
    }
    if all.len() <= want {
        return all;
    }
    let decades: Vec<f64> = all.into_iter().filter(|tick| is_decade(*tick)).collect();
    let stride = decades.len().div_ceil(want.max(1)).max(1);
    let mut ticks: Vec<f64> = decades.into_iter().step_by(stride).collect();
    let room = libm::log10(hi / lo) / (want as f64 + 0.5);
    if ticks.first().is_none_or(|first| libm::log10(first / lo) > room) {
        ticks.insert(0, lo);
    }
    if ticks.last().is_none_or(|last| libm::log10(hi / last) > room) {
        ticks.push(hi);
    }
    ticks
}

fn is_decade(x: f64) -> bool {
    let exponent = libm::log10(x);
    (exponent - libm::round(exponent)).abs() < 1e-6
}

/// Ticks of the time axis, at most `want`, and the step between them.
pub(crate) fn time(from_s: f64, to_s: f64, want: usize) -> (Vec<f64>, f64) {
    let least = (to_s - from_s).max(1e-9) / want.max(1) as f64;
    let days = 86_400.0 * nice_above((least / 86_400.0).max(1.0));
    let step = TIME_STEPS.into_iter().find(|s| *s >= least).unwrap_or(days);
    let first = libm::ceil(from_s / step - 1e-9);
    let count = libm::floor((to_s / step - first) + 1e-9).max(-1.0) as i64 + 1;
    ((0..count).map(|n| (first + n as f64) * step).collect(), step)
}

/// An instant of simulated time as `h:mm:ss`, with as many decimals as a tick of `step_s` needs.
pub(crate) fn clock(at_s: f64, step_s: f64) -> String {
    let decimals = [(1.0, 0), (0.1, 1), (0.01, 2)].into_iter().find(|(least, _)| step_s >= *least * 0.999);
    let decimals: usize = decimals.map_or(3, |(_, d)| d);
    // In whole units of the last decimal, so that 59.96 rounds up to the next minute.
    let per_s = [1, 10, 100, 1000][decimals];
    let whole = libm::round(at_s.max(0.0) * per_s as f64) as u64;
    let (s, fraction) = (whole / per_s, whole % per_s);
    let clock = format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    if decimals == 0 { clock } else { format!("{clock}.{fraction:0decimals$}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= 1e-9 * y.abs().max(1e-12))
    }

    #[test]
    fn nice_numbers_are_one_two_five() {
        for (x, above, below) in
            [(1000.0, 1e3, 1e3), (1001.0, 2e3, 1e3), (0.3, 0.5, 0.2), (4.9e-6, 5e-6, 2e-6), (7.0, 10.0, 5.0)]
        {
            assert!(close(&[nice_above(x), nice_below(x)], &[above, below]), "{x}");
        }
    }

    #[test]
    fn a_linear_axis_covers_the_data_with_few_ticks() {
        assert!(close(&linear(3512.0, 4), &[0.0, 1000.0, 2000.0, 3000.0, 4000.0]));
        assert!(close(&linear(2.96, 4), &[0.0, 1.0, 2.0, 3.0]));
        assert!(close(&linear(4.2, 4), &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), "not 0 to 6 by 2");
        assert_eq!(linear(f64::NAN, 4), linear(1.0, 4));
        for n in 1..2000 {
            let max = f64::from(n) * 0.37;
            let ticks = linear(max, 4);
            assert!((2..=6).contains(&ticks.len()) && ticks[ticks.len() - 1] >= max * (1.0 - 1e-9), "{max}");
        }
    }

    #[test]
    fn a_log_axis_shows_decades_or_one_two_five() {
        assert!(close(&log(0.01, 10.0, 5), &[0.01, 0.1, 1.0, 10.0]));
        assert!(close(&log(0.02, 0.5, 5), &[0.02, 0.05, 0.1, 0.2, 0.5]));
        assert!(close(&log(1e-6, 10.0, 4), &[1e-6, 1e-4, 1e-2, 1.0]));
        assert!(
            close(&log(0.02, 2.0, 5), &[0.02, 0.1, 1.0]),
            "an end that is far from a decade, not one that is near"
        );
    }

    #[test]
    fn time_ticks_are_lengths_people_count_in() {
        let (ticks, step) = time(12.3, 72.3, 5);
        assert!(close(&ticks, &[15.0, 30.0, 45.0, 60.0]) && close(&[step], &[15.0]));
        let (ticks, _) = time(0.0, 3600.0, 4);
        assert!(close(&ticks, &[0.0, 900.0, 1800.0, 2700.0, 3600.0]));
        assert!(time(0.0, 1e9, 5).0.len() <= 6);
        assert!(time(5.0, 5.0, 5).0.len() <= 6);
    }

    #[test]
    fn instants_read_like_a_clock() {
        assert_eq!(clock(59_468.0, 1.0), "16:31:08");
        assert_eq!(clock(0.0, 60.0), "0:00:00");
        assert_eq!(clock(59.9999, 1.0), "0:01:00");
        assert_eq!(clock(3599.9999, 1.0), "1:00:00");
        assert_eq!(clock(61.5, 0.5), "0:01:01.5");
        assert_eq!(clock(1.25, 0.01), "0:00:01.25");
        assert_eq!(clock(360_000.0, 3600.0), "100:00:00");
    }
}
