//! From 8-bit pixels to the tensor that a model reads.
//!
//! What a model was trained with travels in its file or beside it, is one of the [`PRESETS`], or is given: a
//! [`Description`], in which everything may be left out. Together with what the network reads it makes a
//! [`Preprocessing`], in which nothing is. The reference for every step of the built-in model is
//! `models/preprocess.py`, with which the tensors agree to 1e-3; that of the others is Pillow and torchvision.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

mod beside;
mod description;
mod equalize;
mod frame;
mod presets;
mod resample;

pub(crate) use beside::of_file;
pub use beside::{Beside, beside};
pub use description::{Description, Reads};
pub use presets::{PRESETS, Preset};

use frame::Frame;
use resample::Resampling;

/// Longest side of a model's input that is accepted, in pixels.
pub const MAX_SIDE: u32 = 4096;

/// Raised whenever the code below gives other numbers for the same description, or is given other
/// pixels of the same file.
const ALGORITHM: u32 = 3;

/// Makes the tensor of one image: `channels × height × width` values in the layout asked for.
///
/// The image is resized in floating point, cut or padded, clamped to 0…255, equalised or scaled, and
/// normalised. Each step is continuous, so two decoders that differ by a grey level give nearly the same
/// tensor; what an 8-bit library would have rounded differs by half a level at most.
///
/// # Errors
/// When the picture has no pixels or its slice is not as long as its size says.
pub fn tensor(spec: &Preprocessing, pixels: Pixels<'_>) -> Result<Vec<f32>, PreprocessError> {
    pixels.check()?;
    let planes: Vec<Vec<f32>> = match pixels {
        Pixels::Rgb { .. } if spec.channels == 3 => (0..3)
            .map(|channel| {
                let source = pixels.channel(spec.order.source(channel));
                finished(spec, channel, resized(spec, &source))
            })
            .collect(),
        // Three equal channels may still differ in mean and std.
        _ => {
            let levels = resized(spec, &pixels.luma());
            (0..spec.channels as usize)
                .map(|channel| finished(spec, channel, levels.clone()))
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

/// How a model wants its images, with nothing left open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preprocessing {
    /// Version of this description; 1 is the only one so far.
    pub version: u32,
    /// Columns of the tensor.
    pub width: u32,
    /// Rows of the tensor.
    pub height: u32,
    /// 1 (grey) or 3 (colours).
    pub channels: u32,
    /// The filter.
    pub resize: Resize,
    /// Whether the filter is widened where the image is reduced.
    pub antialias: bool,
    /// What happens to the aspect ratio.
    pub fit: Fit,
    /// The share of the sides that is kept, the middle of the image; the shorter side's with [`Fit::Crop`].
    pub crop: f64,
    /// Of [`Fit::Letterbox`], the level that fills what the image leaves, 0…255.
    pub fill: f64,
    /// Which colour comes first.
    pub order: Order,
    /// Whether each level is replaced by its place in the image's distribution (0…1).
    pub equalize: bool,
    /// Factor on the levels 0…255 when they are not equalised.
    pub scale: f64,
    /// Subtracted after scaling, one value for each channel of the tensor.
    pub mean: Vec<f64>,
    /// Divided by after that, one value for each channel of the tensor.
    pub std: Vec<f64>,
    /// Order of the tensor's axes.
    pub layout: Layout,
}

/// Filters for resizing, as Pillow has them in mode `F`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resize {
    /// The pixel in whose place the middle falls.
    Nearest,
    /// The mean of what a pixel covers.
    Box,
    /// A triangle.
    Bilinear,
    /// Keys's cubic with a = -0.5.
    Bicubic,
    /// A sinc windowed by a sinc, three pixels to each side.
    Lanczos,
}

/// Ways to bring an image to the tensor's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Both sides are resized on their own; nothing is cut off or filled in.
    Stretch,
    /// The aspect ratio is kept, and the middle is cut out.
    Crop,
    /// The aspect ratio is kept, all of the image is there, and the rest is filled.
    Letterbox,
}

