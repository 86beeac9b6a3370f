//! The controls that choose: switches, groups of buttons, selects, lists of boxes, long texts.

use super::{Form, Slot, shown};
use serde_json::{Map, Value as Json};
use tenfold::model::{Case, Choice};
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, classes, html};

impl Form<'_> {
    pub(super) fn flag(&self, slot: &Slot<'_>) -> Html {
        let set = self.setter(&slot.at);
        let on = slot.value.as_bool().unwrap_or_default();
        let onchange = Callback::from(move |_: Event| set.emit((!on).into()));
        html! {
            <input type="checkbox" class="switch" role="switch" checked={on} aria-label={slot.info.label} data-testid={format!("field-{}", slot.key)} {onchange} />
        }
    }

    pub(super) fn choice(&self, slot: &Slot<'_>, choices: &'static [Choice]) -> Html {
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

    pub(super) fn pick(&self, slot: &Slot<'_>, options: &[(String, String)]) -> Html {
        let set = self.setter(&slot.at);
        let onchange = Callback::from(move |event: Event| {
            set.emit(event.target_unchecked_into::<HtmlSelectElement>().value().into())
        });
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

    pub(super) fn cases(&self, slot: &Slot<'_>, tag: &'static str, cases: &'static [Case]) -> Html {
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

    pub(super) fn list(&self, slot: &Slot<'_>) -> Html {
        let chosen: Vec<String> = slot
            .value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect();
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

    pub(super) fn long_text(&self, slot: &Slot<'_>) -> Html {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tenfold::model::LAW_CASES;

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
    fn choosing_all_is_choosing_none() {
        let all = ["a".to_owned(), "b".to_owned()];
        assert_eq!(toggled(&[], &all, "a"), json!(["b"]));
        assert_eq!(toggled(&["b".to_owned()], &all, "a"), json!([]));
        assert_eq!(toggled(&["b".to_owned()], &all, "b"), json!(["b"]));
    }
}
