//! A report of several runs: which engine makes which of them, and how far all have come.
//!
//! Engine 0 is that of the live run: it makes number 0, and pools. The others help; where none can, it makes them all.

use super::run::order;
use super::{Effect, Report, State, Tone};
use tenfold_engine::protocol::{FromEngine, News, Order, Seen, ToEngine};

/// The engines at work on a report of several runs.
#[derive(Debug)]
pub(crate) struct Crew {
    runs: u32,
    /// The number that is given out next.
    next: u32,
    over: u32,
    /// What each engine is making, and how far it has come.
    hands: Vec<Option<(u32, f64)>>,
    /// The model's file.
    model: String,
}

impl Crew {
    pub(super) fn new(runs: u32) -> Crew {
        Crew { runs, next: 1, over: 0, hands: vec![Some((0, 0.0))], model: String::new() }
    }

    /// From 0 to 1.
    fn share(&self) -> f64 {
        let under_way: f64 = self.hands.iter().flatten().map(|(_, share)| share).sum();
        (f64::from(self.over) + under_way) / f64::from(self.runs)
    }

    /// How many runs are made at once.
    pub(crate) fn at_once(&self) -> usize {
        self.hands.iter().flatten().count()
    }
}

/// The engine of the live run has begun: others may help.
pub(super) fn begun(state: &mut State, model: String) {
    if let Some(crew) = &mut state.run.crew {
        crew.model = model;
        let most = crew.runs - 1;
        state.ask(Effect::Help(most));
    }
}

/// Takes in what a helper says; in words why it cannot.
pub(super) fn heard(state: &mut State, helper: usize, said: Result<News, String>) {
    let Some(crew) = &mut state.run.crew else { return };
    let works = helper < crew.hands.len();
    match said.map(|news| news.what) {
        Ok(FromEngine::Ready) => {
            crew.hands.resize(crew.hands.len().max(helper + 1), None);
            let model = std::mem::take(&mut crew.model);
            let start = ToEngine::Start { model: model.clone(), speed: 0.0, paused: true };
            crew.model = model;
            post(state, helper, start);
            give(state, helper);
        }
        Ok(FromEngine::Replicated(seen)) => over(state, helper, seen),
        Ok(FromEngine::ReportProgress(share)) => progress(state, helper, share),
        Ok(FromEngine::Frame(_)) => {}
        Ok(FromEngine::Failed(words) | FromEngine::ModelRefused(words) | FromEngine::ReportFailed(words)) => {
            failed(state, &words);
        }
        // One that never came up is not missed: the others make its runs.
        Err(words) if works => failed(state, &words),
        _ => {}
    }
}

/// The run that an engine was given is over.
pub(super) fn over(state: &mut State, engine: usize, seen: Seen) {
    let Some(crew) = &mut state.run.crew else { return };
    // Of an earlier report, perhaps.
    if !crew.hands.get(engine).is_some_and(|at| at.is_some_and(|(making, _)| making == seen.number)) {
        return;
    }
    crew.over += 1;
    if engine > 0 {
        order(state, ToEngine::Pool(seen));
    }
    give(state, engine);
    show(state);
}

/// Gives an engine its next run.
fn give(state: &mut State, engine: usize) {
    let Some(crew) = &mut state.run.crew else { return };
    let number = crew.next;
    let more = number < crew.runs;
    crew.hands[engine] = more.then_some((number, 0.0));
    if more {
        crew.next += 1;
        post(state, engine, ToEngine::Replicate(number));
    }
}

fn post(state: &mut State, engine: usize, what: ToEngine) {
    if engine == 0 {
        return order(state, what);
    }
    let run = state.run.id;
    state.ask(Effect::PostHelper(engine, Order { run, what }));
}

pub(super) fn progress(state: &mut State, engine: usize, share: f64) {
    if let Some(Some((_, come))) = state.run.crew.as_mut().and_then(|crew| crew.hands.get_mut(engine)) {
        *come = share;
        show(state);
    }
}

fn show(state: &mut State) {
    if let (Report::Running(share), Some(crew)) = (&mut state.run.report, &state.run.crew) {
        *share = crew.share();
    }
}

/// There will be no report.
pub(super) fn failed(state: &mut State, words: &str) {
    order(state, ToEngine::CancelReport);
    end(state);
    state.run.report = Report::None;
    state.dialog = None;
    state.say(Tone::Bad, format!("There is no report, a run failed: {words}"));
}

