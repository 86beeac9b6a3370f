//! Rules across the settings of a component, told beside values that are refused.

use super::texts;
use serde_json::{Value as Json, json};
use tenfold::components::Kind;
use tenfold::model::{Model, Problem, Shape};
use tenfold::units::{Bytes, Span};

/// Components that each break one or more rules across settings, and no other.
const BROKEN: &[&str] = &[
    r#"{"kind": "node-pool", "min": 5, "max": 2}"#,
    r#"{"kind": "autoscaler", "min": 5, "max": 2}"#,
    r#"{"kind": "autoscaler", "algorithm": {"by": "step", "low": 70}}"#,
    r#"{"kind": "autoscaler", "algorithm": {"by": "schedule"}}"#,
    r#"{"kind": "clients", "load": {"shape": "closed", "think": {"law": "constant", "mean": "0s"}}}"#,
    r#"{"kind": "nosql-table", "partitions": 1, "read_units": 10000, "write_units": 5000}"#,
    r#"{"kind": "cache", "entries": null, "stale_for": "1s", "refresh_early": 1, "ttl_jitter": 0.5, "ttl_mode": "sliding"}"#,
    r#"{"kind": "cache", "pattern": "aside", "writes": "through", "misses": "joined", "refresh_early": 1, "stale_for": "1s"}"#,
    r#"{"kind": "cache", "early_by": "reader"}"#,
    r#"{"kind": "database", "read_from": "replicas", "replication": "sync"}"#,
    r#"{"kind": "database", "read_your_writes": true, "scatter": ["request"]}"#,
    r#"{"kind": "database", "dead_rows": true, "inserts": true}"#,
    r#"{"kind": "database", "long_transaction": "1m", "iops": 100, "checkpoint": "1m"}"#,
    r#"{"kind": "job", "waits_for_clean": true}"#,
    r#"{"kind": "job", "waits_for_clean": true, "deadline": "1m", "expected": "1h"}"#,
    r#"{"kind": "queue", "when_full": "drop-oldest", "order": "groups", "retention": "1m", "delay": "5m"}"#,
    r#"{"kind": "quorum-store", "nodes": 2, "replicas": 3, "read_quorum": 4, "write_quorum": 1, "mode": "consistent", "sloppy": true}"#,
    r#"{"kind": "stream", "attempts": 1, "retry_delay": "1s"}"#,
    r#"{"kind": "topic", "delay_min": "1m", "delay_max": "1s"}"#,
];

/// The rules across settings that a model of this component alone breaks.
fn rules(component: &Json) -> Vec<String> {
    let text = json!({ "format": 1, "components": [component] }).to_string();
    let mut errors = Model::from_json(&text).err().unwrap_or_default();
    errors.retain(|error| matches!(error.problem, Problem::Rule(_)));
    texts(&errors)
}

/// Legal values from one end to the other.
fn legal(shape: &Shape) -> Vec<Json> {
    match shape {
        Shape::Count { min, max, .. } => [*min, 1, 2, 3, 10, *max].map(|n| json!(n.clamp(*min, *max))).into(),
        Shape::Number { min, max, .. } => [*min, 1.0, *max].map(|x| json!(x.clamp(*min, *max))).into(),
        Shape::Span { min, max } => {
            let spans = [*min, Span::from_secs(1), Span::from_secs(7200), *max];
            spans.map(|span| json!(span.clamp(*min, *max).to_string())).into()
        }
        Shape::Rate { min, max } => [*min, *max].map(|rate| json!(format!("{rate}/s"))).into(),
        Shape::Bytes { min, max } => [*min, *max].map(|size| json!(Bytes::new(size).to_string())).into(),
        Shape::Flag => vec![json!(false), json!(true)],
        Shape::Choice(choices) => choices.iter().map(|choice| json!(choice.value)).collect(),
        Shape::Optional { shape, .. } => legal(shape).into_iter().chain([Json::Null]).collect(),
        Shape::List(_) => vec![json!([])],
        Shape::Variant { tag, cases } => cases.iter().map(|case| json!({ *tag: case.value })).collect(),
        Shape::Text { .. } | Shape::Outcomes => Vec::new(),
    }
}

