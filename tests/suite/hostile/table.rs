//! Broken files written by hand: for each, every error it must give, by path and words.

use super::{read_and_run, texts};

/// A broken file: what is wrong, its text, and (path, words of the message) of every error, in any order.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const NO_JSON: &[Case] = &[
    ("an empty file", "", &[("model", "not JSON: EOF while parsing a value at line 1, column 0")]),
    ("white space alone", " \n\t ", &[("model", "not JSON")]),
    ("another language", "format: 1\ncomponents: []", &[("model", "at line 1, column 2")]),
    ("markup", "<!doctype html><html></html>", &[("model", "not JSON: expected value at line 1, column 1")]),
    (
        "a comma too many",
        "{\"format\": 1,\n \"components\": [],\n}",
        &[("model", "trailing comma at line 3, column 1")],
    ),
    ("single quotes", "{'format': 1}", &[("model", "key must be a string at line 1, column 2")]),
    ("a comment", "{\"format\": 1} // mine", &[("model", "trailing characters")]),
    ("two models", "{\"format\": 1}{\"format\": 1}", &[("model", "trailing characters")]),
    (
        "not a number",
        "{\"format\": 1, \"load\": NaN}",
        &[("model", "not JSON: expected value at line 1, column 23")],
    ),
    ("infinity", "{\"format\": 1, \"load\": Infinity}", &[("model", "not JSON")]),
    ("a number beyond all", "{\"format\": 1, \"load\": 1e400}", &[("model", "number out of range")]),
    ("a leading zero", "{\"format\": 01}", &[("model", "invalid number")]),
    ("half an escape", "{\"format\": 1, \"title\": \"\\u12\"}", &[("model", "invalid escape")]),
    (
        "half a surrogate",
        "{\"format\": 1, \"title\": \"\\ud800\"}",
        &[("model", "unexpected end of hex escape")],
    ),
    ("a raw line end in a text", "{\"format\": 1, \"title\": \"a\nb\"}", &[("model", "control character")]),
];

const NO_MODEL: &[Case] = &[
    ("null", "null", &[("model", "found null, expected a model")]),
    ("true", "true", &[("model", "found true, expected a model")]),
    ("a number", "1e300", &[("model", "expected a model: a JSON object")]),
    ("a text", "\"format\"", &[("model", "found \"format\", expected a model")]),
    ("a list", "[{\"format\": 1}]", &[("model", "expected a model")]),
    ("no format", "{}", &[("format", "missing; expected the file's version: 1")]),
    (
        "a newer format",
        "{\"format\": 2, \"colour\": 1}",
        &[("format", "this file has format 2; this version reads format 1")],
    ),
    ("a far newer format", "{\"format\": 18446744073709551615}", &[("format", "update Tenfold")]),
    ("format zero", "{\"format\": 0}", &[("format", "found 0, expected the file's version: 1")]),
    ("a negative format", "{\"format\": -1}", &[("format", "found -1")]),
    ("a format with a decimal point", "{\"format\": 1.5}", &[("format", "found 1.5")]),
    ("a format as text", "{\"format\": \"1\"}", &[("format", "found \"1\"")]),
    (
        "no list where lists must be",
        r#"{"format": 1, "components": {}, "links": "all", "classes": 3, "objectives": true, "timeline": 1.5}"#,
        &[
            ("components", "found {}, expected a list"),
            ("links", "found \"all\", expected a list"),
            ("classes", "found 3, expected a list"),
            ("objectives", "found true, expected a list"),
            ("timeline", "found 1.5, expected a list"),
        ],
    ),
    (
        "items that are no records",
        r#"{"format": 1, "components": [null, 3], "links": [[]], "classes": ["a"], "objectives": [7], "timeline": [false]}"#,
        &[
            ("components[0]", "expected a component"),
            ("components[1]", "found 3"),
            ("links[0]", "expected a link"),
            ("classes[0]", "expected a class"),
            ("objectives[0]", "expected a record with \"kind\""),
            ("timeline[0]", "expected an entry of the timeline"),
        ],
    ),
    (
        "fields that do not exist",
        r#"{"format": 1, "colour": "red", "titel": "x", "warmup": "1s"}"#,
        &[
            ("model", "no field `colour` here; legal are"),
            ("model", "no field `titel` here (did you mean `title`?)"),
            ("model", "no field `warmup` here (did you mean `warm_up`?)"),
        ],
    ),
];

