//! A table: its partitions, what they may borrow from each other, and items that have a partition of their own.

use super::heat::Heat;
use super::partition::Partition;
use super::peak::Peak;
use super::{
    Bucket, MICRO, NEW_ON_DEMAND, Operation, PARTITIONS_MAX, Plan, Verdict, part_of, partitions_for,
};

/// Items that are given a partition of their own at most.
const ISOLATED_MAX: usize = 256;

/// A partitioned table that grants and refuses.
#[derive(Debug, Clone)]
pub struct Table {
    plan: Plan,
    /// Those that keys are spread over, then those of single items.
    partitions: Vec<Partition>,
    spread: u32,
    /// Items with a partition of their own, in order, and where it is.
    isolated: Vec<(u64, u32)>,
    /// What the table as a whole may use, by operation: one second of it, nothing saved up.
    whole: [Bucket; 2],
    /// The highest use, by operation.
    peaks: [Peak; 2],
    /// When something was asked for last.
    asked_at: u64,
}

impl Table {
    /// A table that has been idle: all is saved up that can be.
    pub fn new(plan: &Plan, now_ns: u64) -> Self {
        let mut table = Table {
            plan: *plan,
            partitions: Vec::new(),
            spread: 0,
            isolated: Vec::new(),
            whole: [Bucket::full(0, 1, now_ns); 2],
            peaks: plan.units.map(|units| Peak::new(units, now_ns)),
            asked_at: now_ns,
        };
        table.set_plan(plan, now_ns);
        table.whole = table.limits().map(|units| Bucket::full(units.saturating_mul(MICRO), 1, now_ns));
        table
    }

    /// Another plan from now on. A partition keeps what it has saved up as far as its new share lets it; when there are other partitions,
    /// each begins with what that one had in whose place it comes, and no item has one of its own any more.
    pub fn set_plan(&mut self, plan: &Plan, now_ns: u64) {
        self.plan = *plan;
        for (peak, units) in self.peaks.iter_mut().zip(plan.units) {
            peak.at_least(units);
        }
        self.spread_out(now_ns);
    }

    /// What the table may use in a second: read units, write units.
    pub fn limits(&self) -> [u64; 2] {
        if !self.plan.on_demand {
            return self.plan.units;
        }
        let twice = |op: usize| self.peaks[op].units().saturating_mul(2).max(NEW_ON_DEMAND[op]);
        [twice(0), twice(1)]
    }

    /// Partitions, those of single items included.
    pub fn partitions(&self) -> usize {
        self.partitions.len()
    }

    /// The share of the most used partition in what was used in the last ten seconds that were over when something was asked for last;
    /// `None` when nothing was.
    pub fn hottest_share(&self) -> Option<f64> {
        let used = self.partitions.iter().map(|partition| partition.used_lately(self.asked_at));
        let (most, all) = used.fold((0, 0_u64), |(most, all), n| (n.max(most), all.saturating_add(n)));
        (all > 0).then(|| most as f64 / all as f64)
    }

    /// Asks for `cost` millionths of a unit for the item `key`, a hash.
    pub fn ask(&mut self, op: Operation, key: u64, cost: u64, now_ns: u64) -> Verdict {
        self.asked_at = now_ns;
        if self.plan.on_demand && self.peaks[op as usize].advance(now_ns) {
            self.spread_out(now_ns);
        }
        let at = self.place_of(key);
        let partition = &mut self.partitions[at];
        if let Some(heat) = &mut partition.heat {
            heat.asked(key, cost);
        }
        if !partition.below_the_cap(op, cost, now_ns) {
            self.at_the_cap(at, key, cost, now_ns);
            return Verdict::AtTheCap;
        }
        let whole = &mut self.whole[op as usize];
        if !self.plan.on_demand && partition.own[op as usize].admit(cost, now_ns) {
            // What one partition uses of its own, others cannot borrow.
            whole.take_or_owe(cost, now_ns);
        } else if (self.plan.on_demand || self.plan.adaptive) && whole.covers(cost, now_ns) {
            whole.take(cost);
        } else {
            return Verdict::UsedUp;
        }
        partition.take(op, cost, now_ns);
        if self.plan.on_demand {
            self.peaks[op as usize].used(cost);
        }
        Verdict::Granted
    }

    /// Bytes of memory that this takes besides its own size.
    pub fn held_bytes(&self) -> usize {
        let hot = self.partitions.iter().filter(|partition| partition.heat.is_some()).count();
        size_of_val(&*self.partitions) + size_of_val(&*self.isolated) + hot * size_of::<Heat>()
    }

    fn place_of(&self, key: u64) -> usize {
        if !self.isolated.is_empty()
            && let Ok(found) = self.isolated.binary_search_by_key(&key, |(key, _)| *key)
        {
            return self.isolated[found].1 as usize;
        }
        part_of(key, self.spread) as usize
    }

    /// A partition has refused something because it does all it can. After a while its most used item moves out.
    fn at_the_cap(&mut self, at: usize, key: u64, cost: u64, now_ns: u64) {
        let Some(isolate_after) = self.plan.isolate_after_ns else { return };
        // An item that is alone already has all a partition can give.
        if at >= self.spread as usize || self.isolated.len() >= ISOLATED_MAX {
            return;
        }
        let heat = self.partitions[at].heat.get_or_insert_with(|| {
            let mut heat = Heat::new(now_ns);
            heat.asked(key, cost);
            Box::new(heat)
        });
        if heat.refused(now_ns) < isolate_after {
            return;
        }
        let key = heat.most_used();
        self.partitions[at].heat = None;
        if let Err(place) = self.isolated.binary_search_by_key(&key, |(key, _)| *key) {
            self.isolated.insert(place, (key, self.partitions.len() as u32));
            let mut alone = Partition::new([0; 2], now_ns);
            alone.own.iter_mut().for_each(Bucket::drain);
            self.partitions.push(alone);
            self.set_shares(now_ns);
        }
    }

    /// Lays the partitions out anew if there should be another number of them.
    fn spread_out(&mut self, now_ns: u64) {
        let limits = self.limits();
        // What grows on demand is split on the way.
        let grown = if self.plan.on_demand { partitions_for(limits, 0) } else { 1 };
        let wanted = self.plan.partitions.max(grown).clamp(1, PARTITIONS_MAX);
        if wanted != self.spread {
            let share = limits.map(|units| units.saturating_mul(MICRO) / u64::from(wanted));
            let before = std::mem::take(&mut self.partitions);
            self.partitions = (0..u64::from(wanted))
                .map(|i| {
                    let from = (2 * i + 1) * u64::from(self.spread) / (2 * u64::from(wanted));
                    match before.get(from as usize) {
                        Some(old) => old.split(self.spread, wanted),
                        None => Partition::new(share, now_ns),
                    }
                })
                .collect();
            self.isolated.clear();
            self.spread = wanted;
        }
        self.set_shares(now_ns);
    }

    /// All partitions have the same share, also those of single items: how DynamoDB divides when it splits is not published.
    fn set_shares(&mut self, now_ns: u64) {
        let (limits, parts) = (self.limits(), self.partitions.len() as u64);
        for partition in &mut self.partitions {
            partition.set_share(limits.map(|units| units.saturating_mul(MICRO) / parts), now_ns);
        }
        for (bucket, units) in self.whole.iter_mut().zip(limits) {
            bucket.set_rate(units.saturating_mul(MICRO), 1, now_ns);
        }
    }
}
