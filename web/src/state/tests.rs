//! What visitors do, without a browser.

use super::*;
use tenfold::components::Kind;
use tenfold::edit::Edit;
use tenfold::model::{FieldPath, When};
use tenfold_engine::protocol::{FromEngine, News, ToEngine};

fn boot() -> Boot {
    Boot {
        link: None,
        saved: None,
        preset: None,
        examples: None,
        fresh: 77,
        theme: Theme::System,
        screen: Screen::Wide,
        storage_denied: None,
    }
}

fn opened() -> State {
    let mut state = State::default();
    update(&mut state, Action::Resized(900.0, 600.0));
    update(&mut state, Action::Boot(Box::new(boot())));
    state
}

fn say(state: &mut State, what: FromEngine) -> Vec<Effect> {
    let run = state.run.id;
    update(state, Action::News { news: News { run, what }, numbers: Vec::new() })
}

/// What the engine is told, but for what it shall watch.
fn orders(effects: &[Effect]) -> Vec<&ToEngine> {
    posted(effects).into_iter().filter(|what| !matches!(what, ToEngine::Watch(_))).collect()
}

fn posted(effects: &[Effect]) -> Vec<&ToEngine> {
    effects
        .iter()
        .filter_map(|e| if let Effect::Post(order) = e { Some(&order.what) } else { None })
        .collect()
}

#[test]
fn the_engine_watches_the_one_component_that_is_selected() {
    let mut state = opened();
    let select = |id: &str, add| Action::Select { target: Some(Target::Component(id.into())), add };
    assert!(posted(&update(&mut state, select("app", false))).is_empty(), "nobody listens yet");
    let effects = say(&mut state, FromEngine::Ready);
    assert!(posted(&effects).contains(&&ToEngine::Watch("app".into())), "{effects:?}");
    assert!(posted(&update(&mut state, select("app", false))).is_empty());
    assert_eq!(posted(&update(&mut state, select("edge", false))), [&ToEngine::Watch("edge".into())]);
    assert_eq!(posted(&update(&mut state, select("app", true))), [&ToEngine::Watch(String::new())]);
    update(&mut state, select("app", false));
    // A new run knows nothing of it.
    let effects = update(&mut state, Action::Reset);
    assert!(matches!(posted(&effects)[..], [ToEngine::Start { .. }, ToEngine::Watch(_)]), "{effects:?}");
}

#[test]
fn the_page_opens_with_the_classic_chain_and_starts_it_once_the_engine_listens() {
    let mut state = opened();
    assert_eq!(state.model.components.len(), 6);
    assert!(state.run.playing);
    let effects = say(&mut state, FromEngine::Ready);
    assert!(matches!(orders(&effects)[..], [ToEngine::Start { paused: false, .. }]));
}

#[test]
fn building_a_chain_by_the_keyboard_alone() {
    let mut state = opened();
    update(&mut state, Action::New);
    for kind in [Kind::Clients, Kind::Service, Kind::Database] {
        update(&mut state, Action::Add { kind, at: None });
    }
    update(&mut state, Action::StartWire(Some("clients".into())));
    update(&mut state, Action::Confirm);
    update(&mut state, Action::StartWire(Some("service".into())));
    update(&mut state, Action::Confirm);
    let ends: Vec<(&str, &str)> =
        state.model.links.iter().map(|l| (l.from.as_str(), l.to.as_str())).collect();
    assert_eq!(ends, [("clients", "service"), ("service", "database")]);
    for _ in 0..5 {
        update(&mut state, Action::Undo);
    }
    assert!(state.model.components.is_empty() && state.model.links.is_empty());
    for _ in 0..5 {
        update(&mut state, Action::Redo);
    }
    assert_eq!(state.model.links.len(), 2);
}

