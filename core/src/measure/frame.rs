//! What a running simulation shows of itself: closed windows for the charts, the state of each component and link.
//!
//! Everything numeric is also a row of `f64`, so that a frame crosses from a worker to the page as one array of numbers.
//! What is not there (a percentile without a single reply) is not-a-number in a row and must be shown as absent.

use serde::{Deserialize, Serialize};

/// Declares a plain struct of numbers that is also a row of `f64`.
macro_rules! row {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct $name { $($(#[$field_meta])* pub $field: f64,)* }
        impl $name {
            /// The names of the columns.
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
            /// Columns of a row.
            pub const WIDTH: usize = Self::COLUMNS.len();
            /// Appends the row to `out`.
            pub fn write(&self, out: &mut Vec<f64>) {
                out.extend_from_slice(&[$(self.$field),*]);
            }
            /// Reads the row back; columns that are missing are not-a-number.
            pub fn read(row: &[f64]) -> Self {
                let mut columns = row.iter().copied();
                $(let $field = columns.next().unwrap_or(f64::NAN);)*
                $name { $($field),* }
            }
        }
    };
}

row! {
    /// The whole system over one closed window of simulated time: one point of each chart.
    WindowRow {
        /// The window's end, seconds since the start.
        at_s,
        /// Requests that clients meant to send, per second.
        offered_per_s,
        /// Requests answered ok, late ones included, per second.
        finished_per_s,
        /// Requests answered ok inside their deadline, per second.
        good_per_s,
        /// Requests that failed, per second.
        failed_per_s,
        /// Requests in flight at the window's end.
        in_flight,
        /// Mean latency of the successes, seconds.
        mean_s,
        /// Median latency, seconds.
        p50_s,
        /// 95th percentile, seconds.
        p95_s,
        /// 99th percentile, seconds.
        p99_s,
        /// 99.9th percentile, seconds.
        p999_s,
        /// US dollars per hour.
        cost_per_hour_usd,
        /// US dollars per million good requests; not-a-number when none was good.
        cost_per_million_good_usd,
    }
}

row! {
    /// One component over the last closed window.
    ComponentRow {
        /// Calls that arrived, per second (for clients: requests they meant to send).
        arrivals_per_s,
        /// Calls answered ok, per second.
        completions_per_s,
        /// Calls that failed here or further down, per second.
        failures_per_s,
        /// Calls inside at the window's end.
        in_flight,
        /// Calls waiting for a server at the window's end.
        queue,
        /// Utilisation of the busiest station, 0 to 1; not-a-number where it means nothing.
        utilisation,
        /// Index of that station in the kind's list.
        busiest,
        /// 1 when saturated: the busiest station has no server free on average and calls wait.
        saturated,
        /// Median time from arrival to reply, seconds.
        p50_s,
        /// 95th percentile, seconds.
        p95_s,
        /// 99th percentile, seconds.
        p99_s,
        /// US dollars per hour.
        cost_per_hour_usd,
        /// Instances starting.
        starting,
        /// Instances ready.
        ready,
        /// Instances draining.
        draining,
        /// Instances down.
        down,
        /// First figure of the kind's own list; not-a-number when it has none.
        figure_0,
        /// Second figure.
        figure_1,
        /// Third figure.
        figure_2,
        /// Fourth figure.
        figure_3,
        /// Fifth figure.
        figure_4,
        /// Sixth figure.
        figure_5,
        /// Seventh figure.
        figure_6,
        /// Eighth figure.
        figure_7,
        /// Ninth figure.
        figure_8,
    }
}

impl ComponentRow {
    /// The figures of the kind's own list, in its order.
    pub fn figures(&self) -> [f64; FIGURES_MAX] {
        [
            self.figure_0,
            self.figure_1,
            self.figure_2,
            self.figure_3,
            self.figure_4,
            self.figure_5,
            self.figure_6,
            self.figure_7,
            self.figure_8,
        ]
    }
}

/// As many figures as a kind may have of its own.
pub const FIGURES_MAX: usize = 9;

row! {
    /// One link over the last closed window.
    LinkRow {
        /// Calls sent, per second.
        calls_per_s,
        /// Calls that ended in a failure, per second.
        failures_per_s,
        /// Calls sent and not yet answered.
        in_flight,
        /// Mean time from sending to the reply, seconds.
        mean_s,
        /// 1 when the link is cut.
        cut,
        /// Connections in use; not-a-number where the link has no pool.
        connections,
        /// Calls that wait for one; not-a-number where the link has no pool.
        waiting,
    }
}

/// The unit of a kind-specific figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureUnit {
    /// A share from 0 to 1, shown in per cent.
    Share,
    /// So many.
    Count,
    /// So many per second.
    PerSecond,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
}

/// A figure that only one kind of component has.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Its name in the report.
    pub key: &'static str,
    /// Its name on the screen, short: `hits`, `pool in use`.
    pub label: &'static str,
    /// Its unit.
    pub unit: FigureUnit,
}

