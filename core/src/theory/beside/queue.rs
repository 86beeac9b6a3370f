//! One station: the formula that its arrivals, work and discipline match.

use super::Standing;
use super::work::Work;
use crate::components::service::Discipline;
use crate::policy::balance::Policy;
use crate::theory::{balance, constant, finite, multi, single};

/// How requests come to one instance of a component.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pattern {
    /// A Poisson stream.
    Poisson,
    /// Requests come back for further calls; where every station on their way has a product form, they find it as Poisson arrivals would (Kelly, 1979).
    Visits,
    /// Something else: the coefficient of variation of the gaps where it is known, and why it is no Poisson stream.
    Other { cv: Option<f64>, why: String },
    /// Nobody knows how many come.
    Unknown { why: String },
}

/// How one of several instances is chosen, and among how many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Choice {
    One,
    By(Policy, u32),
    /// Several callers choose, each for itself.
    Mixed,
}

/// Servers with one queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Queue {
    /// How many work at once.
    pub(super) servers: u32,
    /// How many there are; utilisation is of these.
    pub(super) cores: u32,
    /// Requests that fit inside, those being served included; `None` for no limit.
    pub(super) places: Option<u32>,
    pub(super) rule: Rule,
    pub(super) work: Work,
}

/// What a discipline means to formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    InTurn,
    Shared,
}

impl Rule {
    pub(super) fn of(discipline: Discipline) -> Rule {
        match discipline {
            Discipline::Fifo => Rule::InTurn,
            Discipline::Shared => Rule::Shared,
        }
    }
}

impl Queue {
    /// Whether a Poisson stream that comes in goes out as one, whatever else the instance does.
    pub(super) fn keeps_poisson(&self) -> bool {
        self.rule == Rule::Shared || self.work.exponential
    }
}

/// What a formula says of one instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Said {
    pub(super) formula: String,
    pub(super) standing: Standing,
    pub(super) wait_s: Option<f64>,
    pub(super) waiting: Option<f64>,
    pub(super) here_s: Option<f64>,
    pub(super) p95_s: Option<f64>,
    pub(super) p99_s: Option<f64>,
    pub(super) refused: Option<f64>,
    pub(super) remarks: Vec<String>,
    /// More comes than can be served.
    pub(super) overload: bool,
}

impl Said {
    fn doubt(mut self, remark: String) -> Said {
        self.standing = Standing::Approximate;
        self.remarks.insert(0, remark);
        self
    }

    fn nothing(remark: String) -> Said {
        Said { remarks: vec![remark], ..Said::default() }
    }

    /// From a mean wait; who waits is counted by Little's law.
    fn of_wait(formula: String, standing: Standing, rate: f64, wait_s: Option<f64>, work: Work) -> Said {
        let (here_s, waiting) = (wait_s.map(|w| w + work.mean_s), wait_s.map(|w| w * rate));
        Said { formula, standing, wait_s, waiting, here_s, ..Said::default() }
    }
}

/// A share that is as good as none.
const NEVER: f64 = 1e-9;

/// What theory says of one instance to which `rate` requests a second come.
pub(super) fn said(rate: f64, pattern: &Pattern, choice: Choice, queue: &Queue) -> Said {
    let rho = rate * queue.work.mean_s / f64::from(queue.servers);
    let room = queue.places.filter(|places| room_matters(rho, queue, *places));
    if room.is_none() && rho >= 1.0 {
        return Said { overload: true, ..Said::default() };
    }
    let queue = Queue { places: room, ..*queue };
    match choice {
        Choice::Mixed => stream(rate, pattern, &queue)
            .doubt("Several callers choose the instance, each for itself: no closed form.".to_owned()),
        Choice::One | Choice::By(_, 1) | Choice::By(Policy::Random, _) => stream(rate, pattern, &queue),
        Choice::By(Policy::RoundRobin, of) => in_turn(rate, pattern, of, &queue),
        Choice::By(Policy::PowerOfTwo, of) => best_of_two(rate, pattern, of, &queue),
        Choice::By(Policy::LeastOutstanding, of) => least(rate, pattern, of, &queue),
    }
}

