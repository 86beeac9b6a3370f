//! Kubernetes' cluster autoscaler for one group of equal nodes: more when pods find no room, fewer when nodes stand half empty.
//!
//! Every scan ([`Settings::scan`]):
//!
//! 1. Pods that have waited for `patience` are packed, the largest first, into nodes that are on their way, then into new ones: each into the first that has room.
//!    As many new ones are asked for, up to the most. Pods larger than a node are left alone. Nodes on their way for longer than `provision_max` are not
//!    counted on.
//! 2. Else, if nothing was added for `after_add`: a node is *unneeded* while less than `threshold` of both its CPU and its memory is requested and its pods fit on
//!    other nodes. Of nodes with pods, no more than `candidates` are looked at in a scan, those first that were unneeded before.
//! 3. Of nodes that were unneeded for `unneeded` all the time, empty ones go, up to `bulk` at once, else one with pods. Never below the fewest.
//!
//! Nodes that are asked for take their time: who carries it out has them join later, and lists them as [`Observation::starting`] until then.
//!
//! Sizes are thousandths of a core and bytes. Nothing fails. History keeps the work space, so that after the first scans nothing is allocated.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/FAQ.md`, "How does scale-up work?", "How does scale-down work?", and its table of flags.
//!
//! ```
//! use tenfold::policy::scaling::cluster::{History, Node, Observation, Pending, Settings, Size, decide};
//! use tenfold::units::{SimTime, Span};
//! // Nodes of 4 cores and 16 GiB; seven pods of one core wait.
//! let settings = Settings::default();
//! let pod = Size { cpu: 1_000, memory: 1 << 30 };
//! let now = SimTime::ZERO + Span::from_secs(600);
//! let nodes = [Node { id: 1, pods: &[pod; 4], pinned: false }];
//! let seen = Observation { now, nodes: &nodes, starting: &[], pending: &[Pending { size: pod, since: now }; 7] };
//! let decision = decide(&seen, &settings, &mut History::default());
//! assert_eq!(decision.to_string(), "up to 3 nodes: 7 pods find no room");
//! ```

use super::fault::Faults;
use super::{Bounds, Decision, Fault, plural};
use crate::units::{SimTime, Span};
use std::fmt;

/// What a pod requests, or a node has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Thousandths of a core.
    pub cpu: u64,
    /// Bytes.
    pub memory: u64,
}

impl Size {
    fn fits(self, room: Size) -> bool {
        self.cpu <= room.cpu && self.memory <= room.memory
    }

    fn less(self, other: Size) -> Size {
        Size { cpu: self.cpu.saturating_sub(other.cpu), memory: self.memory.saturating_sub(other.memory) }
    }

    fn and(self, other: Size) -> Size {
        Size { cpu: self.cpu.saturating_add(other.cpu), memory: self.memory.saturating_add(other.memory) }
    }

    /// Share of a node, of CPU and memory together: what the original puts pods in order by.
    fn share(self, node: Size) -> f64 {
        self.cpu as f64 / node.cpu as f64 + self.memory as f64 / node.memory as f64
    }
}

/// A node with its pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node<'a> {
    /// Its number; none has the same.
    pub id: u64,
    /// What its pods request.
    pub pods: &'a [Size],
    /// Whether a pod on it may not be moved, so that it stays.
    pub pinned: bool,
}

/// A pod that has no node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// What it requests.
    pub size: Size,
    /// Since when no node has room for it.
    pub since: SimTime,
}

/// How it decides. Each default is that of the flag that is named.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Fewest and most nodes. The group has them; ours are 1 and 10.
    pub bounds: Bounds,
    /// What a node has for pods. Ours is 4 cores and 16 GiB.
    pub node: Size,
    /// How often it should be asked. Default 10 s (`--scan-interval`).
    pub scan: Span,
    /// How long a pod must have waited. Default 0 s (`--new-pod-scale-up-delay`).
    pub patience: Span,
    /// A node that is not there after so long is not counted on. Default 15 min (`--max-node-provision-time`).
    pub provision_max: Span,
    /// A node that is used less than that may go. Default 0.5 (`--scale-down-utilization-threshold`).
    pub threshold: f64,
    /// How long it must have been so. Default 10 min (`--scale-down-unneeded-time`).
    pub unneeded: Span,
    /// How long after nodes were added none goes. Default 10 min (`--scale-down-delay-after-add`).
    pub after_add: Span,
    /// Empty nodes that go at once. Default 10 (`--max-empty-bulk-delete`), which is also the most.
    pub bulk: u32,
    /// Nodes with pods that are looked at in a scan. Default 30 (`--scale-down-non-empty-candidates-count`).
    pub candidates: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            bounds: Bounds { min: 1, max: 10 },
            node: Size { cpu: 4_000, memory: 16 << 30 },
            scan: Span::from_secs(10),
            patience: Span::ZERO,
            provision_max: Span::from_secs(900),
            threshold: 0.5,
            unneeded: Span::from_secs(600),
            after_add: Span::from_secs(600),
            bulk: BULK_MAX as u32,
            candidates: 30,
        }
    }
}

