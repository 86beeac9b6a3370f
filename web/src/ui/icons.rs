//! The icons: one family, drawn by us, so that they look the same on every machine.
//!
//! Each is drawn on a grid of 24 units with a stroke of 1.7 and round caps, in `currentColor`, so that the
//! tile or button around it decides the colour. They are decoration to a screen reader: the element that holds
//! one carries the name.

use yew::{AttrValue, Html};

/// What an unknown name looks like; a macro because `concat!` takes literals only.
macro_rules! unknown {
    () => {
        "<circle cx=\"12\" cy=\"12\" r=\"7\"/>"
    };
}

/// Generates the table of icons: the inner SVG and the whole element, both known at compile time, so that
/// showing an icon allocates nothing and the virtual DOM compares two pointers.
macro_rules! icons {
    ($($name:literal => $inner:expr,)*) => {
        /// The names of all icons.
        #[cfg(test)]
        const NAMES: &[&str] = &[$($name),*];

        /// What is inside the `<svg>` of an icon; a plain ring for a name that is not known.
        ///
        /// For drawings that are not made by Yew; the outer element must set the same stroke as [`icon`] does.
        #[allow(dead_code, reason = "for drawings outside Yew: the exported picture, the embed")]
        pub(crate) fn icon_path(name: &str) -> &'static str {
            match name { $($name => $inner,)* _ => unknown!() }
        }

        fn whole(name: &str) -> &'static str {
            match name { $($name => svg!($inner),)* _ => svg!(unknown!()) }
        }
    };
}

macro_rules! svg {
    ($inner:expr) => {
        concat!(
            "<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"20\" height=\"20\" fill=\"none\" ",
            "stroke=\"currentColor\" stroke-width=\"1.7\" stroke-linecap=\"round\" stroke-linejoin=\"round\" ",
            "aria-hidden=\"true\" focusable=\"false\">",
            $inner,
            "</svg>"
        )
    };
}

/// An icon by name, 20 px unless the style sheet says otherwise (`svg.icon`), hidden from screen readers.
pub(crate) fn icon(name: &str) -> Html {
    Html::from_html_unchecked(AttrValue::Static(whole(name)))
}