#[test]
fn a_rule_is_told_beside_a_refused_value_only_if_no_value_there_could_mend_it() {
    let mut told_beside = 0;
    for text in BROKEN {
        let mut whole: Json = serde_json::from_str(text).expect("JSON");
        whole["id"] = json!("a");
        assert!(!rules(&whole).is_empty(), "{text} breaks no rule");
        let kind = whole["kind"].as_str().and_then(Kind::from_word).expect("a kind");
        for field in kind.fields() {
            let with = |value: Json| {
                let mut component = whole.clone();
                component[field.key] = value;
                rules(&component)
            };
            for told in with(json!({ "no": "such value" })) {
                told_beside += 1;
                for value in legal(&field.shape) {
                    let then = with(value.clone());
                    assert!(then.contains(&told), "{text}: {told}: not so if `{}` is {value}", field.key);
                }
            }
        }
    }
    assert!(told_beside > 100, "{told_beside}");
}

#[test]
fn all_that_is_wrong_with_a_component_is_told_at_once() {
    let text = r#"{"format": 1, "components": [{"id": "db", "kind": "database", "connections": 0, "read_from": "replicas",
        "read_your_writes": 3, "dead_rows": true, "inserts": true}]}"#;
    let found = texts(&Model::from_json(text).expect_err("four faults"));
    assert_eq!(found.len(), 4, "{found:#?}");
    for words in [
        "connections: 0 is outside",
        "read_your_writes: found 3",
        "read_from: there are no replicas",
        "dead_rows: each write",
    ] {
        assert!(found.iter().any(|line| line.contains(words)), "{words} is not among {found:#?}");
    }
}