/// No more nodes go in one scan.
const BULK_MAX: usize = 10;

impl Settings {
    /// Every fault; none when the list is empty.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.bounds.check(&mut faults);
        faults.unless(self.node.cpu > 0 && self.node.memory > 0, "node", || "it has room for nothing".into());
        faults.some_time("scan", self.scan);
        let threshold = self.threshold;
        faults.unless((0.0..=1.0).contains(&threshold), "threshold", || {
            format!("{threshold} is not between 0 and 1")
        });
        faults.some_time("provision_max", self.provision_max);
        faults.unless((1..=BULK_MAX as u32).contains(&self.bulk), "bulk", || {
            format!("{} is not in 1..={BULK_MAX}", self.bulk)
        });
        faults.at_least_one("candidates", self.candidates);
        faults.0
    }
}

/// What is seen at a scan.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// Now.
    pub now: SimTime,
    /// Nodes that are there.
    pub nodes: &'a [Node<'a>],
    /// When nodes were asked for that are not there yet.
    pub starting: &'a [SimTime],
    /// Pods without a node.
    pub pending: &'a [Pending],
}

/// Which nodes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Leaving {
    ids: [u64; BULK_MAX],
    count: usize,
}

impl Leaving {
    /// Their numbers.
    pub fn ids(&self) -> &[u64] {
        &self.ids[..self.count]
    }

    fn push(&mut self, id: u64) {
        self.ids[self.count] = id;
        self.count += 1;
    }
}

/// What it remembers: since when nodes are unneeded, and when it last added some.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Numbers of nodes, in order.
    unneeded: Vec<(u64, SimTime)>,
    added: Option<SimTime>,
    order: Vec<u32>,
    sums: Vec<Size>,
    room: Vec<Size>,
    taken: Vec<(usize, Size)>,
    still: Vec<(u64, SimTime)>,
}

/// Why so many nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// Pods find no room.
    NoRoom {
        /// Nodes there should be, those on their way included.
        to: u32,
        /// Pods that wait.
        pods: u32,
    },
    /// More are needed than there may be.
    AtMax {
        /// Nodes.
        at: u32,
        /// Nodes that would be needed.
        wanted: u32,
    },
    /// What waits has room on nodes that are on their way, or fits on none.
    OnTheWay {
        /// As many as before.
        at: u32,
        /// Pods that will have room.
        pods: u32,
        /// Pods that are larger than a node.
        too_large: u32,
    },
    /// None goes so soon after some were added.
    AfterAdd {
        /// As many as before.
        at: u32,
        /// Until then.
        until: SimTime,
    },
    /// Nodes go.
    Unneeded {
        /// Nodes that are left.
        to: u32,
        /// Those that go.
        leaving: Leaving,
    },
    /// No node has been unneeded for long enough, or none may go.
    Needed {
        /// As many as before.
        at: u32,
        /// Nodes that are unneeded at the moment.
        unneeded: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NoRoom { to, pods } => {
                let find = if *pods == 1 { "finds" } else { "find" };
                write!(f, "up to {to} node{}: {pods} pod{} {find} no room", plural(*to), plural(*pods))
            }
            Reason::AtMax { at, wanted } => write!(f, "capped at {at} nodes, the most: {wanted} wanted"),
            Reason::OnTheWay { at, pods, too_large } => {
                write!(f, "kept at {at}: {pods} pods wait for nodes on their way, {too_large} fit on none")
            }
            Reason::AfterAdd { at, until } => {
                write!(f, "held at {at}: none goes until {until}, some were added")
            }
            Reason::Unneeded { to, leaving } => {
                let count = leaving.ids().len() as u32;
                write!(f, "down to {to}: {count} node{} not needed for long", plural(count))
            }
            Reason::Needed { at, unneeded } => write!(f, "kept at {at}: {unneeded} not needed at the moment"),
        }
    }
}

/// How many nodes there should be, those on their way included.
pub fn decide(seen: &Observation<'_>, settings: &Settings, history: &mut History) -> Decision<Reason> {
    let Observation { now, nodes, starting, .. } = *seen;
    let coming = starting.iter().filter(|since| now.since(**since) < settings.provision_max).count() as u32;
    let at = nodes.len() as u32 + coming;
    let (new, placed, too_large) = pack(seen, settings, coming, history);
    if new > 0 {
        history.unneeded.clear();
        let wanted = at + new;
        let to = settings.bounds.nearest(wanted).max(at);
        if to > at {
            history.added = Some(now);
        }
        let reason =
            if to < wanted { Reason::AtMax { at: to, wanted } } else { Reason::NoRoom { to, pods: placed } };
        return Decision { desired: to, reason };
    }
    note_unneeded(seen, settings, history);
    if placed > 0 || too_large > 0 {
        return Decision { desired: at, reason: Reason::OnTheWay { at, pods: placed, too_large } };
    }
    if let Some(until) = history.added.map(|added| added + settings.after_add).filter(|until| now < *until) {
        return Decision { desired: at, reason: Reason::AfterAdd { at, until } };
    }
    let leaving = leaving(seen, settings, history);
    let count = leaving.ids().len() as u32;
    if count == 0 {
        return Decision {
            desired: at,
            reason: Reason::Needed { at, unneeded: history.unneeded.len() as u32 },
        };
    }
    Decision { desired: at - count, reason: Reason::Unneeded { to: at - count, leaving } }
}