/// Orders of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red, as Caffe and OpenCV have them.
    Bgr,
}

impl Order {
    /// Which of red, green and blue is the tensor's channel.
    fn source(self, channel: usize) -> usize {
        match self {
            Self::Rgb => channel,
            Self::Bgr => 2 - channel,
        }
    }
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
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum PreprocessError {
    /// Not JSON, or a key or value that this version does not know.
    #[error(
        "{whose} cannot be used ({reason}): give the keys that docs/networks.md describes, or use a newer negatoscope"
    )]
    Json { whose: String, reason: String },
    /// A value out of its range, or two that contradict each other.
    #[error("{whose} has {what}: {wanted}")]
    Value {
        whose: String,
        what: String,
        wanted: &'static str,
    },
    /// Neither a preset nor a file.
    #[error(
        "there is no preset and no file \"{asked}\": give {} or a JSON file",
        presets::in_words()
    )]
    Unknown { asked: String },
    /// `timm` reads what lies beside a model.
    #[error(
        "the preset {preset} reads {names} beside the model, and there is none: put it there, or give the file itself"
    )]
    NothingBeside {
        preset: &'static str,
        names: &'static str,
    },
    /// The file system refused.
    #[error("{whose} cannot be read: {source}")]
    Read {
        whose: String,
        source: std::io::Error,
    },
    /// The pixels do not fill the picture.
    #[error(
        "a picture of {width} × {height} with {found} bytes cannot be used: it needs {needed} and at least one pixel"
    )]
    Pixels {
        width: u32,
        height: u32,
        found: usize,
        needed: u64,
    },
}

impl Preprocessing {
    /// Reads and checks the JSON from a model's metadata, where nothing is known of the network.
    ///
    /// # Errors
    /// When a key is unknown, or a value out of range.
    pub fn from_json(json: &str) -> Result<Self, PreprocessError> {
        let whose = "the model's negatoscope.preprocessing";
        Description::from_json(json, whose)?.resolve(&Reads::default(), whose)
    }