const HEAD: &[Case] = &[
    ("a negative seed", r#"{"format": 1, "seed": -3}"#, &[("seed", "-3 is outside 0 to 9007199254740992")]),
    (
        "a seed too great",
        r#"{"format": 1, "seed": 9007199254740993}"#,
        &[("seed", "9007199254740993 is outside 0 to")],
    ),
    ("a broken seed", r#"{"format": 1, "seed": 1.5}"#, &[("seed", "found 1.5, expected a whole number")]),
    ("a seed as text", r#"{"format": 1, "seed": "7"}"#, &[("seed", "found \"7\"")]),
    ("an absurd load", r#"{"format": 1, "load": 1e300}"#, &[("load", "1e+300 is outside 0 to 1000000")]),
    ("a negative load", r#"{"format": 1, "load": -0.5}"#, &[("load", "-0.5 is outside 0 to 1000000")]),
    ("a load of null", r#"{"format": 1, "load": null}"#, &[("load", "found null, expected a number")]),
    ("no time at all", r#"{"format": 1, "duration": "0s"}"#, &[("duration", "\"0s\" is outside 1ns to 90d")]),
    (
        "a time without unit",
        r#"{"format": 1, "duration": "10"}"#,
        &[("duration", "expected a duration from")],
    ),
    (
        "a time as number",
        r#"{"format": 1, "duration": 10}"#,
        &[("duration", "found 10, expected a duration")],
    ),
    (
        "a negative time",
        r#"{"format": 1, "warm_up": "-1s"}"#,
        &[("warm_up", "found \"-1s\", expected a duration")],
    ),
    ("a unit of length", r#"{"format": 1, "warm_up": "3km"}"#, &[("warm_up", "such as \"250ms\"")]),
    ("a time that is not a number", r#"{"format": 1, "warm_up": "NaNs"}"#, &[("warm_up", "found \"NaNs\"")]),
    ("an endless time", r#"{"format": 1, "duration": "1e400s"}"#, &[("duration", "found \"1e400s\"")]),
    (
        "a very long time",
        r#"{"format": 1, "duration": "1e300d"}"#,
        &[("duration", "found \"1e300d\", expected a duration")],
    ),
    ("a window too fine", r#"{"format": 1, "window": "1ns"}"#, &[("window", "\"1ns\" is outside 1ms to 1d")]),
    (
        "an unknown provider",
        r#"{"format": 1, "provider": "asw"}"#,
        &[("provider", "(did you mean `aws`?); legal are aws, gcp")],
    ),
    (
        "a provider of a list",
        r#"{"format": 1, "provider": ["aws"]}"#,
        &[("provider", "expected one of \"aws\", \"gcp\"")],
    ),
    (
        "a title of a number",
        r#"{"format": 1, "title": 12}"#,
        &[("title", "expected a text of at most 200 characters")],
    ),
    (
        "all at once",
        r#"{"seed": -1, "load": "x", "window": true, "provider": "azure", "x": 1}"#,
        &[
            ("format", "missing"),
            ("seed", "outside"),
            ("load", "expected a number"),
            ("window", "expected a duration"),
            ("provider", "none of the choices"),
            ("model", "no field `x`"),
        ],
    ),
];

const COMPONENTS: &[Case] = &[
    (
        "a component without anything",
        r#"{"format": 1, "components": [{}]}"#,
        &[("components[0].id", "missing"), ("components[0].kind", "missing; expected the component's kind")],
    ),
    (
        "an empty id",
        r#"{"format": 1, "components": [{"id": "", "kind": "cache"}]}"#,
        &[("components[\"\"].id", "found \"\", expected the component's id: a text of 1 to 80 characters")],
    ),
    (
        "an id of null",
        r#"{"format": 1, "components": [{"id": null, "kind": "cache"}]}"#,
        &[("components[0].id", "found null")],
    ),
    (
        "a kind that does not exist",
        r#"{"format": 1, "components": [{"id": "a", "kind": "data-base"}]}"#,
        &[("components[\"a\"].kind", "`data-base` is none of the choices (did you mean `database`?)")],
    ),
    (
        "the same id twice",
        r#"{"format": 1, "components": [{"id": "a", "kind": "cache"}, {"id": "a", "kind": "database"}]}"#,
        &[("components[\"a\"]", "the component `a` is there already")],
    ),
    (
        "a field of another kind",
        r#"{"format": 1, "components": [{"id": "a", "kind": "cache", "instances": 3}]}"#,
        &[("components[\"a\"]", "no field `instances` here")],
    ),
    (
        "a slip of the finger",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service", "instance": 3}]}"#,
        &[("components[\"a\"]", "(did you mean `instances`?)")],
    ),
    (
        "absurd numbers",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service", "instances": 1e300, "cores": 0, "workers": -1, "backlog": 0.5}]}"#,
        &[
            ("components[\"a\"].instances", "1e+300 is outside 0 to 10000"),
            ("components[\"a\"].cores", "0 is outside 1 to 1024"),
            ("components[\"a\"].workers", "-1 is outside 1 to 1000000"),
            ("components[\"a\"].backlog", "found 0.5, expected a whole number of requests"),
        ],
    ),
    (
        "a law without a name",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service", "work": {"mean": "1ms"}}]}"#,
        &[("components[\"a\"].work.law", "missing")],
    ),
    (
        "a law that does not exist",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service", "work": {"law": "normal", "mean": "1ms"}}]}"#,
        &[(
            "components[\"a\"].work.law",
            "`normal` is none of the choices; legal are constant, exponential, lognormal",
        )],
    ),
    (
        "a law with another law's field",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service", "work": {"law": "constant", "mean": "1ms", "cv": 1}}]}"#,
        &[("components[\"a\"].work", "no field `cv` here; legal are law, mean")],
    ),
    (
        "a law out of its range",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service", "work": {"law": "gamma", "mean": "-1ms", "cv": 1e9}}]}"#,
        &[
            ("components[\"a\"].work.mean", "found \"-1ms\", expected a duration"),
            ("components[\"a\"].work.cv", "1000000000.0 is outside 0.01 to 20"),
        ],
    ),
    (
        "a duration in place of a law",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service", "work": "10ms"}]}"#,
        &[("components[\"a\"].work", "found \"10ms\", expected a record with \"law\"")],
    ),
    (
        "a load that does not exist",
        r#"{"format": 1, "components": [{"id": "a", "kind": "clients", "load": {"shape": "stedy", "rate": "1/s"}}]}"#,
        &[("components[\"a\"].load.shape", "(did you mean `steady`?)")],
    ),
    (
        "a rate that is no rate",
        r#"{"format": 1, "components": [{"id": "a", "kind": "clients", "load": {"shape": "steady", "rate": 100}}]}"#,
        &[("components[\"a\"].load.rate", "found 100, expected a rate from \"0/s\"")],
    ),
    (
        "a thousand million requests a second",
        r#"{"format": 1, "components": [{"id": "a", "kind": "clients", "load": {"shape": "steady", "rate": "1e9/s"}}]}"#,
        &[("components[\"a\"].load.rate", "\"1e9/s\" is outside 0/s to 10000000/s")],
    ),
    (
        "users who never think",
        r#"{"format": 1, "components": [{"id": "a", "kind": "clients", "load": {"shape": "closed", "think": {"law": "constant", "mean": "0s"}}}]}"#,
        &[("components[\"a\"].load.think", "give a think time of at least 1ns")],
    ),
    (
        "a cache without a limit",
        r#"{"format": 1, "components": [{"id": "a", "kind": "cache", "entries": null}]}"#,
        &[("components[\"a\"].entries", "a cache needs a limit")],
    ),
    (
        "a place off the canvas",
        r#"{"format": 1, "components": [{"id": "a", "kind": "cache", "at": [1e300, 0]}, {"id": "b", "kind": "cache", "at": [1]}]}"#,
        &[("components[\"a\"].at", "expected two numbers"), ("components[\"b\"].at", "such as [120, 80]")],
    ),
    (
        "a name that is none",
        r#"{"format": 1, "components": [{"id": "a", "kind": "cache", "name": ""}, {"id": "b", "kind": "cache", "name": 3}]}"#,
        &[("components[\"a\"].name", "a text of 1 to 80"), ("components[\"b\"].name", "found 3")],
    ),
    (
        "a price below nothing",
        r#"{"format": 1, "components": [{"id": "a", "kind": "database", "usd_per_hour": -1, "storage": "-4GB"}]}"#,
        &[
            ("components[\"a\"].usd_per_hour", "-1 is outside 0 to 1000"),
            ("components[\"a\"].storage", "expected a size"),
        ],
    ),
];

const LINKS: &[Case] = &[
    (
        "a link without ends",
        r#"{"format": 1, "links": [{}]}"#,
        &[("links[0].from", "missing; expected the id of the calling component"), ("links[0].to", "missing")],
    ),
    (
        "ends that nothing has",
        r#"{"format": 1, "components": [{"id": "shop", "kind": "service"}], "links": [{"id": "l", "from": "shpo", "to": "warehouse"}]}"#,
        &[
            ("links[\"l\"].from", "there is no component `shpo` (did you mean `shop`?)"),
            ("links[\"l\"].to", "there is no component `warehouse`"),
        ],
    ),
    (
        "a call of its own",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service"}], "links": [{"id": "l", "from": "a", "to": "a"}]}"#,
        &[("links[\"l\"]", "a component cannot call itself")],
    ),
    (
        "a caller that cannot call and a callee that cannot be called",
        r#"{"format": 1, "components": [{"id": "db", "kind": "database"}, {"id": "u", "kind": "clients"}], "links": [{"id": "l", "from": "db", "to": "u"}]}"#,
        &[("links[\"l\"].from", "a database makes no calls"), ("links[\"l\"].to", "Clients take no calls")],
    ),
    (
        "the same link twice",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}],
            "links": [{"from": "a", "to": "b"}, {"from": "a", "to": "b"}]}"#,
        &[("links[\"a-b\"]", "the link `a-b` is there already")],
    ),
    (
        "calls in a circle",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}],
            "links": [{"from": "a", "to": "b"}, {"from": "b", "to": "a"}]}"#,
        &[("links", "calls go round in a circle without end: a → b")],
    ),
    (
        "calls that multiply in a circle",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}, {"id": "c", "kind": "service"}],
            "links": [{"from": "a", "to": "b", "calls": 3}, {"from": "b", "to": "c", "calls": 0.7}, {"from": "c", "to": "a", "calls": 0.5}]}"#,
        &[("links", "makes less than one call on average")],
    ),
    (
        "settings out of range",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}],
            "links": [{"id": "l", "from": "a", "to": "b", "calls": -1, "step": 0, "timeout": "0s", "optional": "yes", "classes": ["x"], "rtt": "1ms"}]}"#,
        &[
            ("links[\"l\"].calls", "-1 is outside 0 to"),
            ("links[\"l\"].step", "0 is outside 1 to 100"),
            ("links[\"l\"].timeout", "\"0s\" is outside 1ns to 1d"),
            ("links[\"l\"].optional", "found \"yes\", expected true or false"),
            ("links[\"l\"].classes[0]", "there is no class `x`"),
            ("links[\"l\"].rtt", "expected a record with \"law\""),
        ],
    ),
];

