//! Whether a GIF reaches its end, and its first picture its last pixel (GIF 89a).

use weezl::{BitOrder, decode::Decoder};

use super::error::ImageError;
use super::file_type::FileType;
use super::lzw;

/// Goes from block to block up to the trailer, and counts the pixels of the first picture.
///
/// # Errors
/// When the file is cut off, or the picture has fewer or more pixels than its size says.
pub(super) fn check(bytes: &[u8]) -> Result<(), ImageError> {
    let gif = FileType::Gif;
    let pictures = pictures(bytes).ok_or(ImageError::Truncated { file_type: gif })?;
    let first = pictures
        .first()
        .ok_or(ImageError::Truncated { file_type: gif })?;
    match first.n_coded() {
        Some(n_coded) if n_coded == first.n_pixels => Ok(()),
        _ => Err(ImageError::Damaged {
            file_type: gif,
            reason: "its data hold fewer or more pixels than the picture".to_owned(),
        }),
    }
}

struct Coded {
    n_pixels: u64,
    /// Of the first codes, without the two that are no colours.
    code_bits: u8,
    data: Vec<u8>,
}

impl Coded {
    fn n_coded(&self) -> Option<u64> {
        let bits = Some(self.code_bits).filter(|bits| (1..=11).contains(bits))?;
        lzw::decoded_length(Decoder::new(BitOrder::Lsb, bits), &self.data, self.n_pixels)
    }
}

/// The pictures of the file; `None` where it ends before its trailer.
fn pictures(bytes: &[u8]) -> Option<Vec<Coded>> {
    let colours = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    let mut at = 13 + colours(*bytes.get(10)?);
    let mut pictures = Vec::new();
    loop {
        match bytes.get(at)? {
            // An extension: its kind, then blocks.
            0x21 => at = blocks(bytes, at + 2)?.1,
            // A picture: place, size, colours, the size of the first codes, then blocks.
            0x2C => {
                let about = bytes.get(at + 1..at + 10)?;
                let side = |at: usize| u64::from(u16::from_le_bytes([about[at], about[at + 1]]));
                let codes = at + 10 + colours(about[8]);
                let (data, end) = blocks(bytes, codes + 1)?;
                pictures.push(Coded {
                    n_pixels: side(4) * side(6),
                    code_bits: *bytes.get(codes)?,
                    data,
                });
                at = end;
            }
            0x3B => return Some(pictures),
            _ => return None,
        }
    }
}

/// What the blocks hold that begin here, and where the next thing begins.
fn blocks(bytes: &[u8], mut at: usize) -> Option<(Vec<u8>, usize)> {
    let mut data = Vec::new();
    loop {
        let length = usize::from(*bytes.get(at)?);
        let block = bytes.get(at + 1..at + 1 + length)?;
        at += 1 + length;
        if length == 0 {
            return Some((data, at));
        }
        data.extend(block);
    }
}
