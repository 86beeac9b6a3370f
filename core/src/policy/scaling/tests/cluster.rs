//! The cluster autoscaler, by what its FAQ says.

use super::{at, fields};
use crate::policy::scaling::Bounds;
use crate::policy::scaling::cluster::*;
use crate::units::Span;

const GIB: u64 = 1 << 30;

const fn cores(cores: u64) -> Size {
    Size { cpu: 1_000 * cores, memory: GIB * cores }
}

fn settings() -> Settings {
    Settings { bounds: Bounds { min: 1, max: 20 }, ..Settings::default() }
}

fn node(id: u64, pods: &[Size]) -> Node<'_> {
    Node { id, pods, pinned: false }
}

#[test]
fn pods_that_find_no_room_are_packed_into_the_fewest_nodes() {
    // Nodes of four cores. Sizes that wait, nodes on their way, nodes expected beside the one that is there.
    for (sizes, coming, expected) in [
        (&[1, 1, 1, 1, 1, 1, 1][..], 0, 2),
        (&[4], 0, 1),
        // The largest first: 3 + 1, 3 + 1, 2.
        (&[1, 1, 2, 3, 3], 0, 3),
        (&[3, 3, 3], 0, 3),
        // Those on their way have room for four cores each.
        (&[1, 1, 1], 1, 1),
        (&[3, 3, 1], 1, 2),
        (&[], 2, 2),
        // Five cores fit on no node; no number of them helps.
        (&[5], 0, 0),
        (&[5, 1], 0, 1),
        (&[4; 30], 0, 19),
    ] {
        let pending: Vec<Pending> =
            sizes.iter().map(|n| Pending { size: cores(*n), since: at(100) }).collect();
        let starting = vec![at(90); coming];
        let full = [cores(4)];
        let nodes = [node(1, &full)];
        let seen = Observation { now: at(100), nodes: &nodes, starting: &starting, pending: &pending };
        let decision = decide(&seen, &settings(), &mut History::default());
        assert_eq!(decision.desired, 1 + expected, "{sizes:?} with {coming}: {decision}");
    }
}

#[test]
fn memory_counts_as_well_as_cpu() {
    let size = Size { cpu: 100, memory: 10 * GIB };
    let pending = [Pending { size, since: at(0) }; 3];
    let seen = Observation { now: at(0), nodes: &[], starting: &[], pending: &pending };
    // One of 10 GiB in 16 each.
    assert_eq!(
        decide(&seen, &settings(), &mut History::default()).to_string(),
        "up to 3 nodes: 3 pods find no room"
    );
}

#[test]
fn a_node_that_does_not_come_is_not_counted_on_after_fifteen_minutes() {
    let pending = [Pending { size: cores(4), since: at(0) }];
    let mut history = History::default();
    let mut decide_at = |secs, starting: &[_]| {
        let seen = Observation { now: at(secs), nodes: &[], starting, pending: &pending };
        decide(&seen, &settings(), &mut history).to_string()
    };
    assert_eq!(decide_at(10, &[]), "up to 1 node: 1 pod finds no room");
    assert_eq!(decide_at(20, &[at(10)]), "kept at 1: 1 pods wait for nodes on their way, 0 fit on none");
    assert_eq!(decide_at(909, &[at(10)]), "kept at 1: 1 pods wait for nodes on their way, 0 fit on none");
    // The one that failed is not among those that are asked for any more.
    assert_eq!(decide_at(910, &[at(10)]), "up to 1 node: 1 pod finds no room");
    let settings = Settings { patience: Span::from_secs(60), ..settings() };
    let seen = |secs| Observation { now: at(secs), nodes: &[], starting: &[], pending: &pending };
    for (secs, expected) in [(59, 0), (60, 1)] {
        assert_eq!(decide(&seen(secs), &settings, &mut History::default()).desired, expected);
    }
}