#[test]
fn what_is_added_while_a_link_is_selected_goes_into_it_when_it_can() {
    let mut state = opened();
    let ends = |state: &State| -> Vec<(String, String)> {
        state.model.links.iter().map(|l| (l.from.clone(), l.to.clone())).collect()
    };
    let before = ends(&state);
    let link = state.model.links[0].clone();
    update(&mut state, Action::Select { target: Some(Target::Link(link.id.clone())), add: false });
    update(&mut state, Action::Add { kind: Kind::Clients, at: None });
    assert_eq!(ends(&state), before, "nobody calls clients");
    update(&mut state, Action::Undo);
    update(&mut state, Action::Select { target: Some(Target::Link(link.id.clone())), add: false });
    update(&mut state, Action::Add { kind: Kind::Cache, at: None });
    let id = state.model.components.last().map(|c| c.id.clone()).unwrap_or_default();
    let after = ends(&state);
    assert_eq!(after.len(), before.len() + 1);
    assert!(after.contains(&(link.from, id.clone())) && after.contains(&(id, link.to)));
    update(&mut state, Action::Undo);
    assert_eq!(ends(&state), before, "one step of undo");
}

/// The links, as `from → to`.
fn ends(state: &State) -> Vec<String> {
    state.model.links.iter().map(|link| format!("{} → {}", link.from, link.to)).collect()
}

fn add(state: &mut State, kind: Kind) {
    update(state, Action::Add { kind, at: None });
}

fn select(state: &mut State, id: &str) {
    update(state, Action::Select { target: Some(Target::Component(id.into())), add: false });
}

#[test]
fn what_is_added_to_scale_or_to_keep_messages_or_to_work_on_them_is_connected_at_once() {
    let mut state = opened();
    update(&mut state, Action::New);
    for kind in [Kind::Service, Kind::Queue, Kind::Worker, Kind::Autoscaler] {
        add(&mut state, kind);
    }
    assert_eq!(ends(&state), ["service → queue", "queue → worker", "autoscaler → worker"]);
    update(&mut state, Action::Undo);
    assert_eq!((state.model.components.len(), state.model.links.len()), (3, 2), "one step of undo");
    update(&mut state, Action::Redo);
    select(&mut state, "worker");
    add(&mut state, Kind::Autoscaler);
    assert_eq!(state.model.links.len(), 3, "it is scaled already");
}

#[test]
fn an_autoscaler_is_connected_to_what_it_can_scale_and_to_nothing_else() {
    let mut state = opened();
    update(&mut state, Action::New);
    for kind in [Kind::Database, Kind::Autoscaler, Kind::Service] {
        update(&mut state, Action::Add { kind, at: Some(Point::default()) });
    }
    assert!(ends(&state).is_empty(), "what is dropped somewhere is connected to nothing");
    let why = state.could_connect("autoscaler", "database").unwrap_err();
    assert!(why.contains("scales services and workers"), "{why}");
    let why = state.could_connect("service", "autoscaler").unwrap_err();
    assert!(why.contains("takes no calls"), "{why}");
    // Drawn the wrong way round, only one way is possible.
    update(&mut state, Action::Connect { from: "service".into(), to: "autoscaler".into() });
    assert_eq!(ends(&state), ["autoscaler → service"]);
    add(&mut state, Kind::Clients);
    select(&mut state, "database");
    add(&mut state, Kind::Autoscaler);
    let why = state.could_connect("autoscaler-2", "service").unwrap_err();
    assert!(why.contains("is scaled by Autoscaler already"), "{why}");
}

#[test]
fn nothing_goes_into_a_control_link() {
    let mut state = opened();
    update(&mut state, Action::New);
    add(&mut state, Kind::Service);
    add(&mut state, Kind::Autoscaler);
    let link = Target::Link(state.model.links[0].id.clone());
    update(&mut state, Action::Select { target: Some(link), add: false });
    add(&mut state, Kind::Queue);
    assert_eq!(ends(&state), ["autoscaler → service"]);
}

#[test]
fn an_empty_model_does_not_start_a_run_that_was_paused() {
    let mut state = opened();
    update(&mut state, Action::ToggleRun);
    update(&mut state, Action::New);
    assert!(!state.run.playing);
    update(&mut state, Action::OpenPreset(tenfold::presets::FIRST.slug));
    assert!(state.run.playing, "an example shows life");
}

