//! What a cache in a model keeps: Che's approximation over the catalogues of its classes.

use super::flow::Scene;
use super::queue::Pattern;
use super::stream::Inflow;
use super::words::Words;
use crate::theory::catalogue::{Group, Limits, kept, zipf};

/// Hits of a cache.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hits {
    /// Share of reads that are hits.
    pub(super) all: f64,
    /// By class.
    pub(super) by_class: Vec<f64>,
    pub(super) exact: bool,
    /// What is to be said of them.
    pub(super) remark: Option<&'static str>,
}

/// How often a cache within `limits` has what comes in. The order of requests is what counts, and keys are drawn anew by each request; only a time to live asks
/// for Poisson arrivals as well.
///
/// # Errors
/// Says why no formula applies.
pub(super) fn hits(
    scene: &Scene<'_>,
    inflow: &Inflow,
    limits: Limits,
    loads_take_time: bool,
) -> Result<Hits, Words> {
    if let Some(before) = inflow.filtered {
        return Err(Words::of(
            "@ answers popular objects before: no formula for the hits among the rest.",
            before,
        ));
    }
    if inflow.repeats {
        return Err(Words::plain(
            "One request asks several times for the same object: no formula for the hits.",
        ));
    }
    if limits.ttl_s.is_some() && inflow.pattern == Some(Pattern::Visits) {
        return Err(Words::plain(
            "Objects outlive their time: a formula for the hits asks for Poisson arrivals.",
        ));
    }
    let none = Words::plain("Objects are evicted and also outlive their time: no formula for the hits.");
    let (groups, places) = groups(scene, inflow).ok_or(none)?;
    let Ok(found) = kept(&groups, limits) else { return Err(none) };
    let by_class = places
        .iter()
        .map(|(at, shares)| {
            let hits = shares.iter().zip(&found.each[*at..]);
            hits.map(|((objects, share), hit)| objects * share * hit).sum()
        })
        .collect();
    let alone = found.stay_s.is_infinite();
    let exact = alone && !loads_take_time && inflow.certain && inflow.pattern == Some(Pattern::Poisson);
    let remark = match (alone, exact) {
        (_, true) => None,
        (true, _) => Some("Hits as if loads took no time."),
        (false, _) => Some("Hits by Che's approximation."),
    };
    Ok(Hits { all: found.hit_ratio, by_class, exact, remark })
}

/// Objects with the share that each has of a class, as [`zipf`] gives them.
type Shares = Vec<(f64, f64)>;

/// Where a class's catalogue begins among all groups, and the class's shares of it.
type Place = (usize, Shares);

/// The objects of all catalogues in groups, and for each class where its catalogue begins and what share of the class each object has.
fn groups(scene: &Scene<'_>, inflow: &Inflow) -> Option<(Vec<Group>, Vec<Place>)> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    for (ix, class) in scene.classes.iter().enumerate() {
        let rate = inflow.rates[ix];
        let shares = zipf(class.keys, class.skew).ok()?;
        // Classes of one catalogue have as many keys, hence the same groups.
        let known = scene.classes[..ix].iter().position(|c| c.catalogue == class.catalogue);
        let at = known.map_or(groups.len(), |other| places[other].0);
        if known.is_none() {
            let empty = |objects| Group { objects, reads_per_s: 0.0, writes_per_s: 0.0, bytes: 0.0 };
            groups.extend(shares.iter().map(|(objects, _)| empty(*objects)));
        }
        for (group, (_, share)) in groups[at..].iter_mut().zip(&shares) {
            if scene.writes(ix) {
                group.writes_per_s += rate * share;
            } else if rate > 0.0 {
                let (before, more) = (group.reads_per_s, rate * share);
                let size = class.reply.get() as f64;
                group.bytes = (group.bytes * before + size * more) / (before + more);
                group.reads_per_s += more;
            }
        }
        places.push((at, shares));
    }
    Some((groups, places))
}