icons! {
    // The product.
    "logo" => r#"<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M6.5 0h11A6.5 6.5 0 0 1 24 6.5v11a6.5 6.5 0 0 1-6.5 6.5h-11A6.5 6.5 0 0 1 0 17.5v-11A6.5 6.5 0 0 1 6.5 0zM5 15.8a1.15 1.15 0 0 0 0 2.3h4.5a1.15 1.15 0 0 0 1.15-1.15V13.3h3.85a1.15 1.15 0 0 0 1.15-1.15V8.2H19a1.15 1.15 0 0 0 0-2.3h-4.5a1.15 1.15 0 0 0-1.15 1.15V11H9.5a1.15 1.15 0 0 0-1.15 1.15v3.65z"/>"#,
    // Components.
    "clients" => r#"<circle cx="12" cy="8" r="3.9"/><path d="M4.8 20c.5-3.9 3.3-6.1 7.2-6.1s6.7 2.2 7.2 6.1"/>"#,
    "cdn" => r#"<circle cx="12" cy="12" r="8.8"/><path d="M3.2 12h17.6M12 3.2c2.5 2.4 3.7 5.3 3.7 8.8s-1.2 6.4-3.7 8.8c-2.5-2.4-3.7-5.3-3.7-8.8s1.2-6.4 3.7-8.8z"/>"#,
    "load-balancer" => r#"<circle cx="5" cy="12" r="2.1"/><circle cx="18.8" cy="5" r="2.1"/><circle cx="18.8" cy="12" r="2.1"/><circle cx="18.8" cy="19" r="2.1"/><path d="M7.1 12h9.6M6.8 10.9l10.1-5M6.8 13.1l10.1 5"/>"#,
    "service" => r#"<rect x="3.8" y="4" width="16.4" height="6.9" rx="2"/><rect x="3.8" y="13.1" width="16.4" height="6.9" rx="2"/><path d="M7.4 7.45h.01M7.4 16.55h.01M11 7.45h5.4M11 16.55h5.4"/>"#,
    "cache" => r#"<path d="M13.2 3 5.2 13.4h5.5L9.9 21l8.9-11.2h-6z"/>"#,
    "database" => r#"<ellipse cx="12" cy="5.8" rx="7.2" ry="2.8"/><path d="M4.8 5.8v12.4c0 1.55 3.2 2.8 7.2 2.8s7.2-1.25 7.2-2.8V5.8M4.8 12c0 1.55 3.2 2.8 7.2 2.8s7.2-1.25 7.2-2.8"/>"#,
    "nosql-table" => r#"<rect x="3.4" y="4" width="17.2" height="16" rx="2.2"/><path d="M9.1 4v16M14.9 4v16M5.6 8h1.2M11.4 8h1.2M17.2 8h1.2M5.6 12h1.2M11.4 12h1.2M11.4 16h1.2"/>"#,
    "object-store" => r#"<path d="M4.2 6.4 6 18.8c.2 1.2 2.8 2.2 6 2.2s5.8-1 6-2.2l1.8-12.4"/><ellipse cx="12" cy="6" rx="7.8" ry="2.8"/>"#,
    "quorum-store" => r#"<ellipse cx="12" cy="5.2" rx="4" ry="1.8"/><path d="M8 5.2v3.2c0 1 1.8 1.8 4 1.8s4-.8 4-1.8V5.2"/><ellipse cx="6.4" cy="15.2" rx="3.8" ry="1.7"/><path d="M2.6 15.2v3.2c0 1 1.7 1.7 3.8 1.7s3.8-.7 3.8-1.7v-3.2"/><ellipse cx="17.6" cy="15.2" rx="3.8" ry="1.7"/><path d="M13.8 15.2v3.2c0 1 1.7 1.7 3.8 1.7s3.8-.7 3.8-1.7v-3.2"/>"#,
    "search-index" => r#"<path d="M3.6 5h16.8M3.6 10h6.2M3.6 15h5.2M3.6 20h6.2"/><circle cx="15.2" cy="14" r="4.2"/><path d="m18.3 17.1 3 3"/>"#,
    "vector-store" => r#"<circle cx="5.4" cy="17.6" r="2"/><circle cx="11" cy="6" r="2"/><circle cx="18.6" cy="10.4" r="2"/><circle cx="14.6" cy="18.6" r="2"/><path d="m6.3 15.8 3.8-8M12.8 7l4 2.3M17.9 12.3l-2.5 4.4M7.4 17.8l5.2.6"/>"#,
    "queue" => r#"<path d="M3 7.4h18M3 16.6h18"/><rect x="4.4" y="9.7" width="3.4" height="4.6" rx="1"/><rect x="10.1" y="9.7" width="3.4" height="4.6" rx="1"/><rect x="15.8" y="9.7" width="3.4" height="4.6" rx="1"/>"#,
    "topic" => r#"<circle cx="12" cy="11.4" r="2.5"/><circle cx="5" cy="5" r="1.9"/><circle cx="19" cy="5" r="1.9"/><circle cx="12" cy="20" r="1.9"/><path d="m10.2 9.7-3.8-3.4M13.8 9.7l3.8-3.4M12 13.9v4.2"/>"#,
    "stream" => r#"<path d="M3 6.2h11.6M3 12h17.4M3 17.8h8.4M18 9.4l2.6 2.6-2.6 2.6"/><path d="M6.4 4.4v3.6M10 4.4v3.6M6.4 10.2v3.6M10 10.2v3.6M13.6 10.2v3.6M6.4 16v3.6"/>"#,
    "worker" => r#"<circle cx="12" cy="12" r="3"/><path d="M12 2.8v3.1M12 18.1v3.1M2.8 12h3.1M18.1 12h3.1M5.5 5.5l2.2 2.2M16.3 16.3l2.2 2.2M18.5 5.5l-2.2 2.2M7.7 16.3l-2.2 2.2"/><circle cx="12" cy="12" r="6.2"/>"#,
    // Running.
    "play" => r#"<path d="M7.4 4.9c0-.8.9-1.3 1.6-.9l10.8 7.1c.7.4.7 1.4 0 1.8L9 20c-.7.4-1.6-.1-1.6-.9z" fill="currentColor"/>"#,
    "pause" => r#"<path d="M8.2 5v14M15.8 5v14" stroke-width="3.2"/>"#,
    "step" => r#"<path d="M5.4 5.4c0-.7.8-1.1 1.4-.7l9 6.5c.5.4.5 1.2 0 1.6l-9 6.5c-.6.4-1.4 0-1.4-.7zM19.2 4.8v14.4"/>"#,
    "reset" => r#"<path d="M4.4 4v5.2h5.2M4.8 9A8.2 8.2 0 1 1 3.8 13.2"/>"#,
    "crash" => r#"<path d="M12 2.8v3.4M12 17.8v3.4M2.8 12h3.4M17.8 12h3.4M5.5 5.5l2.4 2.4M16.1 16.1l2.4 2.4M18.5 5.5l-2.4 2.4M7.9 16.1l-2.4 2.4M10.4 10.4l3.2 3.2M13.6 10.4l-3.2 3.2"/>"#,
    "flush" => r#"<path d="M12 3.2c3.4 3.9 5.8 7 5.8 10.2a5.8 5.8 0 0 1-11.6 0c0-3.2 2.4-6.3 5.8-10.2zM3.4 3.4l17.2 17.2"/>"#,
    "cut" => r#"<path d="M2.8 12h5.4M15.8 12h5.4M9.4 15.6l-1.6 2.6M16.2 5.8l-1.6 2.6M12 15.8v3.4M12 4.8v3.4"/>"#,
    "mend" => r#"<path d="M2.8 12h18.4M8.2 8.4v7.2M15.8 8.4v7.2"/>"#,
    // Editing.
    "undo" => r#"<path d="M8.2 4.6 4 8.8 8.2 13M4.2 8.8h9.6a5.4 5.4 0 0 1 0 10.8H9.4"/>"#,
    "redo" => r#"<path d="M15.8 4.6 20 8.8 15.8 13M19.8 8.8h-9.6a5.4 5.4 0 0 0 0 10.8h4.4"/>"#,
    "trash" => r#"<path d="M4 6.6h16M9.2 6.4V4.8c0-.8.6-1.4 1.4-1.4h2.8c.8 0 1.4.6 1.4 1.4v1.6M6 6.8l.8 12c.1 1 .9 1.8 1.9 1.8h6.6c1 0 1.8-.8 1.9-1.8l.8-12M10.2 10.8v5.8M13.8 10.8v5.8"/>"#,
    "duplicate" => r#"<rect x="8.6" y="8.6" width="11.8" height="11.8" rx="2.4"/><path d="M5.6 15.4h-.2a2 2 0 0 1-1.8-2V5.6a2 2 0 0 1 2-2h7.8a2 2 0 0 1 2 1.8v.2"/>"#,
    "copy" => r#"<rect x="8.6" y="8.6" width="11.8" height="11.8" rx="2.4"/><path d="M5.6 15.4h-.2a2 2 0 0 1-1.8-2V5.6a2 2 0 0 1 2-2h7.8a2 2 0 0 1 2 1.8v.2"/>"#,
    "link" => r#"<path d="M10 14a4.1 4.1 0 0 0 5.9.2l3.3-3.3a4.15 4.15 0 0 0-5.9-5.9l-1.7 1.7M14 10a4.1 4.1 0 0 0-5.9-.2l-3.3 3.3a4.15 4.15 0 0 0 5.9 5.9l1.7-1.7"/>"#,
    "layout" => r#"<rect x="2.8" y="9.2" width="5.6" height="5.6" rx="1.6"/><rect x="15.6" y="3.2" width="5.6" height="5.6" rx="1.6"/><rect x="15.6" y="15.2" width="5.6" height="5.6" rx="1.6"/><path d="M8.4 12h3.6M15.6 6H14a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h1.6"/>"#,
    "fit" => r#"<path d="M3.8 8.6V5.8a2 2 0 0 1 2-2h2.8M15.4 3.8h2.8a2 2 0 0 1 2 2v2.8M20.2 15.4v2.8a2 2 0 0 1-2 2h-2.8M8.6 20.2H5.8a2 2 0 0 1-2-2v-2.8M9 12h6M12 9v6"/>"#,
    // Files and sharing.
    "open" => r#"<path d="M3.4 18.4V6.6c0-1 .8-1.8 1.8-1.8h3.6c.5 0 1 .2 1.3.6l1.2 1.4h6.1c1 0 1.8.8 1.8 1.8v1.2M3.6 18.8l2.2-7.4c.2-.8.9-1.4 1.8-1.4h11.8c1.2 0 2 1.1 1.7 2.3l-1.6 5.5c-.2.8-.9 1.4-1.8 1.4H4.8c-.6 0-1-.2-1.2-.4z"/>"#,
    "save" => r#"<path d="M4 6a2 2 0 0 1 2-2h9.6L20 8.4V18a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM8 4.2v4.4h6.4V4.2M7.6 19.8v-5.2c0-.5.4-1 1-1h6.8c.6 0 1 .5 1 1v5.2"/>"#,
    "share" => r#"<path d="M12 15V3.6M7.8 7.4 12 3.4l4.2 4M5 12.4v6a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-6"/>"#,
    "download" => r#"<path d="M12 3.6V15M7.8 11.2l4.2 4 4.2-4M4.6 20.2h14.8"/>"#,
    // The page.
    "search" => r#"<circle cx="10.6" cy="10.6" r="6.4"/><path d="m15.4 15.4 5 5"/>"#,
    "theme" => r#"<circle cx="12" cy="12" r="8.6"/><path d="M12 3.4a8.6 8.6 0 0 1 0 17.2z" fill="currentColor"/>"#,
    "help" => r#"<circle cx="12" cy="12" r="8.8"/><path d="M9.4 9.6c.2-1.5 1.2-2.4 2.7-2.4s2.7 1 2.7 2.4c0 2-2.8 2.2-2.8 4.2M12 16.9h.01"/>"#,
    "close" => r#"<path d="m5.6 5.6 12.8 12.8M18.4 5.6 5.6 18.4"/>"#,
    "plus" => r#"<path d="M12 4.8v14.4M4.8 12h14.4"/>"#,
    "minus" => r#"<path d="M4.8 12h14.4"/>"#,
    "menu" => r#"<path d="M4 6.6h16M4 12h16M4 17.4h16"/>"#,
    "chevron" => r#"<path d="m6 9.2 6 6 6-6"/>"#,
    "warning" => r#"<path d="M10.3 4.6 2.9 17.5a2 2 0 0 0 1.7 2.9h14.8a2 2 0 0 0 1.7-2.9L13.7 4.6a2 2 0 0 0-3.4 0zM12 9.4v4.4M12 17h.01"/>"#,
    "check" => r#"<path d="m4.6 12.8 4.8 4.8L19.4 6.6"/>"#,
    "chart" => r#"<path d="M3.8 3.8v14.4a2 2 0 0 0 2 2h14.4M7.6 15l3.8-4.6 3.2 2.8 5-6.2"/>"#,
    "table" => r#"<rect x="3.4" y="4.4" width="17.2" height="15.2" rx="2.2"/><path d="M3.4 9.6h17.2M3.4 14.6h17.2M9.4 9.6v10"/>"#,
    "sliders" => r#"<path d="M3.6 7.2h8.6M17.4 7.2h3M3.6 16.8h3M11.8 16.8h8.6"/><circle cx="14.8" cy="7.2" r="2.6"/><circle cx="9.2" cy="16.8" r="2.6"/>"#,
}

