//! How much a visitor downloads before the page is complete, and the most it may be.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Bench;
use super::summary::Outcome;
use crate::failure::{Doing, Failure, Result};
use crate::{fingerprint, page, process};

/// The most that the whole first load may be, compressed. It was 300 KiB for the six kinds alone; intervals and verdicts, theory beside
/// measurement, going back in time and the orders of service took 56 more, reports of several runs on several workers and the live verdict 8, an engine
/// that is compiled for speed 17, what caches and databases really do, in five kinds more, 95, settings in
/// sections 3, and messages, autoscalers, nodes and jobs, six kinds with all their algorithms, 112.
const BUDGET_BYTES: u64 = 600 * 1024;

/// What is in the folder but not in the first load, with the reason. All else counts, so that a new file must
/// either fit or be argued for here.
const LATER: [(&str, &str); 5] = [
    ("docs/", "the book, opened from a link"),
    ("examples-", "the built-in models but the first, fetched when somebody wants to see them"),
    ("OFL.txt", "the font's licence, there to be read"),
    ("apple-touch-icon", "fetched when the page is put on a home screen"),
    ("preview.", "fetched by sites that show a picture of a link"),
];

/// Measures the bytes a good web host would send.
const BROTLI: &str = include_str!("brotli.mjs");

/// One file of the first load.
#[derive(Debug, PartialEq, Eq)]
struct File {
    name: String,
    raw: u64,
    sent: u64,
}

pub(crate) fn run(bench: &Bench) -> Result<Outcome> {
    bench.need_page()?;
    let mut files = measure(&page::folder())?;
    files.sort_by_key(|file| std::cmp::Reverse(file.sent));
    eprint!("{}", table(&files));
    judge(&files).map(|()| Outcome::Passed)
}

fn measure(folder: &Path) -> Result<Vec<File>> {
    let paths: Vec<_> = fingerprint::files(folder, |_| false)?
        .into_iter()
        .filter(|path| in_first_load(&path.to_string_lossy().replace('\\', "/")))
        .collect();
    let mut node = Command::new("node");
    node.current_dir(folder).args(["--input-type=module", "--eval", BROTLI, "--"]).args(&paths);
    let printed = process::capture(&mut node)?;
    let sent: Vec<u64> = printed.lines().filter_map(|line| line.parse().ok()).collect();
    if sent.len() != paths.len() {
        return Err(Failure::new(format!(
            "{} files were measured, but {} are there",
            sent.len(),
            paths.len()
        )));
    }
    let file = |(path, sent): (&std::path::PathBuf, u64)| {
        let raw = fs::metadata(folder.join(path)).doing(|| format!("look at {}", path.display()))?.len();
        Ok(File { name: path.to_string_lossy().into_owned(), raw, sent })
    };
    paths.iter().zip(sent).map(file).collect()
}

fn in_first_load(name: &str) -> bool {
    !LATER.iter().any(|(start, _)| name.starts_with(start))
}

fn total(files: &[File]) -> u64 {
    files.iter().map(|file| file.sent).sum()
}

fn table(files: &[File]) -> String {
    let row = |name: &str, raw: u64, sent: u64| format!("{:>9} {:>9}  {name}\n", kib(raw), kib(sent));
    let mut text = format!("{:>9} {:>9}  first load, in KiB\n", "raw", "brotli");
    for file in files {
        text += &row(&file.name, file.raw, file.sent);
    }
    text + &row("in all", files.iter().map(|file| file.raw).sum(), total(files))
}

fn judge(files: &[File]) -> Result<()> {
    let total = total(files);
    if files.is_empty() {
        Err(Failure::new("there is nothing to measure: the page's folder is empty"))
    } else if total > BUDGET_BYTES {
        Err(Failure::new(format!(
            "the first load is {} KiB after compression; its budget is {} KiB",
            kib(total),
            kib(BUDGET_BYTES)
        )))
    } else {
        Ok(())
    }
}

/// Bytes as KiB with one decimal, rounded up, so that nothing over the budget looks like it is within.
fn kib(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, raw: u64, sent: u64) -> File {
        File { name: name.to_owned(), raw, sent }
    }

    #[test]
    fn the_table_has_a_row_for_each_file_and_their_sum() {
        let text = table(&[file("page.wasm", 10_240, 2_048), file("index.html", 1_024, 513)]);
        assert_eq!(
            text,
            "      raw    brotli  first load, in KiB\n     10.0       2.0  page.wasm\n      \
             1.0       0.6  index.html\n     11.0       2.6  in all\n"
        );
    }

    #[test]
    fn the_budget_itself_is_allowed_and_one_byte_more_is_not() {
        assert_eq!(judge(&[file("a", 0, BUDGET_BYTES)]), Ok(()));
        let over = judge(&[file("a", 0, BUDGET_BYTES), file("b", 0, 1)]);
        assert!(over.is_err_and(|failure| failure.to_string().contains("600.1 KiB")));
        assert!(judge(&[]).is_err(), "an empty folder proves nothing");
    }

    #[test]
    fn a_file_counts_unless_it_is_known_to_come_later() {
        assert!(in_first_load("tenfold-web-1f2e.js") && in_first_load("models/new.json"));
        assert!(!in_first_load("docs/cache.html"));
    }

    #[test]
    fn node_measures_in_the_order_it_was_asked() {
        let folder = std::env::temp_dir().join(format!("tenfold-size-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder in the temporary folder");
        fs::write(folder.join("a.txt"), "a".repeat(10_000)).expect("a small file");
        fs::write(folder.join("b.txt"), "b").expect("a small file");
        let files = measure(&folder).expect("node is needed to build the page, too");
        assert_eq!(
            files.iter().map(|file| (file.name.as_str(), file.raw)).collect::<Vec<_>>(),
            [("a.txt", 10_000), ("b.txt", 1)]
        );
        assert!(files[0].sent < 100 && files[1].sent < 10, "{files:?}");
        fs::remove_dir_all(folder).expect("the folder is there");
    }
}
