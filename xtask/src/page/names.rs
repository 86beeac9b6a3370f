//! Shortens what the program and its JavaScript call each other by.
//!
//! wasm-bindgen ends every name that the two share in 16 digits of chance: `__wbg_addEventListener_847fd86b8c33ec43`.
//! They keep many programs on one page apart. Here is one, and chance does not compress: some 300 such names were
//! 5 KiB of the first load. So names that are alike up to the digits are counted instead, in digits of the same
//! number, so that nothing moves in the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Failure, Result};
use crate::fingerprint;

/// So many digits end a name.
const DIGITS: usize = 16;

/// Counts the names in the page's program and its JavaScript.
pub(super) fn count(folder: &Path) -> Result<()> {
    let program = program(folder)?;
    let script = PathBuf::from(program.to_string_lossy().replace("_bg.wasm", ".js"));
    let text = read(&script)?;
    let names = counted(&text);
    for file in [program, script] {
        fs::write(&file, renamed(&read(&file)?, &names)).doing(|| format!("write {}", file.display()))?;
    }
    Ok(())
}

/// The page's one program.
fn program(folder: &Path) -> Result<PathBuf> {
    let files = fingerprint::files(folder, |_| false)?;
    let mut programs = files.iter().filter(|file| file.to_string_lossy().ends_with("_bg.wasm"));
    match (programs.next(), programs.next()) {
        (Some(only), None) => Ok(folder.join(only)),
        _ => Err(Failure::new(format!("{} does not hold one WebAssembly program", folder.display()))),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).doing(|| format!("read {}", file.display()))
}

/// Each name's digits, and the digits that take their place.
fn counted(script: &[u8]) -> BTreeMap<&[u8], String> {
    let names: BTreeSet<&[u8]> = words(script).filter(|name| digits_of(name).is_some()).collect();
    let mut alike: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut count = |name| {
        let (stem, digits) = digits_of(name)?;
        let place = alike.entry(stem).or_default();
        *place += 1;
        Some((digits, format!("{place:0DIGITS$x}")))
    };
    names.into_iter().filter_map(&mut count).collect()
}

/// A name's two parts, if it ends in digits of chance. Those that begin with many zeros are counted already.
fn digits_of(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let (stem, digits) = name.split_at_checked(name.len().checked_sub(DIGITS)?)?;
    let chance = digits.iter().all(is_digit) && !digits.starts_with(b"00000000");
    (chance && !stem.last().is_none_or(is_digit)).then_some((stem, digits))
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| !byte.is_ascii_alphanumeric() && byte != b'_')
}

fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(byte)
}

/// The bytes with every known run of digits replaced.
fn renamed(bytes: &[u8], names: &BTreeMap<&[u8], String>) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    for run in bytes.split(|byte| !is_digit(byte)) {
        if let Some(digits) = names.get(run) {
            out[at..at + DIGITS].copy_from_slice(digits.as_bytes());
        }
        at += run.len() + 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &[u8] = b"__wbg_get_847fd86b8c33ec43: function() {}, __wbg_get_1fae9c31d80c9c52: 0,\
        __wbg_now_847fd86b8c33ec44() { wasm.invoke__h208446807d0d1e30(); } __cast_0000000000000001: 1";

    #[test]
    fn names_are_counted_among_those_that_are_alike() {
        let names = counted(SCRIPT);
        let said = String::from_utf8(renamed(SCRIPT, &names)).expect("still text");
        assert_eq!(
            said,
            "__wbg_get_0000000000000002: function() {}, __wbg_get_0000000000000001: 0,\
            __wbg_now_0000000000000001() { wasm.invoke__h0000000000000001(); } __cast_0000000000000001: 1"
        );
    }

    #[test]
    fn in_the_program_only_those_names_change_and_nothing_moves() {
        let program = b"\0asm\x1a__wbg_get_847fd86b8c33ec43\0\x05\x1f__wbg_other_ffffffffffffffff\0";
        let said = renamed(program, &counted(SCRIPT));
        assert_eq!(said, b"\0asm\x1a__wbg_get_0000000000000002\0\x05\x1f__wbg_other_ffffffffffffffff\0");
    }
}
