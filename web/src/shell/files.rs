//! Files and the clipboard.

use crate::state::{Action, Tone};
use js_sys::{Array, JsString};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};
use yew::Callback;

/// A model file longer than this is not even read.
const BYTES_MAX: f64 = 16e6;

/// Hands `text` to the visitor as a file.
pub(crate) fn download(name: &str, mime: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&JsString::from(text));
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let anchor = web_sys::window().and_then(|w| w.document()).and_then(|d| d.create_element("a").ok());
    if let Some(anchor) = anchor.and_then(|a| a.dyn_into::<HtmlAnchorElement>().ok()) {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    // The browser has its copy by then.
    super::later(10_000, move || {
        let _ = Url::revoke_object_url(&url);
    });
}

/// Reads a file as a model.
pub(crate) fn open(file: File, dispatch: Callback<Action>) {
    let name = file.name();
    if file.size() > BYTES_MAX {
        dispatch.emit(Action::Say(Tone::Bad, format!("{name} is too long for a model.")));
        return;
    }
    spawn_local(async move {
        let text = JsFuture::from(file.text()).await.ok().and_then(|t| t.as_string());
        dispatch.emit(match text {
            Some(text) => Action::OpenText { text, from: name },
            None => Action::Say(Tone::Bad, format!("{name} could not be read.")),
        });
    });
}

/// Puts a text on the clipboard, and says whether it got there.
pub(crate) fn copy(text: &str, done: &'static str, dispatch: Callback<Action>) {
    let Some(window) = web_sys::window() else { return };
    let clipboard = js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).unwrap_or_default();
    if clipboard.is_undefined() {
        // Pages not served securely have none.
        dispatch.emit(Action::Say(
            Tone::Bad,
            "This browser keeps the page from the clipboard: select the text and copy it.".into(),
        ));
        return;
    }
    let promise = window.navigator().clipboard().write_text(text);
    spawn_local(async move {
        dispatch.emit(match JsFuture::from(promise).await {
            Ok(_) => Action::Say(Tone::Plain, done.into()),
            Err(_) => Action::Say(Tone::Bad, "The clipboard was denied: select the text and copy it.".into()),
        });
    });
}
