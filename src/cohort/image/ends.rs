//! Whether files of the types without checksums reach their end.

use super::decode::FileType;
use super::error::ImageError;

/// Checks what a file says of its own length.
///
/// # Errors
/// When it is shorter.
pub(super) fn check(bytes: &[u8], file_type: FileType) -> Result<(), ImageError> {
    let whole = match file_type {
        FileType::WebP => webp_is_whole(bytes),
        FileType::Gif => gif_is_whole(bytes),
        _ => Some(true),
    };
    match whole {
        Some(true) => Ok(()),
        _ => Err(ImageError::Truncated { file_type }),
    }
}

/// The first four bytes after `RIFF` are the length of what follows (RFC 9649, section 2.4).
fn webp_is_whole(bytes: &[u8]) -> Option<bool> {
    let length = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?);
    Some(bytes.len() as u64 >= u64::from(length) + 8)
}

/// Goes from block to block up to the trailer (GIF 89a, appendix B).
fn gif_is_whole(bytes: &[u8]) -> Option<bool> {
    let colours = |flags: u8| {
        if flags & 0x80 == 0 {
            0
        } else {
            3 << ((flags & 7) + 1)
        }
    };
    let mut at = 13 + colours(*bytes.get(10)?);
    loop {
        match bytes.get(at)? {
            // An extension: its kind, then blocks.
            0x21 => at += 2,
            // A picture: place, size, colours, the size of the first codes, then blocks.
            0x2C => at += 11 + colours(*bytes.get(at + 9)?),
            0x3B => return Some(true),
            _ => return Some(false),
        }
        loop {
            let length = usize::from(*bytes.get(at)?);
            at += 1 + length;
            if length == 0 {
                break;
            }
        }
    }
}
