//! Following, pinning, zooming.
use super::*;
use tenfold::measure::{Frame, WindowRow};

fn store(windows: u32) -> Store {
    let mut store = Store::new();
    extend(&mut store, 1, windows);
    store
}

fn extend(store: &mut Store, from: u32, to: u32) {
    let windows = (from..=to).map(|n| WindowRow { at_s: f64::from(n), ..WindowRow::default() }).collect();
    store.push(&Frame { windows, ..Frame::default() });
}

#[test]
fn a_live_view_follows_the_run_and_leaves_room_at_its_start() {
    let view = View::default();
    assert_eq!(view.range(&Store::new()), [0.0, 60.0]);
    assert_eq!(view.range(&store(20)), [0.0, 60.0]);
    assert_eq!(view.range(&store(200)), [140.0, 200.0]);
    let all = View { span: Span::All, ..View::default() };
    assert_eq!(all.range(&store(3)), [0.0, 10.0]);
    assert_eq!(all.range(&store(500)), [0.0, 500.0]);
}

#[test]
fn a_pin_holds_the_view_and_a_second_click_lets_it_go() {
    let mut store = store(200);
    let mut view = View::default();
    view.pin(170.3, &store);
    extend(&mut store, 201, 260);
    assert_eq!((view.cursor(), view.range(&store)), (Some(170.0), [140.0, 200.0]));
    assert!(view.stands_still());
    view.pin(150.0, &store);
    assert_eq!((view.cursor(), view.range(&store)), (None, [200.0, 260.0]));
}

#[test]
fn a_drag_zooms_and_a_tiny_one_does_not() {
    let store = store(200);
    let mut view = View::default();
    view.zoom_to(150.0, 150.2, &store);
    assert!(!view.zoomed());
    view.begin_drag(180.0, &store);
    view.drag = Some([180.0, 150.0]);
    view.end_drag(&store);
    assert_eq!(view.range(&store), [150.0, 180.0]);
    assert!(view.cursor().is_none() && view.drag.is_none());
    view.reset_zoom();
    assert_eq!(view.range(&store), [140.0, 200.0]);
}

#[test]
fn escape_takes_one_step_back_at_a_time() {
    let store = store(200);
    let mut view = View::default();
    view.zoom_to(150.0, 180.0, &store);
    view.pin(160.0, &store);
    assert!(view.escape() && view.pinned.is_none() && view.zoomed());
    assert!(view.escape() && !view.zoomed());
    assert!(!view.escape());
}

#[test]
fn arrows_move_by_windows_and_take_the_view_along() {
    let store = store(200);
    let mut view = View::default();
    view.step(-1, &store);
    assert_eq!(view.cursor(), Some(200.0), "the first press brings the crosshair");
    view.step(-1, &store);
    assert_eq!(view.cursor(), Some(199.0));
    view.step(-99, &store);
    assert_eq!((view.cursor(), view.range(&store)), (Some(100.0), [100.0, 160.0]));
}

#[test]
fn zooming_out_stops_at_the_whole_run() {
    let store = store(200);
    let mut view = View::default();
    view.zoom_by(0.5, &store);
    assert_eq!(view.range(&store), [155.0, 185.0]);
    for _ in 0..8 {
        view.zoom_by(2.0, &store);
    }
    assert_eq!(view.range(&store), [0.0, 200.0]);
}

#[test]
fn one_cost_shows_instead_of_the_other() {
    let mut view = View::default();
    view.toggle(Series::PerMillion);
    assert!(view.shows(Series::PerMillion) && !view.shows(Series::PerHour));
    view.toggle(Series::PerMillion);
    assert!(view.shows(Series::PerMillion), "one of them always shows");
    view.toggle(Series::P95);
    assert!(!view.shows(Series::P95) && view.shows(Series::P99));
}

#[test]
fn a_new_run_forgets_pins_and_zooms() {
    let mut store = store(200);
    let mut view = View::default();
    view.zoom_to(150.0, 180.0, &store);
    view.pin(160.0, &store);
    store.clear();
    assert!(view.keep_up(&store) && !view.stands_still() && view.cursor().is_none());
    assert!(!view.keep_up(&store));
}