/// The report is there, or nobody waits for it any more.
pub(super) fn end(state: &mut State) {
    if state.run.crew.take().is_some() {
        state.ask(Effect::Dismiss);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Action, update};
    use super::*;
    use tenfold_engine::protocol::Bytes;

    fn said(state: &mut State, engine: usize, what: FromEngine) -> Vec<Effect> {
        let news = News { run: state.run.id, what };
        let action = if engine == 0 {
            Action::News { news, numbers: Vec::new() }
        } else {
            Action::HelperNews { helper: engine, said: Ok(news) }
        };
        update(state, action)
    }

    /// The orders among effects, with the engines they are for.
    fn orders(effects: Vec<Effect>) -> Vec<(usize, ToEngine)> {
        let order = |effect| match effect {
            Effect::Post(order) => Some((0, order.what)),
            Effect::PostHelper(engine, order) => Some((engine, order.what)),
            _ => None,
        };
        effects.into_iter().filter_map(order).collect()
    }

    fn seen(number: u32) -> Seen {
        Seen { number, bytes: Bytes(vec![number as u8]) }
    }

    fn replicated(number: u32) -> FromEngine {
        FromEngine::Replicated(seen(number))
    }

    /// A report of `runs` runs has begun.
    fn begun(runs: u32) -> State {
        let mut state = State::default();
        said(&mut state, 0, FromEngine::Ready);
        update(&mut state, Action::Runs(runs));
        let asked = orders(update(&mut state, Action::RunToEnd));
        assert_eq!(asked, [(0, ToEngine::Report(runs))]);
        let asked = said(&mut state, 0, FromEngine::ReportBegun("{}".into()));
        assert!(matches!(asked[..], [Effect::Help(most)] if most == runs - 1));
        state
    }

    #[test]
    fn whoever_is_free_gets_the_next_run_and_what_helpers_have_seen_goes_to_the_pool() {
        let mut state = begun(4);
        let start = ToEngine::Start { model: "{}".into(), speed: 0.0, paused: true };
        assert_eq!(
            orders(said(&mut state, 2, FromEngine::Ready)),
            [(2, start.clone()), (2, ToEngine::Replicate(1))]
        );
        assert_eq!(orders(said(&mut state, 1, FromEngine::Ready)), [(1, start), (1, ToEngine::Replicate(2))]);
        said(&mut state, 0, FromEngine::ReportProgress(0.5));
        assert_eq!(state.run.report, Report::Running(0.125));
        let pool = ToEngine::Pool(seen(1));
        assert_eq!(orders(said(&mut state, 2, replicated(1))), [(0, pool), (2, ToEngine::Replicate(3))]);
        assert_eq!(state.run.report, Report::Running(0.375));
        assert_eq!(orders(said(&mut state, 0, replicated(0))), [], "all are given out");
        assert_eq!(orders(said(&mut state, 0, replicated(0))), [], "an earlier report's");
        let done = FromEngine::Report { json: "{}".into(), table: String::new(), csv: String::new() };
        assert!(matches!(said(&mut state, 0, done)[..], [Effect::Dismiss, ..]));
        assert!(state.run.crew.is_none());
    }

    #[test]
    fn without_helpers_the_one_engine_makes_all() {
        let mut state = begun(3);
        let lost = Action::HelperNews { helper: 1, said: Err("no worker here".into()) };
        assert!(update(&mut state, lost).is_empty());
        assert_eq!(orders(said(&mut state, 0, replicated(0))), [(0, ToEngine::Replicate(1))]);
        assert_eq!(orders(said(&mut state, 0, replicated(1))), [(0, ToEngine::Replicate(2))]);
        assert_eq!(orders(said(&mut state, 0, replicated(2))), []);
    }

    #[test]
    fn a_helper_that_dies_is_told_of_and_ends_the_report_and_so_does_the_visitor() {
        let mut state = begun(5);
        said(&mut state, 1, FromEngine::Ready);
        let effects = said(&mut state, 1, FromEngine::Failed("out of memory".into()));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Dismiss)));
        assert_eq!(state.run.report, Report::None);
        assert_eq!(state.toasts[0].text, "There is no report, a run failed: out of memory");
        let mut state = begun(5);
        let effects = update(&mut state, Action::CancelReport);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Dismiss)));
        assert_eq!(orders(effects), [(0, ToEngine::CancelReport)]);
    }
}
