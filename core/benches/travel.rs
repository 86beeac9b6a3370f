//! What going back in time costs: checkpoints, and the tables that they share. `cargo bench -p tenfold --bench travel`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Instant;
use tenfold::components::{cache, clients, database};
use tenfold::model::{Class, Law, Model};
use tenfold::policy::eviction::{Policy, Store};
use tenfold::units::{PerSecond, SimTime, Span};
use tenfold::{History, Simulation, presets};

/// The best of some repetitions, in milliseconds.
fn best<T>(mut act: impl FnMut() -> T) -> (f64, T) {
    let mut timed = || {
        let begun = Instant::now();
        let out = act();
        (begun.elapsed().as_secs_f64() * 1e3, out)
    };
    let mut best = timed();
    for _ in 0..20 {
        let next = timed();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

/// The classic chain with links so slow that at least so many requests are under way.
fn crowded(in_flight: u64) -> Simulation {
    let mut model = presets::ALL[0].model();
    for link in &mut model.links {
        link.rtt = Law::constant(Span::from_secs(100));
        link.timeout = None;
    }
    let mut run = Simulation::new(&model).expect("the model is legal");
    for _ in 0..1_000 {
        run.run_for(Span::from_secs(1));
        if run.report().requests.in_flight >= in_flight {
            break;
        }
    }
    run
}

/// Reads of keys that are all alike through a cache that holds them all in the end.
fn cached(keys: u64, rate: f64) -> Model {
    let rate = PerSecond::new(rate);
    let clients = clients::Config { load: clients::Load::Steady { rate }, ..clients::Config::default() };
    let hit_time = Law::constant(Span::from_micros(10));
    let cache =
        cache::Config { entries: Some(50_000_000), threads: None, hit_time, ..cache::Config::default() };
    let read_work = Law::constant(Span::from_micros(1));
    let database =
        database::Config { connections: 1_000, cores: Some(100), read_work, ..database::Config::default() };
    let mut model = Model::new("cached").with("in", clients).with("kept", cache).with("db", database);
    model.classes.push(Class { keys, skew: 0.0, ..Class::default() });
    model.chain(&["in", "kept", "db"])
}

fn checkpoint(name: &str, run: &mut Simulation) {
    let (first, held) = {
        let begun = Instant::now();
        let copy = run.checkpoint();
        (begun.elapsed().as_secs_f64() * 1e3, copy)
    };
    let (again, _) = best(|| run.checkpoint());
    let (clone, _) = best(|| run.clone());
    println!(
        "{name:<40} first {first:>7.3} ms, then {again:>7.3} ms, clone {clone:>7.3} ms; {:>9} bytes of its own; {} requests, {} calls",
        held.held_bytes(run),
        run.report().requests.in_flight,
        run.calls_in_flight()
    );
}

/// Time and memory of a run with a history, beside one without.
fn remembered(name: &str, model: &Model, secs: u64) {
    let until = SimTime::ZERO + Span::from_secs(secs);
    let begun = Instant::now();
    let mut plain = Simulation::new(model).expect("the model is legal");
    plain.run_until(until);
    let without = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let mut run = History::new(Simulation::new(model).expect("the model is legal"), 128 << 20);
    run.run_until(until);
    let with = begun.elapsed().as_secs_f64();
    let count = run.checkpoints().count();
    let begun = Instant::now();
    run.rewind(SimTime::ZERO + Span::from_secs(secs * 9 / 10));
    let back = begun.elapsed().as_secs_f64() * 1e3;
    println!(
        "{name:<44} {without:.2} s without, {with:.2} s with a history: {count} checkpoints, {:.1} MiB; back by a tenth: {back:.1} ms",
        run.held_bytes() as f64 / 1_048_576.0
    );
}

/// The table alone: a hit, an insertion, and the first hits after its memory was shared.
fn table(entries: u64) {
    let mut lru = Store::new(Policy::Lru, Some(entries), None, 0);
    let begun = Instant::now();
    for key in 0..entries {
        lru.insert(key, 100, u64::MAX, ());
    }
    let insert = begun.elapsed().as_secs_f64() / entries as f64 * 1e9;
    let hits = 2_000_000_u64;
    let mut key = 1_u64;
    let mut hit = |lru: &mut Store, hits: u64| {
        let begun = Instant::now();
        for _ in 0..hits {
            key = key.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            lru.look_up((key >> 33) % entries, 0);
        }
        begun.elapsed().as_secs_f64() / hits as f64 * 1e9
    };
    hit(&mut lru, hits / 10);
    let steady = hit(&mut lru, hits);
    lru.share();
    let copy = lru.clone();
    let after = hit(&mut lru, 10_000);
    println!(
        "{entries:>10} entries: {insert:>6.1} ns to insert, {steady:>6.1} ns a hit, {after:>7.1} ns right after sharing"
    );
    drop(copy);
}

fn main() {
    for entries in [1_000, 100_000, 10_000_000] {
        table(entries);
    }
    checkpoint("the classic chain, 10,000 in flight", &mut crowded(10_000));
    checkpoint("the classic chain, 100,000 in flight", &mut crowded(100_000));
    // Of so many keys hardly any comes twice.
    let mut run = Simulation::new(&cached(1 << 40, 1_000_000.0)).expect("the model is legal");
    run.run_for(Span::from_secs(10));
    checkpoint("a cache of 10 million entries", &mut run);
    drop(run);
    remembered("the classic chain, 10 minutes", &presets::ALL[0].model(), 600);
    remembered("a cache that fills with a million keys", &cached(1_000_000, 100_000.0), 30);
}
