//! The lists of a model: classes, objectives, the timeline. Each change replaces the list.

use super::super::form::Slot;
use super::super::icons::icon;
use super::super::{Dispatch, on};
use super::{Names, form};
use crate::state::{Action, State};
use serde_json::{Value as Json, json};
use tenfold::components::Kind;
use tenfold::edit::Edit;
use tenfold::model::{Class, FieldInfo, FieldPath, FieldValue, Happening, Objective, Scheduled, Shape, Step};
use tenfold::units::Span;
use yew::{Html, html};

const AT: FieldInfo = FieldInfo {
    key: "at",
    label: "At",
    shape: Shape::span(Span::ZERO, Span::from_secs(90 * 86_400)),
    help: "When, counted from the start of the run.",
    source: "",
};
const OBJECTIVE: FieldInfo = FieldInfo {
    key: "kind",
    label: "Objective",
    shape: Objective::SHAPE,
    help: "What is expected of the whole.",
    source: "",
};
const EVENT: FieldInfo = FieldInfo {
    key: "event",
    label: "Event",
    shape: Happening::SHAPE,
    help: "What happens to the running system.",
    source: "",
};

/// The list with one item replaced, or without it.
fn replaced(items: &[Json], index: usize, item: Option<Json>) -> Vec<Json> {
    let mut items = items.to_vec();
    match item {
        Some(item) if index < items.len() => items[index] = item,
        Some(item) => items.push(item),
        None => {
            items.remove(index);
        }
    }
    items
}

/// The item with the field a path below it ends in set to `value`; the item itself when the path ends there.
fn with(item: &Json, below: &[Step], value: Json) -> Json {
    let mut record = item.as_object().cloned().unwrap_or_default();
    match below.first() {
        Some(Step::Field(key)) => {
            record.insert(key.clone(), value);
        }
        // A variant is set as a whole; what else the record holds stays.
        _ => {
            let at = record.remove("at");
            record = value.as_object().cloned().unwrap_or_default();
            record.extend(at.map(|at| ("at".to_owned(), at)));
        }
    }
    record.into()
}

/// What an event is aimed at until something else is chosen.
struct Targets {
    crash: Option<String>,
    flush: Option<String>,
    link: Option<String>,
}

impl Targets {
    fn of(state: &State) -> Self {
        let first = |fits: fn(Kind) -> bool| {
            state.model.components.iter().find(|c| fits(c.settings.kind())).map(|c| c.id.clone())
        };
        Targets {
            crash: first(|k| k == Kind::Service).or_else(|| first(|k| k != Kind::Clients)),
            flush: first(super::super::look::can_flush),
            link: state.model.links.first().map(|l| l.id.clone()),
        }
    }
}

/// Gives an event that was just chosen something to happen to.
fn aim(item: &mut Json, targets: &Targets) {
    let flushes = item.get("event").and_then(Json::as_str) == Some("flush");
    let component = if flushes { &targets.flush } else { &targets.crash };
    for (key, target) in [("component", component), ("link", &targets.link)] {
        if item.get(key).and_then(Json::as_str) == Some("")
            && let Some(target) = target
        {
            item[key] = target.as_str().into();
        }
    }
}

struct List {
    key: &'static str,
    title: &'static str,
    add: &'static str,
    help: &'static str,
    items: Vec<Json>,
    new: Json,
    edit: fn(Vec<Json>) -> Edit,
}

fn list(
    state: &State,
    dispatch: &Dispatch,
    list: List,
    one: impl Fn(&State, &Dispatch, &List, usize) -> Html,
) -> Html {
    let change = |items: Vec<Json>| {
        on::<web_sys::MouseEvent>(
            dispatch,
            Action::Field { edit: (list.edit)(items), at: FieldPath::root().field(list.key), gesture: None },
        )
    };
    let add = change(replaced(&list.items, list.items.len(), Some(list.new.clone())));
    let id = format!("at-{}", list.key);
    let error = state.words_at(&FieldPath::root().field(list.key));
    html! {
        <section class="list fields" aria-label={list.title} {id}>
            <div class="list-head">
                <h3 title={list.help}>{ list.title }</h3>
                <button class="icon-button small" data-testid={format!("add-{}", list.key)} aria-label={list.add} title={list.add} onclick={add}>{ icon("plus") }</button>
            </div>
            <p class="muted" hidden={!list.items.is_empty()}>{ list.help }</p>
            { for (0..list.items.len()).map(|index| {
                let remove = change(replaced(&list.items, index, None));
                html! {
                    <div key={index} class="list-item">
                        { one(state, dispatch, &list, index) }
                        <button class="icon-button small remove" aria-label={format!("Remove {} {}", list.title, index + 1)} title="Remove" onclick={remove}>{ icon("close") }</button>
                    </div>
                }
            }) }
            <p class="error" hidden={error.is_none()}>{ icon("warning") }<span>{ error.unwrap_or_default() }</span></p>
        </section>
    }
}

