//! The samples of the first frame, whatever they are written with.

use std::borrow::Cow;

use image::DynamicImage;

use super::data_set::PixelData;
use super::elements::fragments;
use super::fault::{damaged, of_dicom, truncated, unsupported};
use super::header::{Colours, Header};
use super::samples::Samples;
use super::syntax::Syntax;
use super::{jpeg_2000, jpeg_ls, rle};
use crate::image::decoded::{Want, check_size};
use crate::image::error::ImageError;
use crate::image::jpeg;

/// Decodes the first frame.
///
/// # Errors
/// When it is larger than the limits, cut off, damaged, or written in a way that is not read.
pub(super) fn first(header: &Header, pixels: PixelData<'_>) -> Result<Samples, ImageError> {
    let (width, height) = (u32::from(header.columns), u32::from(header.rows));
    let channels = header.channels();
    let n_pixels = u64::from(width) * u64::from(height);
    // Bytes of the file, and samples of them.
    check_size(width, height, n_pixels * channels as u64 * 4)?;
    let samples = match (pixels, header.syntax) {
        (PixelData::Float, _) => return Err(unsupported("floating-point pixels")),
        (_, Syntax::NotRead(what)) => return Err(unsupported(what)),
        (PixelData::Native(bytes), Syntax::Native | Syntax::Deflated) => {
            native(header, bytes, u16::from_le_bytes)?
        }
        (PixelData::Native(bytes), Syntax::BigEndian) => native(header, bytes, u16::from_be_bytes)?,
        (PixelData::Encapsulated(bytes), syntax) => {
            let bytes = first_frame(bytes, header.n_frames)?;
            encapsulated(header, &bytes, syntax)?
        }
        (PixelData::Native(_), _) => {
            return Err(damaged("its pixels are not written as it says"));
        }
    };
    match samples.values.len() as u64 == n_pixels * channels as u64 {
        true => Ok(samples),
        false => Err(truncated()),
    }
}

/// Samples as they are; of all frames the first comes first.
fn native(
    header: &Header,
    bytes: &[u8],
    number: fn([u8; 2]) -> u16,
) -> Result<Samples, ImageError> {
    let channels = header.channels();
    let n_pixels = usize::from(header.columns) * usize::from(header.rows);
    let n_samples = n_pixels * channels;
    let bits = header.bits_allocated;
    let frame = bytes.get(..(n_samples * usize::from(bits)).div_ceil(8));
    let frame = frame.ok_or_else(truncated)?;
    let values: Vec<u16> = match bits {
        // The first pixel is the lowest bit (DICOM PS3.5, D.1).
        1 => (0..n_samples)
            .map(|at| u16::from(frame[at / 8] >> (at % 8) & 1))
            .collect(),
        8 => frame.iter().map(|byte| u16::from(*byte)).collect(),
        _ => frame
            .chunks_exact(2)
            .map(|pair| number([pair[0], pair[1]]))
            .collect(),
    };
    let values = match header.is_planar && channels > 1 {
        true => interleaved(&values, channels),
        false => values,
    };
    // Overlays once lay in the bits that are not used, and below them.
    let shift = header.high_bit + 1 - header.bits_stored;
    Ok(Samples {
        precision: header.bits_stored,
        values: values.into_iter().map(|value| value >> shift).collect(),
    })
}

fn interleaved(planes: &[u16], n: usize) -> Vec<u16> {
    let length = planes.len() / n;
    let pixel = |at| (0..n).map(move |plane| planes[plane * length + at]);
    (0..length).flat_map(pixel).collect()
}

