//! What the history keeps and what it folds.
use super::*;

fn row(at_s: f64, value: f64) -> WindowRow {
    WindowRow { at_s, offered_per_s: value, p99_s: value, ..WindowRow::default() }
}

fn filled(windows: usize) -> Store {
    let mut store = Store::new();
    let windows = (1..=windows).map(|n| row(n as f64, (n % 100) as f64)).collect();
    store.push(&Frame { windows, ..Frame::default() });
    store
}

fn offered(store: &Store, from: f64, to: f64) -> Vec<Sample> {
    store.samples(|r| r.offered_per_s, from, to).collect()
}

#[test]
fn memory_is_bounded_and_the_whole_run_stays_visible() {
    let store = filled(400_000);
    assert!(store.rows.len() <= WINDOWS_MAX && store.old.len() <= ENVELOPES_MAX);
    assert!(store.first_s().unwrap() <= 1000.0);
    assert_eq!(store.last_s(), Some(400_000.0));
    let windows: usize = store.old.iter().map(|e| e.windows).sum::<usize>() + store.rows.len();
    assert_eq!(windows, 400_000);
}

#[test]
fn a_single_peak_survives_folding() {
    let mut store = Store::new();
    let windows = (1..=100_000).map(|n| row(n as f64, if n == 777 { 5000.0 } else { 10.0 })).collect();
    store.push(&Frame { windows, ..Frame::default() });
    assert!(offered(&store, 0.0, 2000.0).iter().any(|s| s.hi >= 5000.0));
    assert!(offered(&store, 0.0, 2000.0).iter().all(|s| s.lo <= 10.0));
}

#[test]
fn a_missing_value_does_not_hide_its_neighbours_when_folded() {
    let nothing = Envelope::of(row(1.0, f64::NAN));
    let something = Envelope::of(row(2.0, 7.0));
    assert_eq!(nothing.and(something).hi.p99_s.to_bits(), 7.0_f64.to_bits());
    assert!(nothing.and(nothing).hi.p99_s.is_nan());
}

#[test]
fn late_and_repeated_windows_are_ignored() {
    let mut store = filled(10);
    store.push(&Frame {
        windows: vec![row(10.0, 1.0), row(4.0, 1.0), row(f64::NAN, 1.0)],
        ..Frame::default()
    });
    assert_eq!(store.rows.len(), 10);
}

#[test]
fn lookups_find_the_nearest_window() {
    let store = filled(20_000);
    for (asked, found) in [(19_999.4, 19_999.0), (19_999.6, 20_000.0), (1e9, 20_000.0), (15_000.0, 15_000.0)]
    {
        assert_eq!(store.nearest(asked).map(|r| r.row.at_s), Some(found), "{asked}");
    }
    assert!(store.nearest(-5.0).is_some_and(|r| !r.exact), "long ago there are only envelopes");
    assert!(Store::new().nearest(1.0).is_none());
}

#[test]
fn steps_move_by_windows_and_stop_at_the_ends() {
    let store = filled(100);
    assert_eq!(store.step(50.2, 1), Some(51.0));
    assert_eq!(store.step(50.2, -10), Some(40.0));
    assert_eq!(store.step(50.0, -1000), Some(1.0));
    assert_eq!(store.step(50.0, 1000), Some(100.0));
}

#[test]
fn samples_reach_one_window_beyond_either_side() {
    let store = filled(100);
    let times: Vec<f64> = offered(&store, 40.0, 42.0).iter().map(|s| s.at_s).collect();
    assert_eq!(times, [39.0, 40.0, 41.0, 42.0, 43.0]);
    assert_eq!(offered(&store, 500.0, 600.0).len(), 1);
    assert_eq!(store.windows(40.0, 42.0).count(), 3);
}

#[test]
fn a_gesture_is_one_edit() {
    let mut store = filled(50);
    store.mark_edit();
    store.push(&Frame { windows: vec![row(51.0, 1.0), row(52.0, 1.0)], ..Frame::default() });
    store.mark_edit();
    assert_eq!(store.edit_s(), Some(50.0));
    store.push(&Frame { windows: (53..70).map(|n| row(f64::from(n), 1.0)).collect(), ..Frame::default() });
    store.mark_edit();
    assert_eq!(store.edit_s(), Some(69.0));
}

#[test]
fn clearing_starts_a_new_epoch() {
    let mut store = filled(50);
    let (version, epoch) = (store.version(), store.epoch());
    store.clear();
    assert!(store.version() > version && store.epoch() > epoch);
    assert_eq!(store.last_s(), None);
}
