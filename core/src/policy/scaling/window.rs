//! The average of a value over the last seconds, as Knative takes it of what it scrapes.

use crate::units::{SimTime, Span};

/// A ring of equal slots of time. What comes in the same slot is added up; a slot that nothing came in counts as zero; of a window that began
/// less than its length ago only what has passed counts, and as much of its end as nothing was heard in is left out.
///
/// Values are whole thousandths, so that nothing drifts. Source: knative/serving `pkg/autoscaler/aggregation/bucketing.go`,
/// `TimedFloat64Buckets`.
///
/// ```
/// use tenfold::policy::scaling::Window;
/// use tenfold::units::{SimTime, Span};
/// let mut window = Window::new(Span::from_secs(6), Span::from_secs(1));
/// let at = |secs| SimTime::ZERO + Span::from_secs(secs);
/// window.record(at(0), 10_000);
/// window.record(at(1), 20_000);
/// assert_eq!(window.average(at(1)), Some(15.0));
/// assert_eq!(window.average(at(60)), None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    slot: Span,
    /// Thousandths that came in each slot.
    slots: Vec<u64>,
    total: u64,
    /// Numbers of the first and the last slot written to, counted from the start of time.
    written: Option<(u64, u64)>,
}

impl Window {
    /// An empty window of so much time in slots of `slot`; both are at least one nanosecond.
    pub fn new(length: Span, slot: Span) -> Self {
        let slot = slot.max(Span::from_nanos(1));
        let count = length.nanos().div_ceil(slot.nanos()).max(1);
        Window { slot, slots: vec![0; count as usize], total: 0, written: None }
    }

    fn place(&self, number: u64) -> usize {
        (number % self.slots.len() as u64) as usize
    }

    /// Forgets what was in slots `from..=to`; of more than there are it forgets all.
    fn clear(&mut self, from: u64, to: u64) {
        for number in from..=to.min(from.saturating_add(self.slots.len() as u64 - 1)) {
            let place = self.place(number);
            self.total -= self.slots[place];
            self.slots[place] = 0;
        }
    }

    /// `thousandths` were seen at `now`. What is older than the window by then is not counted.
    pub fn record(&mut self, now: SimTime, thousandths: u64) {
        let number = now.nanos() / self.slot.nanos();
        let length = self.slots.len() as u64;
        let (first, last) = match self.written {
            None => (number, number),
            Some((_, last)) if number >= last.saturating_add(length) => {
                self.clear(last + 1, number);
                (number, number)
            }
            Some((first, last)) if number > last => {
                self.clear(last + 1, number);
                (first, number)
            }
            Some((_, last)) if number.saturating_add(length) <= last => return,
            Some((first, last)) => (first.min(number), last),
        };
        self.written = Some((first, last));
        let place = self.place(number);
        self.slots[place] = self.slots[place].saturating_add(thousandths);
        self.total = self.total.saturating_add(thousandths);
    }

    /// The mean over the slots that count, in whole units; `None` when nothing was heard for a whole window.
    pub fn average(&self, now: SimTime) -> Option<f64> {
        let (first, last) = self.written?;
        let length = self.slots.len() as u64;
        let silent = (now.nanos() / self.slot.nanos()).saturating_sub(last);
        if silent >= length {
            return None;
        }
        // Slots that have gone by since hold what is by now older than the window.
        let stale: u64 = (1..=silent).map(|ago| self.slots[self.place(last + ago)]).sum();
        let counted = (last - first + 1).min(length - silent);
        // Six digits, as the original rounds; a quotient that is a hair too large would ask for one more pod.
        let millionths = libm::round((self.total - stale) as f64 * 1_000.0 / counted as f64);
        Some(millionths / 1_000_000.0)
    }
}
