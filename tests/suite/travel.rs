//! Going back in time: what is lived through once more has the bytes it had.

use tenfold::components::{cache, clients, database};
use tenfold::edit::Edit;
use tenfold::model::{Class, Happening, Law, Model};
use tenfold::presets;
use tenfold::units::{PerSecond, SimTime, Span};
use tenfold::{History, Simulation};

const MIB: usize = 1 << 20;

fn chain() -> Model {
    let mut model = presets::ALL[0].model();
    model.head.warm_up = Some(Span::from_secs(2));
    // So much that there are checkpoints within seconds.
    model.head.load = 20.0;
    model
}

fn start(model: &Model) -> Simulation {
    Simulation::new(model).expect("the model is legal")
}

fn ns(nanos: u64) -> SimTime {
    SimTime::from_nanos(nanos)
}

fn load(factor: f64) -> Edit {
    Edit::Set { field: "load".into(), value: factor.into() }
}

/// Edits on and off the boundaries of windows, two of them at one instant.
fn edits() -> Vec<(SimTime, Edit)> {
    let crash = Happening::Crash { component: "app".into(), instances: 1 };
    vec![
        (ns(1_234_567_891), load(30.0)),
        (
            ns(3_000_000_000),
            Edit::SetComponent { id: "app".into(), field: "instances".into(), value: 2.into() },
        ),
        (ns(3_000_000_000), Edit::happen(&Happening::Flush { component: "products".into() })),
        (ns(4_100_000_000), Edit::happen(&crash)),
        (ns(5_555_555_555), Edit::RemoveComponent { id: "products".into() }),
        (ns(6_000_000_001), load(2.0)),
    ]
}

const END: SimTime = SimTime::from_nanos(8_000_000_000);

/// The edited run, told as it goes: with every report that is asked for and every frame after `from`.
fn straight(model: &Model, from: SimTime) -> (String, Vec<f64>, Vec<String>) {
    let mut run = start(model);
    for (at, edit) in edits() {
        run.run_until(at.min(from).max(run.now()));
        if at > from {
            break;
        }
        run.apply(&edit).expect("the edit is legal");
    }
    run.run_until(from);
    run.frame();
    for (at, edit) in edits().into_iter().filter(|(at, _)| *at > from) {
        run.run_until(at);
        run.apply(&edit).expect("the edit is legal");
    }
    run.run_until(END);
    told(&mut run)
}

fn told(run: &mut Simulation) -> (String, Vec<f64>, Vec<String>) {
    let frame = run.frame();
    let mut words = vec![run.model().to_json()];
    words.extend(frame.notices.iter().map(|n| format!("{} {} {}", n.at_s, n.about, n.what)));
    (run.report().to_json(), frame.numbers(), words)
}

/// The same with a history, in slices.
fn lived(model: &Model, budget: usize) -> History {
    let mut run = History::new(start(model), budget);
    for (at, edit) in edits() {
        while run.simulation().now() < at {
            run.advance(at, 1_777);
        }
        run.apply(&edit).expect("the edit is legal");
    }
    run.run_until(END);
    run
}

/// Compared as bits, since some numbers of a frame are none.
fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn whatever_time_one_goes_back_to_the_rest_of_the_run_is_the_same_to_the_byte() {
    let model = chain();
    let mut run = lived(&model, 64 * MIB);
    assert!(run.checkpoints().count() > 2, "a run this long has checkpoints on the way");
    // On boundaries of windows and off them, before, at and after edits, at both ends; forwards and backwards.
    let times = [
        7_999_999_999,
        3_000_000_000,
        2_999_999_999,
        3_000_000_001,
        0,
        1_234_567_891,
        5_000_000_000,
        4_321_098_765,
        1,
        8_000_000_000,
        6_000_000_001,
        1_234_567_890,
        4_100_000_000,
    ];
    for at in times {
        let at = ns(at);
        assert_eq!(run.rewind(at), at);
        assert_eq!(run.latest(), END);
        assert!(run.frame().windows.len() <= 1);
        run.run_until(END);
        let mut again = run.fork(END);
        let seen = told(&mut again);
        let frame = run.frame();
        let (report, numbers, words) = straight(&model, at);
        assert_eq!(run.simulation().report().to_json(), report, "the report, back to {at:?}");
        assert_eq!(seen.0, report, "the fork's report, back to {at:?}");
        assert_eq!(bits(&frame.numbers()), bits(&numbers), "the frame, back to {at:?}");
        assert_eq!(frame.notices.len(), words.len() - 1, "the notices, back to {at:?}");
        assert_eq!(seen.2[0], words[0], "the model, back to {at:?}");
    }
}

#[test]
fn a_time_in_the_past_is_the_run_as_it_was_then() {
    let model = chain();
    let mut run = lived(&model, 64 * MIB);
    for at in [7_000_000_000, 3_000_000_000, 1_999_999_999, 500_000_000] {
        let at = ns(at);
        let mut then = start(&model);
        for (when, edit) in edits().into_iter().filter(|(when, _)| *when <= at) {
            then.run_until(when);
            then.apply(&edit).expect("the edit is legal");
        }
        then.run_until(at);
        run.rewind(at);
        assert_eq!(run.simulation().report().to_json(), then.report().to_json());
        assert_eq!(run.simulation().model().to_json(), then.model().to_json());
        assert_eq!(run.fork(at).report().to_json(), then.report().to_json());
        let (now, mut then) = (run.frame(), then.frame());
        // Of what was told before, the last window alone is told again.
        then.windows = then.windows.split_off(then.windows.len() - 1);
        assert!(now.notices.is_empty());
        assert_eq!(bits(&now.numbers()), bits(&then.numbers()));
    }
}

