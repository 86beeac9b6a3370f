//! The live charts: throughput, latency and cost over one time axis, with one crosshair.
//!
//! | file | what |
//! |---|---|
//! | `store`, `handle` | the recent history of the run, bounded; who fills it, who hears of it |
//! | `series` | the charts and curves: names, units, where a number comes from |
//! | `view` | what the reader looks at: stretch of time, crosshair, pins, which curves |
//! | `ticks`, `axis`, `curve`, `place` | nice numbers, scales, points per pixel column, places of labels |
//! | `gather`, `plan` | all of these together: what a chart will look like, before anything is drawn |
//! | `palette`, `surface`, `paint`, `overlay` | drawing a plan on a canvas |
//! | `stage`, `pace`, `legend`, `gestures`, `watch` | when to draw, numbers in the page, what the reader does |
//! | `panel`, `markup`, `table`, `export` | the component around it |
//! | `report` | a finished run as one picture |
//! | `course` | a small chart of one component, beside its settings |
//!
//! Down to `plan` everything is pure and tested natively; nothing else knows a number's meaning.
//!
//! The app keeps a [`StoreHandle`], pushes each frame into it and shows a [`Panel`]:
//!
//! ```text
//! handle.push(&frame);          // as frames arrive
//! handle.mark_edit();           // before an edit takes effect: the curves before it go on as a pale ghost
//! handle.clear();               // a new run
//! <charts::Panel store={handle} objectives={model.objectives.clone()} theme={theme} compact={false} />
//! ```

mod axis;
mod course;
mod curve;
mod export;
mod gather;
mod gestures;
mod handle;
mod legend;
mod markup;
mod overlay;
mod pace;
mod paint;
mod palette;
mod panel;
mod place;
mod plan;
mod report;
mod series;
mod stage;
mod store;
mod surface;
mod table;
mod ticks;
mod view;
mod watch;

pub(crate) use course::{CourseChart, CourseProps, Pen};
pub(crate) use handle::StoreHandle;
pub(crate) use panel::{Panel, Props as PanelProps};
pub(crate) use report::{ReportChart, ReportProps};
pub(crate) use store::Sample;
pub(crate) use surface::{Surface, device_pixel_ratio};
pub(crate) use view::Span;
