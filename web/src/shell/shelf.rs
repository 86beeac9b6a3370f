//! The shelf of my models: the browser's local storage. Everything works without it, and says so.

use crate::state::{Saved, Theme};
use serde_json::{Value as Json, json};
use tenfold::model::in_line;
use web_sys::Storage;

const INDEX: &str = "tenfold:models";
const CURRENT: &str = "tenfold:current";
const THEME: &str = "tenfold:theme";

/// Why nothing could be kept or read.
pub(crate) type Denied = String;

fn storage() -> Result<Storage, Denied> {
    let storage = web_sys::window().and_then(|w| w.local_storage().ok().flatten());
    storage.ok_or_else(|| "this browser denies the page its storage".to_owned())
}

fn key(id: &str) -> String {
    format!("tenfold:model:{id}")
}

fn put(key: &str, value: &str) -> Result<(), Denied> {
    storage()?
        .set_item(key, value)
        .map_err(|_| "the browser's storage for this page is full or denied".to_owned())
}

fn get(key: &str) -> Option<String> {
    storage().ok()?.get_item(key).ok().flatten()
}

/// Whether anything can be kept.
pub(crate) fn works() -> Result<(), Denied> {
    put("tenfold:probe", "1")?;
    let _ = storage()?.remove_item("tenfold:probe");
    Ok(())
}

/// My models, the last kept first.
pub(crate) fn list() -> Result<Vec<Saved>, Denied> {
    let text = storage()?.get_item(INDEX).map_err(|_| "the browser's storage cannot be read".to_owned())?;
    // An index that cannot be read is begun anew; the models themselves are kept.
    let json: Json = text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default();
    let saved = |item: &Json| {
        let text = |key: &str| item.get(key).and_then(Json::as_str).map(str::to_owned);
        Some(Saved {
            id: text("id")?,
            title: text("title")?,
            at_ms: item.get("at_ms").and_then(Json::as_f64)?,
        })
    };
    let mut list: Vec<Saved> = Vec::new();
    for saved in json.as_array().into_iter().flatten().filter_map(saved) {
        let place = list.partition_point(|newer| newer.at_ms >= saved.at_ms);
        list.insert(place, saved);
    }
    Ok(list)
}

fn put_index(index: &[Saved]) -> Result<(), Denied> {
    let items: Json = index.iter().map(|s| json!({"id": s.id, "title": s.title, "at_ms": s.at_ms})).collect();
    put(INDEX, &in_line(&items))
}

/// Keeps a model under `id` and makes it the one a reload finds.
pub(crate) fn keep(id: &str, title: &str, text: &str) -> Result<(), Denied> {
    // Leaving the page keeps what is open; a model that was only looked at stays where it is in the list.
    if get(&key(id)).as_deref() == Some(text) {
        return put(CURRENT, id);
    }
    put(&key(id), text)?;
    let mut index = list()?;
    index.retain(|s| s.id != id);
    index.push(Saved { id: id.to_owned(), title: title.to_owned(), at_ms: js_sys::Date::now() });
    put_index(&index)?;
    put(CURRENT, id)
}

/// Forgets a model.
pub(crate) fn forget(id: &str) -> Result<(), Denied> {
    let mut index = list()?;
    index.retain(|s| s.id != id);
    put_index(&index)?;
    let _ = storage()?.remove_item(&key(id));
    Ok(())
}

/// The text of a kept model.
pub(crate) fn fetch(id: &str) -> Option<String> {
    get(&key(id))
}

/// Notes what a reload should find: an id of mine, or `preset:` and the name of an example.
pub(crate) fn remember(what: &str) {
    let _ = put(CURRENT, what);
}

/// What a reload should find.
pub(crate) fn remembered() -> Option<String> {
    get(CURRENT)
}

/// Keeps the theme.
pub(crate) fn keep_theme(theme: Theme) {
    let _ = put(THEME, theme.word());
}

/// The kept theme.
pub(crate) fn theme() -> Theme {
    get(THEME).map_or(Theme::System, |word| Theme::from_word(&word))
}
