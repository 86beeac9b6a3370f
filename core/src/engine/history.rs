//! Going back in time: checkpoints within a budget, and what was done since.

use super::simulation::{Advance, Simulation};
use crate::edit::Edit;
use crate::measure::Frame;
use crate::model::ModelError;
use crate::units::SimTime;

/// Between two checkpoints lie at least so many events: some milliseconds, which is as long as nobody notices a replay.
const EVENTS_MIN: u64 = 20_000;
/// And for every so many bytes that a checkpoint takes another one, so that making them stays below a tenth of the work.
const BYTES_PER_EVENT: usize = 16;
/// A checkpoint alone takes at most this part of the budget; a larger one is not made.
const PART_MAX: usize = 4;

/// A simulation that remembers: it can go back to any time it has come past, run on from there to the same bytes, or begin another
/// future.
///
/// Checkpoints are copies of the simulation, made as it runs, and every edit is kept with its time. To go back is to take the last
/// checkpoint before and to repeat what came after it, so any time can be reached, not only those of checkpoints. The *record* is what
/// has been lived through up to [`History::latest`]. Running on after going back repeats it, edits included; [`History::apply`] or
/// [`History::forget_future`] cut it off there, and what is lived through from then on takes its place.
///
/// Checkpoints take memory up to a budget. When it is used up, those go whose loss is felt least: recent times stay close to a
/// checkpoint and times long past are further from one, so that the way back to an instant grows with its distance at most. The
/// first one stays as long as it fits beside one other.
///
/// ```
/// use tenfold::{History, Simulation, edit::Edit, presets, units::{SimTime, Span}};
/// let model = presets::by_slug("classic-chain").unwrap().model();
/// let at = |secs| SimTime::ZERO + Span::from_secs(secs);
/// let mut run = History::new(Simulation::new(&model).unwrap(), 64 << 20);
/// run.run_until(at(2));
/// run.apply(&Edit::Set { field: "load".into(), value: 3.into() }).unwrap();
/// run.run_until(at(4));
/// let seen = run.simulation().report().to_json();
///
/// run.rewind(at(1));
/// assert_eq!(run.simulation().model().head.load, 1.0);
/// // Another future, on its own.
/// let mut calm = run.fork(at(1));
/// calm.run_until(at(4));
/// assert!(calm.report().requests.offered < run.fork(at(4)).report().requests.offered);
/// // The same future once more, the edit included.
/// run.run_until(at(4));
/// assert_eq!(run.simulation().report().to_json(), seen);
/// ```
#[derive(Debug)]
pub struct History {
    now: Simulation,
    /// In the order of their times.
    checkpoints: Vec<Checkpoint>,
    /// Every edit, those ahead included; the log of any state of this run is a beginning of it.
    record: Vec<(SimTime, Edit)>,
    latest: SimTime,
    /// Where a rewind is under way to.
    target: Option<SimTime>,
    budget_bytes: usize,
    /// When there was so much work, it is time to think about a checkpoint.
    look_at: u64,
}

#[derive(Debug)]
struct Checkpoint {
    state: Simulation,
    /// What it takes, without what it shares with the next one, or, as the last one, with the simulation that runs.
    bytes: usize,
}

impl History {
    /// Remembers from here on, with checkpoints that take up to `budget_bytes` beside the simulation itself.
    ///
    /// The budget is held whenever a checkpoint is made or thought of; in between, tables that the last one shares with the
    /// simulation may come apart. With a budget of 0 nothing can be gone back to.
    pub fn new(simulation: Simulation, budget_bytes: usize) -> Self {
        let latest = simulation.now();
        let record = simulation.log().to_vec();
        let mut history = History {
            now: simulation,
            checkpoints: Vec::new(),
            record,
            latest,
            target: None,
            budget_bytes,
            look_at: 0,
        };
        history.look();
        history
    }

