//! Writes random models to a file, as a list: `cargo run -p tests --example random_models -- FILE`.
//!
//! The journey `90-same-bytes` runs each of them natively and in the page's worker.

use std::env;
use std::error::Error;
use std::fs;
use tenfold::model::Model;
use tenfold::units::{SimTime, Span};
use tenfold::{Advance, Simulation};
use tests::{Choices, choices, models};

const MODELS: usize = 50;
/// Some models call themselves over and over; they would take minutes.
const EVENTS_MAX: u64 = 100_000;

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).ok_or("which file?")?;
    let random = (0..).map(|seed| models::model(&mut Choices::new(&choices::bytes(seed, 1_500))));
    let list: Vec<_> = random.filter(ends).take(MODELS).map(|model| model.to_value()).collect();
    fs::write(file, serde_json::to_string(&list)?)?;
    Ok(())
}

/// Whether it comes to its end within a moment, and something has happened until then.
fn ends(model: &Model) -> bool {
    let Ok(mut run) = Simulation::new(model) else { return false };
    // A window is as good as some events, so that an empty run ends too.
    let ended = run.advance(SimTime::ZERO + Span::from_secs(1), EVENTS_MAX) == Advance::Reached;
    ended && run.events() > 500
}
