//! A network, the inner layer that its features are read from, and its preprocessing.

use std::path::Path;

use super::onnx::{ElementType, Node, Onnx, Tap, Values, Visit};
use super::preprocess::Preprocessing;

mod blocks;
mod built_in;
mod choice;
mod embedding;
mod error;
mod file;
mod input;
mod layer;
mod prepared;
mod signs;

pub use built_in::BuiltIn;
pub use choice::{Choice, Pool};
pub use error::ModelError;
pub use file::{MAX_BYTES, OnnxFile};
pub use layer::Layer;
pub(super) use layer::{Pooling, kept};
pub use prepared::Prepared;

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
    pool: Pool,
    tap: Tap,
    opset: u64,
    /// Images that the network reads at once.
    batch: usize,
    prepared: Prepared,
    /// All layers with the shapes that they have for images prepared in this way.
    layers: Vec<Layer>,
    assumed: Vec<Assumed>,
}

impl Model {
    /// The model in a file, or one that is part of the program: the default one without a path, and that of which
    /// it is the word. It is read as its file says, at the layer that is named.
    ///
    /// # Errors
    /// As [`OnnxFile::open`] and [`Model::new`].
    pub fn open(path: Option<&Path>, layer: Option<&str>) -> Result<Self, ModelError> {
        Self::chosen(path, &Choice::of_layer(layer))
    }

    /// The same, read as somebody chooses.
    ///
    /// # Errors
    /// As [`OnnxFile::open`] and [`Model::new`].
    pub fn chosen(path: Option<&Path>, choice: &Choice) -> Result<Self, ModelError> {
        let file = path.map_or_else(|| OnnxFile::built_in(BuiltIn::Default), OnnxFile::open)?;
        Self::new(file, choice)
    }

    /// Chooses the image, the layer and the pooling, and settles the preprocessing.
    ///
    /// The layer is the one asked for, else the one that the file names under `negatoscope.layer`, else what the
    /// network makes of a whole image: an embedding that it ends in, what stands before its classifier, the
    /// class token or the mean of its tokens, the narrowest place of an autoencoder. The preprocessing is the
    /// one asked for, else the file's `negatoscope.preprocessing`, else what lies beside it, else what gives
    /// itself away, else a guess. Guesses are among [`Model::assumed`].
    ///
    /// # Errors
    /// When the layer does not exist or cannot be a feature vector, the network does not read
    /// one image of 1 or 3 channels, or was saved in the middle of training, and when the preprocessing cannot be.
    pub fn new(file: OnnxFile, choice: &Choice) -> Result<Self, ModelError> {
        let mut assumed = Vec::new();
        let onnx = file.onnx()?;
        let told = onnx.metadata.get("negatoscope.layer").copied();
        let asked = choice.layer.as_deref().or(told);
        let asked = asked.map(|name| file.named(name)).transpose()?;
        let asked = asked.map(|layer| layer.name.clone());
        let image = input::image(&onnx, asked.as_deref(), choice)?;
        if let Some(layer) = &asked {
            input::check_only(&onnx, layer, image)?;
        }
        let prepared = prepared::settle(&onnx, image, file.path(), choice)?;
        input::check(&onnx, image, &prepared.spec, &prepared.origin)?;
        let known = onnx.infer(&input::known(&onnx, image.name, &prepared.spec));
        let layers = file::layers(&onnx, &known);
        let found = match asked {
            Some(_) => None,
            None => {
                let found = embedding::find(&onnx, &known, image);
                Some(found.ok_or(ModelError::NoDefaultLayer)?)
            }
        };
        let name = asked.or_else(|| found.as_ref().map(|found| found.layer.to_owned()));
        let layer = layers
            .iter()
            .find(|layer| Some(&layer.name) == name.as_ref());
        let layer = layer.ok_or(ModelError::NoDefaultLayer)?.clone();
        check_evaluation(&onnx, &layer.name, &known)?;
        let usual = found.as_ref().map_or(Pool::Mean, |found| found.pool);
        let pool = choice.pool.unwrap_or(usual);
        let (pooling, said) = layer.pooling(pool)?;
        let mut say =
            |topic, text: Option<String>| assumed.extend(text.map(|text| Assumed { topic, text }));
        say("preprocessing", prepared.said.clone());
        let guessed = found.map(|found| found.sentence());
        say("layer", guessed);
        say("pooling", said);
        say("element_type", layer.cast_text());
        let batch = input::batch(image);
        say("batch", (batch > 1).then(|| format!(
            "The network reads {batch} images at once, so each image is given to it {batch} times and the first \
             answer is taken; save it with a free batch axis to have it {batch} times as fast."
        )));
        let is_float32 = |element: &ElementType| *element == ElementType::FLOAT32;
        let tap = Tap {
            layer: layer.name.clone(),
            cast: layer.cast_text().is_some(),
            input: image.name.to_owned(),
            input_type: image.element.filter(|element| !is_float32(element)),
        };
        Ok(Self {
            opset: onnx.opset,
            batch,
            file,
            layer,
            pooling,
            pool,
            tap,
            prepared,
            layers,
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

    /// Which of the networks this is that are part of the program, if it is one.
    pub fn built_in(&self) -> Option<BuiltIn> {
        BuiltIn::of_hash(self.file.hash())
    }

    /// The layer that features are read from.
    pub fn layer(&self) -> &Layer {
        &self.layer
    }

    /// All layers that can be read, in the order in which the network computes them.
    pub fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.layers.iter().filter(|layer| layer.is_float())
    }

    /// How the layer's positions become one vector.
    pub fn pool(&self) -> Pool {
        self.pool
    }

    /// The input that is the image.
    pub fn input(&self) -> &str {
        &self.tap.input
    }

    /// How images become the network's input.
    pub fn preprocessing(&self) -> &Preprocessing {
        &self.prepared.spec
    }

    /// The same, with from where it is known.
    pub fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// Shape of what the network is given for one image, which may be that image several times.
    pub(super) fn fed_shape(&self) -> [usize; 4] {
        let mut shape = self.prepared.spec.shape();
        shape[0] = self.batch;
        shape
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
        let known = onnx.infer(&input::known(&onnx, &self.tap.input, &self.prepared.spec));
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
