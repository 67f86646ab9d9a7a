//! DICOM files: the first frame, with the greys that its header asks for, and what the header says of the study.
//!
//! The picture lies as it is stored, which is how viewers show it; nothing is turned by what a header says of the
//! patient's orientation. A file may come without preamble, without meta information, and with any ending or none.

mod data_set;
mod elements;
mod fault;
mod frame;
mod grey;
mod header;
mod jpeg_2000;
mod jpeg_ls;
mod rle;
mod samples;
mod start;
mod study;
mod syntax;
mod tags;
mod text;

use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer};

use super::decoded::{Decoded, Shown};
use super::error::ImageError;
use data_set::Extent;
use fault::{damaged, truncated};
use grey::Greys;
use header::{Colours, Header};
use samples::Samples;
use syntax::Syntax;

pub(crate) use start::is_dicom;
pub(crate) use study::{COLUMNS, Kind as HeaderKind};
pub use study::{Patient, Spacing, SpacingAttribute, Study, Window};

/// Decodes the first frame.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let opened = data_set::open(bytes)?;
    let data_set = opened.read(Extent::Whole)?;
    let pixels = data_set
        .pixels
        .ok_or_else(|| damaged("it has no picture"))?;
    let header = Header::of(&data_set)?;
    let samples = frame::first(&header, pixels)?;
    let (width, height) = (u32::from(header.columns), u32::from(header.rows));
    let decoded = |image: Option<DynamicImage>, shown| {
        Ok(Decoded {
            image: image.ok_or_else(truncated)?,
            orientation: Orientation::NoTransforms,
            told_bits: None,
            shown,
        })
    };
    if header.colours != Colours::Grey {
        let rgb = colours(&header, samples);
        let image = ImageBuffer::from_raw(width, height, rgb).map(DynamicImage::ImageRgb8);
        return decoded(image, None);
    }
    let greys = Greys::of(&header, &data_set)?;
    let mut values = samples.values;
    let stored = stored(&header, samples.precision);
    values
        .iter_mut()
        .for_each(|value| *value = greys.samples[stored(*value)]);
    if greys.bits > 8 {
        let image = ImageBuffer::from_raw(width, height, values).map(DynamicImage::ImageLuma16);
        let shown = Shown {
            bits: greys.bits,
            greys: greys.shown,
        };
        return decoded(image, Some(shown));
    }
    let levels = values.into_iter().map(|value| greys.to_8(value)).collect();
    let image = ImageBuffer::from_raw(width, height, levels).map(DynamicImage::ImageLuma8);
    decoded(image, None)
}

/// The place of a sample among all stored values: its lower bits, and those of its sign where it was written with
/// fewer than are stored.
fn stored(header: &Header, precision: u8) -> impl Fn(u16) -> usize {
    let mask = u16::MAX >> (16 - header.bits_stored);
    let shift = 16 - u32::from(precision.min(header.bits_stored));
    let is_signed = header.is_signed;
    move |value| {
        let value = match is_signed {
            true => ((value << shift).cast_signed() >> shift).cast_unsigned(),
            false => value,
        };
        usize::from(value & mask)
    }
}

/// Red, green and blue of each pixel.
fn colours(header: &Header, samples: Samples) -> Vec<u8> {
    let values = samples.values.into_iter().map(|value| value as u8);
    let values: Vec<u8> = values.collect();
    // What a JPEG decoder gives is red, green and blue already.
    let is_jpeg = matches!(header.syntax, Syntax::JpegBaseline | Syntax::JpegExtended);
    match header.colours == Colours::LumaChroma && !is_jpeg {
        true => values.chunks_exact(3).flat_map(rgb).collect(),
        false => values,
    }
}

/// Of brightness and two differences of colours, over all of 8 bits (DICOM PS3.3, C.7.6.3.1.2).
fn rgb(pixel: &[u8]) -> [u8; 3] {
    let [y, blue, red] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
    let (blue, red) = (blue - 128.0, red - 128.0);
    let bright = [
        y + 1.402 * red,
        y - 0.344_136 * blue - 0.714_136 * red,
        y + 1.772 * blue,
    ];
    bright.map(|value| value.round().clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests;
