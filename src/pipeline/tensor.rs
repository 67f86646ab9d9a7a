//! What a network gets of one image.

use ndarray::ArrayD;
use ndarray_npy::WriteNpyExt;
use thiserror::Error;

use crate::cohort::image::{self, ImageError, ImageSource, Picture, Pixels, Want};
use crate::features::preprocess::{self, PreprocessError, Preprocessing};

/// Why it cannot be told.
#[derive(Debug, Error)]
pub enum TensorError {
    /// The image cannot be read.
    #[error("the image cannot be read: {0}")]
    Image(#[from] ImageError),
    /// It has no pixels.
    #[error(transparent)]
    Preprocess(#[from] PreprocessError),
}

/// What a network gets of one image.
#[derive(Debug, Clone)]
pub struct Tensor {
    /// How it was made.
    pub spec: Preprocessing,
    /// In the order that its layout says.
    pub values: Vec<f32>,
}

/// What is in one channel of a tensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelFacts {
    /// The smallest value.
    pub least: f32,
    /// The largest value.
    pub largest: f32,
    /// Of all values.
    pub mean: f64,
    /// Of all values, as of a whole population.
    pub std: f64,
}

impl Tensor {
    /// Reads an image and prepares it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(spec: &Preprocessing, source: &ImageSource) -> Result<Self, TensorError> {
        Self::of_bytes(spec, &source.read()?)
    }

    /// The same of the bytes of its file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_bytes(spec: &Preprocessing, bytes: &[u8]) -> Result<Self, TensorError> {
        let picture = image::decode(bytes, wanted(spec))?;
        Ok(Self {
            spec: spec.clone(),
            values: preprocess::tensor(spec, pixels(&picture))?,
        })
    }

    /// What is in each channel.
    pub fn channels(&self) -> Vec<ChannelFacts> {
        (0..self.spec.channels as usize)
            .map(|channel| facts(self.spec.plane(&self.values, channel)))
            .collect()
    }

    /// The numbers, as an array of NumPy in the tensor's own shape.
    ///
    /// # Errors
    /// Only where there are not as many as its shape says.
    pub fn npy(&self) -> Result<Vec<u8>, String> {
        let array = ArrayD::from_shape_vec(&self.spec.shape()[..], self.values.clone());
        let mut bytes = Vec::new();
        let written = array
            .map_err(|error| error.to_string())?
            .write_npy(&mut bytes);
        written.map_err(|error| error.to_string())?;
        Ok(bytes)
    }

    /// As a picture: the smallest value that a tensor can have is black and the largest white, in all channels
    /// alike, and three channels are shown as red, green and blue in the tensor's order.
    ///
    /// # Errors
    /// Only where there are no pixels.
    pub fn png(&self) -> Result<Vec<u8>, ImageError> {
        let (black, white) = self.spec.range();
        let level = |value: f32| {
            let share = (f64::from(value) - black) / (white - black);
            (share * 255.0).round().clamp(0.0, 255.0) as u8
        };
        let plane = |channel| self.spec.plane(&self.values, channel).map(level);
        let pixels = match self.spec.channels {
            1 => Pixels::Grey(plane(0).collect()),
            _ => {
                let colours = plane(0).zip(plane(1)).zip(plane(2));
                Pixels::Rgb(colours.flat_map(|((r, g), b)| [r, g, b]).collect())
            }
        };
        image::encode_png_of((self.spec.width, self.spec.height), &pixels)
    }
}

/// Colours are decoded only for a network that sees them.
pub(super) fn wanted(spec: &Preprocessing) -> Want {
    match spec.channels {
        3 => Want::Rgb,
        _ => Want::Grey,
    }
}

/// A picture as the preprocessing takes it.
pub(super) fn pixels(picture: &Picture) -> preprocess::Pixels<'_> {
    let (width, height) = (picture.width(), picture.height());
    match picture.pixels() {
        Pixels::Grey(levels) => preprocess::Pixels::Grey {
            width,
            height,
            levels,
        },
        Pixels::Rgb(levels) => preprocess::Pixels::Rgb {
            width,
            height,
            levels,
        },
    }
}

fn facts(values: impl Iterator<Item = f32>) -> ChannelFacts {
    let (mut least, mut largest) = (f32::INFINITY, f32::NEG_INFINITY);
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        (least, largest) = (least.min(value), largest.max(value));
        // Welford (1962): no digits are lost where the mean is large.
        n += 1.0;
        let off = f64::from(value) - mean;
        mean += off / n;
        squares += off * (f64::from(value) - mean);
    }
    ChannelFacts {
        least,
        largest,
        mean,
        std: (squares / n).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_told_by_its_ends_its_mean_and_its_spread() {
        let found = facts([1.0, 2.0, 3.0, 6.0].into_iter());
        assert_eq!((found.least, found.largest, found.mean), (1.0, 6.0, 3.0));
        assert!((found.std - 3.5_f64.sqrt()).abs() < 1e-12);
    }
}
