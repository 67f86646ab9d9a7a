//! The elements of a data set, one after the other, in any of its forms (DICOM PS3.5, section 7).

use super::fault::{damaged, truncated};
use super::start;
use super::tags::{self, Tag};
use crate::image::error::ImageError;

/// A length that is not told: the value ends with a delimiter.
pub(super) const UNDEFINED: u32 = u32::MAX;

/// How elements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// With the kind of each value.
    pub(super) explicit: bool,
    pub(super) big_endian: bool,
}

impl Form {
    pub(super) const EXPLICIT: Self = Self {
        explicit: true,
        big_endian: false,
    };
    pub(super) const BIG_ENDIAN: Self = Self {
        explicit: true,
        big_endian: true,
    };

    /// Little-endian, and explicit where it looks so.
    pub(super) fn guess(bytes: &[u8]) -> Self {
        Self {
            explicit: start::is_explicit(bytes),
            big_endian: false,
        }
    }
}

/// What stands before a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) tag: Tag,
    /// Two letters; none where the form is implicit.
    pub(super) kind: Option<[u8; 2]>,
    pub(super) length: u32,
}

impl Header {
    /// Whether items follow. An implicit form does not say so of a sequence whose length is told: it is passed over,
    /// unless it is one that is looked into.
    pub(super) fn is_sequence(&self) -> bool {
        match self.kind {
            Some(kind) => &kind == b"SQ" || self.length == UNDEFINED,
            None => self.length == UNDEFINED || tags::SEQUENCES.contains(&self.tag),
        }
    }
}

/// Reads elements one after the other.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) form: Form,
}

impl<'a> Reader<'a> {
    pub(super) fn of(bytes: &'a [u8], form: Form) -> Self {
        Self { bytes, at: 0, form }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    pub(super) fn value(&mut self, length: u32) -> Result<&'a [u8], ImageError> {
        let value = self.rest().get(..length as usize).ok_or_else(truncated)?;
        self.at += value.len();
        Ok(value)
    }

    fn u16(&mut self) -> Result<u16, ImageError> {
        let bytes: [u8; 2] = self.value(2)?.try_into().map_err(|_| truncated())?;
        Ok(match self.form.big_endian {
            true => u16::from_be_bytes(bytes),
            false => u16::from_le_bytes(bytes),
        })
    }

    fn u32(&mut self) -> Result<u32, ImageError> {
        let bytes: [u8; 4] = self.value(4)?.try_into().map_err(|_| truncated())?;
        Ok(match self.form.big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        })
    }

    pub(super) fn header(&mut self) -> Result<Header, ImageError> {
        const LONG: [&[u8; 2]; 13] = [
            b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT",
            b"UV",
        ];
        let tag = Tag::from(self.u16()?) << 16 | Tag::from(self.u16()?);
        // Items and delimiters have no kind in any form.
        if !self.form.explicit || tag >> 16 == 0xFFFE {
            let length = self.u32()?;
            return Ok(Header {
                tag,
                kind: None,
                length,
            });
        }
        let kind: [u8; 2] = self.value(2)?.try_into().map_err(|_| truncated())?;
        if !kind.iter().all(u8::is_ascii_uppercase) {
            return Err(damaged("an element has no kind of value"));
        }
        let length = match LONG.contains(&&kind) {
            true => {
                self.u16()?;
                self.u32()?
            }
            false => u32::from(self.u16()?),
        };
        let kind = Some(kind);
        Ok(Header { tag, kind, length })
    }
}

/// The fragments of encapsulated pixels behind the table of offsets, and that table: offsets of frames from the first
/// fragment on, in bytes.
///
/// # Errors
/// When they are cut off or something else stands among them.
pub(super) fn fragments(bytes: &[u8]) -> Result<(Vec<u32>, Vec<&[u8]>), ImageError> {
    let mut reader = Reader::of(bytes, Form::EXPLICIT);
    let mut all = Vec::new();
    loop {
        let header = reader.header()?;
        match header.tag {
            tags::SEQUENCE_DELIMITER => break,
            tags::ITEM => all.push(reader.value(header.length)?),
            _ => return Err(damaged("its pixels are not in fragments as they should be")),
        }
    }
    if all.is_empty() {
        return Err(damaged("its pixels have no table of offsets"));
    }
    let offsets = all.remove(0).chunks_exact(4);
    let offset = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    Ok((offsets.map(offset).collect(), all))
}
