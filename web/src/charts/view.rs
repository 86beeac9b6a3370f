//! What the reader looks at: the stretch of time, the crosshair, which curves. Pure; shared by the three charts.

use super::series::{Chart, Series};
use super::store::Store;

/// How much of the run is shown while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Span {
    /// The last minute of simulated time.
    #[default]
    Minute,
    /// The last five minutes.
    FiveMinutes,
    /// The last half hour.
    HalfHour,
    /// Everything that is known.
    All,
}

impl Span {
    /// All spans, in the order of the selector.
    pub(crate) const ALL: [Span; 4] = [Span::Minute, Span::FiveMinutes, Span::HalfHour, Span::All];

    /// What suits a run of so many seconds: of a long one, that is shown at a quicker pace, all of it.
    pub(crate) fn of_run(secs: f64) -> Span {
        if secs < 1200.0 { Span::Minute } else { Span::All }
    }

    /// Its length, seconds; `None` for everything.
    pub(crate) const fn seconds(self) -> Option<f64> {
        match self {
            Span::Minute => Some(60.0),
            Span::FiveMinutes => Some(300.0),
            Span::HalfHour => Some(1800.0),
            Span::All => None,
        }
    }

    /// Short, for the button.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Span::Minute => "1 min",
            Span::FiveMinutes => "5 min",
            Span::HalfHour => "30 min",
            Span::All => "All",
        }
    }

    /// In full, for the screen reader.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Span::Minute => "Show the last minute of simulated time",
            Span::FiveMinutes => "Show the last five minutes of simulated time",
            Span::HalfHour => "Show the last half hour of simulated time",
            Span::All => "Show the whole run",
        }
    }
}

/// The shortest stretch that is shown, seconds: a run that has only begun.
const SHORTEST_S: f64 = 10.0;

/// What the reader looks at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    /// How much is shown while live.
    pub(crate) span: Span,
    /// Where the crosshair is, seconds; `None` when it is away.
    pub(crate) hover: Option<f64>,
    /// Where the crosshair is pinned.
    pub(crate) pinned: Option<f64>,
    /// The stretch being dragged out, from where it began to where it is.
    pub(crate) drag: Option<[f64; 2]>,
    /// The chart under the pointer or with the focus: it shows the words of the notices.
    pub(crate) focus: Chart,
    /// Whether latency is on a logarithmic axis.
    pub(crate) log: bool,
    hidden: [bool; 8],
    per_million: bool,
    zoom: Option<[f64; 2]>,
    held: Option<[f64; 2]>,
    epoch: u64,
}

impl Default for View {
    fn default() -> View {
        View {
            span: Span::default(),
            hover: None,
            pinned: None,
            drag: None,
            focus: Chart::Throughput,
            log: true,
            hidden: [false; 8],
            per_million: false,
            zoom: None,
            held: None,
            epoch: 0,
        }
    }
}

impl View {
    /// Whether a curve is drawn.
    pub(crate) fn shows(&self, series: Series) -> bool {
        match series {
            Series::PerHour => !self.per_million,
            Series::PerMillion => self.per_million,
            other => !self.hidden[other.index()],
        }
    }

    /// Shows or hides a curve. The two costs have different scales, so one shows instead of the other.
    pub(crate) fn toggle(&mut self, series: Series) {
        match series {
            Series::PerHour => self.per_million = false,
            Series::PerMillion => self.per_million = true,
            other => self.hidden[other.index()] = !self.hidden[other.index()],
        }
    }

    /// The view without what only the layer above the curves shows.
    pub(crate) fn at_rest(&self) -> View {
        View { hover: None, pinned: None, drag: None, focus: Chart::Throughput, ..self.clone() }
    }

    /// The instant of the crosshair: a pin wins over the pointer.
    pub(crate) fn cursor(&self) -> Option<f64> {
        self.pinned.or(self.hover)
    }

    /// Whether the charts stand still while the run goes on.
    pub(crate) fn stands_still(&self) -> bool {
        self.zoom.is_some() || self.held.is_some()
    }

    /// Whether a stretch of time was chosen by hand.
    pub(crate) fn zoomed(&self) -> bool {
        self.zoom.is_some()
    }

    /// The stretch of time shown, seconds.
    pub(crate) fn range(&self, store: &Store) -> [f64; 2] {
        self.zoom.or(self.held).unwrap_or_else(|| self.live(store))
    }

