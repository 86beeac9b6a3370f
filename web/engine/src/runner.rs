//! The run loop: orders in, news out, work in slices between.

use crate::live::Live;
use crate::protocol::{FromEngine, News, Order, RunId, ToEngine};
use crate::reporting::Reporting;
use tenfold::Simulation;
use tenfold::measure::WindowRow;
use tenfold::model::{Model, ModelError};

/// Events between two looks at the clock.
pub(crate) const EVENTS_PER_LOOK: u64 = 2_000;

/// A message for the page and the numbers that travel beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// The message.
    pub news: News,
    /// A frame's numbers.
    pub numbers: Option<Vec<f64>>,
}

/// One engine: at most one live run, and at most one report under way.
#[derive(Debug, Default)]
pub struct Runner {
    run: RunId,
    live: Option<Live>,
    report: Option<Reporting>,
    parcels: Vec<Parcel>,
}

impl Runner {
    /// Does what the page asks; answers come from [`Runner::take_parcels`].
    pub fn take_order(&mut self, order: Order) {
        if let ToEngine::Start { model, speed, paused } = order.what {
            self.run = order.run;
            return self.start(&model, speed, paused);
        }
        if order.run != self.run {
            return;
        }
        match order.what {
            ToEngine::Report(runs) => self.start_report(runs),
            ToEngine::Replicate(number) => self.replicate(number),
            ToEngine::Pool(seen) => {
                if let Some(report) = &mut self.report {
                    report.take(seen);
                }
            }
            ToEngine::CancelReport => self.report = None,
            what => {
                if let Some(live) = &mut self.live {
                    live.take(what);
                }
                self.tell_refusals();
            }
        }
    }

    fn tell_refusals(&mut self) {
        let refused = self.live.as_mut().map(|live| std::mem::take(&mut live.refused)).unwrap_or_default();
        for words in refused {
            self.tell(FromEngine::EditRefused(words));
        }
    }

    /// Works until `clock_ms` passes `until_ms` or there is nothing to do before then; gives the milliseconds until there may be.
    ///
    /// `clock_ms` is any clock that does not go back.
    pub fn work(&mut self, clock_ms: impl Fn() -> f64, until_ms: f64) -> f64 {
        const IDLE_MS: f64 = 50.0;
        let idle = match &mut self.live {
            Some(live) if self.report.is_none() => live.work(&clock_ms, until_ms),
            _ => IDLE_MS,
        };
        self.work_on_report(&clock_ms, until_ms);
        let report_works = self.report.as_ref().is_some_and(Reporting::has_work);
        self.tell_refusals();
        if let Some((head, numbers)) = self.live.as_mut().and_then(|live| live.frame(&clock_ms)) {
            let news = News { run: self.run, what: FromEngine::Frame(head) };
            self.parcels.push(Parcel { news, numbers: Some(numbers) });
        }
        if report_works { 0.0 } else { idle }
    }

    /// The messages since the last time.
    pub fn take_parcels(&mut self) -> Vec<Parcel> {
        std::mem::take(&mut self.parcels)
    }

    fn tell(&mut self, what: FromEngine) {
        let news = News { run: self.run, what };
        self.parcels.push(Parcel { news, numbers: None });
    }

    fn start(&mut self, model: &str, speed: f64, paused: bool) {
        self.report = None;
        match Model::from_json(model).and_then(|model| Simulation::new(&model)) {
            Ok(simulation) => self.live = Some(Live::new(simulation, speed, paused)),
            Err(errors) => {
                self.live = None;
                self.tell(FromEngine::ModelRefused(in_words(&errors)));
            }
        }
    }

    fn start_report(&mut self, runs: u32) {
        let Some(live) = &self.live else { return };
        let model = live.history.simulation().model().clone();
        if runs > 1 {
            self.tell(FromEngine::ReportBegun(model.to_json()));
        }
        self.report = Some(Reporting::new(model, runs));
    }

    fn replicate(&mut self, number: u32) {
        if let Some(live) = &self.live {
            let model = || live.history.simulation().model().clone();
            self.report.get_or_insert_with(|| Reporting::of_another(model())).todo.push(number);
        }
    }

