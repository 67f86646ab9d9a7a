//! From 8-bit pixels to the tensor that a model reads.
//!
//! What a model was trained with travels in its file; [`Preprocessing`] is that description. The
//! reference for every step is `models/preprocess.py`, with which the tensors agree to 1e-3.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

mod equalize;
mod triangle;

/// Longest side of a model's input that is accepted, in pixels.
pub const MAX_SIDE: u32 = 4096;

/// Raised whenever the code below gives other numbers for the same description, or is given other
/// pixels of the same file.
const ALGORITHM: u32 = 3;

/// Makes the tensor of one image: `channels × height × width` values in the layout asked for.
///
/// The image is stretched to the model's size with an antialiased triangle filter in floating
/// point, clamped to 0…255, equalised or scaled, and normalised. Each step is continuous, so two
/// decoders that differ by a grey level give nearly the same tensor.
///
/// # Errors
/// When the picture has no pixels or its slice is not as long as its size says.
pub fn tensor(spec: &Preprocessing, pixels: Pixels<'_>) -> Result<Vec<f32>, PreprocessError> {
    pixels.check()?;
    let planes: Vec<Vec<f32>> = match pixels {
        Pixels::Rgb { .. } if spec.channels == 3 => (0..3)
            .map(|channel| finished(spec, channel, &resized(spec, &pixels.channel(channel))))
            .collect(),
        // Three equal channels may still differ in mean and std.
        _ => {
            let levels = resized(spec, &pixels.luma());
            (0..spec.channels as usize)
                .map(|channel| finished(spec, channel, &levels))
                .collect()
        }
    };
    Ok(match spec.layout {
        Layout::Nchw => planes.concat(),
        Layout::Nhwc => interleave(&planes),
    })
}

/// Upright 8-bit pixels, row by row from the top left.
#[derive(Debug, Clone, Copy)]
pub enum Pixels<'a> {
    /// One byte for each pixel: `(height, width)`.
    Grey {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// `width * height` bytes.
        levels: &'a [u8],
    },
    /// Red, green, blue for each pixel: `(height, width, 3)`.
    Rgb {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// `width * height * 3` bytes.
        levels: &'a [u8],
    },
}

/// How a model wants its images. In a model's file it is JSON under the metadata key
/// `negatoscope.preprocessing`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preprocessing {
    /// Version of this description; 1 is the only one so far.
    pub version: u32,
    /// Columns of the tensor.
    pub width: u32,
    /// Rows of the tensor.
    pub height: u32,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: u32,
    /// The filter.
    pub resize: Resize,
    /// What happens to the aspect ratio.
    pub fit: Fit,
    /// Whether each level is replaced by its place in the image's distribution (0…1).
    pub equalize: bool,
    /// Factor on the levels 0…255 when they are not equalised.
    pub scale: f64,
    /// Subtracted after scaling, one value for each channel.
    pub mean: Vec<f64>,
    /// Divided by after that, one value for each channel.
    pub std: Vec<f64>,
    /// Order of the tensor's axes.
    pub layout: Layout,
}

/// Filters for resizing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resize {
    /// A triangle, widened by the reduction factor (antialiasing): Pillow's `BILINEAR` in mode `F`.
    Bilinear,
}

/// Ways to bring an image to the tensor's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Both sides are resized on their own; nothing is cut off or filled in.
    Stretch,
}

/// Orders of a tensor's axes: n images, c channels, h rows, w columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Layout {
    /// Channel planes one after another, as PyTorch has them.
    Nchw,
    /// The channels of a pixel side by side, as Keras has them.
    Nhwc,
}

/// Why a description or a picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PreprocessError {
    /// Not JSON, a key missing, or a key or value that this version does not know.
    #[error(
        "the model's negatoscope.preprocessing cannot be read ({0}): store the keys that models/preprocess.py describes, or use a newer negatoscope"
    )]
    Json(#[from] serde_json::Error),
    /// A value out of its range.
    #[error("the model's negatoscope.preprocessing has {what}: {wanted}")]
    Value {
        /// The offending part.
        what: String,
        /// What is accepted.
        wanted: &'static str,
    },
    /// The pixels do not fill the picture.
    #[error(
        "a picture of {width} × {height} with {found} bytes cannot be used: it needs {needed} and at least one pixel"
    )]
    Pixels {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes given.
        found: usize,
        /// Bytes expected.
        needed: u64,
    },
}

impl Preprocessing {
    /// Reads and checks the JSON from a model's metadata.
    ///
    /// # Errors
    /// When a key is missing, unknown, or out of range.
    pub fn from_json(json: &str) -> Result<Self, PreprocessError> {
        let spec: Self = serde_json::from_str(json)?;
        spec.check()?;
        Ok(spec)
    }

    /// What is assumed of a model that does not say: levels from 0 to 1, nothing else.
    pub fn plain(width: u32, height: u32, channels: u32, layout: Layout) -> Self {
        Self {
            version: 1,
            width,
            height,
            channels,
            resize: Resize::Bilinear,
            fit: Fit::Stretch,
            equalize: false,
            scale: 1.0 / 255.0,
            mean: vec![0.0; channels as usize],
            std: vec![1.0; channels as usize],
            layout,
        }
    }

