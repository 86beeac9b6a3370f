//! The calls that a call makes: step by step, joined when all that are needed are answered.

use super::calls::{FORGET, NONE, STORE, flag, met};
use super::context::{Answer, Flow};
use super::core::{Core, Wire};
use crate::model::When;

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
    #[inline(always)]
    fn next_step(&mut self, call: u32) -> Flow {
        loop {
            let slot = &mut self.calls[call];
            let route = &self.routes[usize::from(slot.component)];
            let Some(first) = route.steps.get(usize::from(slot.step & met::STEP)) else {
                if !route.beside.is_empty() && self.tell_caches(call) {
                    return Flow::Waiting;
                }
                self.calls[call].end_away(self.agenda.now());
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
        let class = self.calls.root_of(call).class;
        if wire.classes != u64::MAX && wire.classes & (1 << class) == 0 {
            return;
        }
        let (met, writes) = (self.calls[call].step, self.calls.root_of(call).writes);
        let wanted = match wire.when {
            // A cache is not asked for what is about to be written.
            When::Always => !(wire.beside && writes),
            When::Miss => writes || met & met::CALL_MISSED != 0,
            When::Failed => met & met::CALL_FAILED != 0,
        };
        if !wanted {
            return;
        }
        let count = self.call_count(call, wire);
        let together = if wire.parallel { count } else { count.min(1) };
        for repetition in 0..together {
            self.send_over(call, wire_ix, repetition as u8);
        }
    }

    /// After all steps: lets the caches beside the component keep what was loaded, or forget what was written. `false` when there is nothing to tell.
    #[inline(never)]
    fn tell_caches(&mut self, call: u32) -> bool {
        let slot = &mut self.calls[call];
        let component = usize::from(slot.component);
        let told = usize::from(slot.step & met::STEP) > self.routes[component].steps.len();
        let missed = slot.step & met::CALL_MISSED != 0;
        let class = self.calls.root_of(call).class;
        let writes = self.calls.root_of(call).writes;
        if told || !(missed || writes) {
            return false;
        }
        self.calls[call].step += 1;
        for at in 0..self.routes[component].beside.len() {
            let wire = self.routes[component].beside[at];
            if self.wires[wire as usize].classes & (1 << class) != 0 {
                self.send_over(call, wire, if writes { FORGET } else { STORE });
            }
        }
        self.calls[call].open > 0
    }

    /// Takes an answer in and goes on with the next call or step when it is time.
    pub(crate) fn proceed(&mut self, answer: &Answer) -> Flow {
        let call = answer.call;
        let slot = &mut self.calls[call];
        if slot.is(flag::WORK_OVER) {
            return Flow::Waiting;
        }
        let wire = &self.wires[answer.wire as usize];
        if let Err(reason) = answer.outcome {
            // What a cache could not be told makes no request fail.
            if !wire.optional && answer.repetition < STORE {
                slot.end_away(self.agenda.now());
                return Flow::Failed(reason);
            }
            slot.step |= met::CALL_FAILED;
        }
        if answer.missed {
            slot.step |= met::CALL_MISSED;
        }
        let more = u32::from(answer.repetition) + 1;
        if !wire.once && !wire.parallel && more <= wire.calls && more < self.call_count(call, wire) {
            self.send_over(call, answer.wire, more as u8);
            return Flow::Waiting;
        }
        if self.calls[call].open > 0 {
            return Flow::Waiting;
        }
        self.next_step(call)
    }
}
