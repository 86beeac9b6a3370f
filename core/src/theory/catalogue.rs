//! How often a cache has what is asked for, of a catalogue of any size: objects of like popularity are counted together, and writes, sizes and times
//! to live are taken into account. [`cache`](super::cache) is the same theory object by object.

use super::{Answer, NoAnswer, argument, at_least_zero, first_time, positive};

/// Ranks that stand alone; beyond them groups grow by one part in [`GROWTH`].
const ALONE: u64 = 1_000;
const GROWTH: u64 = 128;

/// Objects of like popularity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// How many.
    pub objects: f64,
    /// Reads a second of each.
    pub reads_per_s: f64,
    /// Writes a second of each; a write makes the cache forget the object.
    pub writes_per_s: f64,
    /// Mean bytes of each.
    pub bytes: f64,
}

/// What bounds a cache; `None` is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// Objects kept, least recently used first out.
    pub entries: Option<f64>,
    /// Bytes kept, least recently used first out.
    pub bytes: Option<f64>,
    /// Seconds after its load at which an object is loaded anew, asked for or not.
    pub ttl_s: Option<f64>,
}

/// What a cache gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Share of reads that are hits.
    pub hit_ratio: f64,
    /// By group: the share of reads that are hits.
    pub each: Vec<f64>,
    /// Seconds an object stays that is not asked for again; infinite where all fit.
    pub stay_s: f64,
}

/// Zipf's law in groups: how many objects, and the share of the requests that each of them gets.
///
/// The share of rank k is proportional to k^−`skew`, for `keys` ranks. The first thousand ranks stand alone; a group beyond them spans one part in 128 of its
/// rank and has the mean of its shares, by the midpoint rule: relative error below 10⁻⁶. `keys` from 1, `skew` from 0 to 10.
///
/// ```
/// let groups = tenfold::theory::catalogue::zipf(1_000_000, 0.99).unwrap();
/// assert!(groups.len() < 2_000);
/// let (first, share) = groups[0];
/// assert!(first == 1.0 && (share - 0.065).abs() < 0.001);
/// ```
pub fn zipf(keys: u64, skew: f64) -> Answer<Vec<(f64, f64)>> {
    argument("keys", keys as f64, "at least 1", keys >= 1)?;
    argument("skew", skew, "from 0 to 10", (0.0..=10.0).contains(&skew))?;
    let mut groups: Vec<(f64, f64)> = Vec::new();
    let (mut rank, mut sum) = (1, 0.0);
    while rank <= keys {
        let many = if rank <= ALONE { 1 } else { (rank / GROWTH).min(keys - rank + 1) };
        let each = if many == 1 {
            libm::pow(rank as f64, -skew)
        } else {
            let low = rank as f64 - 0.5;
            integral(low, low + many as f64, skew) / many as f64
        };
        groups.push((many as f64, each));
        sum += many as f64 * each;
        rank += many;
    }
    groups.iter_mut().for_each(|group| group.1 /= sum);
    Ok(groups)
}

/// The integral of x^−`skew` between two bounds above 0, with its digits also where `skew` is near 1.
fn integral(low: f64, high: f64, skew: f64) -> f64 {
    let log = libm::log(high / low);
    let x = (1.0 - skew) * log;
    let growth = if x.abs() > 1e-8 { libm::expm1(x) / x } else { 1.0 + 0.5 * x };
    libm::pow(low, 1.0 - skew) * log * growth
}

