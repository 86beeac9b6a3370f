//! Stands in for the dots until they are there.
use tenfold::measure::LinkRow;
use tenfold::model::Point;
pub(crate) struct DotLink { pub(crate) id: String, pub(crate) curve: [Point; 4] }
pub(crate) struct Dots;
impl Dots {
    pub(crate) fn attach(_: web_sys::HtmlCanvasElement) -> Self { Dots }
    pub(crate) fn set_links(&mut self, _: &[DotLink]) {}
    pub(crate) fn set_rates(&mut self, _: &[LinkRow], _: f64) {}
    pub(crate) fn set_camera(&mut self, _: f64, _: f64, _: f64) {}
    pub(crate) fn set_reduced(&mut self, _: bool) {}
}
