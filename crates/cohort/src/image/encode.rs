//! Pixels become a JPEG.

use image::ExtendedColorType;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::error::ImageError;

/// A baseline JPEG of 8-bit grey or red, green and blue, whose colours are as fine as its greys.
///
/// # Errors
/// When there are no pixels, or more than 65,535 in a row or column.
pub fn jpeg(
    pixels: &[u8],
    (width, height): (u32, u32),
    color: ExtendedColorType,
    quality: u8,
) -> Result<Vec<u8>, ImageError> {
    let side = |side| u16::try_from(side).map_err(|_| ImageError::NoThumbnail);
    let color = match color {
        ExtendedColorType::L8 => ColorType::Luma,
        _ => ColorType::Rgb,
    };
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder
        .encode(pixels, side(width)?, side(height)?, color)
        .map_err(|_| ImageError::NoThumbnail)?;
    Ok(jpeg)
}
