//! The elements around the canvases: titles, legends, buttons, menus, tabs.

use super::panel::{Msg, Panel};
use super::series::{Chart, Series};
use super::stage::Stage;
use super::table;
use super::view::{Span, View};
use crate::ui::icons::icon;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};
use yew::{
    Callback, Context, FocusEvent, Html, KeyboardEvent, MouseEvent, PointerEvent, TargetCast, classes, html,
};

/// The whole panel.
pub(crate) fn panel(panel: &Panel, ctx: &Context<Panel>) -> Html {
    let view = panel.stage.state.borrow().view.clone();
    let compact = ctx.props().compact;
    let tabled = panel.table.is_some();
    let charts = Chart::ALL.iter().map(|chart| {
        let away = compact && panel.tab != *chart;
        figure(panel, ctx, &view, *chart, away)
    });
    html! {
        <section
            ref={&panel.root}
            class={classes!("charts", compact.then_some("charts-compact"))}
            aria-label="Charts"
            data-testid="charts"
        >
            { tabs(panel, ctx, compact) }
            <div class="charts-grid" hidden={tabled}>{ for charts }</div>
            <div class="charts-numbers" hidden={!tabled}>
                { for panel.table.iter().map(|rows| table::table(rows)) }
            </div>
            { rail(panel, ctx, &view) }
        </section>
    }
}

fn tabs(panel: &Panel, ctx: &Context<Panel>, compact: bool) -> Html {
    let tab = |chart: &Chart| {
        let chart = *chart;
        html! {
            <button
                key={chart.key()}
                type="button"
                aria-pressed={(panel.tab == chart).to_string()}
                data-testid={format!("charts-tab-{}", chart.key())}
                onclick={ctx.link().callback(move |_: MouseEvent| Msg::Tab(chart))}
            >{ chart.title() }</button>
        }
    };
    html! {
        <div class="charts-tabs charts-segments" role="group" aria-label="Chart shown" hidden={!compact}>
            { for Chart::ALL.iter().map(tab) }
        </div>
    }
}

fn figure(panel: &Panel, ctx: &Context<Panel>, view: &View, chart: Chart, away: bool) -> Html {
    html! {
        <div key={chart.key()} class="chart" data-chart={chart.key()} hidden={away}>
            <div class="chart-head">
                <h2 class="chart-title">{ chart.title() }</h2>
                { unit(ctx, view, chart) }
                <div class="chart-legend" role="group" aria-label={format!("Curves of {}", chart.title())}>
                    { for chart.series().iter().map(|series| entry(ctx, view, *series)) }
                </div>
            </div>
            { plot(&panel.stage, chart) }
        </div>
    }
}

fn unit(ctx: &Context<Panel>, view: &View, chart: Chart) -> Html {
    match chart {
        Chart::Throughput => html! { <span class="chart-unit">{ "req/s" }</span> },
        Chart::Latency => html! {
            <button
                type="button"
                class="chart-unit"
                aria-label={if view.log { "log axis" } else { "lin axis" }}
                title={if view.log { "Logarithmic axis: press for a linear one" } else { "Linear axis: press for a logarithmic one" }}
                data-testid="charts-log"
                onclick={ctx.link().callback(|_: MouseEvent| Msg::Log)}
            >{ if view.log { "log" } else { "lin" } }</button>
        },
        Chart::Cost => html! { <span class="chart-unit">{ "US$" }</span> },
    }
}

fn entry(ctx: &Context<Panel>, view: &View, series: Series) -> Html {
    html! {
        <button
            key={series.key()}
            type="button"
            class={classes!("legend-entry", format!("series-{}", series.key()))}
            aria-pressed={view.shows(series).to_string()}
            title={series.help()}
            data-testid={format!("legend-{}", series.key())}
            onclick={ctx.link().callback(move |_: MouseEvent| Msg::Toggle(series))}
        >
            <svg class="legend-swatch" viewBox="0 0 11 6" width="11" height="6" aria-hidden="true" focusable="false">
                <path d="M1.5 3h8" />
            </svg>
            <span class="legend-name">{ series.label() }</span>
            // Written by the legend itself, many times a second.
            <span class="legend-value"></span>
        </button>
    }
}