/// Drawn ahead, for what the page does not have yet: of the family and tested with it, but no part of the program.
/// A drawing moves up into the table with its first use.
#[cfg(test)]
const AHEAD: &[(&str, &str)] = &[
    (
        "gateway",
        r#"<path d="M4.2 20.4V11a7.8 7.8 0 0 1 15.6 0v9.4zM8.6 20.4v-8.8a3.4 3.4 0 0 1 6.8 0v8.8M12 3.2v5"/>"#,
    ),
    (
        "serverless",
        r#"<path d="M5.6 20.4 11.2 9M7.4 3.6h1.4c.9 0 1.5.4 1.8 1.3l4.6 14c.3.9.8 1.5 1.8 1.5h1.4"/>"#,
    ),
    (
        "inference",
        r#"<rect x="6.2" y="6.2" width="11.6" height="11.6" rx="2.4"/><rect x="10" y="10" width="4" height="4" rx=".8"/><path d="M9.2 3v3.2M14.8 3v3.2M9.2 17.8V21M14.8 17.8V21M3 9.2h3.2M3 14.8h3.2M17.8 9.2H21M17.8 14.8H21"/>"#,
    ),
    (
        "queue",
        r#"<rect x="2.6" y="8" width="3.9" height="8" rx="1.2"/><rect x="8.4" y="8" width="3.9" height="8" rx="1.2"/><path d="M15 12h6.4M18.8 9.4l2.6 2.6-2.6 2.6"/>"#,
    ),
    (
        "autoscaler",
        r#"<path d="M3.6 20.4h16.8M6.2 20v-4.4M11 20v-7M15.8 20V9.4M12.8 6.6l3-3 3 3M15.8 3.8v3.4"/>"#,
    ),
    (
        "edit",
        r#"<path d="M4 20l.9-4L16.2 4.7a1.9 1.9 0 0 1 2.7 0l.4.4a1.9 1.9 0 0 1 0 2.7L8 19.1zM14 7l3 3"/>"#,
    ),
    ("more", r#"<path d="M5.4 12h.01M12 12h.01M18.6 12h.01" stroke-width="2.6"/>"#),
    (
        "live",
        r#"<circle cx="12" cy="12" r="2.6" fill="currentColor"/><path d="M7 17a7.1 7.1 0 0 1 0-10M17 7a7.1 7.1 0 0 1 0 10M4.4 19.6a10.8 10.8 0 0 1 0-15.2M19.6 4.4a10.8 10.8 0 0 1 0 15.2"/>"#,
    ),
    ("pin", r#"<path d="M9 3.8h6M10 4v5.4L6.8 13v1.6h10.4V13L14 9.4V4M12 14.8v5.6"/>"#),
    ("info", r#"<circle cx="12" cy="12" r="8.8"/><path d="M12 11.2v5.4M12 7.6h.01"/>"#),
    (
        "settings",
        r#"<circle cx="12" cy="12" r="3"/><path d="M12 3.2v2.6M12 18.2v2.6M3.2 12h2.6M18.2 12h2.6M5.8 5.8l1.8 1.8M16.4 16.4l1.8 1.8M18.2 5.8l-1.8 1.8M7.6 16.4l-1.8 1.8"/>"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_component_has_an_icon() {
        for kind in tenfold::components::Kind::ALL {
            let word = kind.info().word;
            assert_ne!(icon_path(word), unknown!(), "{word}");
        }
    }

    #[test]
    fn every_icon_is_one_well_formed_drawing() {
        let used = NAMES.iter().map(|name| (*name, icon_path(name)));
        for (name, path) in used.chain(AHEAD.iter().copied()) {
            assert_eq!(path.matches('<').count(), path.matches("/>").count(), "{name}");
            assert!(!path.contains("style="), "{name}: style attributes break under a strict CSP");
        }
        assert!(NAMES.iter().all(|name| whole(name).contains(icon_path(name))));
    }
}
