//! Whether a WebP file holds its picture, and no more.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, ImageReader};

use super::error::ImageError;
use super::file_type::FileType;

const WEBP: FileType = FileType::WebP;

/// Bytes at the end of the data that encoders may add without need: libvpx writes four, and the
/// arithmetic coder two.
const MOST_PADDING: usize = 12;

/// Checks the length of the file and of its parts (RFC 9649, section 2.4).
///
/// # Errors
/// When it is cut off.
pub(super) fn check(bytes: &[u8]) -> Result<(), ImageError> {
    let length = bytes.get(4..).and_then(|rest| rest.first_chunk());
    let length = u32::from_le_bytes(*length.ok_or_else(truncated)?);
    let end = usize::try_from(length).ok().and_then(|n| n.checked_add(8));
    let parts = end.and_then(|end| bytes.get(12..end));
    picture_in(parts.ok_or_else(truncated)?).map(drop)
}

/// Checks, of a file that could be decoded, that this took its data to their end: there is no checksum
/// and nothing that ends them, and a decoder that has lost its way is done too early. Without the end of
/// its data a sound picture cannot be decoded.
///
/// # Errors
/// When it can.
pub(super) fn check_used(bytes: &[u8]) -> Result<(), ImageError> {
    let (name, data) = picture_in(bytes.get(12..).unwrap_or_default())?;
    let Some(kept) = data
        .len()
        .checked_sub(MOST_PADDING)
        .filter(|kept| *kept > 2 * MOST_PADDING)
    else {
        return Ok(());
    };
    let kept = &data[..kept / 2 * 2];
    let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let (whole, part) = (size(kept.len() + 12), size(kept.len()));
    let file = [b"RIFF", &whole[..], b"WEBP", name, &part, kept].concat();
    let reader = ImageReader::with_format(Cursor::new(file), ImageFormat::WebP);
    match reader.into_decoder().and_then(DynamicImage::from_decoder) {
        Ok(_) => Err(ImageError::Damaged {
            file_type: WEBP,
            reason: "its data hold more than the picture".to_owned(),
        }),
        Err(_) => Ok(()),
    }
}

/// The first picture among the parts of a file, lossy or lossless, and its data.
fn picture_in(parts: &[u8]) -> Result<(&[u8; 4], &[u8]), ImageError> {
    let first = first_of(parts, &[b"VP8 ", b"VP8L", b"ANMF"])?;
    match first {
        // A frame of several: sixteen bytes about it, then parts, and no frame among them.
        (b"ANMF", data) => first_of(data.get(16..).ok_or_else(truncated)?, &[b"VP8 ", b"VP8L"]),
        still => Ok(still),
    }
}

/// The first part that has one of these names, and its data; all parts must be whole.
fn first_of<'a>(
    mut parts: &'a [u8],
    names: &[&[u8; 4]],
) -> Result<(&'a [u8; 4], &'a [u8]), ImageError> {
    let mut found = None;
    while let Some((name, rest)) = parts.split_first_chunk::<4>() {
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let data = rest.get(..length).ok_or_else(truncated)?;
        if names.contains(&name) {
            found = found.or(Some((name, data)));
        }
        // The length of a part is even.
        parts = rest.get(length + length % 2..).unwrap_or_default();
    }
    found.ok_or_else(truncated)
}

fn truncated() -> ImageError {
    ImageError::Truncated { file_type: WEBP }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [name, &(data.len() as u32).to_le_bytes()[..], data].concat()
    }

    #[test]
    fn frames_within_frames_are_none() {
        let still = part(b"VP8L", &[7; 4]);
        let frame = part(b"ANMF", &[&[0; 16][..], &still].concat());
        assert_eq!(picture_in(&frame).unwrap(), (b"VP8L", &[7; 4][..]));
        let nested = part(b"ANMF", &[&[0; 16][..], &frame].concat());
        assert!(picture_in(&nested).is_err());
    }
}
