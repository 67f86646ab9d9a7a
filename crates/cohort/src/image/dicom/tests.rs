//! Files that are hostile or damaged, byte by byte. Whole ones are held against pydicom in `tests/dicom.rs`.

use super::*;
use crate::image::limits::MAX_FILE_BYTES;

/// An element, explicit and little-endian.
fn element(tag: tags::Tag, kind: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut bytes = header(tag, kind, value.len() as u32);
    bytes.extend(value);
    bytes
}

fn header(tag: tags::Tag, kind: &[u8; 2], length: u32) -> Vec<u8> {
    let mut bytes = number(tag);
    bytes.extend(kind);
    match kind {
        b"OB" | b"OW" | b"SQ" | b"UN" => {
            bytes.extend([0, 0]);
            bytes.extend(length.to_le_bytes());
        }
        _ => bytes.extend((length as u16).to_le_bytes()),
    }
    bytes
}

fn number(tag: tags::Tag) -> Vec<u8> {
    [(tag >> 16) as u16, tag as u16]
        .iter()
        .flat_map(|half| half.to_le_bytes())
        .collect()
}

/// A delimiter or an item.
fn item(tag: tags::Tag, length: u32) -> Vec<u8> {
    [number(tag), length.to_le_bytes().to_vec()].concat()
}

fn file(syntax: &str, data_set: &[u8]) -> Vec<u8> {
    let mut uid = syntax.as_bytes().to_vec();
    uid.resize(uid.len().next_multiple_of(2), 0);
    let meta = element(tags::TRANSFER_SYNTAX_UID, b"UI", &uid);
    let start = [&[0; 128][..], b"DICM", &meta].concat();
    [start, data_set.to_vec()].concat()
}

const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";

fn described(rows: u16, columns: u16, bits: u16) -> Vec<u8> {
    let short = |tag, value: u16| element(tag, b"US", &value.to_le_bytes());
    [
        short(tags::SAMPLES_PER_PIXEL, 1),
        element(tags::PHOTOMETRIC, b"CS", b"MONOCHROME2 "),
        short(tags::ROWS, rows),
        short(tags::COLUMNS, columns),
        short(tags::BITS_ALLOCATED, bits),
        short(tags::BITS_STORED, bits),
        short(tags::HIGH_BIT, bits - 1),
        short(tags::PIXEL_REPRESENTATION, 0),
    ]
    .concat()
}

fn with_pixels(before: &[u8], pixels: &[u8]) -> Vec<u8> {
    let pixels = element(tags::PIXEL_DATA, b"OW", pixels);
    file(EXPLICIT, &[before, &pixels].concat())
}

fn said(bytes: &[u8]) -> String {
    decode(bytes).map(drop).unwrap_err().to_string()
}

#[test]
fn a_picture_of_six_pixels() {
    let bytes = with_pixels(&described(2, 3, 8), &[0, 1, 2, 3, 4, 255]);
    assert_eq!(
        decode(&bytes).unwrap().image.into_bytes(),
        [0, 1, 2, 3, 4, 255]
    );
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "{end}");
    }
}

#[test]
fn sequences_in_sequences_end_in_a_sentence() {
    let sequence = header(tags::VOI_LUT_SEQUENCE, b"SQ", u32::MAX);
    let level = [sequence, item(tags::ITEM, u32::MAX)].concat();
    let deep = [level.repeat(200_000), described(2, 2, 8)].concat();
    assert_eq!(
        said(&with_pixels(&deep, &[0; 4])),
        "the DICOM file is damaged: its sequences are nested deeper than any need to be"
    );
}

#[test]
fn lengths_that_are_not_there_allocate_nothing() {
    let endless = header(tags::PIXEL_DATA, b"OW", u32::MAX - 1);
    let cut = "the DICOM file is cut off before its end";
    assert_eq!(
        said(&file(EXPLICIT, &[described(2, 2, 8), endless].concat())),
        cut
    );
    let endless = header(0x0008_1030, b"UN", 0xFFFF_FFF0);
    assert_eq!(said(&with_pixels(&endless, &[])), cut);
    // 65,535 × 65,535 pixels in four bytes.
    let large = with_pixels(&described(u16::MAX, u16::MAX, 16), &[0; 4]);
    assert!(
        said(&large).contains("more than can be read"),
        "{}",
        said(&large)
    );
    let large = with_pixels(&described(19_999, 19_999, 16), &[0; 4]);
    assert!(
        said(&large).contains("more than can be read"),
        "{}",
        said(&large)
    );
}

