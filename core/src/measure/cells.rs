//! What a run remembers of its course, so that its figures can be given intervals: equal cells of time, a bounded number of them.
//!
//! A cell is filled window by window. When there are as many as are kept, neighbours are merged in pairs and a cell is twice as long from then on; so memory
//! is bounded however long a run lasts. Closed cells never change and are shared by clones of the run.

use super::carried::{Carried, Carrier, carried};
use super::gauge::{ClassGauge, ComponentGauge, StationGauge, WireGauge};
use super::histogram::Histogram;
use std::sync::Arc;

/// As many cells as are kept; at least half as many are there once a run has lasted that many windows.
const CELLS_MAX: usize = 128;
/// The same for a model of many components and links, whose cells are large.
const CELLS_MAX_OF_MANY: usize = 32;
const MANY: usize = 32;
/// Up to so many components and links, their histograms are kept as well, at 2 to 4 KiB in a cell: 16 MiB at most. All but counts and sums of 10,000 components
/// would be a gigabyte.
const TOLD_APART_MAX: usize = 128;
/// As many points as the course of a run is told in.
const COURSE_MAX: usize = 1_024;

/// All that is counted of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gauges<'a> {
    pub(crate) components: &'a [ComponentGauge],
    pub(crate) links: &'a [WireGauge],
    pub(crate) classes: &'a [ClassGauge],
}

impl Gauges<'_> {
    /// How many components and links there are.
    fn parts(self) -> usize {
        self.components.len() + self.links.len()
    }

    /// Whether there are so few that each has its own intervals.
    fn told_apart(self) -> bool {
        self.parts() <= TOLD_APART_MAX
    }
}

/// Durations in the buckets of a [`Histogram`], as few as were hit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tally {
    low: usize,
    counts: Vec<u32>,
    pub(crate) count: u64,
    pub(crate) sum_ns: u128,
}

impl Tally {
    fn add(&mut self, seen: &Histogram) {
        let (low, counts) = seen.filled();
        self.make_room(low, counts.len());
        for (mine, one) in self.counts[low.saturating_sub(self.low)..].iter_mut().zip(counts) {
            *mine = mine.saturating_add(u32::try_from(*one).unwrap_or(u32::MAX));
        }
        self.count += seen.count();
        self.sum_ns += seen.sum_ns();
    }

    fn merge(&mut self, other: &Tally) {
        self.make_room(other.low, other.counts.len());
        for (mine, one) in self.counts[other.low.saturating_sub(self.low)..].iter_mut().zip(&other.counts) {
            *mine = mine.saturating_add(*one);
        }
        self.count += other.count;
        self.sum_ns += other.sum_ns;
    }

    /// Makes the buckets from `low` on, so many, part of what is kept.
    fn make_room(&mut self, low: usize, buckets: usize) {
        if buckets == 0 {
            return;
        }
        if self.counts.is_empty() {
            self.low = low;
        }
        if low < self.low {
            let before = self.low - low;
            self.counts.splice(0..0, std::iter::repeat_n(0, before));
            self.low = low;
        }
        let end = low + buckets - self.low;
        if self.counts.len() < end {
            self.counts.resize(end, 0);
        }
    }

    /// How many lie in buckets after this one.
    pub(crate) fn above(&self, bucket: usize) -> u64 {
        let first = (bucket + 1).saturating_sub(self.low).min(self.counts.len());
        self.counts[first..].iter().map(|count| u64::from(*count)).sum()
    }

    fn clear(&mut self) {
        self.counts.clear();
        (self.count, self.sum_ns) = (0, 0);
    }

    fn held_bytes(&self) -> usize {
        size_of::<Tally>() + size_of_val(&*self.counts)
    }
}

/// Has a tally of each histogram.
fn add_each<'a>(tallies: &mut Vec<Tally>, seen: impl ExactSizeIterator<Item = &'a Histogram>) {
    tallies.resize_with(seen.len(), Tally::default);
    tallies.iter_mut().zip(seen).for_each(|(tally, seen)| tally.add(seen));
}

fn merge_each(tallies: &mut Vec<Tally>, others: &[Tally]) {
    tallies.resize_with(tallies.len().max(others.len()), Tally::default);
    tallies.iter_mut().zip(others).for_each(|(tally, other)| tally.merge(other));
}

/// What a class has seen in a cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ClassCell {
    pub(crate) finished: u64,
    pub(crate) late: u64,
    pub(crate) failed: u64,
    pub(crate) latency: Tally,
}

/// What a component has seen in a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct ComponentCell {
    /// Calls answered ok.
    pub(crate) answered: u64,
    /// The sum of their times inside.
    pub(crate) sojourn_ns: u128,
}

