//! Charts worked out from small histories.
use super::*;
use tenfold::measure::{Frame, Notice, WindowRow};
use tenfold::units::Span;

fn store(windows: u32, row: impl Fn(f64) -> WindowRow) -> Store {
    let mut store = Store::new();
    let windows = (1..=windows).map(|n| WindowRow { at_s: f64::from(n), ..row(f64::from(n)) }).collect();
    store.push(&Frame { windows, ..Frame::default() });
    store
}

fn steady(windows: u32) -> Store {
    store(windows, |_| WindowRow {
        offered_per_s: 3500.0,
        good_per_s: 2900.0,
        failed_per_s: 600.0,
        p50_s: 0.04,
        p95_s: 0.6,
        p99_s: 1.9,
        cost_per_hour_usd: 2.96,
        cost_per_million_good_usd: 0.28,
        ..WindowRow::default()
    })
}

fn plan(chart: Chart, store: &Store, objectives: &[Objective]) -> Plan {
    let view = View::default();
    Plan::of(Request { chart, store, view: &view, objectives, size: [400.0, 180.0], before: None })
}

fn p99_within(millis: u64) -> Objective {
    Objective::Latency { percentile: 99.0, within: Span::from_millis(millis) }
}

#[test]
fn curves_stay_inside_the_chart() {
    let store = steady(200);
    for chart in Chart::ALL {
        let plan = plan(chart, &store, &[p99_within(300)]);
        assert!(!plan.curves.is_empty());
        for point in plan.curves.iter().flat_map(|(_, curve)| &curve.points) {
            assert!((plan.area.top..=plan.area.bottom() + 1e-9).contains(&point[1]), "{chart:?} {point:?}");
        }
    }
}

#[test]
fn an_empty_history_still_has_axes() {
    for chart in Chart::ALL {
        let plan = plan(chart, &Store::new(), &[p99_within(300)]);
        assert!(plan.axis.ticks.len() >= 2 && !plan.times.is_empty());
        assert!(plan.curves.iter().all(|(_, curve)| curve.points.is_empty()));
    }
}

#[test]
fn an_objective_in_sight_has_a_line_and_a_far_one_an_arrow() {
    let store = steady(200);
    let near = plan(Chart::Latency, &store, &[p99_within(300)]);
    assert_eq!(near.goals[0].text, "objective p99 300 ms");
    assert!(near.goals[0].y.is_some());
    let far = plan(Chart::Latency, &store, &[p99_within(3_600_000)]);
    assert!(far.goals[0].y.is_none() && far.goals[0].text.ends_with('↑'));
    assert!(plan(Chart::Cost, &store, &[p99_within(300)]).goals.is_empty());
}

#[test]
fn a_budget_is_a_line_of_the_cost_chart() {
    let plan = plan(Chart::Cost, &steady(100), &[Objective::Budget { usd_per_hour: 4.0 }]);
    assert_eq!(plan.goals[0].text, "budget $4.00 per hour");
}

#[test]
fn the_label_of_an_objective_covers_no_curve() {
    let busy = store(200, |t| WindowRow {
        p50_s: 0.04,
        p95_s: 0.28,
        p99_s: 0.2 + t * 0.002,
        ..WindowRow::default()
    });
    let plan = plan(Chart::Latency, &busy, &[p99_within(300)]);
    let goal = &plan.goals[0];
    let width = goal.text.len() as f64 * CHARACTER;
    for point in plan.curves.iter().flat_map(|(_, curve)| &curve.points) {
        let aside = point[0] < goal.slot.x || point[0] > goal.slot.x + width;
        assert!(aside || (point[1] - goal.slot.y).abs() > 6.0, "{goal:?} {point:?}");
    }
}

#[test]
fn the_ghost_is_the_time_before_the_edit_moved_after_it() {
    let mut store = store(100, |t| WindowRow { good_per_s: t, ..WindowRow::default() });
    store.mark_edit();
    let windows =
        (101..=120).map(|n| WindowRow { at_s: f64::from(n), good_per_s: 500.0, ..WindowRow::default() });
    store.push(&Frame { windows: windows.collect(), ..Frame::default() });
    let view = View::default();
    let [from, to] = view.range(&store);
    let ghosts = haunting(Chart::Throughput, &store, &view, [from, to], 0.1);
    let good = &ghosts.iter().find(|(s, _)| *s == Series::Good).unwrap().1;
    assert_eq!(good.points.first(), Some(&[100.0, 80.0]), "20 s after the edit, the 20 s before it are seen");
    assert_eq!(
        good.points.last(),
        Some(&[120.0, 100.0]),
        "the last window before the edit stands beside the newest"
    );
    let long_after = haunting(Chart::Throughput, &store, &view, [300.0, 360.0], 0.1);
    assert!(long_after.is_empty(), "and later it has scrolled away with the edit");
}

#[test]
fn notices_at_the_same_pixel_are_one_mark() {
    let mut store = steady(200);
    let notice = |at_s: f64| Notice { at_s, about: "app".to_owned(), what: "scaled".to_owned() };
    let notices = vec![notice(150.0), notice(150.01), notice(170.0), notice(20.0)];
    store.push(&Frame { notices, ..Frame::default() });
    assert_eq!(plan(Chart::Cost, &store, &[]).marks.len(), 2);
}

#[test]
fn places_and_instants_are_each_others_inverse() {
    let plan = plan(Chart::Cost, &steady(200), &[]);
    assert!((plan.time_at(plan.x(171.0)) - 171.0).abs() < 1e-9);
    assert!((plan.time_at(-50.0) - plan.range[0]).abs() < 1e-9);
}

#[test]
fn ticks_read_well() {
    let store = steady(200);
    let text = |chart| {
        let plan = plan(chart, &store, &[]);
        plan.axis.ticks.iter().map(|t| plan.tick_text(*t)).collect::<Vec<_>>()
    };
    assert_eq!(text(Chart::Throughput), ["0", "1k", "2k", "3k", "4k/s"]);
    assert_eq!(text(Chart::Latency), ["20 ms", "100 ms", "1 s"]);
    assert_eq!(text(Chart::Cost), ["$0", "$1", "$2", "$3"]);
}