/// New nodes that are needed, pods that have room on them and on those that come, and pods that have room on none.
fn pack(seen: &Observation<'_>, settings: &Settings, coming: u32, history: &mut History) -> (u32, u32, u32) {
    let History { order, room, .. } = history;
    let waits = |pod: &Pending| seen.now.since(pod.since) >= settings.patience;
    order.clear();
    order.extend((0..seen.pending.len() as u32).filter(|index| waits(&seen.pending[*index as usize])));
    if order.is_empty() {
        return (0, 0, 0);
    }
    let share = |index: &u32| seen.pending[*index as usize].size.share(settings.node);
    order.sort_unstable_by(|a, b| share(b).total_cmp(&share(a)).then(a.cmp(b)));
    room.clear();
    room.resize(coming as usize, settings.node);
    let (mut placed, mut too_large) = (0, 0);
    for index in order.iter() {
        let size = seen.pending[*index as usize].size;
        if !size.fits(settings.node) {
            too_large += 1;
            continue;
        }
        placed += 1;
        match room.iter_mut().find(|room| size.fits(**room)) {
            Some(room) => *room = room.less(size),
            None => room.push(settings.node.less(size)),
        }
    }
    (room.len() as u32 - coming, placed, too_large)
}

/// Notes which nodes are unneeded, and since when.
fn note_unneeded(seen: &Observation<'_>, settings: &Settings, history: &mut History) {
    let History { unneeded, sums, room, taken, still, .. } = history;
    let node = settings.node;
    sums.clear();
    sums.extend(
        seen.nodes.iter().map(|node| node.pods.iter().fold(Size::default(), |sum, pod| sum.and(*pod))),
    );
    room.clear();
    room.extend(sums.iter().map(|sum| node.less(*sum)));
    let (cpu, memory) = (settings.threshold * node.cpu as f64, settings.threshold * node.memory as f64);
    let is_low = |sum: Size| (sum.cpu as f64) < cpu && (sum.memory as f64) < memory;
    let since = |id: u64| unneeded.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| unneeded[at].1);
    still.clear();
    let mut looked = 0;
    // Those that were unneeded before come first, so that a limited look does not lose them.
    for before in [true, false] {
        for (index, node) in seen.nodes.iter().enumerate() {
            if node.pinned || !is_low(sums[index]) {
                continue;
            }
            let known = since(node.id);
            if known.is_some() != before {
                continue;
            }
            if !node.pods.is_empty() {
                looked += 1;
                if looked > settings.candidates || !moves(index, node.pods, room, taken) {
                    continue;
                }
            }
            // What goes is no room for others.
            room[index] = Size::default();
            still.push((node.id, known.unwrap_or(seen.now)));
        }
    }
    still.sort_unstable();
    std::mem::swap(unneeded, still);
}

/// Whether the pods of a node fit on the others. If so they take their room there.
fn moves(from: usize, pods: &[Size], room: &mut [Size], taken: &mut Vec<(usize, Size)>) -> bool {
    taken.clear();
    for pod in pods {
        let place = room.iter().enumerate().position(|(index, room)| index != from && pod.fits(*room));
        let Some(place) = place else {
            for (place, size) in taken.drain(..) {
                room[place] = room[place].and(size);
            }
            return false;
        };
        room[place] = room[place].less(*pod);
        taken.push((place, *pod));
    }
    true
}

/// Nodes that go now.
fn leaving(seen: &Observation<'_>, settings: &Settings, history: &History) -> Leaving {
    let spare = (seen.nodes.len() as u32).saturating_sub(settings.bounds.min);
    let most = settings.bulk.min(spare).min(BULK_MAX as u32) as usize;
    let mut leaving = Leaving::default();
    if most == 0 {
        return leaving;
    }
    let long = |id: u64| {
        let found = history.unneeded.binary_search_by_key(&id, |(id, _)| *id);
        found.is_ok_and(|at| seen.now.since(history.unneeded[at].1) >= settings.unneeded)
    };
    for node in seen.nodes.iter().filter(|node| node.pods.is_empty() && long(node.id)).take(most) {
        leaving.push(node.id);
    }
    if leaving.count == 0
        && let Some(node) = seen.nodes.iter().find(|node| long(node.id))
    {
        leaving.push(node.id);
    }
    leaving
}
