//! How fast the number of pods changes. Rows are those of kubernetes/kubernetes `pkg/controller/podautoscaler/horizontal_test.go`.

use super::at;
use crate::policy::scaling::Bounds;
use crate::policy::scaling::hpa::*;
use crate::units::{SimTime, Span};

const NOW: SimTime = SimTime::from_nanos(36_000_000_000_000);

/// Rules as the source's `generateScalingRules` makes them: pods in a period, per cent in a period, both in seconds; 0 for none.
fn rules(pods: u32, pods_period: u64, percent: u32, percent_period: u64) -> Rules {
    let mut rules = Vec::new();
    if pods > 0 {
        rules.push(Rule::Pods { count: pods, period: Span::from_secs(pods_period) });
    }
    if percent > 0 {
        rules.push(Rule::Percent { percent, period: Span::from_secs(percent_period) });
    }
    Rules { window: Span::ZERO, select: Select::Max, rules }
}

/// Changes spread evenly over the last so many seconds, the oldest first: each in the middle of its part.
fn spread(changes: &[u32], seconds: u64, into: &mut crate::policy::scaling::Recent<u32>) {
    let part = seconds * 1_000_000_000 / changes.len().max(1) as u64;
    for (index, change) in changes.iter().enumerate() {
        let ago = seconds * 1_000_000_000 - part * (index as u64 + 1) + part / 2;
        into.note(SimTime::from_nanos(NOW.nanos() - ago), *change, Span::MAX);
    }
}

/// Added before, removed before, bounds, rules for up and for down, there are, wanted, expected, and what limits.
type Row<'a> = (&'a [u32], &'a [u32], (u32, u32), Option<Rules>, Option<Rules>, u32, u32, u32, &'a str);

