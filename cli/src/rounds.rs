//! One run that goes on, or more and more runs with seeds of their own.

use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::sync::atomic::{AtomicBool, Ordering};
use tenfold::measure::{Report, text::short_secs};
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};
use tenfold::{Advance, Replications, Simulation};

/// Events between two looks at the keyboard: some milliseconds.
const EVENTS_PER_SLICE: u64 = 20_000;
/// Runs that wait to be pooled, for each thread.
const WAITING: u64 = 4;

/// What has been run so far.
#[derive(Debug)]
pub(crate) enum Rounds {
    /// A single run.
    One(Box<Simulation>),
    /// Several.
    Many {
        /// Those that are over.
        pool: Box<Replications>,
        /// The model they run.
        model: Box<Model>,
    },
}

impl Rounds {
    /// Runs the model for its duration, `replications` times.
    pub(crate) fn new(model: &Model, replications: u64, stop: &AtomicBool) -> Result<Rounds, Failure> {
        if replications == 1 {
            let end = model.head.duration;
            let mut run = Simulation::new(model).map_err(Failure::Model)?;
            advance(&mut run, end, Some(&Progress::new(end)), stop)?;
            return Ok(Rounds::One(Box::new(run)));
        }
        let pool = add_runs(None, model, replications, &|number| whole(model, number, stop))?;
        Ok(Rounds::Many { pool: Box::new(pool), model: Box::new(model.clone()) })
    }

    /// The figures of all of it.
    pub(crate) fn report(&self) -> Report {
        match self {
            Rounds::One(run) => run.report(),
            Rounds::Many { pool, .. } => pool.report(),
        }
    }

    /// What is simulated by now; a run that broke off counts as a whole one.
    pub(crate) fn simulated(&self) -> Span {
        match self {
            Rounds::One(run) if run.calls_in_flight() > Simulation::CALLS_MAX => Span::MAX,
            Rounds::One(run) => run.now().since(SimTime::ZERO),
            Rounds::Many { pool, model } => model.head.duration * (pool.count() as u64 + 1),
        }
    }

    /// Simulates about `times` as much as so far, but no more than `limit` in all.
    pub(crate) fn go_on(&mut self, times: f64, limit: Span, stop: &AtomicBool) -> Result<(), Failure> {
        match self {
            Rounds::One(run) => {
                let end = Span::from_secs_f64(run.now().secs() * times).min(limit);
                advance(run, end, Some(&Progress::new(end)), stop)
            }
            Rounds::Many { pool, model } => {
                let count = pool.count() as u64;
                let most = limit.nanos() / model.head.duration.nanos().max(1);
                let wanted = ((count as f64 * times) as u64).clamp(count + 1, most.max(count + 1));
                let run = |number| whole(model, number, stop);
                **pool = add_runs(Some((**pool).clone()), model, wanted, &run)?;
                Ok(())
            }
        }
    }
}

/// The run of that number, from start to end.
fn whole(model: &Model, number: u64, stop: &AtomicBool) -> Result<Simulation, Failure> {
    let mut run = Simulation::new(&Replications::model(model, number)).map_err(Failure::Model)?;
    advance(&mut run, model.head.duration, None, stop)?;
    Ok(run)
}

/// Pools more runs, as `run` makes them by their numbers, until there are `wanted`. They run on all cores, the first like the others, and are
/// pooled in the order of their numbers.
fn add_runs(
    mut pool: Option<Replications>,
    model: &Model,
    wanted: u64,
    run: &(dyn Fn(u64) -> Result<Simulation, Failure> + Sync),
) -> Result<Replications, Failure> {
    let each = model.head.duration;
    let progress = Progress::new(each * wanted);
    loop {
        let from = pool.as_ref().map_or(0, |pool| pool.count() as u64);
        if let Some(pool) = pool.take_if(|_| from >= wanted) {
            progress.finish();
            return Ok(pool);
        }
        let to = wanted.max(1).min(from + WAITING * rayon::current_num_threads() as u64);
        let runs: Vec<Result<Simulation, Failure>> = (from..to).into_par_iter().map(run).collect();
        for run in runs {
            let run = run?;
            match &mut pool {
                Some(pool) => pool.add(&run).map_err(|error| Failure::Arguments(error.to_string()))?,
                None => pool = Some(Replications::of(run)),
            }
        }
        progress.at(SimTime::ZERO + each * to);
    }
}

fn advance(
    run: &mut Simulation,
    end: Span,
    progress: Option<&Progress>,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let came = loop {
        let came = run.advance(SimTime::ZERO + end, EVENTS_PER_SLICE);
        if stop.load(Ordering::Relaxed) {
            progress.inspect(|bar| bar.finish());
            return Err(Failure::Interrupted(run.now()));
        }
        if came != Advance::Paused {
            break came;
        }
        progress.inspect(|bar| bar.at(run.now()));
    };
    progress.inspect(|bar| bar.finish());
    if came == Advance::TooManyCalls {
        output::tell(&format!(
            "warning: stopped at {} of {end} simulated: {} calls are in flight, more than fit; the load is far beyond what the \
             system can take. Reported is what was measured until then. Lower the load, or bound the backlogs and timeouts.",
            short_secs(run.now().secs()),
            run.calls_in_flight()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Condvar, Mutex};
    use std::time::Duration;
    use tenfold::model::Head;

    /// So long that only who waits in vain waits for all of it.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Adds two runs to `pool` on two threads. Each of them ends only when the other has begun as well, or when patience ends.
    fn two_that_wait_for_each_other(pool: Option<Replications>) -> Result<Replications, Failure> {
        let model =
            Model { head: Head { duration: Span::from_secs(1), ..Head::default() }, ..Model::default() };
        let wanted = pool.as_ref().map_or(0, Replications::count) as u64 + 2;
        let (begun, another) = (Mutex::new(0), Condvar::new());
        let run = |number| {
            let mut begun = begun.lock().expect("no run panics");
            *begun += 1;
            another.notify_all();
            let alone = |begun: &mut i32| *begun < 2;
            let waited = another.wait_timeout_while(begun, PATIENCE, alone).expect("no run panics").1;
            if waited.timed_out() {
                return Err(Failure::Arguments(format!("run {number} waited for the other in vain")));
            }
            whole(&model, number, &AtomicBool::new(false))
        };
        let threads = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
        threads.install(|| add_runs(pool, &model, wanted, &run))
    }

    #[test]
    fn replications_run_side_by_side_the_first_of_them_too() {
        let first = two_that_wait_for_each_other(None).expect("each meets the other");
        let more = two_that_wait_for_each_other(Some(first)).expect("each meets the other");
        assert_eq!(more.count(), 4);
    }
}
