//! Bytes become a picture.

use std::io::Cursor;

use image::error::DecodingError;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use negatoscope_host::panics::caught;

use super::decoded::{Decoded, Want, check_size};
use super::depth::{Depth, largest_16};
use super::error::ImageError;
use super::file_type::FileType;
use super::limits::MAX_DECODED_BYTES;
use super::picture::{DeepPicture, Picture, Pixels, luma};
use super::{bmp, dicom, gif, jpeg, png, room, tiff, webp};

/// Decodes the first picture of a file. Its type is told by its content.
///
/// - 16 bits become 8 by the bits that are used of them ([`Depth`]), and as its header says in a DICOM file; palettes
///   are looked up, CMYK becomes RGB.
/// - Alpha is dropped, as Pillow's `convert("L")` does.
/// - The EXIF orientation is applied.
///
/// # Errors
/// When the type is unknown, the picture would be too large ([`MAX_SIDE`](super::MAX_SIDE), [`MAX_DECODED_BYTES`]),
/// or the file is damaged or ends early.
pub fn decode(bytes: &[u8], want: Want) -> Result<Picture, ImageError> {
    guarded(bytes, |file_type| {
        let decoded = read(bytes, file_type, want)?;
        Ok(picture_of(decoded, file_type, want))
    })
}

/// Decodes the first picture of a file to samples of the depth that it uses; `None` where that is 8 bits.
///
/// # Errors
/// As [`decode`].
pub fn decode_deep(bytes: &[u8]) -> Result<Option<DeepPicture>, ImageError> {
    guarded(bytes, |file_type| {
        let (image, depth, _) = upright(read(bytes, file_type, Want::Grey)?);
        let (width, height) = (image.width(), image.height());
        if !depth.is_deep() {
            return Ok(None);
        }
        let (channels, samples) = match image {
            DynamicImage::ImageLuma16(grey) => (1, grey.into_raw()),
            DynamicImage::ImageLumaA16(grey) => (1, first(grey.as_raw(), 2, 1)),
            DynamicImage::ImageRgb16(rgb) => (3, rgb.into_raw()),
            DynamicImage::ImageRgba16(rgba) => (3, first(rgba.as_raw(), 4, 3)),
            _ => return Ok(None),
        };
        Ok(Some(DeepPicture {
            width,
            height,
            channels,
            bits: depth.used,
            samples,
            room: room::of_this(),
        }))
    })
}

/// Reads a file of a known type, whatever its decoder does.
fn guarded<T>(
    bytes: &[u8],
    read: impl FnOnce(FileType) -> Result<T, ImageError>,
) -> Result<T, ImageError> {
    if bytes.is_empty() {
        return Err(ImageError::Empty);
    }
    let file_type = FileType::of(bytes).ok_or(ImageError::UnknownType)?;
    let read = || room::within(|| read(file_type));
    caught(read).unwrap_or_else(|_| {
        Err(ImageError::Damaged {
            file_type,
            reason: "the decoder gave up".to_owned(),
        })
    })
}

fn read(bytes: &[u8], file_type: FileType, want: Want) -> Result<Decoded, ImageError> {
    match file_type {
        FileType::Dicom => dicom::decode(bytes),
        FileType::Jpeg => jpeg::decode(bytes, want),
        FileType::Tiff => tiff::decode(bytes),
        FileType::Png => {
            png::check(bytes)?;
            let told_bits = png::significant_bits(bytes);
            let decoded = decode_other(bytes, file_type)?;
            Ok(Decoded {
                told_bits,
                ..decoded
            })
        }
        FileType::Gif => {
            gif::check(bytes)?;
            decode_other(bytes, file_type)
        }
        FileType::Bmp => {
            bmp::check(bytes)?;
            decode_other(bytes, file_type)
        }
        FileType::WebP => {
            webp::check(bytes)?;
            let decoded = decode_other(bytes, file_type)?;
            webp::check_used(bytes)?;
            Ok(decoded)
        }
    }
}

fn decode_other(bytes: &[u8], file_type: FileType) -> Result<Decoded, ImageError> {
    let explain = |error| explain(file_type, error);
    let format = file_type.format().ok_or(ImageError::UnknownType)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    // What decoders allocate besides the picture itself is bounded too; sides are checked below,
    // where the error can say how large the picture claims to be.
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(explain)?;
    let (width, height) = decoder.dimensions();
    // `total_bytes` saturates, so a product that overflows is beyond the limit as well.
    check_size(width, height, decoder.total_bytes())?;
    let orientation = decoder.orientation().map_err(explain)?;
    let image = DynamicImage::from_decoder(decoder).map_err(explain)?;
    Ok(Decoded {
        image,
        orientation,
        told_bits: None,
        shown: None,
    })
}

