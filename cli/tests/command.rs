//! The command from end to end: what goes to stdout, what to stderr, and how it exits.

use serde_json::Value as Json;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use tenfold::components::Kind;

/// A model of two components that runs in no time.
const SMALL: &str = r#"{
  "format": 1, "title": "Small", "seed": 4, "duration": "20s", "warm_up": "2s",
  "components": [
    { "id": "u", "kind": "clients", "load": { "shape": "steady", "rate": "50/s" } },
    { "id": "s", "kind": "service", "instances": 1 }
  ],
  "links": [{ "from": "u", "to": "s" }],
  "objectives": [{ "kind": "latency", "percentile": 99, "within": "300ms" }]
}"#;

fn tenfold(args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenfold"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // It may close its input early, when the arguments are wrong.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    child.wait_with_output().expect("the command ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text in UTF-8")
}

/// The result of a command that goes well, which says nothing on stderr.
fn result(args: &[&str], stdin: &str) -> String {
    let output = tenfold(args, stdin);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "{args:?}");
    text(&output.stdout)
}

/// What a command that goes wrong says on stderr; it prints no result.
fn refusal(args: &[&str], stdin: &str) -> String {
    let output = tenfold(args, stdin);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "", "{args:?}");
    text(&output.stderr)
}

fn report(args: &[&str], stdin: &str) -> Json {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    serde_json::from_str(&result(&args, stdin)).expect("the report is JSON")
}