/// What a cache within `limits` has of what is asked for, for Poisson reads and writes of each object. **An approximation** where `limits` has entries or
/// bytes, exact where it has a time to live alone; in both cases for loads that take no time.
///
/// Eviction by Che's approximation, as [`cache::lru`](super::cache::lru): an object is inside when the last that touched it within its stay was a read. With a time to
/// live, what is hit between two loads are the reads until the first write, or until time is up (renewal theory, as Jung, Berger and Balakrishnan, 2003).
/// Sizes are taken as independent of popularity. Where objects are both evicted and outlived by their time to live, no closed form is known to us:
/// [`NoAnswer::NoSuchPoint`].
///
/// ```
/// use tenfold::theory::catalogue::{Group, Limits, kept, zipf};
/// let group = |(objects, share)| Group { objects, reads_per_s: 100.0 * share, writes_per_s: 0.0, bytes: 1e3 };
/// let groups: Vec<Group> = zipf(10_000, 1.0).unwrap().into_iter().map(group).collect();
/// let found = kept(&groups, Limits { entries: Some(1_000.0), ..Limits::default() }).unwrap();
/// assert!((found.hit_ratio - 0.6756).abs() < 1e-4);
/// ```
pub fn kept(groups: &[Group], limits: Limits) -> Answer<Kept> {
    let mut reads_per_s = 0.0;
    for group in groups {
        for (name, value) in [
            ("objects", group.objects),
            ("reads_per_s", group.reads_per_s),
            ("writes_per_s", group.writes_per_s),
            ("bytes", group.bytes),
        ] {
            at_least_zero(name, value)?;
        }
        reads_per_s += group.objects * group.reads_per_s;
    }
    positive("sum of the reads", reads_per_s)?;
    let by_entries = stay(groups, limits.entries, |_| 1.0)?;
    let stay_s = stay(groups, limits.bytes, |group| group.bytes)?.min(by_entries);
    let ttl_s = match limits.ttl_s {
        None => f64::INFINITY,
        Some(ttl_s) => positive("ttl_s", ttl_s)?,
    };
    if ttl_s.is_finite() && ttl_s > stay_s {
        return Err(NoAnswer::NoSuchPoint(
            "objects are evicted and also outlive their time: no closed form is known",
        ));
    }
    let each: Vec<f64> = groups
        .iter()
        .map(|group| if ttl_s.is_finite() { fresh(group, ttl_s) } else { inside(group, stay_s) })
        .collect();
    let hits: f64 = groups.iter().zip(&each).map(|(g, hit)| g.objects * g.reads_per_s * hit).sum();
    Ok(Kept { hit_ratio: hits / reads_per_s, each, stay_s })
}

/// How long objects stay that are not asked for again, where `limit` bounds the sum of their `size`s.
fn stay(groups: &[Group], limit: Option<f64>, size: impl Fn(&Group) -> f64) -> Answer {
    let Some(room) = limit else { return Ok(f64::INFINITY) };
    let room = at_least_zero("limit", room)?;
    let used = |stay_s: f64| groups.iter().map(|g| g.objects * size(g) * inside(g, stay_s)).sum::<f64>();
    if used(f64::INFINITY) <= room {
        return Ok(f64::INFINITY);
    }
    if room <= 0.0 {
        return Ok(0.0);
    }
    first_time(|stay_s| used(stay_s) >= room)
        .ok_or(NoAnswer::NoSuchPoint("the rates differ too much to be computed"))
}

/// Chance that the last that touched an object within `stay_s` was a read.
fn inside(group: &Group, stay_s: f64) -> f64 {
    let touched = group.reads_per_s + group.writes_per_s;
    if group.reads_per_s <= 0.0 {
        return 0.0;
    }
    group.reads_per_s / touched * -libm::expm1(-touched * stay_s)
}

