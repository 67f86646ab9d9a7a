//! Why a model cannot be used.

use std::path::PathBuf;

use crate::preprocess::PreprocessError;

/// Why a model cannot be used, and what to change.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ModelError {
    /// The file system refused.
    #[error("the model {} cannot be read: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A word for a built-in network that stands for none.
    #[error(
        "there is no network {asked} in the program: give builtin:default or builtin:unseen, or the path of a file"
    )]
    UnknownBuiltIn { asked: String },
    /// Beyond what the format itself can hold.
    #[error(
        "the model {} is larger than 2 GiB, which one ONNX file cannot be: save a smaller network",
        path.display()
    )]
    TooLarge { path: PathBuf },
    /// Not the format at all, or cut short.
    #[error("the model {name} is not an ONNX file or is damaged: save it as .onnx once more")]
    NotOnnx { name: String },
    /// Weights beside the file.
    #[error(
        "the model {name} keeps its weights in another file, but {reason}: put it beside the model as it was exported, or save the model with all weights inside"
    )]
    ExternalWeights { name: String, reason: String },
    /// Not exactly one input.
    #[error(
        "the layer needs {} inputs of the model ({}) and must need one, the image: choose a layer that does with --layer, or save the model without the others",
        names.len(),
        names.join(", ")
    )]
    Inputs { names: Vec<String> },
    /// An input that images cannot be made of.
    #[error(
        "the model's input {name} is {element} and not float32, and prepared images do not fit into it: give --preprocessing raw, or save the model with a float32 input"
    )]
    InputType { name: String, element: String },
    /// No input of this name.
    #[error("the model has no input {asked}: choose one of {} with --input", names.join(", "))]
    UnknownInput { asked: String, names: Vec<String> },
    /// Several inputs that may be the image.
    #[error("the model reads several images ({}): choose one with --input", names.join(", "))]
    SeveralImages { names: Vec<String> },
    /// Neither channels first nor channels last.
    #[error(
        "the model's input {shape} is not seen to be an image of 1 or 3 channels: give --preprocessing with channels and layout, or store negatoscope.preprocessing in its metadata"
    )]
    NotAnImage { shape: String },
    /// More images at once than there is memory for.
    #[error(
        "the model reads {batch} images at once, which are too many: save it with a free batch axis or with 1"
    )]
    FixedBatch { batch: usize },
    /// The description and the network disagree.
    #[error(
        "the model reads {expected} but {whose} makes {prepared}: correct it, or give --preprocessing and --prepare"
    )]
    InputShape {
        whose: String,
        expected: String,
        prepared: String,
    },
    /// `--pool cls` of what has no tokens.
    #[error(
        "the layer {name} is {shape}, which has no axis of tokens: give --pool mean or max, or another --layer"
    )]
    NoTokens { name: String, shape: String },
    /// The description of how images are prepared.
    #[error(transparent)]
    Preprocessing(#[from] PreprocessError),
    /// No such layer.
    #[error(
        "the model has no layer {asked}: choose one of {}{}",
        names.join(", "),
        if *all { "" } else { ", or see `negatoscope layers` for all" }
    )]
    UnknownLayer {
        asked: String,
        names: Vec<String>,
        all: bool,
    },
    /// A layer must be named.
    #[error(
        "the model does not say which layer holds its features and has no fully connected one: name a layer with --layer (`negatoscope layers` lists them)"
    )]
    NoDefaultLayer,
    /// Not a vector, and no way to make one.
    #[error(
        "the layer {name} has the shape {shape}, which is no feature vector: choose a layer of 2, 3 or 4 axes with --layer"
    )]
    LayerShape { name: String, shape: String },
    /// One value for all images together.
    #[error(
        "the layer {name} {what} (its shape is {shape}), so it is no vector for each image: choose another with --layer"
    )]
    LayerBatch {
        name: String,
        shape: String,
        what: &'static str,
    },
    /// Numbers of places, words, or yes and no.
    #[error(
        "the layer {name} holds {element} and no floating-point numbers, so it is no feature vector: choose another with --layer"
    )]
    LayerType { name: String, element: String },
    /// Saved without `model.eval()`.
    #[error(
        "the model was saved in training mode (its {op} still trains), so its values depend on chance or on other images: save it in evaluation mode"
    )]
    Training { op: String },
    /// Other values in each run.
    #[error(
        "the layer depends on random numbers that the network draws ({op}): choose one before them with --layer"
    )]
    Random { op: String },
}

impl ModelError {
    /// Whether another choice of layer, input or preprocessing may help, of a file that is sound.
    pub fn is_of_reading(&self) -> bool {
        !matches!(
            self,
            Self::Read { .. }
                | Self::UnknownBuiltIn { .. }
                | Self::TooLarge { .. }
                | Self::NotOnnx { .. }
                | Self::ExternalWeights { .. }
        )
    }
}