/// Turns the picture upright and drops depth and alpha. Whatever is left of the larger buffer is freed
/// before the next is made.
fn picture_of(decoded: Decoded, file_type: FileType, want: Want) -> Picture {
    let (image, depth, greys) = upright(decoded);
    let (width, height) = (image.width(), image.height());
    let to_8 = |value| match &greys {
        Some(greys) => greys.get(usize::from(value)).copied().unwrap_or(u8::MAX),
        None => depth.to_8(value),
    };
    let pixels = match image {
        DynamicImage::ImageLuma8(grey) => Pixels::Grey(grey.into_raw()),
        DynamicImage::ImageLumaA8(grey) => Pixels::Grey(pick(grey.as_raw(), 2, |p| p[0])),
        DynamicImage::ImageLuma16(grey) => Pixels::Grey(pick(grey.as_raw(), 1, |p| to_8(p[0]))),
        DynamicImage::ImageLumaA16(grey) => Pixels::Grey(pick(grey.as_raw(), 2, |p| to_8(p[0]))),
        DynamicImage::ImageRgb8(rgb) => Pixels::Rgb(rgb.into_raw()),
        DynamicImage::ImageRgba8(rgba) => Pixels::Rgb(pick3(rgba.as_raw(), 4, |v| v)),
        DynamicImage::ImageRgb16(rgb) => Pixels::Rgb(pick3(rgb.as_raw(), 3, to_8)),
        DynamicImage::ImageRgba16(rgba) => Pixels::Rgb(pick3(rgba.as_raw(), 4, to_8)),
        other => Pixels::Rgb(other.into_rgb8().into_raw()),
    };
    let pixels = match (pixels, want) {
        (Pixels::Rgb(rgb), Want::Grey) => Pixels::Grey(rgb.chunks_exact(3).map(luma).collect()),
        (pixels, _) => pixels,
    };
    Picture {
        width,
        height,
        pixels,
        file_type,
        depth,
        room: room::of_this(),
    }
}

/// The picture upright, its depth, and how bright each sample is where that is another than its share of this.
fn upright(decoded: Decoded) -> (DynamicImage, Depth, Option<Vec<u8>>) {
    let mut image = decoded.image;
    image.apply_orientation(decoded.orientation);
    if let Some(shown) = decoded.shown {
        return (image, Depth::told(shown.bits), shown.greys);
    }
    let depth = largest_16(&image).map(|largest| Depth::of_largest(largest, decoded.told_bits));
    (image, depth.unwrap_or(Depth::EIGHT), None)
}

/// The first `kept` of the channels of each pixel.
fn first(samples: &[u16], channels: usize, kept: usize) -> Vec<u16> {
    let pixels = samples.chunks_exact(channels);
    pixels.flat_map(|pixel| &pixel[..kept]).copied().collect()
}

fn pick<T>(samples: &[T], channels: usize, value: impl Fn(&[T]) -> u8) -> Vec<u8> {
    samples.chunks_exact(channels).map(value).collect()
}

fn pick3<T: Copy>(samples: &[T], channels: usize, value: impl Fn(T) -> u8) -> Vec<u8> {
    let three = |pixel: &[T]| [value(pixel[0]), value(pixel[1]), value(pixel[2])];
    samples.chunks_exact(channels).flat_map(three).collect()
}

fn explain(file_type: FileType, error: image::ImageError) -> ImageError {
    use image::ImageError as E;
    match error {
        E::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
            ImageError::Truncated { file_type }
        }
        E::Decoding(error) if ends_early(&error) => ImageError::Truncated { file_type },
        E::Limits(_) => ImageError::TooMuchMemory { file_type },
        E::Unsupported(_) => ImageError::Unsupported {
            file_type,
            what: "pixels of this kind",
        },
        other => {
            tracing::debug!("{file_type}: {other}");
            ImageError::Damaged {
                file_type,
                reason: "the decoder cannot make sense of it".to_owned(),
            }
        }
    }
}

/// Decoders wrap the end of the file in errors of their own.
fn ends_early(error: &DecodingError) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = error.source();
    }
    false
}
