//! Calls within a component: the parts of a call that several instances work on, and work that nobody waits for.
//!
//! They wait and are served at stations as any call does, but come over no link: no figure of a link or of the component's own flow counts them.

use super::agenda::Event;
use super::calls::{Call, INSIDE, NONE, Root, RootKind, UNDRAWN, UNSIZED, flag};
use super::chance::{Draw, mix};
use super::context::Ctx;
use super::core::Core;
use crate::measure::Reason;
use crate::units::SimTime;

/// Keys the parts of a call and the jobs after it: no link's branch is as great.
const PART: u64 = 1 << 48;
const JOB: u64 = 1 << 49;

impl Job {
    /// One that no request asked for; whoever begins it may tell it apart by what is given as its key.
    pub(crate) fn of_nobody(now: SimTime, key: u64) -> Job {
        Job {
            path: mix(now.nanos()),
            key_draw: Draw::of(0),
            key,
            bytes: 0,
            catalogue: 0,
            class: 0,
            priority: 0,
            writes: false,
        }
    }
}

/// What a work that nobody waits for asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    /// Keys its draws.
    pub(crate) path: u64,
    key_draw: Draw,
    /// Rank of its key in the catalogue of its class.
    key: u64,
    bytes: u64,
    catalogue: u64,
    pub(crate) class: u16,
    pub(crate) priority: u8,
    writes: bool,
}

impl Job {
    /// One of a class; `path` keys its draws and `key_draw` decides its key.
    pub(crate) fn of_class(path: u64, key_draw: Draw, class: u16, ctx: &Ctx<'_>) -> Job {
        let info = &ctx.core.classes[usize::from(class)];
        Job {
            path,
            key_draw,
            key: UNDRAWN,
            bytes: UNSIZED,
            catalogue: info.catalogue,
            class,
            priority: info.priority,
            writes: info.writes,
        }
    }
    /// Its key, told apart over all catalogues.
    pub(crate) fn key(&self) -> u64 {
        mix(self.catalogue ^ self.key)
    }
    /// The same work for the `n`th time: its draws are others.
    pub(crate) fn again(self, n: u32) -> Job {
        Job { path: self.path.wrapping_add(u64::from(n) << 40), ..self }
    }
}

impl Ctx<'_> {
    /// A part of `call` that an instance of this component works on: a call within the component, counted at its stations and nowhere else.
    ///
    /// It begins at no station and ends by [`Ctx::reply`] or [`Ctx::fail`]; `on_reply` then follows with [`INSIDE`] for a link, also when
    /// `call` has been answered already. `which` tells the parts of a call apart.
    pub(crate) fn part(&mut self, call: u32, instance: u32, which: u16) -> u32 {
        let above = &mut self.core.calls[call];
        above.open += 1;
        let path = mix(above.path.wrapping_add(PART | u64::from(which)));
        let root = above.root;
        self.insert_inside(root, path, call, instance, which as u8)
    }
    /// Work that nobody waits for, at an instance of this component: a call within it, which may make calls of its own and ends by [`Ctx::reply`]
    /// or [`Ctx::fail`]. It asks for what `job` names; its draws are its own.
    pub(crate) fn start_job(&mut self, job: Job, instance: u32) -> u32 {
        let now = self.now();
        self.start_inside(job, instance, now, RootKind::Job)
    }
    /// The same for a message that is given to a consumer; `intended` is when the request that caused it was meant to start.
    pub(crate) fn start_message(&mut self, job: Job, intended: SimTime) -> u32 {
        self.start_inside(job, 0, intended, RootKind::Message)
    }
    fn start_inside(&mut self, job: Job, instance: u32, intended: SimTime, kind: RootKind) -> u32 {
        let root = self.core.calls.insert_root(Root {
            intended,
            deadline: SimTime::MAX,
            key_draw: job.key_draw,
            key: job.key,
            bytes: job.bytes,
            catalogue: job.catalogue,
            user: NONE,
            calls: 0,
            class: job.class,
            priority: job.priority,
            writes: job.writes,
            kind,
        });
        self.insert_inside(root, mix(job.path.wrapping_add(JOB)), NONE, instance, 0)
    }
    fn insert_inside(&mut self, root: u32, path: u64, parent: u32, instance: u32, which: u8) -> u32 {
        let now = self.now();
        let component = self.me;
        if let Some(at) = self.core.fleets[usize::from(component)].instances.get_mut(instance as usize) {
            at.in_flight += 1;
        }
        let (ix, part) = self.core.calls.insert(root, now);
        let new = Call::new(root, now);
        *part = Call { path, parent, wire: INSIDE, component, instance, repetition: which, ..new };
        ix
    }
    /// What `call` asks for, for work to be done on it later or beside it. `purpose` tells such works apart.
    pub(crate) fn job_of(&mut self, call: u32, purpose: u8) -> Job {
        let path = self.core.calls[call].path.wrapping_add(u64::from(purpose) << 32);
        let root = self.core.calls.root_of_mut(call);
        let (key_draw, class, priority) = (root.key_draw, root.class, root.priority);
        let (catalogue, writes) = (root.catalogue, root.writes);
        let key = root.drawn_key(&self.core.classes[usize::from(class)]);
        Job { path, key_draw, key, bytes: root.bytes, catalogue, class, priority, writes }
    }
    /// The component gives `call`, which came to one of its instances, to another.
    pub(crate) fn move_to(&mut self, call: u32, instance: u32) {
        let slot = &mut self.core.calls[call];
        let from = std::mem::replace(&mut slot.instance, instance);
        if from != instance {
            let instances = &mut self.core.fleets[usize::from(self.me)].instances;
            instances[instance as usize].in_flight += 1;
            self.core.leave_instance(self.me, from);
        }
    }
}

impl Core {
    /// A call that a component made within itself is done: whoever made it is told, if he still waits.
    #[inline(never)]
    pub(super) fn end_inside(&mut self, call: u32, outcome: Result<(), Reason>) {
        let slot = &mut self.calls[call];
        let (component, instance) = (slot.component, slot.instance);
        if let Err(reason) = outcome {
            slot.set(flag::FAILED);
            slot.tag = reason.code();
        }
        if slot.parent == NONE {
            slot.set(flag::ATTEMPT_OVER);
        }
        if slot.is(flag::ATTEMPT_OVER) {
            self.calls.release(call);
        } else {
            slot.set(flag::REPLYING);
            self.agenda.at_once(Event::Reply(call));
        }
        self.leave_instance(component, instance);
    }
}