    /// Levels from 0 to 1 and nothing else, stretched.
    pub fn plain(width: u32, height: u32, channels: u32, layout: Layout) -> Self {
        Self {
            version: 1,
            width,
            height,
            channels,
            resize: Resize::Bilinear,
            antialias: true,
            fit: Fit::Stretch,
            crop: 1.0,
            fill: 0.0,
            order: Order::Rgb,
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

    /// The least and the largest value that a tensor can have.
    pub fn range(&self) -> (f64, f64) {
        let top = if self.equalize {
            1.0
        } else {
            255.0 * self.scale
        };
        let ends = self.mean.iter().zip(&self.std);
        let ends = ends.flat_map(|(mean, std)| [(0.0 - mean) / std, (top - mean) / std]);
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| {
            (low.min(end), high.max(end))
        })
    }

    /// What is done, step by step, in a few words.
    pub fn in_words(&self) -> String {
        let channels = match (self.channels, self.order) {
            (1, _) => "grey",
            (_, Order::Rgb) => "red, green and blue",
            (_, Order::Bgr) => "blue, green and red",
        };
        let fit = match self.fit {
            Fit::Stretch if self.crop < 1.0 => {
                format!("stretched, {} of the middle kept", self.crop)
            }
            Fit::Stretch => "stretched".to_owned(),
            Fit::Crop => format!("{} of the middle cut out", self.crop),
            Fit::Letterbox => format!("whole on a ground of {}", self.fill),
        };
        let filter = format!("{:?}", self.resize).to_lowercase();
        let smoothed = if self.antialias { "" } else { " unsmoothed" };
        let levels = if self.equalize { "equalised, " } else { "" };
        let (low, high) = self.range();
        let short = |value: f64| (value * 1e4).round() / 1e4;
        format!(
            "{} × {}, {channels}, {fit}, {filter}{smoothed}, {levels}black {} and white {}",
            self.width,
            self.height,
            short(low),
            short(high),
        )
    }

    /// One plane of a tensor, `(height, width)`.
    pub fn plane<'t>(&self, tensor: &'t [f32], channel: usize) -> impl Iterator<Item = f32> + 't {
        let n = self.width as usize * self.height as usize;
        let (first, step) = match self.layout {
            Layout::Nchw => (channel * n, 1),
            Layout::Nhwc => (channel, self.channels as usize),
        };
        tensor.iter().skip(first).step_by(step).take(n).copied()
    }

    /// As a file that `--preprocessing` takes has it.
    pub fn to_json(&self) -> String {
        // Numbers, words and lists of them are always JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A text that differs whenever the tensors may differ; part of the cache's keys.
    pub fn version_key(&self) -> String {
        // Floats are printed so that they read back exactly, so the text identifies the values.
        format!("algorithm {ALGORITHM} {self:?}")
    }

    fn check(&self, whose: &str) -> Result<(), PreprocessError> {
        let refuse = |what: String, wanted| {
            Err(PreprocessError::Value {
                whose: whose.to_owned(),
                what,
                wanted,
            })
        };
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
            let what = format!(
                "{} means and {} stds for {channels} channels",
                self.mean.len(),
                self.std.len()
            );
            return refuse(
                what,
                "there must be one of each for every channel, or one for all",
            );
        }
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !positive(self.scale) || !self.std.iter().copied().all(positive) {
            return refuse(
                "a scale or std that is not above 0, or a range that does not rise".into(),
                "all must be positive and finite",
            );
        }
        if !self.mean.iter().all(|mean| mean.is_finite()) {
            return refuse(
                "a mean or range that is not finite".into(),
                "it must be a number",
            );
        }
        if !(self.crop > 0.05 && self.crop <= 1.0) {
            let what = format!("crop {}", self.crop);
            return refuse(
                what,
                "it is the share of the shorter side that is kept, above 0.05 to 1",
            );
        }
        if !(0.0..=255.0).contains(&self.fill) {
            return refuse(format!("fill {}", self.fill), "it is a level from 0 to 255");
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

/// Levels 0…255 of the part of the tensor that the image fills, and where it lies.
#[derive(Clone)]
struct Resized {
    levels: Vec<f64>,
    frame: Frame,
}

fn resized(spec: &Preprocessing, source: &Plane<'_>) -> Resized {
    let from = (source.width as usize, source.height as usize);
    let frame = Frame::of(spec, from);
    let resampling = Resampling {
        filter: spec.resize,
        antialias: spec.antialias,
        from,
        to: frame.whole,
        start: frame.start,
        size: frame.size,
    };
    let levels = resampling.run(&source.levels);
    Resized {
        levels: levels
            .into_iter()
            .map(|level| f64::from(level).clamp(0.0, 255.0))
            .collect(),
        frame,
    }
}

/// One channel of the tensor from its levels 0…255.
fn finished(spec: &Preprocessing, channel: usize, resized: Resized) -> Vec<f32> {
    let (mean, std) = (spec.mean[channel], spec.std[channel]);
    let normalised = |value: f64| ((value - mean) / std) as f32;
    let Resized { levels, frame } = resized;
    let (inner, fill): (Vec<f32>, f64) = if spec.equalize {
        let inner = equalize::equalized(&levels).map(normalised).collect();
        (inner, spec.fill / 255.0)
    } else {
        let scaled = levels.iter().map(|&level| normalised(level * spec.scale));
        (scaled.collect(), spec.fill * spec.scale)
    };
    frame.filled(inner, normalised(fill))
}

fn interleave(planes: &[Vec<f32>]) -> Vec<f32> {
    let n_pixels = planes.first().map_or(0, Vec::len);
    (0..n_pixels)
        .flat_map(|pixel| planes.iter().map(move |plane| plane[pixel]))
        .collect()
}

#[cfg(test)]
mod tests;
