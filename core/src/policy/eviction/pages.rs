//! A vector in pages that its copies share: a copy of ten million entries is a copy of the list of pages, and afterwards only
//! the pages that are written to are copied.

use std::fmt::Debug;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

/// A page is written in place as long as it is nobody else's. That is known without asking a reference count: a write to a page
/// of our own costs a comparison that nearly always goes the same way, and no atomic operation.
#[derive(Debug, Clone)]
enum Page<T, const N: usize> {
    Own(Box<[T; N]>),
    #[expect(
        clippy::redundant_allocation,
        reason = "the box lets a page be shared without moving what it holds"
    )]
    Shared(Arc<Box<[T; N]>>),
}

impl<T: Copy, const N: usize> Page<T, N> {
    fn values(&self) -> &[T; N] {
        match self {
            Page::Own(values) => values,
            Page::Shared(values) => values,
        }
    }

    fn values_mut(&mut self) -> &mut [T; N] {
        if matches!(self, Page::Shared(_)) {
            *self = self.copied();
        }
        match self {
            Page::Own(values) => values,
            Page::Shared(_) => unreachable!("the page was made our own"),
        }
    }

    fn shared(self) -> Self {
        match self {
            Page::Own(values) => Page::Shared(Arc::new(values)),
            shared @ Page::Shared(_) => shared,
        }
    }

    /// A page of our own with the same values; seldom needed, so that it stays out of the way.
    #[cold]
    fn copied(&self) -> Self {
        Page::Own(Box::new(*self.values()))
    }

    /// Whether both are one page in memory.
    fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.values(), other.values())
    }
}

/// A list of small values: a vector in one piece, or one in pages.
pub(super) trait List<T>:
    Clone + Debug + Default + Index<usize, Output = T> + IndexMut<usize>
{
    /// So many times `value`.
    fn filled(value: T, len: usize) -> Self;
    fn len(&self) -> usize;
    fn push(&mut self, value: T);
    /// Takes the last value off.
    fn pop(&mut self) -> Option<T>;
}

impl<T: Copy + Debug> List<T> for Vec<T> {
    fn filled(value: T, len: usize) -> Self {
        vec![value; len]
    }
    fn len(&self) -> usize {
        self.len()
    }
    fn push(&mut self, value: T) {
        self.push(value);
    }
    fn pop(&mut self) -> Option<T> {
        self.pop()
    }
}

/// Which lists tables are made of.
pub(super) trait Kind: Copy + Debug {
    type Entries<E: Copy + Debug>: List<E>;
    type Words: List<u64>;
    type Slots: List<u32>;
}

/// Lists in one piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole;
/// Lists in pages that copies share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paged;

impl Kind for Whole {
    type Entries<E: Copy + Debug> = Vec<E>;
    type Words = Vec<u64>;
    type Slots = Vec<u32>;
}

/// Pages are of some 4 KiB. A hit writes to some four entries that lie anywhere: with larger pages more would be copied for it, with
/// smaller ones the list of pages, which every copy copies, would be longer.
impl Kind for Paged {
    type Entries<E: Copy + Debug> = Pages<E, 128>;
    type Words = Pages<u64, 512>;
    type Slots = Pages<u32, 1024>;
}

/// A vector in pages of `N` values; `N` is a power of two.
///
/// A clone copies the pages that are not shared; right after [`Pages::share`] there are none.
#[derive(Debug, Clone)]
pub(super) struct Pages<T, const N: usize> {
    pages: Vec<Page<T, N>>,
    len: usize,
}

impl<T, const N: usize> Default for Pages<T, N> {
    fn default() -> Self {
        Pages { pages: Vec::new(), len: 0 }
    }
}

impl<T: Copy + Debug, const N: usize> List<T> for Pages<T, N> {
    fn filled(value: T, len: usize) -> Self {
        let pages = (0..len.div_ceil(N)).map(|_| Page::Own(Box::new([value; N]))).collect();
        Pages { pages, len }
    }

    fn len(&self) -> usize {
        self.len
    }

    fn push(&mut self, value: T) {
        let at = self.len;
        if at == self.pages.len() * N {
            self.pages.push(Page::Own(Box::new([value; N])));
        }
        self.len += 1;
        self[at] = value;
    }

    /// The page stays, for the next value.
    fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        Some(self[self.len])
    }
}

impl<T: Copy + Debug, const N: usize> Pages<T, N> {
    /// The same values in pages.
    pub(super) fn of(values: &[T]) -> Self {
        let mut pages = Pages::default();
        values.iter().for_each(|value| pages.push(*value));
        pages
    }

    /// Shares every page with the copies to come.
    pub(super) fn share(&mut self) {
        let pages = std::mem::take(&mut self.pages);
        self.pages = pages.into_iter().map(Page::shared).collect();
    }

    /// Bytes that this holds, without the pages that `other`, another state of it, holds as well.
    pub(super) fn held_bytes(&self, other: Option<&Self>) -> usize {
        let others = other.map_or(&[][..], |other| &other.pages);
        let same = self.pages.iter().zip(others).filter(|(a, b)| a.is(b)).count();
        size_of_val(&*self.pages) + (self.pages.len() - same) * size_of::<[T; N]>()
    }
}

impl<T: Copy, const N: usize> Index<usize> for Pages<T, N> {
    type Output = T;
    fn index(&self, at: usize) -> &T {
        &self.pages[at / N].values()[at % N]
    }
}

impl<T: Copy, const N: usize> IndexMut<usize> for Pages<T, N> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut self.pages[at / N].values_mut()[at % N]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pages: &Pages<u32, 4>) -> Vec<u32> {
        (0..pages.len()).map(|at| pages[at]).collect()
    }

    #[test]
    fn a_write_after_a_copy_changes_one_page_of_one_of_the_two() {
        let mut pages = Pages::<u32, 4>::filled(7, 10);
        pages.push(8);
        pages.share();
        let mut copy = pages.clone();
        let list = 3 * size_of::<Page<u32, 4>>();
        assert_eq!(copy.held_bytes(None), list + 3 * 16);
        assert_eq!(copy.held_bytes(Some(&pages)), list);
        copy[5] = 1;
        copy[6] = 2;
        assert_eq!(copy.held_bytes(Some(&pages)), list + 16);
        assert_eq!(values(&pages), [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8]);
        assert_eq!(values(&copy), [7, 7, 7, 7, 7, 1, 2, 7, 7, 7, 8]);
        copy.push(6);
        assert_eq!((copy.len(), copy[11]), (12, 6));
        // And the other way round: the original's write does not reach the copy either.
        pages[0] = 9;
        assert_eq!(copy[0], 7);
    }

    #[test]
    fn a_copy_without_sharing_is_a_copy() {
        let mut pages = Pages::<u32, 4>::of(&[0; 6]);
        let copy = pages.clone();
        pages[3] = 1;
        pages.push(2);
        assert_eq!((copy[3], copy.len(), pages[3], pages[6], pages.len()), (0, 6, 1, 2, 7));
    }
}
