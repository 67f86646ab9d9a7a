//! What is asked of a decoder, and what it gives.

use image::DynamicImage;
use image::metadata::Orientation;

use super::error::ImageError;
use super::limits::{MAX_DECODED_BYTES, MAX_SIDE};
use super::room;

/// What is needed of a picture; grey alone is decoded faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// One grey channel. A colour JPEG's is its own luma channel, which may differ from
    /// [`Picture::grey`](super::Picture::grey) of its colours by rounding.
    Grey,
    /// The colours, where the file has any.
    Rgb,
}

/// A picture as it lies in the file, before depth, colours and orientation are brought in order.
pub(super) struct Decoded {
    pub(super) image: DynamicImage,
    pub(super) orientation: Orientation,
    /// The bits that its samples use, where the file says so.
    pub(super) told_bits: Option<u8>,
    /// How its samples are shown, where the file says all of it.
    pub(super) shown: Option<Shown>,
}

/// How samples of more than 8 bits are shown.
pub(super) struct Shown {
    /// Bits that are used: white is `2^bits - 1`, whatever the picture holds.
    pub(super) bits: u8,
    /// For each sample how bright it is, 0 to 255; `None` where that is its share of the range.
    pub(super) greys: Option<Vec<u8>>,
}

/// Refuses pictures whose sides or decoded bytes are beyond the limits, and takes room for all others: here
/// every decoder comes before it takes memory.
pub(super) fn check_size(width: u32, height: u32, decoded_bytes: u64) -> Result<(), ImageError> {
    let fits = (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height);
    if fits && decoded_bytes <= MAX_DECODED_BYTES {
        room::take(decoded_bytes);
        Ok(())
    } else {
        Err(ImageError::TooManyPixels { width, height })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits() {
        let fits = || check_size(20_000, 10_000, 200_000_000);
        assert!(room::within(fits).is_ok());
        assert!(check_size(20_001, 1, 20_001).is_err());
        assert!(check_size(0, 1, 0).is_err());
        assert!(check_size(20_000, 20_000, MAX_DECODED_BYTES + 1).is_err());
    }
}
