//! How a DICOM file begins (DICOM PS3.10, section 7.1).

use super::tags::Tag;

/// Where the four letters stand that a file begins with, behind 128 bytes of anything.
const PREAMBLE: usize = 128;
const MAGIC: &[u8] = b"DICM";
/// Elements that a data set begins with, in a file without meta information.
const FIRST: [Tag; 4] = [0x0008_0000, 0x0008_0001, 0x0008_0005, 0x0008_0008];

/// Whether bytes are those of a DICOM file: by the letters behind its preamble, or, in one that was written without, by a
/// first element of meta information or one that data sets begin with. 256 bytes are enough.
pub(crate) fn is_dicom(bytes: &[u8]) -> bool {
    has_magic(bytes) || begins_with_element(bytes)
}

fn has_magic(bytes: &[u8]) -> bool {
    bytes.get(PREAMBLE..PREAMBLE + MAGIC.len()) == Some(MAGIC)
}

/// What comes behind the preamble, where there is one.
pub(super) fn behind(bytes: &[u8]) -> &[u8] {
    match has_magic(bytes) {
        true => &bytes[PREAMBLE + MAGIC.len()..],
        false => bytes,
    }
}

/// Whether two capital letters stand behind the first tag: the kind of its value.
pub(super) fn is_explicit(bytes: &[u8]) -> bool {
    let kind = bytes.get(4..6);
    kind.is_some_and(|kind| kind.iter().all(u8::is_ascii_uppercase))
}

/// Little-endian, with a length that can be.
fn begins_with_element(bytes: &[u8]) -> bool {
    let &[g0, g1, e0, e1, k0, k1, l0, l1, ..] = bytes else {
        return false;
    };
    let (group, element) = (u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]));
    let tag = Tag::from(group) << 16 | Tag::from(element);
    let is_explicit = is_explicit(bytes);
    let length = match is_explicit {
        true => u32::from(u16::from_le_bytes([l0, l1])),
        false => u32::from_le_bytes([k0, k1, l0, l1]),
    };
    // The version of the meta information has a length further on, and two zeros here.
    let is_version = tag == 0x0002_0001 && [k0, k1, l0, l1] == *b"OB\0\0";
    let is_first = (group == 2 && is_explicit) || FIRST.contains(&tag);
    is_version || (is_first && (1..=1024).contains(&length))
}
