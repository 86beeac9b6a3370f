//! The vertical autoscaler. Names are those of kubernetes/autoscaler `vertical-pod-autoscaler/pkg/recommender`.

use super::{at, fields};
use crate::policy::scaling::vertical::*;
use crate::units::Span;

const DAY: u64 = 86_400;

/// A history of samples of CPU: so many, one each so many seconds, of so many thousandths.
fn history(samples: u64, every: u64, milli: u64) -> History {
    let settings = Settings::default();
    let mut history = History::default();
    for sample in 0..samples {
        history.cpu(at(sample * every), milli, &settings);
    }
    history
}

/// Where the bucket of a value ends: 10 · (1.05ⁿ − 1) / 0.05 millicores for the first n that is above it.
fn bucket_end(milli: u64) -> f64 {
    let (mut end, mut width) = (0.0, 10.0);
    while end <= milli as f64 {
        (end, width) = (end + width, width * 1.05);
    }
    end
}

#[test]
fn the_target_is_the_end_of_the_bucket_and_fifteen_per_cent() {
    // A week of one sample a minute. 480 lies in the bucket from 477.3 to 511.1, by the formula of the bucket's start.
    for milli in [3, 100, 480, 1_000, 4_000] {
        let advice = advise(&Settings::default(), &history(7 * 1_440, 60, milli)).unwrap();
        let end = libm::floor(bucket_end(milli));
        let target = (end + libm::floor(end * 0.15)) as u64;
        assert_eq!(advice.cpu.target, target.max(25), "{milli}");
        assert!((advice.days - (7.0 - 1.0 / 1_440.0)).abs() < 1e-9, "{}", advice.days);
        // A week: above by a seventh, below by hardly anything.
        let upper = target as f64 * (1.0 + 1.0 / advice.days);
        let lower = target as f64 / (1.0 + 0.001 / advice.days) / (1.0 + 0.001 / advice.days);
        assert_eq!(advice.cpu.upper, (upper as u64).max(25));
        assert_eq!(advice.cpu.lower, (lower as u64).max(25));
    }
}

#[test]
fn bounds_are_as_wide_as_the_source_says_while_little_is_known() {
    // Comments in recommender.go: above ×3 after 12 h, ×2 after 24 h, ×1.14 after a week; below ×0.6 after 5 min, ×0.9 after 30 min, ×0.95 after 60 min.
    let ratio = |minutes: u64| {
        let advice = advise(&Settings::default(), &history(minutes + 1, 60, 4_000)).unwrap();
        let target = advice.cpu.target as f64;
        (advice.cpu.lower as f64 / target, advice.cpu.upper as f64 / target)
    };
    for (minutes, upper) in [(720, 3.0), (1_440, 2.0), (10_080, 1.14)] {
        assert!((ratio(minutes).1 - upper).abs() < 0.01, "{minutes}: {:?}", ratio(minutes));
    }
    for (minutes, lower) in [(5, 0.6), (30, 0.9), (60, 0.95)] {
        assert!((ratio(minutes).0 - lower).abs() < 0.02, "{minutes}: {:?}", ratio(minutes));
    }
    // Without any history there is no advice; after the first sample everything will do.
    assert!(advise(&Settings::default(), &History::default()).is_none());
    let first = advise(&Settings::default(), &history(1, 60, 4_000)).unwrap().cpu;
    assert_eq!([25, 4_000, 1_000_000].map(|request| first.verdict(request)), [Verdict::Within; 3]);
}

#[test]
fn confidence_is_the_lesser_of_how_long_and_how_often() {
    // TestConfidenceMultiplier: nine samples two minutes apart are 9/1,440 of a day.
    let advice = advise(&Settings::default(), &history(9, 120, 1_000)).unwrap();
    assert!((advice.days - 0.00625).abs() < 1e-12);
    // TestConfidenceMultiplierWithCustomInterval: half of 18 minutes.
    let settings = Settings { confidence: Span::from_secs(18 * 60), ..Settings::default() };
    assert!((advise(&settings, &history(9, 120, 1_000)).unwrap().days - 0.5).abs() < 1e-12);
}

#[test]
fn a_sample_counts_half_after_a_half_life() {
    // TestDecayingHistogramPercentiles: values 1 to 4 with as much weight, a half-life apart: 1/8, 2/4, 3/2 and 4 of 6.125.
    let settings =
        Settings { half_life: Span::from_secs(3_600), margin: 0.0, min_cpu: 0, ..Settings::default() };
    let mut history = History::default();
    for value in 1..=4 {
        for _ in 0..value {
            history.cpu(at(3_600 * value), 1_000 * value, &settings);
        }
    }
    for (share, value) in
        [(0.0, 1), (0.02, 1), (0.03, 2), (0.1, 2), (0.11, 3), (0.34, 3), (0.35, 4), (1.0, 4)]
    {
        let percentiles = Percentiles { target: share, lower: 0.0, upper: 1.0 };
        let advice = advise(&Settings { cpu: percentiles, ..settings.clone() }, &history).unwrap();
        assert_eq!(advice.cpu.target, libm::floor(bucket_end(1_000 * value)) as u64, "{share}");
    }
    // TestSimpleDecay and TestLongtermDecay: after twenty half-lives a thousand times the weight is hardly anything, after 101 nothing.
    for half_lives in [20, 101, 5_000] {
        let mut history = History::default();
        (0..1_000).for_each(|_| history.cpu(at(0), 2_000, &settings));
        history.cpu(at(3_600 * half_lives), 1_000, &settings);
        let percentiles = Percentiles { target: 0.999, lower: 0.0, upper: 1.0 };
        let advice = advise(&Settings { cpu: percentiles, ..settings.clone() }, &history).unwrap();
        assert_eq!(advice.cpu.target, libm::floor(bucket_end(1_000)) as u64, "{half_lives}");
    }
}

#[test]
fn of_memory_the_peak_of_each_day_counts() {
    let settings = Settings { margin: 0.0, ..Settings::default() };
    let mut history = History::default();
    history.cpu(at(0), 100, &settings);
    history.cpu(at(7 * DAY), 100, &settings);
    // An hour a day at 2 GB, else 1 GB: the samples' 90th percentile would be 1 GB, that of the days' peaks is 2 GB.
    for hour in 0..7 * 24 {
        let bytes = if hour % 24 == 13 { 2_000_000_000 } else { 1_000_000_000 };
        history.memory(at(3_600 * hour), bytes, &settings);
    }
    let target = advise(&settings, &history).unwrap().memory.target as f64;
    assert!((2e9..2.1e9).contains(&target), "{target}");
    // Never less than 250 MiB.
    let mut small = History::default();
    small.cpu(at(0), 1, &settings);
    small.memory(at(0), 1_000, &settings);
    assert_eq!(advise(&settings, &small).unwrap().memory.target, 250 << 20);
}

#[test]
fn faults_are_told_at_once() {
    assert_eq!(Settings::default().check(), []);
    let settings = Settings {
        cpu: Percentiles { target: 0.4, lower: 0.5, upper: 0.95 },
        memory: Percentiles { target: 0.9, lower: 0.5, upper: 1.5 },
        margin: -0.1,
        half_life: Span::ZERO,
        peak_over: Span::ZERO,
        confidence: Span::ZERO,
        ..Settings::default()
    };
    assert_eq!(
        fields(&settings.check()),
        ["cpu", "memory", "margin", "half_life", "peak_over", "confidence"]
    );
}
