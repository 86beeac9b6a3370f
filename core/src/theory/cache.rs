//! How often a cache has what is asked for, under independent references: each request is for object i with a fixed chance, whatever came before.
//!
//! Popularity is given as weights in any unit, such as requests a second; only their proportions count. Objects are of one size. Streams with runs of their own
//! (scans, fashions, misses of another cache) are not independent references, and are served worse or better.

use super::{Answer, NoAnswer, first_time, positive};

/// What a cache gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// Share of requests that are hits.
    pub total: f64,
    /// By object: the share of requests for it that are hits.
    pub each: Vec<f64>,
    /// How long an object stays that is not asked for again (LRU) or at all (FIFO), counted in requests to the cache. Infinite where all fit.
    pub stay_requests: f64,
}

/// Least recently used, with room for `capacity` objects: Che's **approximation**.
///
/// Every object stays for one and the same time after its last request, such that `capacity` of them are inside on average. Very good unless the cache
/// holds only a few objects (with three of nine still within 0.02); exact in the limit of many. Sources: Fagin, Asymptotic Miss Ratios over Independent
/// References, 1977; Che, Tung and Wang, Hierarchical Web Caching Systems, 2002; Fricker, Robert and Roberts, A Versatile and Accurate Approximation for
/// LRU Cache Performance, 2012.
///
/// ```
/// let zipf: Vec<f64> = (1..=10_000).map(|rank| 1.0 / f64::from(rank)).collect();
/// let hits = tenfold::theory::cache::lru(&zipf, 1_000).unwrap();
/// assert!((hits.total - 0.6756).abs() < 1e-4);
/// ```
pub fn lru(weights: &[f64], capacity: u64) -> Answer<Hits> {
    bounded(weights, capacity, asked_within)
}

/// Least recently used, with room for `capacity` objects, exactly.
///
/// The sum over every order in which the inside may have been asked for last, so the work grows as objects to the power of the capacity; beyond 10⁷ terms
/// it is [`NoAnswer::TooLarge`], and [`lru`] is near. Source: King, Analysis of Demand Paging Algorithms, 1971.
///
/// ```
/// use tenfold::theory::cache::exact_lru;
/// // Room for one: a hit is the same object twice in a row.
/// assert!((exact_lru(&[0.5, 0.3, 0.2], 1).unwrap() - 0.38).abs() < 1e-12);
/// ```
pub fn exact_lru(weights: &[f64], capacity: u64) -> Answer {
    const MOST: f64 = 1e7;
    let chances: Vec<f64> = chances(weights)?.into_iter().filter(|p| *p > 0.0).collect();
    let room = usize::try_from(capacity).unwrap_or(usize::MAX);
    if room >= chances.len() {
        return Ok(1.0);
    }
    let mut terms = 1.0;
    for place in 0..room {
        terms *= (chances.len() - place) as f64;
        if terms > MOST {
            return Err(NoAnswer::TooLarge { what: "number of orders", found: terms, most: MOST });
        }
    }
    Ok(orders(&chances, &mut vec![false; chances.len()], room, 0.0))
}

/// Chance of a hit, summed over the orders of the `room` objects asked for last that begin with those marked, of `inside` chance in all.
fn orders(chances: &[f64], marked: &mut [bool], room: usize, inside: f64) -> f64 {
    if room == 0 {
        return inside;
    }
    let mut sum = 0.0;
    for i in 0..chances.len() {
        if !marked[i] {
            marked[i] = true;
            sum += chances[i] / (1.0 - inside) * orders(chances, marked, room - 1, inside + chances[i]);
            marked[i] = false;
        }
    }
    sum
}

/// First in, first out, or random eviction, with room for `capacity` objects: an **approximation** in Che's manner.
///
/// The two have the same hit ratios (Gelenbe, A Unified Approach to the Evaluation of a Class of Replacement Algorithms, 1973). As good as [`lru`].
/// Source of the approximation: Martina, Garetto and Leonardi, A Unified Approach to the Performance Analysis of Caching Systems, 2014.
///
/// ```
/// let zipf: Vec<f64> = (1..=10_000).map(|rank| 1.0 / f64::from(rank)).collect();
/// let (fifo, lru) = (tenfold::theory::cache::fifo(&zipf, 1_000), tenfold::theory::cache::lru(&zipf, 1_000));
/// assert!(fifo.unwrap().total < lru.unwrap().total);
/// ```
pub fn fifo(weights: &[f64], capacity: u64) -> Answer<Hits> {
    bounded(weights, capacity, inside_after_load)
}

/// Unbounded, each object dropped `ttl_s` seconds after it was loaded, asked for or not.
///
/// Exact for Poisson requests, `arrivals_per_s` in all, and loads that take no time: rate × ttl/(1 + rate × ttl) by object. `stay_requests` is the ttl, in requests.
/// Source: Jung, Berger and Balakrishnan, Modeling TTL-based Internet Caches, 2003.
///
/// ```
/// // One object, ten requests a second, ten seconds: one of 101 is a miss.
/// let hits = tenfold::theory::cache::fixed_ttl(&[1.0], 10.0, 10.0).unwrap();
/// assert!((hits.total - 100.0 / 101.0).abs() < 1e-12);
/// ```
pub fn fixed_ttl(weights: &[f64], arrivals_per_s: f64, ttl_s: f64) -> Answer<Hits> {
    expiring(weights, arrivals_per_s, ttl_s, inside_after_load)
}