#[test]
fn a_drag_is_one_edit_sent_to_the_engine_on_release() {
    let mut state = opened();
    say(&mut state, FromEngine::Ready);
    let start = state.place_of("app").unwrap_or_default();
    let at = state.view.camera.to_screen(Point { x: start.x + 50.0, y: start.y + 40.0 });
    let press = Press { id: 1, at, hit: Hit::Node("app".into()), pans: false, shift: false, touch: false };
    update(&mut state, Action::Pointer(Pointer::Down(press)));
    for step in 1..=10 {
        let to = Point { x: at.x, y: at.y + f64::from(step) * 15.0 };
        let effects = update(&mut state, Action::Pointer(Pointer::Move { id: 1, at: to }));
        assert!(orders(&effects).is_empty());
    }
    let end = Point { x: at.x, y: at.y + 150.0 };
    let effects = update(&mut state, Action::Pointer(Pointer::Up { at: end }));
    assert_eq!(orders(&effects).len(), 1);
    assert!(state.place_of("app").is_some_and(|p| p.y > start.y + 100.0));
    update(&mut state, Action::Undo);
    assert_eq!(state.place_of("app"), Some(start));
}

#[test]
fn dragging_from_port_to_card_connects_and_a_refusal_says_why() {
    let mut state = opened();
    let count = state.model.links.len();
    let at = |state: &State, id: &str| {
        let p = state.place_of(id).unwrap_or_default();
        state.view.camera.to_screen(Point { x: p.x + 80.0, y: p.y + 40.0 })
    };
    let drag = |state: &mut State, from: &str, to: &str| {
        let hit = Hit::Port { node: from.into(), out: true };
        let press = Press { id: 1, at: at(state, from), hit, pans: false, shift: false, touch: false };
        let end = at(state, to);
        update(state, Action::Pointer(Pointer::Down(press)));
        update(state, Action::Pointer(Pointer::Move { id: 1, at: end }));
        update(state, Action::Pointer(Pointer::Up { at: end }))
    };
    drag(&mut state, "app", "orders");
    assert_eq!(state.model.links.len(), count + 1);
    drag(&mut state, "app", "orders");
    assert_eq!(state.model.links.len(), count + 1);
    assert!(state.toasts.iter().any(|t| t.text.contains("already")));
}

#[test]
fn what_is_connected_already_is_not_connected_backwards() {
    let mut state = opened();
    for kind in [Kind::Queue, Kind::Worker] {
        update(&mut state, Action::Add { kind, at: None });
    }
    assert!(
        state.model.links.iter().any(|l| l.from == "queue" && l.to == "worker"),
        "added beside each other"
    );
    build::connect(&mut state, "queue", "worker");
    let words: Vec<&str> = state.toasts.iter().map(|toast| toast.text.as_str()).collect();
    assert_eq!(words, ["Queue is connected to Worker already."]);
}

#[test]
fn what_a_setting_breaks_elsewhere_is_told_at_the_setting() {
    let mut state = opened();
    state.view.select(Some(Target::Component("app".into())));
    update(&mut state, Action::Add { kind: Kind::Autoscaler, at: None });
    let at = FieldPath::root().field("components").id("autoscaler").field("algorithm");
    let value = serde_json::json!({ "by": "keda" });
    let edit = Edit::SetComponent { id: "autoscaler".into(), field: "algorithm".into(), value };
    update(&mut state, Action::Field { edit, at: at.clone(), gesture: None });
    let words = problems::words_at(&state.problems, &at).unwrap_or_default();
    assert!(words.contains("link a queue to it first"), "{words}");
}

#[test]
fn what_is_not_deleted_is_not_announced_as_deleted() {
    let text = r#"{"format": 1, "components": [{"id": "c", "kind": "cache", "name": "Basket", "writes": "behind"},
        {"id": "d", "kind": "database"}], "links": [{"from": "c", "to": "d"}]}"#;
    let mut state = holding(text);
    state.view.select(Some(Target::Component("d".into())));
    let effects = update(&mut state, Action::Delete);
    assert!(state.model.component("d").is_some());
    assert!(
        state
            .toasts
            .iter()
            .any(|toast| toast.text.starts_with("Basket points at nothing that it could write")),
        "{:?}",
        state.toasts
    );
    let said = |effect: &Effect| matches!(effect, Effect::Announce(words) if words.contains("Deleted"));
    assert!(!effects.iter().any(said));
}