/// The bytes of the first frame: of all fragments those up to the second frame.
fn first_frame(bytes: &[u8], n_frames: u32) -> Result<Cow<'_, [u8]>, ImageError> {
    let (offsets, fragments) = fragments(bytes)?;
    let Some(first) = fragments.first() else {
        return Err(truncated());
    };
    let n = match (offsets.get(1), n_frames) {
        (_, 1) => fragments.len(),
        (Some(second), _) => {
            // Each fragment lies behind eight bytes of its own.
            let lengths = fragments.iter().map(|fragment| fragment.len() + 8);
            let ends = lengths.scan(0, |end, length| {
                *end += length;
                Some(*end)
            });
            1 + ends.take_while(|end| *end < *second as usize).count()
        }
        (None, n) if n as usize == fragments.len() => 1,
        // A frame ends with the marker of its end.
        (None, _) => {
            let ends = |fragment: &&[u8]| {
                let filling = fragment.iter().rev().take_while(|byte| **byte == 0).count();
                fragment[..fragment.len() - filling].ends_with(&[0xFF, 0xD9])
            };
            fragments
                .iter()
                .position(ends)
                .map_or(fragments.len(), |at| at + 1)
        }
    };
    Ok(match n {
        0 | 1 => Cow::Borrowed(*first),
        n => Cow::Owned(fragments[..n].concat()),
    })
}

fn encapsulated(header: &Header, bytes: &[u8], syntax: Syntax) -> Result<Samples, ImageError> {
    let sides = (u32::from(header.columns), u32::from(header.rows));
    let channels = header.channels();
    let grey = |samples: Result<jpeg::lossless::Samples, ImageError>| {
        let samples = samples.map_err(of_dicom)?;
        match (samples.width, samples.height) == sides {
            true => Ok(Samples {
                precision: samples.precision,
                values: samples.values,
            }),
            false => Err(other_size()),
        }
    };
    match syntax {
        Syntax::Rle => from_runs(header, bytes),
        Syntax::JpegLossless => grey(jpeg::lossless::decode(bytes)),
        Syntax::JpegExtended if jpeg::extended::precision(bytes) == Some(12) => {
            grey(jpeg::extended::decode(bytes))
        }
        Syntax::JpegBaseline | Syntax::JpegExtended => from_jpeg(header, bytes),
        Syntax::JpegLs => jpeg_ls::decode(bytes, sides),
        Syntax::Jpeg2000 => jpeg_2000::decode(bytes, sides, channels),
        _ => Err(damaged("its pixels are not written as it says")),
    }
}

fn other_size() -> ImageError {
    damaged("its JPEG pixels are of another size than it says")
}

fn from_runs(header: &Header, bytes: &[u8]) -> Result<Samples, ImageError> {
    let channels = header.channels();
    let n_pixels = usize::from(header.columns) * usize::from(header.rows);
    let n_bytes = usize::from(header.bits_allocated / 8);
    if n_bytes == 0 {
        return Err(unsupported("single bits in runs"));
    }
    let planes = rle::decode(bytes, channels * n_bytes, n_pixels)?;
    let sample = |at: usize| {
        let (pixel, channel) = (at / channels, at % channels);
        let byte = |n: usize| u16::from(planes[(channel * n_bytes + n) * n_pixels + pixel]);
        match n_bytes {
            1 => byte(0),
            _ => byte(0) << 8 | byte(1),
        }
    };
    let shift = header.high_bit + 1 - header.bits_stored;
    Ok(Samples {
        precision: header.bits_stored,
        values: (0..n_pixels * channels)
            .map(|at| sample(at) >> shift)
            .collect(),
    })
}

/// JPEG of 8 bits, as it is read from files of its own, but for colours that the header says are none of luma and
/// chroma.
fn from_jpeg(header: &Header, bytes: &[u8]) -> Result<Samples, ImageError> {
    let decoded = match header.colours {
        Colours::Grey => jpeg::decode(bytes, Want::Grey),
        Colours::Rgb => jpeg::decode_rgb(bytes),
        Colours::LumaChroma => jpeg::decode(bytes, Want::Rgb),
    };
    let image = decoded.map_err(of_dicom)?.image;
    if (image.width(), image.height()) != (u32::from(header.columns), u32::from(header.rows)) {
        return Err(other_size());
    }
    let values = match (image, header.channels()) {
        (DynamicImage::ImageLuma8(grey), 1) => grey.into_raw(),
        (DynamicImage::ImageRgb8(rgb), 3) => rgb.into_raw(),
        _ => return Err(damaged("its JPEG pixels have other colours than it says")),
    };
    Ok(Samples {
        precision: 8,
        values: values.into_iter().map(u16::from).collect(),
    })
}