/// Chance that an object that is read was loaded less than `ttl_s` ago, and not written since.
fn fresh(group: &Group, ttl_s: f64) -> f64 {
    let writes = group.writes_per_s * ttl_s;
    let until = if writes > 1e-9 { -libm::expm1(-writes) / group.writes_per_s } else { ttl_s };
    let hits = group.reads_per_s * until;
    hits / (1.0 + hits)
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::super::cache;
    use super::super::check::{RUBBISH, close, sane};
    use super::*;

    fn read_only(keys: u64, skew: f64) -> Vec<Group> {
        let group = |(objects, share): (f64, f64)| Group {
            objects,
            reads_per_s: share,
            writes_per_s: 0.0,
            bytes: 1.0,
        };
        zipf(keys, skew).unwrap().into_iter().map(group).collect()
    }

    #[test]
    fn groups_give_what_every_object_by_itself_gives() {
        for (skew, room) in [(0.0, 3_000), (0.8, 1_000), (0.99, 10_000), (1.0, 50), (1.2, 1_000)] {
            let alone: Vec<f64> = (1..=100_000_u32).map(|rank| libm::pow(f64::from(rank), -skew)).collect();
            let groups = read_only(100_000, skew);
            close(groups.iter().map(|g| g.objects).sum(), 100_000.0, 1e-12);
            close(groups[0].reads_per_s, alone[0] / alone.iter().sum::<f64>(), 1e-6);
            let limits = Limits { entries: Some(room as f64), ..Limits::default() };
            let found = kept(&groups, limits).unwrap();
            close(found.hit_ratio, cache::lru(&alone, room).unwrap().total, 1e-5);
            let limits = Limits { ttl_s: Some(5_000.0), ..Limits::default() };
            let found = kept(&groups, limits).unwrap().hit_ratio;
            close(found, cache::fixed_ttl(&alone, 1.0, 5_000.0).unwrap().total, 1e-5);
        }
    }

    #[test]
    fn a_bound_in_bytes_is_one_in_entries_where_all_are_alike() {
        let mut groups = read_only(10_000, 0.9);
        groups.iter_mut().for_each(|group| group.bytes = 4_000.0);
        let entries = kept(&groups, Limits { entries: Some(500.0), ..Limits::default() }).unwrap();
        let bytes = kept(&groups, Limits { bytes: Some(2e6), ..Limits::default() }).unwrap();
        close(bytes.hit_ratio, entries.hit_ratio, 1e-9);
        let both = Limits { entries: Some(700.0), bytes: Some(2e6), ttl_s: None };
        close(kept(&groups, both).unwrap().hit_ratio, entries.hit_ratio, 1e-9);
    }

    #[test]
    fn what_all_fits_misses_only_after_writes() {
        let group = |reads_per_s, writes_per_s| Group { objects: 5.0, reads_per_s, writes_per_s, bytes: 1.0 };
        let found = kept(&[group(3.0, 1.0), group(1.0, 1.0)], Limits::default()).unwrap();
        assert!(found.stay_s.is_infinite());
        // A read hits when what came before was a read.
        close(found.each[0], 0.75, 1e-12);
        close(found.hit_ratio, (3.0 * 0.75 + 0.5) / 4.0, 1e-12);
    }

    /// A cache of one object with a time to live, asked and written at random: the share of reads that are hits.
    fn simulated(reads: f64, writes: f64, ttl_s: f64) -> f64 {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
        let mut unit = move || (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0;
        let (mut now, mut until, mut read, mut hit) = (0.0, 0.0, 0.0, 0.0);
        for _ in 0..400_000 {
            now -= libm::log(1.0 - unit()) / (reads + writes);
            if unit() * (reads + writes) < writes {
                until = now;
                continue;
            }
            read += 1.0;
            if now < until { hit += 1.0 } else { until = now + ttl_s }
        }
        hit / read
    }

    #[test]
    fn writes_and_a_time_to_live_hit_as_often_as_simulated() {
        for (reads, writes, ttl_s) in [(1.0, 0.0, 2.0), (2.0, 0.5, 3.0), (0.3, 1.0, 1.0)] {
            let group = Group { objects: 1.0, reads_per_s: reads, writes_per_s: writes, bytes: 1.0 };
            let found = kept(&[group], Limits { ttl_s: Some(ttl_s), ..Limits::default() }).unwrap();
            // Standard error of 400,000 events is below 0.001.
            assert!((found.hit_ratio - simulated(reads, writes, ttl_s)).abs() < 0.004, "{found:?}");
        }
    }

    #[test]
    fn an_object_evicted_before_its_time_has_no_closed_form() {
        let groups = read_only(100, 1.0);
        let limits = Limits { entries: Some(10.0), bytes: None, ttl_s: Some(1e6) };
        assert!(matches!(kept(&groups, limits), Err(NoAnswer::NoSuchPoint(_))));
        let short = Limits { ttl_s: Some(1.0), ..limits };
        assert!(kept(&groups, short).is_ok());
    }

    #[test]
    fn rubbish_is_answered() {
        assert!(zipf(0, 1.0).is_err() && kept(&[], Limits::default()).is_err());
        assert!(zipf(1 << 40, 0.99).unwrap().len() < 5_000);
        for a in RUBBISH {
            sane(zipf(5_000, a).map(|groups| groups.iter().map(|g| g.0 * g.1).sum()));
            for b in RUBBISH {
                let group = Group { objects: a, reads_per_s: b, writes_per_s: a, bytes: b };
                let other = Group { objects: 1.0, reads_per_s: 1.0, writes_per_s: b, bytes: 1.0 };
                for limit in [None, Some(a), Some(b)] {
                    let limits = Limits { entries: limit, bytes: Some(b), ttl_s: limit };
                    sane(kept(&[group, other], limits).map(|k| k.hit_ratio));
                    sane(kept(&[group, other], Limits { ttl_s: None, ..limits }).map(|k| k.hit_ratio));
                }
            }
        }
    }
}
