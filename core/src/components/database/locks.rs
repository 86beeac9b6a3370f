//! Row locks: whoever writes a row holds its lock until the transaction is committed; the others wait in line.

use super::LOCKS;
use crate::components::shared_map::SharedMap;
use crate::engine::context::Ctx;
use crate::engine::station::NOWHERE;
use crate::units::{SimTime, Span};
use std::collections::VecDeque;

/// The locks of one server.
#[derive(Debug, Clone, Default)]
pub(super) struct Locks {
    rows: SharedMap<Row>,
    /// Those who wait with when they came; who waits no more is taken out late.
    waiting: VecDeque<(SimTime, u32)>,
    /// The timer for the first of them.
    pub(super) timer: Option<u32>,
}

#[derive(Debug, Clone)]
struct Row {
    holder: u32,
    line: VecDeque<u32>,
}

impl Locks {
    /// `call` wants the lock of a row: `true` when it has it, else it waits in line.
    pub(super) fn take(&mut self, row: u64, call: u32, ctx: &mut Ctx<'_>) -> bool {
        let now = ctx.now();
        let Some(locked) = self.rows.get_mut(row) else {
            self.rows.insert(row, Row { holder: call, line: VecDeque::new() });
            ctx.station(LOCKS as u8).came_and_started(now);
            return true;
        };
        locked.line.push_back(call);
        self.waiting.push_back((now, call));
        let slot = &mut ctx.calls()[call];
        (slot.tag, slot.since) = (LOCKS as u8, now);
        ctx.station(LOCKS as u8).came_and_waits(now);
        false
    }

    /// `call` gives the lock of a row back, if it has it; whoever is next in line has it then.
    pub(super) fn give_back(&mut self, row: u64, call: u32, ctx: &mut Ctx<'_>) -> Option<u32> {
        let locked = self.rows.get_mut(row).filter(|locked| locked.holder == call)?;
        let now = ctx.now();
        ctx.station(LOCKS as u8).freed(now);
        let Some(next) = locked.line.pop_front() else {
            self.rows.remove(row);
            return None;
        };
        locked.holder = next;
        let slot = &mut ctx.calls()[next];
        slot.tag = NOWHERE;
        let waited = now.since(slot.since);
        ctx.station(LOCKS as u8).started(waited, now);
        Some(next)
    }

    /// Takes a call out that waits for the lock of a row.
    pub(super) fn withdraw(&mut self, row: u64, call: u32, ctx: &mut Ctx<'_>) {
        if let Some(locked) = self.rows.get_mut(row) {
            locked.line.retain(|waits| *waits != call);
        }
        let now = ctx.now();
        ctx.station(LOCKS as u8).gave_up(now);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Who has waited longest at this server, and since when.
    pub(super) fn oldest(&mut self, instance: u32, ctx: &mut Ctx<'_>) -> Option<(u32, SimTime)> {
        while let Some((since, call)) = self.waiting.front().copied() {
            let me = ctx.me;
            let slot = &ctx.calls()[call];
            // The slot may be another call's by now.
            let waits = slot.tag == LOCKS as u8 && slot.since == since;
            if waits && slot.component == me && slot.instance == instance {
                return Some((call, since));
            }
            self.waiting.pop_front();
        }
        None
    }

    /// When the patience of the one who has waited longest ends.
    pub(super) fn due(&mut self, instance: u32, wait: Span, ctx: &mut Ctx<'_>) -> Option<SimTime> {
        self.oldest(instance, ctx).map(|(_, since)| since + wait)
    }

    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let rows = self
            .rows
            .held_bytes(other.map(|other| &other.rows), |row| row.line.capacity() * size_of::<u32>());
        rows + self.waiting.len() * size_of::<(SimTime, u32)>()
    }
}
