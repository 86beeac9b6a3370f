//! A line in pages that its copies share: a copy of a million messages is a copy of the list of pages, and afterwards only the pages that are
//! written to are copied.

use std::collections::VecDeque;
use std::sync::Arc;

/// Values in a page.
const PAGE: usize = 64;

/// A line: values go in and come out at both ends, each in constant time whatever its length.
#[derive(Debug, Clone)]
pub(crate) struct Line<T> {
    pages: VecDeque<Arc<[T; PAGE]>>,
    /// The place of the first value in the first page.
    first: usize,
    len: usize,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Line { pages: VecDeque::new(), first: 0, len: 0 }
    }
}

impl<T: Copy> Line<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn first(&self) -> Option<&T> {
        (self.len > 0).then(|| &self.pages[0][self.first])
    }

    /// The value that stands `at` places behind the first.
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        let place = self.first + at;
        (at < self.len).then(|| &self.pages[place / PAGE][place % PAGE])
    }

    fn last_place(&self) -> (usize, usize) {
        let last = self.first + self.len - 1;
        (last / PAGE, last % PAGE)
    }

    pub(crate) fn push_back(&mut self, value: T) {
        self.len += 1;
        let (page, at) = self.last_place();
        match self.pages.get_mut(page) {
            Some(page) => Arc::make_mut(page)[at] = value,
            None => self.pages.push_back(Arc::new([value; PAGE])),
        }
    }

    pub(crate) fn push_front(&mut self, value: T) {
        self.len += 1;
        if self.first > 0 {
            self.first -= 1;
            Arc::make_mut(&mut self.pages[0])[self.first] = value;
        } else {
            self.pages.push_front(Arc::new([value; PAGE]));
            self.first = PAGE - 1;
        }
    }

    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let value = *self.first()?;
        self.len -= 1;
        self.first += 1;
        if self.first == PAGE || self.len == 0 {
            self.pages.pop_front();
            self.first = 0;
        }
        Some(value)
    }

    pub(crate) fn pop_back(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let (page, at) = self.last_place();
        let value = self.pages[page][at];
        self.len -= 1;
        if at == 0 || self.len == 0 {
            self.pages.pop_back();
        }
        if self.len == 0 {
            self.first = 0;
        }
        Some(value)
    }

    /// Bytes that this holds, without the pages that `other`, another state of it, holds as well.
    pub(crate) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let others = other.into_iter().flat_map(|other| &other.pages);
        let mut known: Vec<*const [T; PAGE]> = others.map(Arc::as_ptr).collect();
        known.sort_unstable();
        let own = self.pages.iter().filter(|page| known.binary_search(&Arc::as_ptr(page)).is_err()).count();
        self.pages.len() * size_of::<Arc<[T; PAGE]>>() + own * size_of::<[T; PAGE]>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a line must do: the same as the deque of the standard library, also after copies have been made of it.
    #[test]
    fn it_does_what_a_deque_does() {
        let (mut line, mut plain) = (Line::default(), VecDeque::new());
        let mut copies = Vec::new();
        let mut word = 1_u64;
        for step in 0..20_000_u64 {
            word = crate::engine::chance::mix(word.wrapping_add(step));
            match word % 7 {
                0..=2 => (line.push_back(step), plain.push_back(step)).0,
                3 => (line.push_front(step), plain.push_front(step)).0,
                4 | 5 => assert_eq!(line.pop_front(), plain.pop_front()),
                _ => assert_eq!(line.pop_back(), plain.pop_back()),
            }
            assert_eq!((line.len(), line.first()), (plain.len(), plain.front()));
            let at = word as usize / 7 % (plain.len() + 2);
            assert_eq!(line.get(at), plain.get(at));
            if step % 5_000 == 0 {
                copies.push((line.clone(), plain.clone()));
            }
        }
        copies.push((line, plain));
        for (mut line, mut plain) in copies {
            while let Some(value) = plain.pop_front() {
                assert_eq!(line.pop_front(), Some(value));
            }
            assert_eq!((line.len(), line.pop_back()), (0, None));
        }
    }

    #[test]
    fn a_copy_shares_its_pages() {
        let mut line = Line::default();
        (0..10_000_u64).for_each(|n| line.push_back(n));
        let copy = line.clone();
        let pages = 10_000_usize.div_ceil(PAGE);
        assert_eq!(copy.held_bytes(None), pages * (8 + PAGE * 8));
        assert_eq!(copy.held_bytes(Some(&line)), pages * 8);
        line.push_back(0);
        line.pop_front();
        assert_eq!(copy.held_bytes(Some(&line)), pages * 8 + PAGE * 8, "the last page has been written to");
    }
}