/// What a station has seen in a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct StationCell {
    pub(crate) arrivals: u64,
    pub(crate) started: u64,
    pub(crate) refused: u64,
    /// By how much the queue has grown from its beginning to its end.
    pub(crate) growth: i64,
    pub(crate) busy_ns: u128,
    pub(crate) servers_ns: u128,
}

impl StationCell {
    /// Adds a station's window; `queue` was its length of queue at the last window's end, and becomes that at this one's.
    fn add_window(&mut self, station: &StationGauge, queue: &mut u64) {
        let seen = station.totals.window();
        self.arrivals += seen.arrivals;
        self.started += seen.started;
        self.refused += seen.refused;
        self.busy_ns += seen.busy_ns;
        self.servers_ns += seen.servers_ns;
        self.growth += station.queue as i64 - *queue as i64;
        *queue = station.queue;
    }

    fn merge(&mut self, other: &StationCell) {
        self.arrivals += other.arrivals;
        self.started += other.started;
        self.refused += other.refused;
        self.busy_ns += other.busy_ns;
        self.servers_ns += other.servers_ns;
        self.growth += other.growth;
    }
}

/// A piece of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cell {
    pub(crate) ns: u64,
    pub(crate) cost_pico_usd: u128,
    pub(crate) classes: Vec<ClassCell>,
    pub(crate) components: Vec<ComponentCell>,
    /// By component, and by station within each.
    pub(crate) stations: Vec<StationCell>,
    /// By link, of those that have or had a pool: its connections.
    pub(crate) pools: Vec<StationCell>,
    /// The components' times inside and the links' latencies; none where there are too many of them.
    pub(crate) sojourns: Vec<Tally>,
    pub(crate) links: Vec<Tally>,
}

impl Cell {
    /// Adds the window that ends now; `queues` are the stations' lengths of queue at the last window's end, and become those at this one's.
    fn add_window(&mut self, ns: u64, seen: Gauges<'_>, queues: &mut Vec<u64>) {
        let Gauges { components: gauges, links, classes } = seen;
        self.ns += ns;
        if seen.told_apart() {
            add_each(&mut self.sojourns, gauges.iter().map(|gauge| gauge.sojourn.window()));
            add_each(&mut self.links, links.iter().map(|gauge| gauge.latency.window()));
        }
        self.classes.resize_with(classes.len(), ClassCell::default);
        for (cell, gauge) in self.classes.iter_mut().zip(classes) {
            let seen = gauge.totals.window();
            cell.finished += seen.finished;
            cell.late += seen.late;
            cell.failed += seen.failed;
            cell.latency.add(gauge.latency.window());
        }
        self.components.resize_with(gauges.len(), ComponentCell::default);
        let stations: usize = gauges.iter().map(|gauge| gauge.stations.len()).sum();
        self.stations.resize_with(stations, StationCell::default);
        let pools = links.iter().filter_map(|link| link.pool.as_deref());
        self.pools.resize_with(pools.clone().count(), StationCell::default);
        queues.resize(stations + self.pools.len(), 0);
        let mut at = 0;
        for (cell, gauge) in self.components.iter_mut().zip(gauges) {
            let window = gauge.sojourn.window();
            cell.answered += window.count();
            cell.sojourn_ns += window.sum_ns();
            self.cost_pico_usd += gauge.totals.window().cost_pico_usd;
            for station in &gauge.stations {
                self.stations[at].add_window(station, &mut queues[at]);
                at += 1;
            }
        }
        for ((cell, pool), queue) in self.pools.iter_mut().zip(pools).zip(&mut queues[at..]) {
            cell.add_window(pool, queue);
        }
    }

    /// Adds another cell.
    pub(crate) fn merge(&mut self, other: &Cell) {
        self.ns += other.ns;
        self.cost_pico_usd += other.cost_pico_usd;
        self.classes.resize_with(self.classes.len().max(other.classes.len()), ClassCell::default);
        for (mine, one) in self.classes.iter_mut().zip(&other.classes) {
            mine.finished += one.finished;
            mine.late += one.late;
            mine.failed += one.failed;
            mine.latency.merge(&one.latency);
        }
        let components = self.components.len().max(other.components.len());
        self.components.resize_with(components, ComponentCell::default);
        for (mine, one) in self.components.iter_mut().zip(&other.components) {
            mine.answered += one.answered;
            mine.sojourn_ns += one.sojourn_ns;
        }
        self.stations.resize_with(self.stations.len().max(other.stations.len()), StationCell::default);
        for (mine, one) in self.stations.iter_mut().zip(&other.stations) {
            mine.merge(one);
        }
        self.pools.resize_with(self.pools.len().max(other.pools.len()), StationCell::default);
        for (mine, one) in self.pools.iter_mut().zip(&other.pools) {
            mine.merge(one);
        }
        merge_each(&mut self.sojourns, &other.sojourns);
        merge_each(&mut self.links, &other.links);
    }

