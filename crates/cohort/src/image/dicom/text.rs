//! Texts of a header in the character set that it names (DICOM PS3.3, C.12.1.1.2).

use encoding_rs::{
    EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1252, WINDOWS_1254,
};

/// Letters that every character set has; others are left out. Without blanks and zeros at the ends.
pub(super) fn ascii(bytes: &[u8]) -> String {
    let letters = bytes.iter().filter(|byte| (0x20..0x7F).contains(*byte));
    let text: String = letters.map(|byte| char::from(*byte)).collect();
    text.trim().to_owned()
}

/// A text in the character sets of (0008,0005), without control characters and blanks at the ends. Where none is
/// named, UTF-8 is believed if it is valid, as many files have it.
pub(super) fn decoded(bytes: &[u8], charset: &str) -> String {
    let encoding = encoding_of(charset);
    // Escapes change between sets of two bytes, which these two read anyway.
    let bytes = match encoding == EUC_KR || encoding == GBK {
        true => without_escapes(bytes),
        false => bytes.to_vec(),
    };
    let utf_8 = charset.is_empty() && std::str::from_utf8(&bytes).is_ok();
    let encoding = if utf_8 { UTF_8 } else { encoding };
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    let shown: String = text.chars().filter(|c| !c.is_control()).collect();
    shown.trim().to_owned()
}

fn encoding_of(charset: &str) -> &'static Encoding {
    // The last of several is the one that others than Latin letters are in.
    let last = charset.rsplit('\\').next().unwrap_or_default().trim();
    let last = last.replace("ISO 2022 IR", "ISO_IR");
    match last.trim_start_matches("ISO_IR").trim() {
        "101" => ISO_8859_2,
        "109" => ISO_8859_3,
        "110" => ISO_8859_4,
        "144" => ISO_8859_5,
        "127" => ISO_8859_6,
        "126" => ISO_8859_7,
        "138" => ISO_8859_8,
        "148" => WINDOWS_1254,
        "166" => WINDOWS_874,
        "13" => SHIFT_JIS,
        "87" | "159" => ISO_2022_JP,
        "149" => EUC_KR,
        "58" | "GBK" => GBK,
        "192" => UTF_8,
        "GB18030" => GB18030,
        _ => WINDOWS_1252,
    }
}

/// Without ESC and the letters behind it that name a set: `ESC $ ) C`.
fn without_escapes(bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes;
    let mut kept = Vec::with_capacity(bytes.len());
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != 0x1B {
            kept.push(byte);
            continue;
        }
        let n_between = rest.iter().take_while(|byte| (0x20..0x30).contains(*byte));
        rest = rest.get(n_between.count() + 1..).unwrap_or_default();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_their_character_set() {
        // The examples of DICOM PS3.5, annexes H and I, and others.
        assert_eq!(decoded(b"Universit\xE4t ", "ISO_IR 100"), "Universität");
        assert_eq!(
            decoded("Universität".as_bytes(), "ISO_IR 192"),
            "Universität"
        );
        assert_eq!(decoded("Universität".as_bytes(), ""), "Universität");
        assert_eq!(decoded(b"Universit\xE4t", ""), "Universität");
        assert_eq!(
            decoded(b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "\\ISO 2022 IR 87"),
            "山田^太郎"
        );
        assert_eq!(
            decoded(
                b"\x1b$)C\xb1\xe8^\x1b$)C\xc8\xf1\xc1\xdf",
                "\\ISO 2022 IR 149"
            ),
            "김^희중"
        );
        assert_eq!(decoded(b"\xBB\xEE\xEF", "ISO_IR 144"), "Люя");
        assert_eq!(decoded(b"a\nb\0", ""), "ab");
    }

    #[test]
    fn ascii_alone() {
        assert_eq!(ascii(b" 1.2.3\0"), "1.2.3");
        assert_eq!(ascii(b"\xFFCR \r\n"), "CR");
    }
}