const REST: &[Case] = &[
    ("a class without id", r#"{"format": 1, "classes": [{}]}"#, &[("classes[0].id", "missing")]),
    (
        "classes that are never sent",
        r#"{"format": 1, "classes": [{"id": "a", "weight": 0}, {"id": "b", "weight": 0}]}"#,
        &[("classes", "every class has weight 0")],
    ),
    (
        "the same class twice, of two minds about its catalogue",
        r#"{"format": 1, "classes": [{"id": "a", "keys": 5}, {"id": "a", "keys": 6}]}"#,
        &[
            ("classes[\"a\"]", "the class `a` is there already"),
            ("classes[\"a\"].keys", "has 5 keys in class `a` and 6 here"),
        ],
    ),
    (
        "class settings out of range",
        r#"{"format": 1, "classes": [{"id": "a", "weight": -1, "operation": "reed", "keys": 0, "skew": 99, "reply": "4 bits", "deadline": "0s"}]}"#,
        &[
            ("classes[\"a\"].weight", "-1 is outside 0 to"),
            ("classes[\"a\"].operation", "(did you mean `read`?)"),
            ("classes[\"a\"].keys", "0 is outside 1 to"),
            ("classes[\"a\"].skew", "99 is outside 0 to 3"),
            ("classes[\"a\"].reply", "such as \"4KiB\""),
            ("classes[\"a\"].deadline", "outside 1ns to 1d"),
        ],
    ),
    (
        "clients that send what is not there",
        r#"{"format": 1, "components": [{"id": "u", "kind": "clients", "classes": ["browse", "byu"]}], "classes": [{"id": "browse"}, {"id": "buy"}]}"#,
        &[("components[\"u\"].classes[1]", "there is no class `byu` (did you mean `buy`?)")],
    ),
    (
        "objectives that nobody can meet or measure",
        r#"{"format": 1, "objectives": [{"kind": "latency", "percentile": 100}, {"kind": "availability", "at_least": 99.9}, {"kind": "cost"}, {}]}"#,
        &[
            ("objectives[0].percentile", "100 is outside 1 to 99.99"),
            ("objectives[1].at_least", "99.9 is outside 0 to 1"),
            ("objectives[2].kind", "none of the choices"),
            ("objectives[3].kind", "missing"),
        ],
    ),
    (
        "a timeline of things that cannot happen",
        r#"{"format": 1, "components": [{"id": "u", "kind": "clients"}, {"id": "db", "kind": "database"}],
            "timeline": [
              {"at": "1s", "event": "explode"}, {"event": "load"}, {"at": "soon", "event": "load"},
              {"at": "1s", "event": "flush", "component": "db"}, {"at": "1s", "event": "crash", "component": "u"},
              {"at": "1s", "event": "cut", "link": "u-db"}, {"at": "1s", "event": "crash", "component": "bd", "instances": 0}
            ]}"#,
        &[
            ("timeline[0].event", "`explode` is none of the choices"),
            ("timeline[1].at", "missing; expected a duration"),
            ("timeline[2].at", "found \"soon\""),
            ("timeline[3].component", "only a cache or CDN can be flushed; `db` is a database"),
            ("timeline[4].component", "clients have no instances that could crash"),
            ("timeline[5].link", "there is no link `u-db`"),
            ("timeline[6].component", "there is no component `bd`"),
            ("timeline[6].instances", "0 is outside 1 to 10000"),
        ],
    ),
];

#[test]
fn every_broken_file_tells_all_its_problems_by_path_and_no_others() {
    let all = [NO_JSON, NO_MODEL, HEAD, COMPONENTS, LINKS, REST];
    let mut wrong = Vec::new();
    for (about, text, expected) in all.into_iter().flatten() {
        let found = read_and_run(text).err().map(|errors| texts(&errors)).unwrap_or_default();
        let told = |(path, words): &(&str, &str)| {
            found.iter().any(|line| line.starts_with(&format!("{path}: ")) && line.contains(words))
        };
        if found.len() != expected.len() || !expected.iter().all(told) {
            wrong.push(format!("{about}: expected {expected:#?}, found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(all.iter().map(|part| part.len()).sum::<usize>() >= 60);
}