    /// The simulation as it stands.
    pub fn simulation(&self) -> &Simulation {
        &self.now
    }
    /// The earliest time that can be gone back to.
    pub fn reach(&self) -> SimTime {
        self.checkpoints.first().map_or(self.now.now(), |first| first.state.now())
    }
    /// The latest time that has been lived through; later than now after going back.
    pub fn latest(&self) -> SimTime {
        self.latest
    }
    /// Every edit with its time, those that lie ahead included.
    pub fn record(&self) -> &[(SimTime, Edit)] {
        &self.record
    }
    /// Bytes that the checkpoints take, as estimated; what several share counts once, and what the simulation shares with them not at all.
    pub fn held_bytes(&self) -> usize {
        self.checkpoints.iter().map(|checkpoint| checkpoint.bytes).sum()
    }
    /// The times of the checkpoints, earliest first.
    pub fn checkpoints(&self) -> impl Iterator<Item = SimTime> {
        self.checkpoints.iter().map(|checkpoint| checkpoint.state.now())
    }
    /// See [`Simulation::frame`]. The first frame after going back tells the last window that was closed by then and nothing else from before.
    pub fn frame(&mut self) -> Frame {
        self.now.frame()
    }
    /// See [`Simulation::changed_topology`].
    pub fn changed_topology(&mut self) -> Option<crate::measure::Topology> {
        self.now.changed_topology()
    }

    /// See [`Simulation::run_until`]; what is on record is repeated on the way, edits included.
    pub fn run_until(&mut self, until: SimTime) -> Advance {
        self.advance(until, u64::MAX)
    }

    /// See [`Simulation::advance`]; what is on record is repeated on the way, edits included. A rewind that is under way ends first.
    pub fn advance(&mut self, until: SimTime, events_max: u64) -> Advance {
        if self.target.is_some() && !self.go_on(events_max) {
            return Advance::Paused;
        }
        self.live(until, events_max)
    }

    fn live(&mut self, until: SimTime, events_max: u64) -> Advance {
        let mut left = events_max;
        loop {
            let work = self.now.work();
            if self.now.now() >= self.latest && work >= self.look_at {
                self.look();
            }
            // Up to where it stops being a repetition, or is time for a checkpoint.
            let repeats = self.now.now() < self.latest;
            let stop = if repeats { until.min(self.latest) } else { until };
            let slice = if repeats { left } else { left.min(self.look_at.saturating_sub(work).max(1)) };
            let advance = repeat(&mut self.now, &self.record, stop, slice);
            self.latest = self.latest.max(self.now.now());
            match advance {
                Advance::Reached if stop < until => {}
                // The record says that it went on all the same.
                Advance::TooManyCalls if repeats => {}
                Advance::Paused if slice < left => {}
                other => return other,
            }
            left = left.saturating_sub(self.now.work() - work).max(1);
        }
    }

