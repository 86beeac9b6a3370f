//! What a browser asks for, and which file that is.

use std::path::{Path, PathBuf};

/// The answer's status when there is nothing to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    BadRequest,
    NotFound,
    MethodNotAllowed,
}

impl Refusal {
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
        }
    }
}

/// A request for a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The file, from the served folder.
    pub(crate) path: PathBuf,
    /// Whether only the head of the answer is wanted.
    pub(crate) head_only: bool,
}

/// Reads the first line of a request.
pub(crate) fn parse(line: &str) -> Result<Request, Refusal> {
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Err(Refusal::BadRequest) };
    let head_only = match method {
        "GET" => false,
        "HEAD" => true,
        _ => return Err(Refusal::MethodNotAllowed),
    };
    Ok(Request { path: resolve(target)?, head_only })
}

/// The file that a request's target names; a folder stands for the `index.html` in it.
///
/// A name that could lead out of the served folder is refused before the disk is touched: `..`, hidden files, and
/// whatever a system might take for a separator or a drive.
fn resolve(target: &str) -> Result<PathBuf, Refusal> {
    let encoded = target.split(['?', '#']).next().unwrap_or_default();
    let decoded = decode(encoded).ok_or(Refusal::BadRequest)?;
    let inside = decoded.strip_prefix('/').ok_or(Refusal::BadRequest)?;
    let mut path = PathBuf::new();
    for name in inside.split('/').filter(|name| !name.is_empty()) {
        if name.starts_with('.') || name.contains(['\\', ':', '\0']) {
            return Err(Refusal::NotFound);
        }
        path.push(name);
    }
    if inside.is_empty() || inside.ends_with('/') {
        path.push("index.html");
    }
    Ok(path)
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// The file on disk, if it is one and lies inside `root` even after links are followed.
pub(crate) fn locate(root: &Path, path: &Path) -> Result<PathBuf, Refusal> {
    let found = root.join(path).canonicalize().map_err(|_| Refusal::NotFound)?;
    let root = root.canonicalize().map_err(|_| Refusal::NotFound)?;
    if found.starts_with(&root) && found.is_file() { Ok(found) } else { Err(Refusal::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(line: &str) -> Result<PathBuf, Refusal> {
        parse(line).map(|request| request.path)
    }

    #[test]
    fn folders_stand_for_their_index() {
        assert_eq!(path("GET / HTTP/1.1"), Ok("index.html".into()));
        assert_eq!(path("GET /docs/ HTTP/1.1"), Ok("docs/index.html".into()));
    }

    #[test]
    fn the_query_is_not_part_of_the_name() {
        assert_eq!(path("GET /engine.js?v=12&x=/.. HTTP/1.1"), Ok("engine.js".into()));
    }

    #[test]
    fn names_are_decoded() {
        assert_eq!(path("GET /a%20b.json HTTP/1.1"), Ok("a b.json".into()));
        assert_eq!(path("GET /%zz HTTP/1.1"), Err(Refusal::BadRequest));
        assert_eq!(path("GET /%e2%82 HTTP/1.1"), Err(Refusal::BadRequest));
        assert_eq!(path("GET /cut-off% HTTP/1.1"), Err(Refusal::BadRequest));
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        for target in
            ["/../secret", "/a/../../secret", "/%2e%2e/secret", "/..%2fsecret", "/..\\secret", "/.git/config"]
        {
            assert_eq!(path(&format!("GET {target} HTTP/1.1")), Err(Refusal::NotFound), "{target}");
        }
        assert_eq!(path("GET /C:/secret HTTP/1.1"), Err(Refusal::NotFound));
        assert_eq!(
            path("GET //etc/passwd HTTP/1.1"),
            Ok("etc/passwd".into()),
            "below the folder, not the root"
        );
        assert_eq!(path("GET ../secret HTTP/1.1"), Err(Refusal::BadRequest));
    }

    #[test]
    fn only_reading_is_allowed() {
        assert_eq!(path("POST / HTTP/1.1"), Err(Refusal::MethodNotAllowed));
        assert_eq!(path("GET"), Err(Refusal::BadRequest));
        assert_eq!(parse("HEAD / HTTP/1.1").map(|request| request.head_only), Ok(true));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let folder = std::env::temp_dir().join(format!("tenfold-serve-{}", std::process::id()));
        let inside = folder.join("inside");
        std::fs::create_dir_all(&inside).expect("a folder in the temporary folder");
        std::fs::write(folder.join("secret"), "no").expect("a small file");
        std::os::unix::fs::symlink(folder.join("secret"), inside.join("link")).expect("a link");
        std::fs::write(inside.join("open"), "yes").expect("a small file");

        assert_eq!(locate(&inside, Path::new("link")), Err(Refusal::NotFound));
        assert!(locate(&inside, Path::new("open")).is_ok());
        assert_eq!(locate(&inside, Path::new("")), Err(Refusal::NotFound), "a folder is not a file");
        std::fs::remove_dir_all(folder).expect("the folder is there");
    }
}
