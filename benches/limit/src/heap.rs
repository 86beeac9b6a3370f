//! Pending events in an implicit 4-ary heap.

/// An event's time and order in one number that compares as they do (a float that is not negative orders as its bits do), with what it is.
#[derive(Clone, Copy)]
struct Entry(u128);

/// Bits of what an event is; the rest of the low half is the order in which events were pushed.
const WHAT_BITS: u32 = 28;

#[derive(Default)]
pub struct Heap {
    entries: Vec<Entry>,
    pushed: u64,
    /// The root was taken and nothing has come in its place: the next push fills it, which saves a sift.
    hole: bool,
}

impl Heap {
    #[inline(always)]
    pub fn push(&mut self, at: f64, what: u32) {
        self.pushed += 1;
        let order = (self.pushed << WHAT_BITS) | u64::from(what);
        let entry = Entry(u128::from(at.to_bits()) << 64 | u128::from(order));
        if self.hole {
            self.hole = false;
            return self.sift_down(entry);
        }
        let mut at = self.entries.len();
        self.entries.push(entry);
        while at > 0 {
            let parent = (at - 1) / 4;
            if self.entries[parent].0 <= entry.0 {
                break;
            }
            self.entries[at] = self.entries[parent];
            at = parent;
        }
        self.entries[at] = entry;
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Option<(f64, u32)> {
        if self.hole {
            let last = self.entries.pop()?;
            if !self.entries.is_empty() {
                self.sift_down(last);
            }
        }
        let first = self.entries.first();
        self.hole = first.is_some();
        first.map(|entry| (f64::from_bits((entry.0 >> 64) as u64), entry.0 as u32 & ((1 << WHAT_BITS) - 1)))
    }

    /// Puts `entry` where the root was.
    #[inline(always)]
    fn sift_down(&mut self, entry: Entry) {
        let entries = &mut self.entries[..];
        let mut at = 0;
        loop {
            let first = 4 * at + 1;
            let (mut least, mut child);
            if let Some([a, b, c, d]) = entries.get(first..first + 4) {
                // Without branches: which child is least cannot be foreseen.
                let (left, right) = ((b.0 < a.0) as usize, 2 + (d.0 < c.0) as usize);
                let (x, y) = (if left == 1 { b.0 } else { a.0 }, if right == 3 { d.0 } else { c.0 });
                (least, child) = if y < x { (y, first + right) } else { (x, first + left) };
            } else {
                (least, child) = (u128::MAX, first);
                for (at, entry) in entries.iter().enumerate().skip(first) {
                    if entry.0 < least {
                        (least, child) = (entry.0, at);
                    }
                }
            }
            if least >= entry.0 {
                break;
            }
            entries[at] = Entry(least);
            at = child;
        }
        entries[at] = entry;
    }
}