fn limited(rows: &[Row<'_>]) {
    for (index, (added, removed, bounds, up, down, from, wanted, expected, by)) in rows.iter().enumerate() {
        let mut history = History::default();
        spread(added, 120, &mut history.added);
        spread(removed, 120, &mut history.removed);
        let Behaviour::Rules { up: default_up, down: default_down } = Behaviour::default() else { panic!() };
        let up = up.clone().unwrap_or(default_up);
        let behaviour = Behaviour::Rules { up, down: down.clone().unwrap_or(default_down) };
        let bounds = Bounds { min: bounds.0, max: bounds.1 };
        let (desired, limit) = behaviour.limit(NOW, *from, *wanted, bounds, &history);
        let seen = match limit {
            None => "within",
            Some(Limit::Rate(_)) => "rate",
            Some(Limit::Max) => "max",
            Some(Limit::Min) => "min",
            Some(Limit::Doubling | Limit::Disabled) => "else",
        };
        assert_eq!((desired, seen), (*expected, *by), "row {index}");
    }
}

#[test]
fn scaling_with_rules_goes_up_as_in_the_source_s_table() {
    let three = &[1, 5, 9][..];
    let four = &[8, 12, 9, 11][..];
    let wide = (1, 1_000);
    limited(&[
        (&[], &[], (3, 8), None, None, 5, 7, 7, "within"),
        (&[], &[], (2, 8), None, None, 3, 1, 2, "min"),
        (&[], &[], (0, 10), None, None, 1, 0, 0, "within"),
        (&[], &[], (100, 150), None, None, 100, 1_000, 150, "max"),
        (&[], &[], (1, 2_000), Some(rules(0, 0, 1, 60)), None, 3, 1_000, 4, "rate"),
        (&[], &[], wide, None, None, 10, 50, 20, "rate"),
        (&[], &[], wide, Some(rules(100, 60, 100, 60)), None, 10, 500, 110, "rate"),
        (&[], &[], wide, Some(rules(2, 60, 100, 60)), None, 10, 500, 20, "rate"),
        (&[], &[], wide, Some(rules(100, 60, 0, 0)), None, 10, 50, 50, "within"),
        (&[], &[], wide, Some(rules(30, 60, 0, 0)), None, 10, 50, 40, "rate"),
        (&[], &[], wide, Some(rules(0, 0, 200, 60)), None, 10, 50, 30, "rate"),
        (three, &[], (1, 200), Some(rules(300, 60, 0, 0)), None, 100, 500, 200, "max"),
        (three, &[], (1, 200), Some(rules(0, 0, 10_000, 60)), None, 100, 500, 200, "max"),
        // Two minutes ago there were 85, and the rule has since become 5: no more, but not fewer either.
        (three, &[], wide, Some(rules(5, 120, 0, 0)), None, 100, 500, 100, "rate"),
        (three, &[], wide, Some(rules(150, 120, 0, 0)), None, 100, 500, 235, "rate"),
        (three, &[], wide, Some(rules(0, 0, 200, 120)), None, 100, 500, 255, "rate"),
        (&[4], &[2], wide, Some(rules(0, 0, 300, 300)), None, 6, 24, 16, "rate"),
        (four, &[], wide, Some(rules(1_000, 60, 0, 0)), None, 100, 200, 200, "within"),
        (four, &[], wide, Some(rules(1_000, 120, 100, 60)), None, 100, 200, 200, "within"),
    ]);
}

#[test]
fn scaling_with_rules_goes_down_as_in_the_source_s_table() {
    let three = &[1, 5, 9][..];
    let wide = (1, 1_000);
    limited(&[
        (&[], &[], wide, None, Some(rules(20, 60, 1, 60)), 100, 2, 80, "rate"),
        (&[], &[], wide, None, Some(rules(2, 60, 1, 60)), 100, 2, 98, "rate"),
        (&[], &[], wide, None, Some(rules(100, 60, 0, 0)), 10, 0, 1, "min"),
        (&[], &[], (5, 1_000), None, Some(rules(0, 0, 100, 60)), 10, 2, 5, "min"),
        (&[], &[], wide, None, Some(rules(5, 60, 0, 0)), 10, 2, 5, "rate"),
        (&[], &[], wide, None, Some(rules(0, 0, 50, 60)), 10, 5, 5, "within"),
        (&[], three, wide, None, None, 10, 5, 5, "within"),
        (&[], three, wide, None, Some(rules(115, 120, 0, 0)), 100, 0, 1, "min"),
        (&[], three, (5, 1_000), None, Some(rules(130, 120, 0, 0)), 100, 0, 5, "min"),
        (&[], three, (5, 1_000), None, Some(rules(0, 0, 100, 120)), 100, 2, 5, "min"),
        (&[], three, wide, None, Some(rules(5, 120, 0, 0)), 100, 2, 100, "rate"),
        (&[], &[2, 4, 6], wide, None, Some(rules(0, 0, 50, 120)), 100, 0, 56, "rate"),
        (&[2], &[4], wide, None, Some(rules(0, 0, 50, 180)), 10, 1, 6, "rate"),
        (&[], &[10, 10, 10], wide, None, Some(rules(0, 0, 10, 120)), 100, 0, 100, "rate"),
        (&[], &[10, 10, 10], wide, None, Some(rules(0, 0, 1_000, 120)), 10, 5, 5, "within"),
        (&[], &[8, 12, 9, 11], wide, None, Some(rules(1_000, 60, 0, 0)), 100, 5, 5, "within"),
    ]);
}

#[test]
fn the_rule_that_allows_least_counts_when_that_is_selected() {
    // TestCalculateScaleUpLimitWithScalingRules and TestCalculateScaleDownLimitWithBehaviors.
    let least = Rules { select: Select::Min, ..rules(2, 60, 50, 60) };
    let none = Rules { select: Select::Disabled, ..rules(2, 60, 50, 60) };
    let bounds = Bounds { min: 0, max: 1_000 };
    let history = History::default();
    for (rules, from, wanted, expected) in
        [(&least, 1, 100, 2), (&least, 5, 0, 3), (&none, 5, 100, 5), (&none, 5, 0, 5)]
    {
        let behaviour = Behaviour::Rules { up: rules.clone(), down: rules.clone() };
        assert_eq!(behaviour.limit(NOW, from, wanted, bounds, &history).0, expected);
    }
}

#[test]
fn without_a_behaviour_it_at_most_doubles() {
    // TestConvertDesiredReplicasWithRules; from 3 the limit is max(2·3, 4).
    for (from, wanted, min, max, expected, limit) in [
        (5, 7, 3, 8, 7, None),
        (3, 1, 2, 8, 2, Some(Limit::Min)),
        (1, 0, 0, 10, 0, None),
        (20, 1_000, 1, 10, 10, Some(Limit::Max)),
        (3, 1_000, 1, 2_000, 6, Some(Limit::Doubling)),
        (1, 1_000, 1, 2_000, 4, Some(Limit::Doubling)),
    ] {
        let (desired, by) =
            Behaviour::ABSENT.limit(NOW, from, wanted, Bounds { min, max }, &History::default());
        assert_eq!((desired, by), (expected, limit), "{from} to {wanted}");
    }
}

/// Recommended and seconds ago, the oldest first; windows up and down; there are, recommended, expected.
type WindowRow<'a> = (&'a [(u32, u64)], u64, u64, u32, u32, u32);

