//! The elements around the canvases: titles, legends, buttons, menus, tabs.

use super::panel::{Msg, Panel};
use super::series::{Chart, Series};
use super::stage::Stage;
use super::table;
use super::view::{Span, View};
use crate::ui::el::{El, el};
use crate::ui::icons::icon;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, KeyboardEvent, Node, PointerEvent};
use yew::{Callback, Context, Html, TargetCast};

/// The whole panel.
pub(crate) fn panel(panel: &Panel, ctx: &Context<Panel>) -> El {
    let view = panel.stage.state.borrow().view.clone();
    let compact = ctx.props().compact;
    let charts = Chart::ALL.map(|chart| {
        let away = compact && panel.tab != chart;
        figure(panel, ctx, &view, chart).flag("hidden", away)
    });
    let tabled = panel.table.is_some();
    let numbers = el("div").class("charts-numbers").flag("hidden", !tabled);
    el("section")
        .node_ref(&panel.root)
        .class(if compact { "charts charts-compact" } else { "charts" })
        .label("Charts")
        .testid("charts")
        .child(tabs(panel, ctx).flag("hidden", !compact))
        .child(el("div").class("charts-grid").flag("hidden", tabled).children(charts))
        .child(numbers.children(panel.table.as_ref().map(|rows| table::table(rows))))
        .child(rail(panel, ctx, &view))
}

/// A button that tells the panel something.
fn button(ctx: &Context<Panel>, msg: Msg) -> El {
    el("button").attr("type", "button").on("click", ctx.link().callback(move |_: Event| msg))
}

fn tabs(panel: &Panel, ctx: &Context<Panel>) -> El {
    let tab = |chart: Chart| {
        button(ctx, Msg::Tab(chart))
            .key(chart.key())
            .attr("aria-pressed", panel.tab == chart)
            .testid(format!("charts-tab-{}", chart.key()))
            .child(chart.title())
    };
    let tabs = el("div").class("charts-tabs charts-segments").attr("role", "group").label("Chart shown");
    tabs.children(Chart::ALL.map(tab))
}

fn figure(panel: &Panel, ctx: &Context<Panel>, view: &View, chart: Chart) -> El {
    let curves = chart.series().iter().map(|series| entry(ctx, view, *series));
    let legend = el("div").class("chart-legend").attr("role", "group");
    let legend = legend.label(format!("Curves of {}", chart.title())).children(curves);
    let head = el("div").class("chart-head").child(el("h2").class("chart-title").child(chart.title()));
    el("div")
        .key(chart.key())
        .class("chart")
        .attr("data-chart", chart.key())
        .child(head.child(unit(ctx, view, chart)).child(legend))
        .child(plot(&panel.stage, chart))
}

fn unit(ctx: &Context<Panel>, view: &View, chart: Chart) -> El {
    let (axis, label, title) = if view.log {
        ("log", "log axis", "Logarithmic axis: press for a linear one")
    } else {
        ("lin", "lin axis", "Linear axis: press for a logarithmic one")
    };
    let unit = match chart {
        Chart::Throughput => el("span").child("req/s"),
        Chart::Latency => button(ctx, Msg::Log).label(label).title(title).testid("charts-log").child(axis),
        Chart::Cost => el("span").child("US$"),
    };
    unit.class("chart-unit")
}

fn entry(ctx: &Context<Panel>, view: &View, series: Series) -> El {
    let swatch = "<svg class='legend-swatch' viewBox='0 0 11 6' width='11' height='6' aria-hidden='true' focusable='false'>\
        <path d='M1.5 3h8'/></svg>";
    button(ctx, Msg::Toggle(series))
        .key(series.key())
        .class(format!("legend-entry series-{}", series.key()))
        .attr("aria-pressed", view.shows(series))
        .title(series.help())
        .testid(format!("legend-{}", series.key()))
        .child(Html::from_html_unchecked(swatch.into()))
        .child(el("span").class("legend-name").child(series.label()))
        // Written by the legend itself, many times a second.
        .child(el("span").class("legend-value"))
}

