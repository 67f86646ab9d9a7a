//! A network, the inner layer that its features are read from, and its preprocessing.

use std::path::Path;

use super::onnx::{ElementType, Node, Onnx, Tap, Values, Visit};
use super::preprocess::Preprocessing;

mod error;
mod file;
mod input;
mod layer;

pub use error::ModelError;
pub use file::{MAX_BYTES, OnnxFile};
pub use layer::Layer;
pub(super) use layer::{Pooling, kept};

/// Something that the model's file does not say and that had to be assumed or decided to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// What it is about, for programs: `layer`, `preprocessing`, `pooling`, `element_type`.
    pub topic: &'static str,
    /// What was assumed, in one sentence for the user.
    pub text: String,
}

/// A network that can run: every choice is made and checked.
#[derive(Debug)]
pub struct Model {
    file: OnnxFile,
    layer: Layer,
    pooling: Pooling,
    tap: Tap,
    opset: u64,
    preprocessing: Preprocessing,
    assumed: Vec<Assumed>,
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
    /// [`Model::assumed`].
    ///
    /// # Errors
    /// When the layer does not exist or cannot be a feature vector, the network does not read
    /// one image of 1 or 3 channels, or was saved in the middle of training.
    pub fn new(file: OnnxFile, layer: Option<&str>) -> Result<Self, ModelError> {
        let mut assumed = Vec::new();
        let onnx = file.onnx()?;
        let (layer, guessed) = file.choose_layer(&onnx, layer)?;
        let layer = layer.clone();
        let input = input::only(&onnx, &layer.name)?;
        let preprocessing = input::preprocessing(&onnx, input, &mut assumed)?;
        input::check(&onnx, input, &preprocessing)?;
        check_evaluation(&onnx, &layer.name, &onnx.infer(&input::known(&onnx)))?;
        let (pooling, said) = layer.pooling()?;
        let mut say =
            |topic, text: Option<String>| assumed.extend(text.map(|text| Assumed { topic, text }));
        say("layer", guessed);
        say("pooling", said);
        say("element_type", layer.cast_text());
        let is_float32 = |element: &ElementType| *element == ElementType::FLOAT32;
        let tap = Tap {
            layer: layer.name.clone(),
            cast: layer.cast_text().is_some(),
            input: input.name.to_owned(),
            input_type: input.element.filter(|element| !is_float32(element)),
        };
        Ok(Self {
            opset: onnx.opset,
            file,
            layer,
            pooling,
            tap,
            preprocessing,
            assumed,
        })
    }

    /// What the model calls itself (`negatoscope.name`), else its file's name.
    pub fn name(&self) -> &str {
        self.file.name()
    }

    /// BLAKE3 of the file's bytes, with weights that it keeps elsewhere put inside.
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

    /// How images become the network's input.
    pub fn preprocessing(&self) -> &Preprocessing {
        &self.preprocessing
    }

    /// What was guessed or decided, each in a sentence for the user.
    pub fn assumed(&self) -> &[Assumed] {
        &self.assumed
    }

    /// How the layer's values become one vector.
    pub(super) fn pooling(&self) -> &Pooling {
        &self.pooling
    }

    /// Names of the cut network's only input and of its only output.
    pub(super) fn ends(&self) -> (&str, &str) {
        (self.tap.fed(), self.tap.output())
    }

    /// Version of ONNX's own operators that the network was written for.
    pub(super) fn opset(&self) -> u64 {
        self.opset
    }

    /// The network that ends in the layer, as an ONNX file.
    pub(super) fn cut(&self) -> Result<Vec<u8>, ModelError> {
        self.cut_with(&mut |_, _, _| {})
    }

    /// The same, with each node seen and perhaps completed on its way.
    pub(super) fn cut_with(&self, visit: Visit) -> Result<Vec<u8>, ModelError> {
        let onnx = self.file.onnx()?;
        let known = onnx.infer(&input::known(&onnx));
        Ok(onnx.cut(&self.tap, &known, visit))
    }
}

/// Refuses a network that was saved in the middle of training, or that draws random numbers: its
/// values are not those that it was evaluated with, and not the same twice.
fn check_evaluation(onnx: &Onnx, layer: &str, known: &Values) -> Result<(), ModelError> {
    let mut nodes = onnx.nodes_of(layer).into_iter();
    nodes.try_for_each(|node| check_node(node, known, false))
}

/// The same for one node and, where it is a branch or loop, for all in its bodies.
fn check_node(node: &Node, known: &Values, is_inside: bool) -> Result<(), ModelError> {
    for body in node.bodies() {
        let mut nodes = body.nodes.iter();
        nodes.try_for_each(|inner| check_node(inner, known, true))?;
    }
    if !node.is_standard() {
        return Ok(());
    }
    let op = node.op.to_owned();
    if op.starts_with("Random") || matches!(node.op, "Multinomial" | "Bernoulli") {
        return Err(ModelError::Random { op });
    }
    let n_outputs = node.outputs.iter().filter(|name| !name.is_empty()).count();
    let trains = match node.op {
        "BatchNormalization" => node.int("training_mode") == Some(1) || n_outputs > 1,
        "Dropout" => node.inputs.get(2).is_some_and(|mode| {
            let numbers = known.get(*mode).and_then(|mode| mode.numbers.as_deref());
            // What a body holds itself is not among what is known.
            let is_unknown_inside = is_inside && numbers.is_none();
            !mode.is_empty() && numbers != Some(&[0.0]) && !is_unknown_inside
        }),
        _ => false,
    };
    if trains {
        return Err(ModelError::Training { op });
    }
    Ok(())
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
