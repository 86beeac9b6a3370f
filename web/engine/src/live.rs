//! The live run: it follows the clock, takes edits, goes back and comes again.

use crate::protocol::{FrameHead, ToEngine};
use crate::runner::{EVENTS_PER_LOOK, in_words};
use crate::standing::Judge;
use crate::theory::Watched;
use tenfold::edit::Edit;
use tenfold::measure::Notice;
use tenfold::units::{SimTime, Span};
use tenfold::{Advance, History, Simulation};

/// What checkpoints may take: a phone's browser ends a tab at some hundred MiB, and the run itself may need as much again.
const HISTORY_BYTES: usize = 128 << 20;
/// A way back that takes longer than this gives way to the next one; a shorter one is gone to its end, so that there is something to
/// see while the user drags.
const PATIENCE_MS: f64 = 100.0;
/// At most so many frames a second.
const FRAMES_PER_S: f64 = 20.0;
/// Falling behind the wanted speed by more than this is not caught up.
const LAG_MAX_MS: f64 = 200.0;
/// The achieved speed is that of about the last so many milliseconds.
const SPEED_OVER_MS: f64 = 500.0;

/// A live run.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) history: History,
    /// Simulated seconds per second; 0 for as fast as it goes.
    speed: f64,
    pub(crate) paused: bool,
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
    /// The way back that is under way.
    back: Option<Back>,
    /// The one that comes after it.
    next: Option<(SimTime, u32)>,
    /// The number of the last one that came to its end.
    arrived: u32,
    /// What has to wait until the way back has ended.
    waiting: Vec<ToEngine>,
    /// Why edits were refused, in words.
    pub(crate) refused: Vec<String>,
    watched: Watched,
    judge: Judge,
    /// How many edits were in force when theory was last asked.
    watched_after: usize,
}

/// A way back.
#[derive(Debug)]
struct Back {
    number: u32,
    worked_ms: f64,
}

impl Live {
    pub(crate) fn new(mut simulation: Simulation, speed: f64, paused: bool) -> Live {
        simulation.measure_afresh_after_edits();
        Live {
            history: History::new(simulation, HISTORY_BYTES),
            speed,
            paused,
            anchor: None,
            gauge: None,
            achieved: 0.0,
            frame_wanted: true,
            frame_sent_ms: f64::NEG_INFINITY,
            stale: true,
            full: false,
            back: None,
            next: None,
            arrived: 0,
            waiting: Vec::new(),
            refused: Vec::new(),
            watched: Watched::default(),
            judge: Judge::default(),
            watched_after: 0,
        }
    }

    /// Does what the page asks, or keeps it until the way back that is under way has ended.
    pub(crate) fn take(&mut self, what: ToEngine) {
        let waits = matches!(what, ToEngine::Apply { .. } | ToEngine::Fork | ToEngine::Step);
        let goes_back = matches!(what, ToEngine::Rewind { .. });
        let busy = self.back.is_some() || self.next.is_some();
        if (waits && busy) || (goes_back && !self.waiting.is_empty()) {
            self.waiting.push(what);
        } else {
            self.steer(what);
        }
    }

    fn steer(&mut self, what: ToEngine) {
        match what {
            ToEngine::Speed(speed) => self.speed = speed,
            ToEngine::Pause => self.paused = true,
            ToEngine::Resume => self.paused = false,
            ToEngine::Step => {
                self.paused = true;
                let simulation = self.history.simulation();
                let next = next_boundary(simulation.now(), simulation.model().head.window);
                self.history.advance(next, STEP_EVENTS_MAX);
            }
            ToEngine::FrameTaken => {
                self.frame_wanted = true;
                return;
            }
            ToEngine::Watch(id) => {
                self.watched.look_at(&id);
                self.stale = true;
                return;
            }
            ToEngine::Apply { edit, after } => self.apply(&edit, after),
            ToEngine::Fork => self.history.forget_future(),
            ToEngine::Rewind { to_s, number } => {
                self.paused = true;
                self.next = Some((SimTime::ZERO + Span::from_secs_f64(to_s), number));
                return;
            }
            _ => return,
        }
        (self.anchor, self.gauge) = (None, None);
        self.stale = true;
    }