fn plot(stage: &Rc<Stage>, chart: Chart) -> El {
    let on = |act: fn(&Stage, Chart, &PointerEvent)| {
        let stage = stage.clone();
        Callback::from(move |event: PointerEvent| act(&stage, chart, &event))
    };
    let whenever = |act: fn(&Stage)| {
        let stage = stage.clone();
        Callback::from(move |_: Event| act(&stage))
    };
    let keyed = stage.clone();
    let plot = el("canvas").class("plot").attr("role", "img").label(format!("{} chart", chart.title()));
    let over = el("canvas")
        .class("over")
        .attr("tabindex", "0")
        .attr("role", "slider")
        .label(format!("{}: crosshair", chart.title()))
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", "0")
        .attr("aria-valuenow", "0")
        .attr("aria-valuetext", "no numbers yet")
        .testid(format!("crosshair-{}", chart.key()))
        .on("pointermove", on(Stage::pointer_move))
        .on("pointerdown", on(Stage::pointer_down))
        .on("pointerup", on(Stage::pointer_up))
        .on("pointerleave", whenever(Stage::pointer_leave))
        .on("pointercancel", whenever(Stage::pointer_leave))
        .on("keydown", Callback::from(move |event: KeyboardEvent| keyed.key(chart, &event)))
        .on("dblclick", whenever(Stage::reset_zoom))
        .on("blur", whenever(Stage::blur));
    el("div").class("chart-plot").child(plot.testid(format!("chart-{}", chart.key()))).child(over)
}

fn menu(panel: &Panel, ctx: &Context<Panel>) -> El {
    let (open, link) = (panel.menu, ctx.link());
    let item = |chart: Chart, what: &str, hook: &str, msg: Msg| {
        let testid = format!("charts-{hook}-{}", chart.key());
        button(ctx, msg).testid(testid).child(format!("{}: {what}", chart.title()))
    };
    let both =
        |chart: Chart| {
            el("div")
                .key(chart.key())
                .child(item(chart, "picture (PNG)", "png", Msg::Png(chart)))
                .child(item(chart, "numbers (CSV)", "csv", Msg::Csv(chart)))
        };
    let on_key =
        link.batch_callback(|event: KeyboardEvent| (event.key() == "Escape").then_some(Msg::Menu(false)));
    let save = button(ctx, Msg::Menu(!open)).class("charts-icon").attr("aria-expanded", open);
    let save = save.label("Save a chart").title("Save a chart").testid("charts-save").child(icon("download"));
    let items = el("div").class("charts-menu-items").flag("hidden", !open).children(Chart::ALL.map(both));
    let menu =
        el("div").class("charts-menu").on("keydown", on_key).on("focusout", link.batch_callback(leaves));
    menu.child(save).child(items)
}

/// Closes the menu when the focus leaves it.
fn leaves(event: FocusEvent) -> Option<Msg> {
    let menu = event.target_dyn_into::<Element>()?.closest(".charts-menu").ok().flatten()?;
    let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
    (!menu.contains(next.as_ref())).then_some(Msg::Menu(false))
}

fn rail(panel: &Panel, ctx: &Context<Panel>, view: &View) -> El {
    let live = !view.stands_still();
    let span = |span: Span| {
        button(ctx, Msg::Span(span))
            .key(span.label())
            .attr("aria-pressed", view.span == span && !view.zoomed())
            .title(span.help())
            .testid(format!("charts-span-{}", span.label().replace(' ', "").to_ascii_lowercase()))
            .child(span.label())
    };
    let state = if live {
        "The charts follow the run"
    } else {
        "The charts stand still: press to follow the run again"
    };
    let spans = el("div").class("charts-segments").attr("role", "group").label("Time shown");
    let follow = button(ctx, Msg::Live).class("charts-live").attr("aria-pressed", live).title(state);
    let table = button(ctx, Msg::Table).class("charts-icon").attr("aria-pressed", panel.table.is_some());
    let table = table.label("As a table").title("The same numbers as a table").testid("charts-as-table");
    let dot = el("span").class("charts-live-dot").attr("aria-hidden", true);
    el("div")
        .class("charts-rail")
        .child(spans.children(Span::ALL.map(span)))
        .child(follow.testid("charts-live").child(dot).child("Live"))
        .child(table.child(icon("table")))
        .child(menu(panel, ctx))
}
