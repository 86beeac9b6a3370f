//! Help, and the price book.

use crate::state::{KEYS, State};
use tenfold::prices::PriceBook;
use yew::{Html, html};

pub(super) fn help() -> Html {
    html! {
        <div class="help-dialog">
            <section key="how">
                <h3>{ "How it works" }</h3>
                <p>{ "Drag components from the list onto the canvas and draw lines from dot to dot. Every request is really simulated, one by one, while you change things: move the load, crash an instance, drop a cache into a link." }</p>
                <p>{ "Red and the word “saturated” mean that more work arrives than can be done: a queue grows. The sentence above the charts says what misses its objective and what is busiest." }</p>
                <p>{ "Press a setting's name to read what it does, what is legal and where its default comes from." }</p>
            </section>
            <section key="keys">
                <h3>{ "Keys" }</h3>
                <dl class="keys">
                    { for KEYS.iter().map(|(keys, what)| html! { <div key={*keys}><dt><kbd>{ *keys }</kbd></dt><dd>{ *what }</dd></div> }) }
                </dl>
                <p class="muted">{ "Letters and arrows act while the canvas has the focus. The outline beside the list has every component and link as text." }</p>
            </section>
        </div>
    }
}

pub(super) fn prices(state: &State) -> Html {
    let provider = state.model.head.provider;
    html! {
        <>
            <p class="muted" key="note">{ format!("On-demand list prices in US dollars, {}. The provider is chosen in the settings of the model; a component's own price goes before the book's.", provider.label()) }</p>
            <div class="scroll" key="table" tabindex="0" role="region" aria-label="Prices">
                <table class="table">
                    <thead><tr><th scope="col">{ "Item" }</th><th scope="col" class="number">{ "USD" }</th><th scope="col">{ "per" }</th><th scope="col">{ "read on" }</th><th scope="col">{ "source" }</th></tr></thead>
                    <tbody>
                        { for PriceBook { provider }.all().into_iter().enumerate().map(|(i, price)| html! {
                            <tr key={i}><th scope="row">{ price.item }</th><td class="number">{ price.usd.to_string() }</td><td>{ price.per }</td><td class="number">{ price.as_of }</td><td class="muted">{ price.source }</td></tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </>
    }
}
