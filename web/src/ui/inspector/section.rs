//! Settings in their sections.

use super::super::el::{El, component, el};
use super::super::form::{Form, Slot};
use super::super::icons::icon;
use serde_json::Value as Json;
use tenfold::model::{FieldInfo, FieldPath};
use yew::{Component, Context, Html, Properties};

/// A field of what is selected.
pub(super) struct Setting {
    pub(super) info: &'static FieldInfo,
    pub(super) value: Json,
    pub(super) default: Option<Json>,
}

impl Setting {
    fn is_changed(&self) -> bool {
        self.default.as_ref().is_some_and(|default| *default != self.value)
    }
}

/// The settings of the thing at `path`. Sections are open that hold something changed, and the first.
pub(super) fn settings(form: &Form<'_>, path: &FieldPath, all: &[Setting]) -> El {
    let field = |setting: &Setting| {
        let info = setting.info;
        let lacks = all.iter().find(|other| other.info.key == info.needs && other.value.is_null());
        let slot = Slot {
            info,
            value: &setting.value,
            default: setting.default.as_ref(),
            at: path.field(info.key),
            key: info.key.to_owned(),
        };
        match lacks {
            Some(other) => form.out_of_use(&slot, other.info.label),
            None => form.field(&slot),
        }
    };
    let part = |(index, part): (usize, &[Setting])| {
        let fields = part.iter().map(field);
        let title = part.first().map_or("", |setting| setting.info.group);
        if title.is_empty() {
            return el("div").key(index).children(fields).into();
        }
        let changed = part.iter().filter(|setting| setting.is_changed()).count();
        component::<Section>(SectionProps {
            title,
            changed,
            open: index == 0 || changed > 0,
            fields: el("div").children(fields).into(),
        })
    };
    let parts = all.chunk_by(|_, next| next.info.group.is_empty()).enumerate().map(part);
    let section = el("section").label("Settings").class("fields");
    section.child(el("h3").child("Settings")).children(parts)
}

#[derive(Properties, PartialEq)]
struct SectionProps {
    title: &'static str,
    changed: usize,
    open: bool,
    fields: Html,
}

/// A section that can be folded. Whether it is open is settled when it comes up, and then by the visitor alone: it must not
/// close under the hand that sets a field back.
struct Section {
    open: bool,
}

impl Component for Section {
    type Message = ();
    type Properties = SectionProps;

    fn create(ctx: &Context<Self>) -> Self {
        Section { open: ctx.props().open }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let SectionProps { title, changed, fields, .. } = ctx.props();
        let changed = (*changed > 0).then(|| format!("{changed} changed"));
        let words = el("span").class("muted").child(changed.unwrap_or_default());
        let summary = el("summary").class("fold").testid(format!("section-{title}"));
        let summary = summary.child(el("span").child(*title)).child(words).child(icon("chevron"));
        let section = el("details").class("section").flag("open", self.open);
        section.child(summary).child(fields.clone()).into()
    }
}
