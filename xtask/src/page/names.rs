//! Shortens what the program and its JavaScript call each other by.
//!
//! wasm-bindgen's names are long and end in 16 digits of chance: `__wbg_addEventListener_847fd86b8c33ec43`. That
//! keeps many programs on one page apart. Here is one, and chance does not compress: the 300 names, in both files,
//! were 7 KiB of the first load. So each becomes a number, in the program and wherever its JavaScript has the word.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::failure::{Doing, Failure, Result};

/// The numbers that WebAssembly gives parts of a program: notes of the tools that made it, and what holds names.
const NOTES: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// What kind of import or export is a function.
const FUNCTION: u8 = 0;
/// Magic number and version, before the first part.
const PREAMBLE: usize = 8;

/// Shortens the names in a program and its JavaScript.
pub(super) fn shorten(program: &Path, script: &Path) -> Result<()> {
    let mut names = Names::default();
    let bytes = fs::read(program).doing(|| format!("read {}", program.display()))?;
    let shorter = names.in_program(&bytes).ok_or_else(|| {
        Failure::new(format!("{} is not laid out as wasm-bindgen leaves it", program.display()))
    })?;
    let text = fs::read_to_string(script).doing(|| format!("read {}", script.display()))?;
    fs::write(program, shorter).doing(|| format!("write {}", program.display()))?;
    fs::write(script, names.in_script(&text)).doing(|| format!("write {}", script.display()))
}

/// Each long name with the short one.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// The program with short names and without notes, which no browser reads; `None` if it is none, or holds what wasm-bindgen does not make.
    fn in_program(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (preamble, parts) = bytes.split_at_checked(PREAMBLE)?;
        let mut rest = Reader(parts);
        let mut out = preamble.to_vec();
        while !rest.0.is_empty() {
            let part = rest.byte()?;
            let body = rest.text()?;
            let body = match part {
                NOTES => continue,
                IMPORTS => self.in_imports(Reader(body))?,
                EXPORTS => self.in_exports(Reader(body))?,
                _ => body.to_vec(),
            };
            out.push(part);
            put_text(&mut out, &body);
        }
        Some(out)
    }

    fn in_imports(&mut self, mut from: Reader<'_>) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let count = from.number()?;
        put_number(&mut out, count);
        for _ in 0..count {
            put_text(&mut out, from.text()?);
            let name = self.short(from.text()?)?;
            put_text(&mut out, name.as_bytes());
            // Functions are all that wasm-bindgen brings in.
            let kind = from.byte().filter(|&kind| kind == FUNCTION)?;
            out.push(kind);
            put_number(&mut out, from.number()?);
        }
        Some(out)
    }

    fn in_exports(&mut self, mut from: Reader<'_>) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let count = from.number()?;
        put_number(&mut out, count);
        for _ in 0..count {
            let name = self.short(from.text()?)?;
            put_text(&mut out, name.as_bytes());
            out.push(from.byte()?);
            put_number(&mut out, from.number()?);
        }
        Some(out)
    }

    /// The short name. Those like `memory` could be any word in a script, and stay.
    fn short(&mut self, name: &[u8]) -> Option<String> {
        let name = std::str::from_utf8(name).ok()?;
        if !name.contains("__") {
            return Some(name.to_owned());
        }
        let short = format!("f{:03}", self.0.len());
        Some(self.0.entry(name.to_owned()).or_insert(short).clone())
    }

    /// The script with short names.
    fn in_script(&self, text: &str) -> String {
        let ends_word = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$';
        text.split_inclusive(ends_word)
            .map(|piece| {
                let word = piece.trim_end_matches(ends_word);
                match self.0.get(word) {
                    Some(short) => piece.replacen(word, short, 1),
                    None => piece.to_owned(),
                }
            })
            .collect()
    }
}

/// Reads WebAssembly's numbers and texts.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Bytes with their number before them.
    fn text(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }
}

fn put_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    // No program of ours comes near the 4 GiB at which this would be another number.
    put_number(out, text.len() as u32);
    out.extend(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that imports `imports` from "m" and exports `exports`, as bytes.
    fn program(imports: &[&str], exports: &[&str]) -> Vec<u8> {
        let part = |number: u8, names: &[&str], before: &[u8], after: &[u8]| {
            let mut body = vec![names.len() as u8];
            for name in names {
                body.extend(before);
                put_text(&mut body, name.as_bytes());
                body.extend(after);
            }
            let mut out = vec![number];
            put_text(&mut out, &body);
            out
        };
        let mut out = b"\0asm\x01\0\0\0".to_vec();
        out.extend(part(IMPORTS, imports, b"\x01m", b"\0\x05"));
        out.extend(part(EXPORTS, exports, b"", b"\0\x07"));
        out.extend(part(10, &["__wbg_get_1f is no name here"], b"", b""));
        out
    }

    #[test]
    fn program_and_script_get_the_same_short_names_and_plain_ones_stay() {
        let mut names = Names::default();
        let long = program(&["__wbg_get_1f", "__wbg_get_2e"], &["memory", "__wbindgen_start"]);
        let short = program(&["f000", "f001"], &["memory", "f002"]);
        assert_eq!(names.in_program(&long), Some(short));
        assert_eq!(
            names.in_script("{ __wbg_get_2e: 1, __wbg_get_2e3() }, wasm.__wbindgen_start(); wasm.memory;"),
            "{ f001: 1, __wbg_get_2e3() }, wasm.f002(); wasm.memory;"
        );
    }

    #[test]
    fn notes_of_tools_are_left_out() {
        let program = program(&["f000"], &["memory"]);
        let noted = [&program[..], b"\0\x04\x03abc"].concat();
        assert_eq!(Names::default().in_program(&noted), Some(program));
    }

    #[test]
    fn what_is_no_program_is_refused() {
        let whole = program(&["__wbg_get_1f"], &["memory"]);
        for bytes in [b"".as_slice(), b"\0asm", &whole[..whole.len() - 1], &whole[..20]] {
            assert_eq!(Names::default().in_program(bytes), None);
        }
    }

    #[test]
    fn numbers_of_every_length_are_read_as_they_were_written() {
        for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 1_146_880, u32::MAX] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, number);
            assert_eq!(Reader(&bytes).number(), Some(number));
        }
    }
}
