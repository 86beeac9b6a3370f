//! A visitor in the past, without an engine.

use super::super::{Boot, Effect, Screen, Theme, update};
use super::*;
use tenfold_engine::protocol::{FromEngine, News};

fn running() -> State {
    let mut state = State::default();
    let boot = Boot {
        link: None,
        saved: None,
        preset: None,
        examples: None,
        fresh: 1,
        theme: Theme::System,
        screen: Screen::Wide,
        storage_denied: None,
    };
    update(&mut state, Action::Boot(Box::new(boot)));
    say(&mut state, FromEngine::Ready);
    state
}

fn say(state: &mut State, what: FromEngine) -> Vec<Effect> {
    let run = state.run.id;
    update(state, Action::News { news: News { run, what }, numbers: Vec::new() })
}

/// The engine says where it stands.
fn stands(state: &mut State, now_s: f64, latest_s: f64, edits: usize, arrived: u32) -> Vec<Effect> {
    let head = FrameHead {
        now_s,
        reach_s: 0.0,
        latest_s,
        edits,
        arrived,
        speed: 0.0,
        topology: None,
        notices: Vec::new(),
        theory: None,
        standing: None,
    };
    say(state, FromEngine::Frame(head))
}

fn load(times: f64, gesture: Option<u64>) -> Action {
    let edit = Edit::Set { field: "load".into(), value: times.into() };
    Action::Edit { edit, gesture }
}

fn shown(state: &State) -> f64 {
    state.model.head.load
}

/// Three edits by time 30: one at a time, and two of one gesture.
fn lived() -> State {
    let mut state = running();
    update(&mut state, load(2.0, None));
    update(&mut state, load(3.0, Some(7)));
    update(&mut state, load(4.0, Some(7)));
    stands(&mut state, 30.0, 30.0, 3, 0);
    state
}

fn last_order(effects: &[Effect]) -> Option<&ToEngine> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Post(order) if order.what != ToEngine::FrameTaken => Some(&order.what),
        _ => None,
    })
}

#[test]
fn the_canvas_shows_the_model_of_the_moment_also_within_a_gesture_and_undo_is_that_of_the_moment() {
    let mut state = lived();
    let effects = update(&mut state, Action::Travel(10.0));
    assert_eq!(last_order(&effects), Some(&ToEngine::Rewind { to_s: 10.0, number: 1 }));
    assert!(!state.run.playing && state.is_in_past());
    for (edits, wanted, undo) in [(2, 3.0, true), (1, 2.0, true), (0, 1.0, false), (3, 4.0, true)] {
        stands(&mut state, 10.0, 30.0, edits, 1);
        assert!((shown(&state) - wanted).abs() < 1e-12, "{edits} edits");
        assert_eq!(state.history.can_undo(), undo, "{edits} edits");
        assert!((state.model_to_keep().head.load - 4.0).abs() < 1e-12);
    }
}

#[test]
fn a_frame_that_is_late_takes_no_edit_back() {
    let mut state = lived();
    stands(&mut state, 30.0, 30.0, 1, 0);
    assert!((shown(&state) - 4.0).abs() < 1e-12);
}

#[test]
fn an_edit_in_the_past_forgets_what_came_after_and_is_made_where_it_was_seen() {
    let mut state = lived();
    update(&mut state, Action::Travel(10.0));
    stands(&mut state, 10.0, 30.0, 1, 1);
    let effects = update(&mut state, load(9.0, None));
    assert!(effects.iter().any(|e| matches!(e, Effect::CutCharts(at) if (*at - 10.0).abs() < 1e-12)));
    assert!(matches!(last_order(&effects), Some(ToEngine::Apply { after: 1, .. })));
    assert!(!state.is_in_past());
    // The engine has not heard of it yet.
    stands(&mut state, 10.0, 30.0, 1, 1);
    assert!((shown(&state) - 9.0).abs() < 1e-12);
    let effects = update(&mut state, Action::Undo);
    assert!(matches!(last_order(&effects), Some(ToEngine::Apply { after: 2, .. })));
    assert!((shown(&state) - 2.0).abs() < 1e-12);
}

#[test]
fn nothing_is_edited_on_the_way_and_a_fork_forgets_the_future() {
    let mut state = lived();
    update(&mut state, Action::Travel(10.0));
    let effects = update(&mut state, load(9.0, None));
    assert!(last_order(&effects).is_none() && (shown(&state) - 4.0).abs() < 1e-12);
    stands(&mut state, 10.0, 30.0, 0, 1);
    let effects = update(&mut state, Action::Fork);
    assert_eq!(last_order(&effects), Some(&ToEngine::Fork));
    assert!(!state.is_in_past());
    assert!((state.model_to_keep().head.load - 1.0).abs() < 1e-12);
}
