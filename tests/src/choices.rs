//! Bytes as a source of choices.

/// Choices read from bytes, one or two bytes each. When the bytes are used up, every further choice is the first one, so fewer
/// and smaller bytes make simpler cases: that is what lets a failing case shrink.
#[derive(Debug)]
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Choices from these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Choices(bytes)
    }
    /// Whether all bytes are used up.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }
    /// A number less than `n`; zero when there is nothing to choose from.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = if n > 256 { self.byte() << 8 } else { 0 };
        (wide | self.byte()) % n.max(1)
    }
    /// Whether a chance of one in `n` came true.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
    /// One of `items`; `None` when there are none.
    pub fn of<'i, T: ?Sized>(&mut self, items: &[&'i T]) -> Option<&'i T> {
        items.get(self.below(items.len())).copied()
    }
    fn byte(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }
}

/// So many bytes that belong to `seed`: the same on every platform.
pub fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        // Knuth's multiplier for 64 bits; its upper bits are good enough for choices.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}
