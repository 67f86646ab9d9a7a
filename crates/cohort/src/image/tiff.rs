//! TIFF, the first picture of a file.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer};
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::{CompressionMethod, PhotometricInterpretation, Tag};

use super::decoded::{Decoded, check_size};
use super::depth::Depth;
use super::error::ImageError;
use super::limits::MAX_DECODED_BYTES;
use super::tiff_source::{Source, TIFF, explain, truncated, unsupported};
use super::{strips, tiff_jpeg};

/// The largest value that a sample takes, as the tags of two names say it.
const LARGEST: [Tag; 2] = [Tag::Unknown(281), Tag::Unknown(341)];

/// Decodes the first picture, as it lies in the file.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_DECODED_BYTES as usize;
    limits.intermediate_buffer_size = MAX_DECODED_BYTES as usize;
    limits.ifd_value_size = 64 << 20;
    let mut decoder = Decoder::new(Cursor::new(bytes))
        .map_err(explain)?
        .with_limits(limits);
    let tag = |decoder: &mut Source<'_>, tag| decoder.find_tag_unsigned::<u16>(tag).ok().flatten();
    let compression = tag(&mut decoder, Tag::Compression).unwrap_or(1);
    let compression = CompressionMethod::from_u16_exhaustive(compression);
    let orientation = tag(&mut decoder, Tag::Orientation)
        .and_then(|value| Orientation::from_exif(u8::try_from(value).ok()?))
        .unwrap_or(Orientation::NoTransforms);
    let (image, told_bits) = match compression {
        CompressionMethod::JPEG => return Err(unsupported("JPEG pixels of the old kind")),
        CompressionMethod::ModernJPEG => (tiff_jpeg::decode(&mut decoder, bytes)?, None),
        _ => decode_samples(&mut decoder, bytes, compression)?,
    };
    Ok(Decoded {
        image,
        orientation,
        told_bits,
        shown: None,
    })
}

/// Decodes pixels that are samples; and the bits that they use, where the file says so.
fn decode_samples(
    decoder: &mut Source<'_>,
    bytes: &[u8],
    compression: CompressionMethod,
) -> Result<(DynamicImage, Option<u8>), ImageError> {
    let (width, height) = decoder.dimensions().map_err(explain)?;
    let color = decoder.colortype().map_err(explain)?;
    let (channels, bits) = channels_of(color)?;
    let n_pixels = u64::from(width) * u64::from(height);
    check_size(
        width,
        height,
        n_pixels * channels * u64::from(bits.div_ceil(8)),
    )?;
    strips::check(decoder, bytes, compression, bits)?;
    // How opaque a pixel is comes last and says nothing of the greys.
    let n_colours = if channels == 2 { 1 } else { 3 };
    let largest = LARGEST.iter().filter_map(|name| {
        let values = decoder.find_tag_unsigned_vec::<u16>(*name).ok().flatten()?;
        values.into_iter().take(n_colours).max()
    });
    let told_bits = largest
        .max()
        .map(|most| (u16::BITS - most.leading_zeros()) as u8);
    let photometric = decoder.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation);
    let photometric = photometric.ok().flatten();
    let white_is_zero = photometric == Some(PhotometricInterpretation::WhiteIsZero.to_u16());
    let samples = samples(decoder, channels)?;
    let (samples, told_bits) = match samples {
        DecodingResult::U16(values) if white_is_zero => {
            let (values, bits) = turned_back(values, told_bits);
            (DecodingResult::U16(values), Some(bits))
        }
        samples => (samples, told_bits),
    };
    Ok((assemble(samples, color, (width, height))?, told_bits))
}

/// Greys whose white is zero, which the decoder has turned round as if they used all 16 bits.
fn turned_back(mut values: Vec<u16>, told_bits: Option<u8>) -> (Vec<u16>, u8) {
    values.iter_mut().for_each(|value| *value = !*value);
    let depth = Depth::of_samples(&values, told_bits);
    let white = depth.white();
    values.iter_mut().for_each(|value| *value = white - *value);
    (values, depth.used)
}

/// Samples of a pixel, and bits of each.
fn channels_of(color: ColorType) -> Result<(u64, u8), ImageError> {
    match color {
        ColorType::Gray(bits @ (1 | 2 | 4 | 8 | 16)) => Ok((1, bits)),
        ColorType::GrayA(bits @ (8 | 16)) => Ok((2, bits)),
        ColorType::RGB(bits @ (8 | 16)) => Ok((3, bits)),
        ColorType::RGBA(bits @ (8 | 16)) | ColorType::CMYK(bits @ (8 | 16)) => Ok((4, bits)),
        ColorType::Gray(32 | 64) | ColorType::RGB(32 | 64) | ColorType::RGBA(32 | 64) => {
            Err(unsupported("pixels of 32 bits and more"))
        }
        ColorType::Palette(_) => Err(unsupported("palettes")),
        ColorType::YCbCr(_) => Err(unsupported("colours as luma and chroma")),
        _ => Err(unsupported("pixels of this depth or kind")),
    }
}