#[test]
fn a_misspelt_field_is_not_taken_for_one_left_out() {
    let text = r#"{"format": 1, "components": [{"id": "db", "kind": "database", "replcias": 2, "read_from": "replicas"}]}"#;
    let found = texts(&Model::from_json(text).expect_err("a misspelt field"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("(did you mean `replicas`?)"), "{found:#?}");
}

/// Models of which one thing is wrong that cannot be read, and what each of them says of it. Whatever else seems wrong follows from it alone.
const SPOILT: &[(&str, &str)] = &[
    (
        r#""components": [{"id": "app", "kind": "service"}, {"id": "cache", "kind": "cache", "pattern": "asied"}, {"id": "db", "kind": "database"}],
        "links": [{"from": "app", "to": "cache"}, {"from": "app", "to": "db", "step": 2, "when": "miss"}]"#,
        "pattern: `asied` is none of the choices",
    ),
    (
        r#""components": [{"id": "app", "kind": "service"}, {"id": "cache", "kind": "cahce", "pattern": "aside"}, {"id": "db", "kind": "database"}],
        "links": [{"from": "app", "to": "cache"}, {"from": "app", "to": "db", "step": 2, "when": "miss"}]"#,
        "kind: `cahce` is none of the choices",
    ),
    (
        r#""components": [{"id": "app", "kind": "service"}, {"id": "cache", "kind": "cache", "pattern": "aside"}, {"id": "db", "kind": "database"}],
        "links": [{"from": "app", "to": "cahce"}, {"from": "app", "to": "db", "step": 2, "when": "miss"}]"#,
        "to: there is no component `cahce`",
    ),
    (
        r#""components": [{"id": "app", "kind": "service"}, {"id": "cache", "kind": "cache", "pattern": "aside"}, {"id": "db", "kind": "database"}],
        "links": [{"from": "app", "to": "cache"}, {"from": "app", "to": "db", "step": "two", "when": "miss"}]"#,
        "step: found \"two\"",
    ),
    (
        r#""components": [{"id": "app", "kind": "service"}, {"id": "cache", "kind": "cache"}, {"id": "db", "kind": "database"}],
        "links": [{"from": "app", "to": "cache", "optionl": true}, {"from": "app", "to": "db", "step": 2, "when": "failed"}]"#,
        "there is no field `optionl`",
    ),
    (
        r#""components": [{"id": "app", "kind": "service", "routing": "one"}, {"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}],
        "links": [{"from": "app", "to": "a", "calls": 0.5}, {"from": "app", "to": "b", "calls": "half"}]"#,
        "calls: found \"half\"",
    ),
    (
        r#""components": [{"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}],
        "links": [{"from": "a", "to": "b"}, {"from": "b", "to": "a", "calls": "half"}]"#,
        "calls: found \"half\"",
    ),
    (
        r#""components": [{"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}],
        "links": [{"from": "a", "to": "b", "pool": "many", "pool_wait": "1s"}]"#,
        "pool: found \"many\"",
    ),
    (
        r#""components": [{"id": "cache", "kind": "cache", "writes": "behind"}, {"id": "db", "kind": "database"}],
        "links": [{"from": "cahce", "to": "db"}]"#,
        "from: there is no component `cahce`",
    ),
    (
        r#""components": [{"id": "mail", "kind": "qeue"}, {"id": "w", "kind": "worker"},
        {"id": "hpa", "kind": "autoscaler", "algorithm": {"by": "hpa", "age_s": 30}}],
        "links": [{"from": "mail", "to": "w"}, {"from": "hpa", "to": "w"}]"#,
        "kind: `qeue` is none of the choices",
    ),
    (
        r#""components": [{"id": "mail", "kind": "queue"}, {"id": "w", "kind": "worker"},
        {"id": "hpa", "kind": "autoscaler", "algorithm": {"by": "hpa", "backlog": 30}}],
        "links": [{"from": "mail", "to": "w"}, {"from": "hpa", "to": "v"}]"#,
        "to: there is no component `v`",
    ),
    (
        r#""components": [{"id": "s", "kind": "quorum-store", "nodes": "five"}],
        "timeline": [{"at": "1m", "event": "partition", "component": "s", "nodes": 4}]"#,
        "nodes: found \"five\"",
    ),
    (r#""classes": [{"id": "a", "keys": 5000}, {"id": "b", "keys": "5 k"}]"#, "keys: found \"5 k\""),
    (
        r#""components": [{"id": 7, "kind": "service"}, {"id": "u", "kind": "clients"}], "links": [{"from": "u", "to": "app"}]"#,
        "id: found 7",
    ),
    (
        r#""components": [{"id": "u", "kind": "clients", "classes": ["buy"]}], "classes": {"buy": {}}"#,
        "classes: found ",
    ),
];

#[test]
fn what_cannot_be_read_is_told_alone_and_not_what_follows_from_it() {
    for (model, says) in SPOILT {
        let text = format!("{{\"format\": 1, {model}}}");
        let found = texts(&Model::from_json(&text).expect_err("one fault"));
        assert_eq!(found.len(), 1, "{model}: {found:#?}");
        assert!(found[0].contains(says), "{found:#?}");
    }
}

#[test]
fn an_id_that_two_have_hides_no_fault_of_either_and_accuses_no_link() {
    let text = r#"{"format": 1, "components": [{"id": "u", "kind": "clients"},
        {"id": "a", "kind": "node-pool", "min": 5, "max": "ten"}, {"id": "a", "kind": "node-pool", "min": 5, "max": 2}],
        "links": [{"from": "u", "to": "a"}]}"#;
    let found = texts(&Model::from_json(text).expect_err("three faults"));
    assert_eq!(found.len(), 3, "{found:#?}");
    for words in ["max: found \"ten\"", "min: ", "the component `a` is there already"] {
        assert!(found.iter().any(|line| line.contains(words)), "{words} is not among {found:#?}");
    }
}
