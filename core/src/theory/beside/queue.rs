//! One station: the formula that its arrivals, work and discipline match.

use super::Standing;
use super::words::{Fill, Words};
use super::work::Work;
use crate::components::service::Discipline;
use crate::policy::balance::Policy;
use crate::theory::{Answer, balance, constant, finite, multi, single};

/// How requests come to one instance of a component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pattern {
    /// A Poisson stream.
    Poisson,
    /// Requests come back for further calls; where every station on their way has a product form, they find it as Poisson arrivals would (Kelly, 1979).
    Visits,
    /// Something else: the coefficient of variation of the gaps, not-a-number where it is not known, and why it is no Poisson stream.
    Other { cv: f64, why: Words },
    /// Nobody knows how many come.
    Unknown { why: Words },
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
    /// In another order, which does not look at how much work there is.
    Ordered,
    /// By importance, which interrupts the less important.
    Interrupting,
}

impl Rule {
    pub(super) fn of(discipline: Discipline) -> Rule {
        match discipline {
            Discipline::Fifo | Discipline::Delay => Rule::InTurn,
            Discipline::Shared => Rule::Shared,
            Discipline::Lifo | Discipline::Priority => Rule::Ordered,
            Discipline::Preemptive => Rule::Interrupting,
        }
    }
}

impl Queue {
    /// Whether a Poisson stream that comes in goes out as one, whatever else the instance does.
    pub(super) fn keeps_poisson(&self) -> bool {
        self.rule == Rule::Shared || self.work.exponential
    }
}

/// A formula's name: each `@` is the next of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Formula {
    words: &'static str,
    numbers: [u32; 2],
}

impl Formula {
    fn of(words: &'static str, number: u32) -> Formula {
        Formula { words, numbers: [number, 0] }
    }

    pub(super) fn is_none(self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn text(self) -> String {
        let mut text = self.words.to_owned();
        for number in self.numbers {
            text = text.replacen('@', &number.to_string(), 1);
        }
        text
    }
}

/// What a formula says of one instance; what it does not say is not-a-number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub(super) formula: Formula,
    pub(super) standing: Standing,
    pub(super) wait_s: f64,
    pub(super) waiting: f64,
    pub(super) here_s: f64,
    /// 95th and 99th percentile of the time here.
    pub(super) tail_s: [f64; 2],
    pub(super) refused: f64,
    pub(super) remarks: Vec<Words>,
    /// More comes than can be served.
    pub(super) overload: bool,
}

const NAN: f64 = f64::NAN;

impl Default for Said {
    fn default() -> Said {
        Said {
            formula: Formula::default(),
            standing: Standing::Exact,
            wait_s: NAN,
            waiting: NAN,
            here_s: NAN,
            tail_s: [NAN; 2],
            refused: NAN,
            remarks: Vec::new(),
            overload: false,
        }
    }
}

impl Said {
    fn doubt(mut self, remark: Words) -> Said {
        self.standing = Standing::Approximate;
        self.remarks.insert(0, remark);
        self
    }

    fn nothing(remark: Words) -> Said {
        Said { remarks: vec![remark], ..Said::default() }
    }

    /// From a mean wait; who waits is counted by Little's law.
    fn of_wait(formula: Formula, standing: Standing, rate: f64, wait: Answer, work: Work) -> Said {
        let wait_s = known(wait);
        Said {
            formula,
            standing,
            wait_s,
            waiting: wait_s * rate,
            here_s: wait_s + work.mean_s,
            ..Said::default()
        }
    }

    fn with_tail(self, tail: impl Fn(f64) -> Answer) -> Said {
        Said { tail_s: [known(tail(0.95)), known(tail(0.99))], ..self }
    }
}

/// The number, or none.
#[inline(never)]
fn known(answer: Answer) -> f64 {
    answer.unwrap_or(NAN)
}

/// A share that is as good as none.
const NEVER: f64 = 1e-9;

