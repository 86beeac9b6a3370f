//! The share link: the whole model in the part of the address after `#`.
//!
//! `#m1:` and then base64url of the deflated JSON. The prefix names the version of this wrapping, not of the model's file.
//! The browser itself packs and unpacks, and takes its time over it.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ReadableStreamDefaultReader, ReadableStreamReadResult, ReadableWritablePair, WritableStreamDefaultWriter,
};

/// How every link of this version begins.
const PREFIX: &str = "#m1:";
/// A link that unpacks to more than this is no model but an attack, or a mistake.
const BYTES_MAX: usize = 2 << 20;
/// So many bytes go in at a time. They come to a thousand times as many at most, which are counted before more go in.
const SLICE: usize = 1 << 10;
/// The browser's name for deflated bytes with nothing around them.
const FORMAT: &str = "deflate-raw";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = ReadableWritablePair)]
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;

    #[wasm_bindgen(extends = ReadableWritablePair)]
    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// A model's text as the part of a link after the page's address; or why there is none, in words.
pub(crate) async fn encode(text: &str) -> Result<String, String> {
    let packer = CompressionStream::new(FORMAT).map_err(|_| "this browser cannot pack it")?;
    let packed = through(&packer, text.as_bytes(), usize::MAX).await?;
    let letters = letters_of(&packed).ok_or("this browser cannot write it")?;
    Ok(format!("{PREFIX}{letters}"))
}

/// The model's text in the page's address, if there is anything; or why it cannot be read, in words.
pub(crate) async fn in_address() -> Option<Result<String, String>> {
    let hash = super::page::window()?.location().hash().ok()?;
    if hash.len() > 1 { Some(decode(&hash).await) } else { None }
}

async fn decode(hash: &str) -> Result<String, String> {
    let letters = letters_in(hash)?;
    let packed =
        bytes_of(letters).ok_or("it has characters that no link has; it was probably changed on its way")?;
    let unpacker = DecompressionStream::new(FORMAT).map_err(|_| "this browser cannot unpack it")?;
    let text = through(&unpacker, &packed, BYTES_MAX).await?;
    String::from_utf8(text).map_err(|_| "what is in it is no text".into())
}

/// The letters that stand for the packed bytes in the part of a link after the page's address.
fn letters_in(hash: &str) -> Result<&str, &'static str> {
    hash.strip_prefix(PREFIX)
        .ok_or("it does not begin with \"#m1:\", so it is no model, or of a newer version")
}

/// Bytes as letters that an address may hold: base64url without padding. The browser's own base64 has one character to a
/// byte, and two letters that an address may not hold.
fn letters_of(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    let letters = super::page::window()?.btoa(&text).ok()?;
    Some(letters.trim_end_matches('=').replace('+', "-").replace('/', "_"))
}

fn bytes_of(letters: &str) -> Option<Vec<u8>> {
    let text = super::page::window()?.atob(&letters.replace('-', "+").replace('_', "/")).ok()?;
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}

/// What comes out of the browser's packer or unpacker when `bytes` go in.
async fn through(
    stream: &ReadableWritablePair,
    bytes: &[u8],
    bytes_max: usize,
) -> Result<Vec<u8>, &'static str> {
    let (Ok(writer), Ok(reader)) = (
        WritableStreamDefaultWriter::new(&stream.get_writable()),
        ReadableStreamDefaultReader::new(&stream.get_readable()),
    ) else {
        return Err("this browser gave no way into it");
    };
    // The stream takes in one slice after the other, as what comes out is read.
    let slices = bytes.chunks(SLICE).map(|slice| writer.write_with_chunk(&Uint8Array::from(slice)));
    let taken_in: Vec<JsFuture> = slices.map(JsFuture::from).collect();
    let _end = JsFuture::from(writer.close());
    let mut out = Vec::new();
    loop {
        let Ok(read) = JsFuture::from(reader.read()).await else { break };
        let chunk = read.unchecked_into::<ReadableStreamReadResult>().get_value();
        // At the end there is none.
        let Ok(chunk) = chunk.dyn_into::<Uint8Array>() else { return Ok(out) };
        out.extend(chunk.to_vec());
        if out.len() > bytes_max {
            drop(reader.cancel());
            return Err("it unpacks to more than 2 MB, which is no model");
        }
    }
    for slice in taken_in {
        if slice.await.is_err() {
            return Err("it is damaged; it was probably cut off or changed on its way");
        }
    }
    // All of it was good, and then there was no more.
    Err("its end is missing; it was probably cut off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_refused_before_anything_is_unpacked() {
        for hash in ["", "#", "#m2:AAAA", "m1:AAAA"] {
            assert!(letters_in(hash).is_err(), "{hash}");
        }
        assert_eq!(letters_in("#m1:AAECAw"), Ok("AAECAw"));
    }
}
