//! How components have fared that are scaled, scale others or keep messages: three numbers a window of each, for the
//! charts beside their settings.

use std::collections::{BTreeMap, VecDeque};
use tenfold::components::{Kind, Out};
use tenfold::measure::{ComponentRow, Frame, Topology};
use tenfold::model::Model;

/// Moments kept of each; beyond that every other one of the older half goes, so that all of a run stays in sight.
const MOMENTS_MAX: usize = 2048;

/// A moment of a component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    pub(crate) at_s: f64,
    /// Of what is scaled: ready, starting, desired. Of what scales: share of the target. Of what keeps messages: the two figures on its card.
    pub(crate) values: [f32; 3],
}

/// What is remembered of all of them, by id.
#[derive(Debug, Default)]
pub(crate) struct Courses(BTreeMap<String, VecDeque<Moment>>);

fn values(kind: Kind, row: &ComponentRow) -> Option<[f32; 3]> {
    let ports = kind.info().ports;
    let values = match ports.out {
        Out::Control => [row.figure_1, f64::NAN, f64::NAN],
        Out::Messages => [row.figure_0, row.figure_1, f64::NAN],
        _ if ports.scales => [row.ready, row.starting, super::wanted(row)],
        _ => return None,
    };
    Some(values.map(|value| value as f32))
}

impl Courses {
    /// Takes the last window of a frame, unless it has been lived through before.
    pub(super) fn note(&mut self, model: &Model, topology: &Topology, frame: &Frame) {
        if frame.windows.is_empty() {
            return;
        }
        let at_s = frame.at_s;
        let mut next = 0;
        for (id, row) in topology.components.iter().zip(&frame.components) {
            // Rows are in the model's order, so each is looked for behind the one before: to begin anew for each would take long with many.
            let ahead = model.components[next..].iter().position(|component| component.id == *id);
            let Some(at) = ahead.map(|ahead| next + ahead) else { continue };
            next = at + 1;
            let Some(values) = values(model.components[at].settings.kind(), row) else { continue };
            let course = self.0.entry(id.clone()).or_default();
            if course.back().is_none_or(|last| last.at_s < at_s) {
                course.push_back(Moment { at_s, values });
                thin(course);
            }
        }
    }

    /// Forgets what came after `at_s`.
    pub(super) fn cut(&mut self, at_s: f64) {
        self.0.values_mut().for_each(|course| course.retain(|moment| moment.at_s <= at_s));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// What is remembered of a component since `from_s`, and the moment before.
    pub(crate) fn of(&self, id: &str, from_s: f64) -> impl Iterator<Item = &Moment> {
        self.0.get(id).into_iter().flat_map(move |course| {
            let from = course.partition_point(|moment| moment.at_s < from_s).saturating_sub(1);
            course.range(from..)
        })
    }

    /// The last moment remembered of a component.
    pub(crate) fn last_s(&self, id: &str) -> Option<f64> {
        Some(self.0.get(id)?.back()?.at_s)
    }
}

fn thin(course: &mut VecDeque<Moment>) {
    if course.len() > MOMENTS_MAX {
        let (mut index, half) = (0, MOMENTS_MAX / 2);
        course.retain(|_| {
            index += 1;
            index > half || index % 2 == 1
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::edit::{Edit, new_component};
    use tenfold::measure::WindowRow;
    use tenfold::model::Point;

    fn frame(at_s: f64, ready: f64) -> Frame {
        let row = ComponentRow { ready, starting: 1.0, ..ComponentRow::default() };
        Frame {
            at_s,
            windows: vec![WindowRow { at_s, ..WindowRow::default() }],
            components: vec![row],
            ..Frame::default()
        }
    }

    fn worker() -> (Model, Topology) {
        let mut model = Model::default();
        let component = new_component(&model, Kind::Worker, Point::default());
        Edit::add_component(&component).apply(&mut model).unwrap_or_else(|why| panic!("{why:?}"));
        (model, Topology { components: vec![component.id], links: Vec::new() })
    }

    #[test]
    fn what_is_lived_through_again_is_remembered_once_and_another_future_replaces_it() {
        let (model, topology) = worker();
        let mut courses = Courses::default();
        for (at_s, ready) in [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (2.0, 9.0)] {
            courses.note(&model, &topology, &frame(at_s, ready));
        }
        let ready = |courses: &Courses| -> Vec<f32> {
            courses.of("worker", 0.0).map(|moment| moment.values[0]).collect()
        };
        assert_eq!(ready(&courses), [1.0, 2.0, 3.0]);
        courses.cut(1.0);
        courses.note(&model, &topology, &frame(2.0, 9.0));
        assert_eq!(ready(&courses), [1.0, 9.0]);
        assert_eq!(courses.of("worker", 2.0).last().map(|moment| moment.values[2]), Some(10.0));
    }

    #[test]
    fn a_long_run_stays_in_sight_and_in_bounds() {
        let (model, topology) = worker();
        let mut courses = Courses::default();
        for at in 1..20_000 {
            courses.note(&model, &topology, &frame(f64::from(at), 1.0));
        }
        let times: Vec<f64> = courses.of("worker", 0.0).map(|moment| moment.at_s).collect();
        assert!(times.len() <= MOMENTS_MAX && times.len() > MOMENTS_MAX / 2);
        assert!(times[0] < 4000.0 && times.is_sorted(), "{}", times[0]);
        assert_eq!(courses.last_s("worker"), Some(19_999.0));
    }
}
