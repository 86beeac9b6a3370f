//! The lists of a model: classes, objectives, the timeline. Each change replaces the list.

use super::super::el::{El, el};
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

const AT: FieldInfo = FieldInfo::new(
    "at",
    "At",
    Shape::span(Span::ZERO, Span::from_secs(90 * 86_400)),
    "When, counted from the start of the run.",
);
const OBJECTIVE: FieldInfo =
    FieldInfo::new("kind", "Objective", Objective::SHAPE, "What is expected of the whole.");
const EVENT: FieldInfo =
    FieldInfo::new("event", "Event", Happening::SHAPE, "What happens to the running system.");

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
    partition: Option<String>,
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
            partition: first(|k| k == Kind::QuorumStore),
            link: state.model.links.first().map(|l| l.id.clone()),
        }
    }
}

/// Gives an event that was just chosen something to happen to.
fn aim(item: &mut Json, targets: &Targets) {
    let component = match item.get("event").and_then(Json::as_str) {
        Some("flush") => &targets.flush,
        Some("partition" | "heal") => &targets.partition,
        _ => &targets.crash,
    };
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

fn list(state: &State, dispatch: &Dispatch, list: &List, one: &dyn Fn(usize) -> El) -> El {
    let at = FieldPath::root().field(list.key);
    let change = |items: Vec<Json>| {
        on(dispatch, Action::Field { edit: (list.edit)(items), at: at.clone(), gesture: None })
    };
    let button = |class, label: String, onclick| el("button").class(class).label(label).on("click", onclick);
    let add = change(replaced(&list.items, list.items.len(), Some(list.new.clone())));
    let add = button("icon-button small", list.add.to_owned(), add).testid(format!("add-{}", list.key));
    let item = |index: usize| {
        let label = format!("Remove {} {}", list.title, index + 1);
        let remove = change(replaced(&list.items, index, None));
        let remove = button("icon-button small remove", label, remove).title("Remove");
        el("div").key(index).class("list-item").child(one(index)).child(remove.child(icon("close")))
    };
    let error = state.words_at(&at);
    let words = el("p").class("error").flag("hidden", error.is_none()).child(icon("warning"));
    let head = el("div").class("list-head").child(el("h3").title(list.help).child(list.title));
    el("section")
        .class("list fields")
        .label(list.title)
        .id(format!("at-{}", list.key))
        .child(head.child(add.title(list.add).child(icon("plus"))))
        .child(el("p").class("muted").flag("hidden", !list.items.is_empty()).child(list.help))
        .children((0..list.items.len()).map(item))
        .child(words.child(el("span").child(error.unwrap_or_default())))
}

pub(super) fn classes(state: &State, dispatch: &Dispatch) -> El {
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
    let names = Names::of(state);
    list(state, dispatch, &it, &|index| {
        let class = &state.model.classes[index];
        let (items, usual) = (it.items.clone(), Class::default());
        let path = FieldPath::root().field("classes").id(&class.id);
        let depth = path.0.len();
        let form = form(state, dispatch, &names, move |at, value| {
            let item = with(&items[index], &at.0[depth..], value);
            Some(Edit::Classes { classes: replaced(&items, index, Some(item)) })
        });
        let fields = Class::FIELDS.iter().map(|f| {
            let (value, default) = ((f.get)(class), (f.get)(&usual));
            let (at, key) = (path.field(f.info.key), format!("class-{}-{}", class.id, f.info.key));
            form.field(&Slot { info: &f.info, value: &value, default: Some(&default), at, key })
        });
        let words = format!(" {}, weight {}", class.operation.label().to_ascii_lowercase(), class.weight);
        let summary = el("summary").testid(format!("class-{}", class.id));
        let summary =
            summary.child(el("strong").child(&class.id)).child(el("span").class("muted").child(words));
        el("details").class("class").child(summary).children(fields)
    })
}

pub(super) fn objectives(state: &State, dispatch: &Dispatch) -> El {
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
    let names = Names::of(state);
    list(state, dispatch, &it, &|index| {
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

pub(super) fn timeline(state: &State, dispatch: &Dispatch) -> El {
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
    let names = Names::of(state);
    list(state, dispatch, &it, &|index| {
        let (items, targets) = (it.items.clone(), Targets::of(state));
        let form = form(state, dispatch, &names, move |at, value| {
            let mut item = with(&items[index], &at.0[2..], value);
            aim(&mut item, &targets);
            Some(Edit::Timeline { timeline: replaced(&items, index, Some(item)) })
        });
        let at = FieldPath::root().field("timeline").index(index);
        let mut event = it.items[index].clone();
        let when = event.as_object_mut().and_then(|e| e.remove("at")).unwrap_or_default();
        let when = Slot {
            info: &AT,
            value: &when,
            default: None,
            at: at.field("at"),
            key: format!("timeline-{index}-at"),
        };
        let what = Slot { info: &EVENT, value: &event, default: None, at, key: format!("timeline-{index}") };
        el("div").child(form.field(&when)).child(form.field(&what))
    })
}