#[test]
fn a_component_may_have_an_autoscaler_and_a_node_pool_and_only_one_of_each() {
    let mut state = opened();
    for kind in [Kind::Autoscaler, Kind::NodePool, Kind::Autoscaler, Kind::NodePool] {
        update(&mut state, Action::Add { kind, at: Some(Point { x: 2000.0, y: 0.0 }) });
    }
    assert_eq!(state.could_connect("autoscaler", "app"), Ok(()));
    build::connect(&mut state, "autoscaler", "app");
    assert_eq!(state.could_connect("node-pool", "app"), Ok(()));
    build::connect(&mut state, "node-pool", "app");
    assert_eq!(state.scaler_of("app").map(|one| one.id.as_str()), Some("autoscaler"));
    assert!(state.concerns("node-pool", "app") && state.concerns("autoscaler", "app"));
    let refused = |state: &State, from: &str| state.could_connect(from, "app").err().unwrap_or_default();
    assert!(refused(&state, "autoscaler-2").contains("is scaled by Autoscaler already"));
    assert!(refused(&state, "node-pool-2").contains("runs on the nodes of Node pool already"));
}

#[test]
fn a_refused_value_stays_at_its_field_with_the_cores_words_until_it_is_right() {
    let mut state = opened();
    let at = FieldPath::root().field("components").id("app").field("instances");
    let set = |value: serde_json::Value| Action::Field {
        edit: Edit::SetComponent { id: "app".into(), field: "instances".into(), value },
        at: at.clone(),
        gesture: None,
    };
    update(&mut state, set("many".into()));
    let words = problems::words_at(&state.problems, &at).unwrap_or_default().to_owned();
    assert!(words.contains("a whole number of instances from 0 to 10000"), "{words}");
    update(&mut state, set(9.into()));
    assert!(state.problems.is_empty());
    assert_eq!(state.model.component("app").and_then(|c| c.settings.get("instances")), Some(9.into()));
}

#[test]
fn a_refused_objective_is_shown_at_its_own_place_in_the_list() {
    let mut state = opened();
    let mut objectives: Vec<serde_json::Value> =
        state.model.objectives.iter().map(tenfold::model::FieldValue::to_json).collect();
    objectives[1]["at_least"] = 7.into();
    let at = FieldPath::root().field("objectives").index(1).field("at_least");
    update(
        &mut state,
        Action::Field { edit: Edit::Objectives { objectives }, at: at.clone(), gesture: None },
    );
    assert!(problems::words_at(&state.problems, &at).is_some(), "{:?}", state.problems);
}

#[test]
fn late_news_of_an_older_run_are_dropped() {
    let mut state = opened();
    say(&mut state, FromEngine::Ready);
    let old = state.run.id;
    update(&mut state, Action::Reset);
    let refused = FromEngine::ModelRefused(String::new());
    let news = News { run: old, what: refused };
    assert!(update(&mut state, Action::News { news, numbers: Vec::new() }).is_empty());
    assert!(state.run.playing);
}

#[test]
fn a_dead_engine_is_replaced_but_not_for_ever() {
    let mut state = opened();
    for _ in 0..3 {
        let effects = update(&mut state, Action::EngineDied("out of memory".into()));
        assert!(effects.iter().any(|e| matches!(e, Effect::FreshWorker)));
        state.toasts.clear();
    }
    let effects = update(&mut state, Action::EngineDied("out of memory".into()));
    assert!(!effects.iter().any(|e| matches!(e, Effect::FreshWorker)));
}

#[test]
fn opening_a_link_or_an_example_never_touches_the_work_on_the_shelf() {
    let mut state = opened();
    assert_eq!(state.doc, None);
    update(&mut state, Action::Add { kind: Kind::Cache, at: None });
    let mine = state.doc.clone();
    assert!(mine.is_some());
    let link = state.model.to_json();
    update(&mut state, Action::OpenLink(Ok(link)));
    assert!(state.doc.is_some() && state.doc != mine);
    update(&mut state, Action::OpenPreset("classic-chain"));
    assert_eq!(state.doc, None);
}

#[test]
fn the_link_is_shown_once_it_is_packed_and_never_an_older_one() {
    let mut state = opened();
    let model = state.model.to_value().to_string();
    let effects = update(&mut state, Action::Open(Dialog::Share));
    assert!(matches!(&effects[..], [Effect::Pack(text)] if *text == model));
    update(&mut state, Action::Packed(Ok("#m1:AAAA".into())));
    assert_eq!(state.link.as_deref(), Some("#m1:AAAA"));
    update(&mut state, Action::Open(Dialog::Share));
    assert_eq!(state.link, None);
}

