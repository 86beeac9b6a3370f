//! Models coming in and going out: examples, files, links, the shelf of my models.

use super::action::Incoming;
use super::{Action, Boot, Dialog, Effect, Report, Shared, State, Tone, Trouble, run};
use tenfold::model::{Model, ModelError};
use tenfold::presets;

pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Boot(boot) => boot_up(state, *boot),
        Action::New => {
            let model = Model::new("Untitled");
            install(state, Incoming { model, id: None })
        }
        Action::OpenText { text, from } => open_text(state, &text, &from),
        Action::OpenPreset(slug) => {
            let Some(preset) = presets::by_slug(slug) else { return Vec::new() };
            let mut effects = install(state, Incoming { model: preset.model(), id: None });
            effects.push(Effect::Remember(format!("preset:{slug}")));
            effects
        }
        Action::OpenSaved { id, text } => match Model::from_json(&text) {
            Ok(model) => {
                let mut effects = install(state, Incoming { model, id: Some(id.clone()) });
                effects.push(Effect::Remember(id));
                effects
            }
            Err(errors) => refused(state, "The kept model could not be read", &errors),
        },
        Action::OpenLink(link) => open_link(state, link),
        Action::Packed(Ok(link)) => {
            state.link = Some(link);
            Vec::new()
        }
        Action::Packed(Err(words)) => {
            state.say(Tone::Bad, format!("There is no link: {words}. Save the model as a file."))
        }
        Action::SaveFile => {
            let name = format!("{}.tenfold.json", file_name(&state.model.head.title));
            let effect = Effect::Download { name, mime: "application/json", text: state.model.to_json() };
            vec![effect, Effect::Announce("Saved as a file.".into())]
        }
        Action::DownloadReport { csv: as_csv } => {
            let Report::Done { json, csv, .. } = &state.run.report else { return Vec::new() };
            let stem = file_name(&state.model.head.title);
            let (ending, mime, text) = if as_csv {
                ("csv", "text/csv", &**csv)
            } else {
                ("json", "application/json", json.as_str())
            };
            vec![Effect::Download { name: format!("{stem}.report.{ending}"), mime, text: text.to_owned() }]
        }
        Action::Listed(list) => {
            state.listed = Some(list);
            Vec::new()
        }
        Action::Fetch(id) => vec![Effect::Fetch(id)],
        Action::Forget(id) => {
            if state.doc.as_ref() == Some(&id) {
                state.doc = None;
            }
            vec![Effect::Forget(id), Effect::List]
        }
        _ => Vec::new(),
    }
}

/// What the visitor finds: the model in the link, or what was open last, or the first example.
fn boot_up(state: &mut State, boot: Boot) -> Vec<Effect> {
    state.fresh = boot.fresh;
    state.theme = boot.theme;
    state.view.screen = boot.screen;
    state.storage_denied = boot.storage_denied;
    let mut effects = vec![Effect::Theme(boot.theme)];
    if state.storage_denied.is_some() {
        let words = "This browser keeps nothing for this page: save your model as a file or share its link.";
        effects.extend(state.say(Tone::Plain, words));
    }
    let saved = boot
        .saved
        .and_then(|(id, text)| Some(Incoming { model: Model::from_json(&text).ok()?, id: Some(id) }));
    let preset = boot.preset.and_then(|slug| presets::by_slug(&slug)).unwrap_or(&presets::ALL[0]);
    effects.extend(install(state, saved.unwrap_or_else(|| Incoming { model: preset.model(), id: None })));
    if let Some(link) = boot.link {
        effects.extend(open_link(state, link));
    }
    effects
}

/// Puts a model in the place of the open one, whose work is on the shelf already.
fn install(state: &mut State, incoming: Incoming) -> Vec<Effect> {
    // What was changed a moment ago may not be on the shelf yet.
    let kept = state.doc.take().map(|id| Effect::Keep {
        id,
        title: state.model.head.title.clone(),
        text: state.model.to_json(),
    });
    let mut model = incoming.model;
    model.lay_out_if_needed();
    state.model = Shared::new(model);
    state.doc = incoming.id;
    state.dialog = None;
    state.link = None;
    let mut effects: Vec<Effect> = kept.into_iter().collect();
    effects.extend(run::replaced(state));
    effects
}

fn open_text(state: &mut State, text: &str, from: &str) -> Vec<Effect> {
    match Model::from_json(text) {
        Ok(model) => {
            let id = Some(format!("{:x}", state.fresh()));
            let mut effects = install(state, Incoming { model, id });
            effects.push(Effect::Save);
            effects
        }
        Err(errors) => refused(state, &format!("{from} could not be opened"), &errors),
    }
}

fn open_link(state: &mut State, link: Result<String, String>) -> Vec<Effect> {
    let mut effects = match link {
        Ok(text) => open_text(state, &text, "The link"),
        Err(words) => state.say(Tone::Bad, format!("The link could not be opened: {words}")),
    };
    // The work goes on from here; a reload must find it and not the link again.
    effects.push(Effect::ClearHash);
    effects
}

/// Shows every problem of a model that was not opened; what is open stays as it is.
fn refused(state: &mut State, what: &str, errors: &[ModelError]) -> Vec<Effect> {
    let list = errors.iter().map(|e| Trouble { at: e.at.clone(), text: e.problem.to_string() });
    state.problems = list.collect();
    state.dialog = Some(Dialog::Problems);
    let number = errors.len();
    let noun = if number == 1 { "problem" } else { "problems" };
    state.say(Tone::Bad, format!("{what}: {number} {noun}."))
}

/// A title as a file name.
fn file_name(title: &str) -> String {
    // Letters of all scripts stay; from U+2000 on come marks, arrows and the like.
    let letter = |c: char| c >= 'À' && !('\u{2000}'..'\u{2c00}').contains(&c);
    let plain = |c: char| if c.is_ascii_alphanumeric() || letter(c) { c.to_ascii_lowercase() } else { '-' };
    let name: String = title.chars().take(60).map(plain).collect();
    let parts: Vec<&str> = name.split('-').filter(|p| !p.is_empty()).collect();
    if parts.is_empty() { "model".to_owned() } else { parts.join("-") }
}
