//! Why a model cannot be used.

use std::path::PathBuf;

use crate::features::preprocess::PreprocessError;

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
    #[error("the model {name} keeps its weights in another file: save it with all weights inside")]
    ExternalWeights { name: String },
    /// Not exactly one input.
    #[error(
        "the model has {} inputs ({}) and must have one, the image: save it without the others",
        names.len(),
        names.join(", ")
    )]
    Inputs { names: Vec<String> },
    /// An input that is not float32.
    #[error("the model's input {name} is not float32: save the model with a float32 input")]
    InputType { name: String },
    /// Neither channels first nor channels last.
    #[error(
        "the model's input {shape} is not seen to be an image of 1 or 3 channels: store negatoscope.preprocessing in its metadata"
    )]
    NotAnImage { shape: String },
    /// Only whole batches.
    #[error("the model reads {batch} images at once: save it with a free batch axis or with 1")]
    FixedBatch { batch: usize },
    /// The metadata and the network disagree.
    #[error(
        "the model reads {expected} but its negatoscope.preprocessing makes {prepared}: correct the metadata"
    )]
    InputShape { expected: String, prepared: String },
    /// The description in the metadata.
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
        "the layer {name} has the shape {shape}, which is no feature vector: choose a layer of 2, 3 or 4 axes whose first is the batch"
    )]
    LayerShape { name: String, shape: String },
}
