//! From pictures to feature vectors `(n_samples, n_features)`.
//!
//! A [`model`] is an ONNX file, the inner layer that is read from it, and the [`preprocess`]ing it
//! was trained with; [`model::BuiltIn`] are those that are part of the program, of which the training images are
//! known. A [`backend`] runs it on one image at a time. The [`cache`] keeps every vector
//! under the content that it was computed from. [`vectors`] reads and writes features as files.

pub mod backend;
pub mod cache;
pub mod model;
mod onnx;
pub mod preprocess;
pub mod vectors;