#[test]
fn what_inflates_to_more_than_a_file_may_have_is_refused() {
    use flate2::{Compression, write::DeflateEncoder};
    use std::io::Write;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..=MAX_FILE_BYTES >> 20 {
        encoder.write_all(&block).unwrap();
    }
    let bomb = file(DEFLATED, &encoder.finish().unwrap());
    assert!(bomb.len() < 4 << 20, "{}", bomb.len());
    assert!(said(&bomb).contains("more than the"), "{}", said(&bomb));
}

#[test]
fn zeros_that_fill_up_a_file_are_read_once() {
    // A walk that looked at all of them again for each would not end.
    let mut bytes = file(EXPLICIT, &described(2, 2, 8));
    bytes.resize(bytes.len() + (32 << 20), 0);
    assert_eq!(said(&bytes), "the DICOM file is damaged: it has no picture");
    bytes.push(1);
    assert!(said(&bytes).contains("no number"), "{}", said(&bytes));
}

#[test]
fn elements_without_end_are_refused() {
    let mut all = Vec::new();
    for n in 0..30_000_u32 {
        all.extend(element((0x0010 << 16) + n, b"US", &[0; 2]));
    }
    assert!(said(&with_pixels(&all, &[])).contains("more elements"));
}

#[test]
fn fragments_are_counted_against_what_is_there() {
    let before = described(2, 2, 8);
    let pixels = header(tags::PIXEL_DATA, b"OB", u32::MAX);
    let rle = "1.2.840.10008.1.2.5";
    let with = |fragments: &[Vec<u8>]| {
        let all = [vec![before.clone(), pixels.clone()], fragments.to_vec()].concat();
        said(&file(rle, &all.concat()))
    };
    let cut = "the DICOM file is cut off before its end";
    let end = item(tags::SEQUENCE_DELIMITER, 0);
    assert_eq!(with(&[item(tags::ITEM, 0)]), cut, "no delimiter");
    assert_eq!(
        with(&[item(tags::ITEM, 0), end.clone()]),
        cut,
        "no fragment"
    );
    assert_eq!(with(&[item(tags::ITEM, 0), item(tags::ITEM, 1 << 30)]), cut);
    assert!(with(&[end]).contains("no table of offsets"));
}

#[test]
fn what_a_header_contradicts_is_refused() {
    let change = |at: usize, to: [u8; 2]| {
        let mut header = described(2, 2, 8);
        // Elements of two bytes are ten long, but for the kind of colours.
        let start = if at == 0 { 0 } else { 10 * at + 20 } + 8;
        header[start..start + 2].copy_from_slice(&to);
        said(&with_pixels(&header, &[0; 8]))
    };
    assert!(change(0, [3, 0]).contains("channels"));
    assert!(
        change(3, [32, 0]).contains("32 bits"),
        "{}",
        change(3, [32, 0])
    );
    assert!(
        change(4, [9, 0]).contains("bits do not fit"),
        "{}",
        change(4, [9, 0])
    );
    assert!(change(5, [3, 0]).contains("bits do not fit"));
    let no_rows = with_pixels(&described(0, 2, 8), &[0; 8]);
    assert!(
        said(&no_rows).contains("more than can be read"),
        "{}",
        said(&no_rows)
    );
}

#[test]
fn a_file_is_told_by_its_first_bytes() {
    let whole = with_pixels(&described(2, 2, 8), &[0; 4]);
    assert!(is_dicom(&whole[..132]) && is_dicom(&whole[..256]));
    assert!(!is_dicom(&whole[..131]));
    // Without preamble: a first element that data sets begin with.
    let class = element(0x0008_0005, b"CS", b"ISO_IR 100");
    assert!(is_dicom(&class));
    assert!(is_dicom(
        &[&[8, 0, 5, 0, 10, 0, 0, 0][..], b"ISO_IR 100"].concat()
    ));
    assert!(!is_dicom(b"\x08\0 a text that begins oddly"));
    assert!(!is_dicom(b"II\x2A\0 a TIFF"));
    assert!(!is_dicom(&[]));
}

/// Single bytes that are changed in any place end in a picture or an error, and never in a panic.
#[test]
fn changed_bytes_end_in_an_error_or_a_picture() {
    let inner = element(0x0008_0100, b"SH", b"T-1234");
    let items = [item(tags::ITEM, inner.len() as u32), inner].concat();
    let sequence = [header(0x0008_1032, b"SQ", items.len() as u32), items].concat();
    let whole = with_pixels(&[sequence, described(3, 2, 8)].concat(), &[7; 6]);
    for at in 128..whole.len() {
        for change in [1, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            drop(decode(&bytes));
        }
    }
}
