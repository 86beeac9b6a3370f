//! The inspector when nothing is selected: the model as a whole.

use super::super::Dispatch;
use super::super::el::{El, el};
use super::super::form::Slot;
use super::{Names, action, form, last_key, lists};
use crate::state::{Action, Dialog, State};
use tenfold::edit::Edit;
use tenfold::model::{FieldPath, Head};

/// What is set elsewhere on the page.
const ELSEWHERE: [&str; 1] = ["load"];

pub(super) fn view(state: &State, dispatch: &Dispatch) -> El {
    let names = Names::of(state);
    let form = form(state, dispatch, &names, |at, value| Some(Edit::Set { field: last_key(at)?, value }));
    let usual = Head::default();
    let fields = Head::FIELDS.iter().filter(|f| !ELSEWHERE.contains(&f.info.key)).map(|f| {
        let (value, default) = ((f.get)(&state.model.head), (f.get)(&usual));
        let goes_back = !matches!(f.info.key, "title" | "description" | "notes" | "seed");
        form.field(&Slot {
            info: &f.info,
            value: &value,
            default: goes_back.then_some(&default),
            at: FieldPath::root().field(f.info.key),
            key: f.info.key.to_owned(),
        })
    });
    let prices = action(dispatch, "table", "Price book", "price-book", Action::Open(Dialog::Prices));
    el("div")
        .child(el("h2").class("inspector-title").key("title").child("The model"))
        .child(el("section").class("fields").label("The model").key("head").children(fields).child(prices))
        .child(el("div").key("classes").child(lists::classes(state, dispatch)))
        .child(el("div").key("objectives").child(lists::objectives(state, dispatch)))
        .child(el("div").key("timeline").child(lists::timeline(state, dispatch)))
}
