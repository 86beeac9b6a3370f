//! The run loop: orders in, news out, work in slices between.

use crate::protocol::{FrameHead, FromEngine, News, Order, RunId, ToEngine};
use crate::theory::Watched;
use tenfold::edit::Edit;
use tenfold::measure::WindowRow;
use tenfold::model::{Model, ModelError};
use tenfold::units::{SimTime, Span};
use tenfold::{Advance, Simulation};

/// At most so many frames a second.
const FRAMES_PER_S: f64 = 20.0;
/// Events between two looks at the clock.
const EVENTS_PER_LOOK: u64 = 2_000;
/// Falling behind the wanted speed by more than this is not caught up.
const LAG_MAX_MS: f64 = 200.0;
/// The achieved speed is that of about the last so many milliseconds.
const SPEED_OVER_MS: f64 = 500.0;

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

/// A live run.
#[derive(Debug)]
struct Live {
    simulation: Simulation,
    /// Simulated seconds per second; 0 for as fast as it goes.
    speed: f64,
    paused: bool,
    /// Wall-clock milliseconds and simulated time that belong together; the wanted time is counted from here.
    anchor: Option<(f64, SimTime)>,
    /// Where the achieved speed is counted from.
    gauge: Option<(f64, SimTime)>,
    achieved: f64,
    frame_wanted: bool,
    frame_sent_ms: f64,
    /// Something changed that the page has not been told, although no window was closed.
    stale: bool,
    full: bool,
    watched: Watched,
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
            ToEngine::Apply(edit) => self.apply(&edit),
            ToEngine::Report => self.start_report(),
            ToEngine::CancelReport => self.report = None,
            what => {
                if let Some(live) = &mut self.live {
                    live.steer(&what);
                }
            }
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

    fn apply(&mut self, edit: &str) {
        let Some(live) = &mut self.live else { return };
        let result = match serde_json::from_str::<Edit>(edit) {
            Ok(edit) => live.apply(&edit).map_err(|errors| in_words(&errors)),
            Err(error) => Err(format!("model: this is no edit: {error}")),
        };
        match result {
            Ok(()) => {
                live.stale = true;
                live.full = false;
            }
            Err(words) => self.tell(FromEngine::EditRefused(words)),
        }
    }

    fn start_report(&mut self) {
        let Some(live) = &self.live else { return };
        let model = live.simulation.model().clone();
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
fn in_words(errors: &[ModelError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Live {
    fn new(simulation: Simulation, speed: f64, paused: bool) -> Live {
        Live {
            simulation,
            speed,
            paused,
            anchor: None,
            gauge: None,
            achieved: 0.0,
            frame_wanted: true,
            frame_sent_ms: f64::NEG_INFINITY,
            stale: true,
            full: false,
            watched: Watched::default(),
        }
    }

    fn apply(&mut self, edit: &Edit) -> Result<(), Vec<ModelError>> {
        self.simulation.apply(edit)?;
        // A card that is moved changes nothing that is measured.
        if !matches!(edit, Edit::Move { .. } | Edit::Rename { .. }) {
            self.simulation.measure_afresh();
            self.watched.forget();
        }
        Ok(())
    }

    fn steer(&mut self, what: &ToEngine) {
        match what {
            ToEngine::Speed(speed) => self.speed = *speed,
            ToEngine::Pause => self.paused = true,
            ToEngine::Resume => self.paused = false,
            ToEngine::Step => {
                self.paused = true;
                let window = self.simulation.model().head.window;
                let next = next_boundary(self.simulation.now(), window);
                self.simulation.advance(next, STEP_EVENTS_MAX);
            }
            ToEngine::FrameTaken => return self.frame_wanted = true,
            ToEngine::Watch(id) => {
                self.watched.look_at(id);
                return self.stale = true;
            }
            _ => return,
        }
        (self.anchor, self.gauge) = (None, None);
        self.stale = true;
    }

    /// Gives the milliseconds until there is something to do.
    fn work(&mut self, clock_ms: &impl Fn() -> f64, until_ms: f64) -> f64 {
        const NEVER_MS: f64 = 50.0;
        if self.paused {
            self.achieved = 0.0;
            return NEVER_MS;
        }
        let begun = clock_ms();
        let target = self.target(begun);
        let mut now = begun;
        while now < until_ms {
            match self.simulation.advance(target, EVENTS_PER_LOOK) {
                Advance::Paused => {}
                Advance::TooManyCalls => {
                    self.stand_still();
                    break;
                }
                _ => break,
            }
            now = clock_ms();
        }
        self.measure_speed(clock_ms());
        // As fast as it goes: more at once. Otherwise a little later there is more to do.
        if self.speed <= 0.0 || self.simulation.now() < target { 0.0 } else { 8.0 }
    }

    fn target(&mut self, now_ms: f64) -> SimTime {
        if self.speed <= 0.0 {
            return SimTime::MAX;
        }
        let here = self.simulation.now();
        let (at_ms, at) = *self.anchor.get_or_insert((now_ms, here));
        let target = at + Span::from_secs_f64((now_ms - at_ms).max(0.0) / 1000.0 * self.speed);
        if target.since(here).secs() / self.speed * 1000.0 > LAG_MAX_MS {
            self.anchor = Some((now_ms, here));
            return here + Span::from_secs_f64(LAG_MAX_MS / 1000.0 * self.speed);
        }
        target
    }

    fn stand_still(&mut self) {
        self.paused = true;
        self.full = true;
        self.stale = true;
    }

    fn measure_speed(&mut self, now_ms: f64) {
        let here = self.simulation.now();
        let (since_ms, since) = *self.gauge.get_or_insert((now_ms, here));
        let passed = now_ms - since_ms;
        if passed >= SPEED_OVER_MS {
            self.achieved = here.since(since).secs() / passed * 1000.0;
            self.gauge = Some((now_ms, here));
        }
    }

    /// A frame, if one is wanted, due, and there is something to tell.
    fn frame(&mut self, now_ms: f64) -> Option<(FrameHead, Vec<f64>)> {
        let due = now_ms - self.frame_sent_ms >= 1000.0 / FRAMES_PER_S;
        if !self.frame_wanted || !due || (self.paused && !self.stale) {
            return None;
        }
        let topology = self.simulation.changed_topology();
        let mut frame = self.simulation.frame();
        if self.full {
            let what = format!(
                "{} calls in flight: no room for more; lower the load",
                self.simulation.calls_in_flight()
            );
            frame.notices.push(tenfold::measure::Notice { at_s: frame.at_s, about: String::new(), what });
        }
        self.frame_wanted = false;
        self.frame_sent_ms = now_ms;
        self.stale = false;
        let head = FrameHead {
            now_s: self.simulation.now().secs(),
            speed: self.achieved,
            topology,
            notices: std::mem::take(&mut frame.notices),
            theory: self.watched.theory(&self.simulation),
        };
        Some((head, frame.numbers()))
    }
}

/// A step does no more than this, so that it comes back even where a window holds very many events.
const STEP_EVENTS_MAX: u64 = 5_000_000;

fn next_boundary(now: SimTime, window: Span) -> SimTime {
    let window = window.nanos().max(1);
    SimTime::from_nanos((now.nanos() / window + 1).saturating_mul(window))
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
        let twice = frame(ToEngine::Apply(r#"{"set":{"field":"load","value":2}}"#.to_owned())).unwrap();
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
        runner.take_order(order(ToEngine::Apply(edit)));
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
