//! The run: what the engine was told, what it told back.

use super::course::Courses;
use super::crew::{self, Crew};
use super::log::Log;
use super::travel::{self, Travel};
use super::verdict::WINDOWS;
use super::{Action, Effect, State, Target, Tone, navigate};
use crate::charts::Span;
use std::collections::VecDeque;
use std::rc::Rc;
use tenfold::edit::Edit;
use tenfold::measure::{ComponentRow, Frame, LinkRow, Topology, WindowRow};
use tenfold::model::in_line;
use tenfold_engine::protocol::{FrameHead, FromEngine, News, Order, RunId, Standing, Theory, ToEngine};

/// So many deaths of the engine in a row, and no new one is started.
const DEATHS_MAX: u32 = 3;

/// A whole run's report, under way or done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Report {
    None,
    /// From 0 to 1.
    Running(f64),
    Done {
        json: String,
        table: String,
        csv: Rc<str>,
    },
}

/// The run as the page knows it.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: RunId,
    /// The engine listens.
    pub(crate) ready: bool,
    pub(crate) playing: bool,
    /// Simulated seconds per second; 0 for as fast as it goes.
    pub(crate) speed: f64,
    pub(crate) achieved: f64,
    pub(crate) now_s: f64,
    pub(crate) topology: Rc<Topology>,
    pub(crate) frame: Option<Rc<Frame>>,
    /// The last windows, for the figures of now.
    pub(crate) recent: VecDeque<WindowRow>,
    pub(crate) report: Report,
    /// How many runs a report is of, and who makes them if they are several.
    pub(crate) runs: u32,
    pub(crate) crew: Option<Crew>,
    /// What theory makes of the component in the inspector.
    pub(crate) theory: Option<Theory>,
    /// What the run is by its statistics.
    pub(crate) standing: Option<Standing>,
    /// The component the engine was told to watch for it.
    watched: String,
    /// What has happened.
    pub(crate) log: Log,
    pub(crate) courses: Courses,
    pub(crate) travel: Travel,
    deaths: u32,
}

impl Default for Run {
    fn default() -> Self {
        Run {
            id: 0,
            ready: false,
            playing: true,
            speed: 10.0,
            achieved: 0.0,
            now_s: 0.0,
            topology: Rc::default(),
            frame: None,
            recent: VecDeque::new(),
            report: Report::None,
            runs: 1,
            crew: None,
            theory: None,
            standing: None,
            watched: String::new(),
            log: Log::default(),
            courses: Courses::default(),
            travel: Travel::default(),
            deaths: 0,
        }
    }
}

impl Run {
    /// The last figures of a component.
    pub(crate) fn component(&self, id: &str) -> Option<&ComponentRow> {
        let index = self.topology.components.iter().position(|c| c == id)?;
        self.frame.as_ref()?.components.get(index)
    }
    /// The last figures of a link.
    pub(crate) fn link(&self, id: &str) -> Option<&LinkRow> {
        let index = self.topology.links.iter().position(|l| l == id)?;
        self.frame.as_ref()?.links.get(index)
    }
}

/// Tells the engine something about this run.
pub(super) fn order(state: &mut State, what: ToEngine) {
    let run = state.run.id;
    state.ask(Effect::Post(Order { run, what }));
}

/// Starts a new run of the model as it is; what an earlier one still says is dropped.
pub(super) fn start(state: &mut State) {
    let run = &mut state.run;
    run.id = run.id.wrapping_add(1);
    run.now_s = 0.0;
    run.frame = None;
    run.recent.clear();
    run.log.clear();
    run.courses.clear();
    if matches!(run.report, Report::Running(_)) {
        run.report = Report::None;
    }
    let (speed, paused) = (run.speed, !run.playing);
    crew::end(state);
    travel::begin(state);
    state.ask(Effect::ClearCharts);
    (state.run.theory, state.run.standing) = (None, None);
    state.run.watched.clear();
    if state.run.ready {
        let model = in_line(&state.model.to_value());
        order(state, ToEngine::Start { model, speed, paused });
    }
}

/// Has the engine watch the component that the inspector shows, for what theory says of it.
pub(super) fn watch(state: &mut State) {
    let shown = match state.view.selection.as_slice() {
        [Target::Component(id)] => id.as_str(),
        _ => "",
    };
    if state.run.ready && state.run.watched != shown {
        let id = shown.to_owned();
        state.run.watched.clone_from(&id);
        order(state, ToEngine::Watch(id));
    }
}

/// Sends an edit to the running engine. `step`: see [`travel::note`].
pub(super) fn apply(state: &mut State, edit: &Edit, step: bool) {
    if !state.run.ready {
        return;
    }
    let after = travel::note(state, edit, step);
    // An edit is made of texts and JSON; it always has a text itself.
    let edit = serde_json::to_string(edit).unwrap_or_default();
    order(state, ToEngine::Apply { edit, after });
}

