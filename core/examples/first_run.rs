//! Builds the classic chain in code, runs ten minutes of it and prints what it saw.

use tenfold::components::{cache, cdn, clients, database, load_balancer, service};
use tenfold::model::Model;
use tenfold::units::{Bytes, PerSecond, Span};
use tenfold::{Simulation, policy::balance::Policy};

fn main() -> Result<(), Vec<tenfold::model::ModelError>> {
    let rate = PerSecond::new(1_500.0);
    let model = Model::new("My shop")
        .with("users", clients::Config { load: clients::Load::Steady { rate }, ..Default::default() })
        .with("edge", cdn::Config { capacity: Bytes::new(400_000_000), ..Default::default() })
        .with("front", load_balancer::Config { policy: Policy::LeastOutstanding, ..Default::default() })
        .with("app", service::Config { instances: 6, ..Default::default() })
        .with("cache", cache::Config { entries: Some(20_000), ..Default::default() })
        .with("db", database::Config { connections: 40, ..Default::default() })
        .chain(&["users", "edge", "front", "app", "cache", "db"]);

    let mut run = Simulation::new(&model)?;
    run.run_for(Span::from_secs(600));
    println!("{}", run.report());
    Ok(())
}
