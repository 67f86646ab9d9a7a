//! From pictures to feature vectors `(n_samples, n_features)`.
//!
//! A [`model`] is an ONNX file, the inner layer that is read from it, and the [`preprocess`]ing it
//! was trained with. A [`backend`] runs it on one image at a time. [`training`] knows which
//! images the default model has seen.

pub mod backend;
pub mod model;
mod onnx;
pub mod preprocess;
pub mod training;