    /// Applies an edit now; see [`Simulation::apply`]. After going back, what is on record ahead is forgotten: another future begins.
    ///
    /// # Errors
    /// Every problem of the model as it would be; nothing has changed then, the record included.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), Vec<ModelError>> {
        self.finish();
        let before = self.now.log().len();
        self.now.apply(edit)?;
        self.cut_off(before);
        self.record.extend_from_slice(&self.now.log()[before..]);
        Ok(())
    }

    /// Forgets what is on record ahead: what is lived through from now on takes its place.
    pub fn forget_future(&mut self) {
        self.finish();
        self.cut_off(self.now.log().len());
    }

    /// Forgets the edits from this number on, as [`History::record`] counts them, and stands where the first of them was made.
    pub fn forget_edits(&mut self, number: usize) {
        self.finish();
        let Some((at, _)) = self.record.get(number).cloned() else { return };
        let kept =
            |checkpoint: &&Checkpoint| checkpoint.state.now() <= at && checkpoint.state.log().len() <= number;
        // Without a checkpoint before it there is no way back.
        let Some(from) = self.checkpoints.iter().rev().find(kept).map(|from| from.state.clone()) else {
            return;
        };
        self.now = from;
        self.record.truncate(number);
        self.rewind(at);
        self.forget_future();
    }

    /// The first `edits` edits stay, and the state as it is now becomes the latest.
    fn cut_off(&mut self, edits: usize) {
        let now = self.now.now();
        self.record.truncate(edits);
        self.checkpoints.retain(|c| c.state.now() <= now && c.state.log().len() <= edits);
        self.latest = now;
        self.look_at = self.now.work() + EVENTS_MIN;
    }

    /// Goes back to `to`, or forward to a time that is on record, and gives the time it stands at, which is the nearest one that can
    /// be reached. Edits made at that time are made; the events of that instant are still to come.
    pub fn rewind(&mut self, to: SimTime) -> SimTime {
        self.begin_rewind(to);
        self.finish();
        self.now.now()
    }

    /// Begins what [`History::rewind`] does at once; [`History::go_on`] goes on with it. Another one may begin before it ends.
    pub fn begin_rewind(&mut self, to: SimTime) {
        let to = to.min(self.latest).max(self.reach());
        let after = self.checkpoints.partition_point(|checkpoint| checkpoint.state.now() <= to);
        let here = self.now.now();
        if let Some(from) = after.checked_sub(1).map(|at| &self.checkpoints[at].state)
            && (here > to || from.now() > here)
        {
            self.now = from.clone();
        }
        self.target = Some(to);
    }

    /// Goes on with a rewind for about so many events; tells whether it stands where it was to go.
    pub fn go_on(&mut self, events_max: u64) -> bool {
        let Some(target) = self.target else { return true };
        let arrived = !matches!(self.live(target, events_max), Advance::Paused);
        if arrived {
            self.target = None;
            self.now.forget_news();
        }
        arrived
    }

    fn finish(&mut self) {
        while !self.go_on(u64::MAX) {}
    }

    /// A simulation of its own as this run was at `at`; the nearest time that can be reached, as for [`History::rewind`].
    pub fn fork(&self, at: SimTime) -> Simulation {
        let at = at.min(self.latest).max(self.reach());
        let states = self.checkpoints.iter().map(|checkpoint| &checkpoint.state).chain([&self.now]);
        let before = states.filter(|state| state.now() <= at).max_by_key(|state| state.now());
        let mut fork = before.unwrap_or(&self.now).clone();
        while repeat(&mut fork, &self.record, at, u64::MAX) != Advance::Reached && fork.now() < at {}
        fork.forget_news();
        fork
    }

    /// Makes a checkpoint if it is worth its memory and time, and room if there is too little.
    fn look(&mut self) {
        let own = self.now.held_bytes(&self.now);
        let work = self.now.work();
        let last = self.checkpoints.len().checked_sub(1);
        let (mut bytes, mut since) = (own, u64::MAX);
        if let Some(last) = last {
            self.weigh(last);
            bytes += self.checkpoints[last].bytes;
            since = work - self.checkpoints[last].state.work();
        }
        if since >= EVENTS_MIN.max((bytes / BYTES_PER_EVENT) as u64) && own <= self.budget_bytes / PART_MAX {
            let state = self.now.checkpoint();
            self.checkpoints.push(Checkpoint { state, bytes: own });
        }
        while self.held_bytes() > self.budget_bytes
            && let Some(at) = self.least_missed()
        {
            self.checkpoints.remove(at);
            if let Some(before) = at.checked_sub(1) {
                self.weigh(before);
            }
        }
        self.look_at = work + EVENTS_MIN.max((own / BYTES_PER_EVENT) as u64);
    }

    /// Finds out what a checkpoint takes; stands at the front.
    fn weigh(&mut self, at: usize) {
        let next = self.checkpoints.get(at + 1).map_or(&self.now, |next| &next.state);
        self.checkpoints[at].bytes = self.checkpoints[at].state.held_bytes(next);
    }

    /// The checkpoint without which the way back grows least in proportion to its length; the first one only when it is alone.
    fn least_missed(&self) -> Option<usize> {
        let count = self.checkpoints.len();
        let work = |at: usize| self.checkpoints[at].state.work() as f64;
        let loss = |at: &usize| {
            let from = work(at - 1);
            (work(at + 1) - from) / (self.now.work() as f64 - from + 1.0)
        };
        let between = (1..count.saturating_sub(1)).min_by(|a, b| loss(a).total_cmp(&loss(b)));
        between.or(count.checked_sub(1))
    }
}

/// Runs to `until` with the edits on record that lie on the way, those at `until` included.
fn repeat(
    simulation: &mut Simulation,
    record: &[(SimTime, Edit)],
    until: SimTime,
    events_max: u64,
) -> Advance {
    let end = simulation.work().saturating_add(events_max);
    loop {
        let next = record.get(simulation.log().len());
        let stop = next.map_or(until, |(at, _)| until.min(*at));
        let left = end.saturating_sub(simulation.work());
        if left == 0 {
            return Advance::Paused;
        }
        let advance = simulation.advance(stop, left);
        let due = next.filter(|(at, _)| *at <= simulation.now());
        if let Some((_, edit)) = due {
            // It was taken when it was made, by the same model.
            if simulation.apply(edit).is_err() {
                return advance;
            }
        } else if advance != Advance::Reached || stop == until {
            return advance;
        }
    }
}
