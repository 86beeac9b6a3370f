//! What a run has counted as bytes, and back: how it gets from one engine to the pool of another.
//!
//! Numbers follow each other without names, seven bits a byte, the lowest first; most are small. One function per type both writes and reads, so that the
//! two cannot come apart. Nothing that is read is trusted: it is `None`, or counts that can be added up.

/// A number of 64 bits is below 2 to the power of so much, and one of 128 below twice that: so 100 runs add up without overflow.
const BITS: u32 = 56;

/// Bytes that are being written, or read.
#[derive(Debug, Default)]
pub(crate) struct Carrier {
    bytes: Vec<u8>,
    /// Where the next number is read; `None` while they are written.
    at: Option<usize>,
}

impl Carrier {
    /// What `what` is as bytes.
    pub(crate) fn write(what: &mut impl Carried) -> Vec<u8> {
        let mut carrier = Carrier::default();
        // Writing fails nowhere but at a number that no run reaches; whoever reads will see that the end is missing.
        let _ = what.carry(&mut carrier);
        carrier.bytes
    }

    /// What the bytes say, all of them.
    pub(crate) fn read<T: Carried + Default>(bytes: &[u8]) -> Option<T> {
        let mut carrier = Carrier { bytes: bytes.to_vec(), at: Some(0) };
        let mut what = T::default();
        what.carry(&mut carrier)?;
        (carrier.left() == Some(0)).then_some(what)
    }

    /// Bytes still to be read; `None` while writing.
    pub(crate) fn left(&self) -> Option<usize> {
        self.at.map(|at| self.bytes.len() - at)
    }

    fn number(&mut self, number: &mut u128, bits: u32) -> Option<()> {
        if let Some(at) = &mut self.at {
            let mut read = 0;
            for shift in (0..bits).step_by(7) {
                let byte = *self.bytes.get(*at)?;
                *at += 1;
                read |= u128::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    *number = read;
                    break;
                }
                if shift + 7 >= bits {
                    return None;
                }
            }
        } else {
            let mut rest = *number;
            while rest >= 0x80 {
                self.bytes.push((rest & 0x7f) as u8 | 0x80);
                rest >>= 7;
            }
            self.bytes.push(rest as u8);
        }
        (*number >> bits == 0).then_some(())
    }
}

/// What can be written as bytes and read from them.
pub(crate) trait Carried {
    /// Writes itself, or becomes what is read; `None` when that cannot be.
    fn carry(&mut self, by: &mut Carrier) -> Option<()>;
}

// Not inlined: many fields are carried, rarely.
impl Carried for u128 {
    #[inline(never)]
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        by.number(self, 2 * BITS)
    }
}

impl Carried for u64 {
    #[inline(never)]
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let mut wide = u128::from(*self);
        by.number(&mut wide, BITS)?;
        *self = wide as u64;
        Some(())
    }
}

/// In zigzag: 0, −1, 1, −2 …
impl Carried for i64 {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let mut folded = ((*self << 1) ^ (*self >> 63)) as u64;
        folded.carry(by)?;
        *self = (folded >> 1) as i64 ^ -((folded & 1) as i64);
        Some(())
    }
}

macro_rules! narrower {
    ($($type:ty)*) => { $(
        impl Carried for $type {
            fn carry(&mut self, by: &mut Carrier) -> Option<()> {
                let mut wide = *self as u64;
                wide.carry(by)?;
                *self = <$type>::try_from(wide).ok()?;
                Some(())
            }
        }
    )* };
}
narrower! { u8 u32 usize }

impl Carried for bool {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let mut number = u8::from(*self);
        number.carry(by)?;
        *self = number != 0;
        Some(())
    }
}

impl<T: Carried + Default> Carried for Vec<T> {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let mut len = self.len();
        len.carry(by)?;
        if let Some(left) = by.left() {
            // Each takes a byte at least.
            if len > left {
                return None;
            }
            self.clear();
            self.resize_with(len, T::default);
        }
        self.iter_mut().try_for_each(|one| one.carry(by))
    }
}

impl<T: Carried + Default> Carried for Option<Box<T>> {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        let mut there = self.is_some();
        there.carry(by)?;
        if by.left().is_some() {
            *self = there.then(Box::default);
        }
        self.as_mut().map_or(Some(()), |what| what.carry(by))
    }
}

impl<const N: usize> Carried for [u64; N] {
    fn carry(&mut self, by: &mut Carrier) -> Option<()> {
        self.iter_mut().try_for_each(|one| one.carry(by))
    }
}

/// Carries these fields, in this order.
macro_rules! carried {
    ($($name:ident { $($field:tt),* })*) => { $(
        impl $crate::measure::carried::Carried for $name {
            fn carry(&mut self, by: &mut $crate::measure::carried::Carrier) -> Option<()> {
                $($crate::measure::carried::Carried::carry(&mut self.$field, by)?;)*
                Some(())
            }
        }
    )* };
}
pub(crate) use carried;

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<T: Carried + Default + Clone + PartialEq>(mut what: T) -> bool {
        let bytes = Carrier::write(&mut what);
        Carrier::read::<T>(&bytes).is_some_and(|back| back == what)
    }

    #[test]
    fn numbers_come_back_as_they_were_and_too_large_ones_not_at_all() {
        for number in [0_u64, 1, 127, 128, 300, (1 << 56) - 1] {
            assert!(there_and_back(number));
            assert!(there_and_back(u128::from(number) << 56));
            assert!(there_and_back((number / 2) as i64) && there_and_back(-((number / 2) as i64)));
        }
        assert!(!there_and_back(1_u64 << 56) && !there_and_back(1_u128 << 112));
        assert!(
            there_and_back(vec![3_u32, 0, u32::MAX]) && there_and_back([5_u64; 3]) && there_and_back(true)
        );
        assert_eq!(Carrier::read::<u8>(&Carrier::write(&mut 300_u64)), None);
    }

    #[test]
    fn bytes_that_say_too_little_or_too_much_are_refused() {
        let bytes = Carrier::write(&mut vec![1_u64, 1_000]);
        assert_eq!(Carrier::read::<Vec<u64>>(&bytes), Some(vec![1, 1_000]));
        for len in 0..bytes.len() {
            assert_eq!(Carrier::read::<Vec<u64>>(&bytes[..len]), None);
        }
        assert_eq!(Carrier::read::<Vec<u64>>(&[&bytes[..], &[0]].concat()), None);
        assert_eq!(
            Carrier::read::<Vec<u64>>(&[0xff, 0xff, 0xff, 0x7f, 1]),
            None,
            "a list of a quarter of a billion"
        );
        assert_eq!(Carrier::read::<u64>(&[0xff; 40]), None);
    }
}
