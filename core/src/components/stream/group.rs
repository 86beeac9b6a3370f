//! A group of consumers: who is in it, who has which partition, and how far each partition has been read.

use super::log::Record;
use super::settings::Protocol;
use crate::engine::calls::NONE;
use crate::units::SimTime;

/// An instance that reads for a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    /// The order in which they came; an instance that comes back is another member.
    pub(super) id: u32,
    pub(super) instance: u32,
    /// It is gone without a word, and nobody has noticed yet.
    pub(super) is_silent: bool,
}

/// A record in a consumer's hands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hand {
    pub(super) record: Record,
    /// The member that has it.
    pub(super) owner: u32,
    /// The call of the stream's own that gives it, and the one that leads to the consumer; [`NONE`] between two attempts.
    pub(super) by: u32,
    pub(super) call: u32,
    pub(super) attempts: u32,
    /// When the next attempt is due.
    pub(super) due: SimTime,
}

/// How far a group has read a partition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    /// The next offset to be taken.
    pub(super) position: u64,
    /// All before it is done, and will not be read again.
    pub(super) committed: u64,
    /// What was fetched ends here.
    pub(super) fetched: u64,
    /// All before it has been done once.
    pub(super) done: u64,
    /// The member that reads it; [`NONE`] for nobody.
    pub(super) owner: u32,
    /// It waits until partitions have been given out anew.
    pub(super) is_stopped: bool,
    pub(super) hand: Option<Hand>,
    /// Up to this offset records wait for the second time, since then.
    again: (u64, SimTime),
}

impl Cursor {
    /// One that reads what comes after `end`.
    pub(super) fn at(end: u64) -> Self {
        Cursor {
            position: end,
            committed: end,
            fetched: end,
            done: end,
            owner: NONE,
            is_stopped: false,
            hand: None,
            again: (0, SimTime::ZERO),
        }
    }

    /// Since when the record at `offset` waits.
    pub(super) fn waits_since(&self, offset: u64, record: &Record) -> SimTime {
        if offset < self.again.0 { self.again.1 } else { record.published }
    }

    /// Reads from `offset` again; gives how many records wait again.
    pub(super) fn rewind(&mut self, offset: u64, now: SimTime) -> u64 {
        let again = self.position - offset;
        self.again = (self.position, now);
        (self.position, self.fetched) = (offset, offset);
        again
    }

    /// What was fetched and not begun is given back.
    pub(super) fn drop_fetched(&mut self) {
        self.fetched = self.position;
        self.commit();
    }

    /// Commits when all that was fetched is done; whether there was anything to commit.
    pub(super) fn commit(&mut self) -> bool {
        let is_done = self.hand.is_none() && self.position >= self.fetched;
        if is_done {
            self.committed = self.committed.max(self.position);
        }
        is_done
    }
}

/// A group: the consumers at the end of one link.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) wire: u32,
    /// In the order of their ids.
    pub(super) members: Vec<Member>,
    /// By partition.
    pub(super) cursors: Vec<Cursor>,
    /// While partitions are given out anew: until when.
    pub(super) rebalances_until: Option<SimTime>,
    /// Somebody came or went while that went on.
    pub(super) is_stale: bool,
    /// Since when its link is cut.
    pub(super) cut_since: Option<SimTime>,
}

impl Group {
    pub(super) fn new(wire: u32, ends: impl Iterator<Item = u64>) -> Self {
        Group {
            wire,
            members: Vec::new(),
            cursors: ends.map(Cursor::at).collect(),
            rebalances_until: None,
            is_stale: false,
            cut_since: None,
        }
    }

    fn place(&self, id: u32) -> Option<usize> {
        self.members.binary_search_by_key(&id, |member| member.id).ok()
    }

    /// The instance that reads a partition, if it does so now.
    pub(super) fn reader(&self, partition: usize) -> Option<u32> {
        let cursor = &self.cursors[partition];
        let member = &self.members[self.place(cursor.owner)?];
        (!member.is_silent && !cursor.is_stopped).then_some(member.instance)
    }

    /// Partitions that somebody reads.
    pub(super) fn readers(&self) -> u32 {
        let reads = |at: &usize| self.reader(*at).is_some() || self.cursors[*at].hand.is_some();
        (0..self.cursors.len()).filter(reads).count() as u32
    }

