//! Models that nobody would draw: random graphs of all kinds with random settings.

use crate::Choices;
use crate::edits::{classes, set_component, set_link, timeline};
use crate::values::{Names, value};
use serde_json::json;
use tenfold::components::Kind;
use tenfold::edit::Edit;
use tenfold::model::{Class, FieldInfo, Link, Model};
use tenfold::units::Span;

/// A random legal model: one or two sources, some components in between, and some that call nobody. It lasts a second.
///
/// It is put together by edits, and an edit that is refused is left out. So rules across fields need not be known here.
pub fn model(choices: &mut Choices<'_>) -> Model {
    let mut model = Model::new("Random");
    (model.head.duration, model.head.warm_up) = (Span::from_secs(1), Some(Span::ZERO));
    model.head.window = Span::from_millis(100);
    model.head.seed = choices.below(1000) as u64;
    let ids = components(choices, &mut model);
    links(choices, &mut model, &ids);
    let names = Names::of(&model);
    attempt(&mut model, Edit::Classes { classes: classes(choices, &names) });
    if choices.below(2) == 1 {
        messages(choices, &mut model, &ids);
    }
    let names = Names::of(&model);
    for _ in 0..choices.below(6) * ids.len() {
        let edit = set_component(choices, &model, &names);
        attempt(&mut model, edit);
    }
    for _ in 0..choices.below(4) * model.links.len() {
        let edit = set_link(choices, &model, &names);
        attempt(&mut model, edit);
    }
    attempt(&mut model, Edit::Timeline { timeline: timeline(choices, &names) });
    model
}

fn attempt(model: &mut Model, edit: Edit) {
    // What is refused changes nothing.
    let _ = edit.apply(model);
}

/// Adds the components: sources first, ends last.
fn components(choices: &mut Choices<'_>, model: &mut Model) -> Vec<String> {
    let of = |calls_in: bool, goes_out: bool| -> Vec<&'static str> {
        let fits = |kind: &&Kind| {
            let ports = kind.info().ports;
            ports.calls_in == calls_in && ports.out.is_open() == goes_out
        };
        Kind::ALL.iter().filter(fits).map(|kind| kind.info().word).collect()
    };
    let layers = [
        (of(false, true), 1 + choices.below(2)),
        (of(true, true), 1 + choices.below(5)),
        (of(true, false), choices.below(3)),
    ];
    let mut ids = Vec::new();
    for (kinds, count) in layers {
        for _ in 0..count {
            let Some(kind) = choices.of(&kinds) else { continue };
            let id = model.free_component_id(kind);
            attempt(
                model,
                Edit::AddComponent { component: json!({ "id": id, "kind": kind }), index: usize::MAX },
            );
            ids.push(id);
        }
    }
    ids
}

/// Links lead onwards only, here; edits may close cycles.
fn links(choices: &mut Choices<'_>, model: &mut Model, ids: &[String]) {
    for (i, from) in ids.iter().enumerate() {
        for (j, to) in ids.iter().enumerate().skip(i + 1) {
            // The next one for sure, the others sometimes: otherwise hardly a request would get anywhere.
            if j == i + 1 || choices.one_in(3) {
                attempt(model, Edit::AddLink { link: json!({ "from": from, "to": to }), index: usize::MAX });
            }
        }
    }
}

/// Adds a queue with consumers, a queue for its dead letters, perhaps one that scales the consumers, and sets what only those know of.
fn messages(choices: &mut Choices<'_>, model: &mut Model, ids: &[String]) {
    let add = |model: &mut Model, kind: &str| {
        let id = model.free_component_id(kind);
        let component = json!({ "id": id, "kind": kind });
        attempt(model, Edit::AddComponent { component, index: usize::MAX });
        id
    };
    let [queue, dead, worker] = ["queue", "queue", "worker"].map(|kind| add(model, kind));
    let from = ids.get(choices.below(ids.len())).map_or("", String::as_str);
    let field = |choices: &mut Choices<'_>, fields: &[&FieldInfo], key: &str| {
        let info = fields.iter().find(|info| info.key == key).expect("a field of that name");
        value(choices, &info.shape, &Names::default())
    };
    let of_link: Vec<&FieldInfo> = Link::FIELDS.iter().map(|field| &field.info).collect();
    let prefetch = field(choices, &of_link, "prefetch");
    for link in [
        json!({ "from": from, "to": queue }),
        json!({ "from": queue, "to": worker, "prefetch": prefetch }),
        json!({ "from": queue, "to": dead, "when": "failed" }),
        json!({ "from": dead, "to": worker }),
        json!({ "from": worker, "to": ids.last() }),
    ] {
        attempt(model, Edit::AddLink { link, index: usize::MAX });
    }
    if choices.below(2) == 1 {
        let scaler = add(model, "autoscaler");
        let link = json!({ "from": scaler, "to": worker });
        attempt(model, Edit::AddLink { link, index: usize::MAX });
    }
    let of_queue = Kind::Queue.fields();
    for key in ["visibility", "max_receives", "retry", "heartbeat", "order", "capacity", "when_full", "delay"]
    {
        let value = field(choices, &of_queue, key);
        attempt(model, Edit::SetComponent { id: queue.clone(), field: key.into(), value });
    }
    let of_class: Vec<&FieldInfo> = Class::FIELDS.iter().map(|field| &field.info).collect();
    let poison = field(choices, &of_class, "poison");
    if model.classes.is_empty() {
        attempt(model, Edit::Classes { classes: vec![json!({ "id": "k1", "poison": poison })] });
    }
}
