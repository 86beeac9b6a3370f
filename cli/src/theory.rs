//! What queueing theory predicts beside what a run measured, as text and as JSON.

use serde::Serialize;
use tenfold::measure::Report;
use tenfold::theory::beside::{Beside, Line};

/// The report with a list `theory` at its end, as indented JSON.
pub(crate) fn json(report: &Report, theory: &[Beside]) -> String {
    #[derive(Serialize)]
    struct Both<'a> {
        #[serde(flatten)]
        report: &'a Report,
        theory: &'a [Beside],
    }
    // Nothing in a report can fail to be written: keys are strings, and absent numbers are null.
    let mut text = serde_json::to_string_pretty(&Both { report, theory }).unwrap_or_default();
    text.push('\n');
    text
}

/// A paragraph for each component, to stand below the report.
pub(crate) fn table(theory: &[Beside]) -> String {
    let mut text = String::from("\ntheory      predicted beside measured; ≈ where an assumption fails\n");
    for beside in theory {
        let gap = if beside.formula.is_empty() { "" } else { "  " };
        text.push_str(&format!("\n{}{gap}{}\n", beside.component, beside.formula));
        beside.lines.iter().for_each(|l| text.push_str(&line(l)));
        beside.remarks.iter().for_each(|words| text.push_str(&format!("  {words}\n")));
    }
    text
}

fn line(line: &Line) -> String {
    let q = line.quantity;
    let predicted = format!("{}{}", line.standing.sign(), q.text(line.predicted));
    let measured = q.text(line.measured.unwrap_or(f64::NAN));
    let deviation = line.deviation.map_or(String::new(), |x| format!("{:+.1} %", x * 100.0));
    format!("  {:<19}{predicted:>12}{measured:>12}{deviation:>10}\n", q.label())
}