/// Whether a bounded queue is ever full. Beyond full load it is; below, the chance falls with utilisation to the power of the room, more slowly the wider work
/// is spread (the heavy-traffic decay of G/G/1).
fn room_matters(rho: f64, queue: &Queue, places: u32) -> bool {
    let room = f64::from(places.saturating_sub(queue.servers) + 1);
    let spread = (0.5 * (1.0 + queue.work.cv * queue.work.cv)).max(1.0);
    rho >= 1.0 || libm::pow(rho, room / spread) > NEVER
}

/// Arrivals that are not split among instances by anything but chance.
fn stream(rate: f64, pattern: &Pattern, queue: &Queue) -> Said {
    match pattern {
        Pattern::Poisson => match queue.rule {
            Rule::InTurn => served_in_turn(rate, queue),
            Rule::Shared => shared(rate, queue),
        },
        Pattern::Visits if queue.keeps_poisson() => stream(rate, &Pattern::Poisson, queue),
        Pattern::Visits => stream(rate, &Pattern::Poisson, queue)
            .doubt("Arrivals are not Poisson: requests come back for further calls.".to_owned()),
        Pattern::Other { cv: Some(cv), why } if queue.rule == Rule::InTurn && queue.places.is_none() => {
            spread(rate, *cv, queue).doubt(not_poisson(why))
        }
        Pattern::Other { why, .. } => stream(rate, &Pattern::Poisson, queue).doubt(not_poisson(why)),
        Pattern::Unknown { why } => Said::nothing(why.clone()),
    }
}

fn not_poisson(why: &str) -> String {
    format!("Arrivals are not Poisson: {why}.")
}

/// Poisson arrivals, first in, first out.
fn served_in_turn(rate: f64, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    if let Some(places) = queue.places {
        return bounded(rate, places, queue);
    }
    if work.exponential {
        let wait_s = multi::mean_wait_s(rate, work.mean_s, c).ok();
        let tail = |share| multi::sojourn_quantile_s(rate, work.mean_s, c, share).ok();
        let said = Said::of_wait(format!("M/M/{c}"), Standing::Exact, rate, wait_s, work);
        return Said { p95_s: tail(0.95), p99_s: tail(0.99), ..said };
    }
    if c == 1 {
        let wait_s = single::general_mean_wait_s(rate, work.mean_s, work.cv).ok();
        if work.cv <= 0.0 {
            let tail = |share| constant::sojourn_quantile_s(rate, work.mean_s, share).ok();
            let said = Said::of_wait("M/D/1".to_owned(), Standing::Exact, rate, wait_s, work);
            return Said { p95_s: tail(0.95), p99_s: tail(0.99), ..said };
        }
        let mut said =
            Said::of_wait("M/G/1, Pollaczek–Khinchine".to_owned(), Standing::Exact, rate, wait_s, work);
        said.remarks.push(format!("Work is {}, not exponential: no percentiles.", work.word));
        return said;
    }
    spread(rate, 1.0, queue).doubt(format!("Work is {}, not exponential.", work.word))
}

/// A queue with room for so many, Poisson arrivals.
fn bounded(rate: f64, places: u32, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    // Without room to wait, and where servers are shared, the law of work does not matter.
    if !work.exponential && places > c && queue.rule == Rule::InTurn {
        return Said::nothing(format!(
            "The queue runs full and work is {}, not exponential: no closed form.",
            work.word
        ));
    }
    let Ok(found) = finite::bounded(rate, work.mean_s, c, places.max(c)) else { return Said::default() };
    let shared = queue.rule == Rule::Shared;
    let plain = c == 1 && !shared && work.exponential;
    let tail =
        |share| plain.then(|| finite::sojourn_quantile_s(rate, work.mean_s, places, share).ok()).flatten();
    let law = if work.exponential { 'M' } else { 'G' };
    Said {
        formula: format!("M/{law}/{c}/{places}{}", if shared { ", shared" } else { "" }),
        standing: Standing::Exact,
        wait_s: (!shared).then_some(found.mean_wait_s),
        waiting: Some(found.mean_queue),
        here_s: Some(found.mean_sojourn_s),
        p95_s: tail(0.95),
        p99_s: tail(0.99),
        refused: Some(found.blocking),
        ..Said::default()
    }
}

