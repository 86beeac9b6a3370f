//! The page: a canvas on which a system is drawn, the worker that runs it, and what is shown of the run.
//!
//! ```text
//! state/     what the page knows and how an action changes it; no browser in here, tested natively
//! geometry   hit tests, curves, fitting: pure functions
//! shell/     the only side effects: worker, storage, files, the share link
//! ui/        what is on the screen; `live` writes the figures of a running system past the virtual DOM
//! charts/    the charts and their store
//! ```

mod charts;
mod geometry;
mod shell;
mod state;
pub mod ui;

use tenfold::presets;
use wasm_bindgen_futures::spawn_local;

/// Puts the page into the document; in a worker, serves as its engine instead.
pub fn start() {
    if tenfold_engine::worker::serve_if_worker() {
        return;
    }
    // What is to be seen is unpacked or fetched before anything is drawn, so that no other flashes up and runs first.
    spawn_local(async {
        let link = shell::share::in_address().await;
        let elsewhere = shell::page::example().filter(|slug| *slug != presets::FIRST.slug);
        let examples = match (&link, elsewhere) {
            (None, Some(_)) => Some(shell::examples::fetch().await),
            _ => None,
        };
        let opening = ui::Opening { link, examples };
        let root = shell::page::document().and_then(|document| document.get_element_by_id("app"));
        match root {
            Some(root) => yew::Renderer::<ui::App>::with_root_and_props(root, opening).render(),
            None => yew::Renderer::<ui::App>::with_props(opening).render(),
        };
    });
}
