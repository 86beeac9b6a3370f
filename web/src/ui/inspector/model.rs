//! The inspector when nothing is selected: the model as a whole.

use super::super::form::Slot;
use super::super::icons::icon;
use super::super::{Dispatch, on};
use super::{Names, form, last_key, lists};
use crate::state::{Action, Dialog, State};
use tenfold::edit::Edit;
use tenfold::model::{FieldPath, Head};
use yew::{Html, html};

/// What is set elsewhere on the page.
const ELSEWHERE: [&str; 1] = ["load"];

pub(super) fn view(state: &State, dispatch: &Dispatch) -> Html {
    let names = Names::of(state);
    let form = form(state, dispatch, &names, |at, value| Some(Edit::Set { field: last_key(at)?, value }));
    let usual = Head::default();
    let prices = on(dispatch, Action::Open(Dialog::Prices));
    html! {
        <>
            <h2 class="inspector-title" key="title">{ "The model" }</h2>
            <section class="fields" aria-label="The model" key="head">
                { for Head::FIELDS.iter().filter(|f| !ELSEWHERE.contains(&f.info.key)).map(|f| {
                    let (value, default) = ((f.get)(&state.model.head), (f.get)(&usual));
                    let goes_back = !matches!(f.info.key, "title" | "description" | "notes" | "seed");
                    form.field(&Slot { info: &f.info, value: &value, default: goes_back.then_some(&default), at: FieldPath::root().field(f.info.key), key: f.info.key.to_owned() })
                }) }
                <button class="action" data-testid="price-book" onclick={prices}>{ icon("table") }<span>{ "Price book" }</span></button>
            </section>
            <div key="classes">{ lists::classes(state, dispatch) }</div>
            <div key="objectives">{ lists::objectives(state, dispatch) }</div>
            <div key="timeline">{ lists::timeline(state, dispatch) }</div>
        </>
    }
}