#[test]
fn recommendations_are_stabilised_as_in_the_source_s_table() {
    // TestNormalizeDesiredReplicasWithBehavior.
    let two = &[(4, 120), (5, 60)][..];
    let old = &[(10, 600), (9, 540)][..];
    let rows: &[WindowRow<'_>] = &[
        (&[], 0, 0, 100, 5, 5),
        (two, 0, 180, 100, 3, 5),
        (two, 300, 0, 1, 7, 4),
        (&[(1, 120), (2, 60)], 300, 0, 100, 3, 3),
        (two, 0, 300, 1, 3, 3),
        (old, 0, 0, 100, 3, 3),
        (old, 0, 0, 1, 100, 100),
        (&[(10, 600), (9, 540), (5, 120), (4, 60)], 0, 180, 100, 3, 5),
        (&[(10, 6_000), (9, 180), (5, 120), (6, 60)], 300, 0, 1, 100, 5),
        (&[(2, 6_000), (3, 180)], 300, 300, 2, 1, 2),
        (&[(2, 6_000), (1, 180)], 300, 300, 2, 3, 2),
    ];
    for (recommended, up, down, from, proposed, expected) in rows {
        let mut history = History::default();
        for (value, ago) in *recommended {
            history.recommended.note(at(36_000 - ago), *value, Span::MAX);
        }
        let windowed = |secs| Rules { window: Span::from_secs(secs), ..rules(1, 60, 0, 0) };
        let behaviour = Behaviour::Rules { up: windowed(*up), down: windowed(*down) };
        let (settled, _) = behaviour.stabilise(NOW, *from, *proposed, &mut history);
        assert_eq!(settled, *expected, "{recommended:?}, {up}, {down}, {from}, {proposed}");
    }
    // TestNormalizeDesiredReplicas: without a behaviour.
    for (recommended, expected) in
        [(&[][..], 3), (two, 5), (&[(1, 120), (2, 60)], 3), (old, 3), (&[(10, 600), (5, 120), (4, 60)], 5)]
    {
        let mut history = History::default();
        for (value, ago) in recommended {
            history.recommended.note(at(36_000 - ago), *value, Span::MAX);
        }
        assert_eq!(Behaviour::ABSENT.stabilise(NOW, 100, 3, &mut history).0, expected);
    }
}

/// A fleet whose pods are ready as soon as they are asked for, under a load in thousandths of a core, spread evenly.
struct Fleet {
    settings: Settings,
    history: History,
    desired: u32,
}

impl Fleet {
    fn step(&mut self, secs: u64, load: u64) -> String {
        let pods = vec![Pod::ready_since(at(0)); self.desired as usize];
        let value = load / u64::from(self.desired.max(1));
        let samples = vec![Some(Sample { value, at: at(secs), over: Span::from_secs(15) }); pods.len()];
        let readings = [Reading::Pods { samples: &samples, requests: &[1_000] }];
        let seen = Observation { now: at(secs), desired: self.desired, pods: &pods, readings: &readings };
        let decision = decide(&seen, &self.settings, &mut self.history);
        self.desired = decision.desired;
        decision.to_string()
    }
}

