//! What the keys mean.

use super::{Action, Dialog, State};
use crate::geometry::Heading;
use tenfold::model::Point;

/// How far alt or ctrl with an arrow moves a component.
const NUDGE: f64 = 12.0;

/// A key that went down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// As the browser names it.
    pub(crate) name: String,
    pub(crate) shift: bool,
    /// Ctrl, or cmd on a Mac.
    pub(crate) ctrl: bool,
    pub(crate) alt: bool,
    /// The canvas, or a component on it, has the focus.
    pub(crate) on_canvas: bool,
    /// A text is being written, so that only what no text needs may act.
    pub(crate) in_text: bool,
    /// The focus is on a button or the like, which Enter and Space press.
    pub(crate) on_control: bool,
}

/// What a key asks for, if anything.
pub(crate) fn key_action(state: &State, key: &Key) -> Option<Action> {
    if state.dialog.is_some() || key.in_text {
        return None;
    }
    if key.ctrl && !key.alt {
        return with_ctrl(key).or_else(|| key.on_canvas.then(|| nudge(key)).flatten());
    }
    if key.name == "?" {
        return Some(Action::Open(Dialog::Help));
    }
    if key.name == "Escape" {
        return Some(Action::Escape);
    }
    if key.name == " " && !key.on_control && !key.alt {
        // It runs or pauses when it comes up again, unless something was dragged meanwhile.
        return Some(Action::Space(true));
    }
    if !key.on_canvas {
        return None;
    }
    if key.alt {
        return nudge(key);
    }
    on_canvas(state, key)
}

fn with_ctrl(key: &Key) -> Option<Action> {
    Some(match (key.name.to_ascii_lowercase().as_str(), key.shift) {
        ("z", false) => Action::Undo,
        ("z", true) | ("y", false) => Action::Redo,
        ("s", false) => Action::SaveFile,
        ("a", false) if key.on_canvas => Action::SelectAll,
        ("d", false) if key.on_canvas => Action::Duplicate,
        _ => return None,
    })
}

fn heading(key: &Key) -> Option<Heading> {
    Some(match key.name.as_str() {
        "ArrowLeft" => Heading::Left,
        "ArrowRight" => Heading::Right,
        "ArrowUp" => Heading::Up,
        "ArrowDown" => Heading::Down,
        _ => return None,
    })
}

fn nudge(key: &Key) -> Option<Action> {
    let (x, y) = heading(key)?.step();
    let far = if key.shift { 5.0 * NUDGE } else { NUDGE };
    Some(Action::Nudge { by: Point { x: x * far, y: y * far } })
}

fn on_canvas(state: &State, key: &Key) -> Option<Action> {
    if let Some(heading) = heading(key) {
        return Some(Action::Walk(heading));
    }
    Some(match key.name.as_str() {
        "Enter" => Action::Confirm,
        "Delete" | "Backspace" => Action::Delete,
        "F2" => Action::Rename(state.view.focus.clone()),
        "c" | "C" => Action::StartWire(None),
        "l" | "L" => Action::LayOut,
        "+" | "=" => Action::Zoom(1.2),
        "-" => Action::Zoom(1.0 / 1.2),
        "0" => Action::ZoomReset,
        "1" => Action::Fit,
        _ => return None,
    })
}

/// The keys for the help, as people write them.
pub(crate) const KEYS: &[(&str, &str)] = &[
    ("Space", "run or pause"),
    ("Arrows", "walk to the neighbour"),
    ("Alt or Ctrl + arrows", "move (with Shift, further)"),
    ("C, arrows, Enter", "connect to another component"),
    ("Enter", "open its settings"),
    ("F2", "rename"),
    ("Delete", "delete"),
    ("Ctrl + D", "duplicate"),
    ("Ctrl + C, X, V", "copy, cut, paste"),
    ("Ctrl + A", "select all"),
    ("Ctrl + Z", "undo"),
    ("Ctrl + Shift + Z, Ctrl + Y", "redo"),
    ("Ctrl + S", "save as a file"),
    ("+ and −", "zoom in and out"),
    ("0, 1", "life size, fit all"),
    ("L", "lay out"),
    ("Shift + drag", "select with a box"),
    ("Space + drag", "move the view"),
    ("Ctrl + wheel", "zoom to the cursor"),
    ("Escape", "leave, or select nothing"),
    ("?", "this list"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key {
            name: name.into(),
            shift: false,
            ctrl: false,
            alt: false,
            on_canvas: true,
            in_text: false,
            on_control: false,
        }
    }

    #[test]
    fn single_letters_act_on_the_canvas_only_and_nothing_acts_in_a_text() {
        let state = State::default();
        assert!(matches!(key_action(&state, &key("l")), Some(Action::LayOut)));
        assert!(key_action(&state, &Key { on_canvas: false, ..key("l") }).is_none());
        for name in ["l", "Delete", " ", "?", "z"] {
            assert!(
                key_action(&state, &Key { in_text: true, ctrl: name == "z", ..key(name) }).is_none(),
                "{name}"
            );
        }
    }

    #[test]
    fn undo_and_redo_have_all_their_usual_keys() {
        let state = State::default();
        let ctrl =
            |name: &str, shift| key_action(&state, &Key { ctrl: true, shift, on_canvas: false, ..key(name) });
        assert!(matches!(ctrl("z", false), Some(Action::Undo)));
        assert!(matches!(ctrl("Z", true), Some(Action::Redo)));
        assert!(matches!(ctrl("y", false), Some(Action::Redo)));
    }
}
