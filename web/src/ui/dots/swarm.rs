//! How many dots there are, where, and what becomes of them. No browser in here.
//!
//! Dots are a sample: a link shows the true rate while the eye can follow it and then only grows with the
//! logarithm of the flow. Nothing is left to chance: dots leave at even distances, every n-th fails when one in
//! n does, and where it falls off follows the golden ratio.

use super::DotLink;
use super::track::Track;
use tenfold::measure::LinkRow;

/// Speed along a link, canvas units per second.
pub(super) const SPEED: f64 = 110.0;
/// The most dots a link sends in a second.
const RATE_MAX: f64 = 6.0;
/// The most dots under way, on all links together.
pub(super) const DOTS_MAX: usize = 1500;
/// How long a failed one is seen falling, seconds.
const FALL_S: f64 = 0.7;
/// How fast it gains speed downwards, canvas units per second squared.
const GRAVITY: f64 = 170.0;
/// The farthest anything is seen from its link, canvas units.
const MARGIN: f64 = 60.0;
/// The golden ratio's fraction: successive multiples never bunch.
const GOLDEN: f64 = 0.618_033_988_749_895;

/// What a dot looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mark {
    /// A request on its way.
    Moving,
    /// A failed one falling off; `faded` runs from 0 to 1.
    Falling {
        /// How far it has faded.
        faded: f64,
    },
}

#[derive(Debug, Clone, Copy)]
struct Dot {
    lane: usize,
    /// The share of the way it has gone.
    share: f64,
    /// The share of the way after which it falls off; above 1 it arrives.
    falls_at: f64,
    /// How long it has been falling, seconds.
    fallen_s: f64,
}

#[derive(Debug)]
struct Lane {
    id: String,
    track: Track,
    /// Dots per second.
    rate: f64,
    /// The share that fails.
    failing: f64,
    /// What is due: a dot leaves when it reaches 1.
    due: f64,
    /// The same for failures.
    failure_due: f64,
    failures: u32,
}

/// All dots of all links.
#[derive(Debug, Default)]
pub(super) struct Swarm {
    lanes: Vec<Lane>,
    dots: Vec<Dot>,
}

/// Dots per second for a flow of so many calls per simulated second, at so many simulated seconds a second.
fn rate(calls_per_s: f64, speed: f64) -> f64 {
    if !(calls_per_s > 0.0 && speed > 0.0) {
        return 0.0;
    }
    let followed = (0.5 + 1.2 * libm::log10(1.0 + calls_per_s)).min(RATE_MAX);
    followed.min(calls_per_s * speed)
}

impl Swarm {
    /// How many dots are under way.
    pub(super) fn len(&self) -> usize {
        self.dots.len()
    }

    /// Takes all dots away.
    pub(super) fn clear(&mut self) {
        self.dots.clear();
    }

    /// Says where the links are; dots stay on theirs, at the same share of the way.
    pub(super) fn set_links(&mut self, links: &[DotLink]) {
        let mut before: Vec<Option<Lane>> = self.lanes.drain(..).map(Some).collect();
        let mut moved: Vec<Option<usize>> = vec![None; before.len()];
        for (index, link) in links.iter().enumerate() {
            // The lists nearly always agree, so look at the same place first.
            let same = |lane: &Option<Lane>| lane.as_ref().is_some_and(|lane| lane.id == link.id);
            let found =
                before.get(index).is_some_and(same).then_some(index).or_else(|| before.iter().position(same));
            let old = found.and_then(|found| {
                moved[found] = Some(index);
                before[found].take()
            });
            let lane = match old {
                Some(lane) if lane.track.follows(&link.curve) => lane,
                Some(lane) => Lane { track: Track::along(link.curve), ..lane },
                None => Lane::new(link, index),
            };
            self.lanes.push(lane);
        }
        self.dots.retain_mut(|dot| match moved.get(dot.lane).copied().flatten() {
            Some(lane) => {
                dot.lane = lane;
                true
            }
            None => false,
        });
    }

