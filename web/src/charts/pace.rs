//! Whether all charts are drawn in one frame, or one after the other: a slow machine shows its page less often if it draws them together.

/// Milliseconds to the next frame by which a frame was too long.
const LONG_MS: f64 = 28.0;
/// How long the charts take turns before they are tried together again, milliseconds.
const TURNS_MS: f64 = 3_000.0;

/// How long frames with several charts have taken.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When several charts were drawn, if that was in the last frame.
    together_ms: Option<f64>,
    turns_until_ms: f64,
}

impl Pace {
    /// Whether the charts take turns in a frame that begins now.
    pub(super) fn takes_turns(&mut self, now_ms: f64) -> bool {
        if self.together_ms.take().is_some_and(|then_ms| now_ms - then_ms > LONG_MS) {
            self.turns_until_ms = now_ms + TURNS_MS;
        }
        now_ms < self.turns_until_ms
    }

    /// So many charts were drawn in the frame that began now. Whether the next frame must be seen, to know how long this one takes.
    pub(super) fn drew(&mut self, charts: usize, now_ms: f64) -> bool {
        self.together_ms = (charts > 1).then_some(now_ms);
        charts > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_long_frame_with_several_charts_they_take_turns_for_a_while() {
        let mut pace = Pace::default();
        assert!(!pace.takes_turns(0.0));
        assert!(pace.drew(3, 0.0));
        assert!(!pace.takes_turns(17.0), "that was short");
        assert!(!pace.drew(0, 17.0));
        assert!(!pace.takes_turns(500.0), "nothing was drawn before the pause");
        assert!(pace.drew(2, 500.0));
        assert!(pace.takes_turns(560.0));
        assert!(!pace.drew(1, 560.0));
        assert!(pace.takes_turns(3_500.0));
        assert!(!pace.takes_turns(3_600.0));
    }
}
