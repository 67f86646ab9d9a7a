//! Small versions of pictures.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::encode::jpeg;
use super::error::ImageError;
use super::picture::{Picture, Pixels};
use super::resize::{self, Filter};

/// JPEG quality: no visible artefacts at the size of a thumbnail.
const QUALITY: u8 = 85;

/// A JPEG of the picture whose longest side has `longest_side` pixels, or fewer if the picture has
/// fewer. Downscaling averages over all pixels (Catmull and Rom's cubic), so fine lines do not flicker.
///
/// # Errors
/// When the size is zero.
pub fn thumbnail(picture: &Picture, longest_side: u32) -> Result<Vec<u8>, ImageError> {
    if longest_side == 0 || picture.width == 0 || picture.height == 0 {
        return Err(ImageError::NoThumbnail);
    }
    let from = (picture.width, picture.height);
    let to = fit(picture.width, picture.height, longest_side);
    let (color, pixels) = match &picture.pixels {
        Pixels::Grey(grey) => (
            ExtendedColorType::L8,
            resize::grey(grey, from, to, &Filter::CatmullRom)?,
        ),
        Pixels::Rgb(rgb) => (
            ExtendedColorType::Rgb8,
            resize::rgb(rgb, from, to, &Filter::CatmullRom)?,
        ),
    };
    jpeg(&pixels, to, color, QUALITY)
}

/// The whole picture as PNG, for files that browsers cannot show or would show otherwise.
///
/// # Errors
/// When the picture has no pixels.
pub fn png(picture: &Picture) -> Result<Vec<u8>, ImageError> {
    png_of((picture.width, picture.height), &picture.pixels)
}

/// Pixels of so many columns and rows as PNG.
///
/// # Errors
/// When there are no pixels, or not as many as that.
pub fn png_of((width, height): (u32, u32), pixels: &Pixels) -> Result<Vec<u8>, ImageError> {
    let (color, pixels) = match pixels {
        Pixels::Grey(grey) => (ExtendedColorType::L8, grey),
        Pixels::Rgb(rgb) => (ExtendedColorType::Rgb8, rgb),
    };
    let mut png = Vec::new();
    let samples = if color == ExtendedColorType::L8 { 1 } else { 3 };
    if pixels.len() as u64 != u64::from(width) * u64::from(height) * samples {
        return Err(ImageError::NoThumbnail);
    }
    PngEncoder::new(&mut png)
        .write_image(pixels, width, height, color)
        .map_err(|_| ImageError::NoThumbnail)?;
    Ok(png)
}

/// Width and height in proportion, at least 1 each.
fn fit(width: u32, height: u32, longest_side: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= longest_side {
        return (width, height);
    }
    let scale = |side: u32| {
        let scaled = (u64::from(side) * u64::from(longest_side) + u64::from(longest) / 2)
            / u64::from(longest);
        u32::try_from(scaled).unwrap_or(longest_side).max(1)
    };
    (scale(width), scale(height))
}

#[cfg(test)]
mod tests {
    use super::super::room::Room;
    use super::super::{Depth, FileType, Want, decode};
    use super::*;

    #[test]
    fn proportions_are_kept_and_nothing_is_enlarged() {
        assert_eq!(fit(4000, 2000, 128), (128, 64));
        assert_eq!(fit(2000, 4000, 128), (64, 128));
        assert_eq!(fit(100, 50, 128), (100, 50));
        assert_eq!(fit(10_000, 1, 128), (128, 1));
    }

    #[test]
    fn grey_and_colour_survive() {
        let file_type = FileType::Png;
        let grey: Vec<u8> = (0..200 * 100)
            .map(|i| if i % 200 < 100 { 30 } else { 220 })
            .collect();
        let rgb = grey.iter().flat_map(|value| [*value, 100, 50]).collect();
        for (pixels, left) in [
            (Pixels::Grey(grey), [30; 3]),
            (Pixels::Rgb(rgb), [30, 100, 50]),
        ] {
            let picture = Picture {
                width: 200,
                height: 100,
                pixels,
                file_type,
                depth: Depth::EIGHT,
                room: Room::default(),
            };
            let small = decode(&thumbnail(&picture, 64).unwrap(), Want::Rgb).unwrap();
            assert_eq!((small.width(), small.height()), (64, 32));
            let middle_left = &small.rgb()[(16 * 64 + 8) * 3..][..3];
            assert!(
                middle_left
                    .iter()
                    .zip(left)
                    .all(|(a, b): (&u8, u8)| a.abs_diff(b) <= 4)
            );
            assert!(thumbnail(&picture, 0).is_err());
        }
    }
}