#[test]
fn a_link_that_could_not_be_read_is_told_of_and_leaves_the_work_alone() {
    let mut state = opened();
    let before = state.model.clone();
    let effects = update(&mut state, Action::OpenLink(Err("it is damaged".into())));
    assert!(state.model == before && state.toasts.iter().any(|t| t.text.ends_with("opened: it is damaged")));
    assert!(effects.iter().any(|e| matches!(e, Effect::ClearHash)));
}

#[test]
fn a_broken_file_shows_every_problem_and_leaves_the_work_alone() {
    let mut state = opened();
    let before = state.model.clone();
    let text = r#"{"format": 1, "seed": -1, "components": [{"id": "a", "kind": "toaster"}]}"#.to_owned();
    update(&mut state, Action::OpenText { text, from: "x.json".into() });
    assert!(state.model == before);
    assert_eq!(state.problems.len(), 2);
}

#[test]
fn a_component_dropped_on_a_link_goes_into_it_in_one_step() {
    let mut state = opened();
    let (a, b) =
        (state.place_of("front-door").unwrap_or_default(), state.place_of("app").unwrap_or_default());
    let middle = Point { x: (a.x + b.x + 172.0) / 2.0, y: (a.y + b.y + 92.0) / 2.0 };
    update(&mut state, Action::Add { kind: Kind::Cache, at: Some(middle) });
    let ends =
        |state: &State| state.model.links.iter().map(|l| format!("{} {}", l.from, l.to)).collect::<Vec<_>>();
    assert!(
        ends(&state).contains(&"front-door cache".to_owned())
            && ends(&state).contains(&"cache app".to_owned())
    );
    update(&mut state, Action::Undo);
    assert!(ends(&state).contains(&"front-door app".to_owned()));
    assert_eq!(state.model.components.len(), 6);
}

/// The page with this model open.
fn holding(text: &str) -> State {
    let mut state = opened();
    state.model = Shared::new(tenfold::model::Model::from_json(text).unwrap_or_else(|why| panic!("{why:?}")));
    state
}

fn toasts(state: &State) -> Vec<&str> {
    state.toasts.iter().map(|toast| toast.text.as_str()).collect()
}

/// Orders in a queue for a worker, that an autoscaler scales by `algorithm`.
fn with_a_queue(algorithm: &str) -> State {
    let text = format!(
        r#"{{"format": 1, "components": [
            {{"id": "in", "kind": "clients"}}, {{"id": "q", "kind": "queue", "name": "Orders"}},
            {{"id": "w", "kind": "worker", "name": "Packer"}},
            {{"id": "a", "kind": "autoscaler", "name": "Boss", "algorithm": {algorithm}}}],
            "links": [{{"from": "in", "to": "q"}}, {{"from": "q", "to": "w"}}, {{"from": "a", "to": "w"}}]}}"#
    );
    holding(&text)
}

/// Deletes it, and takes that back; what was said, and whether the autoscaler had somebody to scale still.
fn without(mut state: State, target: Target) -> (Vec<String>, bool) {
    let before = state.model.clone();
    update(&mut state, Action::Select { target: Some(target), add: false });
    update(&mut state, Action::Delete);
    let said = state.toasts.iter().map(|toast| toast.text.clone()).collect();
    let scales = state.model.link("a-w").is_some();
    assert!(state.model.link("q-w").is_none(), "{said:?}");
    update(&mut state, Action::Undo);
    assert_eq!(*state.model, *before, "one step of undo");
    (said, scales)
}

