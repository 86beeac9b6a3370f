//! Verdicts, warm-up, intervals and replications, as a report tells them.

use tenfold::edit::Edit;
use tenfold::measure::Report;
use tenfold::measure::certainty::{Method, WarmUpBy, Word};
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};
use tenfold::{DifferentModel, NotPooled, Replications, Simulation, presets};

fn run_of(model: &Model) -> Simulation {
    let mut run = Simulation::new(model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    run
}

fn report(model: &Model) -> Report {
    run_of(model).report()
}

/// Clients, an app and a database behind it, whose one core takes 10 ms a query; the app's 400 workers wait for it.
fn chain(load: f64) -> Model {
    let file = r#"{
      "format": 1, "duration": "620s", "warm_up": "20s", "window": "1s",
      "components": [
        { "id": "users", "kind": "clients", "load": { "shape": "steady", "rate": "100/s" } },
        { "id": "app", "kind": "service", "instances": 1, "cores": 4, "workers": 400, "backlog": null,
          "work": { "law": "exponential", "mean": "1ms" } },
        { "id": "db", "kind": "database", "machine": "general-2x8", "connections": 50, "connection_wait": "10m",
          "read_work": { "law": "exponential", "mean": "20ms" } }
      ],
      "links": [ { "from": "users", "to": "app", "timeout": null }, { "from": "app", "to": "db", "timeout": null } ]
    }"#;
    let mut model = Model::from_json(file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    model.head.load = load;
    model
}

/// The textbook queue at this utilisation.
fn queue(utilisation: f64, edit: impl Fn(&mut tenfold::components::service::Config)) -> Model {
    let mut model = presets::by_slug("mm1").expect("it is built in").model();
    model.head.load = utilisation / 0.8;
    if let tenfold::components::Settings::Service(config) = &mut model.components[1].settings {
        edit(config);
    }
    model
}

fn texts(report: &Report) -> Vec<&str> {
    report.statistics.verdicts.iter().map(|judgement| judgement.text.as_str()).collect()
}

#[test]
fn a_queue_is_stable_at_95_percent_and_unstable_at_105_and_the_one_that_is_too_slow_is_named() {
    use tenfold::components::service::Discipline::{Fifo, Shared};
    for discipline in [Fifo, Shared] {
        let below = report(&queue(0.95, |config| config.discipline = discipline));
        assert_eq!(below.statistics.verdict(Word::Unstable), None, "{discipline:?}: {:?}", texts(&below));
        let above = report(&queue(1.05, |config| config.discipline = discipline));
        assert_eq!(texts(&above), ["unstable: load exceeds capacity at server"], "{discipline:?}");
        assert_eq!((above.statistics.method, above.latency_interval_s.mean), (Method::None, None));
    }
    let below = report(&chain(0.95));
    assert_eq!(below.statistics.verdict(Word::Unstable), None, "{:?}", texts(&below));
    // The calls queue for the app's workers, but it is the database that holds them.
    assert_eq!(texts(&report(&chain(1.05))), ["unstable: load exceeds capacity at db"]);
}

#[test]
fn a_bounded_queue_that_turns_calls_away_is_overloaded_but_has_a_steady_state() {
    let over = report(&queue(1.2, |config| config.backlog = Some(9)));
    let about = over.statistics.verdict(Word::Overloaded).expect("it is overloaded");
    assert!(about.text.starts_with("overloaded: load exceeds capacity at server, and "), "{}", about.text);
    assert_eq!(over.statistics.verdict(Word::Unstable), None);
    assert!(over.latency_interval_s.mean.is_some() && over.statistics.verdict(Word::Converged).is_some());
    let under = report(&queue(0.9, |config| config.backlog = Some(9)));
    assert_eq!(under.statistics.verdict(Word::Overloaded), None, "{:?}", texts(&under));
}

#[test]
fn what_changes_over_its_time_is_transient_and_has_intervals_only_across_replications() {
    for slug in ["flash-crowd", "cache-flush", "instance-crash"] {
        let mut model = presets::by_slug(slug).expect("it is built in").model();
        let seen = report(&model);
        assert!(seen.statistics.verdict(Word::Transient).is_some(), "{slug}: {:?}", texts(&seen));
        assert_eq!(seen.statistics.verdict(Word::Unstable), None, "{slug}");
        assert_eq!((seen.statistics.method, seen.throughput_interval_per_s), (Method::None, None), "{slug}");
        assert_eq!(seen.failed_share_interval, None, "{slug}");
        model.head.load = 0.2;
        let mut pool = Replications::of(run_of(&model));
        (1..3).for_each(|number| pool.add(&run_of(&Replications::model(&model, number))).expect("one model"));
        let pooled = pool.report();
        assert_eq!(pooled.statistics.method, Method::Replications);
        assert!(
            pooled.latency_interval_s.mean.is_some() && pooled.throughput_interval_per_s.is_some(),
            "{slug}"
        );
        assert!(pooled.statistics.verdict(Word::Transient).is_some(), "{slug}");
    }
}

#[test]
fn an_edit_of_a_running_model_makes_it_transient_unless_it_only_moves_or_renames() {
    let model = queue(0.5, |_| {});
    let with = |edit: Edit| {
        let mut run = Simulation::new(&model).expect("the model is legal");
        run.run_for(Span::from_secs(600));
        run.apply(&edit).expect("the edit is legal");
        run.run_for(Span::from_secs(600));
        run.report().statistics.verdict(Word::Transient).is_some()
    };
    assert!(with(Edit::Set { field: "load".into(), value: 1.into() }));
    assert!(!with(Edit::Rename { id: "server".into(), name: "S".into() }));
    assert!(!with(Edit::Set { field: "title".into(), value: "T".into() }));
}

#[test]
fn too_short_a_run_says_so_with_the_time_it_needs_and_a_run_that_long_is_long_enough() {
    let mut model = queue(0.8, |_| {});
    model.head.duration = Span::from_secs(300);
    let short = report(&model);
    let text = &short.statistics.verdict(Word::NotConverged).expect("it is too short").text;
    let about = text.strip_prefix("not converged: run longer, about ").expect("these words");
    let minutes: f64 = about.strip_suffix(" min").and_then(|n| n.parse().ok()).expect("a number of minutes");
    assert!(minutes > 6.0 && minutes < 120.0, "{text}");
    model.head.duration = Span::from_secs_f64(minutes * 60.0 * 2.0);
    assert_eq!(report(&model).statistics.verdict(Word::NotConverged), None);
}

#[test]
fn the_warm_up_is_found_by_mser_5_while_the_run_goes_on_and_the_same_in_slices() {
    // Empty at first, and 400 users who think for 20 s: it takes about that long until as many are asking as will.
    let mut model = presets::by_slug("closed-loop").expect("it is built in").model();
    model.head.warm_up = None;
    model.head.duration = Span::from_secs(1_000);
    let whole = report(&model);
    assert_eq!(whole.statistics.warm_up.how, WarmUpBy::Mser5);
    // Looked at after 50 windows of a second, 100, 200 …
    assert!([50.0, 100.0, 200.0, 400.0].contains(&whole.warm_up_s), "{}", whole.warm_up_s);
    assert!((whole.simulated_s - whole.warm_up_s - whole.measured_s).abs() < 1e-9);
    let mut sliced = Simulation::new(&model).expect("the model is legal");
    while sliced.advance(SimTime::ZERO + model.head.duration, 777) == tenfold::Advance::Paused {}
    let copy = sliced.clone();
    assert_eq!(copy.report().to_json(), whole.to_json());
    // A queue that only grows never settles, and says so.
    let mut growing = queue(1.5, |_| {});
    growing.head.warm_up = None;
    let growing = report(&growing);
    assert_eq!((growing.statistics.warm_up.how, growing.warm_up_s), (WarmUpBy::NotFound, 0.0));
    assert_eq!(texts(&growing), ["unstable: load exceeds capacity at server"]);
}

#[test]
fn replications_are_added_up_and_their_percentiles_are_those_of_all_requests() {
    let mut model = queue(0.8, |_| {});
    model.head.duration = Span::from_secs(400);
    let runs: Vec<Simulation> = (0..8).map(|number| run_of(&Replications::model(&model, number))).collect();
    let one = Replications::of(runs[0].clone()).report();
    assert_eq!((one.statistics.method, one.latency_interval_s.mean), (Method::None, None));
    let mut pool = Replications::of(runs[0].clone());
    runs[1..].iter().for_each(|run| pool.add(run).expect("one model"));
    let (pooled, each) = (pool.report(), runs.iter().map(Simulation::report).collect::<Vec<_>>());
    let sum = |of: fn(&Report) -> u64| each.iter().map(of).sum::<u64>();
    assert_eq!(pooled.requests.finished, sum(|report| report.requests.finished));
    let r = pooled.requests;
    assert_eq!(r.carried_in + r.offered, r.finished + r.failed + r.in_flight);
    assert!((pooled.measured_s - each.iter().map(|report| report.measured_s).sum::<f64>()).abs() < 1e-9);
    let spent = |report: &Report| report.latency_s.mean.unwrap_or(0.0) * report.requests.finished as f64;
    let mean = each.iter().map(spent).sum::<f64>() / r.finished as f64;
    assert!((pooled.latency_s.mean.expect("measured") / mean - 1.0).abs() < 1e-12);
    let p99s: Vec<f64> = each.iter().map(|report| report.latency_s.p99.expect("measured")).collect();
    let (least, most) =
        (p99s.iter().copied().fold(f64::MAX, f64::min), p99s.iter().copied().fold(0.0, f64::max));
    let p99 = pooled.latency_s.p99.expect("measured");
    assert!(
        least < p99 && p99 < most && (p99 - p99s.iter().sum::<f64>() / 8.0).abs() > 1e-6,
        "{p99} of {p99s:?}"
    );
    assert!(pooled.latency_interval_s.mean.expect("eight runs").contains(0.050));
    // The seeds are the model's own and then those of splitmix64.
    assert_eq!(
        [0, 1, 2].map(|n| Replications::seed(0, n)),
        [0, 0xE220_A839_7B1D_CDAF >> 11, 0x6E78_9E6A_A1B9_65F4 >> 11]
    );
    model.head.load = 1.1;
    assert_eq!(pool.add(&run_of(&model)), Err(DifferentModel));
}

#[test]
fn components_and_links_have_intervals_of_their_own_that_hold_what_theory_says() {
    let mut model = queue(0.8, |_| {});
    model.head.duration = Span::from_secs(4_000);
    let mut pool = Replications::of(run_of(&model));
    (1..10).for_each(|number| pool.add(&run_of(&Replications::model(&model, number))).expect("one model"));
    for (report, wide) in [(report(&model), 0.1), (pool.report(), 0.05)] {
        let (server, link) = (report.component("server").expect("it is there"), &report.links[0].1);
        for (seen, ends) in
            [(server.sojourn_s, server.sojourn_interval_s), (link.latency_s, link.latency_interval_s)]
        {
            // Exponential with a mean of 50 ms.
            let truth = [(ends.mean, 0.05), (ends.p50, 0.034_657), (ends.p99, 0.230_259)];
            for (ends, truth) in truth {
                let ends = ends.expect("there is much to tell from");
                assert!(ends.contains(truth), "{ends:?} for {truth}");
            }
            let half = ends.p99.and_then(|ends| ends.relative(seen.p99?)).expect("both are there");
            assert!(half < 2.0 * wide, "{half}");
        }
    }
}

#[test]
fn of_a_very_large_model_each_component_has_the_interval_of_its_mean_alone() {
    let mut model = chain(0.2);
    let app = model.component("app").expect("it is there").clone();
    model.components.extend((0..126).map(|ix| {
        let mut spare = app.clone();
        spare.id = format!("spare-{ix}");
        spare
    }));
    let seen = report(&model);
    let db = seen.component("db").expect("it is there");
    assert!(db.sojourn_interval_s.mean.is_some() && db.sojourn_interval_s.p99.is_none());
    assert!(seen.latency_interval_s.p99.is_some());
}

/// The built-in model, cut short.
fn short(slug: &str, secs: u64) -> Model {
    let mut model = presets::by_slug(slug).expect("it is built in").model();
    (model.head.warm_up, model.head.duration) = (Some(Span::from_secs(2)), Span::from_secs(secs));
    model
}

#[test]
fn a_pool_of_bytes_has_the_report_of_a_pool_of_runs() {
    for preset in presets::ALL {
        let model = short(preset.slug, 6);
        let runs: Vec<Simulation> =
            (0..4).map(|number| run_of(&Replications::model(&model, number))).collect();
        let mut pool = Replications::of(runs[0].clone());
        let mut by_bytes = pool.clone();
        for run in &runs[1..] {
            pool.add(run).expect("one model");
            by_bytes.add_bytes(&Replications::bytes_of(run)).expect("one model");
        }
        assert_eq!(pool.report().to_json(), by_bytes.report().to_json(), "{}", preset.slug);
    }
}

#[test]
fn bytes_that_do_not_fit_are_refused_and_leave_the_pool_as_it_was() {
    let model = short("mm1", 20);
    let pool = Replications::of(run_of(&model));
    let mut bytes = Replications::bytes_of(&run_of(&Replications::model(&model, 1)));
    let refused = |bytes: &[u8]| {
        let mut other = pool.clone();
        let why = other.add_bytes(bytes).expect_err("these are no bytes of a run");
        assert_eq!((other.count(), other.report()), (1, pool.report()));
        why
    };
    (0..bytes.len()).step_by(7).for_each(|len| assert_eq!(refused(&bytes[..len]), NotPooled::NoRun));
    assert_eq!(refused(&[&bytes[..], &[0]].concat()), NotPooled::NoRun);
    let mut busier = model.clone();
    busier.head.load = 0.5;
    assert_eq!(refused(&Replications::bytes_of(&run_of(&busier))), NotPooled::DifferentModel);
    assert_eq!(
        refused(&Replications::bytes_of(&run_of(&short("closed-loop", 4)))),
        NotPooled::DifferentModel
    );
    // Whatever else is done to them, a pool that takes them can be reported.
    for at in (0..bytes.len()).step_by(7) {
        for flip in [1, 0x40, 0x80] {
            bytes[at] ^= flip;
            let mut other = pool.clone();
            if other.add_bytes(&bytes).is_ok() {
                assert!(!other.report().to_string().is_empty());
            }
            bytes[at] ^= flip;
        }
    }
}

#[test]
fn nothing_measured_is_said_and_is_no_number() {
    let model = queue(0.8, |_| {});
    let empty = Simulation::new(&model).expect("the model is legal").report();
    assert_eq!(texts(&empty), ["nothing measured: the measured part of the run is empty"]);
    assert_eq!((empty.throughput_per_s, empty.goodput_per_s, empty.cost.per_hour_usd), (None, None, None));
    assert!(!empty.to_string().contains("NaN") && !empty.to_json().contains("NaN"));
    // Nobody is there to answer.
    let mut silent = model;
    silent.timeline.clear();
    silent.links[0].timeout = Some(Span::from_nanos(1));
    silent.links[0].rtt = tenfold::model::Law::constant(Span::from_secs(1));
    let silent = report(&silent);
    assert_eq!(silent.requests.finished, 0);
    assert_eq!(
        texts(&silent)[0],
        format!("nothing measured: no request was answered ok, and {} failed", silent.requests.failed)
    );
    assert_eq!((silent.latency_s.mean, silent.latency_interval_s.mean), (None, None));
}

#[test]
fn a_handful_of_failures_is_too_few_to_tell() {
    let with_backlog = |waiting: u32| {
        let seen = report(&queue(0.5, |config| config.backlog = Some(waiting)));
        let truth =
            tenfold::theory::finite::bounded(50.0, 0.010, 1, waiting + 1).expect("any load will do").blocking;
        let ends = seen.failed_share_interval.expect("some failed");
        assert!(ends.contains(truth) && ends.low > 0.0, "{waiting}: {ends:?} for {truth}");
        seen
    };
    // With 14 places one in 32,767 is turned away: five of the 174,000 there are.
    let few = with_backlog(13);
    assert!((1..10).contains(&few.requests.failed), "{}", few.requests.failed);
    assert!(texts(&few).contains(&"too few failures to tell"), "{:?}", texts(&few));
    let many = with_backlog(4);
    assert!(many.requests.failed > 1_000 && many.statistics.verdict(Word::TooFewFailures).is_none());
}
