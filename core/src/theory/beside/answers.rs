//! How long answers take, calls to others included; and whether the workers that are held meanwhile run out.

use super::chain::Visited;
use super::flow::{Scene, at_once, several_at_once};
use super::plan::Stage;
use super::words::Words;
use super::{Prediction, Quantity, Standing};

/// A mean time, by what it is spent on, in seconds.
#[derive(Debug, Clone, Copy)]
struct Time {
    /// On the way, and where everybody is served at once.
    delay_s: f64,
    /// At queues.
    queue_s: f64,
    standing: Standing,
    /// No calls are made at once, so that times add up.
    in_line: bool,
}

impl Time {
    fn all_s(self) -> f64 {
        self.delay_s + self.queue_s
    }
}

/// Adds the mean time until the answer to all who call others, and doubts where workers run out. From the last to the first.
pub(super) fn add(scene: &Scene<'_>, visited: &mut [Visited]) {
    let mut times: Vec<Option<Time>> = vec![None; visited.len()];
    for at in scene.order.iter().copied().rev() {
        let (time, caution) = time(scene, at, visited, &times);
        times[at] = time;
        let v = &mut visited[at];
        if scene.hops[at].is_empty() || v.rate <= 0.0 || v.prediction.figures.is_empty() {
            continue;
        }
        if let Some(held) = v.plan.held {
            hold(&mut v.prediction, held, v.rate / f64::from(v.plan.instances.max(1)), time);
        }
        if let Some(time) = time.filter(|time| time.in_line) {
            v.prediction.put(Quantity::Answer, time.all_s(), time.standing);
            if let Some(words) = caution {
                v.prediction.say(scene.text(words));
            }
        }
    }
}

fn time(
    scene: &Scene<'_>,
    at: usize,
    visited: &[Visited],
    times: &[Option<Time>],
) -> (Option<Time>, Option<Words>) {
    let v = &visited[at];
    let here_s = v.here_s;
    if here_s.is_nan() {
        return (None, None);
    }
    let queues = matches!(v.plan.stage, Stage::Servers(_));
    let mut sum = Time {
        delay_s: if queues { 0.0 } else { here_s },
        queue_s: if queues { here_s } else { 0.0 },
        standing: v
            .prediction
            .figures
            .iter()
            .fold(Standing::Exact, |worst, figure| worst.max(figure.standing)),
        in_line: scene.one_way(at) || !(at_once(&scene.hops[at]) || several_at_once(&scene.hops[at])),
    };
    let mut caution = None;
    for (hop, sent) in scene.hops[at].iter().zip(&v.sent) {
        let share = sent / v.rate;
        if share <= 0.0 || !share.is_finite() {
            continue;
        }
        let Some(there) = times[hop.to] else { return (None, None) };
        sum.delay_s += share * (there.delay_s + hop.link.rtt.mean().secs());
        sum.queue_s += share * there.queue_s;
        // Another mix of classes may take other ways further on.
        sum.standing = sum.standing.max(there.standing).max(Standing::unless(scene.classes.len() == 1));
        sum.in_line &= there.in_line;
        if let Some(timeout) = hop.link.timeout
            && timeout.secs() < 14.0 * (there.all_s() + hop.link.rtt.mean().secs())
        {
            sum.standing = Standing::Approximate;
            caution = Some(Words::of("Some calls to @ may time out, which is left out.", hop.to));
        }
    }
    (Some(sum), caution)
}

/// Workers that are held until all calls are answered: whether some are always free.
fn hold(prediction: &mut Prediction, held: u32, rate: f64, time: Option<Time>) {
    let Some(time) = time else {
        return prediction
            .doubt("Calls hold a worker until they are answered, and nobody knows how long that takes.");
    };
    // The number on its way is Poisson, that at queues at most geometric: beyond these, less than one in a million.
    let (away, queued) = (rate * time.delay_s, rate * time.queue_s);
    let most = away + 8.0 * away.sqrt() + 14.0 * (queued + 1.0);
    if f64::from(held) < most {
        let words =
            format!("Calls hold one of {held} workers until they are answered, and these may run out.");
        prediction.figures.retain(|f| matches!(f.quantity, Quantity::Arrivals | Quantity::Utilisation));
        prediction.doubt(words);
    }
}
