//! From stored values to greys: modality, values of interest, presentation (DICOM PS3.3, C.11, and PS3.4, N.2).
//!
//! A stored value has 16 bits at most, so all of it is one table.

use super::data_set::{DataSet, Place};
use super::fault::damaged;
use super::header::Header;
use super::tags::{self, Tag};
use crate::image::error::ImageError;

/// What becomes of stored values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Greys {
    /// For each stored value, by its lower bits, the sample that is kept of it.
    pub(super) samples: Vec<u16>,
    /// Bits of these samples, 8 to 16.
    pub(super) bits: u8,
    /// For each sample how bright it is, 0 to 255, where that is another than its share of the range.
    pub(super) shown: Option<Vec<u8>>,
    /// The samples that are just black and just white, where a window says so.
    pub(super) window: Option<[f64; 2]>,
}

/// Which part of the values is shown, and how (C.11.2).
#[derive(Debug, Clone, Copy, PartialEq)]
struct Window {
    centre: f64,
    width: f64,
    function: Function,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Linear,
    LinearExact,
    Sigmoid,
}

/// A table of values (C.11.1.1 and C.11.2.1.1).
#[derive(Debug, Clone, PartialEq)]
struct Lut {
    /// The value that the first entry is for.
    first: f64,
    /// Bits of an entry.
    bits: u8,
    entries: Vec<u16>,
}

impl Greys {
    /// Works out the table of a file.
    ///
    /// # Errors
    /// When a table of the file is not as long as it says.
    pub(super) fn of(header: &Header, data_set: &DataSet<'_>) -> Result<Self, ImageError> {
        let stored = stored_values(header);
        let modality = Lut::read(data_set, Place::ModalityLut, header)?;
        let values: Vec<f64> = match &modality {
            Some(lut) => stored
                .iter()
                .map(|value| f64::from(lut.at(*value)))
                .collect(),
            None => {
                let number = |tag| data_set.number(Place::Top, tag);
                let slope = number(tags::RESCALE_SLOPE).filter(|slope| *slope != 0.0);
                let intercept = number(tags::RESCALE_INTERCEPT).unwrap_or(0.0);
                let slope = slope.unwrap_or(1.0);
                stored
                    .iter()
                    .map(|value| slope * value + intercept)
                    .collect()
            }
        };
        let voi = Lut::read(data_set, Place::VoiLut, header)?;
        let window = Window::read(data_set);
        let depth = header.bits_stored.max(8);
        // A curve that is not straight is kept as what comes of it.
        let (range, bits, curve): (_, _, Box<dyn Fn(f64) -> f64>) = match (&voi, window) {
            (Some(lut), _) => {
                let most = f64::from(u16::MAX >> (16 - lut.bits));
                let shown = move |value: f64| f64::from(lut.at(value)) / most;
                ([0.0, 1.0], lut.bits.clamp(8, 16), Box::new(shown))
            }
            (None, Some(window)) if window.function == Function::Sigmoid => {
                ([0.0, 1.0], 16, Box::new(move |value| window.shown(value)))
            }
            _ => {
                let bits = modality.as_ref().map_or(depth, |lut| lut.bits.clamp(8, 16));
                (extent(&values), bits, Box::new(|value| value))
            }
        };
        let white = f64::from(u16::MAX >> (16 - bits));
        let turned = |share: f64| {
            if header.is_inverted {
                1.0 - share
            } else {
                share
            }
        };
        let place = |value: f64| white * turned((value - range[0]) / (range[1] - range[0]));
        let sample = |value: &f64| place(curve(*value)).round().clamp(0.0, white) as u16;
        let samples: Vec<u16> = values.iter().map(sample).collect();
        let straight = window.filter(|w| voi.is_none() && w.function != Function::Sigmoid);
        let shown = straight.map(|window| {
            // Samples that no value comes to are not asked for.
            let mut shown = vec![0; usize::from(white as u16) + 1];
            for (value, sample) in values.iter().zip(&samples) {
                let bright = turned(window.shown(*value));
                shown[usize::from(*sample)] = (255.0 * bright).round() as u8;
            }
            shown
        });
        Ok(Self {
            samples,
            bits,
            shown,
            window: straight.map(|window| {
                let [dark, bright] = window.ends().map(place);
                [dark.min(bright), dark.max(bright)]
            }),
        })
    }

    /// How bright a stored value is in 8 bits.
    pub(super) fn to_8(&self, sample: u16) -> u8 {
        match &self.shown {
            Some(shown) => shown[usize::from(sample)],
            None => {
                let white = u32::from(u16::MAX >> (16 - self.bits));
                ((u32::from(sample) * 255 + white / 2) / white) as u8
            }
        }
    }
}

