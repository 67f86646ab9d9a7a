//! What is written.

use ndarray::ArrayView2;

/// Features `(n_samples, n_features)` with what tells their rows apart.
#[derive(Debug, Clone, Copy)]
pub struct FeatureTable<'a> {
    /// One for each row.
    pub ids: &'a [String],
    /// One for each row.
    pub filenames: &'a [String],
    /// `(n_samples, n_features)`
    pub features: ArrayView2<'a, f32>,
}