/// Unbounded, each object dropped when it was not asked for during `ttl_s` seconds.
///
/// Exact for Poisson requests, `arrivals_per_s` in all, and loads that take no time: 1 − e^(−rate × ttl) by object. `stay_requests` is the ttl, in requests.
/// Source: as [`lru`], of which it is the part that is exact.
///
/// ```
/// let hits = tenfold::theory::cache::sliding_ttl(&[1.0, 1.0], 2.0, 1.0).unwrap();
/// assert!((hits.total - 0.63212).abs() < 1e-5);
/// ```
pub fn sliding_ttl(weights: &[f64], arrivals_per_s: f64, ttl_s: f64) -> Answer<Hits> {
    expiring(weights, arrivals_per_s, ttl_s, asked_within)
}

/// Chance that an object asked for `expected` times on average during its stay was asked for again.
fn asked_within(expected: f64) -> f64 {
    -libm::expm1(-expected)
}

/// Share of time an object is inside that stays for `expected` mean gaps between its requests after each load.
fn inside_after_load(expected: f64) -> f64 {
    1.0 / (1.0 + 1.0 / expected)
}

/// Chances of those objects that are asked for at all, by object.
fn chances(weights: &[f64]) -> Answer<Vec<f64>> {
    for weight in weights {
        super::at_least_zero("weight", *weight)?;
    }
    let sum: f64 = weights.iter().sum();
    super::argument("sum of the weights", sum, "above 0", sum > 1e-290)?;
    Ok(weights.iter().map(|w| w / sum).collect())
}

/// Requests for the objects that are asked for are hits by `hit` of how many come during the stay.
fn hits(chances: &[f64], stay_requests: f64, hit: fn(f64) -> f64) -> Hits {
    let each: Vec<f64> =
        chances.iter().map(|p| if *p > 0.0 { hit(p * stay_requests) } else { 0.0 }).collect();
    Hits { total: chances.iter().zip(&each).map(|(p, h)| p * h).sum(), each, stay_requests }
}

fn bounded(weights: &[f64], capacity: u64, inside: fn(f64) -> f64) -> Answer<Hits> {
    let chances = chances(weights)?;
    let asked_for = chances.iter().filter(|p| **p > 0.0).count();
    if capacity >= asked_for as u64 {
        return Ok(hits(&chances, f64::INFINITY, inside));
    }
    if capacity == 0 {
        return Ok(hits(&chances, 0.0, inside));
    }
    // By the share of time inside, which for Poisson requests is the share of hits.
    let room = capacity as f64;
    let full =
        |stay: f64| chances.iter().filter(|p| **p > 0.0).map(|p| inside(p * stay)).sum::<f64>() >= room;
    let stay = first_time(full).ok_or(NoAnswer::NoSuchPoint("the weights differ too much to be computed"))?;
    Ok(hits(&chances, stay, inside))
}

