//! The reference in `docs/` says what the field tables say. Parts between markers are generated; a test tells when they are stale.
//!
//! `UPDATE_DOCS=1 cargo test -p tests docs` writes them anew.

mod ledger;
mod render;

use std::path::{Path, PathBuf};
use tenfold::Simulation;
use tenfold::components::Kind;
use tenfold::model::Model;
use tenfold::units::Span;

const UPDATE: &str = "run `UPDATE_DOCS=1 cargo test -p tests docs` and look at what it changed";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The page with what stands between `<!-- begin X -->` and `<!-- end X -->` made anew for each X.
fn made_anew(page: &str) -> String {
    let (mut out, mut rest) = (String::new(), page);
    while let Some(at) = rest.find("<!-- begin ") {
        let (before, from) = rest.split_at(at);
        let marker_end = from.find("-->").expect("a marker ends") + "-->".len();
        let name = from["<!-- begin ".len()..marker_end - "-->".len()].trim();
        let end = format!("<!-- end {name} -->");
        let after = from.find(&end).unwrap_or_else(|| panic!("{end} is missing"));
        let part = render::part(name).unwrap_or_else(|| panic!("nobody knows how to write {name:?}"));
        out.push_str(before);
        out.push_str(&from[..marker_end]);
        out.push_str("\n\n");
        out.push_str(part.trim_end());
        out.push_str("\n\n");
        rest = &from[after..];
    }
    out + rest
}

#[test]
fn the_reference_in_the_docs_says_what_the_field_tables_say() {
    let mut pages =
        vec![root().join("docs/model.md"), root().join("docs/prices.md"), root().join("README.md")];
    pages.push(root().join("docs/components/README.md"));
    pages
        .extend(Kind::ALL.iter().map(|kind| root().join(format!("docs/components/{}.md", kind.info().word))));
    for path in pages {
        let page =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let wanted = made_anew(&page);
        if wanted == page {
            continue;
        }
        assert!(std::env::var_os("UPDATE_DOCS").is_some(), "{} is stale: {UPDATE}", path.display());
        std::fs::write(&path, wanted).expect("the page can be written");
    }
}

#[test]
fn every_kind_has_a_page_with_a_whole_model_card() {
    for kind in Kind::ALL {
        let word = kind.info().word;
        let page = std::fs::read_to_string(root().join(format!("docs/components/{word}.md")))
            .expect("a page for each kind");
        for heading in [
            "## What it models",
            "## What it leaves out",
            "## Settings",
            "## Stations",
            "## Figures",
            "## What it costs",
        ] {
            assert!(page.contains(&format!("\n{heading}\n")), "docs/components/{word}.md has no {heading:?}");
        }
        for part in ["settings", "stations", "figures"] {
            assert!(
                page.contains(&format!("<!-- begin {part} {word} -->")),
                "docs/components/{word}.md: {part}"
            );
        }
    }
}

#[test]
fn every_model_in_the_docs_is_legal_and_runs() {
    let mut models = 0;
    for page in ["README.md", "docs/model.md"] {
        let page = std::fs::read_to_string(root().join(page)).expect("it can be read");
        for text in page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let mut model = Model::from_json(text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"));
            model.head.warm_up = Some(Span::ZERO);
            let mut run = Simulation::new(&model).expect("the model is legal");
            run.run_for(Span::from_secs(5));
            assert!(run.report().requests.finished > 100);
            models += 1;
        }
    }
    assert_eq!(models, 2);
}

/// What a page refers to, by links and by pictures.
fn references(page: &str) -> impl Iterator<Item = &str> {
    [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')]
        .into_iter()
        .flat_map(move |(from, to)| page.split(from).skip(1).filter_map(move |rest| rest.split(to).next()))
}

#[test]
fn every_link_from_a_page_to_a_page_or_a_picture_leads_somewhere() {
    let mut pages: Vec<PathBuf> = ["README.md", "CHANGELOG.md"].map(|name| root().join(name)).into();
    for folder in ["docs", "docs/components", "docs/policies"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("the folder is there");
        pages.extend(
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|e| e == "md")),
        );
    }
    for path in pages {
        let page = std::fs::read_to_string(&path).expect("it can be read");
        for link in references(&page) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let target = path.parent().expect("a folder").join(file);
            assert!(target.exists(), "{}: {link} leads nowhere", path.display());
        }
    }
}
