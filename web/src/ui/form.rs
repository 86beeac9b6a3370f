//! A form from the typed field table: one control per shape. Values go in and out as the file writes them.

mod controls;
mod words;

use super::entry::Entry;
use super::icons::icon;
use crate::state::{Trouble, scale_of, typed};
use serde_json::Value as Json;
use std::cell::Cell;
use std::rc::Rc;
use tenfold::model::{Case, FieldInfo, FieldPath, Shape};
use web_sys::{HtmlInputElement, InputEvent};
use words::{first_value, help, in_words, label_with_unit, shown, unit};
use yew::{AttrValue, Callback, Event, Html, TargetCast, classes, html};

thread_local! {
    static GESTURE: Cell<u64> = const { Cell::new(1) };
}

/// The number of the gesture under way at the slider called `name`.
pub(crate) fn gesture_of(name: &str) -> u64 {
    let base = GESTURE.with(Cell::get) << 20;
    base | name.bytes().fold(0_u64, |h, b| (h * 31 + u64::from(b)) & 0xf_ffff)
}

/// The hand has let go: the next movement is another gesture.
pub(crate) fn end_gesture() {
    GESTURE.with(|g| g.set(g.get() + 1));
}

/// Takes the new value of the field at a path.
pub(crate) type Setter = Rc<dyn Fn(&FieldPath, Json, Option<u64>)>;

/// What a form needs to know.
#[derive(Clone)]
pub(crate) struct Form<'a> {
    pub(crate) problems: &'a [Trouble],
    /// The names a list of texts may hold.
    pub(crate) names: &'a [String],
    /// The ids that a text called `component` or `link` may hold.
    pub(crate) components: &'a [(String, String)],
    pub(crate) links: &'a [(String, String)],
    pub(crate) set: Setter,
}

/// One field with its value.
pub(crate) struct Slot<'a> {
    pub(crate) info: &'static FieldInfo,
    pub(crate) value: &'a Json,
    /// Its default, when it has one that can be gone back to.
    pub(crate) default: Option<&'a Json>,
    pub(crate) at: FieldPath,
    /// For tests: `field-` and this.
    pub(crate) key: String,
}

