//! What is said of the pixels: how many there are, and of which kind (DICOM PS3.3, C.7.6.3).

use super::data_set::{DataSet, Place};
use super::fault::{damaged, unsupported};
use super::syntax::Syntax;
use super::tags;
use crate::image::error::ImageError;

/// How pixels are stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) syntax: Syntax,
    pub(super) rows: u16,
    pub(super) columns: u16,
    pub(super) n_frames: u32,
    pub(super) colours: Colours,
    /// Whether the least value is white.
    pub(super) is_inverted: bool,
    /// Whether all of one colour come before all of the next.
    pub(super) is_planar: bool,
    /// 1, 8 or 16.
    pub(super) bits_allocated: u8,
    /// Bits that a sample takes of them, 1 to 16, of which `high_bit` is the uppermost.
    pub(super) bits_stored: u8,
    pub(super) high_bit: u8,
    pub(super) is_signed: bool,
}

/// What the channels are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colours {
    Grey,
    Rgb,
    /// Brightness and two differences of colours.
    LumaChroma,
}

impl Header {
    /// Reads what is said of the pixels.
    ///
    /// # Errors
    /// When it says too little, contradicts itself, or says something that is not read.
    pub(super) fn of(data_set: &DataSet<'_>) -> Result<Self, ImageError> {
        let number = |tag, what| {
            let missing = || damaged(&format!("it does not say {what}"));
            data_set.u16(tag).ok_or_else(missing)
        };
        let rows = number(tags::ROWS, "how many rows it has")?;
        let columns = number(tags::COLUMNS, "how many columns it has")?;
        let allocated = number(tags::BITS_ALLOCATED, "how many bits a pixel has")?;
        let stored = data_set.u16(tags::BITS_STORED).unwrap_or(allocated);
        let high = data_set.u16(tags::HIGH_BIT);
        let high = high.unwrap_or(stored.saturating_sub(1));
        let n_channels = data_set.u16(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        let photometric = data_set.ascii(tags::PHOTOMETRIC).unwrap_or_default();
        let colours = match (&*photometric, n_channels) {
            ("MONOCHROME1" | "MONOCHROME2" | "", 1) => Colours::Grey,
            ("RGB" | "YBR_RCT" | "YBR_ICT", 3) => Colours::Rgb,
            ("YBR_FULL_422", 3) if data_set.syntax.is_plain() => {
                return Err(unsupported("colours of which some pixels share one"));
            }
            ("YBR_FULL" | "YBR_FULL_422", 3) => Colours::LumaChroma,
            ("PALETTE COLOR", _) => return Err(unsupported("colours by a palette")),
            ("MONOCHROME1" | "MONOCHROME2" | "RGB", _) => {
                return Err(damaged(
                    "it has not as many channels as its kind of colours",
                ));
            }
            _ => return Err(unsupported("colours of this kind")),
        };
        let bits_allocated = match allocated {
            1 | 8 | 16 => allocated as u8,
            32 | 64 => return Err(unsupported("pixels of 32 bits and more")),
            _ => return Err(unsupported("pixels of this depth")),
        };
        if !(1..=allocated).contains(&stored) || high >= allocated || high + 1 < stored {
            return Err(damaged("its bits do not fit into each other"));
        }
        if colours != Colours::Grey && stored != 8 {
            return Err(unsupported("colours of other than 8 bits"));
        }
        let n_frames = data_set.number(Place::Top, tags::N_FRAMES);
        Ok(Self {
            syntax: data_set.syntax,
            rows,
            columns,
            n_frames: n_frames.map_or(1, |n| n.clamp(1.0, f64::from(u32::MAX)) as u32),
            colours,
            is_inverted: photometric == "MONOCHROME1",
            is_planar: data_set.u16(tags::PLANAR_CONFIGURATION) == Some(1),
            bits_allocated,
            bits_stored: stored as u8,
            high_bit: high as u8,
            is_signed: data_set.u16(tags::PIXEL_REPRESENTATION) == Some(1),
        })
    }

    /// Samples of a pixel.
    pub(super) fn channels(&self) -> usize {
        match self.colours {
            Colours::Grey => 1,
            Colours::Rgb | Colours::LumaChroma => 3,
        }
    }
}
