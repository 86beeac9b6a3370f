//! A form from the typed field table: one control per shape. Values go in and out as the file writes them.

mod controls;
mod words;

use super::el::{El, el};
use super::entry::{EntryProps, entry};
use super::icons::icon;
use crate::state::{Trouble, scale_of, typed};
use serde_json::Value as Json;
use std::cell::Cell;
use std::rc::Rc;
use tenfold::model::{Case, CaseField, FieldInfo, FieldPath, Shape};
use web_sys::{Event, HtmlInputElement, InputEvent};
use words::{first_value, help, in_words, label_with_unit, shown, unit};
use yew::{AttrValue, Callback, TargetCast};

thread_local! {
    static GESTURE: Cell<u64> = const { Cell::new(1) };
}

/// The number of the gesture under way at the slider called `name`.
pub(crate) fn gesture_of(name: &str) -> u64 {
    let base = GESTURE.with(Cell::get) << 20;
    base | name.bytes().fold(0_u64, |h, b| (h * 31 + u64::from(b)) & 0xf_ffff)
}

/// The hand has let go: the next movement is another gesture.
fn end_gesture() {
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

    /// A callback that sets the field at a path to a value.
    fn sets(&self, at: &FieldPath, value: Json) -> Callback<Event> {
        let set = self.setter(at);
        Callback::from(move |_| set.emit(value.clone()))
    }

    /// A field with its label, control, help and error.
    pub(crate) fn field(&self, slot: &Slot<'_>) -> El {
        let error = self.error(&slot.at);
        let refused = error.is_some();
        let id = format!("at-{}", slot.at);
        let note = format!("{id}-note");
        let words = el("p").class("error").id(&note).flag("hidden", !refused).child(icon("warning"));
        let words = words.child(el("span").child(error.clone().unwrap_or_default()));
        let row = el("div").class("field-row").child(help(slot)).child(self.reset(slot));
        el("div")
            .class(if refused { "field refused" } else { "field" })
            .id(id)
            .key(slot.key.as_str())
            .child(row.child(self.control(slot, slot.info.shape, error, &note)))
            .child(self.below(slot))
            .child(words)
    }

    /// A field that is of no use until the one called `other` is set.
    pub(crate) fn out_of_use(&self, slot: &Slot<'_>, other: &str) -> El {
        let row = el("div").class("field-row").child(help(slot)).child(el("span").class("reset-none"));
        let why = el("span").class("lacks").child(format!("needs “{other}”"));
        el("div").class("field").id(format!("at-{}", slot.at)).key(slot.key.as_str()).child(row.child(why))
    }

    fn reset(&self, slot: &Slot<'_>) -> El {
        let Some(default) = slot.default.filter(|d| *d != slot.value) else {
            return el("span").class("reset-none");
        };
        let label = format!("Reset {} to its default, {}", slot.info.label, in_words(default));
        let button = el("button").class("reset").testid(format!("reset-{}", slot.key)).label(&label);
        button.title(label).on("click", self.sets(&slot.at, default.clone())).child(icon("reset"))
    }

    /// The control beside the label.
    fn control(&self, slot: &Slot<'_>, shape: Shape, error: Option<AttrValue>, note: &str) -> Option<El> {
        Some(match shape {
            Shape::Flag => self.flag(slot),
            Shape::Choice(choices) => self.choice(slot, choices),
            Shape::Variant { tag, cases } => self.cases(slot, tag, cases),
            Shape::List(_) => return None,
            Shape::Text { max_chars } if max_chars > 200 => return None,
            Shape::Text { .. } if slot.info.key == "component" => self.pick(slot, self.components),
            Shape::Text { .. } if slot.info.key == "link" => self.pick(slot, self.links),
            Shape::Optional { shape, absent } => {
                let present = !slot.value.is_null();
                let value = present.then(|| self.control(slot, *shape, error, note)).flatten();
                el("div").class("optional").child(self.absent(slot, *shape, absent)).child(value)
            }
            _ => self.entry(slot, shape, error, note),
        })
    }

    fn entry(&self, slot: &Slot<'_>, shape: Shape, error: Option<AttrValue>, note: &str) -> El {
        let set = self.setter(&slot.at);
        let before = slot.value.clone();
        let commit = Callback::from(move |text: String| set.emit(typed(&shape, &text, &before)));
        let unit = unit(&shape);
        let entry = entry(EntryProps {
            class: if unit.is_empty() { "value" } else { "value has-unit" },
            id: format!("field {}", slot.at).into(),
            testid: format!("field-{}", slot.key).into(),
            label: label_with_unit(slot.info).into(),
            value: shown(slot.value).into(),
            error,
            describedby: Some(note.to_owned().into()),
            commit,
        });
        let unit = (!unit.is_empty()).then(|| el("span").class("unit").attr("aria-hidden", true).child(unit));
        el("span").class("measure").child(entry).child(unit)
    }

    fn absent(&self, slot: &Slot<'_>, shape: Shape, absent: &'static str) -> El {
        let is_absent = slot.value.is_null();
        let present = slot.default.filter(|d| !d.is_null()).cloned().unwrap_or_else(|| first_value(&shape));
        let other = if is_absent { present } else { Json::Null };
        let tick = el("input").attr("type", "checkbox").checked(is_absent);
        let tick = tick.testid(format!("field-{}-absent", slot.key));
        let tick = tick.label(format!("{}: {absent}", slot.info.label));
        let tick = tick.on("change", self.sets(&slot.at, other));
        el("label").class("absent").child(tick).child(el("span").child(absent))
    }

    /// What stands under the label and its control: a slider, the fields of a case, a list, a long text.
    fn below(&self, slot: &Slot<'_>) -> Option<El> {
        let shape = match slot.info.shape {
            Shape::Optional { shape: Shape::Variant { tag, cases }, .. } => Shape::Variant { tag, cases },
            shape => shape,
        };
        match shape {
            Shape::Variant { tag, cases } => self.case_fields(slot, tag, cases),
            Shape::List(_) => Some(self.list(slot)),
            Shape::Text { max_chars } if max_chars > 200 => Some(self.long_text(slot)),
            Shape::Choice(_) | Shape::Flag | Shape::Text { .. } => None,
            shape => self.slider(slot, shape),
        }
    }

    fn slider(&self, slot: &Slot<'_>, shape: Shape) -> Option<El> {
        let anchor = slot.default.filter(|d| !d.is_null()).unwrap_or(slot.value);
        let scale = scale_of(&shape, anchor).filter(|_| !slot.value.is_null())?;
        let (set, at) = (self.set.clone(), slot.at.clone());
        let gesture = gesture_of(&slot.at.to_string());
        let oninput = Callback::from(move |event: InputEvent| {
            let position = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
            set(&at, scale.value(&shape, position), Some(gesture));
        });
        let slider = range().class("slider").value(scale.position(&shape, slot.value).to_string());
        let slider = slider.label(slot.info.label).attr("aria-valuetext", in_words(slot.value));
        Some(slider.testid(format!("slider-{}", slot.key)).on("input", oninput))
    }

    fn case_fields(&self, slot: &Slot<'_>, tag: &'static str, cases: &'static [Case]) -> Option<El> {
        let word = slot.value.get(tag).and_then(Json::as_str).unwrap_or_default();
        let case = cases.iter().find(|c| c.value == word)?;
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
        let usual = slot.default.filter(|d| d.get(tag) == slot.value.get(tag));
        let field = |f: &'static CaseField| {
            let default: Json = serde_json::from_str(f.default).unwrap_or_default();
            let value = slot.value.get(f.info.key).unwrap_or(&default);
            let default = usual.and_then(|d| d.get(f.info.key)).unwrap_or(&default);
            let key = format!("{}-{}", slot.key, f.info.key);
            inner.field(&Slot {
                info: &f.info,
                value,
                default: Some(default),
                at: slot.at.field(f.info.key),
                key,
            })
        };
        Some(el("div").class("case").key(case.value).children(case.fields.iter().map(field)))
    }
}

/// A slider from 0 to 1000. All of one drag is one gesture; letting go ends it.
pub(crate) fn range() -> El {
    let slider = el("input").attr("type", "range").attr("min", "0").attr("max", "1000");
    slider.attr("step", "1").on("change", Callback::from(|_: Event| end_gesture()))
}
