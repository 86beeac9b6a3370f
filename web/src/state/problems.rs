//! What was refused, where, and the way to the field.

use super::{Effect, State, Target};
use tenfold::model::{FieldPath, Model, ModelError, Problem, Step};

/// Something that was refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trouble {
    pub(crate) at: FieldPath,
    /// What was found, and what would be legal.
    pub(crate) text: String,
}

/// Notes what was refused at the field `at`; what was refused there before is forgotten.
pub(super) fn refused(state: &mut State, at: &FieldPath, errors: Vec<ModelError>) {
    solved(state, at);
    let home = &at.0[..at.0.len().min(2)];
    for error in errors {
        let path = placed(&error.at, at);
        // What is wrong elsewhere with what was set here is told here, where it is looked for.
        let path = if path.0.starts_with(home) { path } else { at.clone() };
        let text = named(&state.model, &error.problem);
        state.problems.push(Trouble { at: path, text });
    }
}

/// What is wrong, with components called what their cards say.
pub(super) fn named(model: &Model, problem: &Problem) -> String {
    let Problem::Rule(words) = problem else { return problem.to_string() };
    // What stands between the marks is an id or the name of a field.
    let name = |part: &str| model.component(part).map(|component| component.name.clone());
    let mut text = String::new();
    for (place, part) in words.split('`').enumerate() {
        match name(part).filter(|_| place % 2 == 1) {
            Some(name) => text += &name,
            None if place % 2 == 1 => text = text + "`" + part + "`",
            None => text += part,
        }
    }
    text
}

/// Forgets what was refused at or below `at`.
pub(super) fn solved(state: &mut State, at: &FieldPath) {
    state.problems.retain(|t| !t.at.0.starts_with(&at.0));
}

/// The core checks an item of a list by itself, so that its path lacks the item's place: put it in.
fn placed(found: &FieldPath, at: &FieldPath) -> FieldPath {
    let [Step::Field(list), Step::Index(index), ..] = at.0.as_slice() else { return found.clone() };
    match found.0.as_slice() {
        [Step::Field(other), rest @ ..] if other == list => {
            let rest = rest.strip_prefix(&[Step::Index(0)]).unwrap_or(rest);
            let mut steps = vec![Step::Field(list.clone()), Step::Index(*index)];
            steps.extend(rest.iter().cloned());
            FieldPath(steps)
        }
        _ => found.clone(),
    }
}

/// The words of what was refused exactly at `at`.
pub(crate) fn words_at<'a>(problems: &'a [Trouble], at: &FieldPath) -> Option<&'a str> {
    problems.iter().find(|t| t.at == *at).map(|t| t.text.as_str())
}

/// The id of the element that shows the field at `path`.
pub(crate) fn element_id(path: &FieldPath) -> String {
    format!("at-{path}")
}

/// Selects what the path speaks of and brings its field into view.
pub(super) fn go_to(state: &mut State, path: &FieldPath) {
    let target = match path.0.as_slice() {
        [Step::Field(list), Step::Id(id), ..] if list == "components" => Some(Target::Component(id.clone())),
        [Step::Field(list), Step::Id(id), ..] if list == "links" => Some(Target::Link(id.clone())),
        _ => None,
    };
    state.view.select(target);
    state.view.inspector_open = true;
    state.dialog = None;
    state.ask(Effect::Focus(element_id(path)));
}
