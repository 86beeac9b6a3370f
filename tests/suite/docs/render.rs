//! The generated parts of the documentation, by the name in their markers.

use serde_json::Value as Json;
use tenfold::components::clients::LOAD_CASES;
use tenfold::components::{Category, Kind, Out};
use tenfold::measure::{FigureUnit, Reason};
use tenfold::model::{Case, Class, Field, FieldInfo, Happening, Head, LAW_CASES, Link, Objective, Shape};
use tenfold::presets;
use tenfold::prices::{PriceBook, Provider};

/// The part called `name`; `None` when there is no such part.
pub(super) fn part(name: &str) -> Option<String> {
    let (what, of) = name.split_once(' ').unwrap_or((name, ""));
    let kind = Kind::from_word(of);
    Some(match what {
        "head" => table_of(Head::FIELDS, &Head::default()),
        "link" => table_of(Link::FIELDS, &Link::between("a", "b")),
        "class" => table_of(Class::FIELDS, &Class::default()),
        "laws" => cases("law", LAW_CASES),
        "loads" => cases("shape", LOAD_CASES),
        "objectives" => cases("kind", Objective::CASES),
        "timeline" => cases("event", Happening::CASES),
        "kinds" => kinds(),
        "reasons" => {
            Reason::ALL.iter().map(|reason| format!("`{}`", reason.word())).collect::<Vec<_>>().join(" · ")
        }
        "prices" => prices(),
        "examples" => examples(),
        "families" => families(),
        "first-run" => format!("```rust\n{}```", include_str!("../../../core/examples/first_run.rs")),
        "settings" => settings(kind?),
        "stations" => stations(kind?),
        "figures" => figures(kind?),
        _ => return None,
    })
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn header(cells: &[&str]) -> String {
    let rule = vec!["---"; cells.len()].join("|");
    format!("| {} |\n|{rule}|\n", cells.join(" | "))
}

/// What a field may hold, in the words of the error messages; the longest are explained elsewhere.
fn legal(shape: &Shape) -> String {
    let words = match shape {
        Shape::Variant { tag: "law", .. } => "a law, see [Laws](#laws)".to_owned(),
        Shape::Variant { tag, .. } => format!("a record with `{tag}`, see below"),
        Shape::Optional { shape, absent } => format!("{}, or `null` for {absent}", legal(shape)),
        Shape::List(shape) => format!("a list, each item {}", legal(shape)),
        Shape::Choice(choices) => {
            choices.iter().map(|c| format!("`\"{}\"`", c.value)).collect::<Vec<_>>().join(", ")
        }
        _ => shape.expected(),
    };
    cell(&words)
}

/// A value as people write it: the word that tells a record's case comes first.
fn written(json: &Json) -> String {
    let Some(record) = json.as_object() else { return json.to_string() };
    let tags = record.iter().filter(|(key, _)| ["law", "shape"].contains(&key.as_str()));
    let others = record.iter().filter(|(key, _)| !["law", "shape"].contains(&key.as_str()));
    let fields: Vec<String> =
        tags.chain(others).map(|(key, value)| format!("\"{key}\": {}", written(value))).collect();
    format!("{{{}}}", fields.join(", "))
}

fn value(json: &Json) -> String {
    format!("`{}`", cell(&written(json)))
}

fn field_row(info: &FieldInfo, default: &Json) -> String {
    let help = if info.source.is_empty() {
        cell(info.help)
    } else {
        format!("{} <br>*{}*", cell(info.help), cell(info.source))
    };
    let field = row(&[format!("`{}`", info.key), help, legal(&info.shape), value(default)]);
    if info.group.is_empty() { field } else { format!("| **{}** | | | |\n{field}", info.group) }
}

const COLUMNS: [&str; 4] = ["field", "what it is", "legal", "default"];

fn table_of<C>(fields: &[Field<C>], default: &C) -> String {
    header(&COLUMNS)
        + &fields.iter().map(|field| field_row(&field.info, &(field.get)(default))).collect::<String>()
}

fn settings(kind: Kind) -> String {
    let defaults = kind.defaults();
    let rows =
        kind.fields().into_iter().map(|info| field_row(info, &defaults.get(info.key).unwrap_or(Json::Null)));
    // A page in a folder of its own reaches the laws by a longer way.
    (header(&COLUMNS) + &rows.collect::<String>()).replace("(#laws)", "(../model.md#laws)")
}

fn cases(tag: &str, cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases {
        out += &format!("**`\"{tag}\": \"{}\"`** – {}\n\n", case.value, cell(case.help));
        if case.fields.is_empty() {
            continue;
        }
        out += &header(&COLUMNS);
        for field in case.fields {
            out += &field_row(&field.info, &serde_json::from_str(field.default).expect("defaults are JSON"));
        }
        out.push('\n');
    }
    out
}

fn kinds() -> String {
    let rows = Kind::ALL.iter().map(|kind| {
        let info = kind.info();
        let ports = match (info.ports.calls_in, info.ports.out) {
            (true, Out::Calls) => "is called and calls",
            (true, Out::Nothing) => "is called",
            (true, Out::Messages) => "is called and gives messages",
            (_, Out::Control) => "scales",
            _ => "calls",
        };
        row(&[
            format!("[`{0}`]({0}.md)", info.word),
            info.label.to_owned(),
            cell(info.summary),
            ports.to_owned(),
        ])
    });
    header(&["kind", "name", "what it is", "links"]) + &rows.collect::<String>()
}

fn stations(kind: Kind) -> String {
    let names: Vec<String> = kind.stations().iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "None: nothing waits here.".to_owned() } else { names.join(", ") }
}