/// What theory says of one instance to which `rate` requests a second come.
pub(super) fn said(rate: f64, pattern: Pattern, choice: Choice, queue: &Queue) -> Said {
    if matches!(queue.rule, Rule::InTurn | Rule::Shared) {
        return in_usual_order(rate, pattern, choice, queue);
    }
    // Whatever the order, as long as it does not look at the work, the number waiting is the same (Kleinrock, 1965), and so is the mean.
    let said = in_usual_order(rate, pattern, choice, &Queue { rule: Rule::InTurn, ..*queue });
    let mut said = Said { tail_s: [NAN; 2], ..said };
    if said.formula.is_none() {
        return said;
    }
    said.remarks
        .push(Words::plain("The order changes who waits: the mean over all is that of first in, first out."));
    if queue.rule == Rule::Interrupting && !queue.work.exponential {
        said = said.doubt(Words::plain("Work that is interrupted is not exponential: the mean is another."));
    }
    said
}

fn in_usual_order(rate: f64, pattern: Pattern, choice: Choice, queue: &Queue) -> Said {
    let rho = rate * queue.work.mean_s / f64::from(queue.servers);
    let room = queue.places.filter(|places| room_matters(rho, queue, *places));
    if room.is_none() && rho >= 1.0 {
        return Said { overload: true, ..Said::default() };
    }
    let queue = Queue { places: room, ..*queue };
    match choice {
        Choice::Mixed => stream(rate, pattern, &queue)
            .doubt(Words::plain("Several callers choose the instance, each for itself: no closed form.")),
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
fn stream(rate: f64, pattern: Pattern, queue: &Queue) -> Said {
    let said = match pattern {
        Pattern::Unknown { why } => return Said::nothing(why),
        Pattern::Other { cv, .. } if !cv.is_nan() && queue.rule == Rule::InTurn && queue.places.is_none() => {
            spread(rate, cv, queue)
        }
        _ => match (queue.places, queue.rule) {
            (Some(places), _) => bounded(rate, places, queue),
            (None, Rule::Shared) => shared(rate, queue),
            (None, _) => served_in_turn(rate, queue),
        },
    };
    match pattern {
        Pattern::Other { why, .. } => said.doubt(why),
        Pattern::Visits if !queue.keeps_poisson() => {
            said.doubt(Words::plain("Arrivals are not Poisson: requests come back for further calls."))
        }
        _ => said,
    }
}

/// Poisson arrivals, first in, first out.
fn served_in_turn(rate: f64, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    let mean_s = work.mean_s;
    if work.exponential {
        let wait = multi::mean_wait_s(rate, mean_s, c);
        return Said::of_wait(Formula::of("M/M/@", c), Standing::Exact, rate, wait, work)
            .with_tail(|share| multi::sojourn_quantile_s(rate, mean_s, c, share));
    }
    let mut said = if c > 1 {
        let mut said = spread(rate, 1.0, queue);
        said.standing = Standing::Approximate;
        said
    } else {
        let wait = single::general_mean_wait_s(rate, mean_s, work.cv);
        if work.cv <= 0.0 {
            return Said::of_wait(Formula::of("M/D/1", 0), Standing::Exact, rate, wait, work)
                .with_tail(|share| constant::sojourn_quantile_s(rate, mean_s, share));
        }
        Said::of_wait(Formula::of("M/G/1, Pollaczek–Khinchine", 0), Standing::Exact, rate, wait, work)
    };
    said.remarks.push(Words::with("Work is @, not exponential: no percentiles.", work.word));
    said
}

/// A queue with room for so many, Poisson arrivals.
fn bounded(rate: f64, places: u32, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    let shared = queue.rule == Rule::Shared;
    // Without room to wait, and where servers are shared, the law of work does not matter.
    if !work.exponential && places > c && !shared {
        let words = "The queue runs full and work is @, not exponential: no closed form.";
        return Said::nothing(Words::with(words, work.word));
    }
    let Ok(found) = finite::bounded(rate, work.mean_s, c, places.max(c)) else { return Said::default() };
    let words = match (shared, work.exponential) {
        (true, _) => "M/G/@/@, shared",
        (false, true) => "M/M/@/@",
        (false, false) => "M/G/@/@",
    };
    let said = Said {
        formula: Formula { words, numbers: [c, places] },
        wait_s: if shared { NAN } else { found.mean_wait_s },
        waiting: found.mean_queue,
        here_s: found.mean_sojourn_s,
        refused: found.blocking,
        ..Said::default()
    };
    if c > 1 || shared || !work.exponential {
        return said;
    }
    said.with_tail(|share| finite::sojourn_quantile_s(rate, work.mean_s, places, share))
}

/// Poisson arrivals, all cores shared equally: the number inside is that of M/M/c whatever the law of work (Kelly, 1979).
fn shared(rate: f64, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    let wait = multi::mean_wait_s(rate, work.mean_s, c);
    let said = Said::of_wait(Formula::of("M/G/@, shared", c), Standing::Exact, rate, wait, work);
    Said { wait_s: NAN, ..said }
}

/// Any arrivals, any work, first in, first out: Allen and Cunneen's approximation.
fn spread(rate: f64, arrivals_cv: f64, queue: &Queue) -> Said {
    let (work, c) = (queue.work, queue.servers);
    let wait = multi::general_mean_wait_s(rate, work.mean_s, c, arrivals_cv, work.cv);
    Said::of_wait(Formula::of("G/G/@, Allen–Cunneen", c), Standing::Approximate, rate, wait, work)
}

/// Each instance gets one of `of` requests in turn.
fn in_turn(rate: f64, pattern: Pattern, of: u32, queue: &Queue) -> Said {
    let work = queue.work;
    let plain = queue.rule == Rule::InTurn && queue.places.is_none();
    if plain && work.exponential && queue.servers == 1 && pattern == Pattern::Poisson {
        let wait = balance::round_robin_mean_wait_s(rate, work.mean_s, of);
        return Said::of_wait(Formula::of("E@/M/1", of), Standing::Exact, rate, wait, work)
            .with_tail(|share| balance::round_robin_sojourn_quantile_s(rate, work.mean_s, of, share));
    }
    let before = match pattern {
        Pattern::Poisson | Pattern::Visits => 1.0,
        Pattern::Other { cv, .. } if !cv.is_nan() => cv,
        _ => return stream(rate, pattern, queue),
    };
    let why = Words::plain("Arrivals are not Poisson: instances are chosen in turn.");
    stream(rate, Pattern::Other { cv: before / f64::from(of).sqrt(), why }, queue)
}

/// The better of two instances drawn by chance.
fn best_of_two(rate: f64, pattern: Pattern, of: u32, queue: &Queue) -> Said {
    let work = queue.work;
    if let Pattern::Unknown { why } = pattern {
        return Said::nothing(why);
    }
    if !work.exponential || queue.servers > 1 || queue.rule == Rule::Shared || queue.places.is_some() {
        return Said::nothing(Words::plain(
            "The best of two has a formula only for one core, first in first out, and exponential work.",
        ));
    }
    let wait = balance::best_of_mean_sojourn_s(rate, work.mean_s, 2).map(|s| s - work.mean_s);
    let formula = Formula::of("Best of two, mean field", 0);
    let mut said = Said::of_wait(formula, Standing::Approximate, rate, wait, work);
    if let Pattern::Other { why, .. } = pattern {
        said = said.doubt(why);
    }
    let words = "Exact for instances without number; there are @.";
    said.doubt(Words { words, fill: Fill::Number(of) })
}

/// The least busy of all instances.
fn least(rate: f64, pattern: Pattern, of: u32, queue: &Queue) -> Said {
    let none = "Least outstanding has no closed form: one queue for all instances is quicker.";
    let servers = queue.servers.saturating_mul(of);
    if queue.rule == Rule::Shared || queue.places.is_some() {
        return Said::nothing(Words::plain("Least outstanding has no closed form."));
    }
    let together = Queue { servers, ..*queue };
    let mut said = stream(rate * f64::from(of), pattern, &together).doubt(Words::plain(none));
    said.waiting /= f64::from(of);
    // One queue for all is the best that choosing could come to; its tail says nothing of those who chose.
    Said { tail_s: [NAN; 2], standing: Standing::AtLeast, ..said }
}
