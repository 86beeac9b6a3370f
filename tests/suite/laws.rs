//! The engine against queueing theory: means and percentiles within four standard errors of independent replications.

use tenfold::Simulation;
use tenfold::components::clients::Load;
use tenfold::components::service::Discipline;
use tenfold::components::{clients, service};
use tenfold::model::{Law, Link, Model};
use tenfold::theory::network::{Place, closed};
use tenfold::theory::{finite, multi, single};
use tenfold::units::{PerSecond, SimTime, Span};

const REPLICATIONS: u64 = 10;

/// A model file of one service with `cores` cores at utilisation `rho`; a request's work takes 10 ms on average times `scale`.
fn queue_file(cores: u32, rho: f64, scale: f64, measured: Span) -> String {
    let mean_s = 0.010 * scale;
    let rate = f64::from(cores) * rho / 0.010;
    format!(
        r#"{{
          "format": 1, "title": "M/M/{cores}", "duration": "{}", "warm_up": "100s", "window": "10s",
          "components": [
            {{ "id": "clients", "kind": "clients", "load": {{ "shape": "steady", "rate": "{rate}/s" }} }},
            {{ "id": "server", "kind": "service", "instances": 1, "cores": {cores}, "workers": null, "backlog": null,
              "work": {{ "law": "exponential", "mean": "{}ns" }} }}
          ],
          "links": [ {{ "from": "clients", "to": "server", "rtt": {{ "law": "constant", "mean": "0s" }}, "timeout": null }} ]
        }}"#,
        measured + Span::from_secs(100),
        (mean_s * 1e9).round()
    )
}

/// Mean and standard error over replications with different seeds.
struct Sample {
    mean: f64,
    error: f64,
}

impl Sample {
    fn of(values: &[f64]) -> Sample {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        Sample { mean, error: (variance / n).sqrt() }
    }

    fn agrees_with(&self, truth: f64) -> bool {
        (self.mean - truth).abs() <= 4.0 * self.error
    }

    fn assert_agrees_with(&self, what: &str, truth: f64) {
        assert!(self.error <= 0.01 * truth, "{what}: standard error {} is above 1 % of {truth}", self.error);
        assert!(
            self.agrees_with(truth),
            "{what}: measured {} ± {}, theory says {truth}",
            self.mean,
            self.error
        );
    }
}

/// Runs `model` with ten seeds and samples each of the figures.
fn replicate<const N: usize>(
    model: &Model,
    figures: impl Fn(&tenfold::measure::Report) -> [f64; N],
) -> [Sample; N] {
    let runs: Vec<[f64; N]> = (1..=REPLICATIONS)
        .map(|seed| {
            let mut model = model.clone();
            model.head.seed = seed;
            let mut run = Simulation::new(&model).expect("the model is legal");
            run.run_until(SimTime::ZERO + model.head.duration);
            assert_eq!(run.conservation(), Ok(()));
            figures(&run.report())
        })
        .collect();
    std::array::from_fn(|i| Sample::of(&runs.iter().map(|run| run[i]).collect::<Vec<_>>()))
}

fn latency(report: &tenfold::measure::Report) -> [f64; 2] {
    [
        report.latency_s.mean.expect("replies were measured"),
        report.latency_s.p99.expect("replies were measured"),
    ]
}

/// Mean and 99th percentile of the time in an M/M/c queue, in service times.
fn m_m_c(c: u32, rho: f64) -> (f64, f64) {
    let load = f64::from(c) * rho;
    let mean = multi::mean_sojourn_s(load, 1.0, c).expect("the queue is stable");
    (mean, multi::sojourn_quantile_s(load, 1.0, c, 0.99).expect("the queue is stable"))
}

#[test]
fn theory_itself_hits_the_published_table() {
    // W/S of M/M/c from any table of Erlang C, four digits.
    for (c, rho, sojourn) in
        [(1, 0.8, 5.0), (4, 0.5, 1.087), (4, 0.8, 1.746), (4, 0.9, 2.969), (16, 0.9, 1.370)]
    {
        assert!((m_m_c(c, rho).0 - sojourn).abs() < 0.001, "M/M/{c} at {rho}");
    }
    assert!((m_m_c(1, 0.8).1 - 5.0 * libm::log(100.0)).abs() < 1e-6);
}