impl Form<'_> {
    fn error(&self, at: &FieldPath) -> Option<AttrValue> {
        self.problems.iter().find(|t| t.at == *at).map(|t| AttrValue::from(t.text.clone()))
    }

    fn setter(&self, at: &FieldPath) -> Callback<Json> {
        let (set, at) = (self.set.clone(), at.clone());
        Callback::from(move |value| set(&at, value, None))
    }

    /// A field with its label, control, help and error.
    pub(crate) fn field(&self, slot: &Slot<'_>) -> Html {
        let error = self.error(&slot.at);
        let id = format!("at-{}", slot.at);
        let note = format!("{id}-note");
        let class = classes!("field", error.is_some().then_some("refused"));
        html! {
            <div {class} {id} key={slot.key.clone()}>
                <div class="field-row">
                    { help(slot) }
                    { self.reset(slot) }
                    { self.control(slot, slot.info.shape, error.clone(), &note) }
                </div>
                { self.below(slot) }
                <p class="error" id={note} hidden={error.is_none()}>{ icon("warning") }<span>{ error.clone().unwrap_or_default() }</span></p>
            </div>
        }
    }

    fn reset(&self, slot: &Slot<'_>) -> Html {
        let Some(default) = slot.default.filter(|d| *d != slot.value) else {
            return html! { <span class="reset-none"></span> };
        };
        let label = format!("Reset {} to its default, {}", slot.info.label, in_words(default));
        let (set, default) = (self.setter(&slot.at), default.clone());
        html! {
            <button class="reset" data-testid={format!("reset-{}", slot.key)} aria-label={label.clone()} title={label} onclick={move |_| set.emit(default.clone())}>{ icon("reset") }</button>
        }
    }

    /// The control beside the label.
    fn control(&self, slot: &Slot<'_>, shape: Shape, error: Option<AttrValue>, note: &str) -> Html {
        match shape {
            Shape::Flag => self.flag(slot),
            Shape::Choice(choices) => self.choice(slot, choices),
            Shape::Variant { tag, cases } => self.cases(slot, tag, cases),
            Shape::List(_) => html! {},
            Shape::Text { max_chars } if max_chars > 200 => html! {},
            Shape::Text { .. } if slot.info.key == "component" => self.pick(slot, self.components),
            Shape::Text { .. } if slot.info.key == "link" => self.pick(slot, self.links),
            Shape::Optional { shape, absent } => html! {
                <div class="optional">
                    { self.absent(slot, *shape, absent) }
                    if !slot.value.is_null() { { self.control(slot, *shape, error, note) } }
                </div>
            },
            _ => self.entry(slot, shape, error, note),
        }
    }

    fn entry(&self, slot: &Slot<'_>, shape: Shape, error: Option<AttrValue>, note: &str) -> Html {
        let set = self.setter(&slot.at);
        let before = slot.value.clone();
        let commit = Callback::from(move |text: String| set.emit(typed(&shape, &text, &before)));
        let unit = unit(&shape);
        let class = if unit.is_empty() { "value" } else { "value has-unit" };
        html! {
            <span class="measure">
                <Entry {class} id={format!("field {}", slot.at)} testid={format!("field-{}", slot.key)} label={label_with_unit(slot.info)}
                    value={shown(slot.value)} {error} describedby={AttrValue::from(note.to_owned())} {commit} />
                if !unit.is_empty() { <span class="unit" aria-hidden="true">{ unit }</span> }
            </span>
        }
    }

    fn absent(&self, slot: &Slot<'_>, shape: Shape, absent: &'static str) -> Html {
        let is_absent = slot.value.is_null();
        let set = self.setter(&slot.at);
        let present = slot.default.filter(|d| !d.is_null()).cloned().unwrap_or_else(|| first_value(&shape));
        let onchange =
            Callback::from(move |_: Event| set.emit(if is_absent { present.clone() } else { Json::Null }));
        html! {
            <label class="absent">
                <input type="checkbox" checked={is_absent} data-testid={format!("field-{}-absent", slot.key)} aria-label={format!("{}: {absent}", slot.info.label)} {onchange} />
                <span>{ absent }</span>
            </label>
        }
    }

    /// What stands under the label and its control: a slider, the fields of a case, a list, a long text.
    fn below(&self, slot: &Slot<'_>) -> Html {
        match slot.info.shape {
            Shape::Variant { tag, cases } => self.case_fields(slot, tag, cases),
            Shape::List(_) => self.list(slot),
            Shape::Text { max_chars } if max_chars > 200 => self.long_text(slot),
            Shape::Choice(_) | Shape::Flag | Shape::Text { .. } => html! {},
            shape => self.slider(slot, &shape),
        }
    }

    fn slider(&self, slot: &Slot<'_>, shape: &Shape) -> Html {
        let anchor = slot.default.filter(|d| !d.is_null()).unwrap_or(slot.value);
        let Some(scale) = scale_of(shape, anchor).filter(|_| !slot.value.is_null()) else { return html! {} };
        let (set, at, shape) = (self.set.clone(), slot.at.clone(), *shape);
        let gesture = gesture_of(&slot.at.to_string());
        let oninput = Callback::from(move |event: InputEvent| {
            let position = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
            set(&at, scale.value(&shape, position), Some(gesture));
        });
        let onchange = Callback::from(|_: Event| end_gesture());
        html! {
            <input type="range" class="slider" min="0" max="1000" step="1" value={scale.position(&shape, slot.value).to_string()}
                aria-label={slot.info.label} aria-valuetext={in_words(slot.value)} data-testid={format!("slider-{}", slot.key)} {oninput} {onchange} />
        }
    }

    fn case_fields(&self, slot: &Slot<'_>, tag: &'static str, cases: &'static [Case]) -> Html {
        let word = slot.value.get(tag).and_then(Json::as_str).unwrap_or_default();
        let Some(case) = cases.iter().find(|c| c.value == word) else { return html! {} };
        // A field of the record is set by setting the whole record.
        let (outer, whole, path) = (self.set.clone(), slot.value.clone(), slot.at.clone());
        let set: Setter = Rc::new(move |at, value, gesture| {
            let mut record = whole.clone();
            if let (Some(tenfold::model::Step::Field(key)), Json::Object(record)) =
                (at.0.get(path.0.len()), &mut record)
            {
                record.insert(key.clone(), value);
            }
            outer(&path, record, gesture);
        });
        let inner = Form { set, ..self.clone() };
        html! {
            <div class="case" key={case.value}>
                { for case.fields.iter().map(|f| {
                    let default: Json = serde_json::from_str(f.default).unwrap_or_default();
                    let value = slot.value.get(f.info.key).unwrap_or(&default);
                    let same = slot.default.and_then(|d| (d.get(tag) == slot.value.get(tag)).then(|| d.get(f.info.key)).flatten());
                    let key = format!("{}-{}", slot.key, f.info.key);
                    inner.field(&Slot { info: &f.info, value, default: same.or(Some(&default)), at: slot.at.field(f.info.key), key })
                }) }
            </div>
        }
    }
}