    /// Forgets all but keeps its memory.
    fn clear(&mut self) {
        (self.ns, self.cost_pico_usd) = (0, 0);
        for class in &mut self.classes {
            (class.finished, class.late, class.failed) = (0, 0, 0);
            class.latency.clear();
        }
        self.components.fill(ComponentCell::default());
        self.stations.fill(StationCell::default());
        self.pools.fill(StationCell::default());
        self.sojourns.iter_mut().chain(&mut self.links).for_each(Tally::clear);
    }

    fn held_bytes(&self) -> usize {
        let classes: usize = self.classes.iter().map(|class| class.latency.held_bytes()).sum();
        let tallies: usize = self.sojourns.iter().chain(&self.links).map(Tally::held_bytes).sum();
        let stations = size_of_val(&*self.stations) + size_of_val(&*self.pools);
        classes + tallies + size_of_val(&*self.components) + stations
    }
}

impl Carried for ClassCell {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        self.finished.carry(by)?;
        self.late.carry(by)?;
        self.failed.carry(by)?;
        self.latency.carry(by)?;
        (self.late <= self.finished).then_some(())
    }
}

carried! {
    Tally { low, counts, count, sum_ns }
    ComponentCell { answered, sojourn_ns }
    StationCell { arrivals, started, refused, growth, busy_ns, servers_ns }
    Cell { ns, cost_pico_usd, classes, components, stations, pools, sojourns, links }
}

/// The cells of the measured part of a run, and the course of the whole of it.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    closed: Vec<Arc<Cell>>,
    open: Cell,
    /// Windows to a cell, and how many the open one has.
    windows: u32,
    filled: u32,
    queues: Vec<u64>,
    course: Vec<f64>,
    /// Windows to a point of the course, and what the point to come has of them.
    course_windows: u32,
    course_open: (u32, f64),
}

impl Default for Cells {
    fn default() -> Self {
        Cells {
            closed: Vec::new(),
            open: Cell::default(),
            windows: 1,
            filled: 0,
            queues: Vec::new(),
            course: Vec::new(),
            course_windows: 1,
            course_open: (0, 0.0),
        }
    }
}

impl Cells {
    /// Takes in the window that ends now, `ns` long, in which so many requests were in flight on average.
    pub(crate) fn close_window(&mut self, ns: u64, seen: Gauges<'_>, in_flight: f64) {
        self.open.add_window(ns, seen, &mut self.queues);
        self.filled += 1;
        if self.filled >= self.windows {
            self.closed.push(Arc::new(self.open.clone()));
            self.open.clear();
            self.filled = 0;
            let most = if seen.parts() > MANY { CELLS_MAX_OF_MANY } else { CELLS_MAX };
            if self.closed.len() >= most {
                self.merge_pairs();
            }
        }
        self.go_on(in_flight);
    }

    fn merge_pairs(&mut self) {
        let pairs = self.closed.chunks(2).map(|pair| {
            let mut both = Cell::clone(&pair[0]);
            pair[1..].iter().for_each(|other| both.merge(other));
            Arc::new(both)
        });
        self.closed = pairs.collect();
        self.windows *= 2;
    }