fn fleet(desired: u32, behaviour: Behaviour) -> Fleet {
    let bounds = Bounds { min: 1, max: 100 };
    let settings = Settings { bounds, behaviour, ..Settings::cpu(50) };
    Fleet { settings, history: History::default(), desired }
}

#[test]
fn forty_are_reached_from_four_in_three_periods() {
    for behaviour in [Behaviour::default(), Behaviour::ABSENT] {
        let mut fleet = fleet(4, behaviour);
        let seen: Vec<u32> = (0..4)
            .map(|period| {
                fleet.step(1_000 + 15 * period, 20_000);
                fleet.desired
            })
            .collect();
        assert_eq!(seen, [8, 16, 32, 40]);
    }
}

#[test]
fn what_was_needed_within_five_minutes_is_kept_and_then_goes_at_once() {
    let mut fleet = fleet(2, Behaviour::default());
    let up = fleet.step(1_000, 2_000);
    assert_eq!((fleet.desired, up.as_str()), (4, "up to 4: CPU 100 % of a target of 50 % over 2 ready"));
    // 500 thousandths need one pod. The four were recommended at 1,000 s; at 1,300 s that is five minutes ago and counts no more.
    for secs in (1_015..1_300).step_by(15) {
        let held = fleet.step(secs, 500);
        assert_eq!(
            (fleet.desired, held.as_str()),
            (4, "held at 4 by stabilisation: recommended 1, the last 5m count")
        );
    }
    assert_eq!(fleet.step(1_300, 500), "down to 1: CPU 12 % of a target of 50 % over 4 ready");
    assert_eq!(fleet.desired, 1);
}

#[test]
fn ten_per_cent_a_minute_is_the_documentation_s_walk() {
    // "Scaling policies": from 80 to 10 by 10 % or 4 pods a minute. 8 go first; of 72 it is 7.2, and 8 go.
    let down = Rules { window: Span::ZERO, ..rules(4, 60, 10, 60) };
    let Behaviour::Rules { up, .. } = Behaviour::default() else { panic!() };
    let mut fleet = fleet(80, Behaviour::Rules { up, down });
    // Nothing is removed within the first window, whose first recommendation is what was there; here there is no window.
    let seen: Vec<u32> = (0..6)
        .map(|minute| {
            fleet.step(1_000 + 60 * minute, 5_000);
            fleet.desired
        })
        .collect();
    // 80·0.9 = 72, 72·0.9 = 64.8, 64·0.9 = 57.6, 57·0.9 = 51.3, 51·0.9 = 45.9, 45·0.9 = 40.5: what is left is rounded down.
    assert_eq!(seen, [72, 64, 57, 51, 45, 40]);
    assert_eq!(fleet.step(1_360, 5_000), "held at 36: at most -4 pods in 1m, 10 wanted");
}

#[test]
fn the_bounds_act_at_once_and_zero_by_hand_switches_off() {
    for (desired, min, max, expected, said) in [
        (0, 1, 10, 0, "off: no pods were asked for"),
        (30, 1, 10, 10, "down to 10, the most: there were 30"),
        (2, 5, 10, 5, "up to 5, the fewest: there were 2"),
    ] {
        let mut fleet = fleet(desired, Behaviour::default());
        fleet.settings.bounds = Bounds { min, max };
        assert_eq!((fleet.step(1_000, 1_000).as_str(), fleet.desired), (said, expected));
    }
    // TestReplicaLimits: "scale down clamped to min replicas" and "scale up clamped to max replicas".
    for (load, said) in
        [(100, "held at 2, the fewest: 1 wanted"), (9_000, "capped at 5, the most: 18 wanted")]
    {
        let behaviour = Behaviour::Rules { up: rules(100, 60, 0, 0), down: rules(100, 60, 0, 0) };
        let mut fleet = fleet(3, behaviour);
        fleet.settings.bounds = Bounds { min: 2, max: 5 };
        assert_eq!(fleet.step(1_000, load), said);
    }
}