#[test]
fn an_edit_in_the_past_begins_another_future_and_a_refused_one_does_not() {
    let model = chain();
    let mut run = lived(&model, 64 * MIB);
    run.rewind(ns(2_500_000_000));
    assert!(run.apply(&load(-1.0)).is_err());
    assert_eq!((run.latest(), run.record().len()), (END, edits().len()));
    run.apply(&load(4.0)).expect("the edit is legal");
    assert_eq!((run.latest(), run.record().len()), (ns(2_500_000_000), 2));
    assert!(run.checkpoints().all(|at| at <= run.latest()));
    run.run_until(END);
    let mut other = start(&model);
    other.run_until(ns(1_234_567_891));
    other.apply(&load(30.0)).expect("the edit is legal");
    other.run_until(ns(2_500_000_000));
    other.apply(&load(4.0)).expect("the edit is legal");
    other.run_until(END);
    assert_eq!(run.simulation().report().to_json(), other.report().to_json());
    // And what was lived through anew can be gone back to as well.
    run.rewind(ns(2_000_000_000));
    run.run_until(END);
    assert_eq!(run.simulation().report().to_json(), other.report().to_json());
}

#[test]
fn edits_can_be_forgotten_from_a_number_on() {
    let model = chain();
    let mut run = lived(&model, 64 * MIB);
    // The second of two at one instant.
    run.forget_edits(2);
    assert_eq!((run.latest(), run.record().len()), (ns(3_000_000_000), 2));
    let mut other = start(&model);
    for (at, edit) in edits().into_iter().take(2) {
        other.run_until(at);
        other.apply(&edit).expect("the edit is legal");
    }
    assert_eq!(run.simulation().report().to_json(), other.report().to_json());
}

#[test]
fn a_rewind_in_slices_can_be_overtaken_by_another() {
    let model = chain();
    let mut run = lived(&model, 64 * MIB);
    run.begin_rewind(ns(6_543_210_987));
    assert!(!run.go_on(50));
    run.begin_rewind(ns(2_500_000_001));
    while !run.go_on(50) {}
    assert_eq!(run.simulation().now(), ns(2_500_000_001));
    run.run_until(END);
    assert_eq!(run.simulation().report().to_json(), straight(&model, END).0);
}

#[test]
fn the_checkpoints_keep_to_their_budget_lie_closer_to_now_and_reach_back_to_the_start() {
    let model = chain();
    let budget = 16 * MIB;
    let mut run = History::new(start(&model), budget);
    for second in 1..=60 {
        run.run_until(ns(second * 1_000_000_000));
        assert!(run.held_bytes() <= budget, "{} bytes at {second} s", run.held_bytes());
    }
    assert_eq!(run.reach(), SimTime::ZERO);
    let times: Vec<f64> = run.checkpoints().map(SimTime::secs).collect();
    assert!(times.len() > 5 && times.is_sorted(), "{times:?}");
    let gap = |pair: &[f64]| pair[1] - pair[0];
    let (first, last) = (gap(&times[..2]), gap(&times[times.len() - 2..]));
    assert!(first > 2.0 * last, "{times:?}");
    assert!(60.0 - times[times.len() - 1] < 10.0, "{times:?}");
    let seen = run.simulation().report().to_json();
    run.rewind(ns(3_141_592_653));
    run.run_until(ns(60_000_000_000));
    assert_eq!(run.simulation().report().to_json(), seen);
}

#[test]
fn without_a_budget_there_is_no_way_back_and_nothing_breaks() {
    let mut run = History::new(start(&chain()), 0);
    run.run_until(END);
    assert_eq!((run.held_bytes(), run.reach()), (0, END));
    assert_eq!(run.rewind(ns(1)), END);
    run.apply(&load(2.0)).expect("the edit is legal");
    run.forget_edits(0);
    assert_eq!(run.record().len(), 1);
}

/// Reads of so many keys, all alike, through a cache that could hold them all.
fn cached(keys: u64) -> Model {
    let rate = PerSecond::new(100_000.0);
    let read_work = Law::constant(Span::from_micros(10));
    let clients = clients::Config { load: clients::Load::Steady { rate }, ..clients::Config::default() };
    let cache = cache::Config { entries: Some(50_000_000), threads: None, ..cache::Config::default() };
    let database =
        database::Config { connections: 1_000, cores: Some(100), read_work, ..database::Config::default() };
    let mut model = Model::new("cached").with("in", clients).with("kept", cache).with("db", database);
    model.classes.push(Class { keys, skew: 0.0, ..Class::default() });
    model.chain(&["in", "kept", "db"])
}

#[test]
fn a_checkpoint_does_not_copy_a_large_cache_whole_and_both_run_on_alike() {
    let mut run = start(&cached(400_000));
    run.run_for(Span::from_secs(5));
    let mut before = run.checkpoint();
    run.run_for(Span::from_millis(1));
    let mut after = run.checkpoint();
    // Of 400,000 keys so many have been asked for; each takes an entry of 32 bytes and half a bucket of 4 or more.
    let whole = (400_000.0 * (1.0 - libm::exp(-1.25)) * 34.0) as usize;
    let (both, since) = (before.held_bytes(&before), before.held_bytes(&after));
    assert!(before.held_bytes(&start(&cached(1))) > whole, "the cache alone has {whole} bytes");
    // A hundred requests have changed some four pages of 4 KiB each.
    assert!(since - both < 600 * 4096 && since > both, "{since} bytes of which {both} are no pages");
    assert!(both < whole / 5, "{both} bytes are copied for a cache of {whole}");
    for copy in [&mut before, &mut after] {
        copy.run_until(ns(5_500_000_000));
    }
    run.run_until(ns(5_500_000_000));
    assert_eq!(before.report().to_json(), run.report().to_json());
    assert_eq!(after.report().to_json(), run.report().to_json());
}