fn plot(stage: &Rc<Stage>, chart: Chart) -> Html {
    let on = |act: fn(&Stage, Chart, &PointerEvent)| {
        let stage = stage.clone();
        Callback::from(move |event: PointerEvent| act(&stage, chart, &event))
    };
    let stage_for = || stage.clone();
    let (left, key, double, blur) = (stage_for(), stage_for(), stage_for(), stage_for());
    html! {
        <div class="chart-plot">
            <canvas
                class="plot"
                role="img"
                aria-label={format!("{} chart", chart.title())}
                data-testid={format!("chart-{}", chart.key())}
            />
            <canvas
                class="over"
                tabindex="0"
                role="slider"
                aria-label={format!("{}: crosshair", chart.title())}
                aria-valuemin="0"
                aria-valuemax="0"
                aria-valuenow="0"
                aria-valuetext="no numbers yet"
                data-testid={format!("crosshair-{}", chart.key())}
                onpointermove={on(Stage::pointer_move)}
                onpointerdown={on(Stage::pointer_down)}
                onpointerup={on(Stage::pointer_up)}
                onpointerleave={let stage = left.clone(); move |_: PointerEvent| stage.pointer_leave()}
                onpointercancel={move |_: PointerEvent| left.pointer_leave()}
                onkeydown={move |event: KeyboardEvent| key.key(chart, &event)}
                ondblclick={move |_: MouseEvent| double.reset_zoom()}
                onblur={move |_: FocusEvent| blur.blur()}
            />
        </div>
    }
}

fn menu(panel: &Panel, ctx: &Context<Panel>) -> Html {
    let (open, link) = (panel.menu, ctx.link());
    let item = |chart: Chart, what: &'static str, hook: &str, msg: Msg| {
        html! {
            <button
                type="button"
                data-testid={format!("charts-{hook}-{}", chart.key())}
                onclick={link.callback(move |_: MouseEvent| msg)}
            >{ format!("{}: {what}", chart.title()) }</button>
        }
    };
    let both = |chart: &Chart| {
        html! {
            <div key={chart.key()}>
                { item(*chart, "picture (PNG)", "png", Msg::Png(*chart)) }
                { item(*chart, "numbers (CSV)", "csv", Msg::Csv(*chart)) }
            </div>
        }
    };
    let on_key =
        link.batch_callback(|event: KeyboardEvent| (event.key() == "Escape").then_some(Msg::Menu(false)));
    html! {
        <div class="charts-menu" onkeydown={on_key} onfocusout={link.batch_callback(leaves)}>
            <button
                type="button"
                class="charts-icon"
                aria-expanded={open.to_string()}
                aria-label="Save a chart"
                title="Save a chart"
                data-testid="charts-save"
                onclick={link.callback(move |_: MouseEvent| Msg::Menu(!open))}
            >{ icon("download") }</button>
            <div class="charts-menu-items" hidden={!open}>{ for Chart::ALL.iter().map(both) }</div>
        </div>
    }
}

/// Closes the menu when the focus leaves it.
fn leaves(event: FocusEvent) -> Option<Msg> {
    let menu = event.target_dyn_into::<Element>()?.closest(".charts-menu").ok().flatten()?;
    let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
    (!menu.contains(next.as_ref())).then_some(Msg::Menu(false))
}

fn rail(panel: &Panel, ctx: &Context<Panel>, view: &View) -> Html {
    let link = ctx.link();
    let live = !view.stands_still();
    let span = |span: &Span| {
        let span = *span;
        html! {
            <button
                key={span.label()}
                type="button"
                aria-pressed={(view.span == span && !view.zoomed()).to_string()}
                title={span.help()}
                data-testid={format!("charts-span-{}", span.label().replace(' ', "").to_ascii_lowercase())}
                onclick={link.callback(move |_: MouseEvent| Msg::Span(span))}
            >{ span.label() }</button>
        }
    };
    let state = if live {
        "The charts follow the run"
    } else {
        "The charts stand still: press to follow the run again"
    };
    html! {
        <div class="charts-rail">
            <div class="charts-segments" role="group" aria-label="Time shown">{ for Span::ALL.iter().map(span) }</div>
            <button
                type="button"
                class="charts-live"
                aria-pressed={live.to_string()}
                title={state}
                data-testid="charts-live"
                onclick={link.callback(|_: MouseEvent| Msg::Live)}
            ><span class="charts-live-dot" aria-hidden="true"></span>{ "Live" }</button>
            <button
                type="button"
                class="charts-icon"
                aria-pressed={panel.table.is_some().to_string()}
                aria-label="As a table"
                title="The same numbers as a table"
                data-testid="charts-as-table"
                onclick={link.callback(|_: MouseEvent| Msg::Table)}
            >{ icon("table") }</button>
            { menu(panel, ctx) }
        </div>
    }
}
