//! Dead rows and vacuum, as in PostgreSQL: an update writes a new version of its row and leaves the old one behind, which takes its place until
//! vacuum removes it. What vacuum frees, later versions take; no file gets smaller.

use super::node::{FAN_OUT, PAGE};
use super::query::VACUUM;
use super::{Database, due, share};
use crate::engine::context::{Ctx, TimerTag};
use crate::units::{SimTime, Span};

/// How often it is looked whether a vacuum is due: autovacuum_naptime.
const LOOK_EVERY: Span = Span::from_secs(60);
/// autovacuum_vacuum_threshold.
const THRESHOLD_ROWS: f64 = 50.0;
/// vacuum_cost_page_hit, _miss and _dirty.
const HIT: u64 = 1;
const MISS: u64 = 2;
const DIRTY: u64 = 20;
/// autovacuum_vacuum_cost_delay.
const PAUSE: Span = Span::from_millis(2);

/// Versions of rows, and what they take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Versions {
    rows: u64,
    bytes: u64,
}

impl Versions {
    fn add(&mut self, other: Versions) {
        self.rows += other.rows;
        self.bytes += other.bytes;
    }
    fn subtract(&mut self, other: Versions) {
        self.rows = self.rows.saturating_sub(other.rows);
        self.bytes = self.bytes.saturating_sub(other.bytes);
    }
}

/// What of a shard's data is not live.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bloat {
    /// What vacuum can remove.
    dead: Versions,
    /// What the transaction that is open may still read, and which transaction that is.
    held: Versions,
    open: u64,
    /// Bytes that vacuum has freed and no version has taken yet.
    free: u64,
    /// All that was ever written, for the size of a row.
    written: Versions,
}

impl Bloat {
    /// A row of so many bytes gets a new version while the transaction with this number is open, if any is; gives by how much the file grows.
    fn update(&mut self, bytes: u64, open: Option<u64>) -> u64 {
        self.settle(open);
        let version = Versions { rows: 1, bytes };
        self.written.add(version);
        let dies = if open.is_some() { &mut self.held } else { &mut self.dead };
        dies.add(version);
        let reused = bytes.min(self.free);
        self.free -= reused;
        bytes - reused
    }

    /// What the last transaction held back can go when another is open.
    fn settle(&mut self, open: Option<u64>) {
        if open != Some(self.open) {
            self.dead.add(std::mem::take(&mut self.held));
            self.open = open.unwrap_or_default();
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.dead_bytes() + self.free
    }

    fn dead_rows(&self) -> u64 {
        self.dead.rows + self.held.rows
    }

    fn dead_bytes(&self) -> u64 {
        self.dead.bytes + self.held.bytes
    }

    /// Bytes of a row on average, at least 1.
    fn row_bytes(&self) -> f64 {
        (self.written.bytes as f64 / self.written.rows.max(1) as f64).max(1.0)
    }

    /// Rows on a page.
    fn rows_per_page(&self) -> f64 {
        (PAGE as f64 / self.row_bytes()).max(1.0)
    }

    /// How many live rows lie in so many bytes.
    fn live_rows(&self, live_bytes: u64) -> f64 {
        live_bytes as f64 / self.row_bytes()
    }

    fn is_due(&self, live_bytes: u64, scale: f64) -> bool {
        self.dead_rows() as f64 > THRESHOLD_ROWS + scale * self.live_rows(live_bytes)
    }

    /// How much of the memory for pages live rows have, with `live` bytes of them: on pages with many rows the dead and the free lie among them.
    fn live_share(&self, live: u64) -> f64 {
        if self.rows_per_page() < 2.0 {
            return 1.0;
        }
        live as f64 / (live + self.bytes()).max(1) as f64
    }

    /// The work of a vacuum that begins now, with `live` bytes of live rows and memory for so many bytes.
    fn vacuum(&self, live: u64, memory: Option<u64>) -> Vacuum {
        let size = (live + self.bytes()).max(1) as f64;
        let of_size = |bytes: u64| bytes as f64 / size;
        // Dead rows lie evenly: of pages with n rows, the part 1 − (1 − share)^n has any.
        let touched = |share: f64, n: f64| 1.0 - libm::pow(1.0 - share.min(1.0), n);
        let (rows, leaf) = (self.rows_per_page(), FAN_OUT as f64);
        let (dead, all_dead) = (of_size(self.dead.bytes), of_size(self.dead_bytes()));
        let table = size / PAGE as f64;
        // The index is looked through only if there is something to remove from it.
        let index = if self.dead.rows > 0 { size / self.row_bytes() / leaf } else { 0.0 };
        let read = table * touched(all_dead, rows) + index;
        let changed = table * touched(dead, rows) + index * touched(dead, leaf);
        let in_memory = memory.map_or(1.0, |memory| (memory as f64 / size).min(1.0));
        let pages = libm::ceil(read) as u64;
        Vacuum {
            pages,
            changed: (libm::round(changed) as u64).min(pages),
            missed: libm::round(pages as f64 * (1.0 - in_memory)) as u64,
            done: 0,
            goal: self.dead,
            operations: 0,
            spent: 0,
        }
    }

    fn remove(&mut self, goal: Versions) {
        let gone = Versions { rows: goal.rows.min(self.dead.rows), bytes: goal.bytes.min(self.dead.bytes) };
        self.dead.subtract(gone);
        self.free += gone.bytes;
    }
}

/// A vacuum under way: rounds of reading and changing pages until the budget is spent, each with a pause after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vacuum {
    /// Pages to go through, and how many of them are changed and are not in memory; both spread evenly.
    pages: u64,
    changed: u64,
    missed: u64,
    done: u64,
    /// What is removed at the end: what was dead at the beginning.
    goal: Versions,
    /// The round's operations of the disk that are still to be done, and what the round has cost.
    operations: u64,
    spent: u64,
}