    /// The member that an instance is, while it is there.
    pub(super) fn member_of(&self, instance: u32) -> Option<u32> {
        let is_it = |member: &&Member| member.instance == instance && !member.is_silent;
        self.members.iter().find(is_it).map(|member| member.id)
    }

    pub(super) fn remove(&mut self, id: u32) -> bool {
        let place = self.place(id);
        place.map(|place| self.members.remove(place));
        place.is_some()
    }

    pub(super) fn silence(&mut self, id: u32) {
        if let Some(place) = self.place(id) {
            self.members[place].is_silent = true;
        }
    }

    /// The partitions of a member.
    pub(super) fn of(&self, id: u32) -> Vec<usize> {
        (0..self.cursors.len()).filter(|at| self.cursors[*at].owner == id).collect()
    }

    /// Who should have which of the partitions `there`; the others are nobody's.
    pub(super) fn assignment(&self, protocol: Protocol, there: impl Iterator<Item = usize>) -> Vec<u32> {
        let there: Vec<usize> = there.collect();
        let mut owners = vec![NONE; self.cursors.len()];
        if self.members.is_empty() {
            return owners;
        }
        let (each, more) = (there.len() / self.members.len(), there.len() % self.members.len());
        match protocol {
            Protocol::Eager => {
                let mut rest = there.into_iter();
                for (at, member) in self.members.iter().enumerate() {
                    let share = each + usize::from(at < more);
                    rest.by_ref().take(share).for_each(|partition| owners[partition] = member.id);
                }
            }
            Protocol::Cooperative => {
                // Those that have most keep one more, so that as few as can be move.
                let mut held: Vec<(usize, u32)> = self
                    .members
                    .iter()
                    .map(|member| {
                        (there.iter().filter(|at| self.cursors[**at].owner == member.id).count(), member.id)
                    })
                    .collect();
                held.sort_unstable_by_key(|(has, id)| (std::cmp::Reverse(*has), *id));
                let mut room: Vec<(u32, usize)> = held
                    .iter()
                    .enumerate()
                    .map(|(at, (_, id))| (*id, each + usize::from(at < more)))
                    .collect();
                for at in &there {
                    let owner = self.cursors[*at].owner;
                    if let Some((id, left)) = room.iter_mut().find(|(id, left)| *id == owner && *left > 0) {
                        (owners[*at], *left) = (*id, *left - 1);
                    }
                }
                let mut open = room.into_iter().flat_map(|(id, left)| std::iter::repeat_n(id, left));
                for at in there {
                    if owners[at] == NONE {
                        owners[at] = open.next().unwrap_or(NONE);
                    }
                }
            }
        }
        owners
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(members: u32, partitions: usize) -> Group {
        let mut group = Group::new(0, std::iter::repeat_n(0, partitions));
        group.members = (0..members).map(|id| Member { id, instance: id, is_silent: false }).collect();
        group
    }

    fn give(group: &mut Group, protocol: Protocol) -> Vec<u32> {
        let owners = group.assignment(protocol, 0..group.cursors.len());
        group.cursors.iter_mut().zip(&owners).for_each(|(cursor, owner)| cursor.owner = *owner);
        owners
    }

    #[test]
    fn ranges_are_next_to_each_other_and_the_first_have_one_more() {
        assert_eq!(give(&mut group(3, 8), Protocol::Eager), [0, 0, 0, 1, 1, 1, 2, 2]);
        assert_eq!(give(&mut group(3, 2), Protocol::Eager), [0, 1]);
        assert_eq!(give(&mut group(0, 2), Protocol::Eager), [NONE, NONE]);
    }

    #[test]
    fn cooperation_moves_no_more_than_must_move() {
        let mut group = group(2, 6);
        assert_eq!(give(&mut group, Protocol::Cooperative), [0, 0, 0, 1, 1, 1]);
        group.members.push(Member { id: 2, instance: 2, is_silent: false });
        assert_eq!(give(&mut group, Protocol::Cooperative), [0, 0, 2, 1, 1, 2]);
        assert!(group.remove(0) && !group.remove(0));
        assert_eq!(give(&mut group, Protocol::Cooperative), [1, 2, 2, 1, 1, 2]);
        // A range moves the half of them.
        assert_eq!(give(&mut group, Protocol::Eager), [1, 1, 1, 2, 2, 2]);
    }
}
