//! The calls that a call makes: step by step, joined when all that are needed are answered.

use super::calls::flag;
use super::context::{Answer, Flow};
use super::core::{Core, Wire};

impl Core {
    pub(crate) fn begin_away(&mut self, call: u32) {
        let now = self.agenda.now().nanos();
        let slot = &mut self.calls[call];
        if !slot.is(flag::AWAY) {
            slot.set(flag::AWAY);
            slot.away_ns = slot.away_ns.wrapping_sub(now);
        }
    }

    fn end_away(&mut self, call: u32) {
        let now = self.agenda.now().nanos();
        let slot = &mut self.calls[call];
        if slot.is(flag::AWAY) {
            slot.clear(flag::AWAY);
            slot.away_ns = slot.away_ns.wrapping_add(now);
        }
    }

    /// How many calls a request makes over a link.
    fn call_count(&self, call: u32, wire: &Wire) -> u32 {
        let whole = libm::floor(wire.calls);
        let chance = wire.calls - whole;
        let extra = chance > 0.0 && wire.count_stream.draw(self.calls[call].path).unit() < chance;
        whole as u32 + u32::from(extra)
    }

    /// Issues the calls of the next step that has any.
    pub(crate) fn next_step(&mut self, call: u32) -> Flow {
        let component = usize::from(self.calls[call].component);
        let class = self.calls.root_of(call).class;
        loop {
            let step = usize::from(self.calls[call].step);
            let Some(members) = self.routes[component].steps.get(step).map(Vec::len) else {
                self.end_away(call);
                return Flow::Done;
            };
            self.calls[call].step += 1;
            for member in 0..members {
                let wire_ix = self.routes[component].steps[step][member];
                let wire = &self.wires[wire_ix as usize];
                if wire.classes & (1 << class) == 0 {
                    continue;
                }
                let count = self.call_count(call, wire);
                let at_once = if wire.parallel { count } else { count.min(1) };
                for repetition in 0..at_once {
                    self.send(call, wire_ix, None, repetition as u8);
                }
            }
            if self.calls[call].open > 0 {
                return Flow::Waiting;
            }
        }
    }

    pub(crate) fn proceed(&mut self, answer: &Answer) -> Flow {
        let call = answer.call;
        if self.calls[call].is(flag::WORK_OVER) {
            return Flow::Waiting;
        }
        let wire = &self.wires[answer.wire as usize];
        if let Err(reason) = answer.outcome
            && !wire.optional
        {
            self.end_away(call);
            return Flow::Failed(reason);
        }
        let more = u32::from(answer.repetition) + 1;
        if !wire.parallel && more < self.call_count(call, wire) {
            self.send(call, answer.wire, None, more as u8);
            return Flow::Waiting;
        }
        if self.calls[call].open > 0 { Flow::Waiting } else { self.next_step(call) }
    }
}