impl Vacuum {
    /// Goes through pages until that has cost `limit`, or through all of them.
    fn begin_round(&mut self, limit: Option<u64>) {
        let among = |part: u64, n: u64| u128::from(part) * u128::from(n) / u128::from(self.pages.max(1));
        (self.operations, self.spent) = (0, 0);
        while self.done < self.pages && limit.is_none_or(|limit| self.spent < limit) {
            let is = |part: u64| among(part, self.done + 1) > among(part, self.done);
            let (missed, changed) = (is(self.missed), is(self.changed));
            self.operations += u64::from(missed) + u64::from(changed);
            self.spent += if missed { MISS } else { HIT } + if changed { DIRTY } else { 0 };
            self.done += 1;
        }
    }
}

/// When things happen.
impl Database {
    /// The number of the long transaction that is open now, if one is kept open at all times.
    fn open_transaction(&self, now: SimTime) -> Option<u64> {
        let lasts = self.config.long_transaction?.nanos().max(1);
        // Numbered from 1, so that none is what a shard begins with.
        Some(now.nanos() / lasts + 1)
    }

    /// A row of so many bytes on the shard of an instance was updated.
    pub(super) fn leave_dead_row(&mut self, instance: u32, bytes: u64, ctx: &mut Ctx<'_>) {
        let open = self.open_transaction(ctx.now());
        let Some(shard) = self.shard_of(instance) else { return };
        self.stored += self.shards[shard].bloat.update(bytes, open);
        if self.stored >= self.stored_next {
            self.weigh(ctx);
        }
    }

    /// Live bytes of each shard.
    pub(super) fn live_of_each(&self) -> u64 {
        let bloat: u64 = self.shards.iter().map(|shard| shard.bloat.bytes()).sum();
        self.stored.saturating_sub(bloat) / u64::from(self.placement.shards())
    }

    /// Looks every minute whether a vacuum is due.
    pub(super) fn watch_vacuum(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let wanted = self.config.dead_rows && self.config.vacuum.is_some();
        let serves = self.shard_of(instance).is_some_and(|at| self.shards[at].members.contains(&instance));
        let Some(node) = self.node(instance) else { return };
        if !wanted {
            node.vacuum = None;
        }
        if wanted && serves && node.vacuum.is_none() && node.vacuum_timer.is_none() {
            let every = LOOK_EVERY.nanos();
            let next = SimTime::from_nanos((ctx.now().nanos() / every + 1) * every);
            node.vacuum_timer = Some(ctx.timer(next, TimerTag { what: due::VACUUM, instance, extra: 0 }));
        }
    }

