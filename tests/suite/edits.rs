//! Edits by name; what must hold of all of them is in `properties`.

use serde_json::json;
use tenfold::edit::Edit;
use tenfold::model::Model;
use tenfold::units::Span;
use tenfold::{Simulation, presets};

#[test]
fn a_batch_is_refused_as_a_whole_and_tells_the_path() {
    let mut model = presets::ALL[0].model();
    let before = model.clone();
    let good = Edit::Set { field: "seed".into(), value: json!(9) };
    let bad = Edit::SetComponent { id: "app".into(), field: "instances".into(), value: json!(-1) };
    let errors =
        Edit::Batch { edits: vec![good, bad] }.apply(&mut model).expect_err("-1 instances are too few");
    assert_eq!(errors[0].to_string(), "components[\"app\"].instances: -1 is outside 0 to 10000");
    assert_eq!(model, before);
}

#[test]
fn a_second_of_a_name_is_refused_also_where_a_batch_takes_it_away_again() {
    let mut model = presets::ALL[0].model();
    let twin = json!({ "id": "app", "kind": "service" });
    let add = Edit::AddComponent { component: twin, index: 0 };
    let batch = Edit::Batch { edits: vec![add, Edit::RemoveComponent { id: "app".into() }] };
    let errors = batch.apply(&mut model).expect_err("which of the two is removed?");
    assert!(errors[0].to_string().starts_with("components[\"app\"]"), "{}", errors[0]);
    let link = json!({ "from": "app", "to": "products" });
    let add = Edit::AddLink { link, index: 0 };
    let errors = add.apply(&mut model).expect_err("there is one");
    assert!(errors[0].to_string().starts_with("links[\"app-products\"]"), "{}", errors[0]);
}

#[test]
fn what_a_request_does_was_settled_when_it_began() {
    let model = json!({
        "format": 1, "duration": "60s", "warm_up": "0s",
        "components": [
            { "id": "in", "kind": "clients", "spacing": "even", "load": { "shape": "steady", "rate": "1/s" } },
            { "id": "db", "kind": "database", "row_locks": true, "transaction": { "law": "constant", "mean": "800ms" } }
        ],
        "links": [{ "from": "in", "to": "db" }],
        "classes": [{ "id": "ask", "keys": 1, "operation": "write" }]
    });
    let model = Model::from_value(&model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_for(Span::from_millis(1_400));
    let classes = |class: serde_json::Value| Edit::Classes { classes: vec![class] };
    // While a write holds the lock of its row, its class begins to read, of another catalogue.
    run.apply(&classes(json!({ "id": "ask", "keys": 1, "catalogue": "other" }))).expect("it is legal");
    run.run_for(Span::from_secs(3));
    run.apply(&classes(json!({ "id": "ask", "keys": 1, "operation": "write" }))).expect("it is legal");
    run.run_for(Span::from_secs(10));
    let requests = run.report().requests;
    assert!(requests.failed == 0 && requests.in_flight <= 1, "the row is not locked for ever: {requests:?}");
}

#[test]
fn an_answer_takes_the_time_of_the_law_that_its_link_has_by_then() {
    let model = r#"{
      "format": 1, "duration": "60s", "warm_up": "0s",
      "components": [
        { "id": "c", "kind": "clients", "load": { "shape": "closed", "users": 1, "think": { "law": "constant", "mean": "1h" } } },
        { "id": "s", "kind": "service", "work": { "law": "constant", "mean": "1s" } }
      ],
      "links": [ { "from": "c", "to": "s", "rtt": { "law": "constant", "mean": "2s" }, "timeout": null } ]
    }"#;
    let model = Model::from_json(model).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let mut run = Simulation::new(&model).expect("the model is legal");
    while run.report().requests.in_flight == 0 {
        run.run_for(Span::from_secs(1));
    }
    // It was sent a second ago at most, and takes one to the service. From now on it is 4 to 6 s back.
    let law = json!({ "law": "uniform", "low": "8s", "high": "12s" });
    let edit = Edit::SetLink { id: "c-s".into(), field: "rtt".into(), value: law };
    run.apply(&edit).unwrap_or_else(|errors| panic!("{errors:#?}"));
    run.run_for(Span::from_millis(5_000));
    assert_eq!(run.report().requests.in_flight, 1, "the answer took no time at all");
    run.run_for(Span::from_millis(3_100));
    assert_eq!(run.report().requests.finished, 1);
}
