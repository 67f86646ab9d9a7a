//! The segments of a JPEG file, in order (ITU-T T.81, annex B).

use super::super::error::ImageError;
use super::fault::{damaged, truncated};

/// Start of image.
pub(super) const SOI: u8 = 0xD8;
/// End of image.
pub(super) const EOI: u8 = 0xD9;
/// Start of scan: entropy-coded data follow its segment.
pub(super) const SOS: u8 = 0xDA;

/// A marker and what stands with it, without the two bytes of its length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    pub(super) body: &'a [u8],
}

/// Goes from segment to segment: markers inside one, such as those of an embedded preview, are not
/// seen. Entropy-coded data are passed over like any bytes between segments.
#[derive(Debug, Clone)]
pub(super) struct Segments<'a> {
    bytes: &'a [u8],
    /// Where the next marker is looked for.
    at: usize,
}

impl<'a> Segments<'a> {
    /// Starts at the beginning of a file.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next segment; restart markers and stuffed bytes are none.
    ///
    /// # Errors
    /// When the file ends before the segment does.
    pub(super) fn next(&mut self) -> Result<Segment<'a>, ImageError> {
        loop {
            let rest = self.bytes.get(self.at..).ok_or_else(truncated)?;
            let found = rest.iter().position(|byte| *byte == 0xFF);
            self.at += found.ok_or_else(truncated)? + 1;
            let marker = *self.bytes.get(self.at).ok_or_else(truncated)?;
            match marker {
                // Fill bytes repeat 0xFF; in entropy-coded data 0xFF is followed by zero.
                0xFF => continue,
                0x00 | 0x01 | 0xD0..=0xD7 => self.at += 1,
                SOI | EOI => {
                    self.at += 1;
                    return Ok(Segment { marker, body: &[] });
                }
                _ => return self.with_body(marker),
            }
        }
    }

    fn with_body(&mut self, marker: u8) -> Result<Segment<'a>, ImageError> {
        let length = self.bytes.get(self.at + 1..self.at + 3);
        let length = length.ok_or_else(truncated)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length < 2 {
            return Err(damaged("a segment is shorter than its own length"));
        }
        let end = self.at + 1 + length;
        let body = self.bytes.get(self.at + 3..end).ok_or_else(truncated)?;
        self.at = end;
        Ok(Segment { marker, body })
    }

    /// What follows the segment that was given last.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at.min(self.bytes.len())..]
    }

    /// Passes over bytes of [`rest`](Self::rest).
    pub(super) fn skip(&mut self, n_bytes: usize) {
        self.at += n_bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markers(bytes: &[u8]) -> (Vec<u8>, Option<ImageError>) {
        let (mut segments, mut markers) = (Segments::of(bytes), Vec::new());
        loop {
            match segments.next() {
                Ok(segment) => markers.push(segment.marker),
                Err(error) => return (markers, Some(error)),
            }
            if markers.last() == Some(&EOI) {
                return (markers, None);
            }
        }
    }

    #[test]
    fn an_end_marker_inside_a_segment_does_not_count() {
        let mut stream = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 1, 2, 0xFF, 0xD9];
        assert_eq!(markers(&stream), (vec![0xD8, 0xE1], Some(truncated())));
        stream.extend([0xFF, 0xDA, 0, 2, 1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4]);
        assert_eq!(markers(&stream).0, [0xD8, 0xE1, 0xDA]);
        stream.extend([0xFF, 0xFF, 0xD9]);
        assert_eq!(markers(&stream), (vec![0xD8, 0xE1, 0xDA, 0xD9], None));
    }
}
