//! Broken files made by machine: cut off, mistyped, out of range, misspelt, too big, shuffled.

use super::values::{edges, wrong};
use super::{read_and_run, texts};
use serde_json::{Value as Json, json};
use tenfold::components::Kind;
use tenfold::model::{Class, FieldInfo, Happening, Head, Link, Model, Objective, Problem};
use tenfold::presets;

/// A place in a model that can hold a record: its path in messages, and how the model with that record in it looks.
type Place = (String, Box<dyn Fn(Json) -> Json>);

/// A model in which whatever `change` sets is really used.
fn model_with(change: impl Fn(&mut Json)) -> Json {
    let mut model = json!({
        "format": 1, "duration": "1s", "warm_up": "0s",
        "components": [
            { "id": "u", "kind": "clients", "load": { "shape": "steady", "rate": "20000/s" } },
            { "id": "s", "kind": "service" },
            { "id": "d", "kind": "database" }
        ],
        "links": [{ "id": "l", "from": "u", "to": "s" }, { "id": "m", "from": "s", "to": "d" }],
        "classes": [{ "id": "c" }]
    });
    change(&mut model);
    model
}

/// `record` put over the item at `index` of `list`.
fn put(model: &mut Json, list: &str, index: usize, record: &Json) {
    let item = &mut model[list][index];
    for (key, value) in record.as_object().expect("a record") {
        item[key] = value.clone();
    }
}

fn component_place(kind: Kind) -> Place {
    let info = kind.info();
    let index = if !info.ports.calls_in {
        0
    } else if !info.ports.out.is_open() {
        2
    } else {
        1
    };
    let id = ["u", "s", "d"][index];
    let build = move |record: Json| {
        model_with(|model| {
            model["components"][index] = json!({ "id": id, "kind": info.word });
            if kind == Kind::Clients {
                model["components"][0]["load"] = json!({ "shape": "steady", "rate": "20000/s" });
            }
            put(model, "components", index, &record);
        })
    };
    (format!("components[{id:?}]"), Box::new(build))
}

fn list_place(list: &'static str, index: usize, path: &str) -> Place {
    (path.to_owned(), Box::new(move |record| model_with(|model| put(model, list, index, &record))))
}

/// Every field of every record of a model, with the place that holds it.
fn every_field() -> Vec<(Place, FieldInfo)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.extend(kind.fields().into_iter().map(|field| (component_place(*kind), *field)));
    }
    let link = Link::FIELDS.iter().map(|field| (list_place("links", 0, "links[\"l\"]"), field.info));
    let class = Class::FIELDS.iter().map(|field| (list_place("classes", 0, "classes[\"c\"]"), field.info));
    all.extend(link.chain(class));
    for field in Head::FIELDS {
        let build = |record: Json| {
            model_with(|model| {
                model
                    .as_object_mut()
                    .expect("a record")
                    .extend(record.as_object().expect("a record").clone());
            })
        };
        all.push(((String::new(), Box::new(build)), field.info));
    }
    all
}

#[test]
fn whatever_is_wrong_in_a_field_is_told_with_the_path_of_that_field() {
    let mut refused = 0;
    for ((path, build), field) in every_field() {
        let path = if path.is_empty() { field.key.to_owned() } else { format!("{path}.{}", field.key) };
        for value in wrong(&field.shape) {
            let text = build(json!({ field.key: value })).to_string();
            let errors = read_and_run(&text).expect_err(&format!("{path} holds {value}"));
            assert!(
                texts(&errors).iter().any(|line| line.starts_with(&path)),
                "{path}: {value}: {errors:#?}"
            );
            refused += 1;
        }
    }
    for (list, shape) in [("objectives", Objective::SHAPE), ("timeline", Happening::SHAPE)] {
        for value in wrong(&shape) {
            let text = model_with(|model| model[list] = json!([value])).to_string();
            let errors = read_and_run(&text).expect_err(&format!("{list} holds {value}"));
            assert!(texts(&errors).iter().any(|line| line.starts_with(&format!("{list}[0]"))), "{errors:#?}");
            refused += 1;
        }
    }
    assert!(refused > 1_000, "{refused}");
}

