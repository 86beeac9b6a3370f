//! A form from the typed field table: one control per shape. Values go in and out as the file writes them.

use super::entry::Entry;
use super::icons::icon;
use crate::state::{Trouble, scale_of, typed};
use serde_json::{Map, Value as Json};
use std::cell::Cell;
use std::rc::Rc;
use tenfold::model::{Case, Choice, FieldInfo, FieldPath, Shape};
use web_sys::{HtmlInputElement, HtmlSelectElement, InputEvent};
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

/// How a value reads.
pub(crate) fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
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
        let Some(default) = slot.default.filter(|d| *d != slot.value) else { return html! { <span class="reset-none"></span> } };
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
        let onchange = Callback::from(move |_: Event| set.emit(if is_absent { present.clone() } else { Json::Null }));
        html! {
            <label class="absent">
                <input type="checkbox" checked={is_absent} data-testid={format!("field-{}-absent", slot.key)} aria-label={format!("{}: {absent}", slot.info.label)} {onchange} />
                <span>{ absent }</span>
            </label>
        }
    }

    fn flag(&self, slot: &Slot<'_>) -> Html {
        let set = self.setter(&slot.at);
        let on = slot.value.as_bool().unwrap_or_default();
        let onchange = Callback::from(move |_: Event| set.emit((!on).into()));
        html! {
            <input type="checkbox" class="switch" role="switch" checked={on} aria-label={slot.info.label} data-testid={format!("field-{}", slot.key)} {onchange} />
        }
    }

    fn choice(&self, slot: &Slot<'_>, choices: &'static [Choice]) -> Html {
        let letters: usize = choices.iter().map(|c| c.label.chars().count() + 2).sum();
        if choices.len() <= 3 && letters <= 24 {
            return html! {
                <div class="segmented" role="group" aria-label={slot.info.label} data-testid={format!("field-{}", slot.key)}>
                    { for choices.iter().map(|c| {
                        let chosen = slot.value.as_str() == Some(c.value);
                        let set = self.setter(&slot.at);
                        html! {
                            <button key={c.value} class={classes!(chosen.then_some("chosen"))} aria-pressed={chosen.to_string()} title={c.help}
                                data-value={c.value} onclick={move |_| set.emit(c.value.into())}>{ c.label }</button>
                        }
                    }) }
                </div>
            };
        }
        let options = choices.iter().map(|c| (c.value.to_owned(), c.label.to_owned())).collect::<Vec<_>>();
        self.pick(slot, &options)
    }

    fn pick(&self, slot: &Slot<'_>, options: &[(String, String)]) -> Html {
        let set = self.setter(&slot.at);
        let onchange =
            Callback::from(move |event: Event| set.emit(event.target_unchecked_into::<HtmlSelectElement>().value().into()));
        let now = slot.value.as_str().unwrap_or_default();
        let known = options.iter().any(|(value, _)| value == now);
        html! {
            <select class="select" aria-label={slot.info.label} data-testid={format!("field-{}", slot.key)} {onchange}>
                if !known { <option key="" value={now.to_owned()} selected=true>{ if now.is_empty() { "choose…" } else { now } }</option> }
                { for options.iter().map(|(value, label)| html! {
                    <option key={format!("={value}")} value={value.clone()} selected={value == now}>{ label }</option>
                }) }
            </select>
        }
    }

    fn cases(&self, slot: &Slot<'_>, tag: &'static str, cases: &'static [Case]) -> Html {
        let set = self.setter(&slot.at);
        let before = slot.value.clone();
        let onchange = Callback::from(move |event: Event| {
            let word = event.target_unchecked_into::<HtmlSelectElement>().value();
            set.emit(other_case(&before, tag, cases, &word));
        });
        let now = slot.value.get(tag).and_then(Json::as_str).unwrap_or_default();
        html! {
            <select class="select" aria-label={slot.info.label} data-testid={format!("field-{}", slot.key)} {onchange}>
                { for cases.iter().map(|c| html! {
                    <option key={c.value} value={c.value} title={c.help} selected={c.value == now}>{ c.label }</option>
                }) }
            </select>
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
            let position: f64 = event.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or_default();
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
            if let (Some(tenfold::model::Step::Field(key)), Json::Object(record)) = (at.0.get(path.0.len()), &mut record) {
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

    fn list(&self, slot: &Slot<'_>) -> Html {
        let chosen: Vec<String> =
            slot.value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect();
        html! {
            <div class="checks" role="group" aria-label={slot.info.label} data-testid={format!("field-{}", slot.key)}>
                if self.names.is_empty() { <span class="muted">{ "all" }</span> }
                { for self.names.iter().map(|name| {
                    let is_in = chosen.is_empty() || chosen.contains(name);
                    let (set, chosen, all, name_in) = (self.setter(&slot.at), chosen.clone(), self.names.to_vec(), name.clone());
                    let onchange = Callback::from(move |_: Event| set.emit(toggled(&chosen, &all, &name_in)));
                    html! { <label key={name.clone()}><input type="checkbox" checked={is_in} {onchange} /><span>{ name }</span></label> }
                }) }
            </div>
        }
    }

    fn long_text(&self, slot: &Slot<'_>) -> Html {
        let set = self.setter(&slot.at);
        let onchange = Callback::from(move |event: Event| {
            set.emit(event.target_unchecked_into::<web_sys::HtmlTextAreaElement>().value().into());
        });
        html! {
            <textarea class="text" rows="3" aria-label={slot.info.label} data-testid={format!("field-{}", slot.key)} value={shown(slot.value)} {onchange}/>
        }
    }
}

/// All chosen is written as an empty list; the last one cannot be taken out.
fn toggled(chosen: &[String], all: &[String], name: &str) -> Json {
    let mut now: Vec<String> = if chosen.is_empty() { all.to_vec() } else { chosen.to_vec() };
    match now.iter().position(|n| n == name) {
        Some(at) if now.len() > 1 => drop(now.remove(at)),
        Some(_) => {}
        None => now.push(name.to_owned()),
    }
    if now.len() == all.len() { Json::Array(Vec::new()) } else { now.into() }
}

/// The record with another case: what both cases know is kept.
fn other_case(before: &Json, tag: &str, cases: &'static [Case], word: &str) -> Json {
    let mut record = Map::new();
    record.insert(tag.to_owned(), word.into());
    for field in cases.iter().find(|c| c.value == word).into_iter().flat_map(|c| c.fields) {
        let kept = before.get(field.info.key).cloned();
        let value = kept.or_else(|| serde_json::from_str(field.default).ok()).unwrap_or_default();
        record.insert(field.info.key.to_owned(), value);
    }
    record.into()
}

/// A value to begin with where there was none.
fn first_value(shape: &Shape) -> Json {
    match shape {
        Shape::Count { min, max, .. } => (*max).min((*min).max(8)).into(),
        Shape::Number { min, .. } => tenfold::model::FieldValue::to_json(min),
        Shape::Span { .. } => "1m".into(),
        Shape::Rate { .. } => "100/s".into(),
        Shape::Bytes { .. } => "1GB".into(),
        _ => Json::Null,
    }
}

fn in_words(value: &Json) -> String {
    match value {
        Json::Null => "none".to_owned(),
        Json::Array(items) if items.is_empty() => "all".to_owned(),
        Json::Object(record) => record.values().map(shown).collect::<Vec<_>>().join(", "),
        other => shown(other),
    }
}

fn unit(shape: &Shape) -> &'static str {
    match shape {
        Shape::Number { unit, .. } => unit,
        _ => "",
    }
}

fn label_with_unit(info: &FieldInfo) -> String {
    let unit = match info.shape {
        Shape::Count { unit, .. } | Shape::Number { unit, .. } => unit,
        Shape::Optional { shape: Shape::Count { unit, .. } | Shape::Number { unit, .. }, .. } => unit,
        _ => "",
    };
    if unit.is_empty() { info.label.to_owned() } else { format!("{} ({unit})", info.label) }
}

/// The label; pressed, it tells what the field does, what is legal and where the default comes from.
fn help(slot: &Slot<'_>) -> Html {
    let info = slot.info;
    let mut limits = info.shape.expected();
    if let Some(first) = limits.get(..1).map(str::to_uppercase) {
        limits.replace_range(..1, &first);
    }
    let long = matches!(info.shape, Shape::Variant { .. } | Shape::Choice(_) | Shape::List(_) | Shape::Flag);
    html! {
        <details class="help">
            <summary title={info.help}>{ info.label }</summary>
            <div class="help-text">
                <p>{ info.help }</p>
                if !long { <p>{ format!("{limits}.") }</p> }
                if !info.source.is_empty() { <p class="muted">{ format!("Default: {}.", info.source.trim_end_matches('.')) }</p> }
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tenfold::model::LAW_CASES;

    #[test]
    fn another_law_keeps_the_mean() {
        let before = json!({"law": "lognormal", "mean": "7ms", "cv": 2});
        assert_eq!(other_case(&before, "law", LAW_CASES, "exponential"), json!({"law": "exponential", "mean": "7ms"}));
        let erlang = other_case(&before, "law", LAW_CASES, "erlang");
        assert_eq!(erlang, json!({"law": "erlang", "mean": "7ms", "stages": 4}));
    }

    #[test]
    fn choosing_all_is_choosing_none() {
        let all = ["a".to_owned(), "b".to_owned()];
        assert_eq!(toggled(&[], &all, "a"), json!(["b"]));
        assert_eq!(toggled(&["b".to_owned()], &all, "a"), json!([]));
        assert_eq!(toggled(&["b".to_owned()], &all, "b"), json!(["b"]));
    }
}
