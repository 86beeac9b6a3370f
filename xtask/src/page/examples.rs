//! The built-in models as one file beside the page, fetched when somebody wants to see them.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::failure::{Doing, Failure, Result};
use crate::{fingerprint, workspace};

/// What the page calls the file until it has a name of its own.
const NAME: &str = "examples.json";

/// Writes the file into the site, and its name into the page. The name tells one version from another, so that a page
/// that was kept by a browser never reads the models of a newer one.
pub(super) fn write(site: &Path) -> Result<()> {
    let text = text(&workspace::root().join("core/src/presets"))?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let name = format!("examples-{:016x}.json", hasher.finish());
    fs::write(site.join(&name), text).doing(|| format!("write {name}"))?;
    let index = site.join("index.html");
    let page = fs::read_to_string(&index).doing(|| format!("read {}", index.display()))?;
    if page.matches(NAME).count() != 1 {
        return Err(Failure::new(format!("{} does not name {NAME} once", index.display())));
    }
    fs::write(&index, page.replace(NAME, &name)).doing(|| format!("write {}", index.display()))
}

/// All models of a folder as one record, by the names of their files.
fn text(folder: &Path) -> Result<String> {
    let mut models = Vec::new();
    for path in fingerprint::files(folder, |_| false)? {
        if path.extension().is_some_and(|ending| ending == "json") {
            let model =
                fs::read_to_string(folder.join(&path)).doing(|| format!("read {}", path.display()))?;
            let slug = path.file_stem().unwrap_or_default().to_string_lossy();
            models.push(format!("\"{slug}\":{}", model.trim_end()));
        }
    }
    Ok(format!("{{{}}}\n", models.join(",\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_of_a_folder_become_one_record_by_the_names_of_their_files() {
        let folder = std::env::temp_dir().join(format!("tenfold-examples-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder in the temporary folder");
        for (name, text) in [("b.json", "{\"n\": 2}\n"), ("a.json", "{}\n"), ("mod.rs", "//! Not a model.")] {
            fs::write(folder.join(name), text).expect("a small file");
        }
        assert_eq!(text(&folder), Ok("{\"a\":{},\n\"b\":{\"n\": 2}}\n".to_owned()));
        fs::remove_dir_all(folder).expect("the folder is there");
    }
}
