//! Undo and redo: the inverses of the edits, one step per gesture.

use std::rc::Rc;
use tenfold::edit::{Edit, merged_inverse};
use tenfold::model::{Model, ModelError};

/// As many steps as can be taken back.
const STEPS_MAX: usize = 500;

/// What can be taken back, and what can be done again.
#[derive(Debug, Default, Clone)]
pub(crate) struct History {
    undo: Vec<Rc<Step>>,
    redo: Vec<Rc<Edit>>,
}

#[derive(Debug, Clone)]
struct Step {
    inverse: Edit,
    gesture: Option<u64>,
}

impl History {
    /// Notes how to take an edit back; true when it begins a new step.
    pub(crate) fn record(&mut self, inverse: Edit, gesture: Option<u64>) -> bool {
        self.redo.clear();
        if let (Some(last), Some(gesture)) = (self.undo.last_mut(), gesture)
            && last.gesture == Some(gesture)
            && let Some(merged) = merged_inverse(&last.inverse, &inverse)
        {
            *last = Rc::new(Step { inverse: merged, gesture: Some(gesture) });
            return false;
        }
        self.undo.push(Rc::new(Step { inverse, gesture }));
        if self.undo.len() > STEPS_MAX {
            self.undo.remove(0);
        }
        true
    }

    /// Takes the last step back; gives the edit that did it.
    pub(crate) fn undo(&mut self, model: &mut Model) -> Option<Result<Edit, Vec<ModelError>>> {
        let edit = self.undo.pop()?.inverse.clone();
        Some(edit.apply(model).map(|again| {
            self.redo.push(Rc::new(again));
            edit
        }))
    }

    /// Does the last step that was taken back again; gives the edit that did it.
    pub(crate) fn redo(&mut self, model: &mut Model) -> Option<Result<Edit, Vec<ModelError>>> {
        let edit = Edit::clone(&*self.redo.pop()?);
        Some(edit.apply(model).map(|inverse| {
            self.undo.push(Rc::new(Step { inverse, gesture: None }));
            edit
        }))
    }

    pub(crate) fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }
    pub(crate) fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(x: f64) -> Edit {
        Edit::Set { field: "load".into(), value: x.into() }
    }

    #[test]
    fn a_slider_drag_is_one_step_and_two_drags_are_two() {
        let mut model = Model::new("shop");
        let mut history = History::default();
        for (gesture, to) in [(1, 2.0), (1, 3.0), (1, 4.0), (2, 5.0), (2, 6.0)] {
            let inverse = load(to).apply(&mut model).unwrap();
            history.record(inverse, Some(gesture));
        }
        for before in [4.0, 1.0] {
            assert!(history.undo(&mut model).is_some_and(|r| r.is_ok()));
            assert!((model.head.load - before).abs() < 1e-12);
        }
        assert!(!history.can_undo());
        history.redo(&mut model);
        history.redo(&mut model);
        assert!((model.head.load - 6.0).abs() < 1e-12);
        assert!(history.undo(&mut model).is_some_and(|r| r.is_ok()));
    }
}
