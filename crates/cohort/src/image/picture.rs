//! A decoded picture.

use std::borrow::Cow;

use super::depth::Depth;
use super::file_type::FileType;
use super::room::Room;
use super::{jpeg, png};

/// A decoded picture, upright (the EXIF orientation is applied), 8 bits a channel, without alpha.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Pixels,
    pub(super) file_type: FileType,
    pub(super) depth: Depth,
    pub(super) room: Room,
}

/// A picture of more than 8 bits, upright, without alpha.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeepPicture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// 1 of grey, 3 of red, green and blue.
    pub channels: u8,
    /// Bits that are used: white is `2^bits - 1`.
    pub bits: u8,
    /// Row by row, `(height, width, channels)`.
    pub samples: Vec<u16>,
    pub(super) room: Room,
}

/// Pixels row by row from the top left, without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pixels {
    /// One byte a pixel, 0 black to 255 white.
    Grey(Vec<u8>),
    /// Three bytes a pixel: red, green, blue.
    Rgb(Vec<u8>),
}

/// What a picture is like, after orientation.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageFacts {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `JPEG`, `PNG`, `TIFF`, `BMP`, `WebP`, `GIF` or `DICOM`, as the content says.
    pub file_type: String,
    /// Mean of the grey picture, 0 (black) to 255 (white).
    pub mean_brightness: f32,
    /// How many bits its pixels use.
    pub depth: Depth,
}

impl Picture {
    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// How many bits its pixels use in the file.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// The pixels as they were decoded.
    pub fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// One byte a pixel, `(height, width)`: ITU-R 601 luma in the integer form of Pillow's
    /// `convert("L")`, `(19595 R + 38470 G + 7471 B + 32768) >> 16`.
    pub fn grey(&self) -> Cow<'_, [u8]> {
        match &self.pixels {
            Pixels::Grey(grey) => Cow::Borrowed(grey),
            Pixels::Rgb(rgb) => Cow::Owned(rgb.chunks_exact(3).map(luma).collect()),
        }
    }

    /// Three bytes a pixel, `(height, width, 3)`; a grey picture's channels are equal.
    pub fn rgb(&self) -> Cow<'_, [u8]> {
        match &self.pixels {
            Pixels::Grey(grey) => Cow::Owned(grey.iter().flat_map(|value| [*value; 3]).collect()),
            Pixels::Rgb(rgb) => Cow::Borrowed(rgb),
        }
    }

    /// The media type of the file that it was decoded from, if every browser decodes that to these very
    /// pixels: 8-bit JPEG and PNG that are not turned, have one frame, neither colour profile, gamma nor
    /// transparency, and no inks.
    pub fn shown_alike(&self, file: &[u8]) -> Option<&'static str> {
        let plain = match self.file_type {
            _ if self.depth.stored > 8 => false,
            FileType::Jpeg => jpeg::is_plain(file),
            FileType::Png => png::is_plain(file),
            _ => false,
        };
        plain.then(|| self.file_type.media_type())
    }

    /// What the picture is like.
    pub fn facts(&self) -> ImageFacts {
        let sum: u64 = match &self.pixels {
            Pixels::Grey(grey) => sum(grey),
            Pixels::Rgb(rgb) => rgb
                .chunks_exact(3)
                .map(|pixel| u64::from(luma(pixel)))
                .sum(),
        };
        let n_pixels = u64::from(self.width) * u64::from(self.height);
        ImageFacts {
            width: self.width,
            height: self.height,
            file_type: self.file_type.to_string(),
            mean_brightness: (sum as f64 / n_pixels as f64) as f32,
            depth: self.depth,
        }
    }
}

/// Short sums in 32 bits, which the compiler adds in vectors.
fn sum(bytes: &[u8]) -> u64 {
    let sum_of = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    bytes
        .chunks(1 << 16)
        .map(|bytes| u64::from(sum_of(bytes)))
        .sum()
}

/// Grey of a red, green and blue byte.
pub(super) fn luma(pixel: &[u8]) -> u8 {
    let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luma_is_that_of_pillow() {
        // Image.new("RGB", (1, 1), c).convert("L").getpixel((0, 0)), worked out by hand.
        assert_eq!(luma(&[255, 0, 0]), 76);
        assert_eq!(luma(&[0, 255, 0]), 150);
        assert_eq!(luma(&[0, 0, 255]), 29);
        assert!((0..=255).all(|v| luma(&[v, v, v]) == v));
    }

    #[test]
    fn grey_and_rgb_convert_into_each_other() {
        let file_type = FileType::Png;
        let grey = Picture {
            width: 2,
            height: 1,
            pixels: Pixels::Grey(vec![1, 200]),
            file_type,
            depth: Depth::EIGHT,
            room: Room::default(),
        };
        assert_eq!(grey.rgb().as_ref(), [1, 1, 1, 200, 200, 200]);
        assert_eq!(grey.facts().mean_brightness, 100.5);
        let rgb = Picture {
            pixels: Pixels::Rgb(vec![255, 0, 0, 0, 0, 255]),
            ..grey
        };
        assert_eq!(rgb.grey().as_ref(), [76, 29]);
        assert_eq!(rgb.facts().mean_brightness, 52.5);
    }
}
