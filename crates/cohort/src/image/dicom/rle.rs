//! Runs of bytes (DICOM PS3.5, annex G).

use super::fault::{damaged, truncated};
use crate::image::error::ImageError;

/// The most planes of bytes that a frame has.
const MAX_PLANES: usize = 15;

/// Decodes a frame to planes of `n_pixels` bytes: for each channel the upper byte of all samples, then the lower.
///
/// # Errors
/// When there are not `n_planes` of them, or one does not hold exactly as many bytes as there are pixels.
pub(super) fn decode(
    bytes: &[u8],
    n_planes: usize,
    n_pixels: usize,
) -> Result<Vec<u8>, ImageError> {
    let (header, _) = bytes.split_first_chunk::<64>().ok_or_else(truncated)?;
    let number = |at: usize| -> usize {
        let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        u32::from_le_bytes(bytes) as usize
    };
    if number(0) != n_planes || n_planes > MAX_PLANES {
        return Err(damaged(
            "its runs are not as many as its samples have bytes",
        ));
    }
    let mut planes = Vec::with_capacity(n_planes * n_pixels);
    for plane in 0..n_planes {
        let start = number(4 * plane + 4);
        let end = match plane + 1 < n_planes {
            true => number(4 * plane + 8),
            false => bytes.len(),
        };
        let runs = bytes.get(start..end).ok_or_else(truncated)?;
        unpack(runs, &mut planes, (plane + 1) * n_pixels)?;
    }
    Ok(planes)
}

/// Unpacks runs until there are `wanted` bytes in all.
fn unpack(runs: &[u8], planes: &mut Vec<u8>, wanted: usize) -> Result<(), ImageError> {
    let mut rest = runs;
    while planes.len() < wanted {
        let (&control, behind) = rest.split_first().ok_or_else(truncated)?;
        let n = match control {
            0..=127 => {
                let n = usize::from(control) + 1;
                let (literal, behind) = behind.split_at_checked(n).ok_or_else(truncated)?;
                planes.extend(literal);
                rest = behind;
                continue;
            }
            128 => 0,
            129..=255 => 257 - usize::from(control),
        };
        let (&byte, behind) = match n {
            0 => (&0, behind),
            _ => behind.split_first().ok_or_else(truncated)?,
        };
        // Not more than a run too many is ever written.
        planes.extend(std::iter::repeat_n(byte, n));
        rest = behind;
    }
    // A byte may follow that makes the length even.
    match planes.len() == wanted && rest.len() <= 1 {
        true => Ok(()),
        false => Err(damaged("its runs hold more than the picture")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(runs: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[0] = 1;
        bytes[4] = 64;
        bytes.extend(runs);
        bytes
    }

    #[test]
    fn runs_and_literals_fill_exactly_the_plane() {
        // Three bytes as they are, then four times 9; 128 means nothing.
        let runs = [2, 1, 2, 3, 128, 253, 9];
        assert_eq!(decode(&frame(&runs), 1, 7), Ok(vec![1, 2, 3, 9, 9, 9, 9]));
        assert_eq!(decode(&frame(&runs), 1, 8), Err(truncated()));
        assert!(decode(&frame(&runs), 1, 6).is_err(), "one too many");
        assert!(decode(&frame(&runs), 2, 7).is_err(), "two planes");
        assert_eq!(decode(&frame(&runs)[..67], 1, 7), Err(truncated()));
    }
}
