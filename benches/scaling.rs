//! `cargo bench -p tenfold-bench --bench scaling`: how long one decision of each autoscaler takes, and what it allocates.
//!
//! A thousand instances, a quarter of an hour of history, and a load that wanders, so that it goes up and down. A simulated hour asks the HPA 240 times:
//! at 10 µs a decision that would be 2.4 ms. The best of some rounds counts.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::hint::black_box;
use std::time::Instant;
use tenfold::policy::scaling::{
    Bounds, budget, carbon, cluster, hpa, keda, kpa, predictive, scheduled, simple, step, target_tracking,
    vertical,
};
use tenfold::units::{SimTime, Span};

const INSTANCES: u32 = 1_000;
const WARM_UP: u64 = 200;
const DECISIONS: u64 = 20;
/// Short ones and many: some fall between what else the machine does.
const ROUNDS: usize = 500;

const WIDE: Bounds = Bounds { min: 1, max: 10_000 };

/// Thousandths of the target: between half and one and a half of it.
fn wave(step: u64) -> u64 {
    500 + (step * 37) % 1_000
}

/// Prints a row: the best round's time for a decision, and what all decisions of a round allocate.
fn row(name: &str, mut decide: impl FnMut(u64) -> u64) {
    let mut step = 0;
    let mut run = |count: u64| {
        let begun = Instant::now();
        for _ in 0..count {
            step += 1;
            black_box(decide(step));
        }
        begun.elapsed().as_secs_f64() * 1e9 / count as f64
    };
    run(WARM_UP);
    let best = (0..ROUNDS).map(|_| run(DECISIONS)).fold(f64::INFINITY, f64::min);
    let allocated = allocation_counter::measure(|| {
        run(DECISIONS);
    });
    let each = allocated.count_total as f64 / DECISIONS as f64;
    println!("| {name} | {best:.0} | {each:.3} |");
}

fn at(step: u64, seconds: u64) -> SimTime {
    SimTime::ZERO + Span::from_secs(1_000 + step * seconds)
}

fn hpas() {
    let pods = vec![hpa::Pod::ready_since(SimTime::ZERO); INSTANCES as usize];
    let sample = hpa::Sample { value: 500, at: at(0, 0), over: Span::from_secs(30) };
    let mut samples = vec![Some(sample); INSTANCES as usize];
    let settings = hpa::Settings { bounds: WIDE, ..hpa::Settings::cpu(50) };
    let (mut history, mut desired) = (hpa::History::default(), INSTANCES);
    row("hpa", |step| {
        // One in eight has no sample.
        samples[(step % u64::from(INSTANCES)) as usize] =
            (step % 8 > 0).then_some(hpa::Sample { value: wave(step), ..sample });
        let readings = [hpa::Reading::Pods { samples: &samples, requests: &[1_000] }];
        let seen = hpa::Observation { now: at(step, 15), desired, pods: &pods, readings: &readings };
        desired = hpa::decide(&seen, &settings, &mut history).desired;
        u64::from(desired)
    });
    let settings = keda::Settings { max: 10_000, ..Default::default() };
    let (of_hpa, mut of_pods) = (settings.hpa(), hpa::History::default());
    let (mut history, mut readings) = (keda::History::new(SimTime::ZERO), Vec::new());
    row("keda and its hpa", |step| {
        let reads = [Some(u64::from(INSTANCES) * 5 * wave(step))];
        let seen = keda::Observation { now: at(step, 15), replicas: INSTANCES, readings: &reads };
        keda::decide(&seen, &settings, &mut history);
        keda::hand_over(&seen, &settings, &mut history, &mut readings);
        let seen = hpa::Observation { now: seen.now, desired: INSTANCES, pods: &pods, readings: &readings };
        u64::from(hpa::decide(&seen, &of_hpa, &mut of_pods).desired)
    });
}

fn kpas() {
    let settings = kpa::Settings { down_delay: Span::from_secs(300), ..Default::default() };
    let (mut stable, mut panic) = settings.windows();
    let mut history = kpa::History::new(SimTime::ZERO, INSTANCES);
    row("kpa with its windows", |step| {
        let now = at(step, 2);
        let load = u64::from(INSTANCES) * 70 * wave(step);
        for window in [&mut stable, &mut panic] {
            window.record(now, load);
        }
        let averages = stable.average(now).zip(panic.average(now));
        let seen = kpa::Observation { now, ready: INSTANCES, averages, reachable: true };
        u64::from(kpa::decide(&seen, &settings, &mut history).desired)
    });
}