fn figures(kind: Kind) -> String {
    if kind.figures().is_empty() {
        return "None besides those that every component has.".to_owned();
    }
    let unit = |unit| match unit {
        FigureUnit::Share => "share, 0 to 1",
        FigureUnit::Count => "count",
        FigureUnit::PerSecond => "per second",
        FigureUnit::Bytes => "bytes",
        FigureUnit::Seconds => "seconds",
    };
    let rows = kind
        .figures()
        .iter()
        .map(|f| row(&[format!("`{}`", f.key), f.label.to_owned(), unit(f.unit).to_owned()]));
    header(&["in the report", "on the card", "unit"]) + &rows.collect::<String>()
}

fn prices() -> String {
    let mut out = String::new();
    for provider in [Provider::Aws, Provider::Gcp] {
        out += &format!("### {}\n\n", provider.label());
        out += &header(&["item", "USD", "per", "read on", "source"]);
        for price in (PriceBook { provider }).all() {
            let cells = [price.item, &price.usd.to_string(), price.per, price.as_of, price.source].map(cell);
            out += &row(&cells);
        }
        out.push('\n');
    }
    out
}

/// What the built-in models teach, each in one row.
const LESSONS: &[(&str, &[&str])] = &[
    ("Where it breaks first", &["classic-chain", "flash-crowd"]),
    ("How queues behave", &["mm1", "closed-loop", "power-of-two"]),
    ("Losing a part", &["instance-crash", "cache-flush", "metastable-flush", "cold-failover"]),
    ("Caches", &["stampede", "eviction-policies"]),
    ("Hot spots", &["hot-row", "hot-shard", "hot-partition"]),
    ("Replicas and shards", &["replica-lag", "scatter-gather", "cap-both-ways"]),
    ("Memory and growth", &["working-set", "table-growth"]),
    ("Topics and streams", &["order-created", "stream-lag", "hot-stream-partition"]),
    ("Connection pools", &["pool-exhaustion", "two-connections"]),
    (
        "Queues and workers",
        &["queue-back-pressure", "drop-or-block", "poison-message", "visibility-too-short"],
    ),
    ("Nodes and jobs", &["slow-nodes", "carbon-batch"]),
];

fn examples() -> String {
    for preset in presets::ALL {
        let rows = LESSONS.iter().filter(|(_, slugs)| slugs.contains(&preset.slug)).count();
        assert_eq!(rows, 1, "say in LESSONS what {:?} teaches", preset.slug);
    }
    let title = |slug: &&str| {
        let preset =
            presets::by_slug(slug).unwrap_or_else(|| panic!("LESSONS names {slug:?}, which is gone"));
        format!("`{slug}`: {}", cell(&preset.model().head.title))
    };
    let rows = LESSONS.iter().map(|(lesson, slugs)| {
        row(&[(*lesson).to_owned(), slugs.iter().map(title).collect::<Vec<_>>().join("<br>")])
    });
    header(&["what it teaches", "models"]) + &rows.collect::<String>()
}

/// The kinds by their families, with the way to their pages from the root.
fn families() -> String {
    let rows = Category::CHOICES.iter().filter_map(|family| {
        let kinds = Kind::ALL.iter().map(|kind| kind.info());
        let links: Vec<String> = kinds
            .filter(|info| info.category.word() == family.value)
            .map(|info| format!("[{}](docs/components/{}.md)", info.label, info.word))
            .collect();
        (!links.is_empty()).then(|| row(&[family.label.to_owned(), links.join(" · ")]))
    });
    header(&["family", "kinds"]) + &rows.collect::<String>()
}
