//! JPEG files in unusual layouts, by a second decoder.

use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer};
use jpeg_decoder::{ColorTransform, Decoder, PixelFormat};

use super::super::decoded::Decoded;
use super::super::error::ImageError;
use super::super::limits::MAX_DECODED_BYTES;
use super::fault::{damaged, truncated};

/// Decodes a picture that was found to be whole.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    decode_with(Decoder::new(bytes))
}

/// Decodes a picture that was found to be whole, whose three components are red, green and blue.
pub(super) fn decode_rgb(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let mut decoder = Decoder::new(bytes);
    decoder.set_color_transform(ColorTransform::None);
    decode_with(decoder)
}

fn decode_with(mut decoder: Decoder<&[u8]>) -> Result<Decoded, ImageError> {
    decoder.set_max_decoding_buffer_size(MAX_DECODED_BYTES as usize);
    let pixels = decoder.decode().map_err(|error| {
        tracing::debug!("jpeg-decoder: {error:?}");
        damaged("the decoder cannot make sense of it")
    })?;
    let info = decoder.info().ok_or_else(truncated)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let image = match info.pixel_format {
        PixelFormat::L8 => {
            ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8)
        }
        PixelFormat::L16 => None,
        PixelFormat::RGB24 => {
            ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
        }
        PixelFormat::CMYK32 => {
            let light =
                |ink: u8, black: u8| (u32::from(255 - ink) * u32::from(255 - black) / 255) as u8;
            let pixel = |p: &[u8]| [0, 1, 2].map(|channel| light(p[channel], p[3]));
            let rgb = pixels.chunks_exact(4).flat_map(pixel).collect();
            ImageBuffer::from_raw(width, height, rgb).map(DynamicImage::ImageRgb8)
        }
    };
    let orientation = decoder.exif_data().and_then(Orientation::from_exif_chunk);
    Ok(Decoded {
        image: image.ok_or_else(truncated)?,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        told_bits: None,
        shown: None,
    })
}
