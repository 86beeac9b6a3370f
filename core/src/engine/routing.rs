//! One way of several: a request goes on over one of its component's links, by their chances.

use super::calls::met;
use super::chance::Stream;
use super::context::{Ctx, Flow};

impl Ctx<'_> {
    /// Makes a call over one of the component's links, drawn by their calls per request; over none with the chance that is missing to 1.
    pub(crate) fn descend_one_way(&mut self, call: u32, ways: Stream) -> Flow {
        let class = self.root(call).class;
        let unit = self.draw(ways, call).unit();
        let route = &self.core.routes[usize::from(self.me)];
        let mut upto = 0.0;
        for wire in &route.all {
            let way = &self.core.wires[*wire as usize];
            if way.classes & (1 << class) == 0 {
                continue;
            }
            upto += f64::from(way.calls) + way.chance;
            if unit < upto {
                let (wire, steps) = (*wire, route.steps.len());
                self.core.calls[call].step = u8::try_from(steps).unwrap_or(met::STEP).min(met::STEP);
                self.core.send_over(call, wire, 0);
                return Flow::Waiting;
            }
        }
        Flow::Done
    }
}