#[test]
fn who_went_by_the_messages_of_a_deleted_queue_goes_by_other_metrics_or_scales_no_more() {
    for target in [Target::Component("q".into()), Target::Link("q-w".into())] {
        let gone = without(with_a_queue(r#"{"by": "keda"}"#), target.clone());
        assert_eq!(
            gone,
            (
                vec!["Deleted. Boss does not scale Packer any more: there are no messages to go by.".into()],
                false
            )
        );
        let gone = without(with_a_queue(r#"{"by": "hpa", "cpu": 60, "backlog": 5}"#), target.clone());
        assert_eq!(gone, (vec!["Deleted. Boss goes by its other metrics alone now.".into()], true));
        let gone = without(with_a_queue(r#"{"by": "hpa", "cpu": null, "age_s": 5}"#), target.clone());
        assert!(!gone.1, "{gone:?}");
        assert_eq!(without(with_a_queue(r#"{"by": "hpa"}"#), target), (vec![], true));
    }
}

/// An age is told by a queue alone, how many wait by a stream as well.
#[test]
fn an_autoscaler_that_loses_its_queue_and_keeps_a_stream_goes_by_what_waits_there() {
    let text = r#"{"format": 1, "components": [
        {"id": "in", "kind": "clients"}, {"id": "q", "kind": "queue"}, {"id": "log", "kind": "stream"},
        {"id": "w", "kind": "worker"},
        {"id": "a", "kind": "autoscaler", "name": "Boss", "algorithm": {"by": "hpa", "cpu": null, "backlog": 5, "age_s": 30}}],
        "links": [{"from": "in", "to": "q"}, {"from": "in", "to": "log"}, {"from": "q", "to": "w"}, {"from": "log", "to": "w"},
            {"from": "a", "to": "w"}]}"#;
    let mut state = holding(text);
    select(&mut state, "q");
    update(&mut state, Action::Delete);
    assert_eq!(toasts(&state), ["Deleted. Boss goes by its other metrics alone now."]);
    let metrics = state.model.component("a").and_then(|a| a.settings.get("algorithm")).expect("its metrics");
    assert!(metrics["age_s"].is_null() && metrics["backlog"] == 5.0, "{metrics}");
}

#[test]
fn who_asked_after_a_miss_or_a_failure_asks_every_time_without_what_went_before() {
    let text = r#"{"format": 1, "components": [
        {"id": "in", "kind": "clients"}, {"id": "app", "kind": "service", "name": "Shop"},
        {"id": "cache", "kind": "cache", "pattern": "aside"}, {"id": "db", "kind": "database", "name": "Orders"},
        {"id": "best", "kind": "service"}, {"id": "plain", "kind": "service", "name": "Bestsellers"}],
        "links": [{"from": "in", "to": "app"}, {"from": "app", "to": "cache"},
            {"from": "app", "to": "db", "step": 2, "when": "miss"}, {"from": "app", "to": "best", "optional": true},
            {"from": "app", "to": "plain", "step": 2, "when": "failed"}]}"#;
    let opened = holding(text);
    for (targets, link, said) in [
        (
            [Target::Component("cache".into()), Target::Link("app-cache".into())],
            "app-db",
            "Deleted. Shop calls Orders every time now: there is no cache to miss first.",
        ),
        (
            [Target::Component("best".into()), Target::Link("app-best".into())],
            "app-plain",
            "Deleted. Shop calls Bestsellers every time now: nothing before it may fail.",
        ),
    ] {
        for target in targets {
            let mut state = holding(text);
            update(&mut state, Action::Select { target: Some(target), add: false });
            update(&mut state, Action::Delete);
            assert_eq!(toasts(&state), [said]);
            assert_eq!(state.model.link(link).map(|link| link.when), Some(When::Always));
            update(&mut state, Action::Undo);
            assert_eq!(*state.model, *opened.model, "one step of undo");
        }
    }
}

#[test]
fn a_schedule_alone_is_chosen_with_an_entry_that_changes_nothing_yet() {
    let mut state = with_a_queue(r#"{"by": "hpa"}"#);
    let at = FieldPath::root().field("components").id("a").field("algorithm");
    let value = serde_json::json!({ "by": "schedule" });
    let edit = Edit::SetComponent { id: "a".into(), field: "algorithm".into(), value };
    update(&mut state, Action::Field { edit, at, gesture: None });
    assert_eq!(state.problems.len(), 0, "{:?}", state.problems);
    let schedule = state.model.component("a").and_then(|one| one.settings.get("schedule"));
    assert_eq!(schedule, Some(serde_json::json!(["00:00 1..10"])));
}

#[test]
fn a_refusal_calls_components_what_their_cards_say() {
    let mut state = with_a_queue(r#"{"by": "hpa"}"#);
    let at = FieldPath::root().field("components").id("a").field("algorithm");
    update(&mut state, Action::Delete);
    let edit = Edit::Batch {
        edits: vec![
            Edit::RemoveLink { id: "q-w".into() },
            Edit::SetComponent {
                id: "a".into(),
                field: "algorithm".into(),
                value: serde_json::json!({ "by": "keda" }),
            },
        ],
    };
    update(&mut state, Action::Field { edit, at, gesture: None });
    let told: Vec<&str> = state.problems.iter().map(|trouble| trouble.text.as_str()).collect();
    assert_eq!(
        told,
        [
            "Boss scales Packer by the messages that wait for it, and nothing gives it any; link a queue to it first, or \
          choose another metric"
        ]
    );
}

#[test]
fn copies_get_their_own_names_and_keep_their_inner_links() {
    let mut state = opened();
    update(&mut state, Action::SelectAll);
    update(&mut state, Action::Duplicate);
    assert_eq!(state.model.components.len(), 12);
    assert_eq!(state.model.links.len(), 10);
    assert_eq!(state.view.selection.len(), 6);
    update(&mut state, Action::Delete);
    assert_eq!(state.model.components.len(), 6);
}

#[test]
fn examples_are_fetched_once_when_somebody_wants_to_see_them() {
    let mut state = opened();
    let asks = |effects: Vec<Effect>| effects.iter().any(|e| matches!(e, Effect::FetchExamples));
    assert!(asks(update(&mut state, Action::Open(Dialog::Examples))));
    assert!(!asks(update(&mut state, Action::Open(Dialog::Examples))), "they are on their way");
    update(&mut state, Action::Examples(Err("this browser is offline".into())));
    assert!(asks(update(&mut state, Action::Open(Dialog::Examples))), "and again after they did not come");
    let model = tenfold::presets::by_slug("mm1").map(|preset| preset.model()).unwrap_or_default();
    let text = format!("{{\"mm1\": {}, \"of-another-version\": {{}}}}", model.to_json());
    update(&mut state, Action::Examples(Ok(text)));
    assert!(!asks(update(&mut state, Action::Open(Dialog::Examples))));
    update(&mut state, Action::OpenPreset("mm1"));
    assert_eq!(state.model.head.title, model.head.title);
    update(&mut state, Action::OpenPreset("stampede"));
    assert_eq!(state.model.head.title, model.head.title, "what is not here changes nothing");
}

#[test]
fn an_example_that_cannot_be_fetched_is_said_and_still_remembered() {
    let mut state = State::default();
    let boot = Boot { preset: Some("mm1"), examples: Some(Err("this browser is offline".into())), ..boot() };
    let effects = update(&mut state, Action::Boot(Box::new(boot)));
    assert_eq!(state.model.head.title, tenfold::presets::FIRST.model().head.title);
    assert!(state.toasts.iter().any(|toast| toast.text.contains("offline")), "{:?}", state.toasts);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Remember(_))));
}

#[test]
fn a_pool_is_taken_off_a_link_with_what_needs_it_in_one_step() {
    let mut state = opened();
    let link = state.model.links.iter().find(|l| l.from == "app").map(|l| l.id.clone()).unwrap_or_default();
    let field = |field: &str, value: serde_json::Value| Action::Field {
        edit: Edit::SetLink { id: link.clone(), field: field.into(), value },
        at: FieldPath::root().field("links").id(&link).field(field),
        gesture: None,
    };
    update(&mut state, field("pool", 10.into()));
    update(&mut state, field("pool_wait", "5s".into()));
    update(&mut state, field("pool_hold", "request".into()));
    let pooled = state.model.clone();
    update(&mut state, field("pool", serde_json::Value::Null));
    assert_eq!(state.problems.len(), 0, "{:?}", state.problems);
    let bare = state.model.link(&link).cloned().unwrap_or_else(|| tenfold::model::Link::between("", ""));
    let plain = tenfold::model::Link::between("a", "b");
    assert_eq!((bare.pool, bare.pool_wait, bare.pool_hold), (None, plain.pool_wait, plain.pool_hold));
    update(&mut state, Action::Undo);
    assert_eq!(*state.model, *pooled, "one step of undo");
}