    fn apply(&mut self, edit: &str, after: usize) {
        // The page saw a moment before this one, while what was lived through was repeated: that is where it edits.
        if after < self.history.simulation().log().len() {
            self.history.forget_edits(after);
        }
        let result = match serde_json::from_str::<Edit>(edit) {
            Ok(edit) => self.history.apply(&edit).map_err(|errors| in_words(&errors)),
            Err(error) => Err(format!("model: this is no edit: {error}")),
        };
        match result {
            Ok(()) => {
                self.full = false;
                self.watched.forget();
            }
            Err(words) => self.refused.push(words),
        }
    }

    /// Begins the next way back when there is nothing to do before.
    fn turn_back(&mut self) {
        let patient = self.back.as_ref().is_some_and(|back| back.worked_ms < PATIENCE_MS);
        // What was come to is shown first.
        if patient || (self.back.is_none() && self.stale) {
            return;
        }
        if let Some((to, number)) = self.next.take() {
            self.history.begin_rewind(to);
            self.back = Some(Back { number, worked_ms: 0.0 });
            (self.anchor, self.gauge, self.full) = (None, None, false);
        }
    }

    /// Goes on with the way back; tells whether there is none any more.
    fn go_back(&mut self, clock_ms: &impl Fn() -> f64, until_ms: f64) -> bool {
        self.turn_back();
        let Some(back) = &mut self.back else { return self.next.is_none() };
        let begun = clock_ms();
        let mut now = begun;
        while now < until_ms {
            if self.history.go_on(EVENTS_PER_LOOK) {
                self.arrived = back.number;
                self.back = None;
                self.stale = true;
                self.watched.forget();
                if self.next.is_none() {
                    std::mem::take(&mut self.waiting).into_iter().for_each(|what| self.take(what));
                }
                return false;
            }
            now = clock_ms();
        }
        back.worked_ms += now - begun;
        false
    }

