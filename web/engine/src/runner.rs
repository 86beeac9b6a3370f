//! The run loop: orders in, news out, work in slices between.

use crate::live::Live;
use crate::protocol::{FromEngine, News, Order, RunId, ToEngine};
use tenfold::measure::WindowRow;
use tenfold::model::{Model, ModelError};
use tenfold::units::SimTime;
use tenfold::{Advance, Simulation};

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
    report: Option<ReportRun>,
    parcels: Vec<Parcel>,
}

/// A run of its own, from the start to the model's duration.
#[derive(Debug)]
struct ReportRun {
    simulation: Simulation,
    end: SimTime,
    windows: Vec<WindowRow>,
    told_ms: f64,
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
            ToEngine::Report => self.start_report(),
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
        let report_works = self.report.is_some();
        let idle = match &mut self.live {
            Some(live) if !report_works => live.work(&clock_ms, until_ms),
            _ => IDLE_MS,
        };
        if report_works {
            self.work_on_report(&clock_ms, until_ms);
        }
        self.tell_refusals();
        let now = clock_ms();
        if let Some((head, numbers)) = self.live.as_mut().and_then(|live| live.frame(now)) {
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

    fn start_report(&mut self) {
        let Some(live) = &self.live else { return };
        let model = live.history.simulation().model().clone();
        let end = SimTime::ZERO + model.head.duration;
        match Simulation::new(&model) {
            Ok(simulation) => {
                self.report =
                    Some(ReportRun { simulation, end, windows: Vec::new(), told_ms: f64::NEG_INFINITY });
            }
            Err(errors) => self.tell(FromEngine::ModelRefused(in_words(&errors))),
        }
    }

    fn work_on_report(&mut self, clock_ms: &impl Fn() -> f64, until_ms: f64) {
        const TOLD_EVERY_MS: f64 = 100.0;
        let Some(run) = &mut self.report else { return };
        let done = run.work(clock_ms, until_ms);
        let now = clock_ms();
        if done {
            let Some(run) = self.report.take() else { return };
            let report = run.simulation.report();
            let what = FromEngine::Report {
                json: report.to_json(),
                table: report.to_string(),
                csv: windows_csv(&run.windows),
            };
            self.tell(what);
        } else if now - run.told_ms >= TOLD_EVERY_MS {
            run.told_ms = now;
            let share = run.simulation.now().secs() / run.end.secs();
            self.tell(FromEngine::ReportProgress(share));
        }
    }
}

/// Every problem, each with its place.
pub(crate) fn in_words(errors: &[ModelError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl ReportRun {
    /// Whether the end has come.
    fn work(&mut self, clock_ms: &impl Fn() -> f64, until_ms: f64) -> bool {
        loop {
            let advance = self.simulation.advance(self.end, EVENTS_PER_LOOK);
            self.windows.append(&mut self.simulation.frame().windows);
            if advance != Advance::Paused {
                return true;
            }
            if clock_ms() >= until_ms {
                return false;
            }
        }
    }
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
    use std::cell::Cell;
    use tenfold::measure::Frame;
    use tenfold::presets;
    use tenfold::theory::beside::Line;
    use tenfold::units::Span;

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
        runner.take_order(order(ToEngine::Report));
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
        let mut at_once = Simulation::new(&model).unwrap();
        at_once.run_until(SimTime::ZERO + model.head.duration);
        assert_eq!(json, at_once.report().to_json());
    }
}
