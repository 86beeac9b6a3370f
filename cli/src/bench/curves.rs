//! How the cost of an event grows with the size of a model.

use super::{clock, is_wanted, json, progress, spread};
use crate::args::Bench;
use crate::failure::Failure;
use crate::output;
use serde_json::{Value, json};
use tenfold_bench::{CURVES, Curve, Measured};

/// A point of a curve, measured several times.
struct Point {
    size: u32,
    runs: Vec<Measured>,
}

pub(super) fn measure(wanted: &Bench) -> Result<(), Failure> {
    let mut curves = begun(wanted);
    let runs = curves.iter().map(|(_, points)| points.len()).sum::<usize>() * wanted.runs as usize;
    let bar = progress(runs);
    for _ in 0..wanted.runs {
        for (curve, points) in &mut curves {
            for point in points {
                bar.set_message(format!("{} {}", point.size, curve.what));
                let seen = curve.point(point.size, wanted.requests, &mut clock());
                point.runs.push(seen.map_err(Failure::Model)?);
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    if wanted.json {
        let all = json!({ "curves": curves.iter().map(curve_json).collect::<Vec<_>>() });
        return output::print(&format!("{all:#}\n"));
    }
    output::print(&curves.iter().map(curve_text).collect::<Vec<_>>().join("\n"))
}

fn begun(wanted: &Bench) -> Vec<(&'static Curve, Vec<Point>)> {
    let points =
        |curve: &Curve| curve.sizes.iter().map(|size| Point { size: *size, runs: Vec::new() }).collect();
    CURVES.iter().filter(|curve| is_wanted(wanted, curve.slug)).map(|curve| (curve, points(curve))).collect()
}

fn curve_json((curve, points): &(&Curve, Vec<Point>)) -> Value {
    let point = |point: &Point| {
        json!({
            "size": point.size,
            "ns_per_event": json(spread(&point.runs, Measured::ns_per_event)),
            "events_per_s": json(spread(&point.runs, Measured::events_per_s)),
            "bytes_per_request_in_flight": point.runs[0].bytes_per_request,
        })
    };
    json!({
        "curve": curve.slug,
        "what": curve.what,
        "about": curve.about,
        "points": points.iter().map(point).collect::<Vec<_>>(),
    })
}

fn curve_text((curve, points): &(&Curve, Vec<Point>)) -> String {
    let mut text = format!(
        "{}: {}\n{:>12} {:>18} {:>10} {:>10}\n",
        curve.slug, curve.about, curve.what, "million events/s", "ns/event", "times"
    );
    let ns = |point: &Point| spread(&point.runs, Measured::ns_per_event).median;
    for point in points {
        let events = spread(&point.runs, |run| run.events_per_s() / 1e6).median;
        let times = ns(point) / ns(&points[0]);
        text += &format!("{:>12} {events:>18.2} {:>10.1} {times:>10.2}\n", point.size, ns(point));
    }
    text
}
