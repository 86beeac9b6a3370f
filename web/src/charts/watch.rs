//! Hears of changes of the page that no property tells: sizes, colour schemes, pixel ratios, late fonts.

use super::surface::device_pixel_ratio;
use std::fmt;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, EventTarget, MediaQueryList, ResizeObserver};

/// Media features that change the colours.
const COLOURS: [&str; 3] =
    ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];

/// Hears of changes until it is dropped.
pub(crate) struct PageWatch {
    closure: Closure<dyn FnMut()>,
    sizes: Option<ResizeObserver>,
    targets: Vec<EventTarget>,
}

impl PageWatch {
    /// Calls `changed` when the size of one of the elements, the colour scheme, the contrast or the pixel ratio
    /// changes, or when a font has arrived.
    pub(crate) fn new(
        elements: impl IntoIterator<Item = Element>,
        changed: impl Fn() + 'static,
    ) -> PageWatch {
        let closure = Closure::<dyn FnMut()>::new(changed);
        let function = closure.as_ref().unchecked_ref();
        let sizes = ResizeObserver::new(function).ok();
        if let Some(sizes) = &sizes {
            elements.into_iter().for_each(|element| sizes.observe(&element));
        }
        let window = web_sys::window();
        // Holds for the ratio of now; a change of it makes a new size too, so the next one is seen as well.
        let ratio = format!("(resolution: {}dppx)", device_pixel_ratio());
        let list = |query: &str| window.as_ref()?.match_media(query).ok().flatten();
        let lists = COLOURS.into_iter().chain([ratio.as_str()]).filter_map(list);
        let mut targets: Vec<EventTarget> = lists.map(MediaQueryList::unchecked_into).collect();
        targets.iter().for_each(|target| drop(target.add_event_listener_with_callback("change", function)));
        if let Some(document) = window.as_ref().and_then(web_sys::Window::document) {
            let fonts: EventTarget = document.fonts().unchecked_into();
            drop(fonts.add_event_listener_with_callback("loadingdone", function));
            targets.push(fonts);
        }
        PageWatch { closure, sizes, targets }
    }
}

impl Drop for PageWatch {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        if let Some(sizes) = &self.sizes {
            sizes.disconnect();
        }
        for target in &self.targets {
            for event in ["change", "loadingdone"] {
                drop(target.remove_event_listener_with_callback(event, function));
            }
        }
    }
}

impl fmt::Debug for PageWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageWatch({} targets)", self.targets.len())
    }
}