fn expiring(weights: &[f64], arrivals_per_s: f64, ttl_s: f64, inside: fn(f64) -> f64) -> Answer<Hits> {
    let stay = super::at_least_zero("arrivals_per_s", arrivals_per_s)? * positive("ttl_s", ttl_s)?;
    Ok(hits(&chances(weights)?, stay, inside))
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::super::check::{RUBBISH, close, sane};
    use super::*;

    fn zipf(objects: u32, exponent: f64) -> Vec<f64> {
        (1..=objects).map(|rank| libm::pow(f64::from(rank), -exponent)).collect()
    }

    #[test]
    fn lru_and_fifo_hit_the_published_table() {
        for (exponent, capacity, of_lru, of_fifo) in [
            (0.8, 1_000, 0.2043, 0.1792),
            (0.8, 10_000, 0.4687, 0.4284),
            (0.99, 1_000, 0.4894, 0.4483),
            (0.99, 10_000, 0.7250, 0.6879),
            (1.2, 1_000, 0.7953, 0.7627),
        ] {
            let weights = zipf(100_000, exponent);
            let found = (lru(&weights, capacity).unwrap().total, fifo(&weights, capacity).unwrap().total);
            assert!((found.0 - of_lru).abs() < 6e-5 && (found.1 - of_fifo).abs() < 6e-5, "{found:?}");
        }
    }

    /// The exact hit ratio of a tiny LRU (King, 1971): over every order in which the last `capacity` different objects were asked for.
    fn king(p: &[f64], capacity: usize) -> f64 {
        fn descend(p: &[f64], inside: &mut Vec<usize>, chance: f64, room: usize) -> f64 {
            let held: f64 = inside.iter().map(|i| p[*i]).sum();
            if room == 0 {
                return chance * held;
            }
            (0..p.len())
                .map(|i| {
                    if inside.contains(&i) {
                        return 0.0;
                    }
                    inside.push(i);
                    let sum = descend(p, inside, chance * p[i] / (1.0 - held), room - 1);
                    inside.pop();
                    sum
                })
                .sum()
        }
        descend(p, &mut Vec::new(), 1.0, capacity)
    }

    /// The exact hit ratio of a tiny FIFO (King, 1971): a set is inside as often as the product of its weights says.
    fn product_form(p: &[f64], capacity: u32) -> f64 {
        let (mut all, mut hit) = (0.0, 0.0);
        for set in 0_u32..1 << p.len() {
            if set.count_ones() == capacity {
                let members = || (0..p.len()).filter(|i| set >> i & 1 == 1).map(|i| p[i]);
                let weight: f64 = members().product();
                all += weight;
                hit += weight * members().sum::<f64>();
            }
        }
        hit / all
    }

    #[test]
    fn even_a_tiny_cache_is_close_to_the_exact_enumeration() {
        let weights = zipf(9, 0.8);
        let p = chances(&weights).unwrap();
        for capacity in [3, 4, 6] {
            let exact = king(&p, capacity as usize);
            assert!(
                (lru(&weights, capacity).unwrap().total - exact).abs() < 0.02,
                "LRU of {capacity}: {exact}"
            );
            let exact = product_form(&p, capacity as u32);
            assert!(
                (fifo(&weights, capacity).unwrap().total - exact).abs() < 0.03,
                "FIFO of {capacity}: {exact}"
            );
        }
    }

    #[test]
    fn a_simulated_lru_hits_as_often_object_by_object() {
        let weights = zipf(200, 0.9);
        let hits = lru(&weights, 40).unwrap();
        let p = chances(&weights).unwrap();
        let mut random = Xoshiro256PlusPlus::seed_from_u64(11);
        let (mut order, mut seen) = (Vec::<usize>::new(), vec![(0_u32, 0_u32); 200]);
        for step in 0..400_000 {
            let mut at = (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0;
            let key = p
                .iter()
                .position(|p| {
                    (at < *p) || {
                        at -= p;
                        false
                    }
                })
                .unwrap_or(199);
            let place = order.iter().position(|k| *k == key);
            if step >= 20_000 {
                seen[key].0 += 1;
                seen[key].1 += u32::from(place.is_some());
            }
            if let Some(place) = place {
                order.remove(place);
            } else if order.len() == 40 {
                order.remove(0);
            }
            order.push(key);
        }
        let (asked, hit) = seen.iter().fold((0, 0), |sum, (a, h)| (sum.0 + a, sum.1 + h));
        close(hits.total, f64::from(hit) / f64::from(asked), 0.01);
        for object in [0, 5, 30, 100] {
            let (asked, hit) = seen[object];
            assert!((hits.each[object] - f64::from(hit) / f64::from(asked)).abs() < 0.03, "object {object}");
        }
    }

    #[test]
    fn a_ttl_as_long_as_the_stay_is_as_good_as_the_cache() {
        let weights = zipf(1000, 0.8);
        for (bounded, expiring) in [
            (lru as fn(&[f64], u64) -> Answer<Hits>, sliding_ttl as fn(&[f64], f64, f64) -> Answer<Hits>),
            (fifo, fixed_ttl),
        ] {
            let cache = bounded(&weights, 100).unwrap();
            // What is inside on average, with Poisson requests: for each object, the share of its hits.
            close(cache.each.iter().sum(), 100.0, 1e-10);
            let ttl = expiring(&weights, 50.0, cache.stay_requests / 50.0).unwrap();
            close(ttl.total, cache.total, 1e-12);
        }
    }

    #[test]
    fn what_fits_is_always_hit_and_without_room_nothing_is() {
        let weights = [3.0, 0.0, 1.0];
        let all = lru(&weights, 2).unwrap();
        close(all.total, 1.0, 1e-15);
        assert!(all.each[1] < 1e-300 && all.stay_requests.is_infinite());
        assert!(fifo(&weights, 0).unwrap().total < 1e-300);
    }

    #[test]
    fn equal_weights_are_hit_by_the_share_that_fits() {
        close(lru(&[1.0; 50], 20).unwrap().total, 0.4, 1e-12);
        close(fifo(&[1.0; 50], 20).unwrap().total, 0.4, 1e-12);
    }

    #[test]
    fn rubbish_is_answered() {
        assert!(lru(&[], 1).is_err());
        for a in RUBBISH {
            for b in RUBBISH {
                for capacity in [0, 1, 2, u64::MAX] {
                    sane(lru(&[a, b, 1.0], capacity).map(|h| h.total));
                    sane(fifo(&[a, b, a], capacity).map(|h| h.total));
                }
                sane(fixed_ttl(&[1.0, a], a, b).map(|h| h.total));
                sane(sliding_ttl(&[1.0, b], a, b).map(|h| h.total));
            }
        }
    }
}
