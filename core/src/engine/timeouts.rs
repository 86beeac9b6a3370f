//! Timeouts: attempts with the same patience stand in one queue, the first sent first due.

use super::agenda::Event;
use super::calls::{NONE, flag};
use super::context::Answer;
use super::core::Core;
use crate::measure::Reason;
use crate::units::Span;

/// Attempts that share one timeout: first sent, first due. Only the first is on the agenda.
#[derive(Debug, Clone)]
pub(crate) struct TimeoutQueue {
    pub(crate) after: Span,
    pub(crate) head: u32,
    pub(crate) tail: u32,
    /// An event for the head, or for one that was head before, is on the agenda.
    pub(crate) armed: bool,
}

impl Core {
    /// The queue of attempts that wait `after` at most.
    pub(crate) fn timeout_queue(&mut self, after: Span) -> u32 {
        let found = self.timeouts.iter().position(|queue| queue.after == after);
        let ix = found.unwrap_or_else(|| {
            self.timeouts.push(TimeoutQueue { after, head: NONE, tail: NONE, armed: false });
            self.timeouts.len() - 1
        });
        ix as u32
    }

    #[inline(always)]
    pub(super) fn await_timeout(&mut self, queue_ix: u32, call: u32) {
        let seq = self.agenda.next_seq();
        let queue = &mut self.timeouts[queue_ix as usize];
        let tail = queue.tail;
        queue.tail = call;
        if tail == NONE {
            queue.head = call
        } else {
            self.calls[tail].timeout_next = call
        }
        let due = self.agenda.now() + queue.after;
        if !queue.armed {
            queue.armed = true;
            self.agenda.schedule_as(due, seq, Event::Timeout(queue_ix));
        }
        let slot = &mut self.calls[call];
        slot.timeout_prev = tail;
        slot.timeout_next = NONE;
        slot.timeout_seq = seq;
        slot.set(flag::TIMED);
    }

    /// Takes a call out of the timeout queue it stands in.
    pub(super) fn forget_timeout(&mut self, call: u32) {
        let slot = &mut self.calls[call];
        slot.clear(flag::TIMED);
        let (prev, next, wire) = (slot.timeout_prev, slot.timeout_next, slot.wire);
        if prev != NONE {
            self.calls[prev].timeout_next = next;
        }
        if next != NONE {
            self.calls[next].timeout_prev = prev;
        }
        // An edit may have given the link another timeout since; the ends of the right queue know the call.
        if prev == NONE || next == NONE {
            let now_queue = self.wires[wire as usize].timeout;
            let holds = |queue: &TimeoutQueue| queue.head == call || queue.tail == call;
            let queue = match now_queue.map(|ix| ix as usize).filter(|ix| holds(&self.timeouts[*ix])) {
                Some(ix) => Some(&mut self.timeouts[ix]),
                None => self.timeouts.iter_mut().find(|queue| holds(queue)),
            };
            if let Some(queue) = queue {
                if queue.head == call {
                    queue.head = next;
                }
                if queue.tail == call {
                    queue.tail = prev;
                }
            }
        }
    }

    /// The first attempt of a queue may be due; otherwise the queue waits for the one that is first now.
    pub(crate) fn timeout_due(&mut self, queue_ix: u32) -> Option<Answer> {
        let now = self.agenda.now();
        let queue = &mut self.timeouts[queue_ix as usize];
        let (head, after) = (queue.head, queue.after);
        if head == NONE {
            queue.armed = false;
            return None;
        }
        let mut answer = None;
        if self.calls[head].sent_at + after <= now {
            self.events += 1;
            let waits = self.waits_for_connection(head);
            let reason = if waits { Reason::NoConnection } else { Reason::TimedOut };
            answer = Some(self.end_attempt(head, Err(reason)));
        }
        let queue = &mut self.timeouts[queue_ix as usize];
        // Still armed until here: who goes out with the connection that one gave back is not due before those who stand here already.
        let head = queue.head;
        queue.armed = head != NONE;
        if head != NONE {
            let (due, seq) = (self.calls[head].sent_at + after, self.calls[head].timeout_seq);
            self.agenda.schedule_as(due.max(now), seq, Event::Timeout(queue_ix));
        }
        answer
    }
}