/// Scans every ten seconds from one time to another; when nodes first go, and which.
fn first_leaving(nodes: &[Node<'_>], from: u64, to: u64, history: &mut History) -> Option<(u64, Vec<u64>)> {
    (from..=to).step_by(10).find_map(|secs| {
        let seen = Observation { now: at(secs), nodes, starting: &[], pending: &[] };
        match decide(&seen, &settings(), history).reason {
            Reason::Unneeded { leaving, .. } => Some((secs, leaving.ids().to_vec())),
            _ => None,
        }
    })
}

#[test]
fn a_node_goes_after_ten_minutes_under_half_used_if_its_pods_fit_elsewhere() {
    let (one, two, three) = ([cores(1)], [cores(2)], [cores(3)]);
    let quarter = [Size { cpu: 1_900, memory: 0 }];
    for (name, nodes, expected) in [
        ("its pod fits", vec![node(1, &three), node(2, &one)], Some((700, vec![2]))),
        ("half is not under half", vec![node(1, &two), node(2, &two)], None),
        ("1.9 of 4 is", vec![node(1, &two), node(2, &quarter)], Some((700, vec![2]))),
        ("no room elsewhere", vec![node(1, &[cores(4)]), node(2, &one)], None),
        ("pinned", vec![node(1, &three), Node { pinned: true, ..node(2, &one) }], None),
        ("the fewest stay", vec![node(1, &one)], None),
        ("the fewest stay though empty", vec![node(1, &[])], None),
        ("down to the fewest", vec![node(1, &[]), node(2, &[]), node(3, &[])], Some((700, vec![1, 2]))),
        // Empty ones go together, before any with pods.
        ("empty", vec![node(1, &three), node(2, &[]), node(3, &one), node(4, &[])], Some((700, vec![2, 4]))),
        // With pods one goes at a time, though all three are unneeded: two fit onto the third.
        ("one by one", vec![node(1, &one), node(2, &one), node(3, &one)], Some((700, vec![1]))),
        ("ten at most", (1..=15).map(|id| node(id, &[])).collect(), Some((700, (1..=10).collect()))),
    ] {
        let seen = first_leaving(&nodes, 100, 1_500, &mut History::default());
        assert_eq!(seen, expected, "{name}");
    }
}

#[test]
fn ten_minutes_begin_anew_when_a_node_was_needed_or_nodes_were_added() {
    let (one, three) = ([cores(1)], [cores(3)]);
    let idle = [node(1, &three), node(2, &one)];
    let busy = [node(1, &three), node(2, &three)];
    let mut history = History::default();
    assert_eq!(first_leaving(&idle, 100, 600, &mut history), None);
    assert_eq!(first_leaving(&busy, 610, 610, &mut history), None);
    assert_eq!(first_leaving(&idle, 620, 2_000, &mut history), Some((1_220, vec![2])));
    // A pod that waits at 2,000 s brings a node; none goes for ten minutes after that.
    let pending = [Pending { size: cores(4), since: at(2_000) }];
    let seen = Observation { now: at(2_000), nodes: &busy, starting: &[], pending: &pending };
    assert_eq!(decide(&seen, &settings(), &mut history).desired, 3);
    let seen = Observation { now: at(2_010), nodes: &idle, starting: &[], pending: &[] };
    let decision = decide(&seen, &settings(), &mut history);
    assert_eq!(decision.to_string(), format!("held at 2: none goes until {}, some were added", at(2_600)));
    assert_eq!(first_leaving(&idle, 2_020, 4_000, &mut history), Some((2_610, vec![2])));
}

#[test]
fn faults_are_told_at_once() {
    assert_eq!(Settings::default().check(), []);
    let settings = Settings {
        bounds: Bounds { min: 1, max: 0 },
        node: Size::default(),
        scan: Span::ZERO,
        threshold: 1.5,
        provision_max: Span::ZERO,
        bulk: 11,
        candidates: 0,
        ..Settings::default()
    };
    let expected = ["min", "max", "node", "scan", "threshold", "provision_max", "bulk", "candidates"];
    assert_eq!(fields(&settings.check()), expected);
}
