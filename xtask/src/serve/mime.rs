//! Content types, by a file name's ending.

use std::path::Path;

/// The content type of a file.
///
/// `application/wasm` matters most: without it browsers refuse to compile a module while it streams in.
pub(crate) fn of(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_is_made_of_has_its_type() {
        assert_eq!(of(Path::new("engine_bg.wasm")), "application/wasm");
        assert_eq!(of(Path::new("engine-1f.js")), "text/javascript; charset=utf-8");
        assert_eq!(of(Path::new("INDEX.HTML")), "text/html; charset=utf-8");
        assert_eq!(of(Path::new("icon.svg")), "image/svg+xml");
    }

    #[test]
    fn the_unknown_is_bytes_and_never_guessed() {
        assert_eq!(of(Path::new("LICENSE")), "application/octet-stream");
        assert_eq!(of(Path::new("a.unknown")), "application/octet-stream");
    }
}
