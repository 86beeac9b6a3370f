//! The calls that a call makes: step by step, joined when all that are needed are answered.

use super::calls::{NONE, flag};
use super::context::{Answer, Flow};
use super::core::{Core, Wire};

impl Core {
    /// How many calls a request makes over a link.
    fn call_count(&self, call: u32, wire: &Wire) -> u32 {
        let extra = wire.chance > 0.0 && wire.count_stream.draw(self.calls[call].path).unit() < wire.chance;
        wire.calls + u32::from(extra)
    }

    /// Makes the calls that the component's links ask for, step by step.
    pub(crate) fn descend(&mut self, call: u32) -> Flow {
        let slot = &mut self.calls[call];
        slot.step = 0;
        if self.routes[usize::from(slot.component)].steps.is_empty() {
            return Flow::Done;
        }
        self.next_step(call)
    }

    /// Issues the calls of the next step that has any.
    fn next_step(&mut self, call: u32) -> Flow {
        loop {
            let slot = &mut self.calls[call];
            let steps = &self.routes[usize::from(slot.component)].steps;
            let Some(first) = steps.get(usize::from(slot.step)) else {
                slot.end_away(self.agenda.now());
                return Flow::Done;
            };
            slot.step += 1;
            let mut wire_ix = *first;
            while wire_ix != NONE {
                let wire = &self.wires[wire_ix as usize];
                let next = wire.next_in_step;
                if wire.once {
                    self.send(call, wire_ix, None, 0);
                } else {
                    self.send_all(call, wire_ix);
                }
                wire_ix = next;
            }
            if self.calls[call].open > 0 {
                return Flow::Waiting;
            }
        }
    }

    /// Makes the calls that a request makes over a link, or the first of them.
    fn send_all(&mut self, call: u32, wire_ix: u32) {
        let wire = &self.wires[wire_ix as usize];
        if wire.classes != u64::MAX && wire.classes & (1 << self.calls.root_of(call).class) == 0 {
            return;
        }
        let count = self.call_count(call, wire);
        let together = if wire.parallel { count } else { count.min(1) };
        for repetition in 0..together {
            self.send(call, wire_ix, None, repetition as u8);
        }
    }

    /// Takes an answer in and goes on with the next call or step when it is time.
    pub(crate) fn proceed(&mut self, answer: &Answer) -> Flow {
        let call = answer.call;
        let slot = &mut self.calls[call];
        if slot.is(flag::WORK_OVER) {
            return Flow::Waiting;
        }
        let wire = &self.wires[answer.wire as usize];
        if let Err(reason) = answer.outcome
            && !wire.optional
        {
            slot.end_away(self.agenda.now());
            return Flow::Failed(reason);
        }
        let more = u32::from(answer.repetition) + 1;
        if !wire.once && !wire.parallel && more <= wire.calls && more < self.call_count(call, wire) {
            self.send(call, answer.wire, None, more as u8);
            return Flow::Waiting;
        }
        if self.calls[call].open > 0 {
            return Flow::Waiting;
        }
        self.next_step(call)
    }
}
