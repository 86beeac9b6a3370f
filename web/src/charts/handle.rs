//! A shared handle on the history: who writes it and who draws it do not know each other.

use super::store::Store;
use std::cell::{Cell, Ref, RefCell};
use std::fmt;
use std::rc::Rc;

type Watcher = Rc<dyn Fn()>;

/// The history of a run, shared between the app that fills it and the charts that draw it.
///
/// Two handles are equal when they are the same history, so passing one as a property never redraws a page.
#[derive(Clone, Default)]
pub(crate) struct StoreHandle(Rc<Inner>);

#[derive(Default)]
struct Inner {
    store: RefCell<Store>,
    watchers: RefCell<Vec<(u32, Watcher)>>,
    next: Cell<u32>,
}

/// Ends the watching when dropped.
pub(crate) struct Watch {
    handle: StoreHandle,
    id: u32,
}

impl StoreHandle {
    /// Forgets everything: a new run begins.
    pub(crate) fn clear(&self) {
        self.change(Store::clear);
    }

    /// Remembers that the model was edited now; see [`Store::mark_edit`].
    pub(crate) fn mark_edit(&self) {
        self.change(Store::mark_edit);
    }

    /// Changes the history and tells who draws it.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Store)) {
        change(&mut self.0.store.borrow_mut());
        let watchers: Vec<Watcher> = self.0.watchers.borrow().iter().map(|(_, w)| w.clone()).collect();
        watchers.iter().for_each(|watcher| watcher());
    }

    /// Reads the history; must not be held across a change.
    pub(crate) fn borrow(&self) -> Ref<'_, Store> {
        self.0.store.borrow()
    }

    /// Calls `watcher` after every change until the returned value is dropped.
    pub(crate) fn watch(&self, watcher: impl Fn() + 'static) -> Watch {
        let id = self.0.next.get();
        self.0.next.set(id + 1);
        self.0.watchers.borrow_mut().push((id, Rc::new(watcher)));
        Watch { handle: self.clone(), id }
    }
}

impl PartialEq for StoreHandle {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreHandle(version {})", self.borrow().version())
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watch({})", self.id)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.handle.0.watchers.borrow_mut().retain(|(id, _)| *id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watchers_hear_of_changes_until_they_are_dropped() {
        let handle = StoreHandle::default();
        let heard = Rc::new(Cell::new(0));
        let watch = handle.watch({
            let heard = heard.clone();
            move || heard.set(heard.get() + 1)
        });
        handle.clone().clear();
        assert_eq!(heard.get(), 1);
        drop(watch);
        handle.clear();
        assert_eq!(heard.get(), 1);
    }

    #[test]
    fn only_the_same_history_is_equal() {
        let one = StoreHandle::default();
        assert_eq!(one, one.clone());
        assert_ne!(one, StoreHandle::default());
    }
}
