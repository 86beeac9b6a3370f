//! Counts and places of dots after known times.
use super::*;
use tenfold::model::Point;

const ALL: [f64; 4] = [-1e9, -1e9, 1e9, 1e9];

fn straight(id: &str, length: f64) -> DotLink {
    let point = |x: f64| Point { x, y: 0.0 };
    DotLink {
        id: id.to_owned(),
        curve: [point(0.0), point(length / 3.0), point(length * 2.0 / 3.0), point(length)],
    }
}

fn flow(calls_per_s: f64, failures_per_s: f64) -> LinkRow {
    LinkRow { calls_per_s, failures_per_s, ..LinkRow::default() }
}

fn run(swarm: &mut Swarm, seconds: f64) {
    for _ in 0..(seconds * 60.0) as usize {
        swarm.advance(1.0 / 60.0);
    }
}

fn seen(swarm: &Swarm) -> (usize, usize) {
    let mut counts = (0, 0);
    swarm.visit(ALL, |mark, _| if mark == Mark::Moving { counts.0 += 1 } else { counts.1 += 1 });
    counts
}

#[test]
fn the_rate_is_true_while_it_can_be_followed_and_then_grows_with_the_logarithm() {
    assert!((rate(0.2, 1.0) - 0.2).abs() < 1e-12);
    assert!((rate(100.0, 0.01) - 1.0).abs() < 1e-12, "a slowed run shows its true rate");
    assert!(rate(1000.0, 60.0) > rate(100.0, 60.0) && rate(100.0, 60.0) > rate(10.0, 60.0));
    assert!(rate(1e12, 1e6) <= RATE_MAX);
    for nothing in [rate(0.0, 1.0), rate(5.0, 0.0), rate(f64::NAN, 1.0), rate(5.0, f64::NAN)] {
        assert!(nothing <= 0.0);
    }
}

#[test]
fn dots_keep_an_even_distance_and_arrive() {
    let mut swarm = Swarm::default();
    swarm.set_links(&[straight("a", 330.0)]);
    swarm.set_rates(&[flow(1000.0, 0.0)], 60.0);
    run(&mut swarm, 10.0);
    let mut places = Vec::new();
    swarm.visit(ALL, |_, at| places.push(at[0]));
    let expected = rate(1000.0, 60.0) * 330.0 / SPEED;
    assert!((places.len() as f64 - expected).abs() <= 1.5, "{}", places.len());
    let gaps: Vec<f64> = places.windows(2).map(|w| w[0] - w[1]).collect();
    assert!(gaps.iter().all(|gap| (gap - SPEED / rate(1000.0, 60.0)).abs() < 2.5), "{gaps:?}");
}

#[test]
fn the_share_that_fails_falls_off() {
    let mut swarm = Swarm::default();
    swarm.set_links(&[straight("a", 330.0)]);
    swarm.set_rates(&[flow(1000.0, 250.0)], 60.0);
    let mut fallen = 0.0;
    let mut sent = 0.0;
    for _ in 0..6000 {
        swarm.advance(1.0 / 60.0);
        fallen += seen(&swarm).1 as f64 / 60.0 / FALL_S;
        sent += rate(1000.0, 60.0) / 60.0;
    }
    assert!((fallen / sent - 0.25).abs() < 0.02, "{}", fallen / sent);
}

#[test]
fn nothing_passes_a_cut_link() {
    let mut swarm = Swarm::default();
    swarm.set_links(&[straight("a", 330.0)]);
    swarm.set_rates(&[LinkRow { cut: 1.0, ..flow(50.0, 0.0) }], 1.0);
    run(&mut swarm, 20.0);
    swarm.visit(ALL, |_, at| assert!(at[0] < 300.0, "{at:?}"));
}

#[test]
fn there_are_never_too_many() {
    let mut swarm = Swarm::default();
    let links: Vec<DotLink> = (0..400).map(|n| straight(&n.to_string(), 4000.0)).collect();
    swarm.set_links(&links);
    swarm.set_rates(&vec![flow(1e6, 1e5); 400], 60.0);
    run(&mut swarm, 60.0);
    assert!(swarm.len() <= DOTS_MAX && swarm.len() > DOTS_MAX / 2, "{}", swarm.len());
    let mut on = vec![0; 400];
    swarm.dots.iter().for_each(|dot| on[dot.lane] += 1);
    assert!(on.iter().all(|count| *count > 0), "every link keeps some");
}

#[test]
fn dots_stay_on_their_link_when_others_come_and_go() {
    let mut swarm = Swarm::default();
    swarm.set_links(&[straight("a", 330.0), straight("b", 330.0)]);
    swarm.set_rates(&[flow(10.0, 0.0), flow(1000.0, 0.0)], 60.0);
    run(&mut swarm, 5.0);
    let on_b = swarm.dots.iter().filter(|dot| dot.lane == 1).count();
    swarm.set_links(&[straight("c", 100.0), straight("b", 500.0)]);
    assert_eq!(swarm.len(), on_b, "those of a are gone");
    swarm.set_links(&[straight("b", 500.0)]);
    assert!(swarm.dots.iter().all(|dot| dot.lane == 0) && swarm.len() == on_b);
    swarm.set_links(&[]);
    assert_eq!(swarm.len(), 0);
}

#[test]
fn the_same_flow_makes_the_same_dots() {
    let picture = || {
        let mut swarm = Swarm::default();
        swarm.set_links(&[straight("a", 330.0), straight("b", 200.0)]);
        swarm.set_rates(&[flow(700.0, 70.0), flow(90.0, 0.0)], 10.0);
        run(&mut swarm, 7.0);
        let mut places = Vec::new();
        swarm.visit(ALL, |mark, at| places.push((mark, at)));
        places
    };
    assert_eq!(picture(), picture());
}

#[test]
fn rates_for_links_that_are_not_there_do_no_harm() {
    let mut swarm = Swarm::default();
    swarm.set_rates(&[flow(10.0, 0.0); 5], 1.0);
    swarm.set_links(&[straight("a", 0.0)]);
    swarm.set_rates(&[flow(10.0, 0.0); 5], 1.0);
    run(&mut swarm, 3.0);
    swarm.set_rates(&[], 0.0);
    run(&mut swarm, 3.0);
    assert_eq!(swarm.len(), 0);
}
