//! A fleet: the instances of a component, each with a life of its own.

use super::calls::NONE;
use crate::units::{SimTime, Span};

/// Where an instance is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// Waits for a place on a node.
    Pending,
    /// Paid for, not yet able to serve.
    Starting,
    /// Serves.
    Ready,
    /// Takes no new calls; stops when it is idle.
    Draining,
    /// Crashed; its machine is still paid for.
    Down,
    /// Its slot is free.
    Stopped,
}

/// One instance.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    pub(crate) life: Life,
    /// Calls inside.
    pub(crate) in_flight: u32,
    /// The zone it stands in; there is one so far.
    #[expect(dead_code, reason = "latency and billed bytes will come from (zone, zone)")]
    pub(crate) zone: u16,
    /// Order of starting: the oldest crash first, the newest are removed first.
    born: u64,
    /// When it started, and since when it is in this part of its life.
    pub(crate) started: SimTime,
    pub(crate) since: SimTime,
    /// The node it runs on, where it needs one and has it; else [`NONE`].
    pub(crate) node: u32,
    /// The timer of its start-up.
    pub(crate) timer: Option<u32>,
}

/// The instances of a component. Everyone else sees counts and the list of ready ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fleet {
    pub(crate) instances: Vec<Instance>,
    /// Indices of ready instances, in the order they became ready.
    pub(crate) ready: Vec<u32>,
    births: u64,
    /// How many there should be.
    pub(crate) desired: u32,
    /// How many its component's settings ask for, and how long a new one takes to start.
    pub(crate) configured: Option<u32>,
    pub(crate) start_up: Span,
    /// The component on whose nodes it runs; `None` for machines of its own.
    pub(crate) host: Option<u16>,
    /// Where the instances are nodes: the places of each.
    pub(crate) places: u32,
    /// Somebody else has decided how many there should be, since the settings were last changed.
    pub(crate) is_scaled: bool,
    /// The links of those who hold back what nobody here is free or ready for: they must know when an instance comes or goes.
    pub(crate) givers: Vec<u32>,
    /// Since the run began; for autoscalers and reports.
    pub(crate) started: u64,
    pub(crate) stopped: u64,
    pub(crate) crashed: u64,
}

/// How many instances are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LifeCounts {
    pub(crate) starting: u32,
    pub(crate) ready: u32,
    pub(crate) draining: u32,
    pub(crate) down: u32,
}

impl Fleet {
    pub(crate) fn counts(&self) -> LifeCounts {
        let mut counts = LifeCounts::default();
        for instance in &self.instances {
            match instance.life {
                Life::Pending | Life::Starting => counts.starting += 1,
                Life::Ready => counts.ready += 1,
                Life::Draining => counts.draining += 1,
                Life::Down => counts.down += 1,
                Life::Stopped => {}
            }
        }
        counts
    }

    /// Instances that are paid for: none where the nodes are.
    pub(crate) fn billed(&self) -> u64 {
        if self.host.is_some() {
            return 0;
        }
        self.instances.iter().filter(|i| i.life != Life::Stopped).count() as u64
    }

    /// A new instance in a free slot, the lowest first.
    pub(crate) fn start(&mut self, now: SimTime) -> u32 {
        self.births += 1;
        self.started += 1;
        let instance = Instance {
            life: Life::Starting,
            in_flight: 0,
            zone: 0,
            born: self.births,
            started: now,
            since: now,
            node: NONE,
            timer: None,
        };
        match self.instances.iter().position(|i| i.life == Life::Stopped) {
            Some(ix) => {
                self.instances[ix] = instance;
                ix as u32
            }
            None => {
                self.instances.push(instance);
                (self.instances.len() - 1) as u32
            }
        }
    }

    pub(crate) fn set_life(&mut self, ix: u32, life: Life, now: SimTime) {
        let instance = &mut self.instances[ix as usize];
        instance.since = now;
        let was_ready = instance.life == Life::Ready;
        instance.life = life;
        match life {
            Life::Ready => self.ready.push(ix),
            Life::Stopped => self.stopped += 1,
            Life::Down => self.crashed += 1,
            Life::Pending | Life::Starting | Life::Draining => {}
        }
        if was_ready {
            self.ready.retain(|r| *r != ix);
        }
    }

    /// How many count towards `desired`: all but draining and stopped ones.
    pub(crate) fn wanted_ones(&self) -> u32 {
        self.instances
            .iter()
            .filter(|i| matches!(i.life, Life::Pending | Life::Starting | Life::Ready | Life::Down))
            .count() as u32
    }

    /// The instance to remove next: one without a place, else a crashed one, else one that still starts, else the newest that serves.
    pub(crate) fn first_to_go(&self) -> Option<u32> {
        let rank = |life: Life| match life {
            Life::Pending => Some(3),
            Life::Down => Some(2),
            Life::Starting => Some(1),
            Life::Ready => Some(0),
            Life::Draining | Life::Stopped => None,
        };
        let candidates = self.instances.iter().enumerate();
        candidates
            .filter_map(|(ix, i)| rank(i.life).map(|rank| ((rank, i.born), ix as u32)))
            .max()
            .map(|(_, ix)| ix)
    }

    /// Those that would go if only `wanted` were to stay.
    pub(crate) fn going(&self, wanted: u32) -> Vec<u32> {
        let mut rest = self.clone();
        let mut going = Vec::new();
        while rest.wanted_ones() > wanted {
            let Some(next) = rest.first_to_go() else { break };
            rest.instances[next as usize].life = Life::Stopped;
            going.push(next);
        }
        going
    }

    /// The oldest instance in this state.
    pub(crate) fn oldest(&self, life: Life) -> Option<u32> {
        let candidates = self.instances.iter().enumerate().filter(|(_, i)| i.life == life);
        candidates.min_by_key(|(_, i)| i.born).map(|(ix, _)| ix as u32)
    }
}

/// What happened to an instance, as its component is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstanceNews {
    /// It serves from now on.
    Ready,
    /// It takes no new calls.
    Draining,
    /// It is about to go: nothing may start there any more.
    Closing,
    /// It is gone, and nothing is inside any more.
    Gone,
}

/// What is new at the ends of a component's links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callees {
    /// Its links are others, or whole again.
    Links,
    /// An instance became ready.
    Came { wire: u32, instance: u32 },
    /// An instance takes nothing more.
    Went { wire: u32, instance: u32 },
}
