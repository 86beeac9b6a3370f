//! The share link: the whole model in the part of the address after `#`.
//!
//! `#m1:` and then base64url of the deflated JSON. The prefix names the version of this wrapping, not of the model's file.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use tenfold::model::Model;

/// How every link of this version begins.
const PREFIX: &str = "#m1:";
/// A link that unpacks to more than this is no model but an attack, or a mistake.
const BYTES_MAX: usize = 2 << 20;

/// The model as the part of a link after the page's address.
pub(crate) fn encode(model: &Model) -> String {
    let packed = compress_to_vec(model.to_value().to_string().as_bytes(), 9);
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(packed))
}

/// The model's text from the part of a link after the page's address; or why there is none, in words.
pub(crate) fn decode(hash: &str) -> Result<String, String> {
    let Some(packed) = hash.strip_prefix(PREFIX) else {
        return Err("it does not begin with \"#m1:\", so it is no model, or of a newer version".into());
    };
    let bytes = URL_SAFE_NO_PAD
        .decode(packed.trim_end_matches('='))
        .map_err(|_| "it has characters that no link has; it was probably changed on its way")?;
    let text = decompress_to_vec_with_limit(&bytes, BYTES_MAX).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => "it unpacks to more than 2 MB, which is no model",
        TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => {
            "its end is missing; it was probably cut off"
        }
        _ => "it is damaged; it was probably cut off or changed on its way",
    })?;
    String::from_utf8(text).map_err(|_| "what is in it is no text".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenfold::presets;

    #[test]
    fn a_link_gives_back_the_same_model() {
        for preset in presets::ALL {
            let model = preset.model();
            let link = encode(&model);
            let back = decode(&link).map(|text| Model::from_json(&text));
            assert_eq!(back, Ok(Ok(model)));
            assert!(link.len() < 2_000, "{} characters", link.len());
        }
    }

    #[test]
    fn a_link_cut_off_anywhere_gives_a_message() {
        let link = encode(&presets::ALL[0].model());
        for end in 0..link.len() {
            let read =
                decode(&link[..end]).and_then(|text| Model::from_json(&text).map_err(|e| format!("{e:?}")));
            assert!(read.is_err(), "{end}");
        }
    }

    #[test]
    fn a_link_that_unpacks_without_end_is_refused() {
        let bomb = compress_to_vec(&vec![b' '; BYTES_MAX * 20], 9);
        let link = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bomb));
        assert!(decode(&link).is_err_and(|words| words.contains("2 MB")));
    }

    #[test]
    fn strangers_are_refused_politely() {
        for hash in ["", "#", "#m2:AAAA", "#m1:", "#m1:%%%", "#m1:<script>", "#m1:AAAA", "#m1:////"] {
            assert!(decode(hash).is_err(), "{hash}");
        }
    }
}
