//! Fetches the built-in models: one file beside the page, whose name changes with what is in it.

use super::page;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

/// Longer than this nobody waits.
const WAIT_MS: u32 = 15_000;

/// The models' text; or why they have not come, in words.
pub(crate) async fn fetch() -> Result<String, String> {
    let address = page::examples_address().ok_or("this page was built without them")?;
    let window = page::window().ok_or("there is no window")?;
    let how = RequestInit::new();
    how.set_signal(Some(&AbortSignal::timeout_with_u32(WAIT_MS)));
    let response = JsFuture::from(window.fetch_with_str_and_init(&address, &how)).await;
    let unreachable = || {
        if window.navigator().on_line() {
            "the place this page came from does not answer".to_owned()
        } else {
            "this browser is offline".to_owned()
        }
    };
    let response: Response = response.map_err(|_| unreachable())?.unchecked_into();
    if !response.ok() {
        return Err("a newer version of this page has taken their place; reload to get it".to_owned());
    }
    let text = response.text().map_err(|_| unreachable())?;
    let text = JsFuture::from(text).await.map_err(|_| unreachable())?;
    text.as_string().ok_or_else(unreachable)
}