#[test]
fn the_report_has_every_key_that_programs_rely_on() {
    let report = report(&["run", "classic-chain", "--for", "20s", "--warm-up", "5s"], "");
    let times = ["mean", "p50", "p95", "p99", "p999", "max"];
    let has = |place: &Json, keys: &[&str]| {
        for key in keys {
            assert!(place.get(key).is_some(), "no `{key}` in {place}");
        }
    };
    let head = ["tenfold", "title", "seed", "generator", "simulated_s", "warm_up_s", "measured_s", "events"];
    let whole = [
        "requests",
        "statistics",
        "failures",
        "failed_share",
        "throughput_per_s",
        "throughput_interval_per_s",
        "latency_interval_s",
        "goodput_per_s",
        "latency_s",
        "cost",
        "components",
        "links",
        "classes",
    ];
    has(&report, &head);
    has(&report, &whole);
    has(&report["requests"], &["carried_in", "offered", "finished", "good", "late", "failed", "in_flight"]);
    has(&report["latency_s"], &times);
    has(&report["cost"], &["per_hour_usd", "per_million_good_usd"]);
    for id in ["shoppers", "edge", "front-door", "app", "products", "orders"] {
        let component = &report["components"][id];
        has(
            component,
            &["kind", "arrivals", "completions", "failures", "utilisation", "in_flight_mean", "queue_mean"],
        );
        has(component, &["wait_s", "sojourn_s", "own_s", "stations", "instances_mean", "cost_per_hour_usd"]);
        for part in ["wait_s", "sojourn_s", "own_s"] {
            has(&component[part], &times);
        }
    }
    has(&report["components"]["app"]["stations"], &["workers", "cores"]);
    for id in ["edge", "products"] {
        assert!(
            report["components"][id]["hit_ratio"].as_f64().is_some_and(|ratio| ratio > 0.0 && ratio < 1.0),
            "{id}"
        );
    }
    for link in report["links"].as_object().expect("links by id").values() {
        has(link, &["sent", "answered", "failed", "in_flight", "latency_s"]);
    }
    for class in ["browse", "order"] {
        has(
            &report["classes"][class],
            &["offered", "finished", "good", "late", "failed", "failures", "latency_s"],
        );
    }
    assert_eq!(report["tenfold"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["warm_up_s"], 5.0);
    assert_eq!(report["measured_s"], 15.0);
}

#[test]
fn the_same_input_gives_the_same_bytes_and_another_seed_gives_others() {
    for format in ["table", "json", "csv"] {
        let run = |seed| result(&["run", "-", "--seed", seed, "--format", format], SMALL);
        assert_eq!(run("9"), run("9"));
        assert_ne!(run("9"), run("10"), "{format}");
    }
}

#[test]
fn a_model_comes_from_a_file_from_stdin_or_from_the_examples() {
    let path = std::env::temp_dir().join(format!("tenfold-command-{}.json", std::process::id()));
    std::fs::write(&path, SMALL).expect("the folder for temporary files takes one");
    let from_file = result(&["run", path.to_str().expect("a path in UTF-8")], "");
    std::fs::remove_file(&path).expect("the file is there");
    assert_eq!(from_file, result(&["run", "-"], SMALL));
    assert!(from_file.starts_with("Small\n20 s simulated, 18 s of it measured"), "{from_file}");
    let printed = result(&["examples", "mm1"], "");
    let short = ["--for", "1m", "--warm-up", "10s"];
    let run = |model: &'static str, stdin: &str| result(&[&["run", model], &short[..]].concat(), stdin);
    assert_eq!(run("mm1", ""), run("-", &printed));
}

#[test]
fn arguments_take_the_place_of_the_models_own_settings() {
    let own = report(&["run", "-"], SMALL);
    assert_eq!(
        (&own["seed"], &own["simulated_s"], &own["warm_up_s"]),
        (&4.into(), &20.0.into(), &2.0.into())
    );
    let wanted =
        report(&["run", "-", "--seed", "9007199254740992", "--for", "1m30s", "--warm-up", "1500ms"], SMALL);
    assert_eq!(wanted["seed"], 9_007_199_254_740_992_u64);
    assert_eq!((&wanted["simulated_s"], &wanted["warm_up_s"]), (&90.0.into(), &1.5.into()));
}

#[test]
fn every_problem_of_a_model_goes_to_stderr_one_a_line_and_then_their_number() {
    let broken = r#"{"format": 1, "seed": -1, "components": [{"id": "a", "kind": "cash"}], "links": [{"from": "a", "to": "b"}]}"#;
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.info().word).collect();
    let expected = format!(
        "\
seed: -1 is outside 0 to 9007199254740992
components[\"a\"].kind: `cash` is none of the choices (did you mean `cache`?); legal are {}
links[\"a-b\"].to: there is no component `b`; there is only a
3 problems
",
        kinds.join(", ")
    );
    for command in ["run", "check"] {
        let told = refusal(&[command, "-"], broken);
        assert_eq!(told, expected, "{command}");
    }
    assert!(refusal(&["check", "-"], "").ends_with("1 problem\n"));
    let sly = "{\"format\": 1, \"components\": [{\"id\": \"a\\nb\\u001b[31m\", \"kind\": \"x\"}]}";
    assert_eq!(refusal(&["check", "-"], sly).lines().count(), 2, "a name cannot fake a line");
}

#[test]
fn check_says_that_all_is_well() {
    assert_eq!(result(&["check", "-"], SMALL), "ok: Small; 2 components, 1 link\n");
    assert_eq!(result(&["check", "classic-chain"], ""), "ok: The classic chain; 6 components, 5 links\n");
}

#[test]
fn the_examples_are_listed_and_each_is_a_model() {
    let list = result(&["examples"], "");
    assert!(list.lines().count() >= 5 && list.starts_with("classic-chain "), "{list}");
    for slug in list.lines().filter_map(|line| line.split_whitespace().next()) {
        assert!(result(&["check", "-"], &result(&["examples", slug], "")).starts_with("ok: "));
    }
    assert!(
        refusal(&["examples", "nothing"], "")
            .contains("there is no built-in example \"nothing\"; there are classic-chain,")
    );
}

#[test]
fn wrong_arguments_exit_with_2_and_say_what_is_legal() {
    for (args, words) in [
        (&["run"][..], "<MODEL>"),
        (&["frobnicate"], "unrecognized subcommand"),
        (&["run", "no-such-file.json"], "there is no file \"no-such-file.json\" and no built-in example"),
        (&["run", "/"], "cannot be read"),
        (&["run", "-", "--seed", "9007199254740993"], "is not in 0..=9007199254740992"),
        (&["run", "-", "--seed", "-1"], "unexpected argument"),
        (&["run", "-", "--for", "10"], "is not a duration such as \"250ms\""),
        (&["run", "-", "--for", "0s"], "--for 0s is outside 1ns to 90d"),
        (&["run", "-", "--for", "91d"], "--for 91d is outside 1ns to 90d"),
        (&["run", "-", "--warm-up", "20s"], "a warm-up of 20s leaves nothing to measure in a run of 20s"),
        (&["run", "-", "--for", "1s", "--warm-up", "900ms"], "rounded up to 1s, leaves nothing to measure"),
        (&["run", "-", "--warm-up", "soon"], "or `auto`"),
        (&["run", "-", "--replications", "0"], "is not in 1..=10000"),
        (&["run", "-", "--at-most", "1h"], "--until <METRIC=PRECISION>"),
        (
            &["run", "-", "--until", "latency:p99=2%", "--at-most", "10s"],
            "--at-most 10s is less than the 20s",
        ),
        (&["run", "-", "--until", "cost=2%", "--replications", "3", "--at-most", "59s"], "less than the 1m"),
        (&["run", "-", "--until", "cost=2%", "--at-most", "91d"], "more than the 90d that one run may last"),
        (&["run", "-", "--until", "speed=2%"], "there is no metric `speed`; metrics are latency:mean"),
        (&["run", "-", "--format", "xml"], "possible values: table, json, csv"),
    ] {
        let told = refusal(args, SMALL);
        assert!(told.contains(words), "{args:?}: {told}");
    }
}

#[test]
fn what_is_no_text_is_no_model() {
    let path = std::env::temp_dir().join(format!("tenfold-command-bytes-{}", std::process::id()));
    std::fs::write(&path, b"{\"format\": 1, \"title\": \"\xff\"}").expect("the folder takes a file");
    let told = refusal(&["check", path.to_str().expect("a path in UTF-8")], "");
    std::fs::remove_file(&path).expect("the file is there");
    assert!(told.contains("a model is a text in UTF-8, and byte 24 is not"), "{told}");
}

#[test]
fn a_load_beyond_all_measure_ends_early_with_a_warning_and_what_was_measured() {
    let flood = SMALL
        .replace("50/s", "10000000/s")
        .replace("\"instances\": 1", "\"instances\": 1, \"workers\": null, \"backlog\": null");
    let output = tenfold(&["run", "-", "--format", "json"], &flood);
    assert_eq!(output.status.code(), Some(0));
    let warning = text(&output.stderr);
    assert!(warning.starts_with("warning: stopped at ") && warning.contains("Lower the load"), "{warning}");
    let report: Json = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let simulated = report["simulated_s"].as_f64().expect("a number");
    assert!(simulated > 0.1 && simulated < 1.0, "{simulated}");
    assert!(report["requests"]["in_flight"].as_u64().is_some_and(|n| n > 1_000_000));
}

#[test]
fn replications_have_the_same_bytes_on_any_number_of_threads() {
    let on = |threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_tenfold"))
            .args([
                "run",
                "mm1",
                "--for",
                "100s",
                "--warm-up",
                "10s",
                "--replications",
                "13",
                "--format",
                "json",
            ])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("the command starts");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
        text(&output.stdout)
    };
    let one = on("1");
    assert_eq!(one, on("3"));
    let report: Json = serde_json::from_str(&one).expect("the report is JSON");
    assert_eq!(report["statistics"]["method"], "replications");
    assert_eq!((&report["statistics"]["replications"], &report["measured_s"]), (&13.into(), &1170.0.into()));
    let ends = &report["latency_interval_s"]["mean"];
    assert!(ends["low"].as_f64() < report["latency_s"]["mean"].as_f64() && ends["low"].as_f64() > Some(0.0));
}

#[test]
fn a_run_goes_on_until_it_is_as_sure_as_was_asked_for() {
    let precise = report(&["run", "mm1", "--for", "10m", "--until", "latency:mean=5%"], "");
    let at = |path: &str| precise.pointer(path).and_then(Json::as_f64).expect("a number");
    let (mean, low, high) =
        ("/latency_s/mean", "/latency_interval_s/mean/low", "/latency_interval_s/mean/high");
    assert!((at(high) - at(mean)).max(at(mean) - at(low)) <= 0.05 * at(mean) && at("/simulated_s") > 600.0);
    let pooled = ["run", "flash-crowd", "--for", "3m", "--replications", "2", "--until", "throughput=3%"];
    assert!(report(&pooled, "")["statistics"]["replications"].as_u64() > Some(2));
}

#[test]
fn what_cannot_be_reached_is_reported_all_the_same_and_exits_with_3() {
    for (args, words) in [
        (
            &["mm1", "--for", "5m", "--until", "latency:p99=2%", "--at-most", "6m"][..],
            "latency:p99 is known to ± ",
        ),
        (
            &["mm1", "--for", "5m", "--until", "errors=5%", "--at-most", "6m"],
            "errors has no interval, and ± 5 %",
        ),
        (
            &["flash-crowd", "--until", "throughput=5%"],
            "only across replications, because the run is transient",
        ),
    ] {
        let output = tenfold(&[&["run"], args].concat(), "");
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{told}");
        assert!(told.contains(words), "{told}");
        assert!(text(&output.stdout).contains("latency     mean "), "the report is printed");
    }
    // More comes than can be served.
    let over = SMALL
        .replace("50/s", "1000/s")
        .replace("\"instances\": 1", "\"instances\": 1, \"workers\": null, \"backlog\": null");
    let output = tenfold(&["run", "-", "--for", "2m", "--until", "latency:mean=5%"], &over);
    assert_eq!(output.status.code(), Some(3));
    let (told, shown) = (text(&output.stderr), text(&output.stdout));
    assert!(told.contains("no value to come near to: unstable: load exceeds capacity at s"), "{told}");
    assert!(shown.contains("verdict     unstable: load exceeds capacity at s\n"), "{shown}");
}

#[test]
fn the_table_says_how_sure_a_figure_is_and_who_found_the_warm_up() {
    let table = result(&["run", "mm1", "--for", "20m", "--warm-up", "auto"], "");
    assert!(table.contains("of warm-up, found by MSER-5; seed 1"), "{table}");
    assert!(table.contains("certainty   95 % by batch means, "), "{table}");
    assert!(
        table.lines().any(|line| line.starts_with("latency ") && line.matches(" ± ").count() >= 4),
        "{table}"
    );
    assert!(table.contains("\nverdict     "), "{table}");
}

#[test]
fn help_and_version_go_to_stdout() {
    assert_eq!(result(&["--version"], ""), format!("tenfold {}\n", env!("CARGO_PKG_VERSION")));
    let help = result(&["run", "--help"], "");
    for word in [
        "--seed",
        "--for",
        "--warm-up",
        "--replications",
        "--until",
        "--at-most",
        "--format",
        "stdin",
        "the exit code is 0",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
}

#[cfg(unix)]
mod on_unix {
    use super::{Command, Stdio, text};

    /// A reader that has seen enough, such as `head`, closes the pipe: that is no failure and no panic.
    #[test]
    fn a_closed_pipe_is_no_failure() {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tenfold"))
            .args(["run", "classic-chain", "--for", "5s", "--warm-up", "1s", "--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    }

    /// Runs for ever, gets Ctrl-C after so many milliseconds; gives exit code, stdout and stderr.
    fn interrupted_after(millis: u64) -> (Option<i32>, String, String) {
        let child = Command::new(env!("CARGO_BIN_EXE_tenfold"))
            .args(["run", "classic-chain", "--for", "90d"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        std::thread::sleep(std::time::Duration::from_millis(millis));
        let sent =
            Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
        assert!(sent.success());
        let output = child.wait_with_output().expect("the command ends");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    #[test]
    fn ctrl_c_ends_the_run_with_130_and_without_a_result() {
        // On a slow machine the signal may come before the command watches for it, and then simply ends it.
        let tries = [300, 3_000, 30_000].into_iter().map(interrupted_after);
        let (code, out, told) =
            tries.into_iter().find(|(code, ..)| code.is_some()).expect("it answers in the end");
        assert_eq!((code, out.as_str()), (Some(130), ""), "{told}");
        assert!(told.starts_with("interrupted at ") && told.contains("nothing is reported"), "{told}");
    }
}

#[test]
fn a_benchmark_tells_the_speed_of_each_workload_and_that_its_result_is_right() {
    let args = ["bench", "--requests", "20000", "--runs", "2", "--only", "w2,w2-keys", "--json"];
    let told: Json = serde_json::from_str(&result(&args, "")).expect("JSON");
    let rows = told["workloads"].as_array().expect("a list");
    assert_eq!(
        rows.iter().map(|row| row["workload"].as_str()).collect::<Vec<_>>(),
        [Some("w2"), Some("w2-keys")]
    );
    for row in rows {
        assert_eq!(row["problem"], Json::Null, "{row}");
        let rate = |which: &str| row["requests_per_s"][which].as_f64().expect("a number");
        assert!(0.0 < rate("min") && rate("min") <= rate("median") && rate("median") <= rate("max"), "{row}");
        // One request is at least a call to each of balancer, server and cache.
        assert!(row["calls_per_request_in_flight"].as_f64() > Some(1.0), "{row}");
        assert!(row["bytes_per_request_in_flight"].as_f64() > Some(100.0), "{row}");
    }
    assert_eq!(rows[1]["hit_ratios"].as_object().expect("an object").len(), 1);
}

#[test]
fn a_benchmark_draws_curves_of_growing_models() {
    let told = result(&["bench", "--curves", "--only", "random", "--requests", "1000", "--runs", "1"], "");
    let sizes: Vec<&str> = told.lines().skip(2).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(sizes, ["1", "10", "100", "1000", "10000"], "{told}");
}

#[test]
fn a_benchmark_that_does_not_exist_is_refused_with_those_that_do() {
    let told = refusal(&["bench", "--only", "w2,w9"], "");
    assert!(told.contains("no workload \"w9\"; there are w1, w2, w2-timeouts, w2-keys, w3, chain"), "{told}");
    let told = refusal(&["bench", "--curves", "--only", "w2"], "");
    assert!(told.contains("no curve \"w2\"; there are components, in-flight"), "{told}");
    for bad in ["0", "999", "2e9", "NaN", "many", "-1"] {
        let told = refusal(&["bench", &format!("--requests={bad}")], "");
        assert!(told.contains("legal is a number from 1000 to 1e9"), "{bad}: {told}");
    }
    assert!(refusal(&["bench", "--runs", "0"], "").contains("1..=1000"));
}

#[test]
fn theory_stands_below_the_report_and_in_its_json_and_has_no_place_in_csv() {
    let args = ["run", "mm1", "--for", "3m", "--theory"];
    let table = result(&args, "");
    assert!(table.starts_with(&result(&args[..4], "")), "{table}");
    assert!(table.contains("server  M/M/1\n") && table.contains("Wait, mean"), "{table}");
    // Where there is no steady state, the reason stands in place of figures.
    let flood = SMALL.replace("50/s", "500/s");
    let overload = result(
        &["run", "-", "--theory"],
        &flood.replace(r#""instances": 1"#, r#""instances": 1, "backlog": null"#),
    );
    assert!(overload.contains("Overload: 500/s come and 200/s can be served"), "{overload}");
    let json = report(&args, "");
    let server = &json["theory"][1];
    assert_eq!((&server["component"], &server["formula"]), (&"server".into(), &"M/M/1".into()));
    let wait =
        server["lines"].as_array().expect("a list").iter().find(|l| l["quantity"] == "wait").expect("a wait");
    assert_eq!(wait["standing"], "exact");
    assert!((wait["predicted"].as_f64().expect("a number") - 0.040).abs() < 1e-9);
    let csv = refusal(&["run", "mm1", "--theory", "--format", "csv"], "");
    assert!(csv.contains("--theory") && csv.contains("use table or json"), "{csv}");
}

#[test]
fn validate_prints_what_theory_says_beside_what_was_measured() {
    let text = result(&["validate", "--only", "d/d/1"], "");
    assert!(text.contains("D/D/1 at 80 %") && text.contains("2 of 2 figures agree"), "{text}");
    let json: Json =
        serde_json::from_str(&result(&["validate", "--only", "D/D/1", "--json"], "")).expect("JSON");
    assert_eq!(json[0]["theory"], 0.010);
    assert_eq!(json[0]["pass"], true);
    assert!(
        json[0]["bound"].as_f64().is_some_and(|bound| bound > 4.0),
        "the bound is that of all figures: {json}"
    );
}

#[test]
fn validate_refuses_a_pattern_that_nothing_has_and_a_page_of_a_part() {
    assert!(refusal(&["validate", "--only", "no such thing"], "").contains("contains \"no such thing\""));
    refusal(&["validate", "--only", "D/D/1", "--write", "page.md"], "");
}
