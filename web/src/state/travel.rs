//! Going back in time: where the run stands in what was lived through, and the model as it was then.
//!
//! What is shown is always the model that runs. When the run is taken back to before an edit, the canvas shows the model without it,
//! and undo takes back what had been done by then. Playing on brings the edits again. An edit made in the past begins another
//! future, and so does the button: what was lived through after that moment is forgotten, by the engine, the charts and undo alike.

use super::history::History;
use super::{Action, Effect, Shared, State, Target, Tone, run};
use tenfold::edit::Edit;
use tenfold::model::Model;
use tenfold_engine::protocol::{FrameHead, ToEngine};

/// As many steps as are remembered.
const MOMENTS_MAX: usize = 500;
/// Less than this is no difference between two times, seconds.
const SAME_S: f64 = 1e-9;

/// What the page remembers of a run that can be taken back.
#[derive(Debug, Default)]
pub(crate) struct Travel {
    /// The earliest and the latest time that can be gone to, seconds.
    pub(crate) reach_s: f64,
    pub(crate) latest_s: f64,
    /// Where the run was told to go and has not come to yet.
    pub(crate) heading_s: Option<f64>,
    ordered: u32,
    /// Every edit that was sent to the run, those that lie ahead included.
    sent: Vec<Edit>,
    /// How many of them are in force in what is shown.
    at: usize,
    /// What is shown follows the run through the past.
    follows: bool,
    moments: Vec<Moment>,
}

/// The model and its undo after so many edits.
#[derive(Debug)]
struct Moment {
    edits: usize,
    model: Shared<Model>,
    history: History,
}

impl State {
    /// Whether the run stands before the latest time that it has come to.
    pub(crate) fn is_in_past(&self) -> bool {
        let travel = &self.run.travel;
        travel.heading_s.unwrap_or(self.run.now_s) < travel.latest_s - SAME_S
    }

    /// The model as it was left, which is the one to keep, even while an earlier one is shown.
    pub(crate) fn model_to_keep(&self) -> Shared<Model> {
        let travel = &self.run.travel;
        let kept = (travel.at < travel.sent.len()).then(|| travel.model_after(travel.sent.len())).flatten();
        kept.map_or_else(|| self.model.clone(), |(model, _)| model)
    }
}

impl Travel {
    /// The model after so many edits, with its undo.
    fn model_after(&self, edits: usize) -> Option<(Shared<Model>, History)> {
        let moment = self.moments.iter().rev().find(|moment| moment.edits <= edits)?;
        let mut model = moment.model.clone();
        for edit in &self.sent[moment.edits..edits] {
            // It was applied to this very model once.
            let _ = edit.apply(model.change());
        }
        Some((model, moment.history.clone()))
    }
}

/// A run begins: there is no past yet.
pub(super) fn begin(state: &mut State) {
    let start = Moment { edits: 0, model: state.model.clone(), history: state.history.clone() };
    state.run.travel = Travel { moments: vec![start], ..Travel::default() };
}

pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Travel(to_s) => {
            let travel = &mut state.run.travel;
            let to_s = to_s.clamp(travel.reach_s, travel.latest_s);
            travel.heading_s = Some(to_s);
            travel.follows = true;
            travel.ordered += 1;
            let number = travel.ordered;
            state.run.playing = false;
            run::order(state, ToEngine::Rewind { to_s, number });
        }
        _ if is_on_the_way(state) => {}
        _ => {
            forget_future(state);
            run::order(state, ToEngine::Fork);
            state.announce("Forked: what came after is gone.");
        }
    }
}

/// Whether the model must not be edited just now, which it says.
pub(super) fn is_on_the_way(state: &mut State) -> bool {
    let away = state.run.travel.heading_s.is_some();
    if away {
        state.say(Tone::Plain, "On the way to another time: the model is about to change.");
    }
    away
}

/// What was lived through after this moment makes way for something else.
pub(super) fn forget_future(state: &mut State) {
    if state.is_in_past() {
        let now_s = state.run.now_s;
        let travel = &mut state.run.travel;
        travel.sent.truncate(travel.at);
        let at = travel.at;
        travel.moments.retain(|moment| moment.edits <= at);
        travel.latest_s = now_s;
        state.run.log.cut(now_s);
        state.run.courses.cut(now_s);
        state.ask(Effect::CutCharts(now_s));
    }
    state.run.travel.follows = false;
}

/// Notes an edit that is sent to the run; gives how many were in force before. `step`: it began a step of undo, or ended what was done.
pub(super) fn note(state: &mut State, edit: &Edit, step: bool) -> usize {
    let (model, history) = (state.model.clone(), state.history.clone());
    let travel = &mut state.run.travel;
    let after = travel.sent.len();
    travel.sent.push(edit.clone());
    travel.at = after + 1;
    if step {
        travel.moments.push(Moment { edits: after + 1, model, history });
        if travel.moments.len() > MOMENTS_MAX {
            // The start stays: any model can be made from it.
            travel.moments.remove(1);
        }
    }
    after
}

/// A frame says where the run stands; the model follows it through the past.
pub(super) fn arrived(state: &mut State, head: &FrameHead) {
    let travel = &mut state.run.travel;
    (travel.reach_s, travel.latest_s) = (head.reach_s, head.latest_s);
    let came_back = travel.heading_s.is_some() && head.arrived > 0;
    if head.arrived == travel.ordered {
        travel.heading_s = None;
    }
    if came_back {
        state.run.recent.clear();
        state.ask(Effect::ForgetFigures);
    }
    let travel = &mut state.run.travel;
    if !travel.follows || head.edits == travel.at || head.edits > travel.sent.len() {
        return;
    }
    if let Some((model, history)) = travel.model_after(head.edits) {
        travel.at = head.edits;
        (state.model, state.history) = (model.clone(), history);
        super::tool::cancel(state);
        state.ask(Effect::Repaint);
        state.problems.clear();
        state.view.selection.retain(|target| match target {
            Target::Component(id) => model.component(id).is_some(),
            Target::Link(id) => model.link(id).is_some(),
        });
    }
}

#[cfg(test)]
#[path = "travel_tests.rs"]
mod tests;
