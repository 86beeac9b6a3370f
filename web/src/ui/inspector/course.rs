//! How a component has fared that is scaled, scales others or keeps messages: what it is measured by, and how many instances.

use super::super::el::{El, component as child, el};
use super::super::look::figure_text;
use crate::charts::{CourseChart, CourseProps, Pen, Sample};
use crate::shell::page;
use crate::state::{Carries, State, wanted};
use tenfold::components::Out;
use tenfold::measure::{Figure, FigureUnit};
use tenfold::model::Component;

/// As much time as is shown, and the least, seconds; of runs that last for days more.
const SHOWN_S: [f64; 2] = [900.0, 120.0];

/// The charts of a component; `None` where there is nothing to tell.
pub(super) fn view(state: &State, component: &Component) -> Option<El> {
    let section = || el("section").class("courses").label("Lately").testid("courses");
    let targets = |id: &str| targets(state, id);
    match component.settings.kind().info().ports.out {
        Out::Control => {
            let scaled = targets(&component.id);
            let hint = "Connect it to a service or a worker: it sets how many instances there are.";
            if scaled.is_empty() {
                return Some(section().child(el("p").class("muted").child(hint)));
            }
            let instances = scaled.into_iter().map(|scaled| instances(state, scaled));
            Some(section().child(ratio(state, component)).children(instances))
        }
        Out::Messages => {
            let figures = component.settings.kind().figures().iter().take(2).enumerate();
            Some(section().children(figures.map(|(index, shown)| figure(state, component, index, shown))))
        }
        _ => {
            let scaler = state.scaler_of(&component.id);
            scaler.or_else(|| state.controller_of(&component.id, true))?;
            let ratio = scaler.map(|scaler| ratio(state, scaler));
            Some(section().children(ratio).child(instances(state, component)))
        }
    }
}

/// Whom an autoscaler scales.
fn targets<'a>(state: &'a State, scaler: &str) -> Vec<&'a Component> {
    let links = state.model.links.iter().filter(|link| link.from == scaler);
    let links = links.filter(|link| Carries::of(&state.model, link) == Carries::Control);
    links.filter_map(|link| state.model.component(&link.to)).collect()
}

/// What an autoscaler looks at, as a share of what it should be.
fn ratio(state: &State, scaler: &Component) -> El {
    let now = state.run.component(&scaler.id).map_or(f64::NAN, |row| row.figure_1);
    let shown = Figure { key: "", label: "of target", unit: FigureUnit::Share };
    let legend = vec![(Pen::Measured, figure_text(&shown, now), shown.label)];
    chart(state, scaler, "Metric", legend, &shown, &[(Pen::Measured, 0)], Some(1.0))
}

fn figure(state: &State, component: &Component, index: usize, shown: &Figure) -> El {
    let now = state.run.component(&component.id).map_or(f64::NAN, |row| row.figures()[index]);
    let legend = vec![(Pen::Measured, figure_text(shown, now), shown.label)];
    let title = if index == 0 { "Messages" } else { "Age" };
    chart(state, component, title, legend, shown, &[(Pen::Measured, index)], None)
}

fn instances(state: &State, component: &Component) -> El {
    let row = state.run.component(&component.id).copied().unwrap_or_default();
    let legend = vec![
        (Pen::There, format!("{:.0}", row.ready), "ready"),
        (Pen::Coming, format!("{:.0}", row.starting), "starting"),
        (Pen::Wanted, format!("{:.0}", wanted(&row)), "desired"),
    ];
    let shown = Figure { key: "", label: "instances", unit: FigureUnit::Count };
    let lines = [(Pen::Coming, 1), (Pen::There, 0), (Pen::Wanted, 2)];
    chart(state, component, &component.name, legend, &shown, &lines, None)
}

/// A chart with what is true now above it.
fn chart(
    state: &State,
    component: &Component,
    title: &str,
    legend: Vec<(Pen, String, &'static str)>,
    shown: &Figure,
    lines: &[(Pen, usize)],
    limit: Option<f64>,
) -> El {
    let last = state.run.courses.last_s(&component.id).unwrap_or_default();
    let shown_s = SHOWN_S[0].max(state.model.head.duration.secs() / 4.0);
    let from = (last - shown_s).max(0.0);
    let range = [from, last.max(from + SHOWN_S[1])];
    let line = |(pen, index): &(Pen, usize)| {
        let sample = |moment: &crate::state::Moment| {
            let below = if *pen == Pen::Coming { moment.values[0] } else { 0.0 };
            let value = f64::from(moment.values[*index] + below);
            Sample { at_s: moment.at_s, lo: value, hi: value }
        };
        (*pen, state.run.courses.of(&component.id, from).map(sample).collect())
    };
    let props = CourseProps {
        title: title.to_owned(),
        legend,
        lines: lines.iter().map(line).collect(),
        unit: shown.unit,
        limit,
        range,
        moment: state.is_in_past().then_some(state.run.now_s),
        theme: page::seen_theme(state.theme),
    };
    el("div").class("course").key(format!("{} {title}", component.id)).child(child::<CourseChart>(props))
}
