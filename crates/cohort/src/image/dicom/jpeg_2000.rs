//! JPEG 2000, by `hayro-jpeg2000`, which has no unsafe code.

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};

use super::fault::{damaged, truncated, unsupported};
use super::samples::Samples;
use crate::image::decoded::check_size;
use crate::image::error::ImageError;

/// What the decoder needs for a sample besides the two bytes that become of it: coefficients and their transform, as
/// 32-bit numbers.
const BYTES_PER_SAMPLE: u64 = 12;
/// Start of codestream and the marker of its size.
const CODESTREAM: [u8; 4] = [0xFF, 0x4F, 0xFF, 0x51];
const END: [u8; 2] = [0xFF, 0xD9];

/// Decodes a codestream, or one in the boxes of a JP2 file, which a few write.
///
/// # Errors
/// When it is cut off or damaged, or is of other sides, channels or depth than the file says.
pub(super) fn decode(
    bytes: &[u8],
    (width, height): (u32, u32),
    channels: usize,
) -> Result<Samples, ImageError> {
    let start = bytes.windows(4).position(|window| window == CODESTREAM);
    let stream = &bytes[start.ok_or_else(|| damaged("it has no JPEG 2000 codestream"))?..];
    // Zeros may follow that make lengths even.
    let filling = stream.iter().rev().take_while(|byte| **byte == 0).count();
    if !stream[..stream.len() - filling].ends_with(&END) {
        return Err(truncated());
    }
    let size = Size::read(stream).ok_or_else(truncated)?;
    if (size.width, size.height) != (width, height) || usize::from(size.channels) != channels {
        return Err(damaged(
            "its JPEG 2000 pixels are of another size than it says",
        ));
    }
    if !(1..=16).contains(&size.precision) {
        return Err(unsupported("pixels of more than 16 bits"));
    }
    let n_samples = u64::from(width) * u64::from(height) * channels as u64;
    check_size(width, height, n_samples * BYTES_PER_SAMPLE)?;
    let settings = DecodeSettings {
        strict: true,
        ..DecodeSettings::default()
    };
    let refused = |error| {
        tracing::debug!("hayro-jpeg2000: {error:?}");
        damaged("its JPEG 2000 pixels cannot be decoded")
    };
    let image = Image::new(stream, &settings).map_err(refused)?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(refused)?;
    let components = decoded.components();
    let n_pixels = (width * height) as usize;
    let whole = components.len() == channels
        && components
            .iter()
            .all(|component| component.samples().len() == n_pixels);
    if !whole {
        return Err(truncated());
    }
    // The decoder lifts signed samples to where unsigned ones are; here they are two's complement.
    let most = f32::from(u16::MAX >> (16 - size.precision));
    let lifted = if size.signed {
        1 << (size.precision - 1)
    } else {
        0_u16
    };
    let value = |sample: f32| (sample.round().clamp(0.0, most) as u16).wrapping_sub(lifted);
    let mut values = Vec::with_capacity(n_pixels * channels);
    for pixel in 0..n_pixels {
        values.extend(
            components
                .iter()
                .map(|component| value(component.samples()[pixel])),
        );
    }
    Ok(Samples {
        precision: size.precision,
        values,
    })
}

/// What the size marker says (ITU-T T.800, A.5.1).
struct Size {
    width: u32,
    height: u32,
    channels: u16,
    precision: u8,
    signed: bool,
}

impl Size {
    fn read(stream: &[u8]) -> Option<Self> {
        let number = |at: usize| -> Option<u32> {
            let bytes = stream.get(at..at + 4)?;
            Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        };
        let depth = *stream.get(42)?;
        Some(Self {
            width: number(8)?.checked_sub(number(16)?)?,
            height: number(12)?.checked_sub(number(20)?)?,
            channels: u16::from_be_bytes([*stream.get(40)?, *stream.get(41)?]),
            precision: (depth & 0x7F) + 1,
            signed: depth & 0x80 != 0,
        })
    }
}