#[test]
fn the_least_and_the_most_of_every_field_are_legal_and_run() {
    for ((path, build), field) in every_field() {
        for value in edges(&field.shape) {
            let text = build(json!({ field.key: value })).to_string();
            if let Err(errors) = read_and_run(&text) {
                // A rule across fields may refuse what is legal by itself: a cache without any limit.
                let rules =
                    errors.iter().all(|e| matches!(e.problem, Problem::Rule(_) | Problem::Dangling { .. }));
                assert!(rules, "{path}.{} = {value}: {errors:#?}", field.key);
            }
        }
    }
}

#[test]
fn a_misspelt_field_is_met_with_the_right_name() {
    for ((path, build), field) in every_field().into_iter().filter(|(_, field)| field.key.len() > 3) {
        let mut misspelt = field.key.to_owned();
        misspelt.remove(2);
        let errors =
            read_and_run(&build(json!({ &misspelt: 1 })).to_string()).expect_err("there is no such field");
        let hint = format!("no field `{misspelt}` here (did you mean `{}`?)", field.key);
        assert!(texts(&errors).iter().any(|line| line.contains(&hint)), "{path}: {errors:#?}");
    }
}

#[test]
fn a_file_cut_off_anywhere_says_that_it_ends_too_early() {
    for preset in presets::ALL {
        let end = preset.json.rfind('}').expect("a model is a record");
        let places = preset.json.char_indices().map(|(at, _)| at).take_while(|at| *at < end);
        for at in places.filter(|at| at % 11 == 0 || b"{[:,\"".contains(&preset.json.as_bytes()[*at])) {
            let errors = read_and_run(&preset.json[..at]).expect_err("a cut-off file is no model");
            let line = preset.json[..at].matches('\n').count() + 1;
            assert_eq!(errors.len(), 1);
            let told = errors[0].to_string();
            assert!(told.starts_with("model: this is not JSON: EOF while parsing"), "{told}");
            assert!(told.contains(&format!("line {line},")), "{} cut at {at}: {told}", preset.slug);
        }
    }
}

#[test]
fn too_much_of_anything_is_refused_before_it_hurts() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let nested = format!("{{\"format\": 1, \"title\": {}1{}}}", "{\"a\":".repeat(500), "}".repeat(500));
    let huge = format!("{{\"format\": 1, \"notes\": \"{}\"}}", "x".repeat(9 << 20));
    let long_id = format!(
        "{{\"format\": 1, \"components\": [{{\"id\": \"{}\", \"kind\": \"cache\"}}]}}",
        "é".repeat(70_000)
    );
    let long_name = format!("{{\"format\": 1, \"{}\": 1}}", "y".repeat(1 << 20));
    let crowd: Vec<Json> = (0..20_001).map(|i| json!({ "id": i.to_string(), "kind": "cache" })).collect();
    let faults: Vec<Json> = (0..1_000).map(|i| json!({ "id": i.to_string(), "kind": "nothing" })).collect();
    for (text, words) in [
        (deep, "recursion limit exceeded"),
        (nested, "recursion limit exceeded"),
        (huge, "bytes are too many for a model"),
        (long_id, "a text of 1 to 80 characters"),
        (long_name, "there is no field `yyyyyyyyyyyy"),
        (json!({ "format": 1, "components": crowd }).to_string(), "20001 items are too many"),
        (json!({ "format": 1, "components": faults }).to_string(), "and 900 more problems"),
    ] {
        let errors = texts(&read_and_run(&text).expect_err(words));
        assert!(
            errors.iter().any(|line| line.contains(words)),
            "{words}: {:#?}",
            &errors[..errors.len().min(3)]
        );
        assert!(errors.iter().all(|line| line.len() < 1_000), "messages stay short enough to read");
    }
}

