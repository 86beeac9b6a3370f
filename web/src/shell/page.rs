//! The page around the program: its address, its theme, its title, its screen.

use crate::state::{Boot, Screen, Theme};
use crate::ui::Opening;
use tenfold::presets;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, HtmlDialogElement, HtmlElement, Window};

/// The window; there always is one where this runs.
pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub(crate) fn document() -> Option<Document> {
    window().and_then(|w| w.document())
}

/// The element with this id.
pub(crate) fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Whether a media query holds.
pub(crate) fn matches(query: &str) -> bool {
    window().and_then(|w| w.match_media(query).ok().flatten()).is_some_and(|m| m.matches())
}

/// How wide the screen is; the same limits as in the style sheets.
pub(crate) fn screen() -> Screen {
    if matches("(max-width: 640px)") {
        Screen::Phone
    } else if matches("(max-width: 1100px)") {
        Screen::Tablet
    } else {
        Screen::Wide
    }
}

/// The built-in model that was open last.
pub(crate) fn example() -> Option<&'static str> {
    let current = super::shelf::remembered()?;
    let slug = current.strip_prefix("preset:")?;
    presets::SLUGS.into_iter().find(|known| *known == slug)
}

/// Where the built-in models are; the build writes it into the page.
pub(crate) fn examples_address() -> Option<String> {
    document()?.query_selector("meta[name=examples]").ok()??.get_attribute("content")
}

/// What the page finds when it opens, beside what had to be waited for.
pub(crate) fn boot(opening: &Opening) -> Boot {
    let current = super::shelf::remembered().unwrap_or_default();
    let saved = super::shelf::fetch(&current).map(|text| (current, text));
    // Only to name things apart; a clock does where chance is denied.
    let fresh = getrandom::u64().unwrap_or(js_sys::Date::now() as u64) >> 12;
    let storage_denied = super::shelf::works().err();
    Boot {
        link: opening.link.clone(),
        saved,
        preset: example(),
        examples: opening.examples.clone(),
        fresh,
        theme: super::shelf::theme(),
        screen: screen(),
        storage_denied,
    }
}

/// Puts the theme on the document.
pub(crate) fn set_theme(theme: Theme) {
    if let Some(root) = document().and_then(|d| d.document_element()) {
        let _ = root.set_attribute("data-theme", theme.word());
    }
}

/// The theme as it is seen: `light` or `dark`.
pub(crate) fn seen_theme(theme: Theme) -> &'static str {
    match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::System if matches("(prefers-color-scheme: dark)") => "dark",
        Theme::System => "light",
    }
}

/// Shows the model's title in the tab.
pub(crate) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(&format!("{title} – Tenfold"));
    }
}

/// The page's address without its `#` part.
pub(crate) fn address() -> String {
    let href = window().and_then(|w| w.location().href().ok()).unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Takes the `#` part out of the address without a new entry in the history.
pub(crate) fn clear_hash() {
    if let Some(history) = window().and_then(|w| w.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address()));
    }
}

/// Says something to those who use a screen reader.
pub(crate) fn announce(text: &str) {
    if let Some(region) = element("announcer") {
        region.set_text_content(Some(text));
    }
}

/// Moves the keyboard's focus to an element, or to the first control in it, and brings it into view.
pub(crate) fn focus(id: &str) {
    let Some(element) = element(id) else { return };
    // What is folded away takes no focus.
    if let Ok(Some(folded)) = element.closest("details:not([open])") {
        let _ = folded.set_attribute("open", "");
    }
    let inner = element.query_selector("input, select, textarea, button").ok().flatten();
    let takes_focus = element.has_attribute("tabindex")
        || element.matches("input, select, textarea, button").unwrap_or(false);
    let target = if takes_focus { Some(element) } else { inner.and_then(|e| e.dyn_into().ok()) };
    if let Some(target) = target {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(id.starts_with("node-"));
        let _ = target.focus_with_options(&options);
    }
}

/// Colours each slider up to its thumb; style sheets cannot know where it stands.
pub(crate) fn fill_sliders() {
    let sliders = document().and_then(|d| d.query_selector_all("input[type=range]").ok());
    for node in sliders.iter().flat_map(|list| (0..list.length()).filter_map(|i| list.get(i))) {
        if let Ok(slider) = node.dyn_into::<web_sys::HtmlInputElement>() {
            let share = slider.value_as_number() / 10.0;
            let _ = slider.style().set_property("--fill", &format!("{share:.1}%"));
        }
    }
}

/// Shows the dialog that has been drawn, if there is one: it takes the keyboard.
pub(crate) fn show_dialog() {
    if let Some(dialog) = dialog("dialog:not([open])") {
        // Refused only when it is open already.
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog before it is taken out of the page, which gives the keyboard back.
pub(crate) fn close_dialog() {
    if let Some(dialog) = dialog("dialog[open]") {
        dialog.close();
    }
}

fn dialog(selector: &str) -> Option<HtmlDialogElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}
