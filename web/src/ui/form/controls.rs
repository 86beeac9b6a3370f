//! The controls that choose: switches, groups of buttons, selects, lists of boxes, long texts.

use super::super::el::{El, el, segment, segmented};
use super::{Form, Slot, shown};
use serde_json::{Map, Value as Json};
use tenfold::model::{Case, Choice, Shape};
use web_sys::{Event, HtmlSelectElement, HtmlTextAreaElement};
use yew::{Callback, TargetCast};

impl Form<'_> {
    /// Gives a control its name for readers and for tests.
    fn named(slot: &Slot<'_>, control: El) -> El {
        control.label(slot.info.label).testid(format!("field-{}", slot.key))
    }

    pub(super) fn flag(&self, slot: &Slot<'_>) -> El {
        let on = slot.value.as_bool().unwrap_or_default();
        let switch = el("input").attr("type", "checkbox").class("switch").attr("role", "switch").checked(on);
        Self::named(slot, switch).on("change", self.sets(&slot.at, (!on).into()))
    }

    pub(super) fn choice(&self, slot: &Slot<'_>, choices: &'static [Choice]) -> El {
        let letters: usize = choices.iter().map(|c| c.label.chars().count() + 2).sum();
        if choices.len() <= 3 && letters <= 24 {
            let button = |c: &Choice| {
                let chosen = slot.value.as_str() == Some(c.value);
                let button = segment(c.label, chosen, self.sets(&slot.at, c.value.into()));
                button.title(c.help).attr("data-value", c.value)
            };
            return Self::named(slot, segmented(slot.info.label)).children(choices.iter().map(button));
        }
        let options = choices.iter().map(|c| (c.value.to_owned(), c.label.to_owned())).collect::<Vec<_>>();
        self.pick(slot, &options)
    }

    pub(super) fn pick(&self, slot: &Slot<'_>, options: &[(String, String)]) -> El {
        let set = self.setter(&slot.at);
        let now = slot.value.as_str().unwrap_or_default();
        let known = options.iter().any(|(value, _)| value == now);
        let none = || {
            let label = if now.is_empty() { "choose…" } else { now };
            option("", now.to_owned(), true).child(label.to_owned())
        };
        let options = options
            .iter()
            .map(|(value, label)| option(&format!("={value}"), value.clone(), value == now).child(label));
        let select = Self::named(slot, el("select").class("select"));
        let select = select.on("change", Callback::from(move |event: Event| set.emit(chosen(&event).into())));
        select.children((!known).then(none)).children(options)
    }

    pub(super) fn cases(&self, slot: &Slot<'_>, tag: &'static str, cases: &'static [Case]) -> El {
        let set = self.setter(&slot.at);
        let before = slot.value.clone();
        let onchange = Callback::from(move |event: Event| {
            set.emit(other_case(&before, tag, cases, &chosen(&event)));
        });
        let now = slot.value.get(tag).and_then(Json::as_str).unwrap_or_default();
        let option =
            |c: &Case| option(c.value, c.value.to_owned(), c.value == now).title(c.help).child(c.label);
        let select = Self::named(slot, el("select").class("select")).on("change", onchange);
        select.children(cases.iter().map(option))
    }

    pub(super) fn list(&self, slot: &Slot<'_>) -> El {
        let chosen: Vec<String> = slot
            .value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect();
        let tick = |name: &String| {
            let is_in = chosen.is_empty() || chosen.contains(name);
            let onchange = self.sets(&slot.at, toggled(&chosen, self.names, name));
            let tick = el("input").attr("type", "checkbox").checked(is_in).on("change", onchange);
            el("label").key(name.as_str()).child(tick).child(el("span").child(name))
        };
        let all = self.names.is_empty().then(|| el("span").class("muted").child("all"));
        let checks = Self::named(slot, el("div").class("checks").attr("role", "group"));
        checks.children(all).children(self.names.iter().map(tick))
    }

    pub(super) fn long_text(&self, slot: &Slot<'_>) -> El {
        let set = self.setter(&slot.at);
        let onchange = Callback::from(move |event: Event| {
            set.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value().into());
        });
        let text = el("textarea").class("text").attr("rows", "3").value(shown(slot.value));
        Self::named(slot, text).on("change", onchange)
    }
}

fn option(key: &str, value: String, selected: bool) -> El {
    el("option").key(key).attr("value", value).flag("selected", selected)
}

/// What was chosen in a list.
fn chosen(event: &Event) -> String {
    event.target_unchecked_into::<HtmlSelectElement>().value()
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

/// The record with another case: what means the same in both is kept, unless only the one before could go without it.
fn other_case(before: &Json, tag: &str, cases: &'static [Case], word: &str) -> Json {
    let fields = |word: &str| cases.iter().find(|c| c.value == word).into_iter().flat_map(|c| c.fields);
    let word_before = before.get(tag).and_then(Json::as_str).unwrap_or_default();
    let present = |shape: Shape| match shape {
        Shape::Optional { shape, .. } => (*shape, true),
        shape => (shape, false),
    };
    let mut record = Map::new();
    record.insert(tag.to_owned(), word.into());
    for field in fields(word) {
        let (shape, may_lack) = present(field.info.shape);
        let was = fields(word_before).find(|was| was.info.key == field.info.key);
        let same = was.is_some_and(|was| present(was.info.shape).0.expected() == shape.expected());
        let kept = before.get(field.info.key).filter(|value| same && (may_lack || !value.is_null()));
        let value = kept.cloned().or_else(|| serde_json::from_str(field.default).ok()).unwrap_or_default();
        record.insert(field.info.key.to_owned(), value);
    }
    record.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::with_dependants;
    use serde_json::json;
    use tenfold::components::Kind;
    use tenfold::edit::Edit;
    use tenfold::model::{LAW_CASES, Model};

    #[test]
    fn another_law_keeps_the_mean() {
        let before = json!({"law": "lognormal", "mean": "7ms", "cv": 2});
        assert_eq!(
            other_case(&before, "law", LAW_CASES, "exponential"),
            json!({"law": "exponential", "mean": "7ms"})
        );
        let erlang = other_case(&before, "law", LAW_CASES, "erlang");
        assert_eq!(erlang, json!({"law": "erlang", "mean": "7ms", "stages": 4}));
    }

    #[test]
    fn every_case_can_be_chosen_after_every_other() {
        for kind in Kind::ALL {
            let defaults = kind.defaults();
            for info in kind.fields() {
                let Shape::Variant { tag, cases } = info.shape else { continue };
                for (one, other) in cases.iter().flat_map(|one| cases.iter().map(move |other| (one, other))) {
                    let before = other_case(&Json::Null, tag, cases, one.value);
                    let after = other_case(&before, tag, cases, other.value);
                    let mut model = Model::new("cases").with("one", defaults.clone());
                    let edit = Edit::SetComponent { id: "one".into(), field: info.key.into(), value: after };
                    let refused = with_dependants(&model, edit).apply(&mut model).err();
                    assert!(refused.is_none(), "{kind:?}, {} to {}: {refused:?}", one.value, other.value);
                }
            }
        }
    }

    #[test]
    fn choosing_all_is_choosing_none() {
        let all = ["a".to_owned(), "b".to_owned()];
        assert_eq!(toggled(&[], &all, "a"), json!(["b"]));
        assert_eq!(toggled(&["b".to_owned()], &all, "a"), json!([]));
        assert_eq!(toggled(&["b".to_owned()], &all, "b"), json!(["b"]));
    }
}