    /// Gives the milliseconds until there is something to do.
    pub(crate) fn work(&mut self, clock_ms: &impl Fn() -> f64, until_ms: f64) -> f64 {
        const NEVER_MS: f64 = 50.0;
        const SOON_MS: f64 = 8.0;
        if !self.go_back(clock_ms, until_ms) {
            return if self.back.is_some() { 0.0 } else { SOON_MS };
        }
        if self.paused {
            self.achieved = 0.0;
            return NEVER_MS;
        }
        let begun = clock_ms();
        let target = self.target(begun);
        let mut now = begun;
        while now < until_ms {
            match self.history.advance(target, EVENTS_PER_LOOK) {
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
        if self.speed <= 0.0 || self.history.simulation().now() < target { 0.0 } else { SOON_MS }
    }

    fn target(&mut self, now_ms: f64) -> SimTime {
        if self.speed <= 0.0 {
            return SimTime::MAX;
        }
        let here = self.history.simulation().now();
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
        let here = self.history.simulation().now();
        let (since_ms, since) = *self.gauge.get_or_insert((now_ms, here));
        let passed = now_ms - since_ms;
        if passed >= SPEED_OVER_MS {
            self.achieved = here.since(since).secs() / passed * 1000.0;
            self.gauge = Some((now_ms, here));
        }
    }

    /// A frame, if one is wanted, due, and there is something to tell.
    pub(crate) fn frame(&mut self, clock_ms: &impl Fn() -> f64) -> Option<(FrameHead, Vec<f64>)> {
        let now_ms = clock_ms();
        let due = now_ms - self.frame_sent_ms >= 1000.0 / FRAMES_PER_S;
        if !self.frame_wanted || !due || self.back.is_some() || (self.paused && !self.stale) {
            return None;
        }
        let topology = self.history.changed_topology();
        let mut frame = self.history.frame();
        if self.full {
            let what = format!(
                "{} calls in flight: no room for more; lower the load",
                self.history.simulation().calls_in_flight()
            );
            frame.notices.push(Notice { at_s: frame.at_s, about: String::new(), what });
        }
        self.frame_wanted = false;
        self.frame_sent_ms = now_ms;
        self.stale = false;
        let edits = self.history.simulation().log().len();
        if std::mem::replace(&mut self.watched_after, edits) != edits {
            self.watched.forget();
        }
        let head = FrameHead {
            now_s: self.history.simulation().now().secs(),
            reach_s: self.history.reach().secs(),
            latest_s: self.history.latest().secs(),
            edits,
            arrived: self.arrived,
            speed: self.achieved,
            topology,
            notices: std::mem::take(&mut frame.notices),
            theory: self.watched.theory(self.history.simulation()),
            standing: self.judge.judge(self.history.simulation(), clock_ms, self.paused),
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

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::presets;

    const FOREVER: f64 = 1e9;

    fn at(secs: f64) -> SimTime {
        SimTime::ZERO + Span::from_secs_f64(secs)
    }

    fn live() -> Live {
        let mut model = presets::ALL[0].model();
        model.head.load = 10.0;
        Live::new(Simulation::new(&model).expect("the model is legal"), 0.0, true)
    }

    fn load(times: f64, after: usize) -> ToEngine {
        let edit = Edit::Set { field: "load".into(), value: times.into() };
        ToEngine::Apply { edit: serde_json::to_string(&edit).expect("an edit has a text"), after }
    }

    /// Works until there is nothing left to do at once; gives the frame that the page would get.
    fn work(live: &mut Live) -> FrameHead {
        while live.work(&|| 0.0, 1.0) <= 0.0 {}
        live.frame_wanted = true;
        live.frame_sent_ms = f64::NEG_INFINITY;
        live.frame(&|| 0.0).map(|(head, _)| head).expect("something has changed")
    }

    /// Five seconds with an edit after two.
    fn lived() -> (Live, String) {
        let mut live = live();
        live.history.run_until(at(2.0));
        live.take(load(12.0, 0));
        live.history.run_until(at(5.0));
        let seen = live.history.simulation().report().to_json();
        work(&mut live);
        (live, seen)
    }

    fn back(to_s: f64, number: u32) -> ToEngine {
        ToEngine::Rewind { to_s, number }
    }

    #[test]
    fn it_goes_back_tells_where_it_is_and_comes_again_to_the_same_bytes() {
        let (mut live, seen) = lived();
        live.paused = false;
        live.take(back(1.25, 1));
        let head = work(&mut live);
        assert!(live.paused);
        assert_eq!((head.now_s, head.reach_s, head.latest_s), (1.25, 0.0, 5.0));
        assert_eq!((head.edits, head.arrived), (0, 1));
        assert!(head.topology.is_some());
        live.history.run_until(at(5.0));
        assert_eq!(live.history.simulation().report().to_json(), seen);
        assert_eq!(live.history.simulation().log().len(), 1);
    }

    #[test]
    fn of_many_ways_back_the_last_one_counts_and_what_is_ordered_meanwhile_waits_for_it() {
        let (mut live, _) = lived();
        for (number, to_s) in [(1, 4.0), (2, 3.0), (3, 1.0)] {
            live.take(back(to_s, number));
        }
        live.take(load(3.0, 0));
        let head = work(&mut live);
        assert_eq!((head.now_s, head.latest_s, head.edits, head.arrived), (1.0, 1.0, 1, 3));
        assert!(live.refused.is_empty());
    }

    #[test]
    fn an_edit_is_made_where_the_page_saw_the_model_it_edits() {
        let (mut live, _) = lived();
        live.take(back(1.0, 1));
        work(&mut live);
        // The page has seen no edit yet, but the repetition has just gone past the first.
        live.history.run_until(at(2.5));
        live.take(load(3.0, 0));
        assert_eq!(live.history.simulation().now(), at(2.0));
        let log = live.history.simulation().log();
        assert!(matches!(log, [(_, Edit::Set { value, .. })] if value == 3.0));
    }

    #[test]
    fn a_fork_forgets_what_comes_after_and_a_refused_edit_does_not() {
        let (mut live, _) = lived();
        live.take(back(3.0, 1));
        work(&mut live);
        live.take(load(-1.0, 1));
        assert_eq!(live.refused.len(), 1);
        let latest = |live: &mut Live| at(work(live).latest_s);
        assert_eq!(latest(&mut live), at(5.0));
        live.take(ToEngine::Fork);
        assert_eq!(latest(&mut live), at(3.0));
    }

    #[test]
    fn a_long_way_back_gives_way_and_a_short_one_is_gone_to_its_end() {
        let (mut live, _) = lived();
        live.take(back(4.9, 1));
        // A clock by which the first slice takes long.
        let clock = std::cell::Cell::new(0.0);
        let ticking = || {
            clock.set(clock.get() + 60.0);
            clock.get()
        };
        live.work(&ticking, 50.0);
        live.take(back(1.0, 2));
        live.work(&ticking, clock.get() + 1.0);
        assert_eq!(live.back.as_ref().map(|back| back.number), Some(1));
        live.work(&ticking, FOREVER);
        assert!(live.arrived <= 2);
    }
}