    fn go_on(&mut self, in_flight: f64) {
        let (windows, sum) = &mut self.course_open;
        *windows += 1;
        *sum += in_flight;
        if *windows < self.course_windows {
            return;
        }
        self.course.push(*sum / f64::from(*windows));
        self.course_open = (0, 0.0);
        if self.course.len() >= COURSE_MAX {
            self.course = self.course.chunks_exact(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
            self.course_windows *= 2;
        }
    }

    /// The warm-up is over: what was before is forgotten, but not the course.
    pub(crate) fn begin_measuring(&mut self) {
        self.closed.clear();
        self.open.clear();
        (self.windows, self.filled) = (1, 0);
    }

    /// The cells that are full, oldest first.
    pub(crate) fn closed(&self) -> &[Arc<Cell>] {
        &self.closed
    }

    /// Everything in one cell, with what has happened since the last window was closed, `ns` ago.
    pub(crate) fn whole(&self, ns: u64, seen: Gauges<'_>) -> Cell {
        let mut whole = self.open.clone();
        whole.add_window(ns, seen, &mut self.queues.clone());
        self.closed.iter().for_each(|cell| whole.merge(cell));
        whole
    }

    /// Bytes that these take, without the cells they share with `other`.
    pub(crate) fn held_bytes(&self, other: &Cells) -> usize {
        let own = self.closed.iter().enumerate();
        let own =
            own.filter(|(at, cell)| !other.closed.get(*at).is_some_and(|shared| Arc::ptr_eq(cell, shared)));
        let own: usize = own.map(|(_, cell)| cell.held_bytes()).sum();
        own + self.open.held_bytes() + size_of_val(&*self.course) + size_of_val(&*self.closed)
    }

    /// Requests in flight over the whole run, point by point, and how many windows a point is.
    pub(crate) fn course(&self) -> (&[f64], u32) {
        (&self.course, self.course_windows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    fn histogram(values: &[u64]) -> Histogram {
        let mut seen = Histogram::default();
        values.iter().for_each(|ns| seen.record(Span::from_nanos(*ns)));
        seen
    }

    #[test]
    fn a_tally_counts_what_its_histograms_do_in_whatever_order_they_come() {
        let parts = [vec![5_000, 70_000, 1_000_000], vec![3], vec![900_000_000, 12], vec![]];
        let all = histogram(&parts.concat());
        let mut tally = Tally::default();
        parts.iter().for_each(|part| tally.add(&histogram(part)));
        let mut merged = Tally::default();
        for part in parts.iter().rev() {
            let mut one = Tally::default();
            one.add(&histogram(part));
            merged.merge(&one);
        }
        assert_eq!(tally, merged);
        assert_eq!((tally.count, tally.sum_ns), (all.count(), all.sum_ns()));
        for q in [0.1, 0.3, 0.5, 0.9] {
            let bucket = all.quantile_bucket(q).expect("values are there");
            let (low, counts) = all.filled();
            let above: u64 = counts[bucket + 1 - low..].iter().sum();
            assert_eq!(tally.above(bucket), above, "{q}");
        }
        assert_eq!((tally.above(0), tally.above(100_000)), (6, 0));
    }

    fn classes(class: &ClassGauge) -> Gauges<'_> {
        Gauges { components: &[], links: &[], classes: std::slice::from_ref(class) }
    }

    #[test]
    fn components_and_links_are_told_apart_while_they_are_few_and_their_cells_stay_small() {
        let class = ClassGauge::default();
        for (links, cells_max, told) in
            [(32, CELLS_MAX, 32), (128, CELLS_MAX_OF_MANY, 128), (129, CELLS_MAX_OF_MANY, 0)]
        {
            let mut gauges = vec![WireGauge::default(); links];
            let mut cells = Cells::default();
            for _ in 0..300 {
                gauges.iter_mut().for_each(|gauge| gauge.latency.record(Span::from_millis(20)));
                let seen = Gauges { components: &[], links: &gauges, classes: std::slice::from_ref(&class) };
                cells.close_window(10, seen, 0.0);
                gauges.iter_mut().for_each(|gauge| gauge.latency.close_window());
                assert!(cells.closed.len() < cells_max, "{links}");
            }
            let seen = Gauges { components: &[], links: &gauges, classes: &[] };
            let whole = cells.whole(0, seen);
            assert_eq!(whole.links.len(), told);
            assert!(whole.links.iter().all(|tally| tally.count == 300));
            let held = cells.held_bytes(&Cells::default());
            assert!(held < cells_max * (told * (size_of::<Tally>() + 4) + 1_000), "{links}: {held}");
            assert!(cells.held_bytes(&cells.clone()) < held / 8 || told == 0, "closed cells are shared");
        }
    }

    #[test]
    fn cells_stay_few_and_equal_and_lose_nothing() {
        let mut cells = Cells::default();
        let mut class = ClassGauge::default();
        for window in 1..=5_000_u64 {
            class.totals.all.finished += window;
            class.latency.record(Span::from_micros(window));
            cells.close_window(10, classes(&class), window as f64);
            class.totals.close_window();
            class.latency.close_window();
            assert!(cells.closed.len() < CELLS_MAX && cells.course.len() < COURSE_MAX);
            assert!(window < 64 || cells.closed.len() >= CELLS_MAX / 2, "{window}");
        }
        assert_eq!(cells.windows, 64);
        assert!(cells.closed.iter().all(|cell| cell.ns == 640));
        let whole = cells.whole(3, classes(&class));
        assert_eq!((whole.ns, whole.classes[0].finished), (50_003, 5_000 * 5_001 / 2));
        assert_eq!(whole.classes[0].latency.count, 5_000);
        let (course, windows) = cells.course();
        assert_eq!((course.len(), windows), (625, 8));
        assert!((course[1] - 12.5).abs() < 1e-12);
    }
}
