//! The workloads as WebAssembly. `run.mjs` beside this folder calls it.

use js_sys::Function;
use tenfold_bench::{Measured, Workload};
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

/// Measures about `requests` of the workload called `slug`; gives requests answered, seconds, mean and 99th percentile.
/// `clock` gives seconds since any instant.
///
/// # Errors
/// There is no workload of that name, or its result is wrong.
#[wasm_bindgen]
pub fn measure(slug: &str, requests: f64, clock: &Function) -> Result<Vec<f64>, JsError> {
    let workload = Workload::by_slug(slug).ok_or_else(|| JsError::new("there is no such workload"))?;
    let mut seconds = || clock.call0(&JsValue::NULL).ok().and_then(|secs| secs.as_f64()).unwrap_or(f64::NAN);
    let seen = Measured::run(workload, requests as u64, &mut seconds)
        .map_err(|errors| JsError::new(&format!("{errors:?}")))?;
    if let Some(problem) = seen.problem(workload) {
        return Err(JsError::new(&problem));
    }
    let latency = &seen.report.latency_s;
    let figure = |x: Option<f64>| x.unwrap_or(f64::NAN);
    Ok(vec![seen.requests as f64, seen.secs, figure(latency.mean), figure(latency.p99)])
}