/// The number that each pattern of bits stands for.
fn stored_values(header: &Header) -> Vec<f64> {
    let n = 1_i32 << header.bits_stored;
    let value = |bits: i32| match header.is_signed && bits >= n / 2 {
        true => bits - n,
        false => bits,
    };
    (0..n).map(|bits| f64::from(value(bits))).collect()
}

/// The least and the largest of values, which are not the same.
fn extent(values: &[f64]) -> [f64; 2] {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    [least, if most > least { most } else { least + 1.0 }]
}

impl Window {
    /// The first window that a file has; `None` where it has none that can be.
    fn read(data_set: &DataSet<'_>) -> Option<Self> {
        let number = |tag: Tag| data_set.number(Place::Top, tag);
        let function = data_set.ascii(tags::VOI_LUT_FUNCTION);
        let function = match function.as_deref() {
            Some("SIGMOID") => Function::Sigmoid,
            Some("LINEAR_EXACT") => Function::LinearExact,
            _ => Function::Linear,
        };
        let (centre, width) = (number(tags::WINDOW_CENTER)?, number(tags::WINDOW_WIDTH)?);
        let least = if function == Function::Linear {
            1.0
        } else {
            f64::MIN_POSITIVE
        };
        (width >= least).then_some(Self {
            centre,
            width,
            function,
        })
    }

    /// Where black ends and white begins.
    fn ends(&self) -> [f64; 2] {
        let (centre, width) = match self.function {
            Function::Linear => (self.centre - 0.5, self.width - 1.0),
            Function::LinearExact | Function::Sigmoid => (self.centre, self.width),
        };
        [centre - width / 2.0, centre + width / 2.0]
    }

    /// How bright a value is, from 0 to 1 (C.11.2.1.2 and C.11.2.1.3).
    fn shown(&self, value: f64) -> f64 {
        let [dark, bright] = self.ends();
        match self.function {
            Function::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - self.centre) / self.width).exp()),
            _ if value <= dark => 0.0,
            _ if value > bright => 1.0,
            _ => (value - dark) / (bright - dark),
        }
    }
}

impl Lut {
    fn read(
        data_set: &DataSet<'_>,
        place: Place,
        header: &Header,
    ) -> Result<Option<Self>, ImageError> {
        let descriptor: Vec<u16> = data_set.u16s(place, tags::LUT_DESCRIPTOR).collect();
        let &[n, first, bits, ..] = &descriptor[..] else {
            return Ok(None);
        };
        // A number of 2^16 has no room in 16 bits.
        let n = if n == 0 { 1 << 16 } else { usize::from(n) };
        let wrong = || damaged("a table of greys is not as long as it says");
        let mut entries: Vec<u16> = data_set.u16s(place, tags::LUT_DATA).collect();
        // Entries of 8 bits may lie in bytes.
        if entries.len() == n.div_ceil(2) && n > 1 && bits <= 8 {
            let bytes = data_set.bytes(place, tags::LUT_DATA).unwrap_or_default();
            entries = bytes.iter().map(|byte| u16::from(*byte)).collect();
        }
        entries.truncate(n);
        if entries.len() < n || !(1..=16).contains(&bits) {
            return Err(wrong());
        }
        // The first value is signed where what the table is for is signed.
        let is_signed = match place {
            Place::VoiLut => extent_is_signed(data_set, header),
            _ => header.is_signed,
        };
        let first = match is_signed {
            true => f64::from(first as i16),
            false => f64::from(first),
        };
        let most = entries.iter().copied().max().unwrap_or(0);
        let needed = (u16::BITS - most.leading_zeros()) as u8;
        Ok(Some(Self {
            first,
            bits: (bits as u8).max(needed),
            entries,
        }))
    }

    /// The entry for a value; those beyond the ends are the first and the last.
    fn at(&self, value: f64) -> u16 {
        let place = (value - self.first)
            .round()
            .clamp(0.0, (self.entries.len() - 1) as f64);
        self.entries[place as usize]
    }
}

/// Whether the values that a VOI LUT is for can be negative: those behind a modality LUT are not.
fn extent_is_signed(data_set: &DataSet<'_>, header: &Header) -> bool {
    let rescaled = data_set.number(Place::Top, tags::RESCALE_INTERCEPT);
    let has_modality_lut = data_set.bytes(Place::ModalityLut, tags::LUT_DATA).is_some();
    !has_modality_lut && (header.is_signed || rescaled.is_some_and(|intercept| intercept < 0.0))
}