fn of_aws() {
    let value = |step| Some(wave(step) as f64 / 20.0);
    let settings = target_tracking::Settings { bounds: WIDE, ..Default::default() };
    let mut history = target_tracking::History::default();
    row("target tracking", |step| {
        let (desired, warm) = (INSTANCES, INSTANCES);
        let seen = target_tracking::Observation { desired, warm, warming: 0, value: value(step) };
        u64::from(target_tracking::decide(&seen, &settings, &mut history).desired)
    });
    let settings = step::Settings { bounds: WIDE, ..Default::default() };
    let mut history = step::History::default();
    row("step", |step| {
        let seen = step::Observation { desired: INSTANCES, warm: INSTANCES, warming: 0, value: value(step) };
        u64::from(step::decide(&seen, &settings, &mut history).desired)
    });
    let settings = simple::Settings { bounds: WIDE, ..Default::default() };
    let mut history = simple::History::default();
    row("simple", |step| {
        let seen =
            simple::Observation { now: at(step, 60), desired: INSTANCES, under_way: 0, value: value(step) };
        u64::from(simple::decide(&seen, &settings, &mut history).desired)
    });
    let action = |hour: u64| scheduled::Action {
        days: scheduled::Days::WEEKDAYS,
        at: Span::from_secs(3_600 * hour),
        min: Some(hour as u32),
        max: None,
        desired: None,
    };
    let settings = scheduled::Settings { actions: (0..24).map(action).collect(), ..Default::default() };
    let mut history = scheduled::History::default();
    row("scheduled, 24 actions", |step| {
        let seen = scheduled::Observation { now: at(step, 60), desired: INSTANCES, bounds: WIDE };
        u64::from(scheduled::decide(&seen, &settings, &mut history).decision.desired)
    });
    let settings = predictive::Settings { bounds: WIDE, ..Default::default() };
    let mut history = predictive::History::default();
    (0..14 * 24).for_each(|hour| history.note(hour, 1_000 * wave(hour)));
    row("predictive, 14 days", |step| {
        let now = SimTime::ZERO + Span::from_secs(14 * 86_400 + 60 * (step % 1_000));
        let seen = predictive::Observation { now, desired: INSTANCES, others: None };
        u64::from(predictive::decide(&seen, &settings, &history).desired)
    });
}

fn others() {
    // Nodes of four cores with ten pods; some are under half used, and one pod in fifty waits.
    let pods: Vec<Vec<cluster::Size>> = (0..u64::from(INSTANCES))
        .map(|node| vec![cluster::Size { cpu: 120 + node % 280, memory: 1 << 30 }; 10])
        .collect();
    let node = |(id, pods)| cluster::Node { id, pods, pinned: false };
    let nodes: Vec<_> = (0..).zip(pods.iter().map(Vec::as_slice)).map(node).collect();
    let settings = cluster::Settings { bounds: WIDE, ..Default::default() };
    for (name, waiting) in [("cluster, 1,000 nodes", 0), ("cluster, 200 pods wait", 200)] {
        let size = cluster::Size { cpu: 300, memory: 1 << 30 };
        let pending = vec![cluster::Pending { size, since: SimTime::ZERO }; waiting];
        let mut history = cluster::History::default();
        row(name, |step| {
            let seen =
                cluster::Observation { now: at(step, 10), nodes: &nodes, starting: &[], pending: &pending };
            u64::from(cluster::decide(&seen, &settings, &mut history).desired)
        });
    }
    let settings = vertical::Settings::default();
    let mut history = vertical::History::default();
    row("vertical, a sample and advice", |step| {
        history.cpu(at(step, 60), wave(step), &settings);
        vertical::advise(&settings, &history).map_or(0, |advice| advice.cpu.target)
    });
    let settings = budget::Settings::default();
    row("budget", |step| u64::from(budget::cap(wave(step) as u32, &settings).desired));
    let day: Vec<u32> = (0..24).map(|hour| wave(hour) as u32).collect();
    let step = Span::from_secs(3_600);
    let curve = carbon::Curve { grams_per_kwh: &day, step, source: "this bench", as_of: "2026-11" };
    row("carbon, a day ahead", |step| {
        let now = at(step, 60);
        let wish =
            carbon::Wish { now, deadline: now + Span::from_secs(86_400), length: Span::from_secs(9_000) };
        carbon::choose(&wish, &curve).start.nanos()
    });
}

fn main() {
    println!("| a decision of | ns | allocations |");
    println!("|---|---|---|");
    hpas();
    kpas();
    of_aws();
    others();
}
