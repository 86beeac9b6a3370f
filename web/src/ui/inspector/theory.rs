//! What queueing theory predicts of a component beside what is measured; where it does not apply, why.

use super::super::el::{El, el};
use super::super::icons::icon;
use super::super::{Dispatch, on};
use crate::state::{Action, State};
use tenfold::theory::beside::{Line, Quantity};

pub(super) fn view(state: &State, dispatch: &Dispatch, id: &str) -> El {
    // It comes with the next frame; its line is there before, so that nothing below it moves then.
    let theory = state.run.theory.as_ref().filter(|theory| theory.component == id);
    let lines: Vec<Line> =
        theory.map_or(Vec::new(), |theory| theory.lines.chunks(4).filter_map(Line::read).collect());
    let open = state.view.theory_open;
    let deviation = lines.iter().rev().find(|line| tells(line)).and_then(|line| line.deviation);
    let gist = match (theory, deviation) {
        (None, _) => "…".to_owned(),
        (Some(theory), Some(deviation)) => format!("{} {}", theory.formula, percent(deviation)),
        (Some(_), None) if lines.is_empty() => "does not apply".to_owned(),
        (Some(theory), None) => theory.formula.clone(),
    };
    let fold = el("button").class("fold").testid("theory").attr("aria-expanded", open);
    let fold = fold.on("click", on(dispatch, Action::Theory(!open)));
    let words = el("span").class("muted").testid("theory-gist").child(gist);
    let fold = fold.child(el("span").child("Theory")).child(words).child(icon("chevron"));
    let section = el("section").label("Theory").child(el("h3").child(fold));
    let Some(theory) = theory.filter(|_| open) else { return section };
    let remark = |words: &String| el("p").class("remark").key(words.as_str()).child(words);
    let remarks = theory.remarks.iter().map(remark);
    section
        .child((!lines.is_empty()).then(|| table(&lines)))
        .child(el("div").testid("theory-remarks").children(remarks))
}

/// Whether a line is the gist of all: how long it takes here, or what a cache is there for.
fn tells(line: &Line) -> bool {
    matches!(line.quantity, Quantity::Here | Quantity::HitRatio | Quantity::Answer)
}

fn table(lines: &[Line]) -> El {
    let head = |words: &'static str| el("th").attr("scope", "col").child(words);
    let heads = el("tr").child(el("td")).children(["Predicted", "Measured", "Off by"].map(head));
    let row = |line: &Line| {
        let q = line.quantity;
        let cell = |testid: String, raw: Option<f64>, words: String| {
            let raw = raw.map(|x| x.to_string());
            el("td").testid(testid).attr("data-value", raw).child(words)
        };
        let predicted = format!("{}{}", line.standing.sign(), q.text(line.predicted));
        let measured = q.text(line.measured.unwrap_or(f64::NAN));
        el("tr")
            .child(el("th").attr("scope", "row").child(q.label()))
            .child(cell(format!("predicted-{}", q.label()), Some(line.predicted), predicted))
            .child(cell(format!("measured-{}", q.label()), line.measured, measured))
            .child(el("td").class("muted").child(line.deviation.map_or(String::new(), percent)))
    };
    let body = el("tbody").children(lines.iter().map(row));
    el("table").class("beside").child(el("thead").child(heads)).child(body)
}

/// `+1.9 %`; from a hundred on, how many times as much.
fn percent(deviation: f64) -> String {
    if deviation >= 1.0 {
        return format!("{}×", tenfold::measure::text::short_count(1.0 + deviation));
    }
    format!("{:+.1} %", deviation * 100.0)
}