fn check_queue(cores: u32, rho: f64, measured_s: u64) {
    let file = queue_file(cores, rho, 1.0, Span::from_secs(measured_s));
    let model = Model::from_json(&file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let [mean, p99] = replicate(&model, latency);
    let (mean_true, p99_true) = m_m_c(cores, rho);
    mean.assert_agrees_with(&format!("M/M/{cores} at {rho}: mean"), 0.010 * mean_true);
    p99.assert_agrees_with(&format!("M/M/{cores} at {rho}: p99"), 0.010 * p99_true);
}

#[test]
fn m_m_1_at_50_80_and_90_percent_agrees_with_theory_in_mean_and_p99() {
    check_queue(1, 0.5, 2_000);
    check_queue(1, 0.8, 6_000);
    check_queue(1, 0.9, 36_000);
}

#[test]
fn m_m_4_at_50_80_and_90_percent_agrees_with_theory_in_mean_and_p99() {
    check_queue(4, 0.5, 1_000);
    check_queue(4, 0.8, 3_000);
    check_queue(4, 0.9, 6_000);
}

#[test]
fn a_demand_that_is_3_percent_off_is_caught() {
    let file = queue_file(1, 0.8, 1.03, Span::from_secs(6_000));
    let model = Model::from_json(&file).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let [mean, p99] = replicate(&model, latency);
    let (mean_true, p99_true) = m_m_c(1, 0.8);
    assert!(!mean.agrees_with(0.010 * mean_true), "{} ± {}", mean.mean, mean.error);
    assert!(!p99.agrees_with(0.010 * p99_true), "{} ± {}", p99.mean, p99.error);
}

/// One service with one core, built in code.
fn one_server(work: Law, discipline: Discipline, rho: f64, duration_s: u64) -> Model {
    let rate = PerSecond::new(rho / work.mean().secs());
    let config = service::Config {
        instances: 1,
        cores: Some(1),
        workers: None,
        backlog: None,
        discipline,
        work,
        ..service::Config::default()
    };
    let mut model = Model::new("one server")
        .with("clients", clients::Config { load: Load::Steady { rate }, ..clients::Config::default() })
        .with("server", config);
    let rtt = Law::constant(Span::ZERO);
    model.links.push(Link { rtt, timeout: None, ..Link::between("clients", "server") });
    model.head.duration = Span::from_secs(duration_s + 100);
    model.head.warm_up = Some(Span::from_secs(100));
    model.head.window = Span::from_secs(10);
    model
}

#[test]
fn fifo_waiting_grows_with_the_spread_of_service_times_as_pollaczek_and_khinchine_say() {
    let mean = Span::from_millis(10);
    for (law, cv) in [
        (Law::constant(mean), 0.0),
        (Law::Erlang { mean, stages: 4 }, 0.5),
        (Law::Lognormal { mean, cv: 1.0 }, 1.0),
        (Law::Hyperexponential { mean, cv: 2.0 }, 2.0),
    ] {
        let rho = 0.7;
        let model = one_server(law.clone(), Discipline::Fifo, rho, 6_000);
        let [mean] = replicate(&model, |report| [latency(report)[0]]);
        let wait = single::general_mean_wait_s(rho / 0.010, 0.010, cv).expect("the queue is stable");
        let truth = 0.010 + wait;
        mean.assert_agrees_with(&format!("M/G/1, {law:?}"), truth);
    }
}

#[test]
fn shared_cores_are_insensitive_to_the_spread_of_service_times() {
    let mean = Span::from_millis(10);
    for law in [Law::constant(mean), Law::exponential(mean), Law::Hyperexponential { mean, cv: 3.0 }] {
        let model = one_server(law.clone(), Discipline::Shared, 0.7, 8_000);
        let [mean] = replicate(&model, |report| [latency(report)[0]]);
        let truth = single::shared_mean_sojourn_s(70.0, 0.010).expect("the queue is stable");
        mean.assert_agrees_with(&format!("M/G/1-PS, {law:?}"), truth);
    }
}

#[test]
fn a_full_backlog_turns_away_what_m_m_1_k_says() {
    // At most 10 inside: one in service and nine waiting.
    let rho = 0.9;
    let mut model = one_server(Law::exponential(Span::from_millis(10)), Discipline::Fifo, rho, 8_000);
    if let tenfold::components::Settings::Service(config) = &mut model.components[1].settings {
        config.backlog = Some(9);
    }
    let [blocked] =
        replicate(&model, |report| [report.requests.failed as f64 / report.requests.offered as f64]);
    let truth = finite::bounded(rho / 0.010, 0.010, 1, 10).expect("any load will do");
    blocked.assert_agrees_with("M/M/1/10 blocking", truth.blocking);
}

#[test]
fn users_who_think_see_the_throughput_and_latency_of_mean_value_analysis() {
    let (work_s, think_s) = (0.020, 1.0);
    for users in [10_u32, 40, 60] {
        let mut model = one_server(Law::exponential(Span::from_millis(20)), Discipline::Fifo, 0.5, 8_000);
        let think = Law::exponential(Span::from_secs(1));
        model.components[0].settings =
            clients::Config { load: Load::Closed { users, think }, ..clients::Config::default() }.into();
        let places = [Place::Delay { demand_s: think_s }, Place::Queue { demand_s: work_s, servers: 1 }];
        let truth = closed(&places, users).expect("the network is legal");
        let [mean, rate] = replicate(&model, |report| {
            [latency(report)[0], report.throughput_per_s.expect("it was measured")]
        });
        mean.assert_agrees_with(&format!("{users} users: response"), truth.response_s);
        rate.assert_agrees_with(&format!("{users} users: throughput"), truth.throughput_per_s);
    }
}

#[test]
fn littles_law_holds_exactly_where_nothing_is_cut_off_at_the_edges() {
    // From the first arrival to an empty end, the integral of the number inside equals the sum of the times inside.
    let mut model = one_server(Law::exponential(Span::from_millis(10)), Discipline::Fifo, 0.8, 200);
    model.head.warm_up = Some(Span::ZERO);
    let ends = Load::Step { from: PerSecond::new(80.0), to: PerSecond::new(0.0), at: Span::from_secs(100) };
    model.components[0].settings = clients::Config { load: ends, ..clients::Config::default() }.into();
    let mut run = Simulation::new(&model).expect("the model is legal");
    run.run_until(SimTime::ZERO + model.head.duration);
    let report = run.report();
    let server = report.component("server").expect("the server is there");
    assert_eq!(report.requests.in_flight, 0);
    let arrived_per_s = server.arrivals as f64 / report.measured_s;
    let little = arrived_per_s * server.sojourn_s.mean.expect("replies were measured");
    assert!((server.in_flight_mean / little - 1.0).abs() < 1e-9, "{} for {little}", server.in_flight_mean);
}
