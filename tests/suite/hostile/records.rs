//! Broken files written by hand: components, links, classes, objectives and timelines.

use super::table::Case;

pub(super) const COMPONENTS: &[Case] = &[
    (
        "a component without anything",
        r#"{"format": 1, "components": [{}]}"#,
        &[("components[0].id", "missing"), ("components[0].kind", "missing; expected the component's kind")],
    ),
    (
        "an empty id",
        r#"{"format": 1, "components": [{"id": "", "kind": "cache"}]}"#,
        &[("components[0].id", "found \"\", expected the component's id: a text of 1 to 80 characters")],
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

pub(super) const LINKS: &[Case] = &[
    (
        "a link without ends",
        r#"{"format": 1, "links": [{}]}"#,
        &[("links[0].from", "missing; expected the id of the calling component"), ("links[0].to", "missing")],
    ),
    (
        "ends that nothing has",
        r#"{"format": 1, "components": [{"id": "shop", "kind": "service"}], "links": [{"id": "l", "from": "shpo", "to": "warehouse"}]}"#,
        &[
            ("links[\"l\"].from", "there is no component `shpo` (did you mean `shop`?); there is only shop"),
            ("links[\"l\"].to", "there is no component `warehouse`; there is only shop"),
        ],
    ),
    (
        "an end among many that there are",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service"}, {"id": "b", "kind": "service"}, {"id": "c", "kind": "service"}, {"id": "d", "kind": "service"}, {"id": "e", "kind": "service"}, {"id": "f", "kind": "service"}, {"id": "g", "kind": "service"}, {"id": "h", "kind": "service"}, {"id": "i", "kind": "service"}, {"id": "j", "kind": "service"}], "links": [{"id": "l", "from": "a", "to": "nobody"}]}"#,
        &[("links[\"l\"].to", "there is no component `nobody`; there are a, b, c, d, e, f, g, h and 2 more")],
    ),
    (
        "a call of its own",
        r#"{"format": 1, "components": [{"id": "a", "kind": "service"}], "links": [{"id": "l", "from": "a", "to": "a"}]}"#,
        &[("links[\"l\"]", "a component cannot call itself")],
    ),
    (
        "a caller that cannot call and a callee that cannot be called",
        r#"{"format": 1, "components": [{"id": "db", "kind": "database"}, {"id": "u", "kind": "clients"}], "links": [{"id": "l", "from": "db", "to": "u"}]}"#,
        &[
            ("links[\"l\"].from", "a database makes no calls"),
            ("links[\"l\"].to", "a group of clients takes no calls"),
        ],
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
            ("links[\"l\"].classes[0]", "there is no class `x`; there is only request"),
            ("links[\"l\"].rtt", "expected a record with \"law\""),
        ],
    ),
];

pub(super) const REST: &[Case] = &[
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
        &[(
            "components[\"u\"].classes[1]",
            "there is no class `byu` (did you mean `buy`?); there are browse, buy",
        )],
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
            (
                "timeline[3].component",
                "only a cache, CDN, queue, topic or stream can be flushed; `db` is a database",
            ),
            ("timeline[4].component", "clients have no instances that could crash"),
            ("timeline[5].link", "there is no link `u-db`; there are none"),
            ("timeline[6].component", "there is no component `bd` (did you mean `db`?); there are db, u"),
            ("timeline[6].instances", "0 is outside 1 to 10000"),
        ],
    ),
];
