//! A network, the inner layer that its features are read from, and its preprocessing.

use std::path::Path;

use super::onnx::{FLOAT32, Onnx, ValueInfo};
use super::preprocess::{Layout, Preprocessing};

mod error;
mod file;
mod layer;

pub use error::ModelError;
pub use file::{MAX_BYTES, OnnxFile};
pub use layer::Layer;

/// Side that is assumed where neither the metadata nor the input's shape tells one, in pixels.
const USUAL_SIDE: usize = 224;

/// A network that can run: every choice is made and checked.
#[derive(Debug)]
pub struct Model {
    file: OnnxFile,
    layer: Layer,
    input_name: String,
    preprocessing: Preprocessing,
    warnings: Vec<String>,
}

impl Model {
    /// The model in a file, or the default one that is part of the program.
    ///
    /// # Errors
    /// As [`OnnxFile::open`] and [`Model::new`].
    pub fn open(path: Option<&Path>, layer: Option<&str>) -> Result<Self, ModelError> {
        let file = path.map_or_else(OnnxFile::embedded, OnnxFile::open)?;
        Self::new(file, layer)
    }

    /// Chooses the layer and settles the preprocessing.
    ///
    /// The layer is the one asked for, else the one that the file names under
    /// `negatoscope.layer`, else the last inner layer before the classifier: what the network's
    /// last `Gemm` or `MatMul` reads. The preprocessing is the file's
    /// `negatoscope.preprocessing`, else it is inferred from the input's shape: levels from 0 to 1
    /// in the number of channels and the size that the network reads. Guesses are among
    /// [`Model::warnings`].
    ///
    /// # Errors
    /// When the layer does not exist or cannot be a feature vector, or the network does not read
    /// one image of 1 or 3 channels in float32.
    pub fn new(file: OnnxFile, layer: Option<&str>) -> Result<Self, ModelError> {
        let mut warnings = Vec::new();
        let onnx = file.onnx()?;
        let input = only_input(&onnx)?;
        let preprocessing = match onnx.metadata.get("negatoscope.preprocessing") {
            Some(json) => Preprocessing::from_json(json)?,
            None => inferred(input, &mut warnings)?,
        };
        check_input(input, &preprocessing)?;
        let input_name = input.name.to_owned();
        let layer = file.choose_layer(&onnx, layer, &mut warnings)?.clone();
        layer.check()?;
        Ok(Self {
            file,
            layer,
            input_name,
            preprocessing,
            warnings,
        })
    }

    /// What the model calls itself (`negatoscope.name`), else its file's name.
    pub fn name(&self) -> &str {
        self.file.name()
    }

    /// BLAKE3 of the file's bytes.
    pub fn hash(&self) -> &blake3::Hash {
        self.file.hash()
    }

    /// Whether this is the model that is part of the program, of which the training images are
    /// known ([`super::training`]).
    pub fn is_default(&self) -> bool {
        self.file.is_embedded()
    }

    /// The layer that features are read from.
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    /// All layers that could be read, in the order in which the network computes them.
    pub fn layers(&self) -> &[Layer] {
        self.file.layers()
    }

    /// How images become the network's input.
    pub fn preprocessing(&self) -> &Preprocessing {
        &self.preprocessing
    }

    /// What was guessed, each in a sentence for the user.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Name of the network's only input.
    pub(super) fn input_name(&self) -> &str {
        &self.input_name
    }

    /// The network that ends in the layer, as an ONNX file.
    pub(super) fn cut(&self) -> Result<Vec<u8>, ModelError> {
        Ok(self.file.onnx()?.cut_after(&[&self.layer.name]))
    }
}

fn only_input<'o, 'a>(onnx: &'o Onnx<'a>) -> Result<&'o ValueInfo<'a>, ModelError> {
    match onnx.inputs.as_slice() {
        [input] => Ok(input),
        inputs => Err(ModelError::Inputs {
            names: inputs.iter().map(|input| input.name.to_owned()).collect(),
        }),
    }
}

/// The preprocessing of a network that says nothing but the shape of its input.
fn inferred(input: &ValueInfo, warnings: &mut Vec<String>) -> Result<Preprocessing, ModelError> {
    let image_channels = |axis: Option<usize>| axis.filter(|&n| n == 1 || n == 3);
    let shape = input.shape.as_deref().unwrap_or_default();
    let (channels, height, width, layout) = match *shape {
        [_, c, h, w] if image_channels(c).is_some() => (c, h, w, Layout::Nchw),
        [_, h, w, c] if image_channels(c).is_some() => (c, h, w, Layout::Nhwc),
        _ => {
            return Err(ModelError::NotAnImage {
                shape: layer::shape_text(input.shape.as_deref()),
            });
        }
    };
    let side = |axis: Option<usize>| axis.unwrap_or(USUAL_SIDE) as u32;
    let spec = Preprocessing::plain(
        side(width),
        side(height),
        channels.unwrap_or(1) as u32,
        layout,
    );
    let size_guessed = width.is_none() || height.is_none();
    warnings.push(format!(
        "The model does not say how its images were prepared, so levels from 0 to 1 without \
         equalisation are assumed, {} × {} pixels{}; store negatoscope.preprocessing in its \
         metadata if it was trained otherwise.",
        spec.width,
        spec.height,
        if size_guessed { " (a guess)" } else { "" },
    ));
    Ok(spec)
}

/// Compares what the images will be with what the network reads.
fn check_input(input: &ValueInfo, spec: &Preprocessing) -> Result<(), ModelError> {
    if input.element_type.is_some_and(|number| number != FLOAT32) {
        return Err(ModelError::InputType {
            name: input.name.to_owned(),
        });
    }
    let Some(shape) = &input.shape else {
        return Ok(());
    };
    if let Some(batch) = shape.first().copied().flatten().filter(|&batch| batch != 1) {
        return Err(ModelError::FixedBatch { batch });
    }
    let wanted = spec.shape();
    let fits = shape.len() == wanted.len()
        && shape
            .iter()
            .zip(wanted)
            .all(|(axis, size)| axis.is_none_or(|axis| axis == size));
    if fits {
        return Ok(());
    }
    Err(ModelError::InputShape {
        expected: layer::shape_text(Some(shape)),
        prepared: layer::shape_text(Some(&wanted.map(Some))),
    })
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