/// All samples, the channels of a pixel side by side.
fn samples(decoder: &mut Source<'_>, channels: u64) -> Result<DecodingResult, ImageError> {
    let mut samples = DecodingResult::U8(Vec::new());
    let layout = decoder
        .read_image_to_buffer(&mut samples)
        .map_err(explain)?;
    if samples.as_buffer(0).as_bytes().len() < layout.complete_len {
        return Err(ImageError::TooMuchMemory { file_type: TIFF });
    }
    if layout.planes == 1 {
        return Ok(samples);
    }
    let planes = channels as usize;
    Ok(match samples {
        DecodingResult::U8(values) => DecodingResult::U8(interleave(&values, planes)),
        DecodingResult::U16(values) => DecodingResult::U16(interleave(&values, planes)),
        _ => return Err(unsupported("floating-point pixels or signed ones")),
    })
}

fn interleave<T: Copy>(planes: &[T], n: usize) -> Vec<T> {
    let length = planes.len() / n;
    let pixel = |at| (0..n).map(move |plane| planes[plane * length + at]);
    (0..length).flat_map(pixel).collect()
}

fn assemble(
    samples: DecodingResult,
    color: ColorType,
    (width, height): (u32, u32),
) -> Result<DynamicImage, ImageError> {
    use DynamicImage as D;
    let image = match (samples, color) {
        (DecodingResult::U8(rows), ColorType::Gray(bits @ (1 | 2 | 4))) => {
            let values = unpack(&rows, width, height, bits);
            ImageBuffer::from_raw(width, height, values).map(D::ImageLuma8)
        }
        (DecodingResult::U8(values), color) => match color {
            ColorType::Gray(_) => ImageBuffer::from_raw(width, height, values).map(D::ImageLuma8),
            ColorType::GrayA(_) => ImageBuffer::from_raw(width, height, values).map(D::ImageLumaA8),
            ColorType::RGB(_) => ImageBuffer::from_raw(width, height, values).map(D::ImageRgb8),
            ColorType::RGBA(_) => ImageBuffer::from_raw(width, height, values).map(D::ImageRgba8),
            _ => ImageBuffer::from_raw(width, height, without_ink(&values, 255)).map(D::ImageRgb8),
        },
        (DecodingResult::U16(values), color) => match color {
            ColorType::Gray(_) => ImageBuffer::from_raw(width, height, values).map(D::ImageLuma16),
            ColorType::GrayA(_) => {
                ImageBuffer::from_raw(width, height, values).map(D::ImageLumaA16)
            }
            ColorType::RGB(_) => ImageBuffer::from_raw(width, height, values).map(D::ImageRgb16),
            ColorType::RGBA(_) => ImageBuffer::from_raw(width, height, values).map(D::ImageRgba16),
            _ => {
                let values = without_ink(&values, 65535);
                ImageBuffer::from_raw(width, height, values).map(D::ImageRgb16)
            }
        },
        _ => return Err(unsupported("floating-point pixels or signed ones")),
    };
    image.ok_or_else(truncated)
}

/// Greys of 1, 2 or 4 bits, each row of which begins with a byte, to 8 bits.
fn unpack(rows: &[u8], width: u32, height: u32, bits: u8) -> Vec<u8> {
    let (width, per_byte) = (width as usize, usize::from(8 / bits));
    let white = u8::MAX >> (8 - bits);
    let stride = width.div_ceil(per_byte).max(1);
    let grey = |row: &[u8], x: usize| {
        let shift = 8 - usize::from(bits) * (x % per_byte + 1);
        (row[x / per_byte] >> shift & white) * (255 / white)
    };
    rows.chunks_exact(stride)
        .take(height as usize)
        .flat_map(|row| (0..width).map(move |x| grey(row, x)))
        .collect()
}

/// Cyan, magenta, yellow and black to red, green and blue.
fn without_ink<T: Copy + Into<u32> + TryFrom<u32> + Default>(inks: &[T], white: u32) -> Vec<T> {
    let light = |ink: T, black: T| {
        let lit = (white - ink.into()) as u64 * (white - black.into()) as u64 / u64::from(white);
        T::try_from(lit as u32).unwrap_or_default()
    };
    let pixel = |pixel: &[T]| [0, 1, 2].map(|channel| light(pixel[channel], pixel[3]));
    inks.chunks_exact(4).flat_map(pixel).collect()
}