    /// Says what flows, in the order of the links; links without a row are idle.
    pub(super) fn set_rates(&mut self, rows: &[LinkRow], speed: f64) {
        let idle = LinkRow::default();
        for (lane, row) in self.lanes.iter_mut().zip(rows.iter().chain(std::iter::repeat(&idle))) {
            lane.rate = rate(row.calls_per_s, speed);
            let failing = row.failures_per_s / row.calls_per_s.max(row.failures_per_s);
            lane.failing = if row.cut > 0.5 {
                1.0
            } else if failing.is_finite() {
                failing.clamp(0.0, 1.0)
            } else {
                0.0
            };
        }
        // So many would be under way; if they were too many, all links send fewer.
        let expected: f64 = self.lanes.iter().map(|lane| lane.rate * (lane.track.length / SPEED + 0.1)).sum();
        let fewer = (DOTS_MAX as f64 * 0.95 / expected).min(1.0);
        self.lanes.iter_mut().for_each(|lane| lane.rate *= fewer);
    }

    /// Moves everything on by so many seconds of the reader's time.
    pub(super) fn advance(&mut self, elapsed_s: f64) {
        let lanes = &self.lanes;
        self.dots.retain_mut(|dot| {
            let step = SPEED * elapsed_s / lanes[dot.lane].track.length.max(1.0);
            if dot.share >= dot.falls_at {
                dot.fallen_s += elapsed_s;
                // It drifts on a little, ever slower.
                dot.share += step * 0.25;
            } else {
                dot.share += step;
            }
            dot.fallen_s < FALL_S && (dot.share < 1.0 || dot.fallen_s > 0.0)
        });
        for index in 0..self.lanes.len() {
            self.lanes[index].due += self.lanes[index].rate * elapsed_s;
            while self.lanes[index].due >= 1.0 {
                self.lanes[index].due -= 1.0;
                let dot = self.lanes[index].send(index);
                if self.dots.len() < DOTS_MAX {
                    self.dots.push(dot);
                }
            }
        }
    }

    /// Shows every dot whose link may be inside a rectangle (left, top, right, bottom), in canvas units.
    pub(super) fn visit(&self, seen: [f64; 4], mut show: impl FnMut(Mark, [f64; 2])) {
        let in_sight: Vec<bool> = self.lanes.iter().map(|lane| lane.track.is_seen(seen, MARGIN)).collect();
        for dot in self.dots.iter().filter(|dot| in_sight[dot.lane]) {
            let [x, y] = self.lanes[dot.lane].track.place(dot.share);
            if dot.fallen_s > 0.0 {
                let fall = GRAVITY * dot.fallen_s * dot.fallen_s / 2.0;
                show(Mark::Falling { faded: dot.fallen_s / FALL_S }, [x, y + fall]);
            } else {
                show(Mark::Moving, [x, y]);
            }
        }
    }
}

impl Lane {
    fn new(link: &DotLink, index: usize) -> Lane {
        Lane {
            id: link.id.clone(),
            track: Track::along(link.curve),
            rate: 0.0,
            failing: 0.0,
            // Links do not beat in time with each other.
            due: (index as f64 * GOLDEN).fract(),
            failure_due: 0.5,
            failures: 0,
        }
    }

    fn send(&mut self, lane: usize) -> Dot {
        self.failure_due += self.failing;
        let fails = self.failure_due >= 1.0;
        let mut falls_at = 2.0;
        if fails {
            self.failure_due -= 1.0;
            self.failures = self.failures.wrapping_add(1);
            falls_at = 0.3 + 0.5 * (f64::from(self.failures) * GOLDEN).fract();
        }
        Dot { lane, share: 0.0, falls_at, fallen_s: 0.0 }
    }
}

#[cfg(test)]
#[path = "swarm_tests.rs"]
mod tests;