    fn live(&self, store: &Store) -> [f64; 2] {
        let (first, last) = (store.first_s().unwrap_or(0.0), store.last_s().unwrap_or(0.0));
        // The first window began before it ended; from zero when the run is known from its start.
        let first = if first < SHORTEST_S { 0.0 } else { first };
        match self.span.seconds() {
            Some(length) => {
                let from = (last - length).max(first);
                [from, from + length]
            }
            None => [first, last.max(first + SHORTEST_S)],
        }
    }

    /// Pins the crosshair, or releases it when it is pinned.
    pub(crate) fn pin(&mut self, at_s: f64, store: &Store) {
        if self.pinned.take().is_some() {
            self.held = None;
        } else {
            self.held = Some(self.range(store));
            self.pinned = store.nearest(at_s).map(|reading| reading.row.at_s);
        }
    }

    /// Shows only the stretch between two instants; nothing happens when it is shorter than two windows.
    pub(crate) fn zoom_to(&mut self, a_s: f64, b_s: f64, store: &Store) {
        let (from, to) = (a_s.min(b_s), a_s.max(b_s));
        if store.windows(from, to).nth(1).is_some() || to - from >= 1.0 {
            self.zoom = Some([from, to]);
        }
    }

    /// Zooms by a factor around the crosshair (or the middle); below 1 shows less.
    pub(crate) fn zoom_by(&mut self, factor: f64, store: &Store) {
        let [from, to] = self.range(store);
        let centre = self.cursor().filter(|t| (from..=to).contains(t)).unwrap_or((from + to) / 2.0);
        let all = View { span: Span::All, zoom: None, held: None, ..self.clone() }.range(store);
        let (from, to) = (centre - (centre - from) * factor, centre + (to - centre) * factor);
        self.zoom_to(from.max(all[0]), to.min(all[1]), store);
    }

    /// Ends the zoom.
    pub(crate) fn reset_zoom(&mut self) {
        self.zoom = None;
    }

    /// Follows the run again.
    pub(crate) fn go_live(&mut self) {
        (self.zoom, self.held, self.pinned, self.hover) = (None, None, None, None);
    }

    /// One step back: from a drag, then from a crosshair, then from a zoom. Whether there was one.
    pub(crate) fn escape(&mut self) -> bool {
        if self.drag.is_some() || self.cursor().is_some() {
            self.release();
            return true;
        }
        self.zoom.take().is_some()
    }

    /// Takes the crosshair away and lets the charts follow the run, unless zoomed.
    pub(crate) fn release(&mut self) {
        (self.drag, self.pinned, self.hover, self.held) = (None, None, None, None);
    }

    /// Begins to drag out a stretch of time; the charts stand still meanwhile.
    pub(crate) fn begin_drag(&mut self, at_s: f64, store: &Store) {
        self.held = Some(self.range(store));
        self.drag = Some([at_s, at_s]);
    }

    /// Ends the drag and shows only what was dragged out.
    pub(crate) fn end_drag(&mut self, store: &Store) {
        if let Some([from, to]) = self.drag.take() {
            self.zoom_to(from, to, store);
            self.release();
        }
    }

    /// Moves the crosshair by windows; it comes to the last one when it was away. The charts stand still until
    /// it is released, or the instant would run away from the reader.
    pub(crate) fn step(&mut self, windows: isize, store: &Store) {
        let Some(last) = store.last_s() else { return };
        if !self.stands_still() {
            self.held = Some(self.range(store));
        }
        let at = self.cursor().map_or(Some(last), |at| store.step(at, windows));
        self.move_to(at.unwrap_or(last), store);
    }

    /// Moves the crosshair, and the stretch of time after it when it would leave.
    pub(crate) fn move_to(&mut self, at_s: f64, store: &Store) {
        let [from, to] = self.range(store);
        let over = (at_s - to).max(0.0) + (at_s - from).min(0.0);
        if over.abs() > 0.0 {
            let moved = [from + over, to + over];
            if self.zoom.is_some() { self.zoom = Some(moved) } else { self.held = Some(moved) }
        }
        let cursor = if self.pinned.is_some() { &mut self.pinned } else { &mut self.hover };
        *cursor = Some(at_s);
    }

    /// Forgets instants that belong to an earlier run. Whether there was something to forget.
    pub(crate) fn keep_up(&mut self, store: &Store) -> bool {
        if self.epoch == store.epoch() {
            return false;
        }
        self.epoch = store.epoch();
        self.drag = None;
        self.go_live();
        true
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers, which nothing rounds")]
#[path = "view_tests.rs"]
mod tests;
