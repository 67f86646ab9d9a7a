//! Why a backend cannot run.

use crate::model::ModelError;

/// Why a backend cannot be had or an image cannot be run.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum BackendError {
    /// A misspelt wish.
    #[error("NEGATOSCOPE_BACKEND must be native, embedded, or unset")]
    UnknownWish,
    /// The native runtime was insisted on.
    #[error(
        "no usable ONNX Runtime library was found: set ORT_DYLIB_PATH to libonnxruntime 1.17 or later, or leave NEGATOSCOPE_BACKEND unset. {found}"
    )]
    NoLibrary { found: String },
    /// Nothing keeps the library from telling its maker.
    #[error(
        "it may tell its maker of what runs here: set ORT_DISABLE_TELEMETRY=1 before the program starts"
    )]
    Telemetry,
    /// A file that is not a whole library.
    #[error("it is not a whole library ({0})")]
    BrokenLibrary(String),
    /// The loader or ONNX Runtime itself refused.
    #[error("it cannot be loaded ({0})")]
    Load(String),
    /// Only one library can be loaded in a process.
    #[error("{loaded} is already in use")]
    AlreadyLoaded { loaded: String },
    /// Cutting the model failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The runtime does not take the network.
    #[error("{backend} cannot load the model ({reason}): {advice}")]
    Unsupported {
        backend: String,
        reason: String,
        advice: &'static str,
    },
    /// The tensor was made for another model.
    #[error("the network reads {expected} values and the image's tensor has {found}")]
    InputLength { expected: usize, found: usize },
    /// The runtime failed while it ran the network.
    #[error(
        "{backend} cannot run the network up to its layer ({reason}): choose another with --layer, or {advice}"
    )]
    Run {
        backend: String,
        reason: String,
        advice: &'static str,
    },
    /// No rule to make a vector of it.
    #[error(
        "the layer gives the shape {shape:?}, which is not the one of a feature vector for each image: choose another with --layer"
    )]
    LayerShape { shape: Vec<usize> },
    /// NaN or infinity.
    #[error(
        "the layer gives {value} for the image: choose another with --layer, or check the model"
    )]
    NotFinite { value: f32 },
}
