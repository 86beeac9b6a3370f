//! Broken files about messages, autoscalers, jobs and nodes, written by hand.

use super::table::Case;

pub(super) const MESSAGES: &[Case] = &[
    (
        "a queue that feeds itself",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}], "links": [{"id": "l", "from": "q", "to": "q"}]}"#,
        &[("links[\"l\"]", "a component cannot call itself")],
    ),
    (
        "a queue whose dead letters are its own",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}], "links": [{"id": "l", "from": "q", "to": "q", "when": "failed"}]}"#,
        &[("links[\"l\"]", "a component cannot call itself")],
    ),
    (
        "messages in a circle",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}, {"id": "r", "kind": "queue"}], "links": [{"from": "q", "to": "r"}, {"from": "r", "to": "q"}]}"#,
        &[("links", "messages go round in a circle without end: q → r; remove a link")],
    ),
    (
        "dead letters in a circle",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}, {"id": "r", "kind": "queue"}], "links": [{"from": "q", "to": "r", "when": "failed"}, {"from": "r", "to": "q", "when": "failed"}]}"#,
        &[("links", "dead letters go round in a circle: q → r → q; let one of these queues have none")],
    ),
    (
        "dead letters that are given back",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}, {"id": "r", "kind": "queue"}], "links": [{"from": "q", "to": "r", "when": "failed"}, {"from": "r", "to": "q"}]}"#,
        &[("links", "messages go round in a circle without end: q → r")],
    ),
    (
        "dead letters for a worker",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}, {"id": "w", "kind": "worker"}], "links": [{"id": "l", "from": "q", "to": "w", "when": "failed"}]}"#,
        &[("links[\"l\"].to", "point the link at a queue instead of `w`")],
    ),
    (
        "two places for dead letters",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}, {"id": "r", "kind": "queue"}, {"id": "s", "kind": "stream"}], "links": [{"from": "q", "to": "r", "when": "failed"}, {"id": "l", "from": "q", "to": "s", "when": "failed"}]}"#,
        &[("links[\"l\"].when", "the dead letters of `q` go to `r` already")],
    ),
    (
        "settings of calls on a link of messages",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}, {"id": "w", "kind": "worker"}], "links": [{"id": "l", "from": "q", "to": "w", "timeout": "3s", "calls": 2, "step": 2, "classes": ["request"]}], "classes": [{"id": "request"}]}"#,
        &[
            (
                "links[\"l\"].timeout",
                "a queue gives each message to one consumer that has a hand free, so `timeout` means nothing here",
            ),
            (
                "links[\"l\"].calls",
                "a queue gives each message to one consumer that has a hand free, so `calls` means nothing here",
            ),
            (
                "links[\"l\"].step",
                "a queue gives each message to one consumer that has a hand free, so `step` means nothing here",
            ),
            (
                "links[\"l\"].classes",
                "a queue gives each message to one consumer that has a hand free, so `classes` means nothing here",
            ),
        ],
    ),
    (
        "a prefetch of calls",
        r#"{"format": 1, "components": [{"id": "u", "kind": "clients"}, {"id": "q", "kind": "queue"}], "links": [{"id": "l", "from": "u", "to": "q", "prefetch": 5}]}"#,
        &[("links[\"l\"].prefetch", "a group of clients keeps no messages")],
    ),
    (
        "a prefetch of none",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}, {"id": "w", "kind": "worker"}], "links": [{"id": "l", "from": "q", "to": "w", "prefetch": 0}]}"#,
        &[("links[\"l\"].prefetch", "0 is outside 1 to 100000")],
    ),
    (
        "an autoscaler of a topic",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler"}, {"id": "t", "kind": "topic"}], "links": [{"id": "l", "from": "a", "to": "t"}]}"#,
        &[("links[\"l\"].to", "point the link at one of these kinds: service, worker")],
    ),
    (
        "an autoscaler of nodes",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler"}, {"id": "n", "kind": "node-pool"}], "links": [{"id": "l", "from": "a", "to": "n"}]}"#,
        &[("links[\"l\"].to", "nobody but the model sets the number of instances of `n`")],
    ),
    (
        "an autoscaler of nothing that is there",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler"}], "links": [{"id": "l", "from": "a", "to": "ghost"}]}"#,
        &[("links[\"l\"].to", "there is no component `ghost`; there is only a")],
    ),
    (
        "two autoscalers of one worker",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler"}, {"id": "b", "kind": "autoscaler"}, {"id": "w", "kind": "worker"}], "links": [{"from": "a", "to": "w"}, {"id": "l", "from": "b", "to": "w"}]}"#,
        &[("links[\"l\"].to", "`w` is scaled by `a` already")],
    ),
    (
        "two pools for one worker",
        r#"{"format": 1, "components": [{"id": "n", "kind": "node-pool"}, {"id": "m", "kind": "node-pool"}, {"id": "w", "kind": "worker"}], "links": [{"from": "n", "to": "w"}, {"id": "l", "from": "m", "to": "w"}]}"#,
        &[("links[\"l\"].to", "`w` is scaled by `n` already")],
    ),
    (
        "settings of calls on a link of control",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler"}, {"id": "w", "kind": "worker"}], "links": [{"id": "l", "from": "a", "to": "w", "timeout": "1s", "rtt": {"law": "constant", "mean": "1ms"}}]}"#,
        &[
            ("links[\"l\"].timeout", "an autoscaler sends nothing over its links but a number of instances"),
            ("links[\"l\"].rtt", "an autoscaler sends nothing over its links but a number of instances"),
        ],
    ),
    (
        "calls to a job and to nodes",
        r#"{"format": 1, "components": [{"id": "u", "kind": "clients"}, {"id": "j", "kind": "job"}, {"id": "n", "kind": "node-pool"}], "links": [{"from": "u", "to": "j"}, {"from": "u", "to": "n"}]}"#,
        &[
            ("links[\"u-j\"].to", "a scheduled job takes no calls"),
            ("links[\"u-n\"].to", "a node pool takes no calls"),
        ],
    ),
    (
        "a scaler of messages without any",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "algorithm": {"by": "keda"}}, {"id": "w", "kind": "worker"}], "links": [{"id": "l", "from": "a", "to": "w"}]}"#,
        &[("links[\"l\"]", "link a queue to it first")],
    ),
    (
        "the age of a stream's records",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "algorithm": {"by": "target-tracking", "metric": "age"}}, {"id": "w", "kind": "worker"}, {"id": "s", "kind": "stream"}], "links": [{"from": "s", "to": "w"}, {"id": "l", "from": "a", "to": "w"}]}"#,
        &[("links[\"l\"]", "which only a queue tells; choose `backlog`")],
    ),
    (
        "bounds that contradict each other",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "min": 20, "max": 3}, {"id": "n", "kind": "node-pool", "min": 5, "max": 2}]}"#,
        &[
            ("components[\"a\"].min", "at least 20 and at most 3 contradict"),
            ("components[\"n\"].min", "at least 5 and at most 2 nodes contradict"),
        ],
    ),
    (
        "bounds out of range",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "min": -1, "max": 1e+18, "budget_usd_per_hour": -1}]}"#,
        &[
            ("components[\"a\"].min", "-1 is outside 0 to 10000"),
            ("components[\"a\"].max", "is outside 1 to 10000"),
            ("components[\"a\"].budget_usd_per_hour", "-1 is outside"),
        ],
    ),
    (
        "a schedule alone, and none",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "algorithm": {"by": "schedule"}}]}"#,
        &[(
            "components[\"a\"].schedule",
            "a schedule alone decides nothing without an entry; give it one, such as `08:00 4..20`",
        )],
    ),
    (
        "a budget that pays for nothing",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "budget_usd_per_hour": 0}, {"id": "b", "kind": "autoscaler", "budget_usd_per_hour": 1e-9}]}"#,
        &[
            (
                "components[\"a\"].budget_usd_per_hour",
                "pays for nothing, so there would always be the fewest",
            ),
            ("components[\"b\"].budget_usd_per_hour", "leave it out for no limit"),
        ],
    ),
    (
        "schedules of other tools",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "schedule": ["0 8 * * 1-5 4..20", "", "24:00 2", "sat-mon 08:00 3", "08:00 9..4"]}]}"#,
        &[
            ("components[\"a\"].schedule[0]", "write it like `08:00 4..20`"),
            ("components[\"a\"].schedule[1]", "write it like `08:00 4..20`"),
            ("components[\"a\"].schedule[2]", "write it like `08:00 4..20`"),
            ("components[\"a\"].schedule[3]", "write it like `08:00 4..20`"),
            ("components[\"a\"].schedule[4]", "at least 9 and at most 4"),
        ],
    ),
    (
        "a schedule of things",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "schedule": [8, null]}]}"#,
        &[
            ("components[\"a\"].schedule[0]", "expected a text"),
            ("components[\"a\"].schedule[1]", "expected a text"),
        ],
    ),
    (
        "an algorithm that nobody knows",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "algorithm": {"by": "magic"}}, {"id": "b", "kind": "autoscaler", "algorithm": "hpa"}, {"id": "c", "kind": "autoscaler", "algorithm": {"cpu": 50}}]}"#,
        &[
            ("components[\"a\"].algorithm.by", "legal are hpa, kpa, keda"),
            ("components[\"b\"].algorithm", "expected a record with \"by\""),
            ("components[\"c\"].algorithm.by", "missing"),
        ],
    ),
    (
        "a field of another algorithm",
        r#"{"format": 1, "components": [{"id": "a", "kind": "autoscaler", "algorithm": {"by": "kpa", "cpu": 50}}]}"#,
        &[("components[\"a\"].algorithm", "there is no field `cpu` here; legal are by, concurrency")],
    ),
    (
        "a stream without partitions",
        r#"{"format": 1, "components": [{"id": "s", "kind": "stream", "partitions": 0, "fetch": 0, "attempts": 0}]}"#,
        &[
            ("components[\"s\"].partitions", "0 is outside 1 to 1000"),
            ("components[\"s\"].fetch", "0 is outside"),
            ("components[\"s\"].attempts", "0 is outside"),
        ],
    ),
    (
        "a job that is always due",
        r#"{"format": 1, "components": [{"id": "j", "kind": "job", "every": "0s", "items": 0, "at_once": 0}]}"#,
        &[
            ("components[\"j\"].every", "\"0s\" is outside 1s to 30d"),
            ("components[\"j\"].items", "0 is outside"),
            ("components[\"j\"].at_once", "0 is outside"),
        ],
    ),
    (
        "a job of a class that is not there",
        r#"{"format": 1, "components": [{"id": "j", "kind": "job", "class": "ghost"}]}"#,
        &[("components[\"j\"].class", "there is no class `ghost`; there is only request")],
    ),
    (
        "a job that waits for ever",
        r#"{"format": 1, "components": [{"id": "j", "kind": "job", "waits_for_clean": true}]}"#,
        &[("components[\"j\"].waits_for_clean", "give it one")],
    ),
    (
        "a queue that is never full",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue", "when_full": "spill"}, {"id": "r", "kind": "queue", "order": "groups", "capacity": 5, "when_full": "drop-oldest"}]}"#,
        &[
            ("components[\"q\"].when_full", "never full"),
            ("components[\"r\"].when_full", "choose another way"),
        ],
    ),
    (
        "a queue out of range",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue", "visibility": "0s", "delay": "20m", "max_receives": 0, "batch": 11, "heartbeat": "yes", "order": 3}]}"#,
        &[
            ("components[\"q\"].visibility", "\"0s\" is outside 1ms to 12h"),
            ("components[\"q\"].delay", "\"20m\" is outside 0s to 15m"),
            ("components[\"q\"].max_receives", "0 is outside"),
            ("components[\"q\"].batch", "11 is outside 1 to 10"),
            ("components[\"q\"].heartbeat", "expected true or false"),
            ("components[\"q\"].order", "expected one of \"fifo\""),
        ],
    ),
    (
        "more poison than there are keys",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue"}], "classes": [{"id": "a", "poison": 2}, {"id": "b", "poison": "lots"}]}"#,
        &[
            ("classes[\"a\"].poison", "2 is outside 0 to 1"),
            ("classes[\"b\"].poison", "expected a number from 0 to 1"),
        ],
    ),
    (
        "a hold of no time",
        r#"{"format": 1, "components": [{"id": "lb", "kind": "load-balancer", "hold": "0s"}]}"#,
        &[("components[\"lb\"].hold", "\"0s\" is outside 1ms to 1h")],
    ),
    (
        "a worker that is emptied",
        r#"{"format": 1, "components": [{"id": "w", "kind": "worker"}], "timeline": [{"at": "1s", "event": "flush", "component": "w"}]}"#,
        &[("timeline[0].component", "only a cache, CDN, queue, topic or stream can be flushed")],
    ),
    (
        "names that are nearly right",
        r#"{"format": 1, "components": [{"id": "q", "kind": "queue", "visibilty": "3s"}, {"id": "w", "kind": "worker", "concurency": 3}]}"#,
        &[
            ("components[\"q\"]", "did you mean `visibility`?"),
            ("components[\"w\"]", "did you mean `concurrency`?"),
        ],
    ),
];
