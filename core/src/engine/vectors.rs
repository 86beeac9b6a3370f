//! Fixed vectors: the same keys and bits give the same draws, durations, ranks and arrivals, natively and in the browser.
//!
//! The expected values are computed apart from all code here, with 50 digits, by `core/tests/vectors/make.py`; run it to compute
//! them anew. A change of any of them changes every recorded run.

use super::chance::{Draw, Purpose, Stream};
use super::keys::Zipf;
use super::sampler::{Sampler, Sizes};
use super::ziggurat::exponential;
use crate::model::{FieldPath, FieldValue, LAW, LAW_CASES, Law};
use crate::policy::balance::{Balancer, Policy};
use crate::units::Span;
use rand::Rng;
use serde_json::Value as Json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The vectors of one sort.
pub(crate) fn vectors(sort: &str) -> Vec<Json> {
    let file: Json = serde_json::from_str(include_str!("../../tests/vectors/vectors.json")).unwrap();
    file[sort].as_array().unwrap_or_else(|| panic!("no {sort}")).clone()
}

/// Whole numbers of a vector.
pub(crate) fn wholes(json: &Json) -> Vec<u64> {
    json.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
}

/// A draw for each of the vectors' bits.
pub(crate) fn draws() -> Vec<Draw> {
    wholes(&vectors("bits").into()).into_iter().map(Draw::of).collect()
}

fn purposes() -> [(&'static str, Purpose); 10] {
    [
        ("Arrivals", Purpose::Arrivals),
        ("Class", Purpose::Class),
        ("Key", Purpose::Key),
        ("Size", Purpose::Size),
        ("Think", Purpose::Think),
        ("Work", Purpose::Work),
        ("Wire", Purpose::Wire),
        ("CallCount", Purpose::CallCount),
        ("Pick", Purpose::Pick),
        ("Patience", Purpose::Patience),
    ]
}

#[test]
fn the_same_bits_give_the_same_numbers_between_0_and_1() {
    // As multiples of 2⁻⁵³, which all of them are.
    let seen: Vec<u64> =
        draws().into_iter().map(|draw| (draw.unit() * (1_u64 << 53) as f64) as u64).collect();
    assert_eq!(seen, wholes(&vectors("units").into()));
    let next: Vec<u64> = draws().into_iter().map(|draw| draw.next().bits()).collect();
    assert_eq!(next, wholes(&vectors("next").into()));
}

#[test]
fn the_same_keys_give_the_same_streams() {
    for vector in vectors("streams") {
        let word = vector[2].as_str().unwrap();
        let (_, purpose) = purposes().into_iter().find(|(name, _)| *name == word).unwrap();
        let stream = Stream::new(vector[0].as_u64().unwrap(), vector[1].as_str().unwrap(), purpose);
        assert_eq!(Some(stream.draw(vector[3].as_u64().unwrap()).bits()), vector[4].as_u64(), "{vector}");
    }
    for vector in vectors("sequences") {
        let (seed, name) = (vector[0].as_u64().unwrap(), vector[1].as_str().unwrap());
        let mut words = Stream::new(seed, name, Purpose::Arrivals).sequence();
        let seen: Vec<u64> = (0..4).map(|_| words.next_u64()).collect();
        assert_eq!(seen, wholes(&vector[2]), "{vector}");
    }
}

#[test]
fn every_law_gives_the_same_durations() {
    let laws = vectors("laws");
    for case in LAW_CASES {
        let has = laws.iter().any(|vector| vector[0]["law"] == case.value);
        assert!(has, "core/tests/vectors/make.py has no case of the law {:?}", case.value);
    }
    for vector in laws {
        let mut check = crate::model::Check::default();
        LAW.check(&vector[0], &FieldPath::root(), &mut check);
        assert_eq!(check.finish(()), Ok(()), "{vector}");
        let sampler = Sampler::new(&Law::from_json(&vector[0]).unwrap());
        let seen: Vec<u64> = draws().into_iter().map(|draw| sampler.span(draw).nanos()).collect();
        assert_eq!(seen, wholes(&vector[1]), "{vector}");
    }
}

#[test]
fn the_gaps_of_poisson_arrivals_are_the_same() {
    let seen: Vec<u64> =
        draws().into_iter().map(|draw| Span::from_secs_f64(exponential(draw)).nanos()).collect();
    assert_eq!(seen, wholes(&vectors("gaps").into()));
}

#[test]
fn the_same_keys_are_popular() {
    for vector in vectors("ranks") {
        let zipf = Zipf::new(vector[0].as_u64().unwrap(), vector[1].as_f64().unwrap());
        let seen: Vec<u64> = draws().into_iter().map(|draw| zipf.rank(draw)).collect();
        assert_eq!(seen, wholes(&vector[2]), "{vector}");
    }
}

#[test]
fn objects_have_the_same_sizes() {
    for vector in vectors("sizes") {
        let sizes = Sizes::new(vector[0].as_f64().unwrap() as u64, vector[1].as_f64().unwrap());
        let seen: Vec<u64> = draws().into_iter().map(|draw| sizes.bytes(draw)).collect();
        assert_eq!(seen, wholes(&vector[2]), "{vector}");
    }
}

#[test]
fn balancing_by_chance_picks_the_same_servers() {
    for vector in vectors("picks") {
        let mut balancer = Balancer::new(Policy::Random);
        balancer.set_servers(&(0..vector[0].as_u64().unwrap() as u32).collect::<Vec<_>>());
        let seen: Vec<u64> =
            draws().into_iter().map(|draw| u64::from(balancer.choose(draw.bits()).unwrap())).collect();
        assert_eq!(seen, wholes(&vector[1]), "{}", vector[0]);
    }
}
