//! JPEG, the type of most published X-rays, by way of its own luma channel when grey is enough.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::decode::{FileType, MAX_SIDE, check_size, picture_of};
use super::error::ImageError;
use super::picture::{Picture, Want};

const JPEG: FileType = FileType::Jpeg;

/// Decodes a JPEG, upright.
pub(super) fn decode(bytes: &[u8], want: Want) -> Result<Picture, ImageError> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder
        .dimensions()
        .ok_or(ImageError::Truncated { file_type: JPEG })?;
    let [width, height] = [width, height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let source = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let n_channels = source.num_components() as u64;
    // A progressive picture is held as 16-bit coefficients, beside the pixels, until its last scan.
    let bytes_per_sample = if is_progressive(bytes) { 3 } else { 1 };
    let n_pixels = u64::from(width) * u64::from(height);
    check_size(width, height, n_pixels * n_channels * bytes_per_sample)?;
    // The decoder fills what is missing with grey and reports success.
    if !reaches_its_end(bytes) {
        return Err(ImageError::Truncated { file_type: JPEG });
    }
    let has_luma = matches!(source, ColorSpace::Luma | ColorSpace::YCbCr);
    let grey = source == ColorSpace::Luma || (has_luma && want == Want::Grey);
    let output = if grey {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    decoder.set_options(
        options
            .set_max_width(MAX_SIDE as usize)
            .set_max_height(MAX_SIDE as usize)
            .jpeg_set_out_colorspace(output),
    );
    let orientation = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    let pixels = decoder.decode().map_err(damaged)?;
    let mut image = if grey {
        GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
    }
    .ok_or(ImageError::Truncated { file_type: JPEG })?;
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(picture_of(image, JPEG, want))
}

fn damaged(error: DecodeErrors) -> ImageError {
    match error {
        DecodeErrors::ExhaustedData => ImageError::Truncated { file_type: JPEG },
        other => ImageError::Damaged {
            file_type: JPEG,
            reason: other.to_string(),
        },
    }
}

/// Whether the file holds its end-of-image marker, found by going from segment to segment: an
/// embedded preview has an end marker too.
fn reaches_its_end(bytes: &[u8]) -> bool {
    markers(bytes).any(|marker| marker == 0xD9)
}

fn is_progressive(bytes: &[u8]) -> bool {
    markers(bytes)
        .find(|marker| matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC))
        .is_some_and(|frame| matches!(frame, 0xC2 | 0xC6 | 0xCA | 0xCE))
}

/// The markers of a JPEG stream in order (ITU-T T.81, annex B), without those inside segments.
fn markers(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)? + 1;
            let marker = *bytes.get(at)?;
            match marker {
                // Fill bytes repeat 0xFF; in entropy-coded data 0xFF is followed by zero.
                0xFF => continue,
                0x00 | 0x01 | 0xD0..=0xD8 => at += 1,
                0xD9 => at += 1,
                _ => {
                    let length = bytes.get(at + 1..at + 3)?;
                    at += 1 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                }
            }
            if marker != 0 {
                return Some(marker);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_marker_inside_a_segment_does_not_count() {
        let mut stream = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 6, 1, 2, 0xFF, 0xD9];
        assert!(
            !reaches_its_end(&stream),
            "the only end marker is the preview's"
        );
        stream.extend([0xFF, 0xDA, 0, 2, 1, 2, 0xFF, 0x00, 3, 0xFF, 0xD0, 4]);
        assert!(!reaches_its_end(&stream));
        stream.extend([0xFF, 0xFF, 0xD9]);
        assert!(reaches_its_end(&stream));
        assert_eq!(
            markers(&stream).collect::<Vec<_>>(),
            [0xD8, 0xE1, 0xDA, 0xD0, 0xD9]
        );
    }
}