    fn work_on_report(&mut self, clock_ms: &impl Fn() -> f64, until_ms: f64) {
        let Some(report) = &mut self.report else { return };
        if let Some(what) = report.work(clock_ms, until_ms) {
            if matches!(what, FromEngine::Report { .. } | FromEngine::ReportFailed(_)) {
                self.report = None;
            }
            self.tell(what);
        }
    }
}

/// Every problem, each with its place.
pub(crate) fn in_words(errors: &[ModelError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The chart windows of a run as CSV, with a header; what is not there is empty.
pub fn windows_csv(windows: &[WindowRow]) -> String {
    let mut text = WindowRow::COLUMNS.join(",");
    text.push('\n');
    let mut row = Vec::new();
    for window in windows {
        row.clear();
        window.write(&mut row);
        let cells: Vec<String> =
            row.iter().map(|x| if x.is_nan() { String::new() } else { x.to_string() }).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Seen;
    use std::cell::Cell;
    use tenfold::Replications;
    use tenfold::measure::Frame;
    use tenfold::presets;
    use tenfold::theory::beside::Line;
    use tenfold::units::{SimTime, Span};

    fn order(what: ToEngine) -> Order {
        Order { run: 1, what }
    }

    fn start(speed: f64) -> ToEngine {
        ToEngine::Start { model: presets::ALL[0].json.to_owned(), speed, paused: false }
    }

    /// A clock that moves by a millisecond with every look.
    fn ticking() -> impl Fn() -> f64 {
        let now = Cell::new(0.0);
        move || {
            now.set(now.get() + 1.0);
            now.get()
        }
    }

    #[test]
    fn a_run_gives_frames_one_at_a_time_and_the_next_when_the_last_was_taken() {
        let mut runner = Runner::default();
        let clock = ticking();
        runner.take_order(order(start(0.0)));
        let mut frames = 0;
        for _ in 0..100 {
            runner.work(&clock, clock() + 10.0);
            frames += runner.take_parcels().len();
        }
        assert_eq!(frames, 1);
        runner.take_order(order(ToEngine::FrameTaken));
        runner.work(&clock, clock() + 10.0);
        let parcel = runner.take_parcels().pop().unwrap();
        let FromEngine::Frame(head) = parcel.news.what else { panic!("{parcel:?}") };
        let frame = Frame::from_numbers(&parcel.numbers.unwrap(), Vec::new());
        assert!(!frame.windows.is_empty() && head.now_s > 0.0);
        assert_eq!(frame.components.len(), 6);
    }

    #[test]
    fn frames_say_what_theory_makes_of_the_component_that_is_watched_and_measure_afresh_after_a_change() {
        let mut runner = Runner::default();
        let clock = ticking();
        let model = presets::by_slug("mm1").unwrap().json.to_owned();
        runner.take_order(order(ToEngine::Start { model, speed: 0.0, paused: false }));
        let mut frame = |what: ToEngine| {
            runner.take_order(order(ToEngine::FrameTaken));
            runner.take_order(order(what));
            loop {
                runner.work(&clock, clock() + 50.0);
                match runner.take_parcels().pop().map(|parcel| parcel.news.what) {
                    Some(FromEngine::Frame(head)) => return head.theory,
                    other => assert_eq!(other, None),
                }
            }
        };
        assert_eq!(frame(ToEngine::Resume), None);
        let theory = frame(ToEngine::Watch("server".to_owned())).unwrap();
        assert_eq!((theory.component.as_str(), theory.formula.as_str()), ("server", "M/M/1"));
        let lines: Vec<Line> = theory.lines.chunks(4).filter_map(Line::read).collect();
        assert!((lines[0].predicted - 80.0).abs() < 1e-9 && lines[0].measured.is_some(), "{lines:?}");
        let twice =
            frame(ToEngine::Apply { edit: r#"{"set":{"field":"load","value":2}}"#.to_owned(), after: 0 })
                .unwrap();
        assert!(twice.remarks[0].starts_with("Overload: 160/s come"), "{twice:?}");
        assert_eq!(frame(ToEngine::Watch(String::new())), None);
    }

    #[test]
    fn orders_of_another_run_are_dropped_and_a_bad_edit_is_told_and_changes_nothing() {
        let mut runner = Runner::default();
        runner.take_order(order(start(1.0)));
        runner.take_order(Order { run: 9, what: ToEngine::Pause });
        assert!(!runner.live.as_ref().unwrap().paused);
        let edit = r#"{"set":{"field":"load","value":-3}}"#.to_owned();
        runner.take_order(order(ToEngine::Apply { edit, after: 0 }));
        let parcels = runner.take_parcels();
        assert!(
            matches!(&parcels[0].news.what, FromEngine::EditRefused(words) if words == "load: -3 is outside 0 to 1000000")
        );
    }

    #[test]
    fn a_report_made_in_slices_has_the_bytes_of_one_made_at_once() {
        let mut model = presets::ALL[0].model();
        model.head.duration = Span::from_secs(5);
        model.head.warm_up = Some(Span::from_secs(1));
        let mut runner = Runner::default();
        let clock = ticking();
        runner.take_order(order(ToEngine::Start { model: model.to_json(), speed: 1.0, paused: true }));
        runner.take_order(order(ToEngine::Report(1)));
        let json = loop {
            runner.work(&clock, clock() + 2.0);
            let report = runner.take_parcels().into_iter().find_map(|parcel| match parcel.news.what {
                FromEngine::Report { json, .. } => Some(json),
                _ => None,
            });
            if let Some(json) = report {
                break json;
            }
        };
        assert_eq!(json, at_once(&model, 0).report().to_json());
    }

    fn at_once(model: &Model, number: u64) -> Simulation {
        let mut run = Simulation::new(&Replications::model(model, number)).unwrap();
        run.run_until(SimTime::ZERO + model.head.duration);
        run
    }

    /// Works until there is news that `is` wants.
    fn await_news<T>(runner: &mut Runner, is: impl Fn(FromEngine) -> Option<T>) -> T {
        let clock = ticking();
        loop {
            runner.work(&clock, clock() + 20.0);
            if let Some(news) = runner.take_parcels().into_iter().find_map(|parcel| is(parcel.news.what)) {
                return news;
            }
        }
    }

    fn replicated(what: FromEngine) -> Option<Seen> {
        if let FromEngine::Replicated(seen) = what { Some(seen) } else { None }
    }

    #[test]
    fn a_report_of_several_runs_is_the_same_whoever_makes_them_and_in_whatever_order_they_come() {
        let mut model = presets::ALL[0].model();
        (model.head.duration, model.head.warm_up) = (Span::from_secs(3), Some(Span::from_secs(1)));
        let mut pool = Replications::of(at_once(&model, 0));
        (1..4).for_each(|number| pool.add(&at_once(&model, number)).unwrap());

        let (mut here, mut there) = (Runner::default(), Runner::default());
        here.take_order(order(ToEngine::Start { model: model.to_json(), speed: 1.0, paused: true }));
        here.take_order(order(ToEngine::Report(4)));
        let begun = here.take_parcels().pop().map(|parcel| parcel.news.what);
        let Some(FromEngine::ReportBegun(text)) = begun else { panic!("{begun:?}") };
        there.take_order(order(ToEngine::Start { model: text, speed: 1.0, paused: true }));
        for number in [3, 1] {
            there.take_order(order(ToEngine::Replicate(number)));
            let seen = await_news(&mut there, replicated);
            assert_eq!(seen.number, number);
            here.take_order(order(ToEngine::Pool(seen)));
        }
        assert_eq!(await_news(&mut here, replicated).number, 0);
        here.take_order(order(ToEngine::Replicate(2)));
        assert_eq!(await_news(&mut here, replicated).number, 2);
        let json = await_news(&mut here, |what| match what {
            FromEngine::Report { json, .. } => Some(json),
            _ => None,
        });
        assert_eq!(json, pool.report().to_json());
        assert!(here.report.is_none());
    }

    #[test]
    fn a_run_that_cannot_be_pooled_ends_the_report_with_a_word() {
        let mut model = presets::ALL[0].model();
        (model.head.duration, model.head.warm_up) = (Span::from_secs(1), None);
        let mut runner = Runner::default();
        runner.take_order(order(ToEngine::Start { model: model.to_json(), speed: 1.0, paused: true }));
        runner.take_order(order(ToEngine::Report(2)));
        runner.take_order(order(ToEngine::Pool(Seen { number: 1, bytes: Default::default() })));
        let why = await_news(&mut runner, |what| match what {
            FromEngine::ReportFailed(why) => Some(why),
            _ => None,
        });
        assert_eq!(why, "these are not the bytes of a run, or not all of them");
        assert!(runner.report.is_none());
    }
}