    /// It is time to look, or a pause is over.
    pub(super) fn vacuum_is_due(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let Some(node) = self.node(instance) else { return };
        node.vacuum_timer = None;
        if node.vacuum.is_some() {
            return self.vacuum_on(instance, ctx);
        }
        if let Some(shard) = self.shard_of(instance)
            && let Some(scale) = self.config.vacuum
            && self.shards[shard].primary == Some(instance)
        {
            let (live, open) = (self.live_of_each(), self.open_transaction(ctx.now()));
            self.shards[shard].bloat.settle(open);
            let bloat = self.shards[shard].bloat;
            if bloat.is_due(live, scale) {
                let memory = self.config.memory.map(|memory| memory.get());
                if let Some(node) = self.node(instance) {
                    node.vacuum = Some(bloat.vacuum(live, memory));
                }
                return self.vacuum_on(instance, ctx);
            }
        }
        self.watch_vacuum(instance, ctx);
    }

    /// The next round, or the end.
    fn vacuum_on(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        // With all pages in memory nobody is in the way of anybody, and the rounds are one.
        let limit = self.config.memory.map(|_| u64::from(self.config.vacuum_limit));
        let Some(node) = self.node(instance) else { return };
        let Some(vacuum) = &mut node.vacuum else { return };
        if vacuum.done == vacuum.pages {
            let goal = vacuum.goal;
            node.vacuum = None;
            if let Some(shard) = self.shard_of(instance) {
                self.shards[shard].bloat.remove(goal);
                let id = ctx.core.ids[usize::from(ctx.me)].clone();
                ctx.core.notice(&id, format!("vacuum removed {} dead rows", goal.rows));
            }
            return self.watch_vacuum(instance, ctx);
        }
        vacuum.begin_round(limit);
        if vacuum.operations == 0 || limit.is_none() {
            return self.pause_vacuum(instance, ctx);
        }
        let job = self.start_upkeep(VACUUM, instance, 1, ctx);
        self.read_page(job, ctx);
    }

    /// The disk has done an operation of a vacuum.
    pub(super) fn page_is_vacuumed(&mut self, job: u32, ctx: &mut Ctx<'_>) {
        let instance = ctx.calls()[job].instance;
        let vacuum = self.node(instance).and_then(|node| node.vacuum.as_mut());
        let left = vacuum.map_or(0, |vacuum| {
            vacuum.operations = vacuum.operations.saturating_sub(1);
            vacuum.operations
        });
        if left > 0 {
            return self.next_page(job, ctx);
        }
        ctx.reply(job);
        // Who is not the primary any more leaves it to his successor to begin anew.
        let primary = self.shard_of(instance).and_then(|shard| self.shards[shard].primary);
        let Some(node) = self.node(instance) else { return };
        node.vacuum = node.vacuum.filter(|_| primary == Some(instance));
        if node.vacuum.is_some() {
            self.pause_vacuum(instance, ctx);
        } else {
            self.watch_vacuum(instance, ctx);
        }
    }

    /// A round is followed by a pause, as long as what it has cost.
    fn pause_vacuum(&mut self, instance: u32, ctx: &mut Ctx<'_>) {
        let limit = u128::from(self.config.vacuum_limit);
        let now = ctx.now();
        let Some(node) = self.node(instance) else { return };
        let Some(vacuum) = &node.vacuum else { return };
        let pause = u128::from(PAUSE.nanos()) * u128::from(vacuum.spent) / limit;
        let at = now + Span::from_nanos(u64::try_from(pause).unwrap_or(u64::MAX));
        let tag = TimerTag { what: due::VACUUM, instance, extra: 0 };
        node.vacuum_timer = Some(ctx.timer(at, tag));
    }

    /// Live rows have less of the memory where dead ones lie among them.
    pub(super) fn thin_memory(&mut self) {
        let Some(memory) = self.config.memory.filter(|_| self.config.dead_rows) else { return };
        let live = self.live_of_each();
        for node in self.nodes.iter_mut().flatten() {
            let share = self.shards[node.shard as usize].bloat.live_share(live);
            node.set_memory((memory.get() as f64 * share) as u64);
        }
    }

    /// Forgets what was dead, as where rows are updated in their place.
    pub(super) fn forget_bloat(&mut self) {
        for shard in &mut self.shards {
            self.stored = self.stored.saturating_sub(shard.bloat.bytes());
            shard.bloat = Bloat::default();
        }
    }

    /// What dead rows take, as a share of what all rows do.
    pub(super) fn dead_share(&self) -> f64 {
        if !self.config.dead_rows {
            return f64::NAN;
        }
        let dead: u64 = self.shards.iter().map(|shard| shard.bloat.dead_bytes()).sum();
        let bloat: u64 = self.shards.iter().map(|shard| shard.bloat.bytes()).sum();
        share(dead, self.stored.saturating_sub(bloat))
    }
}
