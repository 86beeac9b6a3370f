//! Broken files written by hand: for each, every error it must give, by path and words.

use super::messages::MESSAGES;
use super::records::{COMPONENTS, LINKS, REST};
use super::{read_and_run, texts};

/// A broken file: what is wrong, its text, and (path, words of the message) of every error, in any order.
pub(super) type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

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

#[test]
fn every_broken_file_tells_all_its_problems_by_path_and_no_others() {
    let all = [NO_JSON, NO_MODEL, HEAD, COMPONENTS, LINKS, MESSAGES, REST];
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
