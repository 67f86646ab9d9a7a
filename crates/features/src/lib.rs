//! From pictures to feature vectors `(n_samples, n_features)`.
//!
//! A [`model`] is an ONNX file, the inner layer that is read from it, and the [`preprocess`]ing it
//! was trained with. A [`backend`] runs it on one image at a time. The [`cache`] keeps every vector
//! under the content that it was computed from. [`vectors`] reads and writes features as files,
//! and [`training`] knows which images the default model has seen.

pub mod backend;
pub mod cache;
pub mod model;
mod onnx;
pub mod preprocess;
pub mod training;
pub mod vectors;
