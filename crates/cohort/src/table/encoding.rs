//! From bytes to text: which encoding a file is in that mostly does not say so.

use std::fmt::Write;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::account::{places, quoted};
use super::error::TableError;

/// Bytes that are shown to the detector of code pages.
const SAMPLE: usize = 4 << 20;

/// A file's text.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// What the encoding is called.
    pub(super) encoding: &'static str,
    /// What had to be assumed, as the rest of a sentence that begins with the file's name.
    pub(super) assumed: Option<String>,
}

/// Decodes UTF-8 and UTF-16, with and without mark, and code pages by what their letters are most
/// likely to be. A few bytes that are not UTF-8 in a text that is are read one by one as
/// Windows-1252, and the text around them stays as it is.
///
/// # Errors
/// When the bytes are no text, or a damaged one.
pub(super) fn decode(raw: Vec<u8>) -> Result<Decoded, TableError> {
    if raw.starts_with(b"\xFF\xFE\0\0") || raw.starts_with(b"\0\0\xFE\xFF") {
        let kind = "a text in UTF-32";
        return Err(TableError::NotTable { kind });
    }
    if let Some((encoding, mark)) = Encoding::for_bom(&raw) {
        if encoding == UTF_8 {
            return utf8(raw[mark..].to_vec());
        }
        return utf16(encoding, &raw[mark..], false);
    }
    if let Some(encoding) = unmarked_utf16(&raw) {
        return utf16(encoding, &raw, true);
    }
    utf8(raw)
}

fn utf16(encoding: &'static Encoding, raw: &[u8], is_guessed: bool) -> Result<Decoded, TableError> {
    if !raw.len().is_multiple_of(2) {
        return Err(TableError::OddUtf16);
    }
    let (text, _) = encoding.decode_without_bom_handling(raw);
    no_zero(text.as_bytes())?;
    let assumed = is_guessed
        .then(|| format!("has no byte-order mark: {} is assumed", encoding.name()))
        .or_else(|| lost_letters(&text));
    Ok(Decoded {
        text: text.into_owned(),
        encoding: encoding.name(),
        assumed,
    })
}

/// UTF-16 without a mark has a zero in every letter of ASCII, always on the same side; in no other
/// text are there any.
fn unmarked_utf16(raw: &[u8]) -> Option<&'static Encoding> {
    let mut n_zero = [0_usize; 2];
    for (index, byte) in raw.iter().enumerate() {
        n_zero[index % 2] += usize::from(*byte == 0);
    }
    // Separators, digits and ends of lines are ASCII in every language: a tenth of a table at least.
    let n_letters = raw.len() / 2;
    let is = |zeros: usize, others: usize| zeros * 10 >= n_letters.max(40) && others * 50 <= zeros;
    match n_zero {
        [even, odd] if is(odd, even) => Some(UTF_16LE),
        [even, odd] if is(even, odd) => Some(UTF_16BE),
        _ => None,
    }
}

fn utf8(raw: Vec<u8>) -> Result<Decoded, TableError> {
    no_zero(&raw)?;
    let raw = match String::from_utf8(raw) {
        Ok(text) => {
            let assumed = lost_letters(&text);
            let encoding = "UTF-8";
            return Ok(Decoded {
                text,
                encoding,
                assumed,
            });
        }
        Err(not_utf8) => not_utf8.into_bytes(),
    };
    let (mut n_letters, mut n_stray) = (0, 0);
    for chunk in raw.utf8_chunks() {
        n_letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        n_stray += chunk.invalid().len();
    }
    // Letters of the Far East in a code page of two bytes look like UTF-8 now and then.
    if n_letters >= n_stray * 4 {
        return Ok(repaired(&raw, n_stray));
    }
    let page = guess(&raw);
    let is_of_two_bytes = !page.is_single_byte()
        && page
            .decode_without_bom_handling_and_without_replacement(&raw)
            .is_some();
    if n_letters * 2 >= n_stray && !is_of_two_bytes {
        return Ok(repaired(&raw, n_stray));
    }
    Ok(code_page(&raw, page))
}

/// The code page that the letters are most likely in.
fn guess(raw: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&raw[..raw.len().min(SAMPLE)], true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-8 in which a few bytes are not.
fn repaired(raw: &[u8], n_stray: usize) -> Decoded {
    let mut text = String::with_capacity(raw.len() + n_stray * 2);
    let (mut line, mut lines) = (1, Vec::new());
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        line += count_lines(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
            lines.push(line);
        }
    }
    let bytes = if n_stray == 1 { "byte" } else { "bytes" };
    let which = places("line", lines);
    Decoded {
        text,
        encoding: "UTF-8",
        assumed: Some(format!(
            "is UTF-8 but for {n_stray} {bytes} in {which}: read there as Windows-1252"
        )),
    }
}

/// Text in a code page.
fn code_page(raw: &[u8], guess: &'static Encoding) -> Decoded {
    let (text, is_other) = guess.decode_without_bom_handling(raw);
    // Windows-1252 has a letter for every byte.
    let (encoding, text) = if is_other {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(raw);
        (WINDOWS_1252, text)
    } else {
        (guess, text)
    };
    let example = text.split(|c: char| !c.is_alphanumeric());
    let example = example.into_iter().find(|word| !word.is_ascii());
    let mut assumed = format!("is not UTF-8: {} is assumed", encoding.name());
    if let Some(word) = example {
        let _ = write!(assumed, ", as in {}", quoted(word));
    }
    Decoded {
        encoding: encoding.name(),
        assumed: Some(assumed),
        text: text.into_owned(),
    }
}

/// Whether letters were lost before: the sign that stands for them is in the text.
fn lost_letters(text: &str) -> Option<String> {
    let mut found = text.match_indices('\u{FFFD}').map(|(at, _)| at).peekable();
    found.peek()?;
    let (mut line, mut from, mut lines) = (1, 0, Vec::new());
    for at in found {
        line += count_lines(&text.as_bytes()[from..at]);
        from = at;
        lines.push(line);
    }
    let which = places("line", lines);
    Some(format!(
        "holds the sign \u{FFFD} in {which}, where letters were lost before"
    ))
}

fn no_zero(bytes: &[u8]) -> Result<(), TableError> {
    let Some(at) = bytes.iter().position(|byte| *byte == 0) else {
        return Ok(());
    };
    let before = &bytes[..at];
    let is_control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    if before.is_empty() || before.iter().any(is_control) {
        let kind = "a binary file";
        return Err(TableError::NotTable { kind });
    }
    Err(TableError::ZeroByte {
        line: 1 + count_lines(before),
    })
}

/// How many lines end in the text; `\r\n` ends one, and so does `\r` alone.
pub(super) fn count_lines(text: &[u8]) -> u32 {
    let ends = text.iter().enumerate().filter(|(index, byte)| {
        **byte == b'\n' || (**byte == b'\r' && text.get(index + 1) != Some(&b'\n'))
    });
    u32::try_from(ends.count()).unwrap_or(u32::MAX)
}
