//! Models coming in and going out: examples, files, links, the shelf of my models.

use super::action::Incoming;
use super::{Action, Boot, Dialog, Effect, Examples, Report, Shared, State, Tone, Trouble, run};
use tenfold::model::{Model, ModelError};
use tenfold::presets;

pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Boot(boot) => boot_up(state, *boot),
        Action::New => {
            let model = Model::new("Untitled");
            install(state, Incoming { model, id: None })
        }
        Action::OpenText { text, from } => open_text(state, &text, &from),
        Action::OpenPreset(slug) => {
            let Some(model) = state.examples.model(slug) else { return };
            install(state, Incoming { model, id: None });
            state.ask(Effect::Remember(format!("preset:{slug}")));
        }
        Action::Examples(fetched) => {
            state.examples = Examples::read(fetched);
            let words = match &state.examples {
                Examples::Missing(why) => format!("The examples could not be fetched: {why}."),
                _ => "The examples are here.".to_owned(),
            };
            state.announce(words);
        }
        Action::OpenSaved { id, text } => match Model::from_json(&text) {
            Ok(model) => {
                install(state, Incoming { model, id: Some(id.clone()) });
                state.ask(Effect::Remember(id));
            }
            Err(errors) => refused(state, "The kept model could not be read", &errors),
        },
        Action::OpenLink(link) => open_link(state, link),
        Action::Packed(Ok(link)) => state.link = Some(link),
        Action::Packed(Err(words)) => {
            state.say(Tone::Bad, format!("There is no link: {words}. Save the model as a file."))
        }
        Action::SaveFile => {
            let name = format!("{}.tenfold.json", file_name(&state.model.head.title));
            let text = state.model.to_json();
            state.ask(Effect::Download { name, mime: "application/json", text });
            state.announce("Saved as a file.");
        }
        Action::DownloadReport { csv: as_csv } => {
            let Report::Done { json, csv, .. } = &state.run.report else { return };
            let stem = file_name(&state.model.head.title);
            let (ending, mime, text) = if as_csv {
                ("csv", "text/csv", &**csv)
            } else {
                ("json", "application/json", json.as_str())
            };
            let (name, text) = (format!("{stem}.report.{ending}"), text.to_owned());
            state.ask(Effect::Download { name, mime, text });
        }
        Action::Listed(list) => state.listed = Some(list),
        Action::Fetch(id) => state.ask(Effect::Fetch(id)),
        Action::Forget(id) => {
            if state.doc.as_ref() == Some(&id) {
                state.doc = None;
            }
            state.ask(Effect::Forget(id));
            state.ask(Effect::List);
        }
        _ => {}
    }
}

/// What the visitor finds: the model in the link, or what was open last, or the first example.
fn boot_up(state: &mut State, boot: Boot) {
    state.fresh = boot.fresh;
    state.theme = boot.theme;
    state.view.screen = boot.screen;
    state.storage_denied = boot.storage_denied;
    state.ask(Effect::Theme(boot.theme));
    if state.storage_denied.is_some() {
        let words = "This browser keeps nothing for this page: save your model as a file or share its link.";
        state.say(Tone::Plain, words);
    }
    let saved = boot
        .saved
        .and_then(|(id, text)| Some(Incoming { model: Model::from_json(&text).ok()?, id: Some(id) }));
    if let Some(fetched) = boot.examples {
        state.examples = Examples::read(fetched);
    }
    let preset = boot.preset.and_then(|slug| state.examples.model(slug));
    if let (None, None, Examples::Missing(why)) = (&preset, &saved, &state.examples) {
        let words = format!("The example you had open could not be fetched: {why}. A reload tries again.");
        state.say(Tone::Bad, words);
    }
    let model = preset.unwrap_or_else(|| presets::FIRST.model());
    install(state, saved.unwrap_or(Incoming { model, id: None }));
    if let Some(link) = boot.link {
        open_link(state, link);
    }
}

/// Puts a model in the place of the open one, whose work is on the shelf already.
fn install(state: &mut State, incoming: Incoming) {
    // What was changed a moment ago may not be on the shelf yet.
    if let Some(id) = state.doc.take() {
        let (title, text) = (state.model.head.title.clone(), state.model.to_json());
        state.ask(Effect::Keep { id, title, text });
    }
    let mut model = incoming.model;
    model.lay_out_if_needed();
    state.model = Shared::new(model);
    state.doc = incoming.id;
    state.dialog = None;
    state.link = None;
    run::replaced(state);
}

fn open_text(state: &mut State, text: &str, from: &str) {
    match Model::from_json(text) {
        Ok(model) => {
            let id = Some(format!("{:x}", state.fresh()));
            install(state, Incoming { model, id });
            state.ask(Effect::Save);
        }
        Err(errors) => refused(state, &format!("{from} could not be opened"), &errors),
    }
}

fn open_link(state: &mut State, link: Result<String, String>) {
    match link {
        Ok(text) => open_text(state, &text, "The link"),
        Err(words) => state.say(Tone::Bad, format!("The link could not be opened: {words}")),
    }
    // The work goes on from here; a reload must find it and not the link again.
    state.ask(Effect::ClearHash);
}

/// Shows every problem of a model that was not opened; what is open stays as it is.
fn refused(state: &mut State, what: &str, errors: &[ModelError]) {
    let list = errors.iter().map(|e| Trouble { at: e.at.clone(), text: e.problem.to_string() });
    state.problems = list.collect();
    state.dialog = Some(Dialog::Problems);
    let number = errors.len();
    let noun = if number == 1 { "problem" } else { "problems" };
    state.say(Tone::Bad, format!("{what}: {number} {noun}."));
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