pub(super) fn act(state: &mut State, action: Action) {
    let run = &mut state.run;
    match action {
        Action::ToggleRun => {
            run.playing = !run.playing;
            if run.playing {
                order(state, ToEngine::Resume);
                state.announce("Running.");
            } else {
                run.achieved = 0.0;
                order(state, ToEngine::Pause);
                state.announce("Paused.");
            }
        }
        Action::Step => {
            run.playing = false;
            order(state, ToEngine::Step);
        }
        Action::Reset => start(state),
        Action::Speed(speed) => {
            run.speed = speed;
            order(state, ToEngine::Speed(speed));
        }
        Action::Runs(runs) => run.runs = runs,
        Action::RunToEnd => {
            let runs = run.runs;
            run.report = Report::Running(0.0);
            run.crew = (runs > 1).then(|| Crew::new(runs));
            order(state, ToEngine::Report(runs));
        }
        _ => {
            run.report = Report::None;
            state.dialog = None;
            crew::end(state);
            order(state, ToEngine::CancelReport);
        }
    }
}

/// Takes in what the engine says.
pub(super) fn news(state: &mut State, news: News, numbers: &[f64]) {
    if matches!(news.what, FromEngine::Ready) {
        state.run.ready = true;
        return start(state);
    }
    let failed = matches!(news.what, FromEngine::Failed(_));
    // What a run that is over still says does not matter, unless the engine is at its end.
    if news.run != state.run.id && !failed {
        return;
    }
    match news.what {
        FromEngine::Ready => {}
        FromEngine::Frame(head) => frame(state, head, numbers),
        FromEngine::ModelRefused(words) => {
            state.run.playing = false;
            state.say(Tone::Bad, format!("The engine refused the model: {words}"));
        }
        FromEngine::EditRefused(words) => {
            // The page checks first, so this is a difference between the two: start from the page's model.
            state.say(Tone::Bad, format!("The engine refused a change and starts again: {words}"));
            start(state);
        }
        FromEngine::ReportBegun(model) => crew::begun(state, model),
        FromEngine::ReportProgress(share) => {
            if state.run.crew.is_some() {
                crew::progress(state, 0, share);
            } else if matches!(state.run.report, Report::Running(_)) {
                state.run.report = Report::Running(share);
            }
        }
        FromEngine::Replicated(seen) => crew::over(state, 0, seen),
        FromEngine::ReportFailed(words) => crew::failed(state, &words),
        FromEngine::Report { json, table, csv } => {
            crew::end(state);
            state.run.report = Report::Done { json, table, csv: csv.into() };
            state.announce("The run has ended. Its report is shown.");
        }
        FromEngine::Failed(message) => died(state, &message),
    }
}

fn frame(state: &mut State, mut head: FrameHead, numbers: &[f64]) {
    let run = &mut state.run;
    run.deaths = 0;
    run.now_s = head.now_s;
    run.achieved = head.speed;
    run.theory = head.theory.take();
    run.standing = head.standing.take().or(run.standing.take());
    travel::arrived(state, &head);
    let run = &mut state.run;
    if let Some(topology) = head.topology {
        run.topology = Rc::new(topology);
    }
    let frame = Rc::new(Frame::from_numbers(numbers, head.notices));
    run.recent.extend(frame.windows.iter().copied());
    let surplus = run.recent.len().saturating_sub(WINDOWS);
    run.recent.drain(..surplus);
    run.courses.note(&state.model, &run.topology, &frame);
    run.frame = Some(Rc::clone(&frame));
    state.ask(Effect::Frame(Rc::clone(&frame)));
    order(state, ToEngine::FrameTaken);
    for notice in &frame.notices {
        state.run.log.note(notice);
        if state.is_listed(notice) {
            continue;
        }
        let name = state.model.component(&notice.about).map_or(notice.about.as_str(), |c| c.name.as_str());
        let colon = if name.is_empty() { "" } else { ": " };
        state.announce(format!("{name}{colon}{}", notice.what));
    }
}

/// The engine is gone: a fresh one takes over from the start, with the model and its seed.
pub(super) fn died(state: &mut State, message: &str) {
    crew::end(state);
    state.run.ready = false;
    state.run.deaths += 1;
    if matches!(state.run.report, Report::Running(_)) {
        state.run.report = Report::None;
        state.dialog = None;
    }
    if state.run.deaths > DEATHS_MAX {
        state.run.playing = false;
        return state.say(
            Tone::Bad,
            format!("The engine keeps failing ({message}). Change the model or reload the page."),
        );
    }
    state.say(Tone::Bad, format!("The engine failed and starts again: {message}"));
    state.ask(Effect::FreshWorker);
}

/// The speed at which a run of so many seconds tells its story in a minute or two.
fn pace(secs: f64) -> f64 {
    match Span::of_run(secs) {
        Span::All if secs > 7200.0 => 600.0,
        Span::All => 60.0,
        _ => 10.0,
    }
}

/// The page has a new model: everything of the old run is over.
pub(super) fn replaced(state: &mut State) {
    state.history = super::history::History::default();
    state.problems.clear();
    state.view.select(None);
    state.view.focus = None;
    state.view.wiring = None;
    state.view.renaming = None;
    state.run.report = Report::None;
    state.run.speed = pace(state.model.head.duration.secs());
    // In an empty model there is nothing to run; whether it shall is left as it was.
    state.run.playing |= !state.model.components.is_empty();
    start(state);
    navigate::fit(state);
    state.ask(Effect::Title(state.model.head.title.clone()));
}
