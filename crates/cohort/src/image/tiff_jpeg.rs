//! TIFF whose strips or tiles are JPEG files that share their tables (TIFF, Technical Note 2, of 1995).
//!
//! Each is made a file of its own and goes the way of all JPEG files, so that it is counted before it is
//! believed.

use image::DynamicImage;
use tiff::tags::Tag;

use super::decoded::{Want, check_size};
use super::error::ImageError;
use super::jpeg;
use super::strips::{Chunk, chunks};
use super::tiff_source::{Source, TIFF, damaged, explain, unsupported};

/// Decodes the first picture.
pub(super) fn decode(decoder: &mut Source<'_>, file: &[u8]) -> Result<DynamicImage, ImageError> {
    let (width, height) = decoder.dimensions().map_err(explain)?;
    let tag = |decoder: &mut Source<'_>, tag| decoder.find_tag_unsigned::<u16>(tag).ok().flatten();
    let colours = tag(decoder, Tag::PhotometricInterpretation);
    let (channels, transform) = match colours {
        Some(0 | 1) => (1, None),
        Some(2) => (3, Some(0)),
        Some(6) => (3, Some(1)),
        _ => {
            return Err(unsupported(
                "JPEG pixels of other colours than grey, RGB and YCbCr",
            ));
        }
    };
    if tag(decoder, Tag::SamplesPerPixel).unwrap_or(1) != channels
        || (channels > 1 && tag(decoder, Tag::PlanarConfiguration) == Some(2))
    {
        return Err(unsupported(
            "JPEG pixels with more channels, or with each apart,",
        ));
    }
    let channels = usize::from(channels);
    check_size(
        width,
        height,
        u64::from(width) * u64::from(height) * channels as u64,
    )?;
    let tables = decoder.find_tag(Tag::JPEGTables).map_err(explain)?;
    let tables = tables.map(|tables| tables.into_u8_vec().map_err(explain));
    let head = head(tables.transpose()?.as_deref(), transform)?;
    let stride = width as usize * channels;
    let mut pixels = vec![0; stride * height as usize];
    for chunk in chunks(decoder, file)? {
        let decoded = decode_chunk(&head, &chunk)?;
        let (across, samples) = match (&decoded, channels) {
            (DynamicImage::ImageLuma8(grey), 1) => (grey.width(), grey.as_raw()),
            (DynamicImage::ImageRgb8(rgb), 3) => (rgb.width(), rgb.as_raw()),
            _ => {
                return Err(damaged(
                    "a strip or tile has other colours than its tags say",
                ));
            }
        };
        // The last strip may be as high as the others.
        let heights = [chunk.height, chunk.most_height];
        if across != chunk.width || !heights.contains(&decoded.height()) {
            return Err(damaged(
                "a strip or tile is of another size than its tags say",
            ));
        }
        let kept = chunk.width.min(width - chunk.left) as usize * channels;
        let rows = samples.chunks_exact(across as usize * channels);
        let down = chunk.height.min(height - chunk.top) as usize;
        for (row, from) in rows.take(down).enumerate() {
            let at = (chunk.top as usize + row) * stride + chunk.left as usize * channels;
            pixels[at..at + kept].copy_from_slice(&from[..kept]);
        }
    }
    if colours == Some(0) {
        pixels.iter_mut().for_each(|grey| *grey = 255 - *grey);
    }
    let image = match channels {
        1 => image::GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        _ => image::RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
    };
    image.ok_or_else(super::tiff_source::truncated)
}

/// What comes before the data of each: the start of a file, how colours are coded where there are any, as
/// Adobe's marker says it, and the tables.
fn head(tables: Option<&[u8]>, transform: Option<u8>) -> Result<Vec<u8>, ImageError> {
    let mut head = vec![0xFF, 0xD8];
    if let Some(transform) = transform {
        head.extend(b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0");
        head.push(transform);
    }
    if let Some(tables) = tables {
        let inner = tables.strip_prefix(&[0xFF, 0xD8]);
        let inner = inner.and_then(|tables| tables.strip_suffix(&[0xFF, 0xD9]));
        head.extend(inner.ok_or_else(|| damaged("its tables of JPEG are cut off"))?);
    }
    Ok(head)
}

fn decode_chunk(head: &[u8], chunk: &Chunk<'_>) -> Result<DynamicImage, ImageError> {
    let coded = chunk.coded.strip_prefix(&[0xFF, 0xD8]);
    let coded = coded.ok_or_else(|| damaged("a strip or tile does not begin as JPEG does"))?;
    let decoded = jpeg::decode(&[head, coded].concat(), Want::Rgb);
    decoded
        .map(|decoded| decoded.image)
        .map_err(|error| match error {
            ImageError::Truncated { .. } => ImageError::Truncated { file_type: TIFF },
            ImageError::Damaged { reason, .. } => damaged(&reason),
            ImageError::Unsupported { what, .. } => unsupported(what),
            other => other,
        })
}
