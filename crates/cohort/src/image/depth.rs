//! How many bits the pixels of a picture use, and what they are in 8 of them.

use image::DynamicImage;

/// How deep a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Bits that hold a pixel in the file: 8 or 16; in a DICOM file those that it says are used.
    pub stored: u8,
    /// Bits that are used of them, 8 to 16: white is `2^used - 1`.
    pub used: u8,
}

impl Depth {
    /// Of every picture of 8 bits and less.
    pub const EIGHT: Self = Self { stored: 8, used: 8 };

    /// Of samples whose file says how many bits they use.
    pub(super) fn told(bits: u8) -> Self {
        Self {
            stored: bits,
            used: bits,
        }
    }

    /// Whether there is more to see than 256 greys.
    pub fn is_deep(self) -> bool {
        self.used > 8
    }

    /// Whether it had to be found out that some of the bits are not used.
    pub fn is_low(self) -> bool {
        self.used < self.stored
    }

    /// Of 16-bit samples: the fewest bits, at least `told` and at least 8, that hold them all.
    ///
    /// Detectors give 10 to 14 bits, and many programs store these as they are in 16. What was made for
    /// all 16 bits reaches above a quarter of them in any picture that is not very dark, so 15 bits are
    /// taken for 16. A darker one is shown brighter by a power of two, which is said, and is never
    /// stretched to its own range.
    pub(super) fn of_samples(samples: &[u16], told: Option<u8>) -> Self {
        Self::of_largest(samples.iter().copied().max().unwrap_or(0), told)
    }

    /// Of 16-bit samples of which this is the largest.
    pub(super) fn of_largest(most: u16, told: Option<u8>) -> Self {
        let needed = (u16::BITS - most.leading_zeros()) as u8;
        let used = match needed.max(told.unwrap_or(0)) {
            _ if most == 0 => 16,
            15 if told != Some(15) => 16,
            bits => bits.clamp(8, 16),
        };
        Self { stored: 16, used }
    }

    /// The largest value.
    pub(super) fn white(self) -> u16 {
        u16::MAX >> (16 - self.used)
    }

    /// A sample in 8 bits, rounded.
    pub(super) fn to_8(self, value: u16) -> u8 {
        let white = u32::from(self.white());
        ((u32::from(value) * 255 + white / 2) / white).min(255) as u8
    }
}

/// The largest grey or colour in a picture of 16 bits. How opaque its pixels are is not counted: that
/// takes all bits whatever the detector gave.
pub(super) fn largest_16(image: &DynamicImage) -> Option<u16> {
    let (samples, channels, colours) = match image {
        DynamicImage::ImageLuma16(image) => (image.as_raw(), 1, 1),
        DynamicImage::ImageLumaA16(image) => (image.as_raw(), 2, 1),
        DynamicImage::ImageRgb16(image) => (image.as_raw(), 3, 3),
        DynamicImage::ImageRgba16(image) => (image.as_raw(), 4, 3),
        _ => return None,
    };
    let pixels = samples.chunks_exact(channels);
    let largest = pixels.flat_map(|pixel| &pixel[..colours]).copied().max();
    Some(largest.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_no_depth() {
        let grey = image::ImageBuffer::from_fn(4, 4, |x, _| image::Luma([x as u16 * 1000]));
        let opaque =
            image::ImageBuffer::from_fn(4, 4, |x, _| image::LumaA([x as u16 * 1000, u16::MAX]));
        assert_eq!(largest_16(&DynamicImage::ImageLuma16(grey)), Some(3000));
        assert_eq!(largest_16(&DynamicImage::ImageLumaA16(opaque)), Some(3000));
        let colours =
            image::ImageBuffer::from_fn(4, 4, |_, y| image::Rgba([5, y as u16, 7, u16::MAX]));
        assert_eq!(largest_16(&DynamicImage::ImageRgba16(colours)), Some(7));
    }

    #[test]
    fn sixteen_bits_are_rounded() {
        let depth = Depth::of_samples(&[65535], None);
        assert_eq!(
            [0, 128, 129, 257, 65535 - 128, 65535].map(|v| depth.to_8(v)),
            [0, 0, 1, 1, 255, 255]
        );
        assert!((0..=255u8).all(|v| depth.to_8(u16::from(v) * 257) == v));
    }

    #[test]
    fn the_fewest_bits_that_hold_the_samples() {
        for (most, told, used) in [
            (0, None, 16),
            (1, None, 8),
            (255, None, 8),
            (256, None, 9),
            (520, None, 10),
            (2080, None, 12),
            (4095, None, 12),
            (4096, None, 13),
            (16383, None, 14),
            (16384, None, 16),
            (20000, Some(15), 15),
            (33410, None, 16),
            (700, Some(12), 12),
            (5000, Some(12), 13),
            (700, Some(40), 16),
        ] {
            let depth = Depth::of_samples(&[0, most], told);
            assert_eq!(depth.used, used, "{most} {told:?}");
        }
    }

    #[test]
    fn a_grey_is_the_same_in_any_depth() {
        for used in 8..=16 {
            let depth = Depth { stored: 16, used };
            let white = f64::from(depth.white());
            for grey in 0..=255u8 {
                let sample = (f64::from(grey) / 255.0 * white).round() as u16;
                assert_eq!(depth.to_8(sample), grey, "{used} bits");
            }
        }
    }
}
