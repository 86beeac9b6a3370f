//! Timeouts: attempts with the same patience stand in one queue, the first sent first due.

use super::agenda::Event;
use super::calls::{NONE, flag};
use super::context::Answer;
use super::core::Core;
use crate::measure::Reason;
use crate::units::Span;

/// Attempts that share one timeout: first sent, first due. Only the first is on the agenda.
#[derive(Debug, Clone)]
struct TimeoutQueue {
    after: Span,
    head: u32,
    tail: u32,
    /// An event for the head, or for one that was head before, is on the agenda.
    armed: bool,
}

/// An attempt in a timeout queue.
#[derive(Debug, Clone, Copy)]
struct Timed {
    /// Breaks ties among timeouts of one instant.
    seq: u64,
    next: u32,
    prev: u32,
}

/// All timeout queues of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timeouts {
    queues: Vec<TimeoutQueue>,
    /// By call, of those that have ever stood in a queue.
    timed: Vec<Timed>,
}

impl Timeouts {
    fn timed(&mut self, call: u32) -> &mut Timed {
        &mut self.timed[call as usize]
    }
    /// Bytes that a call's place takes; none as long as no link has a timeout.
    pub(super) fn bytes_per_call(&self) -> usize {
        if self.timed.is_empty() { 0 } else { size_of::<Timed>() }
    }
    pub(super) fn held_bytes(&self) -> usize {
        size_of_val(&*self.queues) + size_of_val(&*self.timed)
    }
}

impl Core {
    /// The queue of attempts that wait `after` at most.
    pub(crate) fn timeout_queue(&mut self, after: Span) -> u32 {
        let found = self.timeouts.queues.iter().position(|queue| queue.after == after);
        let ix = found.unwrap_or_else(|| {
            self.timeouts.queues.push(TimeoutQueue { after, head: NONE, tail: NONE, armed: false });
            self.timeouts.queues.len() - 1
        });
        ix as u32
    }

    #[inline(always)]
    pub(super) fn await_timeout(&mut self, queue_ix: u32, call: u32) {
        let seq = self.agenda.next_seq();
        let queue = &mut self.timeouts.queues[queue_ix as usize];
        let tail = std::mem::replace(&mut queue.tail, call);
        if tail == NONE {
            queue.head = call
        }
        if !queue.armed {
            queue.armed = true;
            let due = self.agenda.now() + queue.after;
            self.agenda.schedule_as(due, seq, Event::Timeout(queue_ix));
        }
        if call as usize >= self.timeouts.timed.len() {
            let nobody = Timed { seq: 0, next: NONE, prev: NONE };
            self.timeouts.timed.resize(self.calls.slots(), nobody);
        }
        if tail != NONE {
            self.timeouts.timed(tail).next = call
        }
        *self.timeouts.timed(call) = Timed { seq, next: NONE, prev: tail };
        self.calls[call].set(flag::TIMED);
    }

    /// Takes a call out of the timeout queue it stands in.
    pub(super) fn forget_timeout(&mut self, call: u32) {
        let slot = &mut self.calls[call];
        slot.clear(flag::TIMED);
        let Timed { next, prev, .. } = *self.timeouts.timed(call);
        if prev != NONE {
            self.timeouts.timed(prev).next = next;
        }
        if next != NONE {
            self.timeouts.timed(next).prev = prev;
        }
        // An edit may have given the link another timeout since; the ends of the right queue know the call.
        if prev == NONE || next == NONE {
            let now_queue = self.wires[slot.wire as usize].timeout;
            let queues = &mut self.timeouts.queues;
            let holds = |queue: &TimeoutQueue| queue.head == call || queue.tail == call;
            let queue = match now_queue.map(|ix| ix as usize).filter(|ix| holds(&queues[*ix])) {
                Some(ix) => Some(&mut queues[ix]),
                None => queues.iter_mut().find(|queue| holds(queue)),
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
        let queue = &mut self.timeouts.queues[queue_ix as usize];
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
        let queue = &mut self.timeouts.queues[queue_ix as usize];
        // Still armed until here: who goes out with the connection that one gave back is not due before those who stand here already.
        let head = queue.head;
        queue.armed = head != NONE;
        if head != NONE {
            let (due, seq) = (self.calls[head].sent_at + after, self.timeouts.timed(head).seq);
            self.agenda.schedule_as(due.max(now), seq, Event::Timeout(queue_ix));
        }
        answer
    }
}