/// Something worth a mark on the time axis: an instance came or went, a link was cut, the load changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// When, seconds since the start.
    pub at_s: f64,
    /// The component or link it is about; empty for the whole.
    pub about: String,
    /// What happened, in a few words.
    pub what: String,
}

/// Which rows belong to which component and link, in the order of the rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Topology {
    /// Ids of the components.
    pub components: Vec<String>,
    /// Ids of the links.
    pub links: Vec<String>,
}

/// What happened since the last frame, and how things stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Frame {
    /// The end of the last closed window, seconds since the start.
    pub at_s: f64,
    /// Windows closed since the last frame, oldest first.
    pub windows: Vec<WindowRow>,
    /// One per component, in the order of the topology.
    pub components: Vec<ComponentRow>,
    /// One per link, in the order of the topology.
    pub links: Vec<LinkRow>,
    /// Notices since the last frame.
    pub notices: Vec<Notice>,
}

impl Frame {
    /// All numbers as one array: the instant, how many windows and components there are, then windows, components, links.
    pub fn numbers(&self) -> Vec<f64> {
        let windows = self.windows.len() * WindowRow::WIDTH;
        let components = self.components.len() * ComponentRow::WIDTH;
        let mut out = Vec::with_capacity(3 + windows + components + self.links.len() * LinkRow::WIDTH);
        out.extend([self.at_s, self.windows.len() as f64, self.components.len() as f64]);
        self.windows.iter().for_each(|row| row.write(&mut out));
        self.components.iter().for_each(|row| row.write(&mut out));
        self.links.iter().for_each(|row| row.write(&mut out));
        out
    }

    /// Reads back what [`Frame::numbers`] wrote; what is missing is left out.
    pub fn from_numbers(numbers: &[f64], notices: Vec<Notice>) -> Frame {
        let Some(([at_s, windows, components], rest)) = numbers.split_first_chunk() else {
            return Frame { notices, ..Frame::default() };
        };
        let (w, rest) = rest.split_at((*windows as usize * WindowRow::WIDTH).min(rest.len()));
        let (c, l) = rest.split_at((*components as usize * ComponentRow::WIDTH).min(rest.len()));
        Frame {
            at_s: *at_s,
            windows: w.chunks_exact(WindowRow::WIDTH).map(WindowRow::read).collect(),
            components: c.chunks_exact(ComponentRow::WIDTH).map(ComponentRow::read).collect(),
            links: l.chunks_exact(LinkRow::WIDTH).map(LinkRow::read).collect(),
            notices,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_from_its_numbers() {
        let frame = Frame {
            at_s: 2.0,
            windows: vec![
                WindowRow { at_s: 1.5, ..WindowRow::default() },
                WindowRow { p99_s: 0.25, ..WindowRow::default() },
            ],
            components: vec![
                ComponentRow { figure_3: 4.0, arrivals_per_s: 7.0, ..ComponentRow::default() };
                3
            ],
            links: vec![LinkRow { cut: 1.0, ..LinkRow::default() }],
            notices: Vec::new(),
        };
        assert_eq!(Frame::from_numbers(&frame.numbers(), Vec::new()), frame);
    }
}