/// Poisson arrivals, all cores shared equally: the number inside is that of M/M/c whatever the law of work (Kelly, 1979).
fn shared(rate: f64, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    if let Some(places) = queue.places {
        return bounded(rate, places, queue);
    }
    let here_s = multi::mean_sojourn_s(rate, work.mean_s, c).ok();
    let waiting = multi::mean_queue(rate, work.mean_s, c).ok();
    Said {
        formula: format!("M/G/{c}, shared"),
        standing: Standing::Exact,
        here_s,
        waiting,
        ..Said::default()
    }
}

/// Any arrivals, any work, first in, first out: Allen and Cunneen's approximation.
fn spread(rate: f64, arrivals_cv: f64, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    let wait_s = multi::general_mean_wait_s(rate, work.mean_s, c, arrivals_cv, work.cv).ok();
    Said::of_wait(format!("G/G/{c}, Allen–Cunneen"), Standing::Approximate, rate, wait_s, work)
}

/// Each instance gets one of `of` requests in turn.
fn in_turn(rate: f64, pattern: &Pattern, of: u32, queue: &Queue) -> Said {
    let work = queue.work;
    let plain = queue.rule == Rule::InTurn && queue.places.is_none();
    if plain && work.exponential && queue.servers == 1 && *pattern == Pattern::Poisson {
        let wait_s = balance::round_robin_mean_wait_s(rate, work.mean_s, of).ok();
        let tail = |share| balance::round_robin_sojourn_quantile_s(rate, work.mean_s, of, share).ok();
        let said = Said::of_wait(format!("E{of}/M/1"), Standing::Exact, rate, wait_s, work);
        return Said { p95_s: tail(0.95), p99_s: tail(0.99), ..said };
    }
    let before = match pattern {
        Pattern::Poisson | Pattern::Visits => 1.0,
        Pattern::Other { cv: Some(cv), .. } => *cv,
        _ => return stream(rate, pattern, queue),
    };
    let why = "instances are chosen in turn".to_owned();
    stream(rate, &Pattern::Other { cv: Some(before / f64::from(of).sqrt()), why }, queue)
}

/// The better of two instances drawn by chance.
fn best_of_two(rate: f64, pattern: &Pattern, of: u32, queue: &Queue) -> Said {
    let work = queue.work;
    if let Pattern::Unknown { why } = pattern {
        return Said::nothing(why.clone());
    }
    if !work.exponential || queue.servers > 1 || queue.rule == Rule::Shared || queue.places.is_some() {
        let remark =
            "The best of two has a formula only for one core, first in first out, and exponential work.";
        return Said::nothing(remark.to_owned());
    }
    let here_s = balance::best_of_mean_sojourn_s(rate, work.mean_s, 2).ok();
    let wait_s = here_s.map(|s| s - work.mean_s);
    let said = Said::of_wait("Best of two, mean field".to_owned(), Standing::Approximate, rate, wait_s, work);
    let said = match pattern {
        Pattern::Other { why, .. } => said.doubt(not_poisson(why)),
        _ => said,
    };
    said.doubt(format!("Exact for instances without number; there are {of}."))
}

/// The least busy of all instances.
fn least(rate: f64, pattern: &Pattern, of: u32, queue: &Queue) -> Said {
    if queue.rule == Rule::Shared || queue.places.is_some() {
        return Said::nothing("Least outstanding has no closed form.".to_owned());
    }
    let (Some(servers), Some(cores)) = (queue.servers.checked_mul(of), queue.cores.checked_mul(of)) else {
        return Said::nothing("There are too many cores to be computed.".to_owned());
    };
    let together = Queue { servers, cores, ..*queue };
    let mut said = stream(rate * f64::from(of), pattern, &together);
    said.waiting = said.waiting.map(|n| n / f64::from(of));
    // One queue for all is the best that choosing could come to; its tail says nothing of those who chose.
    (said.p95_s, said.p99_s) = (None, None);
    said = said
        .doubt("Least outstanding has no closed form: one queue for all instances is quicker.".to_owned());
    Said { standing: Standing::AtLeast, ..said }
}
