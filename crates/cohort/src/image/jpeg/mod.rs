//! JPEG, the type of most published X-rays, by way of its own luma channel when grey is enough.

mod blocks;
pub(super) mod extended;
mod fault;
mod frame;
mod huffman;
pub(super) mod lossless;
mod other;
mod segments;
mod walk;

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::decoded::{Decoded, Want};
use super::error::ImageError;
use super::limits::MAX_SIDE;
use fault::{damaged, truncated};
use segments::Segments;

/// Decodes a JPEG, as it lies in the file, after [`walk::check`] has found all of it there.
pub(super) fn decode(bytes: &[u8], want: Want) -> Result<Decoded, ImageError> {
    let frame = walk::check(bytes)?;
    if !frame.is_usual() {
        return other::decode(bytes);
    }
    let (width, height) = (frame.width, frame.height);
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(refused)?;
    let source = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let has_luma = matches!(source, ColorSpace::Luma | ColorSpace::YCbCr);
    let grey = source == ColorSpace::Luma || (has_luma && want == Want::Grey);
    let output = if grey {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    decoder.set_options(options.jpeg_set_out_colorspace(output));
    let orientation = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    let pixels = decoder.decode().map_err(refused)?;
    let image = if grey {
        GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
    }
    .ok_or_else(truncated)?;
    Ok(Decoded {
        image,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        told_bits: None,
        shown: None,
    })
}

/// Decodes a JPEG whose components are red, green and blue, though it may not say so itself.
pub(super) fn decode_rgb(bytes: &[u8]) -> Result<Decoded, ImageError> {
    walk::check(bytes)?;
    other::decode_rgb(bytes)
}

/// Whether a browser would show the pixels that are decoded here: no colour profile, not turned, grey or
/// luma and chroma as JFIF has them.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let mut segments = Segments::of(bytes);
    while let Ok(segment) = segments.next() {
        match (segment.marker, segment.body) {
            (0xE2, body) if body.starts_with(b"ICC_PROFILE\0") => return false,
            (0xE1, body) if body.starts_with(b"Exif\0\0") => {
                let turned = Orientation::from_exif_chunk(&body[6..]);
                if turned.is_some_and(|turned| turned != Orientation::NoTransforms) {
                    return false;
                }
            }
            // Adobe's marker says how colours are coded, in its last byte: 1 is luma and chroma.
            (0xEE, body) if body.starts_with(b"Adobe") && body.get(11) != Some(&1) => return false,
            (0xC0..=0xC2, [_, _, _, _, _, n_components, rest @ ..]) => {
                // Without Adobe's marker, components that are called R, G and B are that.
                let named = |at: usize| rest.get(3 * at).copied();
                let red = named(0) == Some(b'R') && named(1) == Some(b'G');
                if *n_components == 4 || red {
                    return false;
                }
            }
            (segments::SOS, _) => return true,
            _ => {}
        }
    }
    false
}

/// What the decoder refuses although all of the picture is there.
fn refused(error: DecodeErrors) -> ImageError {
    tracing::debug!("zune-jpeg: {error:?}");
    damaged("the decoder cannot make sense of it")
}