    /// Shape of the tensor of one image.
    pub fn shape(&self) -> [usize; 4] {
        let [c, h, w] = [self.channels, self.height, self.width].map(|side| side as usize);
        match self.layout {
            Layout::Nchw => [1, c, h, w],
            Layout::Nhwc => [1, h, w, c],
        }
    }

    /// A text that differs whenever the tensors may differ; part of the cache's keys.
    pub fn version_key(&self) -> String {
        // Floats are printed so that they read back exactly, so the text identifies the values.
        format!("algorithm {ALGORITHM} {self:?}")
    }

    fn check(&self) -> Result<(), PreprocessError> {
        let refuse = |what: String, wanted| Err(PreprocessError::Value { what, wanted });
        if self.version != 1 {
            let what = format!("version {}", self.version);
            return refuse(what, "this negatoscope reads version 1, so use a newer one");
        }
        if ![self.width, self.height]
            .iter()
            .all(|side| (1..=MAX_SIDE).contains(side))
        {
            let what = format!("size {} × {}", self.width, self.height);
            return refuse(what, "each side must be 1 to 4096 pixels");
        }
        if self.channels != 1 && self.channels != 3 {
            return refuse(format!("channels {}", self.channels), "it must be 1 or 3");
        }
        let channels = self.channels as usize;
        if self.mean.len() != channels || self.std.len() != channels {
            let what = format!("{} means and {} stds", self.mean.len(), self.std.len());
            return refuse(what, "there must be one of each for every channel");
        }
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !positive(self.scale) || !self.std.iter().copied().all(positive) {
            return refuse(
                "a scale or std that is not above 0".into(),
                "both must be positive",
            );
        }
        if !self.mean.iter().all(|mean| mean.is_finite()) {
            return refuse("a mean that is not finite".into(), "it must be a number");
        }
        Ok(())
    }
}

impl<'a> Pixels<'a> {
    fn size(&self) -> (u32, u32) {
        match *self {
            Pixels::Grey { width, height, .. } | Pixels::Rgb { width, height, .. } => {
                (width, height)
            }
        }
    }

    fn check(&self) -> Result<(), PreprocessError> {
        let (width, height) = self.size();
        let (levels, samples) = match self {
            Pixels::Grey { levels, .. } => (levels, 1),
            Pixels::Rgb { levels, .. } => (levels, 3),
        };
        let needed = u64::from(width) * u64::from(height) * samples;
        if needed == 0 || levels.len() as u64 != needed {
            return Err(PreprocessError::Pixels {
                width,
                height,
                found: levels.len(),
                needed,
            });
        }
        Ok(())
    }

    /// The picture as one plane of grey levels.
    fn luma(&self) -> Plane<'a> {
        let (width, height) = self.size();
        let levels = match *self {
            Pixels::Grey { levels, .. } => Cow::Borrowed(levels),
            Pixels::Rgb { levels, .. } => levels
                .as_chunks()
                .0
                .iter()
                .map(luma_of)
                .collect::<Vec<u8>>()
                .into(),
        };
        Plane {
            width,
            height,
            levels,
        }
    }

    /// One channel of a colour picture.
    fn channel(&self, index: usize) -> Plane<'a> {
        let (width, height) = self.size();
        let levels = match *self {
            Pixels::Grey { levels, .. } => Cow::Borrowed(levels),
            Pixels::Rgb { levels, .. } => levels
                .iter()
                .skip(index)
                .step_by(3)
                .copied()
                .collect::<Vec<u8>>()
                .into(),
        };
        Plane {
            width,
            height,
            levels,
        }
    }
}

/// ITU-R 601 luma in Pillow's integer form.
fn luma_of(&[red, green, blue]: &[u8; 3]) -> u8 {
    let sum = 19595 * u32::from(red) + 38470 * u32::from(green) + 7471 * u32::from(blue);
    ((sum + 0x8000) >> 16) as u8
}

struct Plane<'a> {
    width: u32,
    height: u32,
    levels: Cow<'a, [u8]>,
}

/// Levels 0…255 at the tensor's size.
fn resized(spec: &Preprocessing, source: &Plane<'_>) -> Vec<f64> {
    let from = (source.width as usize, source.height as usize);
    let to = (spec.width as usize, spec.height as usize);
    triangle::resized(&source.levels, from, to)
        .into_iter()
        .map(|level| f64::from(level).clamp(0.0, 255.0))
        .collect()
}

/// One channel of the tensor from its levels 0…255.
fn finished(spec: &Preprocessing, channel: usize, levels: &[f64]) -> Vec<f32> {
    let (mean, std) = (spec.mean[channel], spec.std[channel]);
    let normalised = |value: f64| ((value - mean) / std) as f32;
    if spec.equalize {
        equalize::equalized(levels).map(normalised).collect()
    } else {
        levels
            .iter()
            .map(|&level| normalised(level * spec.scale))
            .collect()
    }
}

fn interleave(planes: &[Vec<f32>]) -> Vec<f32> {
    let n_pixels = planes.first().map_or(0, Vec::len);
    (0..n_pixels)
        .flat_map(|pixel| planes.iter().map(move |plane| plane[pixel]))
        .collect()
}

#[cfg(test)]
mod tests;
