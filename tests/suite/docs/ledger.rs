//! The ledger of what is there leaves nothing out and names nothing that is gone; the pictures name the stations that there are.

use super::root;
use tenfold::components::Kind;
use tenfold::model::Choice;
use tenfold::policy::{balance, eviction};
use tenfold::presets;

const HEADING: &str = "## What is there, and where it is tested";

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the ledger's tables, cell by cell, without their heads.
fn ledger() -> Vec<Vec<String>> {
    let page = read("docs/components/README.md");
    let (_, from) = page.split_once(HEADING).expect("the ledger has its heading");
    let section = from.split("\n## ").next().unwrap_or_default();
    let cells = |line: &str| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
    let is_row = |line: &&str| line.starts_with("| ") && !line.ends_with("| example |");
    section.lines().filter(is_row).map(cells).collect()
}

/// The words between backticks.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn the_ledger_has_every_kind_and_every_choice_of_eviction_and_balancing() {
    let rows = ledger();
    for kind in Kind::ALL {
        let page = format!("[`{0}`]({0}.md)", kind.info().word);
        assert!(rows.iter().any(|row| row[0] == page), "the ledger has no row that begins with {page}");
    }
    let policies: [(&str, &[Choice]); 2] =
        [("policy::eviction", eviction::Policy::CHOICES), ("policy::balance", balance::Policy::CHOICES)];
    for (module, choices) in policies {
        for choice in choices {
            let is_it = |row: &&Vec<String>| {
                let named: Vec<&str> = words(&row[1]).collect();
                named.contains(&module) && named.contains(&choice.value)
            };
            let found = rows.iter().filter(is_it).count();
            assert_eq!(found, 1, "rows of the ledger for `{module}`, `{}`", choice.value);
        }
    }
}

#[test]
fn the_ledger_has_every_autoscaler() {
    let rows = ledger();
    let modules = read("core/src/policy/scaling/mod.rs");
    let modules: Vec<&str> =
        modules.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(modules.contains(&"hpa"), "{modules:?}");
    for module in modules {
        let name = format!("policy::scaling::{module}");
        let found = rows.iter().filter(|row| words(&row[1]).any(|word| word == name)).count();
        assert_eq!(found, 1, "rows of the ledger for `{name}`");
    }
}

#[test]
fn the_ledger_and_the_models_that_are_built_in_name_each_other() {
    for row in ledger() {
        let examples = row.last().expect("a row has cells");
        for slug in words(examples) {
            assert!(presets::by_slug(slug).is_some(), "{}: there is no model {slug:?}", row[0]);
        }
        assert!(row.iter().any(|cell| cell.contains(".rs)")), "{}: no test file is named", row[0]);
    }
    let pages = read("docs/components/README.md") + &read("README.md");
    for preset in presets::ALL {
        assert!(pages.contains(&format!("`{}`", preset.slug)), "{} is named nowhere", preset.slug);
    }
}

#[test]
fn every_kind_has_a_small_picture_that_names_its_stations() {
    for kind in Kind::ALL {
        let word = kind.info().word;
        let picture = read(&format!("docs/components/pictures/{word}.svg"));
        assert!(picture.len() <= 6 * 1024, "{word}.svg has {} bytes", picture.len());
        assert!(
            !picture.replace("http://www.w3.org/2000/svg", "").contains("http"),
            "{word}.svg refers to elsewhere"
        );
        for station in kind.stations() {
            assert!(picture.contains(&format!(">{station}</text>")), "{word}.svg does not name {station:?}");
        }
        let page = read(&format!("docs/components/{word}.md"));
        assert!(
            page.contains(&format!("<img src=\"pictures/{word}.svg\" alt=\"")),
            "{word}.md does not show it"
        );
    }
}

#[test]
fn the_examples_of_the_policy_pages_are_those_that_the_doc_tests_run() {
    for (page, source) in [
        ("eviction", "eviction/mod.rs"),
        ("capacity", "capacity/mod.rs"),
        ("balancing", "balance.rs"),
        ("scaling", "scaling/mod.rs"),
    ] {
        let page = read(&format!("docs/policies/{page}.md"));
        let (_, from) = page.split_once("```rust\n").expect("it has an example");
        let example = from.split("```").next().unwrap_or_default();
        let source = read(&format!("core/src/policy/{source}"));
        let comments: Vec<&str> = source
            .lines()
            .filter_map(|line| ["//! ", "/// "].iter().find_map(|mark| line.strip_prefix(mark)))
            .collect();
        assert!(comments.join("\n").contains(example.trim_end()), "{example}");
    }
}