pub(super) fn classes(state: &State, dispatch: &Dispatch) -> Html {
    let items: Vec<Json> = state.model.classes.iter().map(Class::to_value).collect();
    let id = (1..).map(|n| format!("class-{n}")).find(|id| !state.model.classes.iter().any(|c| c.id == *id));
    let it = List {
        key: "classes",
        title: "Request classes",
        add: "Add a request class",
        help: "Kinds of request, by weight. Without any there is one with defaults.",
        items,
        new: json!({"id": id}),
        edit: |classes| Edit::Classes { classes },
    };
    list(state, dispatch, it, |state, dispatch, it, index| {
        let Some(class) = state.model.classes.get(index) else { return html! {} };
        let names = Names::of(state);
        let (items, usual) = (it.items.clone(), Class::default());
        let path = FieldPath::root().field("classes").id(&class.id);
        let depth = path.0.len();
        let form = form(state, dispatch, &names, move |at, value| {
            let item = with(&items[index], &at.0[depth..], value);
            Some(Edit::Classes { classes: replaced(&items, index, Some(item)) })
        });
        html! {
            <details class="class">
                <summary data-testid={format!("class-{}", class.id)}><strong>{ &class.id }</strong><span class="muted">{ format!(" {}, weight {}", class.operation.label().to_ascii_lowercase(), class.weight) }</span></summary>
                { for Class::FIELDS.iter().map(|f| {
                    let (value, default) = ((f.get)(class), (f.get)(&usual));
                    let key = format!("class-{}-{}", class.id, f.info.key);
                    form.field(&Slot { info: &f.info, value: &value, default: Some(&default), at: path.field(f.info.key), key })
                }) }
            </details>
        }
    })
}

pub(super) fn objectives(state: &State, dispatch: &Dispatch) -> Html {
    let items: Vec<Json> = state.model.objectives.iter().map(FieldValue::to_json).collect();
    let it = List {
        key: "objectives",
        title: "Objectives",
        add: "Add an objective",
        help: "What is expected of the whole: a latency, an availability, a budget.",
        items,
        new: json!({"kind": "latency", "percentile": 99, "within": "300ms"}),
        edit: |objectives| Edit::Objectives { objectives },
    };
    list(state, dispatch, it, |state, dispatch, it, index| {
        let names = Names::of(state);
        let items = it.items.clone();
        let form = form(state, dispatch, &names, move |at, value| {
            let item = with(&items[index], &at.0[2..], value);
            Some(Edit::Objectives { objectives: replaced(&items, index, Some(item)) })
        });
        let at = FieldPath::root().field("objectives").index(index);
        form.field(&Slot {
            info: &OBJECTIVE,
            value: &it.items[index],
            default: None,
            at,
            key: format!("objective-{index}"),
        })
    })
}

pub(super) fn timeline(state: &State, dispatch: &Dispatch) -> Html {
    let items: Vec<Json> = state.model.timeline.iter().map(Scheduled::to_value).collect();
    let it = List {
        key: "timeline",
        title: "Timeline",
        add: "Add an event",
        help: "What happens when: the load changes, an instance crashes, a link is cut.",
        items,
        new: json!({"at": "1m", "event": "load", "factor": 2}),
        edit: |timeline| Edit::Timeline { timeline },
    };
    list(state, dispatch, it, |state, dispatch, it, index| {
        let names = Names::of(state);
        let (items, targets) = (it.items.clone(), Targets::of(state));
        let form = form(state, dispatch, &names, move |at, value| {
            let mut item = with(&items[index], &at.0[2..], value);
            aim(&mut item, &targets);
            Some(Edit::Timeline { timeline: replaced(&items, index, Some(item)) })
        });
        let at = FieldPath::root().field("timeline").index(index);
        let mut event = it.items[index].clone();
        let when = event.as_object_mut().and_then(|e| e.remove("at")).unwrap_or_default();
        html! {
            <div>
                { form.field(&Slot { info: &AT, value: &when, default: None, at: at.field("at"), key: format!("timeline-{index}-at") }) }
                { form.field(&Slot { info: &EVENT, value: &event, default: None, at, key: format!("timeline-{index}") }) }
            </div>
        }
    })
}
