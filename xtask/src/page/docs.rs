//! Pages of the book that the site has: written from the Markdown in `docs`, in the look of the page itself.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::failure::{Doing, Result};
use crate::workspace;

/// Those that the page links to, with what a search engine is told of each.
const PAGES: [(&str, &str); 1] =
    [("validation", "Every figure of Tenfold's simulation that theory knows, beside what theory says.")];

/// Before anything is painted: the theme that was chosen in the playground.
const THEME: &str = "try { document.documentElement.dataset.theme = localStorage.getItem(\"tenfold:theme\") || \"system\"; } catch {}";

/// Writes them into the site.
pub(super) fn write(site: &Path) -> Result<()> {
    let root = workspace::root();
    let read = |path: &str| fs::read_to_string(root.join(path)).doing(|| format!("read {path}"));
    // The page's own look, from one folder further down.
    let style =
        read("static/base.css")?.replace("./inter.woff2", "../inter.woff2") + &read("static/docs.css")?;
    let folder = site.join("docs");
    fs::create_dir_all(&folder).doing(|| format!("create {}", folder.display()))?;
    for (name, about) in PAGES {
        let text = page(&read(&format!("docs/{name}.md"))?, about, &style);
        let path = folder.join(format!("{name}.html"));
        fs::write(&path, text).doing(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

fn page(markdown: &str, about: &str, style: &str) -> String {
    let title = markdown.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default();
    let parts = markdown.lines().filter_map(|line| line.strip_prefix("## "));
    let contents: String =
        parts.map(|part| format!("<li><a href=\"#{}\">{}</a></li>", anchor(part), inline(part))).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} · Tenfold</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"description\" content=\"{about}\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>{style}</style>\n<script>{THEME}</script>\n</head>\n<body>\n\
         <header><a href=\"../\">Tenfold</a></header>\n<nav aria-label=\"Contents\"><ul>{contents}</ul></nav>\n\
         <main>\n{}</main>\n</body>\n</html>\n",
        body(markdown)
    )
}

/// What a heading is called in an address.
fn anchor(heading: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    heading.chars().map(plain).collect()
}

/// As much of Markdown as our own pages use: headings, paragraphs, lists and tables, each separated from the next by an empty line.
fn body(markdown: &str) -> String {
    markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(block).collect()
}

fn block(text: &str) -> String {
    if let Some(title) = text.strip_prefix("# ") {
        format!("<h1>{}</h1>\n", inline(title))
    } else if let Some(part) = text.strip_prefix("## ") {
        format!("<h2 id=\"{}\">{}</h2>\n", anchor(part), inline(part))
    } else if text.starts_with("- ") {
        let items = text.lines().map(|line| format!("<li>{}</li>\n", inline(line.trim_start_matches("- "))));
        format!("<ul>\n{}</ul>\n", items.collect::<String>())
    } else if text.starts_with('|') {
        table(text)
    } else {
        format!("<p>{}</p>\n", inline(text))
    }
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_start_matches('|').trim_end_matches('|').split('|').map(str::trim).collect()
}

/// Rows that begin alike stand together below what they share, so that the table fits a narrow screen.
fn table(text: &str) -> String {
    let mut lines = text.lines();
    let head = cells(lines.next().unwrap_or_default());
    let figures: Vec<bool> =
        cells(lines.next().unwrap_or_default()).iter().map(|cell| cell.ends_with(':')).collect();
    let rows: Vec<Vec<&str>> = lines.map(cells).collect();
    let together = rows.windows(2).any(|pair| pair[0].first() == pair[1].first());
    let first = usize::from(together);
    let cell = |tag: &str, column: usize, words: &str| {
        let class = if figures.get(column) == Some(&true) { " class=\"number\"" } else { "" };
        format!("<{tag}{class}>{}</{tag}>", inline(words))
    };
    let row = |tag: &str, row: &[&str]| {
        let cells = row.iter().enumerate().skip(first).map(|(column, words)| cell(tag, column, words));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let mut out = format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table class=\"table\">\n<thead>{}</thead>\n<tbody>\n",
        row("th", &head)
    );
    let mut above = None;
    for cells in &rows {
        if together && above != cells.first() {
            above = cells.first();
            let shared = inline(above.copied().unwrap_or_default());
            // A text takes any line.
            let _ =
                writeln!(out, "<tr><th scope=\"colgroup\" colspan=\"{}\">{shared}</th></tr>", head.len() - 1);
        }
        out += &row("td", cells);
    }
    out + "</tbody>\n</table></div>\n"
}

/// Bold words, code and links within a line.
fn inline(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = paired(&paired(&text, "**", "strong"), "`", "code");
    let mut out = String::new();
    let mut rest = &text[..];
    while let Some((before, after)) = rest.split_once('[') {
        let Some(((words, address), later)) =
            after.split_once(')').and_then(|(link, later)| Some((link.split_once("](")?, later)))
        else {
            break;
        };
        let _ = write!(out, "{before}<a href=\"{}\">{words}</a>", address.replace('"', "%22"));
        rest = later;
    }
    out + rest
}

/// Every second piece between `mark`s in an element.
fn paired(text: &str, mark: &str, tag: &str) -> String {
    let pieces = text.split(mark).enumerate();
    pieces
        .map(|(at, piece)| if at % 2 == 1 { format!("<{tag}>{piece}</{tag}>") } else { piece.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_paragraphs_and_lists_become_elements() {
        assert_eq!(
            body("# A\n\nOne **two** `3 < 4`.\n\n- see [this](x.md)\n- b\n\n## What is it\n"),
            "<h1>A</h1>\n<p>One <strong>two</strong> <code>3 &lt; 4</code>.</p>\n<ul>\n<li>see <a href=\"x.md\">this</a></li>\n\
             <li>b</li>\n</ul>\n<h2 id=\"what-is-it\">What is it</h2>\n"
        );
    }

    #[test]
    fn rows_that_begin_alike_stand_together() {
        let seen =
            table("| model | figure | x |\n|---|---|--:|\n| M | a | 1 |\n| M | b | 2 |\n| N | a | 3 |");
        assert!(seen.contains("<thead><tr><th>figure</th><th class=\"number\">x</th></tr>"), "{seen}");
        assert_eq!(seen.matches("colspan=\"2\">").count(), 2, "{seen}");
        assert!(seen.contains("<tr><td>b</td><td class=\"number\">2</td></tr>"), "{seen}");
        let apart = table("| model | x |\n|---|--:|\n| M | 1 |\n| N | 2 |");
        assert!(apart.contains("<tr><td>M</td><td class=\"number\">1</td></tr>"), "{apart}");
    }

    #[test]
    fn the_validation_report_is_all_there() {
        let markdown = fs::read_to_string(workspace::root().join("docs/validation.md")).expect("it is there");
        let page = page(&markdown, "About.", "");
        assert!(
            page.contains("<title>Validation · Tenfold</title>")
                && page.contains("<a href=\"#caches\">Caches</a>")
        );
        assert_eq!(page.matches("<td>pass</td>").count(), markdown.matches("| pass |").count());
        assert!(!page.contains("**") && !page.contains("|--"));
    }
}