/// What took minutes when every name was looked for among all the others, every link at every component or every step.
#[test]
fn a_large_model_is_read_or_refused_in_no_time_whatever_is_in_it() {
    let word = |letter: &str, i: usize| format!("{letter}bcdefghijklmnopqrstuvwxyz-{i}");
    let services = |count: usize, routing: &str| -> Vec<Json> {
        (0..count).map(|i| json!({ "id": word("a", i), "kind": "service", "routing": routing })).collect()
    };
    let lost: Vec<Json> = (0..10_000).map(|i| json!({ "from": word("x", i), "to": word("y", i) })).collect();
    let mut faulty = json!({ "id": "s", "kind": "service" });
    (0..100_000).for_each(|i| faulty[format!("instance{i}")] = Json::Null);
    let classes: Vec<Json> = (0..20_000).map(|i| json!({ "id": word("k", i) })).collect();
    let many_classes: Vec<Json> = vec![word("k", 19_999).into(); 50_000];
    for (text, words) in [
        (
            json!({ "format": 1, "components": services(5_000, "all"), "links": lost }),
            "and 19900 more problems",
        ),
        (json!({ "format": 1, "components": [faulty] }), "and 99900 more problems"),
        (
            json!({ "format": 1, "classes": classes, "components": services(2, "one"),
                "links": [{ "from": word("a", 0), "to": word("a", 1), "classes": many_classes }] }),
            "20000 classes are too many",
        ),
    ] {
        let errors = texts(&read_and_run(&text.to_string()).expect_err(words));
        assert!(
            errors.iter().any(|line| line.contains(words)),
            "{words}: {:#?}",
            &errors[..errors.len().min(3)]
        );
    }
    // A chain whose every service goes one way of one, in each of all the classes.
    let classes: Vec<Json> = (0..64).map(|i| json!({ "id": word("k", i) })).collect();
    let all: Vec<Json> = (0..64).map(|i| word("k", i).into()).collect();
    let chain: Vec<Json> =
        (0..1_999).map(|i| json!({ "from": word("a", i), "to": word("a", i + 1), "classes": all })).collect();
    let model =
        json!({ "format": 1, "components": services(2_000, "one"), "classes": classes, "links": chain });
    assert_eq!(read_and_run(&model.to_string()).map(|model| model.links.len()), Ok(1_999));
    // Everybody calls everybody behind him, in thirty steps.
    let pairs = (0..100).flat_map(|from| (from + 1..100).map(move |to| (from, to)));
    let steps: Vec<Json> = pairs
        .map(|(from, to)| json!({ "from": word("a", from), "to": word("a", to), "step": 1 + (from + to) % 30, "calls": 0.01 }))
        .collect();
    let model = json!({ "format": 1, "components": services(100, "all"), "links": steps });
    assert_eq!(read_and_run(&model.to_string()).map(|model| model.links.len()), Ok(4_950));
}

#[test]
fn a_byte_order_mark_and_names_with_script_are_mere_text() {
    let marked = format!("\u{feff}{}", presets::ALL[0].json);
    assert_eq!(read_and_run(&marked).ok(), Model::from_json(presets::ALL[0].json).ok());
    for name in [
        "<script>alert(1)</script>",
        "\"; drop table users; --",
        "../../etc/passwd",
        "=1+1",
        "\u{202e}gnp.exe",
        "😀",
    ] {
        let model = json!({ "format": 1, "title": name, "components": [{ "id": name, "kind": "cache", "name": name }] });
        assert_eq!(read_and_run(&model.to_string()).expect("a name is a name").head.title, name);
    }
}

#[test]
fn a_file_with_any_few_bytes_changed_is_read_or_refused_but_never_a_disaster() {
    let random = tests::choices::bytes(20_240_229, 100_000);
    let mut choices = tests::Choices::new(&random);
    let mut below = |n: usize| choices.below(n);
    let scraps: [&[u8]; 12] =
        [b"{", b"}", b"[", b"]", b"\"", b",", b":", b"-", b"e9", b"null", b"999999999", b"\xc3\xa9"];
    let mut refused = 0;
    for round in 0..1_500 {
        let mut bytes = presets::ALL[round % presets::ALL.len()].json.as_bytes().to_vec();
        for _ in 0..=below(3) {
            let at = below(bytes.len());
            match below(3) {
                0 => bytes.splice(at..=at, scraps[below(scraps.len())].iter().copied()).for_each(drop),
                1 => bytes.splice(at..at, scraps[below(scraps.len())].iter().copied()).for_each(drop),
                _ => drop(bytes.splice(at..(at + below(9)).min(bytes.len()), [])),
            }
        }
        if let Err(errors) = read_and_run(&String::from_utf8_lossy(&bytes)) {
            refused += 1;
            assert!(errors.iter().all(|error| !error.problem.to_string().is_empty()));
        }
    }
    assert!(refused > 750, "{refused}");
}
